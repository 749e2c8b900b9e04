//! The write-ahead log judged before SQLite opens it: behind a damaged frame it would drop every later
//! commit in silence, and what was acknowledged with them. Knows files. Changes with that judgement.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ronde_model::wal::{Index, Journal, PAGE, Verdict};

use crate::error::ArchiveError;

/// A file that SQLite has open may not be opened beside it: closing it again would take SQLite's locks
/// away (POSIX). So a log is judged when this process first opens its archive.
static JUDGED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The same damage must be read twice; a log that changes at each reading is being written.
const READINGS: u32 = 8;

/// Refuses an archive of which opening would lose acknowledged commits.
pub(super) fn judge(archive: &Path) -> Result<(), ArchiveError> {
    let known = archive.canonicalize().unwrap_or_else(|_| archive.to_owned());
    if !judged().insert(known.clone()) {
        return Ok(());
    }
    let mut read = state(archive)?;
    for _ in 0..READINGS {
        let Verdict::Damaged(what) = read.0 else { return Ok(()) };
        let again = state(archive)?;
        if again == read {
            // Nobody opens it now: whoever tries again is told again.
            judged().remove(&known);
            return Err(ArchiveError::Corrupt(format!(
                "{what}; commits that were acknowledged would be lost"
            )));
        }
        read = again;
    }
    Ok(())
}

fn judged() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    JUDGED.lock().unwrap_or_else(PoisonError::into_inner)
}

type State = (Verdict, Vec<u8>, Vec<u8>, u64);

fn state(archive: &Path) -> Result<State, ArchiveError> {
    let failed = |error: std::io::Error| ArchiveError::Failed(format!("log of the archive: {error}"));
    let read = |suffix: &str| {
        let mut name: OsString = archive.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::read(PathBuf::from(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            other => other.map_err(failed),
        }
    };
    // The index first: it tells of no more than what was in the log by then.
    let (index, log) = (read("-shm")?, read("-wal")?);
    let length = std::fs::metadata(archive).map_err(failed)?.len();
    let pages = usize::try_from(length / PAGE as u64).unwrap_or(usize::MAX);
    let verdict = Journal::read(&log).verdict(Index::read(&index).as_ref(), pages);
    Ok((verdict, log, index, length))
}
