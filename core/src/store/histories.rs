//! Where the server forked, which numbers that voids, and what of others is offered to it again.
//! Knows rows, not messages. Changes when a restored server is healed in another way.

use ronde_model::id::{Eid, HistoryId, LeaseId};
use ronde_model::wire::Fork;
use rusqlite::{OptionalExtension, params};

use super::ledger::Outgoing;
use super::{Tx, sql};
use crate::error::Error;

/// Without its lease nobody can verify it: it is offered once that is here.
const OFFER: &str = "offer = 1 AND coalesce(waiting, '') <> 'missing-lease'";

impl Tx<'_> {
    /// Every number beyond `seq` is void: official ones of reports, of own envelopes with their answer,
    /// cover and what was concluded of them, of lost ones, of others', which are offered from now on, and
    /// of leases.
    pub fn rewind(&self, seq: u64) -> Result<(), Error> {
        self.void_conclusions(seq)?;
        let each = [
            // The number of a report sealed beyond: it is given again, and another one.
            "UPDATE report SET number = NULL WHERE number IS NOT NULL
             AND EXISTS (SELECT 1 FROM envelope WHERE doc = report.doc AND kind = 0 AND seq > ?1)
             AND NOT EXISTS (SELECT 1 FROM envelope
                             WHERE doc = report.doc AND kind = 0 AND (seq <= ?1 OR seq IS NULL))",
            // The server judges what it forgot once more, and so does this device.
            "UPDATE envelope SET waiting = 'unread' WHERE own = 1 AND applied = 0 AND seq > ?1
             AND EXISTS (SELECT 1 FROM verdict WHERE verdict.eid = envelope.eid)",
            "DELETE FROM verdict WHERE eid IN (SELECT eid FROM envelope WHERE own = 1 AND seq > ?1)",
            "UPDATE envelope SET seq = NULL, covered = 0, answer = NULL, reason = NULL, received_ms = NULL
             WHERE own = 1 AND seq > ?1",
            "DELETE FROM missing WHERE seq > ?1",
            "UPDATE envelope SET seq = NULL, offer = coalesce(waiting, '') <> 'signature'
             WHERE own = 0 AND coalesce(seq > ?1, 1)",
            "UPDATE lease SET seq = NULL WHERE seq > ?1",
        ];
        for statement in each {
            self.connection.prepare_cached(statement).and_then(|mut s| s.execute([seq])).map_err(sql)?;
        }
        Ok(())
    }

    /// Keeps where a history began.
    pub fn add_fork(&self, fork: &Fork) -> Result<(), Error> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO fork (history, parent, seq) VALUES (?1, ?2, ?3)")
            .and_then(|mut s| s.execute(params![fork.history.0, fork.parent.0, fork.seq]))
            .map_err(sql)?;
        Ok(())
    }

    /// Takes out where a history began: its parent, and the last number they share.
    pub fn take_fork(&self, history: &HistoryId) -> Result<Option<(HistoryId, u64)>, Error> {
        self.connection
            .prepare_cached("DELETE FROM fork WHERE history = ?1 RETURNING parent, seq")
            .and_then(|mut s| s.query_row([history.0], |r| Ok((HistoryId(r.get(0)?), r.get(1)?))).optional())
            .map_err(sql)
    }

    /// How many envelopes of others are to be offered.
    pub fn offer_count(&self) -> Result<u64, Error> {
        self.connection
            .prepare_cached(&format!("SELECT count(*) FROM envelope INDEXED BY envelope_offer WHERE {OFFER}"))
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(sql)
    }

    /// What is offered, in the order in which it came, up to a budget of bytes.
    pub fn offers(&self, budget_bytes: usize, most: usize) -> Result<Vec<Outgoing>, Error> {
        let ids =
            format!("SELECT id FROM envelope INDEXED BY envelope_offer WHERE {OFFER} ORDER BY id LIMIT ?1");
        self.take_bodies(&ids, budget_bytes, most)
    }

    /// The server holds what was offered, or never will: `seq` is its number there.
    pub fn end_offer(&self, eid: &Eid, seq: Option<u64>) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "UPDATE envelope SET offer = 0, seq = coalesce(?2, seq) WHERE eid = ?1 AND own = 0",
            )
            .and_then(|mut s| s.execute(params![eid.0, seq]))
            .map_err(sql)?;
        Ok(())
    }

    /// Whether the server is not known to have a lease that is held here.
    pub fn lease_is_void(&self, id: &LeaseId) -> Result<bool, Error> {
        self.connection
            .prepare_cached("SELECT 1 FROM lease WHERE lease = ?1 AND seq IS NULL")
            .and_then(|mut s| s.exists([id.0]))
            .map_err(sql)
    }
}
