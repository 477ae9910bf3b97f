-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- A script's row says how far its newest version has come, beside which version is deployed: the first was hidden as long as any version was deployed. Versions
-- that were withdrawn are passed over.
-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'scripts' AND column_name = 'remark') > 0, 'DO 0',
    'ALTER TABLE scripts ADD COLUMN remark VARCHAR(1000) NOT NULL DEFAULT ''''');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

UPDATE scripts AS s JOIN script_versions AS v ON v.id = s.newest_id AND v.state = 'withdrawn' SET s.editing = 1;
UPDATE scripts SET state = 'draft', newest_id = 0, newest = 0;
UPDATE scripts AS s JOIN (SELECT script_id, MAX(number) AS number FROM script_versions WHERE state <> 'withdrawn' GROUP BY script_id) AS o ON o.script_id = s.id
    JOIN script_versions AS v ON v.script_id = s.id AND v.number = o.number
SET s.state = IF(v.state = 'deployed', 'live', v.state), s.newest_id = v.id, s.newest = v.number, s.remark = v.remark;

-- +goose Down
UPDATE scripts SET state = 'deployed' WHERE deployed_id <> 0;
ALTER TABLE scripts DROP COLUMN remark;
