-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- MySQL has no ADD COLUMN IF NOT EXISTS, so each table is asked first whether it has its new columns.
-- Groups of agents, the group that a campaign hands its callees to, and when a member last had a call as an agent.
-- +goose Up
CREATE TABLE IF NOT EXISTS agent_groups (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id  BIGINT NOT NULL,
    name       VARCHAR(100) NOT NULL,
    kind       VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    remark     VARCHAR(500) NOT NULL,
    created_by VARCHAR(255) NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY agent_groups_name (tenant_id, name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS agent_group_members (
    group_id  BIGINT NOT NULL,
    user_id   BIGINT NOT NULL,
    tenant_id BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id),
    KEY agent_group_members_by_user (user_id, group_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'agent_last_at') > 0, 'DO 0',
    'ALTER TABLE users ADD COLUMN agent_last_at BIGINT NOT NULL DEFAULT 0');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'campaigns' AND column_name = 'agent_group_id') > 0, 'DO 0',
    'ALTER TABLE campaigns ADD COLUMN agent_group_id BIGINT NOT NULL DEFAULT 0');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'calls' AND column_name = 'agent_group') > 0, 'DO 0',
    'ALTER TABLE calls
    ADD COLUMN agent_group_id BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN agent_group VARCHAR(100) NOT NULL DEFAULT ''''');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- +goose Down
ALTER TABLE calls DROP COLUMN agent_group, DROP COLUMN agent_group_id;
ALTER TABLE campaigns DROP COLUMN agent_group_id;
ALTER TABLE users DROP COLUMN agent_last_at;
DROP TABLE agent_group_members;
DROP TABLE agent_groups;
