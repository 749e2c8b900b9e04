//! The store: one encrypted SQLite file, one writer behind a mutex, the only place that knows SQL.
//! Knows rows, not rules: what is written is decided above.

mod aside;
mod checkup;
mod documents;
mod drafts;
mod envelopes;
mod held;
mod histories;
mod ledger;
mod lost;
mod open;
mod replaced;
mod reports;
pub mod salvage;
mod salvaged;
mod settings;
mod upgrade;
mod verdicts;

pub use aside::{Aside, Kept};
pub use documents::DocumentRow;
pub use envelopes::EnvelopeRow;
pub use held::hold;
pub use ledger::{Outgoing, OwnState};
pub use replaced::InDoubt;
pub use reports::{Acts, PageKey, ReportRow};
pub use salvaged::{Cut, Salvaged};
pub use settings::{Enrolment, Position};
pub use upgrade::{SCHEMA, Upgrade};
pub use verdicts::{KeptChange, RefusedSeal};

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// Told how far the upgrade of an older database is.
    pub progress: Option<fn(Upgrade)>,
}

/// The open database.
pub struct Store {
    connection: Mutex<Connection>,
    cut: Mutex<Option<salvage::Found>>,
    /// The last writing found no room.
    full: AtomicBool,
    _held: Option<held::Held>,
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
        let (held, again) = match &settings.vfs {
            Some(_) => (None, false),
            None => {
                open::make_private(path)?;
                let (held, again) = held::hold(path);
                (Some(held), again)
            }
        };
        let (connection, cut) = open::open(path, key, settings, again)?;
        Ok(Store {
            connection: Mutex::new(connection),
            cut: Mutex::new(cut),
            full: AtomicBool::new(false),
            _held: held,
        })
    }

    /// What a last writing held that was not whole when the database was opened; once.
    pub fn take_cut(&self) -> Option<salvage::Found> {
        self.cut.lock().unwrap_or_else(PoisonError::into_inner).take()
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
        let written = self.transact(work);
        match &written {
            Ok(_) => self.full.store(false, Ordering::Relaxed),
            Err(Error::StorageFull) => self.full.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
        written
    }

    /// Whether the last writing found no room.
    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    fn transact<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Error>) -> Result<T, Error> {
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
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy,
        Some(ErrorCode::DiskFull) => Error::StorageFull,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::Corrupt { detail },
        _ => Error::Storage { detail },
    }
}

/// A column that does not hold what was written into it: the file is damaged.
fn damaged(what: &str) -> Error {
    Error::Corrupt { detail: format!("{what} does not read back") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_writer_is_said_to_be_busy_and_nothing_else_is() {
        let directory = tempfile::tempdir().unwrap();
        let open = || Connection::open(directory.path().join("notebook.db")).unwrap();
        let (first, second) = (open(), open());
        first.execute_batch("CREATE TABLE t (n); BEGIN IMMEDIATE;").unwrap();
        second.busy_timeout(std::time::Duration::ZERO).unwrap();
        let refused = second.execute_batch("BEGIN IMMEDIATE").map_err(sql).unwrap_err();
        assert_eq!(refused, Error::Busy);
        assert_eq!(refused.advice(), crate::error::Advice::TryLater { after_s: 1 });
        let wrong = second.execute_batch("SELECT nothing").map_err(sql).unwrap_err();
        assert!(matches!(wrong, Error::Storage { .. }), "{wrong}");
    }
}
