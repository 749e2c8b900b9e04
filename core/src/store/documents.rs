//! Documents and their snapshots: caches of the envelopes.

use ronde_model::document::Document;
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::id::{AgentId, DocId};
use ronde_model::scope::Scope;
use rusqlite::{OptionalExtension, Params, params};

use super::{Tx, damaged, sql};
use crate::error::Error;

/// What is known of a document without opening it.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRow {
    /// Row id, shared with its snapshot and its list row.
    pub id: i64,
    /// The document.
    pub doc: DocId,
    /// Report or handling.
    pub kind: Kind,
    /// Where it belongs.
    pub home: Scope,
    /// Who sealed it.
    pub author: Option<AgentId>,
    /// A handling's report.
    pub report: Option<DocId>,
}

impl Tx<'_> {
    /// A document's row.
    pub fn document(&self, doc: DocId) -> Result<Option<DocumentRow>, Error> {
        type Columns = (i64, i64, String, Option<[u8; 16]>, Option<[u8; 16]>);
        let row: Option<Columns> = self
            .connection
            .prepare_cached("SELECT id, kind, home, author, report FROM document WHERE doc = ?1")
            .and_then(|mut s| {
                s.query_row([doc.0], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))
                    .optional()
            })
            .map_err(sql)?;
        row.map(|(id, kind, home, author, report)| {
            Ok(DocumentRow {
                id,
                doc,
                kind: Kind::from_code(u64::try_from(kind).map_err(|_| damaged("document kind"))?),
                home: home.parse().map_err(|_| damaged("document home"))?,
                author: author.map(AgentId),
                report: report.map(DocId),
            })
        })
        .transpose()
    }

    /// Makes a document's row; its id.
    pub fn add_document(
        &self,
        doc: DocId,
        kind: Kind,
        home: &Scope,
        author: Option<AgentId>,
        report: Option<DocId>,
    ) -> Result<i64, Error> {
        let handling = (kind == Kind::Report).then(|| DocId::handling_of(doc).0);
        let code = i64::try_from(kind.code()).map_err(|e| Error::bug("kind", e))?;
        self.connection
            .prepare_cached("INSERT INTO document (doc, kind, home, author, report, handling) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .and_then(|mut s| {
                let (author, report) = (author.map(|a| a.0), report.map(|r| r.0));
                s.insert(params![doc.0, code, home.to_string(), author, report, handling])
            })
            .map_err(sql)
    }

    /// The report whose handling this is, if it is held.
    pub fn report_of_handling(&self, handling: DocId) -> Result<Option<DocId>, Error> {
        self.connection
            .prepare_cached("SELECT doc FROM document WHERE handling = ?1")
            .and_then(|mut s| s.query_row([handling.0], |r| r.get(0).map(DocId)).optional())
            .map_err(sql)
    }

    /// The document in memory, if at least one change of it was accepted. A document of one change
    /// has no snapshot: it is its envelope.
    pub fn load(&self, row: &DocumentRow) -> Result<Option<Document>, Error> {
        let snapshot = self.blob("SELECT bytes FROM snapshot WHERE id = ?1", params![row.id])?;
        let bytes = match snapshot {
            Some(bytes) => bytes,
            None => {
                let only = "SELECT body.bytes FROM envelope JOIN body USING (id) WHERE doc = ?1 AND applied = 1 LIMIT 1";
                let Some(envelope) = self.blob(only, params![row.doc.0])? else { return Ok(None) };
                SealedEnvelope::parse(envelope).map_err(|_| damaged("envelope"))?.envelope.body
            }
        };
        Document::load(&bytes).map(Some).map_err(|_| damaged("document"))
    }

    /// Forgets what was made of a document's envelopes: its row, snapshot, list row and words.
    pub fn forget_document(&self, row: &DocumentRow) -> Result<(), Error> {
        for statement in ["DELETE FROM words WHERE rowid = ?1", "DELETE FROM document WHERE id = ?1"] {
            self.connection.prepare_cached(statement).and_then(|mut s| s.execute([row.id])).map_err(sql)?;
        }
        Ok(())
    }

    fn blob(&self, query: &str, of: impl Params) -> Result<Option<Vec<u8>>, Error> {
        self.connection
            .prepare_cached(query)
            .and_then(|mut s| s.query_row(of, |r| r.get(0)).optional())
            .map_err(sql)
    }

    /// Keeps the document as it is now.
    pub fn save(&self, id: i64, document: &Document) -> Result<(), Error> {
        if document.is_one_change() {
            return Ok(());
        }
        self.connection
            .prepare_cached(
                "INSERT INTO snapshot (id, bytes) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET bytes = ?2",
            )
            .and_then(|mut s| s.execute(params![id, document.save()]))
            .map_err(sql)?;
        Ok(())
    }
}
