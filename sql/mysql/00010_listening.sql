-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- Supervisors who listen to calls or take them over, and what of it the call keeps. Those that are open have 0 for their end and stand at the
-- beginning of the index.
-- +goose Up
CREATE TABLE IF NOT EXISTS listenings (
    id          CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    call_uuid   CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id     BIGINT NOT NULL,
    name        VARCHAR(255) NOT NULL,
    extension   VARCHAR(64) NOT NULL,
    wish        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    asked_at    BIGINT NOT NULL,
    heard_at    BIGINT NOT NULL,
    took_at     BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL,
    KEY listenings_open (ended_at, user_id),
    KEY listenings_by_call (call_uuid)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'calls' AND column_name = 'taken_over') > 0, 'DO 0',
    'ALTER TABLE calls
    ADD COLUMN listened_at BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN listened BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN taken_over TINYINT NOT NULL DEFAULT 0');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- +goose Down
ALTER TABLE calls DROP COLUMN taken_over, DROP COLUMN listened, DROP COLUMN listened_at;
DROP TABLE listenings;
