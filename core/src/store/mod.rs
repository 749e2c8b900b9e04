//! The store: one encrypted SQLite file, one writer behind a mutex, the only place that knows SQL.
//! Knows rows, not rules: what is written is decided above.

mod documents;
mod drafts;
mod envelopes;
mod ledger;
mod open;
mod reports;
mod settings;

pub use documents::DocumentRow;
pub use envelopes::{Aside, EnvelopeRow};
pub use ledger::OwnState;
pub use reports::{Acts, PageKey, ReportRow};
pub use settings::{Enrolment, Position};

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crate::error::Error;

/// How the database is opened; the default is the product's.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// SQLite VFS to open on (the crash explorer's); the system's when `None`.
    pub vfs: Option<String>,
    /// `synchronous` while the database is created, `EXTRA` when `None`. For negative controls only.
    pub created_with: Option<&'static str>,
    /// `synchronous` afterwards, `FULL` when `None`. For negative controls only.
    pub synchronous: Option<&'static str>,
}

/// The open database.
pub struct Store {
    connection: Mutex<Connection>,
}

/// One transaction: everything in it is kept, or nothing.
pub struct Tx<'a> {
    connection: &'a Connection,
}

impl Store {
    /// Opens the database, creating it when absent, and brings it to the present schema.
    ///
    /// # Errors
    /// `WrongKey`, `NewerDatabase`, `Corrupt`, `StorageFull`, `Storage`.
    pub fn open(path: &Path, key: &[u8; 32], settings: &Settings) -> Result<Self, Error> {
        Ok(Store { connection: Mutex::new(open::open(path, key, settings)?) })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction rolled it back when the guard dropped: the connection is good.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads in one consistent state.
    ///
    /// # Errors
    /// What `work` answers, or the store's own.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Deferred).map_err(sql)?;
        let answer = work(&Tx { connection: &transaction })?;
        transaction.finish().map_err(sql)?;
        Ok(answer)
    }

    /// Writes: durable when it returns `Ok`, nothing kept otherwise.
    ///
    /// # Errors
    /// What `work` answers, or the store's own.
    pub fn write<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.lock();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let answer = work(&Tx { connection: &transaction })?;
        transaction.commit().map_err(sql)?;
        Ok(answer)
    }
}

/// What SQLite said, in the notebook's terms.
fn sql(error: rusqlite::Error) -> Error {
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::StorageFull,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::Corrupt { detail },
        _ => Error::Storage { detail },
    }
}

/// A column that does not hold what was written into it: the file is damaged.
fn damaged(what: &str) -> Error {
    Error::Corrupt { detail: format!("{what} does not read back") }
}
