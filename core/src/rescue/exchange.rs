//! Putting the new database in the place of the damaged one, which is set aside with its log and never
//! deleted. A note says that it has begun: killed anywhere, the next opening ends it. Knows names of
//! files only.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::keys::write_new;
use crate::store::salvage::beside;

/// The new database while it is written.
pub fn new_database(directory: &Path) -> PathBuf {
    directory.join("notebook.rescue.db")
}

/// What the damaged one is called from then on.
fn aside(stamp: i64) -> String {
    format!("notebook.damaged-{stamp}.db")
}

fn note(directory: &Path) -> PathBuf {
    directory.join("notebook.rescue.note")
}

/// Removes what a rescue that was killed left of its new database.
pub fn clear(directory: &Path) -> io::Result<()> {
    let new = new_database(directory);
    ["", "-wal", "-shm", "-journal"].iter().try_for_each(|suffix| remove(&beside(&new, suffix)))
}

/// Exchanges the two; the new one is whole, closed and synced. The name of the damaged one.
pub fn exchange(directory: &Path, stamp: i64) -> io::Result<String> {
    write_new(&note(directory), stamp.to_string().as_bytes())?;
    finish(directory)?;
    Ok(aside(stamp))
}

/// Ends an exchange that was begun; nothing when none was.
pub fn finish(directory: &Path) -> io::Result<()> {
    let note = note(directory);
    let stamp = match fs::read_to_string(&note) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        other => other?.trim().parse().map_err(io::Error::other)?,
    };
    let (new, database, aside) =
        (new_database(directory), directory.join("notebook.db"), directory.join(aside(stamp)));
    if new.exists() {
        // The log first: beside the new database it would be taken for its own.
        for suffix in ["-wal", "-shm", ""] {
            let from = beside(&database, suffix);
            if from.exists() {
                fs::rename(from, beside(&aside, suffix))?;
            }
        }
        fs::rename(new, database)?;
        File::open(directory)?.sync_all()?;
    }
    remove(&note)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
