//! What SQLite says, in the archive's words.

use rusqlite::ErrorCode;

use crate::error::ArchiveError;

/// The archive's word for a database error.
pub(super) fn failed(error: rusqlite::Error) -> ArchiveError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ArchiveError::Busy,
        Some(ErrorCode::DiskFull) => ArchiveError::Full,
        Some(ErrorCode::ReadOnly) => ArchiveError::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            ArchiveError::Corrupt(error.to_string())
        }
        _ => ArchiveError::Failed(error.to_string()),
    }
}

/// A stored value that no version of this program writes.
pub(super) fn unreadable(what: &str) -> ArchiveError {
    ArchiveError::Corrupt(format!("a stored {what} is unreadable"))
}
