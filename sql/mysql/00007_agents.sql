-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- MySQL has no ADD COLUMN IF NOT EXISTS, so the table is asked first whether it has its new columns.
-- Whose person was called, and the agent who took the call over: extension, asked for at, connected at.
-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'calls' AND column_name = 'agent_at') > 0, 'DO 0',
    'ALTER TABLE calls
    ADD COLUMN customer VARCHAR(500) NOT NULL DEFAULT '''',
    ADD COLUMN agent VARCHAR(64) NOT NULL DEFAULT '''',
    ADD COLUMN agent_asked_at BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN agent_at BIGINT NOT NULL DEFAULT 0');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- +goose Down
ALTER TABLE calls DROP COLUMN agent_at, DROP COLUMN agent_asked_at, DROP COLUMN agent, DROP COLUMN customer;
