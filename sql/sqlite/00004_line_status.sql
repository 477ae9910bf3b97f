-- What the sound of a line said: how it was before the answer, and who answered. Confidences are in thousandths, times in microseconds.
-- +goose Up
ALTER TABLE calls ADD COLUMN line_status TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN line_confidence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN line_by TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN line_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN answered_by TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN answered_confidence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN answered_from TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN answered_after INTEGER NOT NULL DEFAULT 0;

ALTER TABLE cdrs ADD COLUMN line_status TEXT NOT NULL DEFAULT '';
ALTER TABLE cdrs ADD COLUMN line_confidence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cdrs ADD COLUMN line_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cdrs ADD COLUMN line_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cdrs ADD COLUMN answered_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cdrs ADD COLUMN answered_confidence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cdrs ADD COLUMN answered_from TEXT NOT NULL DEFAULT '';
ALTER TABLE cdrs ADD COLUMN answered_after INTEGER NOT NULL DEFAULT 0;

ALTER TABLE campaigns ADD COLUMN end_on TEXT NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE campaigns DROP COLUMN end_on;
ALTER TABLE calls DROP COLUMN answered_after;
ALTER TABLE calls DROP COLUMN answered_from;
ALTER TABLE calls DROP COLUMN answered_confidence;
ALTER TABLE calls DROP COLUMN answered_by;
ALTER TABLE calls DROP COLUMN line_after;
ALTER TABLE calls DROP COLUMN line_by;
ALTER TABLE calls DROP COLUMN line_confidence;
ALTER TABLE calls DROP COLUMN line_status;
ALTER TABLE cdrs DROP COLUMN answered_after;
ALTER TABLE cdrs DROP COLUMN answered_from;
ALTER TABLE cdrs DROP COLUMN answered_confidence;
ALTER TABLE cdrs DROP COLUMN answered_by;
ALTER TABLE cdrs DROP COLUMN line_after;
ALTER TABLE cdrs DROP COLUMN line_by;
ALTER TABLE cdrs DROP COLUMN line_confidence;
ALTER TABLE cdrs DROP COLUMN line_status;
