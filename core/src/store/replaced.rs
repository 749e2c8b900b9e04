//! What took whose place: what envelopes say of themselves on the wire, and what this device concluded
//! alone, which holds only in the history it was concluded in: its own answers 6 (replaced, not taken in)
//! and 7 (taken in before it was replaced). Knows rows, decides nothing. Changes with what replacing means.

use ronde_model::document::looks_like_a_seal;
use ronde_model::envelope::{Envelope, Kind, SealedEnvelope};
use ronde_model::id::{AgentId, ChangeHash, DocId, Eid};
use rusqlite::{OptionalExtension, params};

use super::{Tx, damaged, sql};
use crate::error::Error;

/// An own envelope that another replaces, stored by the server, which said nothing of it.
#[derive(Debug, Clone, PartialEq)]
pub struct InDoubt {
    /// Which.
    pub eid: Eid,
    /// Its document.
    pub doc: DocId,
    /// Part of the document here.
    pub applied: bool,
    /// The server had it before anything that replaces it.
    pub came_first: bool,
}

impl Tx<'_> {
    /// An applied envelope takes the place of others of the same agent.
    pub fn put_replaced(&self, eids: &[Eid], by: &Eid, agent: &AgentId) -> Result<(), Error> {
        eids.iter().try_for_each(|eid| {
            self.run(
                "INSERT OR IGNORE INTO replaced (eid, by, agent) VALUES (?1, ?2, ?3)",
                params![eid.0, by.0, agent.0],
            )
        })
    }

    /// What took the place of an envelope of an agent, leaving out one envelope.
    pub fn replaced_by(&self, eid: &Eid, agent: &AgentId, but: Option<&Eid>) -> Result<Option<Eid>, Error> {
        self.connection
            .prepare_cached(
                "SELECT by FROM replaced WHERE eid = ?1 AND agent = ?2 AND (?3 IS NULL OR by <> ?3) LIMIT 1",
            )
            .and_then(|mut s| {
                s.query_row(params![eid.0, agent.0, but.map(|b| b.0)], |r| r.get(0).map(Eid)).optional()
            })
            .map_err(sql)
    }

    /// The change of an applied envelope that names another as the one it says again.
    pub fn said_again(&self, eid: &Eid, by: &Eid) -> Result<Option<ChangeHash>, Error> {
        let change: Option<[u8; 32]> = self
            .connection
            .prepare_cached(
                "SELECT change FROM envelope WHERE eid = ?1 AND applied = 1 AND change IS NOT NULL",
            )
            .and_then(|mut s| s.query_row([by.0], |r| r.get(0)).optional())
            .map_err(sql)?;
        let names = self.held(by)?.is_some_and(|envelope| envelope.replaces.contains(eid));
        Ok(change.filter(|_| names).map(ChangeHash))
    }

    /// Whether another envelope of its agent took the place of one; not when the server took that one
    /// in before it knew.
    pub fn is_replaced(&self, eid: &Eid, agent: &AgentId) -> Result<bool, Error> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM replaced WHERE eid = ?1 AND agent = ?2
                 AND NOT EXISTS (SELECT 1 FROM envelope WHERE eid = ?1 AND own = 1 AND answer IN (0, 7))",
            )
            .and_then(|mut s| s.exists([eid.0.as_slice(), &agent.0]))
            .map_err(sql)
    }

    /// Own envelopes that others replaced, and that the server is known not to have taken in: they still
    /// ask for a person.
    pub fn replaced_unmarked(&self, agent: &AgentId) -> Result<bool, Error> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM replaced CROSS JOIN envelope ON envelope.eid = replaced.eid
                 WHERE agent = ?1 AND own = 1 AND applied = 0 AND coalesce(answer, 0) NOT IN (0, 6, 7)",
            )
            .and_then(|mut s| s.exists([agent.0]))
            .map_err(sql)
    }

    /// Those are replaced now, and ask for nobody.
    pub fn mark_replaced(&self, agent: &AgentId) -> Result<(), Error> {
        self.run(
            "UPDATE envelope SET answer = 6, waiting = 'replaced'
             WHERE own = 1 AND applied = 0 AND coalesce(answer, 0) NOT IN (0, 6, 7)
               AND eid IN (SELECT eid FROM replaced WHERE agent = ?1)",
            params![agent.0],
        )
    }

    /// One is replaced, and the server is known not to have taken it in. What is still part of a document
    /// leaves it when that is mended.
    pub fn mark_one_replaced(&self, eid: &Eid) -> Result<(), Error> {
        self.run(
            "UPDATE envelope SET answer = 6, waiting = CASE applied WHEN 0 THEN 'replaced' END
             WHERE eid = ?1 AND own = 1",
            [eid.0],
        )
    }

    /// One is replaced, and as far as this device can see the server took it in before it knew.
    pub fn mark_taken_in(&self, eid: &Eid) -> Result<(), Error> {
        self.run("UPDATE envelope SET answer = 7 WHERE eid = ?1 AND own = 1", [eid.0])
    }

    /// Whether an envelope is part of its document here.
    pub fn is_applied(&self, eid: &Eid) -> Result<bool, Error> {
        self.connection
            .prepare_cached("SELECT 1 FROM envelope WHERE eid = ?1 AND applied = 1")
            .and_then(|mut s| s.exists([eid.0]))
            .map_err(sql)
    }

    /// Own envelopes that others replaced, numbered by the server up to `read_to` without a word of what
    /// became of them: a copy of this device, or somebody else, brought them. What was concluded of one is
    /// asked again when it no longer holds.
    pub fn in_doubt(&self, agent: &AgentId, read_to: u64) -> Result<Vec<InDoubt>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT DISTINCT old.eid, old.doc, old.applied, NOT EXISTS (
                     SELECT 1 FROM replaced AS each JOIN envelope AS new ON new.eid = each.by
                     WHERE each.eid = old.eid AND each.agent = ?1 AND new.applied = 1 AND new.seq < old.seq
                       AND NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.eid = new.eid)) AS came_first
                 FROM replaced CROSS JOIN envelope AS old ON old.eid = replaced.eid
                 WHERE agent = ?1 AND own = 1 AND old.seq <= ?2
                   AND (answer IS NULL OR answer = 7 AND NOT came_first)
                   AND NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.eid = old.eid)",
            )
            .map_err(sql)?;
        let rows = statement
            .query_map(params![agent.0, read_to], |r| {
                let (eid, doc) = (Eid(r.get(0)?), DocId(r.get(1)?));
                Ok(InDoubt { eid, doc, applied: r.get(2)?, came_first: r.get(3)? })
            })
            .map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// What this device concluded of own envelopes when either of the two has a number beyond `seq`, or
    /// none, is void: they are judged again. What envelopes say of themselves stays.
    pub(super) fn void_conclusions(&self, seq: u64) -> Result<(), Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT replaced.eid, by FROM replaced CROSS JOIN envelope AS old ON old.eid = replaced.eid
                     LEFT JOIN envelope AS new ON new.eid = by
                 WHERE old.own = 1 AND (coalesce(old.seq > ?1, 1) OR coalesce(new.seq > ?1, 1))",
            )
            .map_err(sql)?;
        let rows = statement.query_map([seq], |r| Ok((Eid(r.get(0)?), Eid(r.get(1)?)))).map_err(sql)?;
        let pairs: Vec<(Eid, Eid)> = rows.collect::<Result<_, _>>().map_err(sql)?;
        for (eid, by) in pairs {
            // One that cannot be read names nothing; it must not hold up the whole answer.
            let names = match self.held(&by) {
                Err(Error::Corrupt { .. }) => false,
                held => held?.is_some_and(|envelope| envelope.replaces.contains(&eid)),
            };
            if names {
                continue;
            }
            self.run("DELETE FROM replaced WHERE eid = ?1 AND by = ?2", params![eid.0, by.0])?;
            self.run(
                "UPDATE envelope SET (answer, reason, waiting) =
                     (SELECT CASE count(*) WHEN 0 THEN NULL ELSE 2 END, max(reason),
                             coalesce(max(reason), 'unread') FROM verdict WHERE verdict.eid = ?1)
                 WHERE eid = ?1 AND own = 1 AND applied = 0 AND answer = 6
                   AND NOT EXISTS (SELECT 1 FROM replaced WHERE replaced.eid = ?1)",
                [eid.0],
            )?;
        }
        Ok(())
    }

    /// Whether an envelope held here filed a report.
    pub fn is_seal(&self, eid: &Eid) -> Result<bool, Error> {
        let is_seal = |held: Envelope| held.kind == Kind::Report && looks_like_a_seal(&held.body);
        Ok(self.held(eid)?.is_some_and(is_seal))
    }

    /// An envelope held here.
    fn held(&self, eid: &Eid) -> Result<Option<Envelope>, Error> {
        let bytes: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT body.bytes FROM envelope JOIN body USING (id) WHERE eid = ?1")
            .and_then(|mut s| s.query_row([eid.0], |r| r.get(0)).optional())
            .map_err(sql)?;
        let read = |bytes| SealedEnvelope::parse(bytes).map_err(|_| damaged("envelope"));
        Ok(bytes.map(read).transpose()?.map(|sealed| sealed.envelope))
    }
}
