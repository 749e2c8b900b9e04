-- What the inbox needs of a report's handling (its last reader, its closing, its links), made like
-- the row beside it: a cache. Null: it was written by a program that did not make it.
ALTER TABLE report ADD COLUMN handled BLOB;
CREATE INDEX report_unhandled ON report (tenant) WHERE handled IS NULL;

-- A report that left a scope: whoever read it there is told so. seq: not after the number with
-- which it left.
CREATE TABLE scope_left (
    tenant INTEGER NOT NULL,
    scope  TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    doc    BLOB    NOT NULL,
    PRIMARY KEY (tenant, scope, seq, doc)
) WITHOUT ROWID;

-- A link signs one person in, once, and ends. Only the hash of its code is kept.
CREATE TABLE sign_in_link (
    tenant    INTEGER NOT NULL,
    code_hash BLOB    NOT NULL,
    agent     BLOB    NOT NULL,
    ends_ms   INTEGER NOT NULL,
    used_ms   INTEGER,
    PRIMARY KEY (tenant, code_hash)
) WITHOUT ROWID;

-- Signed-in browsers. Only the hash of the cookie is kept.
CREATE TABLE session (
    tenant      INTEGER NOT NULL,
    cookie_hash BLOB    NOT NULL,
    agent       BLOB    NOT NULL,
    ends_ms     INTEGER NOT NULL,
    PRIMARY KEY (tenant, cookie_hash)
) WITHOUT ROWID;

-- Where the server listened last: the address of the links that another program prints.
CREATE TABLE serving (
    tenant INTEGER NOT NULL PRIMARY KEY,
    url    TEXT    NOT NULL
);
