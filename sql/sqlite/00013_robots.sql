-- How many robots a company may use at once; NULL for any number, as all companies had before.
-- +goose Up
ALTER TABLE tenants ADD COLUMN robots INTEGER;

-- +goose Down
ALTER TABLE tenants DROP COLUMN robots;
