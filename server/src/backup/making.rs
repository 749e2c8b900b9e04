//! Making a backup while the server serves. Reads the archive, changes nothing in it.
//! Changes when a server is made of something more.

use std::path::{Path, PathBuf};

use super::error::BackupError;
use super::files::{self, Staging};
use super::last::{LastBackup, note};
use super::{Manifest, Progress, Step, check};
use crate::archive::sqlite::Inspector;
use crate::clock::Clock;
use crate::error::{ArchiveError, ServerError};
use crate::keys::{DATABASE, KEY_FILES, Keys, database};

/// A backup made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub directory: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
    /// Whether the server's directory keeps that it was made: `doctor` tells its age from there.
    pub noted: bool,
}

/// Copies a server's directory into another, whole or not at all. `into` must not exist, or be
/// empty. Both hold the keys: who reads one can enrol devices and read every report.
///
/// # Errors
/// [`BackupError`]; nothing that looks like a backup is left then.
pub fn make(
    data: &Path,
    into: &Path,
    clock: &dyn Clock,
    progress: Progress<'_>,
) -> Result<Made, BackupError> {
    let keys = Keys::open(data)?;
    let archive = database(data);
    if !archive.exists() {
        return Err(ServerError::NotInitialised(data.to_owned()).into());
    }
    let source = Inspector::open(&archive, keys.archive, None, false)?;
    let staging = Staging::begin(into)?;
    let made_ms = clock.now_ms();
    let manifest = match fill(data, &source, staging.path(), made_ms, progress) {
        Ok(manifest) => manifest,
        Err(error) => {
            staging.abandon();
            return Err(error);
        }
    };
    progress(Step::Naming);
    let directory = staging.put_in_place()?;
    let last =
        LastBackup { made_ms, directory: directory.clone(), history: manifest.history, last: manifest.last };
    let noted = note(data, &last).is_ok();
    Ok(Made { directory, manifest, noted })
}

fn fill(
    data: &Path,
    source: &Inspector,
    directory: &Path,
    made_ms: i64,
    progress: Progress<'_>,
) -> Result<Manifest, BackupError> {
    let copy = directory.join(DATABASE);
    source.copy_to(&copy, &mut |done, total| progress(Step::Pages { done, total })).map_err(|error| {
        match error {
            // The archive's own disk is only read.
            ArchiveError::Full => BackupError::NoRoom(copy.clone()),
            other => other.into(),
        }
    })?;
    for name in KEY_FILES {
        progress(Step::File(name));
        files::copy(&data.join(name), &directory.join(name))?;
    }
    // What is checked is what was written, under the keys that were written beside it.
    let facts = check(directory, progress)?;
    progress(Step::Manifest);
    let manifest = Manifest::of(directory, &facts, made_ms)?;
    manifest.write(directory)?;
    Ok(manifest)
}
