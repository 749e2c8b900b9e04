//! Every report at once, in SQL.

use ronde_model::id::DocId;
use ronde_model::scope::Scope;
use rusqlite::{Row, named_params, params};

use super::Unit;
use super::failure::{failed, unreadable};
use super::reports::{HELD_COUNT, HELD_READABLE, stored_report_of};
use crate::access::Grants;
use crate::archive::{BoardReads, BoardRow, Handled};
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// Words of at most so many characters are given with their row.
const SHORT: usize = 1_000;

/// The last number of a document `d`'s envelopes accepted: of the report itself, or of its handling.
fn last_accepted(doc: &str, kind: u8) -> String {
    format!(
        "coalesce((SELECT max(e.place) FROM envelope e INDEXED BY envelope_accepted
                   WHERE e.tenant = d.tenant AND e.doc = {doc} AND e.kind = {kind} AND e.state = 0), 0)"
    )
}

fn row_sql(which: &str) -> String {
    let (report, handling) = (last_accepted("d.doc", 0), last_accepted("d.handling", 1));
    format!(
        "SELECT r.place, r.row, r.status, d.number, d.received_ms, {HELD_COUNT} 2), {HELD_COUNT} 3), r.handled,
                (SELECT json_group_array(s.scope) FROM document_scope s WHERE s.tenant = d.tenant AND s.doc = d.doc),
                (SELECT w.words FROM report_words w WHERE w.tenant = r.tenant AND w.place = r.place
                                                      AND length(w.words) <= {SHORT}),
                max({report}, {handling},
                    coalesce((SELECT max(e.seq) FROM envelope e INDEXED BY envelope_held
                              WHERE e.tenant = d.tenant AND e.doc IN (d.doc, d.handling) AND e.kind IN (0, 1)
                                AND e.state <> 0), 0))
         FROM report r JOIN document d ON d.tenant = r.tenant AND d.doc = r.doc
         WHERE r.tenant = ?1 AND {which}"
    )
}

fn board_row_of(row: &Row<'_>) -> Result<BoardRow> {
    let report = stored_report_of(row)?;
    let (handled, scopes): (Option<Vec<u8>>, String) =
        (row.get(7).map_err(failed)?, row.get(8).map_err(failed)?);
    let handled = match handled {
        Some(bytes) => minicbor::decode(&bytes).map_err(|_| unreadable("handling of a row"))?,
        None => Handled::default(),
    };
    let scopes: Vec<Scope> = serde_json::from_str(&scopes).map_err(|_| unreadable("scope"))?;
    Ok(BoardRow {
        report,
        scopes,
        handled,
        words: row.get(9).map_err(failed)?,
        moved: row.get(10).map_err(failed)?,
    })
}

impl BoardReads for Unit<'_> {
    fn board(&self, after: u64, limit: usize) -> Result<Vec<BoardRow>> {
        let mut statement = self.prepare(&row_sql("r.place > ?2 ORDER BY r.place LIMIT ?3"))?;
        let mut rows = statement.query(params![self.tenant, after, limit]).map_err(failed)?;
        let mut board = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            board.push(board_row_of(row)?);
        }
        Ok(board)
    }

    fn board_row(&self, doc: &DocId) -> Result<Option<BoardRow>> {
        let mut statement = self.prepare(&row_sql("d.doc = ?2 AND r.place = d.place AND r.doc = d.doc"))?;
        let mut rows = statement.query(params![self.tenant, doc.0]).map_err(failed)?;
        rows.next().map_err(failed)?.map(board_row_of).transpose()
    }

    fn moved_after(&self, seq: u64, limit: usize) -> Result<Vec<DocId>> {
        let mut statement = self.prepare(
            "SELECT DISTINCT e.report FROM feed f JOIN envelope e ON e.tenant = f.tenant AND e.seq = f.envelope
             WHERE f.tenant = ?1 AND f.seq > ?2 AND e.report IS NOT NULL LIMIT ?3",
        )?;
        let rows = statement.query_map(params![self.tenant, seq, limit], |row| row.get(0)).map_err(failed)?;
        rows.map(|id| id.map(DocId).map_err(failed)).collect()
    }

    fn left_after(&self, grants: &Grants, seq: u64) -> Result<Vec<DocId>> {
        let mut statement = self.prepare(
            "SELECT DISTINCT l.doc FROM scope_left l
             WHERE l.tenant = ?1 AND l.scope IN (SELECT value FROM json_each(?2)) AND l.seq > ?3",
        )?;
        let rows = statement
            .query_map(params![self.tenant, grants.as_json(), seq], |row| row.get(0))
            .map_err(failed)?;
        rows.map(|id| id.map(DocId).map_err(failed)).collect()
    }

    fn says(&self, place: u64, text: &str) -> Result<bool> {
        self.prepare("SELECT 1 FROM report_words WHERE tenant = ?1 AND place = ?2 AND instr(words, ?3) > 0")?
            .exists(params![self.tenant, place, text])
            .map_err(failed)
    }

    fn count_held(&self, grants: &Grants) -> Result<u64> {
        let sql = format!(
            "SELECT count(*) FROM envelope e INDEXED BY envelope_aside
             WHERE e.tenant = :tenant AND e.state <> 0 AND e.state = 2
               AND NOT EXISTS (SELECT 1 FROM replaced_envelope p
                               WHERE p.tenant = e.tenant AND p.eid = e.eid AND p.agent = e.agent)
               AND {HELD_READABLE}"
        );
        self.prepare(&sql)?
            .query_row(
                named_params! {":tenant": self.tenant, ":everything": grants.everything(),
                ":scopes": grants.as_json()},
                |row| row.get(0),
            )
            .map_err(failed)
    }

    fn stale_after(&self, after: Option<&DocId>, limit: usize) -> Result<Vec<DocId>> {
        let sql = "SELECT doc FROM report INDEXED BY report_unhandled
                   WHERE tenant = ?1 AND handled IS NULL AND doc > ?2
                   UNION SELECT doc FROM report INDEXED BY report_stale
                   WHERE tenant = ?1 AND stale = 1 AND doc > ?2 ORDER BY doc LIMIT ?3";
        let mut statement = self.prepare(sql)?;
        let rows = statement
            .query_map(params![self.tenant, after.map_or(&[][..], DocId::as_bytes), limit], |row| {
                row.get(0).map(DocId)
            })
            .map_err(failed)?;
        rows.collect::<std::result::Result<_, _>>().map_err(failed)
    }
}
