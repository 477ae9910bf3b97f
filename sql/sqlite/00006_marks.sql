-- What a talk was marked for, the rule that graded it, and how sentences were understood.
-- +goose Up
ALTER TABLE conversations ADD COLUMN sms TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN grade_rule TEXT NOT NULL DEFAULT '';
ALTER TABLE turns ADD COLUMN match_runner_up_score REAL NOT NULL DEFAULT 0;
ALTER TABLE turns ADD COLUMN match_correction TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE turns DROP COLUMN match_correction;
ALTER TABLE turns DROP COLUMN match_runner_up_score;
ALTER TABLE conversations DROP COLUMN grade_rule;
ALTER TABLE conversations DROP COLUMN sms;
