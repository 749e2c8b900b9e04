-- The notebook. Envelopes are the truth; document, snapshot, report and words are caches that can
-- be rebuilt from them. Bodies and snapshots lie beside their rows, so that listing reads no blob.

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE draft (
    doc         BLOB PRIMARY KEY,       -- with a rowid: a body in an index would spill onto pages of its own
    saved_ms    INTEGER NOT NULL,
    body        BLOB NOT NULL
);

CREATE TABLE lease (
    lease      BLOB PRIMARY KEY,
    cwt        BLOB NOT NULL,
    agent      BLOB NOT NULL,
    name       TEXT NOT NULL,
    unit       TEXT NOT NULL,
    role       TEXT NOT NULL,
    device     BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE document (
    id       INTEGER PRIMARY KEY,
    doc      BLOB NOT NULL UNIQUE,
    kind     INTEGER NOT NULL,
    home     TEXT NOT NULL,
    author   BLOB,                      -- who sealed it; null for a handling
    report   BLOB,                      -- a handling's report
    handling BLOB UNIQUE                -- a report's handling, whether it exists or not
);

-- From the second change on; a document of one change is its envelope.
CREATE TABLE snapshot (
    id      INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    bytes   BLOB NOT NULL
);

CREATE TABLE envelope (
    id          INTEGER PRIMARY KEY,
    eid         BLOB NOT NULL UNIQUE,
    doc         BLOB NOT NULL,
    kind        INTEGER NOT NULL,
    lease       BLOB NOT NULL,
    chain       BLOB NOT NULL,
    n           INTEGER NOT NULL,
    t           BLOB NOT NULL,
    wall_ms     INTEGER NOT NULL,
    priority    INTEGER NOT NULL,
    change      BLOB,                   -- hash of the Automerge change, once read
    own         INTEGER NOT NULL,       -- written by this device's author key
    applied     INTEGER NOT NULL,       -- part of the document
    late        INTEGER NOT NULL DEFAULT 0,
    waiting     TEXT,                   -- fed, not applied: what it waits for, or why it is aside
    answer      INTEGER,                -- own: the server's last code
    reason      TEXT,                   -- own: the server's reason
    seq         INTEGER,                -- own: its ledger number
    covered     INTEGER NOT NULL DEFAULT 0, -- own: the receipt held covers it
    received_ms INTEGER
);
CREATE INDEX envelope_doc ON envelope (doc);
-- Small once all is received. By document for the list; it holds all that the outbox's order and count need.
CREATE INDEX envelope_outbox ON envelope (doc, priority, answer) WHERE own = 1 AND covered = 0;
CREATE INDEX envelope_refused ON envelope (doc) WHERE own = 1 AND answer IN (2, 5);
CREATE INDEX envelope_ledger ON envelope (seq) WHERE own = 1 AND seq IS NOT NULL;
CREATE INDEX envelope_waiting ON envelope (doc) WHERE waiting IS NOT NULL;

CREATE TABLE body (
    id      INTEGER PRIMARY KEY REFERENCES envelope (id) ON DELETE CASCADE,
    bytes   BLOB NOT NULL
);

CREATE TABLE report (
    id           INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    doc          BLOB NOT NULL UNIQUE,
    recorded_ms  INTEGER NOT NULL,
    author       BLOB NOT NULL,
    number       TEXT,
    body         BLOB NOT NULL,         -- the projected row (CBOR)
    acts         BLOB                   -- the last acts of the handling (CBOR)
);
-- Rising, so that a new report is added at the end and splits no page.
CREATE INDEX report_recorded ON report (recorded_ms, doc);

CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2");
-- Filing merges nothing until 16 segments stand: half of the pages it wrote were merges of four.
INSERT INTO words (words, rank) VALUES ('automerge', 0);

CREATE TABLE config (
    name     TEXT PRIMARY KEY,
    made_ms  INTEGER NOT NULL,
    signed   BLOB NOT NULL
) WITHOUT ROWID;

-- Own envelopes that the server holds and this device lost: their bodies are asked for.
CREATE TABLE missing (
    eid     BLOB PRIMARY KEY
) WITHOUT ROWID;

-- Fed entries that do not verify, or of a later version: kept with their reason.
CREATE TABLE aside (
    id      INTEGER PRIMARY KEY,
    seq     INTEGER,
    eid     BLOB,
    reason  TEXT NOT NULL,
    bytes   BLOB NOT NULL
);
