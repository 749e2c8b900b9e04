//! What became of own envelopes beyond the last answer: what the feed said of them, which seals stand
//! aside. Knows rows, decides nothing. Changes when healing does.

use std::collections::BTreeMap;

use ronde_model::id::{AgentId, DocId, Eid};
use ronde_model::scope::Scope;
use rusqlite::{OptionalExtension, params};

use super::{Tx, damaged, sql};
use crate::error::Error;

/// An envelope of a document, as healing looks at it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptChange {
    /// Which.
    pub eid: Eid,
    /// Written by this device.
    pub own: bool,
    /// Part of the document here.
    pub applied: bool,
    /// Order of sending.
    pub priority: u8,
    /// Why the server set it aside.
    pub refused: Option<String>,
    /// What took its place.
    pub replaced_by: Option<Eid>,
    /// The envelope, verbatim.
    pub bytes: Vec<u8>,
}

/// A seal that stands aside.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedSeal {
    /// Its report.
    pub report: DocId,
    /// The home of its author.
    pub home: Scope,
    /// Its author.
    pub author: AgentId,
}

impl Tx<'_> {
    /// What the feed said of an own envelope: set aside for a reason, or taken in after all.
    pub fn put_verdict(&self, eid: &Eid, quarantined: Option<&str>) -> Result<(), Error> {
        match quarantined {
            Some(reason) => self.run(
                "INSERT INTO verdict (eid, reason) VALUES (?1, ?2) ON CONFLICT (eid) DO UPDATE SET reason = ?2",
                params![eid.0, reason],
            ),
            None => self.run("DELETE FROM verdict WHERE eid = ?1", params![eid.0]),
        }
    }

    /// Why the feed said that an own envelope was set aside.
    pub fn verdict(&self, eid: &Eid) -> Result<Option<String>, Error> {
        self.connection
            .prepare_cached("SELECT reason FROM verdict WHERE eid = ?1")
            .and_then(|mut s| s.query_row([eid.0], |r| r.get(0)).optional())
            .map_err(sql)
    }

    /// A seal of a report not held otherwise stands aside; whether that is new.
    pub fn put_refused_seal(&self, seal: &RefusedSeal) -> Result<bool, Error> {
        let handling = DocId::handling_of(seal.report);
        let added = self
            .connection
            .prepare_cached(
                "INSERT OR IGNORE INTO refused_seal (handling, report, home, author) VALUES (?1, ?2, ?3, ?4)",
            )
            .and_then(|mut s| {
                s.execute(params![handling.0, seal.report.0, seal.home.to_string(), seal.author.0])
            })
            .map_err(sql)?;
        Ok(added > 0)
    }

    /// The seal that stands aside under a handling.
    pub fn refused_seal(&self, handling: DocId) -> Result<Option<RefusedSeal>, Error> {
        let row: Option<([u8; 16], String, [u8; 16])> = self
            .connection
            .prepare_cached("SELECT report, home, author FROM refused_seal WHERE handling = ?1")
            .and_then(|mut s| s.query_row([handling.0], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional())
            .map_err(sql)?;
        row.map(|(report, home, author)| {
            let home = home.parse().map_err(|_| damaged("refused seal"))?;
            Ok(RefusedSeal { report: DocId(report), home, author: AgentId(author) })
        })
        .transpose()
    }

    /// Own envelopes that the server took in after all, though the feed once said otherwise or another
    /// took their place, or whose refusal it forgot, and the documents they are of.
    pub fn overruled(&self) -> Result<Vec<(Eid, DocId)>, Error> {
        self.pairs(
            "SELECT envelope.eid, doc FROM verdict CROSS JOIN envelope ON envelope.eid = verdict.eid
             WHERE own = 1 AND answer = 0
             UNION
             SELECT envelope.eid, doc FROM replaced CROSS JOIN envelope ON envelope.eid = replaced.eid
                 JOIN lease ON lease.lease = envelope.lease AND lease.agent = replaced.agent
             WHERE own = 1 AND answer = 0 AND applied = 0
             UNION
             SELECT eid, doc FROM envelope INDEXED BY envelope_waiting
             WHERE waiting = 'unread' AND own = 1 AND coalesce(answer, 0) = 0 AND applied = 0",
            [],
        )
    }

    /// Own envelopes that an unsigned answer called refused, though the feed was read past their
    /// number and said nothing, or unreadable, though the server has numbered them.
    pub fn unfounded(&self, read_to: u64) -> Result<Vec<(Eid, DocId)>, Error> {
        self.pairs(
            "SELECT eid, doc FROM envelope INDEXED BY envelope_refused
             WHERE own = 1 AND answer IN (2, 5) AND seq IS NOT NULL AND seq <= ?1
               AND coalesce(reason, '') <> 'revoked'
               AND NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.eid = envelope.eid)",
            [read_to],
        )
    }

    /// The answer to an own envelope is forgotten.
    pub fn forget_answer(&self, eid: &Eid) -> Result<(), Error> {
        self.run("UPDATE envelope SET answer = NULL, reason = NULL WHERE eid = ?1 AND own = 1", [eid.0])
    }

    /// The server, once restored, took in another envelope in the place of somebody else's.
    pub fn put_foreign_verdict(&self, eid: &Eid, reason: &str) -> Result<(), Error> {
        self.run(
            "INSERT OR IGNORE INTO verdict (eid, reason) SELECT eid, ?2 FROM envelope WHERE eid = ?1 AND own = 0",
            params![eid.0, reason],
        )
    }

    /// It took that one in after all.
    pub fn forget_foreign_verdict(&self, eid: &Eid) -> Result<(), Error> {
        self.run(
            "DELETE FROM verdict WHERE eid = ?1 AND EXISTS (SELECT 1 FROM envelope WHERE eid = ?1 AND own = 0)",
            [eid.0],
        )
    }

    /// Documents that hold envelopes set aside, or own ones that were replaced.
    pub fn with_refused(&self, agent: &AgentId) -> Result<Vec<DocId>, Error> {
        // SQLite takes the partial index only where its own condition stands: `answer IN (2, 5)`, word for
        // word. What is asked for is less than the index holds.
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT doc FROM envelope INDEXED BY envelope_refused
                 WHERE own = 1 AND answer IN (2, 5) AND answer = 2 AND coalesce(reason, '') <> 'revoked'
                 UNION
                 SELECT doc FROM replaced CROSS JOIN envelope ON envelope.eid = replaced.eid
                 WHERE agent = ?1 AND own = 1 AND applied = 1 AND coalesce(answer, 1) NOT IN (0, 7)
                 UNION
                 SELECT doc FROM verdict CROSS JOIN envelope ON envelope.eid = verdict.eid WHERE own = 0",
            )
            .map_err(sql)?;
        let rows = statement.query_map([agent.0], |r| r.get(0).map(DocId)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// Reports that could not be healed, and why: `damaged`, `unhealed`.
    pub fn unhealed(&self) -> Result<BTreeMap<DocId, String>, Error> {
        Ok(self.setting("unhealed")?.unwrap_or_default())
    }

    /// Keeps which could not be healed.
    pub fn set_unhealed(&self, unhealed: &BTreeMap<DocId, String>) -> Result<(), Error> {
        self.set_setting("unhealed", unhealed)
    }

    /// Bodies that were asked for and have not come.
    pub fn awaits_bodies(&self) -> Result<bool, Error> {
        self.connection
            .prepare_cached("SELECT 1 FROM missing WHERE asked = 0")
            .and_then(|mut s| s.exists([]))
            .map_err(sql)
    }

    /// The envelopes of a document, in the order in which they were kept.
    pub fn kept_changes(&self, doc: DocId) -> Result<Vec<KeptChange>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT envelope.eid, own, applied, priority,
                        CASE WHEN own = 0 OR answer = 2 THEN verdict.reason END,
                        CASE WHEN own = 1 AND answer IN (0, 7) THEN NULL ELSE
                            (SELECT by FROM replaced
                             WHERE replaced.eid = envelope.eid AND replaced.agent = lease.agent LIMIT 1) END,
                        body.bytes
                 FROM envelope JOIN body USING (id) JOIN lease USING (lease)
                     LEFT JOIN verdict ON verdict.eid = envelope.eid
                 WHERE doc = ?1 ORDER BY envelope.id",
            )
            .map_err(sql)?;
        let rows = statement
            .query_map([doc.0], |r| {
                let by: Option<[u8; 32]> = r.get(5)?;
                Ok(KeptChange {
                    eid: Eid(r.get(0)?),
                    own: r.get(1)?,
                    applied: r.get(2)?,
                    priority: r.get(3)?,
                    refused: r.get(4)?,
                    replaced_by: by.map(Eid),
                    bytes: r.get(6)?,
                })
            })
            .map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    pub(super) fn run(&self, statement: &str, of: impl rusqlite::Params) -> Result<(), Error> {
        self.connection.prepare_cached(statement).and_then(|mut s| s.execute(of)).map_err(sql)?;
        Ok(())
    }

    pub(super) fn pairs(&self, query: &str, of: impl rusqlite::Params) -> Result<Vec<(Eid, DocId)>, Error> {
        let mut statement = self.connection.prepare_cached(query).map_err(sql)?;
        let rows = statement.query_map(of, |r| Ok((Eid(r.get(0)?), DocId(r.get(1)?)))).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }
}
