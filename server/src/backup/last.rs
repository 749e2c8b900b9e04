//! The newest backup, kept in a small file beside the archive: without it nobody sees that backups
//! have stopped. Holds no secret. Changes when more is to be told of the newest backup.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use ronde_model::id::HistoryId;
use serde::{Deserialize, Serialize};

use super::error::{BackupError, at};
use super::files::sync;

const FILE: &str = "last-backup.json";
const LIMIT: u64 = 16 * 1024;

/// The newest backup that was made of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    /// When the copy began, ms since 1970 UTC.
    pub made_ms: i64,
    /// Where it was put.
    pub directory: PathBuf,
    /// The history then.
    pub history: HistoryId,
    /// The last number given then.
    pub last: u64,
}

/// Keeps it.
pub(super) fn note(data: &Path, last: &LastBackup) -> Result<(), BackupError> {
    let (path, part) = (data.join(FILE), data.join(format!("{FILE}.part")));
    let text = serde_json::to_vec(last).map_err(|error| at(&path)(error.into()))?;
    let mut file = File::create(&part).map_err(at(&part))?;
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(at(&part))?;
    std::fs::rename(&part, &path).map_err(at(&path))?;
    sync(data)
}

/// The newest backup of a server; `None` when none was ever made.
///
/// # Errors
/// `File` when what is there cannot be read.
pub fn last_backup(data: &Path) -> Result<Option<LastBackup>, BackupError> {
    let path = data.join(FILE);
    let mut text = Vec::new();
    match File::open(&path).and_then(|file| file.take(LIMIT).read_to_end(&mut text)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read.map_err(at(&path))?,
    };
    serde_json::from_slice(&text).map(Some).map_err(|error| at(&path)(error.into()))
}
