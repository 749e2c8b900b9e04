//! Envelopes, their bodies, leases, and what did not verify. Bytes are kept as received.

use ronde_model::envelope::{Envelope, SealedEnvelope};
use ronde_model::history::{Provenance, Provenances};
use ronde_model::id::{AgentId, ChangeHash, DeviceId, DocId, Eid, LeaseId};
use ronde_model::lease::{Lease, SignedLease};
use ronde_model::receipt::Own;
use ronde_model::wire::{AnswerCode, LedgerLine};
use rusqlite::{OptionalExtension, Row, params};

use super::{Tx, damaged, sql};
use crate::error::Error;

/// What is noted beside an envelope when it is stored.
#[derive(Debug, Clone, Default)]
pub struct EnvelopeRow {
    /// Hash of its change, once read.
    pub change: Option<ChangeHash>,
    /// Written by this device.
    pub own: bool,
    /// Part of the document.
    pub applied: bool,
    /// Written after its lease was over.
    pub late: bool,
    /// Fed and not applied: why.
    pub waiting: Option<String>,
    /// Own: its ledger number.
    pub seq: Option<u64>,
    /// When the server received it, ms UTC.
    pub received_ms: Option<i64>,
}

/// An own envelope that waits.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Which.
    pub eid: Eid,
    /// The lease it names.
    pub lease: LeaseId,
    /// Verbatim.
    pub bytes: Vec<u8>,
}

/// An envelope set aside: its identity and report as far as they could be read, why, and whether
/// it was written here.
pub type Aside = (Option<Eid>, Option<DocId>, String, bool);

/// How many own envelopes stand where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnState {
    /// Ever written.
    pub written: u64,
    /// Covered by the receipt.
    pub covered: u64,
    /// Not covered, not refused.
    pub waiting: u64,
    /// Set aside or refused.
    pub needs_you: u64,
    /// The oldest waiting one, ms UTC.
    pub since_ms: Option<i64>,
}

const MALFORMED: i64 = 5;
const OUTBOX: &str = "own = 1 AND covered = 0 AND coalesce(answer, 0) <> 5";

