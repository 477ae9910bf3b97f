-- +goose Up
CREATE TABLE units (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    parent_id  INTEGER NOT NULL,
    path       TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX units_by_tenant ON units (tenant_id, id);

CREATE TABLE roles (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   INTEGER NOT NULL,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    template    TEXT NOT NULL,
    data_scope  TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX roles_name ON roles (tenant_id, name);

CREATE TABLE operations (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    account     TEXT NOT NULL,
    user_name   TEXT NOT NULL,
    address     TEXT NOT NULL,
    module      TEXT NOT NULL,
    action      TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id   TEXT NOT NULL,
    target_name TEXT NOT NULL,
    summary     TEXT NOT NULL,
    before_json TEXT NOT NULL,
    after_json  TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX operations_by_tenant ON operations (tenant_id, id);
CREATE INDEX operations_by_user ON operations (tenant_id, user_id, id);
CREATE INDEX operations_by_module ON operations (tenant_id, module, id);

CREATE TABLE announcements (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id    INTEGER NOT NULL,
    level        TEXT NOT NULL,
    title        TEXT NOT NULL,
    body         TEXT NOT NULL,
    author       TEXT NOT NULL,
    published_at INTEGER NOT NULL
) STRICT;

CREATE TABLE notifications (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    link       TEXT NOT NULL,
    data       TEXT NOT NULL,
    once       TEXT,
    created_at INTEGER NOT NULL,
    read_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX notifications_once ON notifications (once, user_id);
CREATE INDEX notifications_by_user ON notifications (user_id, id);
CREATE INDEX notifications_unread ON notifications (user_id, read_at, id);

CREATE TABLE dnc_groups (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    name       TEXT NOT NULL,
    remark     TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    numbers    INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX dnc_groups_name ON dnc_groups (tenant_id, name);

CREATE TABLE dnc_numbers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    group_id   INTEGER NOT NULL,
    number     TEXT NOT NULL,
    remark     TEXT NOT NULL,
    import_id  INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX dnc_numbers_number ON dnc_numbers (group_id, number);
CREATE INDEX dnc_numbers_lookup ON dnc_numbers (tenant_id, number, group_id);

CREATE TABLE campaign_alarms (
    campaign_id INTEGER PRIMARY KEY,
    tenant_id   INTEGER NOT NULL,
    enabled     INTEGER NOT NULL,
    rules       TEXT NOT NULL,
    member_ids  TEXT NOT NULL,
    raised      TEXT NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE exports (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    title       TEXT NOT NULL,
    request     TEXT NOT NULL,
    state       TEXT NOT NULL,
    done        INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    row_count   INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    file_name   TEXT NOT NULL,
    file_path   TEXT NOT NULL,
    size        INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX exports_by_user ON exports (tenant_id, user_id, id);
CREATE INDEX exports_by_state ON exports (state, id);
CREATE INDEX exports_expiry ON exports (expires_at);

-- +goose Down
DROP TABLE exports;
DROP TABLE campaign_alarms;
DROP TABLE dnc_numbers;
DROP TABLE dnc_groups;
DROP TABLE notifications;
DROP TABLE announcements;
DROP TABLE operations;
DROP TABLE roles;
DROP TABLE units;
