//! Caches made again from the log: snapshots and the inbox's rows, from accepted envelopes alone.
//! Numbers, states and the feed are facts of the log and stay.

use super::affair::Affair;
use super::inbox;
use super::ruling::AffairId;
use crate::archive::Writes;
use crate::error::{ArchiveError, ServerError};
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
        archive.count_making()?;
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

/// Makes again the rows that an older program wrote, some at a time: what was made stays made when this
/// is killed, and one damaged report is left as it is, and said. Answers how many were made.
///
/// # Errors
/// The archive's.
pub fn complete(ground: &Ground) -> Result<u64, ServerError> {
    let mut after: Option<DocId> = None;
    let mut count = 0;
    loop {
        let some =
            ground.read(|archive| Ok::<_, ServerError>(archive.stale_after(after.as_ref(), CHUNK)?))?;
        if some.is_empty() {
            return Ok(count);
        }
        if after.is_none() {
            tracing::info!(
                "rows of an older program are being made again: this takes a while for many reports"
            );
        }
        let together = ground.write(|archive| {
            archive.count_making()?;
            some.iter().try_for_each(|doc| remake(ground, archive, *doc))
        });
        match together {
            Ok(()) => count += some.len() as u64,
            Err(error) if is_of_one(&error) => count += one_by_one(ground, &some)?,
            Err(other) => return Err(other),
        }
        after = some.last().copied();
        if some.len() < CHUNK {
            return Ok(count);
        }
    }
}

fn one_by_one(ground: &Ground, some: &[DocId]) -> Result<u64, ServerError> {
    let mut count = 0;
    for doc in some {
        let made = ground.write(|archive| {
            archive.count_making()?;
            remake(ground, archive, *doc)
        });
        match made {
            Ok(()) => count += 1,
            Err(error) if is_of_one(&error) => {
                tracing::error!(report = %doc, %error, "the row of this report could not be made again");
            }
            Err(other) => return Err(other),
        }
    }
    Ok(count)
}

/// Whether an error is of what one report holds, not of the archive as a whole.
fn is_of_one(error: &ServerError) -> bool {
    matches!(error, ServerError::Archive(ArchiveError::Corrupt(_)) | ServerError::Defect(_))
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
