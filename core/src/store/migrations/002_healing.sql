-- What healing needs: where the server forked, the feed's numbers of everything held, what is offered
-- again to a restored server, and the lines of our own ledger whose envelopes this device lost.

CREATE TABLE fork (
    history BLOB PRIMARY KEY,
    parent  BLOB NOT NULL,
    seq     INTEGER NOT NULL            -- the last number they share
) WITHOUT ROWID;

-- From now on envelope.seq is the feed's number of others' envelopes too; null: not known in this history.
ALTER TABLE envelope ADD COLUMN offer INTEGER NOT NULL DEFAULT 0; -- others': the restored server may lack it
CREATE INDEX envelope_offer ON envelope (offer) WHERE offer = 1;

ALTER TABLE lease ADD COLUMN seq INTEGER; -- the feed's number, as above

-- A line of the server's ledger whose envelope this device lost: counted as own, its body asked for once.
ALTER TABLE missing ADD COLUMN chain BLOB;
ALTER TABLE missing ADD COLUMN n INTEGER;
ALTER TABLE missing ADD COLUMN seq INTEGER;
ALTER TABLE missing ADD COLUMN covered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE missing ADD COLUMN asked INTEGER NOT NULL DEFAULT 0; -- the server gave no body
ALTER TABLE missing ADD COLUMN answer INTEGER;                   -- as the envelope's
ALTER TABLE missing ADD COLUMN reason TEXT;
CREATE INDEX missing_wanted ON missing (asked) WHERE asked = 0;

-- core-replay: appended below.
-- What took whose place, what the feed said of own envelopes, and what was kept aside.

-- Named in `replaces` of an applied envelope: never applied afterwards.
CREATE TABLE replaced (
    eid     BLOB NOT NULL,
    by      BLOB NOT NULL,              -- the envelope that stands for it
    agent   BLOB NOT NULL,              -- of both: nobody replaces what another wrote
    PRIMARY KEY (eid, by)
) WITHOUT ROWID;

-- Own envelopes that the feed said were set aside, held here or not yet.
CREATE TABLE verdict (
    eid     BLOB PRIMARY KEY,
    reason  TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO verdict (eid, reason)
    SELECT eid, coalesce(reason, 'no-right') FROM envelope WHERE own = 1 AND answer = 2;

-- Seals set aside: their handlings stand on them, and may release them.
CREATE TABLE refused_seal (
    handling BLOB PRIMARY KEY,
    report   BLOB NOT NULL,
    home     TEXT NOT NULL,
    author   BLOB NOT NULL
) WITHOUT ROWID;

-- The same bytes are kept aside once, and no flood of them fills the phone.
ALTER TABLE aside ADD COLUMN digest BLOB;
CREATE UNIQUE INDEX aside_digest ON aside (digest);
CREATE INDEX aside_oldest ON aside (id) WHERE reason <> 'later';
CREATE TABLE aside_tally (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    entries INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    dropped INTEGER NOT NULL
);
INSERT INTO aside_tally SELECT 1, count(*), coalesce(sum(length(bytes)), 0), 0 FROM aside;
CREATE TRIGGER aside_kept AFTER INSERT ON aside BEGIN
    UPDATE aside_tally SET entries = entries + 1, bytes = bytes + length(new.bytes);
END;
CREATE TRIGGER aside_gone AFTER DELETE ON aside BEGIN
    UPDATE aside_tally SET entries = entries - 1, bytes = bytes - length(old.bytes);
END;

-- core-rescue: what a rescue saved and nobody can verify before the device is enrolled again.
CREATE TABLE salvaged (
    id    INTEGER PRIMARY KEY,
    kind  INTEGER NOT NULL,             -- 0 a lease, 1 an envelope
    bytes BLOB NOT NULL
);

-- What an agent replaced.
CREATE INDEX replaced_agent ON replaced (agent);
