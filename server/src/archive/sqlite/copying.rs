//! A consistent copy of an archive, into another file under the same key, while the archive serves.
//! One reading transaction: the writer is never held up, what it writes meanwhile is not in the copy.
//! Knows no reason for copying. Changes with the database.

use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::ArchiveKey;
use super::failure::failed;
use super::opening::{connect, for_the_owner_alone};
use crate::error::ArchiveError;

/// Pages copied between two words of progress: 4 MiB of them.
const PAGES_A_STEP: i32 = 1_024;

/// Told pages done and pages in all, the last time with both equal.
pub type CopyProgress<'a> = &'a mut dyn FnMut(u64, u64);

/// Copies what the source shows now. When it returns the copy is durable, whole and one single file;
/// before, the file is empty or rolls back to empty by itself.
///
/// # Errors
/// `Full`, `Busy` when another copy is written there, or what the database says.
pub(super) fn copy(
    source: &Connection,
    to: &Path,
    key: &ArchiveKey,
    vfs: Option<&str>,
    progress: CopyProgress<'_>,
) -> Result<(), ArchiveError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut target = connect(to, key, vfs, flags)?;
    if vfs.is_none() {
        for_the_owner_alone(to)?;
    }
    target.pragma_update(None, "synchronous", "EXTRA").map_err(failed)?;
    source.execute_batch("BEGIN DEFERRED").map_err(failed)?;
    let copied = step_by_step(source, &mut target, progress);
    let ended = source.execute_batch("ROLLBACK").map_err(failed);
    copied.and(ended)?;
    // The header came along and says write-ahead log: a copy is one file, readable from anywhere.
    let mode: String =
        target.query_one("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).map_err(failed)?;
    if mode != "delete" {
        return Err(ArchiveError::Failed(format!("the copy keeps its log (mode {mode})")));
    }
    target.close().map_err(|(_, error)| failed(error))
}

fn step_by_step(
    source: &Connection,
    target: &mut Connection,
    progress: CopyProgress<'_>,
) -> Result<(), ArchiveError> {
    // The reading begins with the first row read; the copy then shows this state and no later one.
    source.query_one("SELECT count(*) FROM sqlite_master", [], |_| Ok(())).map_err(failed)?;
    let copying = Backup::new(source, target).map_err(failed)?;
    loop {
        let step = copying.step(PAGES_A_STEP).map_err(failed)?;
        let told = copying.progress();
        let total = u64::try_from(told.pagecount).unwrap_or_default();
        let left = u64::try_from(told.remaining).unwrap_or_default();
        match step {
            StepResult::Done => {
                progress(total, total);
                return Ok(());
            }
            StepResult::More => progress(total.saturating_sub(left), total),
            _ => return Err(ArchiveError::Busy),
        }
    }
}
