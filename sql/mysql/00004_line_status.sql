-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- What the sound of a line said: how it was before the answer, and who answered. Confidences are in thousandths, times in microseconds.
-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'calls' AND column_name = 'line_status') > 0, 'DO 0',
    'ALTER TABLE calls
    ADD COLUMN line_status VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN line_confidence BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN line_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN line_after BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN answered_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN answered_confidence BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN answered_from VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN answered_after BIGINT NOT NULL DEFAULT 0');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'cdrs' AND column_name = 'line_status') > 0, 'DO 0',
    'ALTER TABLE cdrs
    ADD COLUMN line_status VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN line_confidence BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN line_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN line_after BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN answered_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN answered_confidence BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN answered_from VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN answered_after BIGINT NOT NULL DEFAULT 0');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'campaigns' AND column_name = 'end_on') > 0, 'DO 0',
    'ALTER TABLE campaigns ADD COLUMN end_on VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''[]''');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- +goose Down
ALTER TABLE campaigns DROP COLUMN end_on;
ALTER TABLE cdrs DROP COLUMN line_status, DROP COLUMN line_confidence, DROP COLUMN line_by, DROP COLUMN line_after, DROP COLUMN answered_by, DROP COLUMN answered_confidence, DROP COLUMN answered_from, DROP COLUMN answered_after;
ALTER TABLE calls DROP COLUMN line_status, DROP COLUMN line_confidence, DROP COLUMN line_by, DROP COLUMN line_after, DROP COLUMN answered_by, DROP COLUMN answered_confidence, DROP COLUMN answered_from, DROP COLUMN answered_after;
