-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- WeChat robots, which campaigns tell of calls, and the messages that they are to send. The key of a robot's webhook is a secret: who has it can write
-- to the robot's chat. A deleted robot keeps its name for the calls that it told of, and no key.
-- +goose Up
CREATE TABLE IF NOT EXISTS wechat_robots (
    id           BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id    BIGINT NOT NULL,
    name         VARCHAR(255) NOT NULL,
    webhook_key  VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    mask_numbers TINYINT NOT NULL,
    free_at      BIGINT NOT NULL DEFAULT 0,
    created_by   VARCHAR(255) NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    deleted_at   BIGINT NOT NULL DEFAULT 0,
    UNIQUE KEY wechat_robots_name (tenant_id, name, deleted_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Those that are over have 0 for when they are due, and stand at the beginning of the index.
CREATE TABLE IF NOT EXISTS pushes (
    call_uuid   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    robot_id    BIGINT NOT NULL,
    state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason      VARCHAR(1000) NOT NULL,
    attempts    INT NOT NULL,
    due_at      BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL,
    KEY pushes_due (robot_id, due_at, call_uuid)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'campaigns' AND column_name = 'wechat_grades') > 0, 'DO 0',
    'ALTER TABLE campaigns
    ADD COLUMN wechat_robot_id BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN wechat_grades VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''[]''');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'calls' AND column_name = 'push') > 0, 'DO 0',
    'ALTER TABLE calls ADD COLUMN push VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''''');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- +goose Down
ALTER TABLE calls DROP COLUMN push;
ALTER TABLE campaigns DROP COLUMN wechat_grades, DROP COLUMN wechat_robot_id;
DROP TABLE IF EXISTS pushes;
DROP TABLE IF EXISTS wechat_robots;
