-- +goose Up
CREATE TABLE tenants (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id  INTEGER NOT NULL,
    path       TEXT NOT NULL DEFAULT '',
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    code       TEXT UNIQUE,
    zone       TEXT NOT NULL,
    contact_name  TEXT NOT NULL DEFAULT '',
    contact_phone TEXT NOT NULL DEFAULT '',
    banned_at  INTEGER NOT NULL DEFAULT 0,
    ban_reason TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tenants_path ON tenants (path);
CREATE INDEX tenants_parent ON tenants (parent_id, id);
CREATE INDEX tenants_banned ON tenants (banned_at, id);

CREATE TABLE users (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id     INTEGER NOT NULL,
    account       TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    phone         TEXT NOT NULL DEFAULT '',
    email         TEXT NOT NULL DEFAULT '',
    agent_number  TEXT,
    bound_number  TEXT UNIQUE,
    unit_id       INTEGER NOT NULL DEFAULT 0,
    role_id       INTEGER NOT NULL DEFAULT 0,
    mask_numbers  INTEGER NOT NULL DEFAULT 0,
    concurrent_sign_in INTEGER NOT NULL DEFAULT 1,
    must_change   INTEGER NOT NULL DEFAULT 0,
    disabled_at   INTEGER NOT NULL DEFAULT 0,
    last_sign_in_at INTEGER NOT NULL DEFAULT 0,
    last_address  TEXT NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    UNIQUE (tenant_id, agent_number)
) STRICT;
CREATE INDEX users_by_tenant ON users (tenant_id, id);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    id         TEXT UNIQUE,
    user_id    INTEGER NOT NULL,
    tenant_id  INTEGER NOT NULL,
    address    TEXT NOT NULL DEFAULT '',
    user_agent TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_tenant ON sessions (tenant_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE scripts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id  INTEGER NOT NULL,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX scripts_by_tenant ON scripts (tenant_id, id);

CREATE TABLE script_versions (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    script_id  INTEGER NOT NULL,
    tenant_id  INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    source     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (script_id, number)
) STRICT;

CREATE TABLE trunks (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id    INTEGER NOT NULL,
    name         TEXT NOT NULL,
    gateway      TEXT NOT NULL,
    address      TEXT NOT NULL,
    caller_id    TEXT NOT NULL,
    prefix       TEXT NOT NULL,
    concurrency  INTEGER NOT NULL,
    cps          REAL NOT NULL,
    early_media  INTEGER NOT NULL,
    ring_timeout INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX trunks_by_tenant ON trunks (tenant_id, id);

CREATE TABLE campaigns (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id         INTEGER NOT NULL,
    name              TEXT NOT NULL,
    description       TEXT NOT NULL,
    script_version_id INTEGER NOT NULL,
    trunk_id          INTEGER NOT NULL,
    robots            INTEGER NOT NULL,
    start_mode        TEXT NOT NULL,
    start_at          INTEGER NOT NULL,
    zone              TEXT NOT NULL,
    weekdays          INTEGER NOT NULL,
    window_from       INTEGER NOT NULL,
    window_to         INTEGER NOT NULL,
    redial_max        INTEGER NOT NULL,
    redial_interval   INTEGER NOT NULL,
    redial_on         TEXT NOT NULL,
    state             TEXT NOT NULL,
    reason            TEXT NOT NULL,
    created_by        TEXT NOT NULL,
    updated_by        TEXT NOT NULL DEFAULT '',
    owner_id          INTEGER NOT NULL DEFAULT 0,
    unit_id           INTEGER NOT NULL DEFAULT 0,
    dnc_enabled       INTEGER NOT NULL DEFAULT 0,
    dnc_groups        TEXT NOT NULL DEFAULT '[]',
    redial_to         INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    finished_at       INTEGER NOT NULL,
    deleted_at        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX campaigns_by_tenant ON campaigns (tenant_id, id);
CREATE INDEX campaigns_by_state ON campaigns (state, id);

CREATE TABLE contacts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    number      TEXT NOT NULL,
    name        TEXT NOT NULL,
    vars        TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    own_faults  INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    grade       TEXT NOT NULL,
    disposition TEXT NOT NULL,
    import_id   INTEGER NOT NULL,
    import_row  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX contacts_number ON contacts (campaign_id, number);
CREATE INDEX contacts_due ON contacts (campaign_id, state, not_before, id);

CREATE TABLE imports (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant_id   INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    dnc_group_id INTEGER NOT NULL DEFAULT 0,
    ordinal     INTEGER NOT NULL,
    source      TEXT NOT NULL,
    file_name   TEXT NOT NULL,
    file_path   TEXT NOT NULL,
    state       TEXT NOT NULL,
    total       INTEGER NOT NULL,
    accepted    INTEGER NOT NULL,
    rejected    INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    UNIQUE (campaign_id, dnc_group_id, ordinal)
) STRICT;
CREATE INDEX imports_by_state ON imports (state, id);

CREATE TABLE rejections (
    import_id INTEGER NOT NULL,
    row_no    INTEGER NOT NULL,
    number    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (import_id, row_no)
) STRICT, WITHOUT ROWID;

-- A released attempt has no ordinal: the contact's next attempt takes it.
CREATE TABLE attempts (
    uuid        TEXT PRIMARY KEY,
    tenant_id   INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    contact_id  INTEGER NOT NULL,
    ordinal     INTEGER,
    state       TEXT NOT NULL,
    holder      TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    trunk_id    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX attempts_ordinal ON attempts (contact_id, ordinal);
CREATE INDEX attempts_live ON attempts (holder, lease_until) WHERE state <> 'finished';

CREATE TABLE calls (
    uuid              TEXT PRIMARY KEY,
    tenant_id         INTEGER NOT NULL,
    campaign_id       INTEGER NOT NULL,
    contact_id        INTEGER NOT NULL,
    ordinal           INTEGER NOT NULL,
    script_version_id INTEGER NOT NULL,
    trunk_id          INTEGER NOT NULL,
    robot_leg         TEXT NOT NULL,
    number            TEXT NOT NULL,
    name              TEXT NOT NULL,
    caller_id         TEXT NOT NULL,
    state             TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    ringing_at        INTEGER NOT NULL,
    early_at          INTEGER NOT NULL,
    answered_at       INTEGER NOT NULL,
    ended_at          INTEGER NOT NULL,
    answered          INTEGER NOT NULL,
    end_reason        TEXT NOT NULL,
    fault             TEXT NOT NULL,
    disposition       TEXT NOT NULL,
    hung_up_by        TEXT NOT NULL,
    sip_code          INTEGER NOT NULL,
    q850              INTEGER NOT NULL,
    cause             TEXT NOT NULL,
    grade             TEXT NOT NULL,
    turns             INTEGER NOT NULL,
    recording         TEXT NOT NULL,
    recording_from    INTEGER NOT NULL,
    reply_p50         INTEGER NOT NULL,
    talk              INTEGER NOT NULL DEFAULT 0,
    transfer          TEXT NOT NULL DEFAULT '',
    read_at           INTEGER NOT NULL DEFAULT 0,
    deleted_at        INTEGER NOT NULL DEFAULT 0,
    facet             INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_newest ON calls (campaign_id, uuid);
-- The facet packs what lists are filtered by; what follows the id is there so that a search reads nothing else.
CREATE INDEX calls_by_facet ON calls (campaign_id, facet, uuid, talk, turns, created_at);
CREATE INDEX calls_by_number ON calls (campaign_id, number);
CREATE INDEX calls_by_name ON calls (campaign_id, name);

CREATE TABLE cdrs (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid              TEXT NOT NULL,
    tenant_id         INTEGER NOT NULL,
    campaign_id       INTEGER NOT NULL,
    contact_id        INTEGER NOT NULL,
    ordinal           INTEGER NOT NULL,
    script_version_id INTEGER NOT NULL,
    trunk_id          INTEGER NOT NULL,
    number            TEXT NOT NULL,
    caller_id         TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    ringing_at        INTEGER NOT NULL,
    early_at          INTEGER NOT NULL,
    answered_at       INTEGER NOT NULL,
    ended_at          INTEGER NOT NULL,
    answered          INTEGER NOT NULL,
    end_reason        TEXT NOT NULL,
    fault             TEXT NOT NULL,
    disposition       TEXT NOT NULL,
    hung_up_by        TEXT NOT NULL,
    sip_code          INTEGER NOT NULL,
    q850              INTEGER NOT NULL,
    cause             TEXT NOT NULL,
    grade             TEXT NOT NULL,
    turns             INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX cdrs_call ON cdrs (tenant_id, uuid);
CREATE INDEX cdrs_by_campaign ON cdrs (campaign_id, id);
CREATE INDEX cdrs_by_day ON cdrs (tenant_id, created_at);

CREATE TABLE turns (
    call_uuid       TEXT NOT NULL,
    seq             INTEGER NOT NULL,
    tenant_id       INTEGER NOT NULL,
    speaker         TEXT NOT NULL,
    text            TEXT NOT NULL,
    started_at      INTEGER NOT NULL,
    ended_at        INTEGER NOT NULL,
    audio           TEXT NOT NULL,
    node            TEXT NOT NULL,
    match_kind      TEXT NOT NULL,
    match_intent    TEXT NOT NULL,
    match_rule      TEXT NOT NULL,
    match_score     REAL NOT NULL,
    match_runner_up TEXT NOT NULL,
    reply_latency   INTEGER NOT NULL,
    interrupted     INTEGER NOT NULL,
    barge_in_stop   INTEGER NOT NULL,
    PRIMARY KEY (call_uuid, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversations (
    call_uuid    TEXT PRIMARY KEY,
    tenant_id    INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL,
    ended_by     TEXT NOT NULL,
    end_reason   TEXT NOT NULL,
    last_node    TEXT NOT NULL,
    labels       TEXT NOT NULL,
    interactions INTEGER NOT NULL,
    affirmed     INTEGER NOT NULL,
    refused      INTEGER NOT NULL,
    questions    INTEGER NOT NULL,
    unmatched    INTEGER NOT NULL,
    silences     INTEGER NOT NULL,
    grade        TEXT NOT NULL,
    reply_p50    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE conversations;
DROP TABLE turns;
DROP TABLE cdrs;
DROP TABLE calls;
DROP TABLE attempts;
DROP TABLE rejections;
DROP TABLE imports;
DROP TABLE contacts;
DROP TABLE campaigns;
DROP TABLE trunks;
DROP TABLE script_versions;
DROP TABLE scripts;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE tenants;
