//! Caches made again from the log: snapshots and the inbox's rows, from accepted envelopes alone.
//! Numbers, states and the feed are facts of the log and stay.

use super::affair::Affair;
use super::inbox;
use super::ruling::AffairId;
use crate::archive::Writes;
use crate::error::ServerError;
use crate::ground::Ground;
use ronde_model::envelope::Kind;
use ronde_model::id::DocId;

/// Reports made again together.
const CHUNK: usize = 256;

/// Drops every cache and makes it again. Answers how many reports there are.
///
/// # Errors
/// The archive's; `Corrupt` when an envelope is damaged: nothing was changed then.
pub fn rebuild(ground: &Ground) -> Result<u64, ServerError> {
    ground.write(|archive| {
        archive.drop_caches()?;
        let mut after: Option<DocId> = None;
        let mut count = 0;
        loop {
            let rows = archive.documents_after(after.as_ref(), CHUNK)?;
            for row in &rows {
                remake(ground, archive, row.doc)?;
                count += 1;
            }
            after = rows.last().map(|row| row.doc);
            if rows.len() < CHUNK {
                return Ok(count);
            }
        }
    })
}

fn remake(ground: &Ground, archive: &dyn Writes, doc: DocId) -> Result<(), ServerError> {
    let mut affair = Affair::open(ground, archive, AffairId::Report(doc))?;
    affair.report.moved = affair.report.document.is_some();
    affair.handling.moved = affair.handling.document.is_some();
    if let Some(report) = inbox::row_of(&affair) {
        archive.put_report(&report)?;
    }
    let sides =
        [(doc, Kind::Report, &affair.report), (DocId::handling_of(doc), Kind::Handling, &affair.handling)];
    for (doc, kind, side) in sides {
        if let (Some(document), true) = (&side.document, side.changes() > 1) {
            archive.put_snapshot(&doc, kind, &document.save())?;
        }
    }
    Ok(())
}
