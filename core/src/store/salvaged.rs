//! What a rescue puts into a new database: envelopes with what their old row knew, and those that
//! wait for an enrolment. Changes with what a rescue keeps.

use minicbor::{Decode, Encode};
use ronde_model::id::Eid;
use rusqlite::params;

use super::{Store, Tx, sql};
use crate::error::Error;

/// What waits for an enrolment.
#[derive(Debug, Clone, PartialEq)]
pub enum Salvaged {
    /// A lease, CWT.
    Lease(Vec<u8>),
    /// An envelope, verbatim.
    Envelope(Vec<u8>),
}

/// A last writing that was not whole when the database was opened.
#[derive(Debug, Clone, Copy, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Cut {
    /// When it was noticed, ms UTC.
    #[n(0)]
    pub at_ms: i64,
    /// Envelopes and drafts of it that were kept.
    #[n(1)]
    pub kept: u64,
}

impl Tx<'_> {
    /// The latest one, if there ever was one.
    pub fn cut(&self) -> Result<Option<Cut>, Error> {
        self.setting("cut")
    }

    /// Notes one.
    pub fn set_cut(&self, cut: &Cut) -> Result<(), Error> {
        self.set_setting("cut", cut)
    }

    /// What the old row said of the moment of receipt; nothing when it said nothing.
    pub fn set_received(&self, eid: &Eid, received_ms: Option<i64>) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE envelope SET received_ms = ?2 WHERE eid = ?1")
            .and_then(|mut s| s.execute(params![eid.0, received_ms]))
            .map_err(sql)?;
        Ok(())
    }

    /// Keeps what cannot be verified yet.
    pub fn keep_salvaged(&self, one: &Salvaged) -> Result<(), Error> {
        let (kind, bytes) = match one {
            Salvaged::Lease(bytes) => (0, bytes),
            Salvaged::Envelope(bytes) => (1, bytes),
        };
        self.connection
            .prepare_cached("INSERT INTO salvaged (kind, bytes) VALUES (?1, ?2)")
            .and_then(|mut s| s.execute(params![kind, bytes]))
            .map_err(sql)?;
        Ok(())
    }

    /// Some of what waits, leases first, with their rows.
    pub fn salvaged(&self, most: usize) -> Result<Vec<(i64, Salvaged)>, Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id, kind, bytes FROM salvaged ORDER BY kind, id LIMIT ?1")
            .map_err(sql)?;
        let rows = statement.query_map([most as i64], |r| {
            let bytes = r.get(2)?;
            let is_lease = r.get::<_, i64>(1)? == 0;
            Ok((r.get(0)?, if is_lease { Salvaged::Lease(bytes) } else { Salvaged::Envelope(bytes) }))
        });
        rows.map_err(sql)?.collect::<Result<_, _>>().map_err(sql)
    }

    /// How many envelopes wait for an enrolment.
    pub fn salvaged_count(&self) -> Result<u64, Error> {
        self.connection
            .prepare_cached("SELECT count(*) FROM salvaged WHERE kind = 1")
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(sql)
    }

    /// How many reports can be read.
    pub fn report_count(&self) -> Result<u64, Error> {
        self.connection
            .prepare_cached("SELECT count(*) FROM report")
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(sql)
    }

    /// It has its place now.
    pub fn forget_salvaged(&self, id: i64) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM salvaged WHERE id = ?1")
            .and_then(|mut s| s.execute([id]))
            .map_err(sql)?;
        Ok(())
    }
}

impl Store {
    /// Ends a database that is to be moved: everything in one file, its log gone.
    pub fn close(self) -> Result<(), Error> {
        let connection = self.connection.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
            .map_err(sql)
            .and_then(|busy| if busy == 0 { Ok(()) } else { Err(Error::Busy) })?;
        connection.flush_prepared_statement_cache();
        connection.close().map_err(|(_, error)| sql(error))
    }
}
