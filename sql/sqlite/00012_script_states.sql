-- A script's row says how far its newest version has come, beside which version is deployed: the first was hidden as long as any version was deployed. Versions
-- that were withdrawn are passed over.
-- +goose Up
ALTER TABLE scripts ADD COLUMN remark TEXT NOT NULL DEFAULT '';
UPDATE scripts SET editing = 1 WHERE newest_id IN (SELECT id FROM script_versions WHERE state = 'withdrawn');
UPDATE scripts SET state = 'draft', newest_id = 0, newest = 0;
UPDATE scripts SET state = CASE v.state WHEN 'deployed' THEN 'live' ELSE v.state END, newest_id = v.id, newest = v.number, remark = v.remark
FROM script_versions AS v WHERE v.script_id = scripts.id
    AND v.number = (SELECT MAX(o.number) FROM script_versions AS o WHERE o.script_id = scripts.id AND o.state <> 'withdrawn');

-- +goose Down
UPDATE scripts SET state = 'deployed' WHERE deployed_id <> 0;
ALTER TABLE scripts DROP COLUMN remark;
