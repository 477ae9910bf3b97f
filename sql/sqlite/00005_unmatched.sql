-- +goose Up
-- What callees said that their script did not understand, written together with the turn that it was.
CREATE TABLE unmatched_sentences (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id         INTEGER NOT NULL,
    script_id         INTEGER NOT NULL,
    script_version_id INTEGER NOT NULL,
    call_uuid         TEXT NOT NULL,
    seq               INTEGER NOT NULL,
    node              TEXT NOT NULL,
    text              TEXT NOT NULL,
    audio             TEXT NOT NULL,
    at                INTEGER NOT NULL,
    state             TEXT NOT NULL
) STRICT;
CREATE INDEX unmatched_sentences_by_script ON unmatched_sentences (script_id, state, id);

-- The newest calls of a version.
CREATE INDEX calls_by_version ON calls (script_version_id, uuid);

-- +goose Down
DROP INDEX calls_by_version;
DROP TABLE unmatched_sentences;
