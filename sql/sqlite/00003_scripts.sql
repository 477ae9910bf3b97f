-- +goose Up
ALTER TABLE scripts ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE scripts ADD COLUMN trade TEXT NOT NULL DEFAULT '';
ALTER TABLE scripts ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE scripts ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE scripts ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN state TEXT NOT NULL DEFAULT 'draft';
ALTER TABLE scripts ADD COLUMN editing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN newest_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN deployed_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN deployed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN problems INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
ALTER TABLE scripts ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scripts ADD COLUMN deleted_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE script_versions ADD COLUMN state TEXT NOT NULL DEFAULT 'live';
ALTER TABLE script_versions ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE script_versions ADD COLUMN remark TEXT NOT NULL DEFAULT '';
ALTER TABLE script_versions ADD COLUMN author_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE script_versions ADD COLUMN submitted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE script_versions ADD COLUMN reviewed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE script_versions ADD COLUMN reviewed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE script_versions ADD COLUMN deployed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE script_versions ADD COLUMN report BLOB;
CREATE INDEX script_versions_by_state ON script_versions (state, id);

ALTER TABLE campaigns ADD COLUMN script_id INTEGER NOT NULL DEFAULT 0;
CREATE INDEX campaigns_by_script ON campaigns (script_id, state);

CREATE TABLE script_drafts (
    script_id  INTEGER PRIMARY KEY,
    tenant_id  INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    document   BLOB NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE script_recordings (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    script_id   INTEGER NOT NULL,
    version_id  INTEGER NOT NULL,
    tenant_id   INTEGER NOT NULL,
    sentence    TEXT NOT NULL,
    words       TEXT NOT NULL,
    path        TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    level_db    REAL NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (script_id, version_id, sentence)
) STRICT;
CREATE INDEX script_recordings_by_version ON script_recordings (version_id, script_id);

-- What was published before is what was dialled: the newest version of each script is deployed, the others could be.
UPDATE script_versions SET state = 'deployed', reviewed_at = created_at, deployed_at = created_at
WHERE number = (SELECT MAX(o.number) FROM script_versions AS o WHERE o.script_id = script_versions.script_id);
UPDATE scripts SET code = printf('S%07d', id), language = 'zh', updated_at = created_at;
UPDATE scripts SET state = 'deployed', newest_id = v.id, newest = v.number, deployed_id = v.id, deployed = v.number, updated_at = v.created_at
FROM script_versions AS v WHERE v.script_id = scripts.id AND v.state = 'deployed';
UPDATE scripts SET editing = 1 WHERE newest_id = 0;
INSERT INTO script_drafts (script_id, tenant_id, revision, document, updated_by, updated_at)
SELECT s.id, s.tenant_id, 1, COALESCE((SELECT v.source FROM script_versions AS v WHERE v.id = s.newest_id), X'7B7D'), '', s.updated_at FROM scripts AS s;
UPDATE campaigns SET script_id = COALESCE((SELECT v.script_id FROM script_versions AS v WHERE v.id = campaigns.script_version_id), 0);
UPDATE campaigns SET script_version_id = (SELECT s.deployed_id FROM scripts AS s WHERE s.id = campaigns.script_id)
WHERE state <> 'finished' AND script_id IN (SELECT id FROM scripts WHERE deployed_id > 0);
CREATE UNIQUE INDEX scripts_by_code ON scripts (code);

-- +goose Down
DROP INDEX scripts_by_code;
DROP TABLE script_recordings;
DROP TABLE script_drafts;
DROP INDEX campaigns_by_script;
ALTER TABLE campaigns DROP COLUMN script_id;
DROP INDEX script_versions_by_state;
ALTER TABLE script_versions DROP COLUMN report;
ALTER TABLE script_versions DROP COLUMN deployed_at;
ALTER TABLE script_versions DROP COLUMN reviewed_at;
ALTER TABLE script_versions DROP COLUMN reviewed_by;
ALTER TABLE script_versions DROP COLUMN submitted_by;
ALTER TABLE script_versions DROP COLUMN author_id;
ALTER TABLE script_versions DROP COLUMN remark;
ALTER TABLE script_versions DROP COLUMN note;
ALTER TABLE script_versions DROP COLUMN state;
ALTER TABLE scripts DROP COLUMN deleted_at;
ALTER TABLE scripts DROP COLUMN updated_at;
ALTER TABLE scripts DROP COLUMN created_by;
ALTER TABLE scripts DROP COLUMN problems;
ALTER TABLE scripts DROP COLUMN deployed;
ALTER TABLE scripts DROP COLUMN deployed_id;
ALTER TABLE scripts DROP COLUMN newest;
ALTER TABLE scripts DROP COLUMN newest_id;
ALTER TABLE scripts DROP COLUMN editing;
ALTER TABLE scripts DROP COLUMN state;
ALTER TABLE scripts DROP COLUMN shared;
ALTER TABLE scripts DROP COLUMN language;
ALTER TABLE scripts DROP COLUMN description;
ALTER TABLE scripts DROP COLUMN trade;
ALTER TABLE scripts DROP COLUMN code;
