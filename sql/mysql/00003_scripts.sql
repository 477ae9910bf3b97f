-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- MySQL has no ADD COLUMN IF NOT EXISTS, so each table is asked first whether it has its new columns.
-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'scripts' AND column_name = 'code') > 0, 'DO 0',
    'ALTER TABLE scripts
    ADD COLUMN code VARCHAR(20) NULL,
    ADD COLUMN trade VARCHAR(100) NOT NULL DEFAULT '''',
    ADD COLUMN description VARCHAR(1000) NOT NULL DEFAULT '''',
    ADD COLUMN language VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '''',
    ADD COLUMN shared BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN state VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''draft'',
    ADD COLUMN editing BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN newest_id BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN newest BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN deployed_id BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN deployed BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN problems BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN created_by VARCHAR(255) NOT NULL DEFAULT '''',
    ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN deleted_at BIGINT NOT NULL DEFAULT 0,
    ADD UNIQUE KEY scripts_by_code (code)');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'script_versions' AND column_name = 'state') > 0, 'DO 0',
    'ALTER TABLE script_versions
    ADD COLUMN state VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''live'',
    ADD COLUMN note VARCHAR(1000) NOT NULL DEFAULT '''',
    ADD COLUMN remark VARCHAR(1000) NOT NULL DEFAULT '''',
    ADD COLUMN author_id BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN submitted_by VARCHAR(255) NOT NULL DEFAULT '''',
    ADD COLUMN reviewed_by VARCHAR(255) NOT NULL DEFAULT '''',
    ADD COLUMN reviewed_at BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN deployed_at BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN report LONGBLOB NULL,
    ADD KEY script_versions_by_state (state, id)');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'campaigns' AND column_name = 'script_id') > 0, 'DO 0',
    'ALTER TABLE campaigns ADD COLUMN script_id BIGINT NOT NULL DEFAULT 0, ADD KEY campaigns_by_script (script_id, state)');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

CREATE TABLE IF NOT EXISTS script_drafts (
    script_id  BIGINT PRIMARY KEY,
    tenant_id  BIGINT NOT NULL,
    revision   BIGINT NOT NULL,
    document   LONGBLOB NOT NULL,
    updated_by VARCHAR(255) NOT NULL,
    updated_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS script_recordings (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    script_id   BIGINT NOT NULL,
    version_id  BIGINT NOT NULL,
    tenant_id   BIGINT NOT NULL,
    sentence    VARCHAR(255) NOT NULL,
    words       LONGTEXT NOT NULL,
    path        VARCHAR(255) NOT NULL,
    duration_ms BIGINT NOT NULL,
    level_db    DOUBLE NOT NULL,
    created_by  VARCHAR(255) NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE KEY script_recordings_sentence (script_id, version_id, sentence),
    KEY script_recordings_by_version (version_id, script_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What was published before is what was dialled: the newest version of each script is deployed, the others could be.
UPDATE script_versions AS v JOIN (SELECT script_id, MAX(number) AS number FROM script_versions GROUP BY script_id) AS o
    ON o.script_id = v.script_id AND o.number = v.number
SET v.state = 'deployed', v.reviewed_at = v.created_at, v.deployed_at = v.created_at;
UPDATE scripts SET code = CONCAT('S', LPAD(id, 7, '0')), language = 'zh', updated_at = created_at;
UPDATE scripts AS s JOIN script_versions AS v ON v.script_id = s.id AND v.state = 'deployed'
SET s.state = 'deployed', s.newest_id = v.id, s.newest = v.number, s.deployed_id = v.id, s.deployed = v.number, s.updated_at = v.created_at;
UPDATE scripts SET editing = 1 WHERE newest_id = 0;
INSERT IGNORE INTO script_drafts (script_id, tenant_id, revision, document, updated_by, updated_at)
SELECT s.id, s.tenant_id, 1, COALESCE(v.source, '{}'), '', s.updated_at FROM scripts AS s LEFT JOIN script_versions AS v ON v.id = s.newest_id;
UPDATE campaigns AS c JOIN script_versions AS v ON v.id = c.script_version_id SET c.script_id = v.script_id;
UPDATE campaigns AS c JOIN scripts AS s ON s.id = c.script_id AND s.deployed_id > 0 SET c.script_version_id = s.deployed_id WHERE c.state <> 'finished';

-- +goose Down
DROP TABLE IF EXISTS script_recordings;
DROP TABLE IF EXISTS script_drafts;
ALTER TABLE campaigns DROP KEY campaigns_by_script, DROP COLUMN script_id;
ALTER TABLE script_versions DROP KEY script_versions_by_state, DROP COLUMN state, DROP COLUMN note, DROP COLUMN remark, DROP COLUMN author_id, DROP COLUMN submitted_by,
    DROP COLUMN reviewed_by, DROP COLUMN reviewed_at, DROP COLUMN deployed_at, DROP COLUMN report;
ALTER TABLE scripts DROP KEY scripts_by_code, DROP COLUMN code, DROP COLUMN trade, DROP COLUMN description, DROP COLUMN language, DROP COLUMN shared, DROP COLUMN state,
    DROP COLUMN editing, DROP COLUMN newest_id, DROP COLUMN newest, DROP COLUMN deployed_id, DROP COLUMN deployed, DROP COLUMN problems, DROP COLUMN created_by,
    DROP COLUMN updated_at, DROP COLUMN deleted_at;
