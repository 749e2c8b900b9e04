-- Histories: a history is a run of feed numbers between two restores of the archive. The first has
-- no parent. fork_seq: the last number it shares with its parent; its own go on from there.
CREATE TABLE history (
    tenant    INTEGER NOT NULL,
    history   BLOB    NOT NULL,
    parent    BLOB,
    fork_seq  INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, history)
) WITHOUT ROWID;
-- An archive of version 1 was never restored: it has one history. When it was opened is not known.
INSERT INTO history (tenant, history, parent, fork_seq, opened_ms)
    SELECT tenant, history, NULL, 0, 0 FROM tenant_head;

-- What the program that judged last knew of schemas, kinds and prefixes. reached: while a newer one
-- judges again what is pending, everything up to this ledger number is done.
CREATE TABLE knowledge (
    tenant  INTEGER NOT NULL PRIMARY KEY,
    number  INTEGER NOT NULL,
    reached INTEGER NOT NULL
);
INSERT INTO knowledge (tenant, number, reached) SELECT tenant, 1, 0 FROM tenant_head;

-- What another took the place of waits for nothing: it says so, and is in neither index.
UPDATE envelope SET reason = 'replaced' WHERE state = 3 AND EXISTS (
    SELECT 1 FROM replaced_envelope r
    WHERE r.tenant = envelope.tenant AND r.eid = envelope.eid AND r.agent = envelope.agent);

-- What waits, in the order in which it is tried again; and how much of it a device sent.
CREATE INDEX envelope_waiting ON envelope (tenant, doc, kind, chain, n)
    WHERE state = 3 AND reason <> 'replaced';
CREATE INDEX envelope_pending ON envelope (tenant, device) WHERE state = 3 AND reason <> 'replaced';

-- When each chain of a device was written, by the corrected clock of the envelopes: two that
-- interleave were written by two copies of one device. anchor: the first one stored, against whose
-- monotonic clock the others are held. received_ms: the earliest, by the server's own clock.
-- device.copied_ms: when two copies were noticed.
CREATE TABLE chain (
    tenant         INTEGER NOT NULL,
    device         BLOB    NOT NULL,
    chain          BLOB    NOT NULL,
    boot           BLOB    NOT NULL,
    anchor_ms      INTEGER NOT NULL,
    anchor_mono_ms INTEGER NOT NULL,
    first_ms       INTEGER NOT NULL,
    last_ms        INTEGER NOT NULL,
    received_ms    INTEGER NOT NULL,
    PRIMARY KEY (tenant, device, chain)
) WITHOUT ROWID;
CREATE INDEX chain_last ON chain (tenant, device, last_ms, first_ms, received_ms, boot);
ALTER TABLE device ADD COLUMN copied_ms INTEGER;

-- A report that left a scope (another seal was accepted) left its rows there: they are nobody's.
DELETE FROM feed_scope WHERE EXISTS (
    SELECT 1 FROM feed f JOIN envelope e ON e.tenant = f.tenant AND e.seq = f.envelope
    WHERE f.tenant = feed_scope.tenant AND f.seq = feed_scope.seq AND f.kind = 0
      AND NOT EXISTS (SELECT 1 FROM document_scope s
                      WHERE s.tenant = e.tenant AND s.doc = e.report AND s.scope = feed_scope.scope));