impl Tx<'_> {
    /// Stores an envelope unless it is there; whether it is new.
    pub fn add_envelope(&self, sealed: &SealedEnvelope, row: &EnvelopeRow) -> Result<bool, Error> {
        let Envelope { kind, doc, lease, chain, n, t, priority, .. } = &sealed.envelope;
        let clocks = minicbor::to_vec(t).map_err(|e| Error::bug("instant", e))?;
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO envelope (eid, doc, kind, lease, chain, n, t, wall_ms, priority, change, own, applied, late,
                                       waiting, seq, received_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
                 ON CONFLICT (eid) DO NOTHING",
            )
            .and_then(|mut s| {
                s.execute(params![
                    sealed.eid.0,
                    doc.0,
                    kind.code(),
                    lease.0,
                    chain.0,
                    n,
                    clocks,
                    t.wall_ms,
                    priority,
                    row.change.map(|c| c.0),
                    row.own,
                    row.applied,
                    row.late,
                    row.waiting,
                    row.seq,
                    row.received_ms,
                ])
            })
            .map_err(sql)?;
        if added == 0 {
            return Ok(false);
        }
        self.connection
            .prepare_cached("INSERT INTO body (id, bytes) VALUES (?1, ?2)")
            .and_then(|mut s| s.execute(params![self.connection.last_insert_rowid(), sealed.bytes]))
            .map_err(sql)?;
        Ok(true)
    }

    /// Own envelopes that this device lost and the server holds.
    pub fn want_bodies(&self, eids: &[Eid]) -> Result<(), Error> {
        for eid in eids {
            self.connection
                .prepare_cached("INSERT OR IGNORE INTO missing (eid) VALUES (?1)")
                .and_then(|mut s| s.execute([eid.0]))
                .map_err(sql)?;
        }
        Ok(())
    }

    /// Bodies to ask for.
    pub fn missing_bodies(&self, most: usize) -> Result<Vec<Eid>, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT eid FROM missing LIMIT ?1").map_err(sql)?;
        let rows = statement.query_map([most as i64], |r| r.get(0).map(Eid)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// A lost body came back, or the server holds none.
    pub fn forget_missing(&self, eid: &Eid) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM missing WHERE eid = ?1")
            .and_then(|mut s| s.execute([eid.0]))
            .map_err(sql)?;
        Ok(())
    }

    /// The document an envelope belongs to.
    pub fn doc_of(&self, eid: &Eid) -> Result<Option<DocId>, Error> {
        self.connection
            .prepare_cached("SELECT doc FROM envelope WHERE eid = ?1")
            .and_then(|mut s| s.query_row([eid.0], |r| r.get(0).map(DocId)).optional())
            .map_err(sql)
    }

    /// Whether an envelope is held.
    pub fn holds_envelope(&self, eid: &Eid) -> Result<bool, Error> {
        self.connection
            .prepare_cached("SELECT 1 FROM envelope WHERE eid = ?1")
            .and_then(|mut s| s.exists([eid.0]))
            .map_err(sql)
    }

    /// The envelope is part of the document now.
    pub fn mark_applied(&self, eid: &Eid, change: ChangeHash, late: bool) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "UPDATE envelope SET applied = 1, waiting = NULL, change = ?2, late = ?3 WHERE eid = ?1",
            )
            .and_then(|mut s| s.execute(params![eid.0, change.0, late]))
            .map_err(sql)?;
        Ok(())
    }

    /// Why a fed envelope is not applied.
    pub fn mark_waiting(&self, eid: &Eid, why: &str) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE envelope SET waiting = ?2 WHERE eid = ?1 AND applied = 0")
            .and_then(|mut s| s.execute(params![eid.0, why]))
            .map_err(sql)?;
        Ok(())
    }

    /// When the server received an envelope that is held already.
    pub fn mark_received(&self, eid: &Eid, received_ms: i64) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE envelope SET received_ms = ?2 WHERE eid = ?1 AND received_ms IS NULL")
            .and_then(|mut s| s.execute(params![eid.0, received_ms]))
            .map_err(sql)?;
        Ok(())
    }

    /// The fed envelopes of a document that wait, in the order of their chains.
    pub fn waiting_of(&self, doc: DocId) -> Result<Vec<(SealedEnvelope, bool)>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT body.bytes, own FROM envelope JOIN body USING (id)
                 WHERE doc = ?1 AND waiting IS NOT NULL AND applied = 0 ORDER BY chain, n",
            )
            .map_err(sql)?;
        let rows = statement.query_map([doc.0], |r| Ok((r.get::<_, Vec<u8>>(0)?, r.get(1)?))).map_err(sql)?;
        rows.map(|row| {
            let (bytes, own) = row.map_err(sql)?;
            Ok((SealedEnvelope::parse(bytes).map_err(|_| damaged("envelope"))?, own))
        })
        .collect()
    }

    /// The documents whose envelopes wait for a lease.
    pub fn waiting_for_lease(&self, lease: &LeaseId) -> Result<Vec<DocId>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT DISTINCT doc FROM envelope WHERE waiting = 'missing-lease' AND lease = ?1",
            )
            .map_err(sql)?;
        let rows = statement.query_map([lease.0], |r| r.get(0).map(DocId)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// What the outbox holds, most pressing first, up to a budget of bytes but at least one.
    /// `with_malformed`: those too that the server once could not read.
    pub fn outgoing(
        &self,
        budget_bytes: usize,
        most: usize,
        with_malformed: bool,
    ) -> Result<Vec<Outgoing>, Error> {
        let which = if with_malformed { "own = 1 AND covered = 0" } else { OUTBOX };
        let mut statement = self
            .connection
            .prepare_cached(&format!(
                "SELECT eid, lease, body.bytes FROM envelope JOIN body USING (id) WHERE {which}
                 ORDER BY priority, envelope.id LIMIT ?1"
            ))
            .map_err(sql)?;
        let mut rows = statement.query([most as i64]).map_err(sql)?;
        let (mut taken, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next().map_err(sql)? {
            let one = Outgoing {
                eid: Eid(row.get(0).map_err(sql)?),
                lease: LeaseId(row.get(1).map_err(sql)?),
                bytes: row.get(2).map_err(sql)?,
            };
            bytes += one.bytes.len();
            if bytes > budget_bytes && !taken.is_empty() {
                break;
            }
            taken.push(one);
        }
        Ok(taken)
    }

    /// How many own envelopes stand where.
    pub fn own_state(&self) -> Result<OwnState, Error> {
        self.connection
            .prepare_cached(&format!(
                "SELECT count(*), coalesce(sum(covered), 0), coalesce(sum({OUTBOX}), 0),
                        coalesce(sum(coalesce(answer, 0) IN (2, 5)), 0), min(CASE WHEN {OUTBOX} THEN wall_ms END)
                 FROM envelope WHERE own = 1"
            ))
            .and_then(|mut s| {
                s.query_row([], |r| {
                    Ok(OwnState {
                        written: r.get(0)?,
                        covered: r.get(1)?,
                        waiting: r.get(2)?,
                        needs_you: r.get(3)?,
                        since_ms: r.get(4)?,
                    })
                })
            })
            .map_err(sql)
    }

    /// How many own envelopes wait.
    pub fn waiting_count(&self) -> Result<u64, Error> {
        self.connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM envelope INDEXED BY envelope_outbox WHERE {OUTBOX}"
            ))
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(sql)
    }

    /// The server's answer to a pushed envelope.
    pub fn note_answer(
        &self,
        eid: &Eid,
        code: AnswerCode,
        seq: Option<u64>,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        let code = match code {
            AnswerCode::Accepted => 0,
            // It says nothing of what became of it the first time.
            AnswerCode::Duplicate => return self.note_seq(eid, seq),
            AnswerCode::Quarantined => 2,
            AnswerCode::Pending => 3,
            AnswerCode::TryLater => return Ok(()),
            AnswerCode::Malformed => MALFORMED,
        };
        self.connection
            .prepare_cached("UPDATE envelope SET answer = ?2, reason = ?3 WHERE eid = ?1 AND own = 1")
            .and_then(|mut s| s.execute(params![eid.0, code, reason]))
            .map_err(sql)?;
        self.note_seq(eid, seq)
    }

    fn note_seq(&self, eid: &Eid, seq: Option<u64>) -> Result<(), Error> {
        let Some(seq) = seq else { return Ok(()) };
        self.connection
            .prepare_cached("UPDATE envelope SET seq = ?2 WHERE eid = ?1 AND own = 1")
            .and_then(|mut s| s.execute(params![eid.0, seq]))
            .map_err(sql)?;
        Ok(())
    }

    /// The server set an own envelope aside, or took it in after all.
    pub fn note_verdict(&self, eid: &Eid, quarantined: Option<&str>) -> Result<(), Error> {
        let answer = if quarantined.is_some() { 2 } else { 0 };
        self.connection
            .prepare_cached("UPDATE envelope SET answer = ?2, reason = ?3 WHERE eid = ?1 AND own = 1")
            .and_then(|mut s| s.execute(params![eid.0, answer, quarantined]))
            .map_err(sql)?;
        Ok(())
    }

    /// What a receipt up to `seq` newly covers: the digest of those envelopes.
    pub fn newly_covered(&self, seq: u64) -> Result<Vec<Eid>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT eid FROM envelope INDEXED BY envelope_outbox WHERE own = 1 AND covered = 0 AND seq <= ?1",
            )
            .map_err(sql)?;
        let rows = statement.query_map([seq], |r| r.get(0).map(Eid)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// A receipt covers every own envelope up to `seq`.
    pub fn cover(&self, seq: u64, received_ms: i64) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "UPDATE envelope INDEXED BY envelope_outbox SET covered = 1, received_ms = coalesce(received_ms, ?2)
                 WHERE own = 1 AND covered = 0 AND seq <= ?1",
            )
            .and_then(|mut s| s.execute(params![seq, received_ms]))
            .map_err(sql)?;
        Ok(())
    }

    /// The digest of every own envelope covered.
    pub fn covered_own(&self) -> Result<Own, Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT eid FROM envelope WHERE own = 1 AND covered = 1")
            .map_err(sql)?;
        let rows = statement.query_map([], |r| r.get(0).map(Eid)).map_err(sql)?;
        let mut own = Own::default();
        for eid in rows {
            own.add(&eid.map_err(sql)?);
        }
        Ok(own)
    }

    /// Sets one page of the server's ledger against ours, for numbers in `after..=until`: lines we
    /// hold get their number, own envelopes that the server lacks there become outbox again. Answers
    /// the lines whose envelopes we lost.
    pub fn compare_ledger(&self, after: u64, until: u64, lines: &[LedgerLine]) -> Result<Vec<Eid>, Error> {
        let mut lost = Vec::new();
        self.connection
            .prepare_cached(
                "UPDATE envelope SET seq = NULL, covered = 0 WHERE own = 1 AND seq > ?1 AND seq <= ?2",
            )
            .and_then(|mut s| s.execute(params![after, until.min(i64::MAX as u64)]))
            .map_err(sql)?;
        for line in lines {
            if self.holds_envelope(&line.eid)? {
                self.note_seq(&line.eid, Some(line.seq))?;
            } else {
                lost.push(line.eid);
            }
        }
        Ok(lost)
    }

    /// Every own envelope ever written with its ledger number, oldest first.
    pub fn own_ledger(&self) -> Result<Vec<(Eid, Option<u64>)>, Error> {
        self.eids("SELECT eid, seq FROM envelope WHERE own = 1 ORDER BY id", None)
    }

    /// Own envelopes of a report and its handling.
    pub fn own_of(&self, doc: DocId) -> Result<Vec<(Eid, Option<u64>)>, Error> {
        self.eids("SELECT eid, seq FROM envelope WHERE own = 1 AND doc = ?1 ORDER BY id", Some(doc))
    }

    fn eids(&self, query: &str, doc: Option<DocId>) -> Result<Vec<(Eid, Option<u64>)>, Error> {
        let mut statement = self.connection.prepare_cached(query).map_err(sql)?;
        let read = |r: &Row<'_>| Ok((Eid(r.get(0)?), r.get(1)?));
        let rows = match doc {
            Some(doc) => statement.query_map([doc.0], read),
            None => statement.query_map([], read),
        };
        rows.map_err(sql)?.collect::<Result<_, _>>().map_err(sql)
    }

    /// Own envelopes of a report: (are all covered, the reason of one that was set aside).
    pub fn evidence_of(&self, doc: DocId) -> Result<(bool, Option<String>), Error> {
        self.connection
            .prepare_cached(
                "SELECT coalesce(min(covered), 1),
                        max(CASE WHEN answer = 2 THEN coalesce(reason, 'no-right') WHEN answer = 5 THEN 'malformed' END)
                 FROM envelope WHERE doc = ?1 AND own = 1",
            )
            .and_then(|mut s| s.query_row([doc.0], |r| Ok((r.get(0)?, r.get(1)?))))
            .map_err(sql)
    }

    /// Where the changes of a document came from.
    pub fn provenances(&self, doc: DocId) -> Result<Provenances, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT change, eid, agent, name, unit, role, device, t, received_ms, late
                 FROM envelope JOIN lease USING (lease) WHERE doc = ?1 AND applied = 1",
            )
            .map_err(sql)?;
        let rows = statement
            .query_map([doc.0], |r| {
                let t: Vec<u8> = r.get(7)?;
                Ok((
                    ChangeHash(r.get(0)?),
                    Provenance {
                        eid: Eid(r.get(1)?),
                        agent: AgentId(r.get(2)?),
                        name: r.get(3)?,
                        unit: r.get(4)?,
                        role: r.get(5)?,
                        device: DeviceId(r.get(6)?),
                        t: minicbor::decode(&t).unwrap_or_default(),
                        received_ms: r.get(8)?,
                        late: r.get(9)?,
                    },
                ))
            })
            .map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// Keeps a verified lease; whether it is new.
    pub fn add_lease(&self, signed: &SignedLease) -> Result<bool, Error> {
        let Lease { agent, name, unit, role, device, .. } = &signed.lease;
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO lease (lease, cwt, agent, name, unit, role, device) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (lease) DO NOTHING",
            )
            .and_then(|mut s| s.execute(params![signed.id.0, signed.cwt, agent.0, name, unit, role, device.0]))
            .map_err(sql)?;
        Ok(added > 0)
    }

    /// A lease's CWT.
    pub fn lease(&self, id: &LeaseId) -> Result<Option<Vec<u8>>, Error> {
        self.connection
            .prepare_cached("SELECT cwt FROM lease WHERE lease = ?1")
            .and_then(|mut s| s.query_row([id.0], |r| r.get(0)).optional())
            .map_err(sql)
    }

    /// Keeps fed bytes that cannot be shown.
    pub fn set_aside(
        &self,
        seq: Option<u64>,
        eid: Option<Eid>,
        reason: &str,
        bytes: &[u8],
    ) -> Result<(), Error> {
        self.connection
            .prepare_cached("INSERT INTO aside (seq, eid, reason, bytes) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut s| s.execute(params![seq, eid.map(|e| e.0), reason, bytes]))
            .map_err(sql)?;
        Ok(())
    }

    /// Everything set aside: own envelopes that the server refused, fed ones that do not verify.
    pub fn all_set_aside(&self) -> Result<Vec<Aside>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT eid, doc, CASE answer WHEN 5 THEN 'malformed' ELSE coalesce(reason, 'no-right') END, 1
                 FROM envelope WHERE own = 1 AND answer IN (2, 5)
                 UNION ALL
                 SELECT eid, doc, waiting, 0 FROM envelope WHERE own = 0 AND waiting IS NOT NULL
                 UNION ALL
                 SELECT eid, NULL, reason, 0 FROM aside",
            )
            .map_err(sql)?;
        let rows = statement
            .query_map([], |r| {
                let eid: Option<[u8; 32]> = r.get(0)?;
                let doc: Option<[u8; 16]> = r.get(1)?;
                Ok((eid.map(Eid), doc.map(DocId), r.get(2)?, r.get(3)?))
            })
            .map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }
}
