//! The rows of the list, the words of the search, and configurations.

use minicbor::{Decode, Encode};
use ronde_model::id::{AgentId, DocId};
use ronde_model::lifecycle::{Act, Lifecycle};
use ronde_model::projection::Row;
use rusqlite::{OptionalExtension, Row as SqlRow, params};
use serde::Serialize;

use super::{Tx, damaged, sql};
use crate::error::Error;

/// Where a page ends: the next one begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PageKey {
    /// When the last report of the page was filed, ms UTC.
    pub recorded_ms: i64,
    /// That report.
    pub doc: DocId,
}

/// What a list needs of a handling.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Acts {
    /// Read: (by, ms UTC).
    #[n(0)]
    pub read: Option<(String, i64)>,
    /// Assigned: (to, ms UTC).
    #[n(1)]
    pub assigned: Option<(String, i64)>,
    /// Closed: (reason, ms UTC).
    #[n(2)]
    pub closed: Option<(String, i64)>,
    /// Whom it is assigned to took it on themselves.
    #[cbor(n(3), default)]
    pub taken: bool,
}

impl From<&Lifecycle> for Acts {
    fn from(life: &Lifecycle) -> Self {
        let by = |act: &Act| act.provenance.as_ref().map(|p| p.name.clone()).unwrap_or_default();
        let took = |act: &Act| act.assignee.as_ref().is_none_or(|to| *to == by(act));
        Acts {
            read: life.read.as_ref().map(|act| (by(act), act.at_ms)),
            assigned: life.assigned.as_ref().map(|a| (a.assignee.clone().unwrap_or_else(|| by(a)), a.at_ms)),
            taken: life.assigned.as_ref().is_some_and(took),
            closed: life.closed.as_ref().map(|act| (act.reason.clone().unwrap_or_default(), act.at_ms)),
        }
    }
}

/// A list row as stored.
#[derive(Debug, Clone)]
pub struct ReportRow {
    /// What it says.
    pub row: Row,
    /// The official number.
    pub number: Option<String>,
    /// What became of it.
    pub acts: Acts,
    /// Every own envelope of the report is covered.
    pub covered: bool,
    /// Why one was set aside.
    pub set_aside: Option<String>,
}

const COLUMNS: &str = "report.body, report.number, report.acts,
    NOT EXISTS (SELECT 1 FROM envelope INDEXED BY envelope_outbox
                WHERE envelope.doc = report.doc AND own = 1 AND covered = 0),
    (SELECT max(CASE WHEN answer = 2 THEN coalesce(reason, 'no-right') ELSE 'malformed' END)
       FROM envelope INDEXED BY envelope_refused
       WHERE envelope.doc = report.doc AND own = 1 AND answer IN (2, 5))";

/// The columns of a row, as they are named above.
type Columns = (Vec<u8>, Option<String>, Option<Vec<u8>>, bool, Option<String>);

fn read_row(r: &SqlRow<'_>) -> rusqlite::Result<Columns> {
    Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?))
}

fn decode((body, number, acts, covered, set_aside): Columns) -> Result<ReportRow, Error> {
    Ok(ReportRow {
        row: minicbor::decode(&body).map_err(|_| damaged("report row"))?,
        number,
        acts: acts
            .map_or(Ok(Acts::default()), |a| minicbor::decode(&a).map_err(|_| damaged("report acts")))?,
        covered,
        set_aside,
    })
}

impl Tx<'_> {
    /// Keeps a report's row and words as they are now.
    pub fn put_report(&self, id: i64, row: &Row, acts: &Acts, words: &str) -> Result<(), Error> {
        let body = minicbor::to_vec(row).map_err(|e| Error::bug("row", e))?;
        let acts = minicbor::to_vec(acts).map_err(|e| Error::bug("acts", e))?;
        self.connection
            .prepare_cached(
                "INSERT INTO report (id, doc, recorded_ms, author, body, acts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE SET recorded_ms = ?3, body = ?5, acts = ?6",
            )
            .and_then(|mut s| s.execute(params![id, row.doc.0, row.recorded_ms, row.author.0, body, acts]))
            .map_err(sql)?;
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO words (rowid, text) VALUES (?1, ?2)")
            .and_then(|mut s| s.execute(params![id, words]))
            .map_err(sql)?;
        Ok(())
    }

    /// The official number of a report.
    pub fn set_number(&self, doc: DocId, number: &str) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE report SET number = ?2 WHERE doc = ?1")
            .and_then(|mut s| s.execute(params![doc.0, number]))
            .map_err(sql)?;
        Ok(())
    }

    /// A page of the list, newest first. `only`: one author's reports.
    pub fn reports(
        &self,
        after: Option<PageKey>,
        limit: u32,
        only: Option<AgentId>,
    ) -> Result<Vec<ReportRow>, Error> {
        let after = after.unwrap_or(PageKey { recorded_ms: i64::MAX, doc: DocId([0xff; 16]) });
        let by = only.map(|agent| agent.0);
        let mut statement = self
            .connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM report
                 WHERE (recorded_ms, doc) < (?1, ?2) AND (?3 IS NULL OR author = ?3)
                 ORDER BY recorded_ms DESC, doc DESC LIMIT ?4"
            ))
            .map_err(sql)?;
        let rows =
            statement.query_map(params![after.recorded_ms, after.doc.0, by, limit], read_row).map_err(sql)?;
        rows.map(|row| decode(row.map_err(sql)?)).collect()
    }

    /// Reports by id: the first after one of them.
    pub fn reports_after(&self, after: DocId, most: usize) -> Result<Vec<DocId>, Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT doc FROM report WHERE doc > ?1 ORDER BY doc LIMIT ?2")
            .map_err(sql)?;
        let rows =
            statement.query_map(params![after.0, most as i64], |r| r.get(0).map(DocId)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// One report's row.
    pub fn report(&self, doc: DocId) -> Result<Option<ReportRow>, Error> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM report WHERE doc = ?1"))
            .and_then(|mut s| s.query_row([doc.0], read_row).optional())
            .map_err(sql)?
            .map(decode)
            .transpose()
    }

    /// Reports whose words match an FTS5 query, newest first.
    pub fn find(&self, query: &str, limit: u32, only: Option<AgentId>) -> Result<Vec<ReportRow>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM words JOIN report ON report.id = words.rowid
                 WHERE words MATCH ?1 AND (?2 IS NULL OR author = ?2) ORDER BY recorded_ms DESC LIMIT ?3"
            ))
            .map_err(sql)?;
        let rows = statement.query_map(params![query, only.map(|a| a.0), limit], read_row).map_err(sql)?;
        rows.map(|row| decode(row.map_err(sql)?)).collect()
    }

    /// A configuration, unless a newer one is held; whether it was taken over.
    pub fn put_config(&self, name: &str, made_ms: i64, signed: &[u8]) -> Result<bool, Error> {
        let taken = self
            .connection
            .prepare_cached(
                "INSERT INTO config (name, made_ms, signed) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET made_ms = ?2, signed = ?3 WHERE made_ms < ?2",
            )
            .and_then(|mut s| s.execute(params![name, made_ms, signed]))
            .map_err(sql)?;
        Ok(taken > 0)
    }

    /// A configuration, signed, verbatim.
    pub fn config(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.connection
            .prepare_cached("SELECT signed FROM config WHERE name = ?1")
            .and_then(|mut s| s.query_row([name], |r| r.get(0)).optional())
            .map_err(sql)
    }
}
