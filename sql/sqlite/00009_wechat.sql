-- WeChat robots, which campaigns tell of calls, and the messages that they are to send. The key of a robot's webhook is a secret: who has it can write
-- to the robot's chat. A deleted robot keeps its name for the calls that it told of, and no key.
-- +goose Up
CREATE TABLE wechat_robots (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id    INTEGER NOT NULL,
    name         TEXT NOT NULL,
    webhook_key  TEXT NOT NULL,
    mask_numbers INTEGER NOT NULL,
    free_at      INTEGER NOT NULL DEFAULT 0,
    created_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    deleted_at   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX wechat_robots_name ON wechat_robots (tenant_id, name, deleted_at);

CREATE TABLE pushes (
    call_uuid   TEXT PRIMARY KEY,
    tenant_id   INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    robot_id    INTEGER NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    sent_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Those that are over have no moment at which they are due, and do not stand in the way.
CREATE INDEX pushes_due ON pushes (robot_id, due_at, call_uuid) WHERE due_at > 0;

ALTER TABLE campaigns ADD COLUMN wechat_robot_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN wechat_grades TEXT NOT NULL DEFAULT '[]';
ALTER TABLE calls ADD COLUMN push TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE calls DROP COLUMN push;
ALTER TABLE campaigns DROP COLUMN wechat_grades;
ALTER TABLE campaigns DROP COLUMN wechat_robot_id;
DROP TABLE pushes;
DROP TABLE wechat_robots;
