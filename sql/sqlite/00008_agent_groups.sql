-- Groups of agents, the group that a campaign hands its callees to, and when a member last had a call as an agent.
-- +goose Up
CREATE TABLE agent_groups (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    remark     TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX agent_groups_name ON agent_groups (tenant_id, name);

CREATE TABLE agent_group_members (
    group_id  INTEGER NOT NULL,
    user_id   INTEGER NOT NULL,
    tenant_id INTEGER NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT;
CREATE INDEX agent_group_members_by_user ON agent_group_members (user_id, group_id);

ALTER TABLE users ADD COLUMN agent_last_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN agent_group_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN agent_group_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN agent_group TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE calls DROP COLUMN agent_group;
ALTER TABLE calls DROP COLUMN agent_group_id;
ALTER TABLE campaigns DROP COLUMN agent_group_id;
ALTER TABLE users DROP COLUMN agent_last_at;
DROP TABLE agent_group_members;
DROP TABLE agent_groups;
