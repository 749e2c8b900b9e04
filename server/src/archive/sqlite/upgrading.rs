//! Bringing an older archive up to date: it is copied beside itself first, and nobody else has it
//! open meanwhile. Killed anywhere, the next opening goes on. Knows no table: what a version brings
//! is in its migration. Changes when the way of upgrading does.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::ArchiveKey;
use super::copying::copy;
use super::failure::failed;
use super::inspection::{Inspector, facts};
use super::opening::{MIGRATIONS, PATIENCE, reader, version};
use crate::error::ArchiveError;

/// A command beside us ends by itself; a server does not.
const PATIENCE_WITH_OTHERS: Duration = Duration::from_secs(2);

/// Where the copy of an archive of an older version lies.
pub fn copy_of_version(archive: &Path, version: u32) -> PathBuf {
    let stem = archive.file_stem().unwrap_or_default().to_string_lossy();
    archive.with_file_name(format!("{stem}.v{version}.sqlite"))
}

/// Copies, then migrates. The connection is left without write-ahead log.
///
/// # Errors
/// `InUse` when another program has it open, `Full` when the copy does not fit: nothing happened.
pub(super) fn upgrade(
    connection: &mut Connection,
    path: &Path,
    key: &ArchiveKey,
    vfs: Option<&str>,
) -> Result<(), ArchiveError> {
    take_alone(connection)?;
    let known = MIGRATIONS.len() as u32;
    while version(connection)? < known {
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        // Read again under the lock: two programs may have begun at once.
        let found = version(&transaction)?;
        let Some(sql) = MIGRATIONS.get(found as usize) else { return Ok(()) };
        keep_copy(path, key, vfs, found)?;
        tracing::info!(from = found, to = found + 1, "the archive is being upgraded");
        transaction.execute_batch(sql).map_err(failed)?;
        transaction.pragma_update(None, "user_version", found + 1).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        tracing::info!(version = found + 1, "the archive is upgraded");
    }
    Ok(())
}

/// The log can only be given up by the one program that has the file open: an older server that
/// still runs must not write into tables it does not know.
fn take_alone(connection: &Connection) -> Result<(), ArchiveError> {
    connection.pragma_update(None, "synchronous", "EXTRA").map_err(failed)?;
    connection.busy_timeout(PATIENCE_WITH_OTHERS).map_err(failed)?;
    let mode = connection
        .query_one("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0))
        .map_err(failed);
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    match mode {
        Ok(mode) if mode == "delete" => Ok(()),
        Ok(_) | Err(ArchiveError::Busy) => Err(ArchiveError::InUse),
        Err(error) => Err(error),
    }
}

/// A copy of the archive as it is, complete and checked, before anything is changed in it.
fn keep_copy(path: &Path, key: &ArchiveKey, vfs: Option<&str>, found: u32) -> Result<(), ArchiveError> {
    let place = copy_of_version(path, found);
    // A second connection: one that has begun to write cannot be copied from.
    let source = reader(path, key, vfs)?;
    let present = facts(&source)?;
    let complete = |place: &Path| {
        let copy = Inspector::open(place, key.clone(), vfs, vfs.is_none())?;
        let same = copy.facts()? == present;
        copy.check_pages()?;
        Ok::<_, ArchiveError>(same)
    };
    if complete(&place).unwrap_or(false) {
        tracing::info!(version = found, "the copy of the archive is there from an earlier try");
        return Ok(());
    }
    if vfs.is_none() {
        remove_if_there(&place)?;
    }
    let mut told = 0;
    copy(&source, &place, key, vfs, &mut |done, total| {
        if done * 10 / total.max(1) > told || done == total {
            told = done * 10 / total.max(1);
            tracing::info!(version = found, done, total, "pages of the archive copied before its upgrade");
        }
    })?;
    if complete(&place)? {
        return Ok(());
    }
    Err(ArchiveError::Failed("the copy made before the upgrade is not complete".to_owned()))
}

fn remove_if_there(path: &Path) -> Result<(), ArchiveError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ArchiveError::Failed(format!("{}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}
