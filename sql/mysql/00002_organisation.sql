-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- +goose Up
CREATE TABLE IF NOT EXISTS units (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id  BIGINT NOT NULL,
    parent_id  BIGINT NOT NULL,
    path       VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name       VARCHAR(100) NOT NULL,
    created_at BIGINT NOT NULL,
    KEY units_by_tenant (tenant_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS roles (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    name        VARCHAR(100) NOT NULL,
    description VARCHAR(500) NOT NULL,
    template    VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    data_scope  VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    permissions LONGTEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY roles_name (tenant_id, name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS operations (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    account     VARCHAR(190) NOT NULL,
    user_name   VARCHAR(255) NOT NULL,
    address     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    module      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    action      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    target_kind VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    target_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    target_name VARCHAR(255) NOT NULL,
    summary     VARCHAR(500) NOT NULL,
    before_json LONGTEXT NOT NULL,
    after_json  LONGTEXT NOT NULL,
    at          BIGINT NOT NULL,
    KEY operations_by_tenant (tenant_id, id),
    KEY operations_by_user (tenant_id, user_id, id),
    KEY operations_by_module (tenant_id, module, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS announcements (
    id           BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id    BIGINT NOT NULL,
    level        VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    title        VARCHAR(200) NOT NULL,
    body         LONGTEXT NOT NULL,
    author       VARCHAR(255) NOT NULL,
    published_at BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS notifications (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id  BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    kind       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    title      VARCHAR(200) NOT NULL,
    body       LONGTEXT NOT NULL,
    link       VARCHAR(300) NOT NULL,
    data       LONGTEXT NOT NULL,
    once       VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    created_at BIGINT NOT NULL,
    read_at    BIGINT NOT NULL,
    UNIQUE KEY notifications_once (once, user_id),
    KEY notifications_by_user (user_id, id),
    KEY notifications_unread (user_id, read_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS dnc_groups (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id  BIGINT NOT NULL,
    name       VARCHAR(100) NOT NULL,
    remark     VARCHAR(500) NOT NULL,
    expires_at BIGINT NOT NULL,
    numbers    BIGINT NOT NULL,
    created_by VARCHAR(255) NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY dnc_groups_name (tenant_id, name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS dnc_numbers (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id  BIGINT NOT NULL,
    group_id   BIGINT NOT NULL,
    number     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    remark     VARCHAR(200) NOT NULL,
    import_id  BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY dnc_numbers_number (group_id, number),
    KEY dnc_numbers_lookup (tenant_id, number, group_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS campaign_alarms (
    campaign_id BIGINT PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    enabled     BIGINT NOT NULL,
    rules       LONGTEXT NOT NULL,
    member_ids  LONGTEXT NOT NULL,
    raised      LONGTEXT NOT NULL,
    updated_at  BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS exports (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    kind        VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    title       VARCHAR(200) NOT NULL,
    request     LONGTEXT NOT NULL,
    state       VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    done        BIGINT NOT NULL,
    total       BIGINT NOT NULL,
    row_count   BIGINT NOT NULL,
    reason      VARCHAR(500) NOT NULL,
    file_name   VARCHAR(255) NOT NULL,
    file_path   LONGTEXT NOT NULL,
    size        BIGINT NOT NULL,
    created_by  VARCHAR(255) NOT NULL,
    created_at  BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    KEY exports_by_user (tenant_id, user_id, id),
    KEY exports_by_state (state, id),
    KEY exports_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS exports;
DROP TABLE IF EXISTS campaign_alarms;
DROP TABLE IF EXISTS dnc_numbers;
DROP TABLE IF EXISTS dnc_groups;
DROP TABLE IF EXISTS notifications;
DROP TABLE IF EXISTS announcements;
DROP TABLE IF EXISTS operations;
DROP TABLE IF EXISTS roles;
DROP TABLE IF EXISTS units;
