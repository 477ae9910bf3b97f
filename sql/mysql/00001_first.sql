-- MySQL and MariaDB commit each statement by itself: every statement here may be run again after a crash between two.
-- +goose Up
CREATE TABLE IF NOT EXISTS tenants (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    parent_id  BIGINT NOT NULL,
    path       VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    kind       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name       VARCHAR(100) NOT NULL,
    code       VARCHAR(40),
    zone       VARCHAR(64) NOT NULL,
    contact_name  VARCHAR(100) NOT NULL DEFAULT '',
    contact_phone VARCHAR(40) NOT NULL DEFAULT '',
    banned_at  BIGINT NOT NULL DEFAULT 0,
    ban_reason VARCHAR(500) NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    UNIQUE KEY tenants_code (code),
    KEY tenants_path (path),
    KEY tenants_parent (parent_id, id),
    KEY tenants_banned (banned_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS users (
    id            BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id     BIGINT NOT NULL,
    account       VARCHAR(190) NOT NULL,
    name          VARCHAR(255) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    phone         VARCHAR(40) NOT NULL DEFAULT '',
    email         VARCHAR(190) NOT NULL DEFAULT '',
    agent_number  VARCHAR(40),
    bound_number  VARCHAR(40),
    unit_id       BIGINT NOT NULL DEFAULT 0,
    role_id       BIGINT NOT NULL DEFAULT 0,
    mask_numbers  TINYINT NOT NULL DEFAULT 0,
    concurrent_sign_in TINYINT NOT NULL DEFAULT 1,
    must_change   TINYINT NOT NULL DEFAULT 0,
    disabled_at   BIGINT NOT NULL DEFAULT 0,
    last_sign_in_at BIGINT NOT NULL DEFAULT 0,
    last_address  VARCHAR(64) NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL,
    UNIQUE KEY users_account (account),
    UNIQUE KEY users_agent_number (tenant_id, agent_number),
    UNIQUE KEY users_bound_number (bound_number),
    KEY users_by_tenant (tenant_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sessions (
    token_hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    id         VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin,
    user_id    BIGINT NOT NULL,
    tenant_id  BIGINT NOT NULL,
    address    VARCHAR(64) NOT NULL DEFAULT '',
    user_agent VARCHAR(300) NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL,
    UNIQUE KEY sessions_id (id),
    KEY sessions_expiry (expires_at),
    KEY sessions_by_user (user_id),
    KEY sessions_by_tenant (tenant_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS scripts (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id  BIGINT NOT NULL,
    name       VARCHAR(255) NOT NULL,
    created_at BIGINT NOT NULL,
    KEY scripts_by_tenant (tenant_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS script_versions (
    id         BIGINT AUTO_INCREMENT PRIMARY KEY,
    script_id  BIGINT NOT NULL,
    tenant_id  BIGINT NOT NULL,
    number     INT NOT NULL,
    source     LONGBLOB NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE KEY script_versions_number (script_id, number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS trunks (
    id           BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id    BIGINT NOT NULL,
    name         VARCHAR(100) NOT NULL,
    gateway      VARCHAR(64) NOT NULL,
    address      VARCHAR(300) NOT NULL,
    caller_id    VARCHAR(32) NOT NULL,
    prefix       VARCHAR(32) NOT NULL,
    concurrency  INT NOT NULL,
    cps          DOUBLE NOT NULL,
    early_media  TINYINT NOT NULL,
    ring_timeout BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    KEY trunks_by_tenant (tenant_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS campaigns (
    id                BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id         BIGINT NOT NULL,
    name              VARCHAR(255) NOT NULL,
    description       TEXT NOT NULL,
    script_version_id BIGINT NOT NULL,
    trunk_id          BIGINT NOT NULL,
    robots            INT NOT NULL,
    start_mode        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    start_at          BIGINT NOT NULL,
    zone              VARCHAR(64) NOT NULL,
    weekdays          SMALLINT NOT NULL,
    window_from       SMALLINT NOT NULL,
    window_to         SMALLINT NOT NULL,
    redial_max        INT NOT NULL,
    redial_interval   BIGINT NOT NULL,
    redial_on         TEXT NOT NULL,
    state             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason            TEXT NOT NULL,
    created_by        VARCHAR(255) NOT NULL,
    updated_by        VARCHAR(255) NOT NULL DEFAULT '',
    owner_id          BIGINT NOT NULL DEFAULT 0,
    unit_id           BIGINT NOT NULL DEFAULT 0,
    dnc_enabled       TINYINT NOT NULL DEFAULT 0,
    dnc_groups        VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '[]',
    redial_to         BIGINT NOT NULL DEFAULT 0,
    deleted_at        BIGINT NOT NULL DEFAULT 0,
    created_at        BIGINT NOT NULL,
    updated_at        BIGINT NOT NULL,
    finished_at       BIGINT NOT NULL,
    KEY campaigns_by_tenant (tenant_id, id),
    KEY campaigns_by_state (state, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS contacts (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    number      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name        VARCHAR(255) NOT NULL,
    vars        MEDIUMTEXT NOT NULL,
    state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    attempts    INT NOT NULL,
    own_faults  INT NOT NULL,
    not_before  BIGINT NOT NULL,
    grade       VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    disposition VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    import_id   BIGINT NOT NULL,
    import_row  INT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE KEY contacts_number (campaign_id, number),
    KEY contacts_due (campaign_id, state, not_before, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS imports (
    id          BIGINT AUTO_INCREMENT PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    dnc_group_id BIGINT NOT NULL DEFAULT 0,
    ordinal     INT NOT NULL,
    source      VARCHAR(255) NOT NULL,
    file_name   TEXT NOT NULL,
    file_path   TEXT NOT NULL,
    state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    total       INT NOT NULL,
    accepted    INT NOT NULL,
    rejected    INT NOT NULL,
    reason      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    UNIQUE KEY imports_ordinal (campaign_id, dnc_group_id, ordinal),
    KEY imports_by_state (state, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rejections (
    import_id BIGINT NOT NULL,
    row_no    INT NOT NULL,
    number    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (import_id, row_no)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A released attempt has no ordinal: the contact's next attempt takes it.
CREATE TABLE IF NOT EXISTS attempts (
    uuid        CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    tenant_id   BIGINT NOT NULL,
    campaign_id BIGINT NOT NULL,
    contact_id  BIGINT NOT NULL,
    ordinal     INT NULL,
    state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    holder      VARCHAR(190) NOT NULL,
    lease_until BIGINT NOT NULL,
    trunk_id    BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE KEY attempts_ordinal (contact_id, ordinal),
    KEY attempts_live (state, holder, lease_until)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS calls (
    uuid              CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    tenant_id         BIGINT NOT NULL,
    campaign_id       BIGINT NOT NULL,
    contact_id        BIGINT NOT NULL,
    ordinal           INT NOT NULL,
    script_version_id BIGINT NOT NULL,
    trunk_id          BIGINT NOT NULL,
    robot_leg         VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name              VARCHAR(255) NOT NULL,
    caller_id         VARCHAR(32) NOT NULL,
    state             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at        BIGINT NOT NULL,
    ringing_at        BIGINT NOT NULL,
    early_at          BIGINT NOT NULL,
    answered_at       BIGINT NOT NULL,
    ended_at          BIGINT NOT NULL,
    answered          TINYINT NOT NULL,
    end_reason        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fault             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    disposition       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    hung_up_by        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sip_code          INT NOT NULL,
    q850              INT NOT NULL,
    cause             TEXT NOT NULL,
    grade             VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    turns             INT NOT NULL,
    recording         TEXT NOT NULL,
    recording_from    BIGINT NOT NULL,
    reply_p50         BIGINT NOT NULL,
    talk              BIGINT NOT NULL DEFAULT 0,
    transfer          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    read_at           BIGINT NOT NULL DEFAULT 0,
    deleted_at        BIGINT NOT NULL DEFAULT 0,
    facet             BIGINT NOT NULL DEFAULT 0,
    KEY calls_newest (campaign_id, uuid),
    KEY calls_by_facet (campaign_id, facet, uuid, talk, turns, created_at),
    KEY calls_by_number (campaign_id, number),
    KEY calls_by_name (campaign_id, name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS cdrs (
    id                BIGINT AUTO_INCREMENT PRIMARY KEY,
    uuid              CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tenant_id         BIGINT NOT NULL,
    campaign_id       BIGINT NOT NULL,
    contact_id        BIGINT NOT NULL,
    ordinal           INT NOT NULL,
    script_version_id BIGINT NOT NULL,
    trunk_id          BIGINT NOT NULL,
    number            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    caller_id         VARCHAR(32) NOT NULL,
    created_at        BIGINT NOT NULL,
    ringing_at        BIGINT NOT NULL,
    early_at          BIGINT NOT NULL,
    answered_at       BIGINT NOT NULL,
    ended_at          BIGINT NOT NULL,
    answered          TINYINT NOT NULL,
    end_reason        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    fault             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    disposition       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    hung_up_by        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sip_code          INT NOT NULL,
    q850              INT NOT NULL,
    cause             TEXT NOT NULL,
    grade             VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    turns             INT NOT NULL,
    UNIQUE KEY cdrs_call (tenant_id, uuid),
    KEY cdrs_by_campaign (campaign_id, id),
    KEY cdrs_by_day (tenant_id, created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS turns (
    call_uuid       CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq             INT NOT NULL,
    tenant_id       BIGINT NOT NULL,
    speaker         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    text            MEDIUMTEXT NOT NULL,
    started_at      BIGINT NOT NULL,
    ended_at        BIGINT NOT NULL,
    audio           TEXT NOT NULL,
    node            VARCHAR(255) NOT NULL,
    match_kind      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    match_intent    VARCHAR(255) NOT NULL,
    match_rule      TEXT NOT NULL,
    match_score     DOUBLE NOT NULL,
    match_runner_up VARCHAR(255) NOT NULL,
    reply_latency   BIGINT NOT NULL,
    interrupted     TINYINT NOT NULL,
    barge_in_stop   BIGINT NOT NULL,
    PRIMARY KEY (call_uuid, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS conversations (
    call_uuid    CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
    tenant_id    BIGINT NOT NULL,
    started_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    ended_by     VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    end_reason   VARCHAR(64) NOT NULL,
    last_node    VARCHAR(255) NOT NULL,
    labels       TEXT NOT NULL,
    interactions INT NOT NULL,
    affirmed     INT NOT NULL,
    refused      INT NOT NULL,
    questions    INT NOT NULL,
    unmatched    INT NOT NULL,
    silences     INT NOT NULL,
    grade        VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reply_p50    BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS conversations;
DROP TABLE IF EXISTS turns;
DROP TABLE IF EXISTS cdrs;
DROP TABLE IF EXISTS calls;
DROP TABLE IF EXISTS attempts;
DROP TABLE IF EXISTS rejections;
DROP TABLE IF EXISTS imports;
DROP TABLE IF EXISTS contacts;
DROP TABLE IF EXISTS campaigns;
DROP TABLE IF EXISTS trunks;
DROP TABLE IF EXISTS script_versions;
DROP TABLE IF EXISTS scripts;
DROP TABLE IF EXISTS sessions;
DROP TABLE IF EXISTS users;
DROP TABLE IF EXISTS tenants;
