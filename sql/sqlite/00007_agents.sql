-- Whose person was called, and the agent who took the call over: extension, asked for at, connected at.
-- +goose Up
ALTER TABLE calls ADD COLUMN customer TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN agent_asked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN agent_at INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE calls DROP COLUMN agent_at;
ALTER TABLE calls DROP COLUMN agent_asked_at;
ALTER TABLE calls DROP COLUMN agent;
ALTER TABLE calls DROP COLUMN customer;
