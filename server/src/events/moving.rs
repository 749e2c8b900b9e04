//! What moved in the inbox since a number, for a person who watches it.
//! Changes when a watcher is told more.

use std::collections::BTreeSet;

use ronde_model::id::{DocId, HistoryId};

use super::board::Kept;
use super::line::EventLine;
use crate::archive::Head;
use crate::error::ServerError;
use crate::ground::Ground;
use crate::people::Supervisor;

/// More reports than that moved: whoever watches loads everything again.
const MOST: usize = 500;

/// What moved since a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Up to here.
    pub head: Head,
    /// Reports that changed and may be read.
    pub reports: Vec<DocId>,
    /// Their events, and whether nothing of one was there before.
    pub events: Vec<(EventLine, bool)>,
    /// Reports that the person no longer reads.
    pub gone: Vec<DocId>,
}

/// What moved since a number of a history; `None` when that is another history, a number never
/// given, or too long ago: everything is to be loaded again, up to the head.
///
/// # Errors
/// The archive's.
pub(crate) fn moved(
    ground: &Ground,
    kept: &Kept,
    who: &Supervisor,
    (history, since): (HistoryId, u64),
) -> Result<(Head, Option<Moved>), ServerError> {
    kept.look(ground, |board, archive| {
        // The board may be ahead of this reading: what it shows more comes again with the next.
        let head = archive.head()?;
        if history != head.history || since > head.seq {
            return Ok((head, None));
        }
        let changed = archive.moved_after(since, MOST + 1)?;
        if changed.len() > MOST {
            return Ok((head, None));
        }
        let mut moved = Moved { head, reports: Vec::new(), events: Vec::new(), gone: Vec::new() };
        let mut told: BTreeSet<DocId> = BTreeSet::new();
        for doc in changed {
            let Some(event) = board.event_of(&doc, who.grants()) else { continue };
            moved.reports.push(doc);
            if told.insert(event.lead.report.row.doc) {
                let first = event.members().all(|member| member.report.place > since);
                moved.events.push((EventLine::from(&event), first));
            }
        }
        let left = archive.left_after(who.grants(), since)?;
        moved.gone = left.into_iter().filter(|doc| board.event_of(doc, who.grants()).is_none()).collect();
        // The events that they were part of are others now, although nothing else of them moved.
        for other in moved.gone.iter().flat_map(|doc| board.linked_with(doc)) {
            let Some(event) = board.event_of(other, who.grants()) else { continue };
            if told.insert(event.lead.report.row.doc) {
                moved.reports.push(*other);
                moved.events.push((EventLine::from(&event), false));
            }
        }
        Ok((head, Some(moved)))
    })
}
