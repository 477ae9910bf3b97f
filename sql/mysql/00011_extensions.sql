-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- Whose telephone an extension is: the company's whose agent had the number first. The switch knows one list of extensions, and no company rings
-- another's telephone.
-- +goose Up
CREATE TABLE IF NOT EXISTS extensions (
    extension VARCHAR(40) NOT NULL PRIMARY KEY,
    tenant_id BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

SET @change = IF((SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'users' AND index_name = 'users_by_extension') > 0, 'DO 0',
    'ALTER TABLE users ADD KEY users_by_extension (agent_number, id)');
PREPARE change_table FROM @change;
EXECUTE change_table;
DEALLOCATE PREPARE change_table;

INSERT IGNORE INTO extensions (extension, tenant_id) SELECT agent_number, tenant_id FROM users WHERE id IN (SELECT MIN(id) FROM users WHERE agent_number IS NOT NULL GROUP BY agent_number);

-- +goose Down
ALTER TABLE users DROP KEY users_by_extension;
DROP TABLE extensions;
