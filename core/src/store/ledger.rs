//! Own envelopes: what waits, what was answered, what the receipt covers. Knows no document.
//! Changes when receipts do.

use ronde_model::id::{DocId, Eid, LeaseId};
use ronde_model::receipt::Own;
use ronde_model::wire::AnswerCode;
use rusqlite::{Row, params};

use super::{Tx, sql};
use crate::error::Error;

/// An envelope that waits.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Which.
    pub eid: Eid,
    /// The lease it names.
    pub lease: LeaseId,
    /// Verbatim.
    pub bytes: Vec<u8>,
    /// The server once could not read it.
    pub malformed: bool,
}

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
    /// Reports that this device wrote of.
    pub reports: u64,
    /// Those of which something is not covered.
    pub reports_uncovered: u64,
    /// Those of which something waits.
    pub reports_waiting: u64,
    /// Those of which something is set aside or refused.
    pub reports_to_check: u64,
}

const MALFORMED: i64 = 5;
const OUTBOX: &str = "own = 1 AND covered = 0 AND coalesce(answer, 0) <> 5";

impl Tx<'_> {
    /// What the outbox holds, most pressing first, up to a budget of bytes but at least one.
    /// `with_malformed`: those too that the server once could not read.
    pub fn outgoing(
        &self,
        budget_bytes: usize,
        most: usize,
        with_malformed: bool,
    ) -> Result<Vec<Outgoing>, Error> {
        let which = if with_malformed { "own = 1 AND covered = 0" } else { OUTBOX };
        // What its own writer replaced and is no part of a document goes last, so that a server that
        // forgot both meets what stands for it first.
        let ids = format!(
            "SELECT id FROM envelope INDEXED BY envelope_outbox WHERE {which}
             ORDER BY applied = 0 AND EXISTS (
                 SELECT 1 FROM replaced JOIN lease ON lease.agent = replaced.agent
                 WHERE replaced.eid = envelope.eid AND lease.lease = envelope.lease), priority, id LIMIT ?1"
        );
        self.take_bodies(&ids, budget_bytes, most)
    }

    /// The envelopes whose row ids a query answers, up to a budget of bytes but at least one.
    pub(super) fn take_bodies(
        &self,
        ids: &str,
        budget_bytes: usize,
        most: usize,
    ) -> Result<Vec<Outgoing>, Error> {
        let mut order = self.connection.prepare_cached(ids).map_err(sql)?;
        let mut body = self
            .connection
            .prepare_cached(
                "SELECT eid, lease, body.bytes, coalesce(answer, 0) = 5 FROM envelope JOIN body USING (id)
                 WHERE id = ?1",
            )
            .map_err(sql)?;
        let (mut taken, mut bytes) = (Vec::new(), 0);
        let mut ids = order.query([most as i64]).map_err(sql)?;
        while let Some(id) = ids.next().map_err(sql)? {
            let id: i64 = id.get(0).map_err(sql)?;
            let one = body
                .query_row([id], |r| {
                    let (eid, lease) = (Eid(r.get(0)?), LeaseId(r.get(1)?));
                    Ok(Outgoing { eid, lease, bytes: r.get(2)?, malformed: r.get(3)? })
                })
                .map_err(sql)?;
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
                        coalesce(sum(coalesce(answer, 0) IN (2, 5)), 0), min(CASE WHEN {OUTBOX} THEN wall_ms END),
                        count(DISTINCT doc), count(DISTINCT CASE WHEN covered = 0 THEN doc END),
                        count(DISTINCT CASE WHEN {OUTBOX} THEN doc END),
                        count(DISTINCT CASE WHEN answer IN (2, 5) THEN doc END)
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
                        reports: r.get(5)?,
                        reports_uncovered: r.get(6)?,
                        reports_waiting: r.get(7)?,
                        reports_to_check: r.get(8)?,
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
            AnswerCode::Duplicate | AnswerCode::Other(_) => return self.note_seq(eid, seq),
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

    pub(super) fn note_seq(&self, eid: &Eid, seq: Option<u64>) -> Result<(), Error> {
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
        let both = [
            "UPDATE envelope SET answer = ?2, reason = ?3 WHERE eid = ?1 AND own = 1",
            "UPDATE missing SET answer = ?2, reason = ?3 WHERE eid = ?1",
        ];
        for statement in both {
            let noted = self.connection.prepare_cached(statement);
            noted.and_then(|mut s| s.execute(params![eid.0, answer, quarantined])).map_err(sql)?;
        }
        Ok(())
    }

    /// What a receipt up to `seq` newly covers.
    pub fn newly_covered(&self, seq: u64) -> Result<Vec<Eid>, Error> {
        let query =
            "SELECT eid FROM envelope INDEXED BY envelope_outbox WHERE own = 1 AND covered = 0 AND seq <= ?1
                     UNION ALL SELECT eid FROM missing WHERE covered = 0 AND seq <= ?1";
        let mut statement = self.connection.prepare_cached(query).map_err(sql)?;
        let rows = statement.query_map([seq], |r| r.get(0).map(Eid)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// A receipt covers every own envelope up to `seq`, lost ones too.
    pub fn cover(&self, seq: u64, received_ms: i64) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "UPDATE envelope INDEXED BY envelope_outbox SET covered = 1, received_ms = coalesce(received_ms, ?2)
                 WHERE own = 1 AND covered = 0 AND seq <= ?1",
            )
            .and_then(|mut s| s.execute(params![seq, received_ms]))
            .map_err(sql)?;
        self.connection
            .prepare_cached("UPDATE missing SET covered = 1 WHERE covered = 0 AND seq <= ?1")
            .and_then(|mut s| s.execute([seq]))
            .map_err(sql)?;
        Ok(())
    }

    /// The digest of every own envelope covered, lost ones too.
    pub fn covered_own(&self) -> Result<Own, Error> {
        let query = "SELECT eid FROM envelope WHERE own = 1 AND covered = 1
                     UNION ALL SELECT eid FROM missing WHERE covered = 1";
        let mut statement = self.connection.prepare_cached(query).map_err(sql)?;
        let rows = statement.query_map([], |r| r.get(0).map(Eid)).map_err(sql)?;
        let mut own = Own::default();
        for eid in rows {
            own.add(&eid.map_err(sql)?);
        }
        Ok(own)
    }

    /// Every own envelope ever written with its ledger number, oldest first, then the lost ones.
    pub fn own_ledger(&self) -> Result<Vec<(Eid, Option<u64>)>, Error> {
        let mut held = self.eids("SELECT eid, seq FROM envelope WHERE own = 1 ORDER BY id", None)?;
        held.extend(self.eids("SELECT eid, seq FROM missing ORDER BY seq", None)?);
        Ok(held)
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
}
