-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- MySQL has no ADD COLUMN IF NOT EXISTS, so each table is asked first whether it has its new columns.
-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'conversations' AND column_name = 'sms') > 0, 'DO 0',
    'ALTER TABLE conversations
    ADD COLUMN sms VARCHAR(2000) NOT NULL DEFAULT '''',
    ADD COLUMN grade_rule VARCHAR(255) NOT NULL DEFAULT ''''');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'turns' AND column_name = 'match_correction') > 0, 'DO 0',
    'ALTER TABLE turns
    ADD COLUMN match_runner_up_score DOUBLE NOT NULL DEFAULT 0,
    ADD COLUMN match_correction VARCHAR(255) NOT NULL DEFAULT ''''');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- +goose Down
ALTER TABLE turns DROP COLUMN match_correction, DROP COLUMN match_runner_up_score;
ALTER TABLE conversations DROP COLUMN grade_rule, DROP COLUMN sms;
