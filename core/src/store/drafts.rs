//! Drafts as rows.

use ronde_model::id::DocId;
use rusqlite::{OptionalExtension, params};

use super::{Tx, sql};
use crate::error::Error;

impl Tx<'_> {
    /// Saves a draft's body.
    pub fn put_draft(&self, id: DocId, saved_ms: i64, body: &[u8]) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "INSERT INTO draft (doc, saved_ms, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (doc) DO UPDATE SET saved_ms = ?2, body = ?3",
            )
            .and_then(|mut s| s.execute(params![id.0, saved_ms, body]))
            .map_err(sql)?;
        Ok(())
    }

    /// A draft's body.
    pub fn draft(&self, id: DocId) -> Result<Option<Vec<u8>>, Error> {
        self.connection
            .prepare_cached("SELECT body FROM draft WHERE doc = ?1")
            .and_then(|mut s| s.query_row([id.0], |row| row.get(0)).optional())
            .map_err(sql)
    }

    /// Every draft's body, latest saved first.
    pub fn drafts(&self) -> Result<Vec<Vec<u8>>, Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT body FROM draft ORDER BY saved_ms DESC, doc DESC")
            .map_err(sql)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// Forgets a draft; whether there was one.
    pub fn delete_draft(&self, id: DocId) -> Result<bool, Error> {
        let gone = self
            .connection
            .prepare_cached("DELETE FROM draft WHERE doc = ?1")
            .and_then(|mut s| s.execute([id.0]))
            .map_err(sql)?;
        Ok(gone > 0)
    }
}
