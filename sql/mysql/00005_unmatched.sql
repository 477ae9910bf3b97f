-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- +goose Up
-- What callees said that their script did not understand, written together with the turn that it was.
CREATE TABLE IF NOT EXISTS unmatched_sentences (
    id                BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id         BIGINT NOT NULL,
    script_id         BIGINT NOT NULL,
    script_version_id BIGINT NOT NULL,
    call_uuid         CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq               INT NOT NULL,
    node              VARCHAR(255) NOT NULL,
    text              MEDIUMTEXT NOT NULL,
    audio             TEXT NOT NULL,
    at                BIGINT NOT NULL,
    state             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    KEY unmatched_sentences_by_script (script_id, state, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The newest calls of a version. MySQL has no ADD INDEX IF NOT EXISTS, so the table is asked first.
SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'calls' AND index_name = 'calls_by_version') > 0, 'DO 0',
    'ALTER TABLE calls ADD INDEX calls_by_version (script_version_id, uuid)');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- +goose Down
ALTER TABLE calls DROP INDEX calls_by_version;
DROP TABLE IF EXISTS unmatched_sentences;
