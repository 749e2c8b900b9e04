//! Why a backup was not made or not brought back, in words that say what to do.
//! Changes when one can be refused for another reason.

use std::path::{Path, PathBuf};

use crate::error::{ArchiveError, ServerError};

/// Why there is no backup, or no restored server. Nothing was put in place.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something is there already.
    #[error("{} is not empty: name a new directory; what is there was left as it is", .0.display())]
    NotEmpty(PathBuf),
    /// A directory cannot have that name.
    #[error("{} names no directory that can be made", .0.display())]
    NoName(PathBuf),
    /// Another process is at it.
    #[error("another backup or restore is writing {}: wait for its end", .0.display())]
    InProgress(PathBuf),
    /// The disk it goes to is full.
    #[error("no room is left for {}: free some, or choose another disk; nothing was made", .0.display())]
    NoRoom(PathBuf),
    /// No manifest: it was never finished, or is none.
    #[error(
        "{} holds no manifest.json: it is half a backup, or none; take another one, nothing was restored",
        .0.display()
    )]
    NoManifest(PathBuf),
    /// The manifest cannot be read as one.
    #[error("{}: {reason}; take another backup, nothing was restored", path.display())]
    BadManifest {
        /// The manifest.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Made by a later program.
    #[error(
        "this backup was made by ronde-server {program}, whose archive is of version {found}; this program \
         ({present}) knows {known}: install {program} first, nothing was restored", present = env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// The program that made it.
        program: String,
        /// The archive's version, or the manifest's when that is what is later.
        found: u32,
        /// The newest known here.
        known: u32,
    },
    /// A file of the manifest is not there.
    #[error(
        "the backup has lost its file {0}: it is not complete; take another backup, nothing was restored"
    )]
    Missing(String),
    /// A file is not the one that was written.
    #[error(
        "the file {file} of the backup is not the one that was made ({what}): take another backup, \
         nothing was restored"
    )]
    Altered {
        /// Which.
        file: String,
        /// What differs.
        what: &'static str,
    },
    /// The archive is not the one that the manifest describes.
    #[error("the archive of the backup is not the one its manifest describes: take another backup")]
    Misfit,
    /// Keys, archive.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl From<ArchiveError> for BackupError {
    fn from(error: ArchiveError) -> Self {
        BackupError::Server(error.into())
    }
}

/// What the system said about a file.
pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError + '_ {
    |source| BackupError::File { path: path.to_owned(), source }
}
