-- The log of signed envelopes is the truth; snapshots, documents' rows and reports' rows are caches.
-- Every key carries the tenant (one agglomeration); nothing refers across tenants.
-- Rows are small and clustered by number; big blobs have tables of their own.

CREATE TABLE organisation (
    tenant       INTEGER NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    fingerprint  BLOB    NOT NULL,
    server_lease BLOB    NOT NULL
);

-- The history and the last number given in it. A number is given once, without gap.
CREATE TABLE tenant_head (
    tenant  INTEGER NOT NULL PRIMARY KEY,
    history BLOB    NOT NULL,
    seq     INTEGER NOT NULL
);

CREATE TABLE official_number (
    tenant INTEGER NOT NULL,
    year   INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (tenant, year)
) WITHOUT ROWID;

-- seq: the ledger number, given when stored. place: the feed number of its acceptance.
-- state: 0 accepted, 2 quarantined, 3 pending (the codes of the protocol).
CREATE TABLE envelope (
    tenant      INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    eid         BLOB    NOT NULL,
    kind        INTEGER NOT NULL,
    doc         BLOB    NOT NULL,
    report      BLOB,
    lease       BLOB    NOT NULL,
    device      BLOB    NOT NULL,
    agent       BLOB    NOT NULL,
    home        TEXT    NOT NULL,
    chain       BLOB    NOT NULL,
    n           INTEGER NOT NULL,
    t           BLOB    NOT NULL,
    change      BLOB,
    state       INTEGER NOT NULL,
    reason      TEXT,
    place       INTEGER,
    received_ms INTEGER NOT NULL,
    late        INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX envelope_eid ON envelope (tenant, eid);
CREATE INDEX envelope_accepted ON envelope (tenant, doc, kind, place) WHERE state = 0;
CREATE INDEX envelope_held ON envelope (tenant, doc, kind) WHERE state <> 0;
CREATE INDEX envelope_aside ON envelope (tenant, seq) WHERE state <> 0;
CREATE INDEX envelope_ledger ON envelope (tenant, device, seq);

-- The bytes received, verbatim.
CREATE TABLE envelope_body (
    tenant INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    bytes  BLOB    NOT NULL,
    PRIMARY KEY (tenant, seq)
);

-- Envelopes that a person released, and envelopes that another takes the place of: either may be
-- known before the envelope itself.
CREATE TABLE released_envelope (
    tenant   INTEGER NOT NULL,
    eid      BLOB    NOT NULL,
    handling BLOB    NOT NULL,
    PRIMARY KEY (tenant, eid)
) WITHOUT ROWID;
CREATE TABLE replaced_envelope (
    tenant INTEGER NOT NULL,
    eid    BLOB    NOT NULL,
    agent  BLOB    NOT NULL,
    PRIMARY KEY (tenant, eid, agent)
) WITHOUT ROWID;

-- The digest of everything a device deposited: count, and sum modulo 2^128 (16 bytes, big-endian).
CREATE TABLE device_own (
    tenant INTEGER NOT NULL,
    device BLOB    NOT NULL,
    n      INTEGER NOT NULL,
    d      BLOB    NOT NULL,
    PRIMARY KEY (tenant, device)
) WITHOUT ROWID;

-- A report whose seal is stored (sealed = 1: accepted). rev moves with every change of it.
CREATE TABLE document (
    tenant      INTEGER NOT NULL,
    doc         BLOB    NOT NULL,
    handling    BLOB    NOT NULL,
    home        TEXT    NOT NULL,
    author      BLOB    NOT NULL,
    seal        BLOB    NOT NULL,
    sealed      INTEGER NOT NULL,
    rev         INTEGER NOT NULL,
    number      TEXT,
    received_ms INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    PRIMARY KEY (tenant, doc)
) WITHOUT ROWID;
CREATE INDEX document_handling ON document (tenant, handling);

CREATE TABLE document_scope (
    tenant INTEGER NOT NULL,
    doc    BLOB    NOT NULL,
    scope  TEXT    NOT NULL,
    PRIMARY KEY (tenant, doc, scope)
) WITHOUT ROWID;

-- From the second change on; a document of one change is its envelope.
CREATE TABLE snapshot (
    tenant INTEGER NOT NULL,
    doc    BLOB    NOT NULL,
    kind   INTEGER NOT NULL,
    bytes  BLOB    NOT NULL,
    PRIMARY KEY (tenant, doc, kind)
);

-- The inbox, by place (order of arrival). row: the projection, as phones hold it.
CREATE TABLE report (
    tenant      INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    doc         BLOB    NOT NULL,
    type        TEXT    NOT NULL,
    severity    INTEGER NOT NULL,
    commune     TEXT,
    unit        TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    divergences INTEGER NOT NULL,
    row         BLOB    NOT NULL,
    PRIMARY KEY (tenant, place)
) WITHOUT ROWID;

-- Folded words of a report, for the filter of the inbox.
CREATE TABLE report_words (
    tenant INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    words  TEXT    NOT NULL,
    PRIMARY KEY (tenant, place)
);

-- kind: the entry's code on the wire; 255: a number that nobody reads (a pending envelope).
-- envelope: a ledger number. item: a lease's id, a config's name, an order's bytes.
-- again: the document entered a scope; the envelope was numbered before.
CREATE TABLE feed (
    tenant   INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    envelope INTEGER,
    item     BLOB,
    again    INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq)
) WITHOUT ROWID;
CREATE TABLE feed_scope (
    tenant INTEGER NOT NULL,
    scope  TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (tenant, scope, seq)
) WITHOUT ROWID;

CREATE TABLE lease (
    tenant INTEGER NOT NULL,
    id     BLOB    NOT NULL,
    cwt    BLOB    NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
-- The scopes in which a lease was numbered.
CREATE TABLE lease_scope (
    tenant INTEGER NOT NULL,
    lease  BLOB    NOT NULL,
    scope  TEXT    NOT NULL,
    PRIMARY KEY (tenant, lease, scope)
) WITHOUT ROWID;

-- The secret is needed to check the enrolment's MAC; it is dropped with its first use.
CREATE TABLE invitation (
    tenant     INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    secret     BLOB    NOT NULL,
    agent      BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    unit       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,
    expires_ms INTEGER NOT NULL,
    author_key BLOB,
    vault_key  BLOB,
    answer     BLOB,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

CREATE TABLE device (
    tenant      INTEGER NOT NULL,
    device      BLOB    NOT NULL,
    agent       BLOB    NOT NULL,
    name        TEXT    NOT NULL,
    unit        TEXT    NOT NULL,
    role        TEXT    NOT NULL,
    scopes      TEXT    NOT NULL,
    author_key  BLOB    NOT NULL,
    vault_key   BLOB    NOT NULL,
    enrolled_ms INTEGER NOT NULL,
    revoked_ms  INTEGER,
    PRIMARY KEY (tenant, device)
) WITHOUT ROWID;

CREATE TABLE supervisor (
    tenant     INTEGER NOT NULL,
    agent      BLOB    NOT NULL,
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    unit       TEXT    NOT NULL,
    token_hash BLOB    NOT NULL,
    PRIMARY KEY (tenant, agent)
) WITHOUT ROWID;
CREATE UNIQUE INDEX supervisor_token ON supervisor (tenant, token_hash);

-- What every phone receives. The feed row of an older one loses its scope.
CREATE TABLE config (
    tenant  INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    signed  BLOB    NOT NULL,
    PRIMARY KEY (tenant, name)
);
