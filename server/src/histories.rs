//! Histories: runs of feed numbers between two restores of the archive, and what a cursor of an
//! older one means today. Knows no envelope. Changes with what a restore must void.

use ronde_model::id::HistoryId;
use ronde_model::wire::Fork;
use ronde_model::wire::limits::MAX_FORKS;

pub use crate::archive::Head;
use crate::archive::{HistoryRow, Reads};
use crate::clock::year_of;
use crate::error::{ArchiveError, ServerError, SyncRefusal};
use crate::ground::Ground;

/// Official numbers left out by a restore: the lost history may have given that many since the
/// backup, and a person may have written one down.
const OFFICIAL_NUMBERS_LEFT_OUT: u64 = 1_000;

/// Begins a new history where the present one ends.
///
/// # Errors
/// `NoEntropy`, or the archive's.
pub(crate) fn begin(ground: &Ground) -> Result<Head, ServerError> {
    let history = HistoryId(ground.random()?);
    let opened_ms = ground.now_ms();
    let head = ground.write(|archive| {
        let Head { history: parent, seq, made } = archive.lock_head()?;
        archive.open_history(&HistoryRow { history, parent: Some(parent), fork_seq: seq, opened_ms })?;
        archive.leave_official_numbers_out(year_of(opened_ms), OFFICIAL_NUMBERS_LEFT_OUT)?;
        archive.void_invitations()?;
        // A browser that signed out since the backup must not be signed in again by it.
        archive.end_all_sessions()?;
        Ok::<_, ServerError>(Head { history, seq, made })
    })?;
    tracing::warn!(history = %head.history, seq = head.seq, "a new history began");
    Ok(head)
}

/// Whether this archive was ever restored.
///
/// # Errors
/// The archive's.
pub(crate) fn was_restored(archive: &dyn Reads) -> Result<bool, ArchiveError> {
    let history = archive.head()?.history;
    Ok(archive.history(&history)?.is_some_and(|row| row.parent.is_some()))
}

/// Where a device stands in the present history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Everything up to here was read, and still counts.
    pub after: u64,
    /// From the history of the device's cursor to the present one; empty when it is the present one.
    pub forks: Vec<Fork>,
}

/// What a cursor means here.
///
/// # Errors
/// `HistoryUnknown` for a history that this archive does not continue, or only after more restores
/// than an answer names; and for a number it never gave.
pub(crate) fn place(archive: &dyn Reads, (history, seq): (HistoryId, u64)) -> Result<Place, SyncRefusal> {
    let head = archive.head()?;
    if history == HistoryId::default() {
        return Ok(Place { after: 0, forks: Vec::new() });
    }
    if history == head.history {
        let known = seq <= head.seq;
        return if known {
            Ok(Place { after: seq, forks: Vec::new() })
        } else {
            Err(SyncRefusal::HistoryUnknown)
        };
    }
    let forks = path(archive, history, head.history)?.ok_or(SyncRefusal::HistoryUnknown)?;
    let shared = forks.iter().map(|fork| fork.seq).min().unwrap_or(0);
    Ok(Place { after: seq.min(shared), forks })
}

/// The forks from one history to another, oldest first; `None` when the one is no ancestor, or when
/// there are more of them than an answer holds.
fn path(archive: &dyn Reads, from: HistoryId, to: HistoryId) -> Result<Option<Vec<Fork>>, ArchiveError> {
    let mut forks = Vec::new();
    let mut history = to;
    while history != from {
        if forks.len() >= MAX_FORKS {
            return Ok(None);
        }
        let Some(HistoryRow { parent: Some(parent), fork_seq: seq, .. }) = archive.history(&history)? else {
            return Ok(None);
        };
        forks.push(Fork { history, parent, seq });
        history = parent;
    }
    forks.reverse();
    Ok(Some(forks))
}
