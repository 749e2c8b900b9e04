//! The directory a rehearsal works in, with the organisation's keys for a moment; and those that killed
//! rehearsals left behind. Whose process lives is told by its lock. Changes with where rehearsals work.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use super::error::{BackupError, at};

/// What such a directory's name begins with.
const PREFIX: &str = "ronde-rehearsal-";

/// A directory of one's own, removed with this; locked as long as this lives.
pub(super) struct Stage {
    directory: TempDir,
    _lock: File,
}

impl Stage {
    /// Makes one.
    pub fn begin(under: &Path) -> Result<Stage, BackupError> {
        let directory = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(under)
            .map_err(at(under))?;
        // Held before anything is written: what is not empty and not locked is nobody's any more.
        let lock = File::open(directory.path()).map_err(at(directory.path()))?;
        match lock.lock() {
            // A file system without locks: then nothing is ever cleared there.
            Ok(()) | Err(_) => Ok(Stage { directory, _lock: lock }),
        }
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Removes it.
    pub fn close(self) -> Result<(), BackupError> {
        let path = self.directory.path().to_owned();
        self.directory.close().map_err(at(&path))
    }
}

/// Removes what rehearsals left in a directory when they were killed: how many. Never what a living one
/// works in, never under another name, never through a link. What cannot be removed is said in the log.
pub fn clear_left_behind(under: &Path) -> usize {
    let Ok(entries) = fs::read_dir(under) else { return 0 };
    let mut cleared = 0;
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if !is_ours || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let path = entry.path();
        match clear(&path) {
            Ok(true) => {
                tracing::warn!(directory = %path.display(), "removed what a killed rehearsal left");
                cleared += 1;
            }
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(directory = %path.display(), %error, "a killed rehearsal's copy, with keys, \
                    cannot be removed: remove it by hand");
            }
        }
    }
    cleared
}

/// Removes one, unless somebody works in it; whether it did.
fn clear(path: &Path) -> std::io::Result<bool> {
    let lock = File::open(path)?;
    if lock.try_lock().is_err() || fs::read_dir(path)?.next().is_none() {
        return Ok(false);
    }
    fs::remove_dir_all(path)?;
    Ok(true)
}
