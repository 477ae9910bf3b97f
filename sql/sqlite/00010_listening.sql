-- Supervisors who listen to calls or take them over, and what of it the call keeps. Those that are open have 0 for their end and stand at the
-- beginning of the index.
-- +goose Up
CREATE TABLE listenings (
    id          TEXT PRIMARY KEY,
    tenant_id   INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    call_uuid   TEXT NOT NULL,
    user_id     INTEGER NOT NULL,
    name        TEXT NOT NULL,
    extension   TEXT NOT NULL,
    wish        TEXT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    asked_at    INTEGER NOT NULL,
    heard_at    INTEGER NOT NULL,
    took_at     INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX listenings_open ON listenings (ended_at, user_id);
CREATE INDEX listenings_by_call ON listenings (call_uuid);

ALTER TABLE calls ADD COLUMN listened_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN listened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN taken_over INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE calls DROP COLUMN taken_over;
ALTER TABLE calls DROP COLUMN listened;
ALTER TABLE calls DROP COLUMN listened_at;
DROP TABLE listenings;
