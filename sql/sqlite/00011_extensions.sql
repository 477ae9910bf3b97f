-- Whose telephone an extension is: the company's whose agent had the number first. The switch knows one list of extensions, and no company rings
-- another's telephone.
-- +goose Up
CREATE TABLE extensions (
    extension TEXT PRIMARY KEY,
    tenant_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX users_by_extension ON users (agent_number, id);
INSERT INTO extensions (extension, tenant_id) SELECT agent_number, tenant_id FROM users WHERE id IN (SELECT MIN(id) FROM users WHERE agent_number IS NOT NULL GROUP BY agent_number);

-- +goose Down
DROP INDEX users_by_extension;
DROP TABLE extensions;
