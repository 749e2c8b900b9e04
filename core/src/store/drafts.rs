//! Drafts as rows.

use ronde_model::id::DocId;
use rusqlite::{OptionalExtension, params};

use super::{Tx, damaged, sql};
use crate::capture::Draft;
use crate::error::Error;

impl Tx<'_> {
    /// Saves a draft.
    pub fn put_draft(&self, draft: &Draft) -> Result<(), Error> {
        let body = minicbor::to_vec(draft).map_err(|e| Error::bug("draft", e))?;
        self.connection
            .prepare_cached(
                "INSERT INTO draft (doc, saved_ms, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (doc) DO UPDATE SET saved_ms = ?2, body = ?3",
            )
            .and_then(|mut s| s.execute(params![draft.id.0, draft.saved_ms, body]))
            .map_err(sql)?;
        Ok(())
    }

    /// A draft.
    pub fn draft(&self, id: DocId) -> Result<Option<Draft>, Error> {
        let body: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT body FROM draft WHERE doc = ?1")
            .and_then(|mut s| s.query_row([id.0], |row| row.get(0)).optional())
            .map_err(sql)?;
        body.map(|b| minicbor::decode(&b).map_err(|_| damaged("draft"))).transpose()
    }

    /// Every draft, latest saved first.
    pub fn drafts(&self) -> Result<Vec<Draft>, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT body FROM draft ORDER BY saved_ms DESC, doc DESC").map_err(sql)?;
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).map_err(sql)?;
        rows.map(|row| minicbor::decode(&row.map_err(sql)?).map_err(|_| damaged("draft"))).collect()
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
