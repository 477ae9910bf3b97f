-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- How many robots a company may use at once; NULL for any number, as all companies had before.
-- +goose Up
SET @change = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'tenants' AND column_name = 'robots') > 0, 'DO 0',
    'ALTER TABLE tenants ADD COLUMN robots INT NULL');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

-- +goose Down
ALTER TABLE tenants DROP COLUMN robots;
