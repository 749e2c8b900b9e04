//! Keeping a report's list row, acts and words in step with its documents, inside the transaction
//! that changed them.

use ronde_model::document::Document;
use ronde_model::history::Provenances;
use ronde_model::id::DocId;
use ronde_model::lifecycle::{self, Lifecycle};
use ronde_model::projection::{self, View};

use crate::error::Error;
use crate::search;
use crate::store::{Acts, DocumentRow, Tx};

/// A report with its handling, in memory.
pub struct Opened {
    /// The report's row.
    pub row: DocumentRow,
    /// The report.
    pub document: Document,
    /// Where its changes came from.
    pub provenances: Provenances,
    /// The handling, when somebody acted.
    pub handling: Option<(Document, Provenances)>,
}

impl Opened {
    /// Opens a report; `None` when nothing of it was accepted here.
    pub fn load(tx: &Tx<'_>, doc: DocId) -> Result<Option<Self>, Error> {
        let Some(row) = tx.document(doc)? else { return Ok(None) };
        let Some(document) = tx.load(&row)? else { return Ok(None) };
        let provenances = tx.provenances(doc)?;
        let handling = load_handling(tx, doc)?;
        Ok(Some(Opened { row, document, provenances, handling }))
    }

    /// Everything a screen shows of it.
    pub fn view(&self) -> Option<View> {
        let handling = self.handling.as_ref().map(|(document, provenances)| (document, provenances));
        projection::project(self.row.doc, &self.document, handling, &self.provenances)
    }

    /// What became of it.
    pub fn lifecycle(&self) -> Lifecycle {
        self.handling.as_ref().map(|(document, p)| lifecycle::fold(document, p)).unwrap_or_default()
    }

    /// Writes the list row, the acts and the words.
    pub fn keep(&self, tx: &Tx<'_>) -> Result<(), Error> {
        let Some(view) = self.view() else { return Ok(()) };
        tx.put_report(self.row.id, &view.row, &Acts::from(&self.lifecycle()), &search::words_of(&view))
    }
}

fn load_handling(tx: &Tx<'_>, report: DocId) -> Result<Option<(Document, Provenances)>, Error> {
    let id = DocId::handling_of(report);
    let Some(row) = tx.document(id)? else { return Ok(None) };
    let Some(document) = tx.load(&row)? else { return Ok(None) };
    Ok(Some((document, tx.provenances(id)?)))
}

/// Projects a report again after one of its documents changed.
pub fn refresh(tx: &Tx<'_>, report: DocId) -> Result<(), Error> {
    match Opened::load(tx, report)? {
        Some(opened) => opened.keep(tx),
        None => Ok(()),
    }
}
