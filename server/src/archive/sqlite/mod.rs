//! The archive on SQLCipher: one file, one writer behind a mutex, a few readers. With its folder,
//! the only place that knows rusqlite. Changes with the database, never with a rule of the product.

mod board;
mod chains;
mod copying;
mod documents;
mod envelopes;
mod failure;
mod feed;
mod inspection;
mod integrity;
mod log;
mod opening;
mod people;
mod reports;
mod sign_in;
#[cfg(test)]
mod tests;
mod upgrading;
mod waiting;

pub use inspection::{Facts, Inspector};
pub use opening::KNOWN;
pub use upgrading::copy_of_version;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{CachedStatement, Connection};

use self::failure::failed;
use super::{Archive, Ending, Reads, Writes};
use crate::error::ArchiveError;

// Without statistics SQLite takes `tenant = ?` for a narrow search and reads the whole tenant:
// where a partial index must be used, the statement says so (INDEXED BY).

/// The only tenant of an embedded archive. Every key carries it all the same.
const TENANT: i64 = 1;

/// Readers kept open between two uses.
const IDLE_READERS: usize = 4;

/// The raw key of the file.
#[derive(Clone)]
pub struct ArchiveKey(pub [u8; 32]);

/// The embedded archive.
pub struct SqliteArchive {
    path: PathBuf,
    key: ArchiveKey,
    vfs: Option<String>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

/// One transaction's view of one tenant.
struct Unit<'c> {
    connection: &'c Connection,
    tenant: i64,
}

impl Unit<'_> {
    fn prepare(&self, sql: &str) -> Result<CachedStatement<'_>, ArchiveError> {
        self.connection.prepare_cached(sql).map_err(failed)
    }
}

impl Reads for Unit<'_> {}
impl Writes for Unit<'_> {}

impl SqliteArchive {
    /// Makes an empty archive.
    ///
    /// # Errors
    /// When the file cannot be made; it must not exist.
    pub fn create(path: &Path, key: ArchiveKey, vfs: Option<&str>) -> Result<Self, ArchiveError> {
        let writer = opening::create(path, &key, vfs)?;
        Ok(Self::with(path, key, vfs, writer))
    }

    /// Opens an archive, and brings an older one up to date.
    ///
    /// # Errors
    /// `WrongKey`, `Newer` (the file is left untouched), `Corrupt`.
    pub fn open(path: &Path, key: ArchiveKey, vfs: Option<&str>) -> Result<Self, ArchiveError> {
        let writer = opening::open(path, &key, vfs).map_err(|error| opening::named(error, path))?;
        Ok(Self::with(path, key, vfs, writer))
    }

    fn with(path: &Path, key: ArchiveKey, vfs: Option<&str>, writer: Connection) -> Self {
        SqliteArchive {
            path: path.to_owned(),
            key,
            vfs: vfs.map(str::to_owned),
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
        }
    }

    fn reader(&self) -> Result<Connection, ArchiveError> {
        match unpoisoned(&self.readers).pop() {
            Some(reader) => Ok(reader),
            None => opening::reader(&self.path, &self.key, self.vfs.as_deref()),
        }
    }

    fn in_one_transaction(
        &self,
        work: impl FnOnce(&Connection) -> Result<Ending, ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let writer = unpoisoned(&self.writer);
        if !writer.is_autocommit() {
            // A panic inside an earlier unit of work left its transaction open: it never happened.
            writer.execute_batch("ROLLBACK").map_err(failed)?;
        }
        writer.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
        let ending = work(&writer);
        let commits = matches!(ending, Ok(Ending::Commit));
        let end = if commits { writer.execute_batch("COMMIT").map_err(failed) } else { ending.map(drop) };
        if !writer.is_autocommit() {
            // An error may have rolled back by itself; what is still open is undone.
            let undone = writer.execute_batch("ROLLBACK").map_err(failed);
            if end.is_ok() {
                undone?;
            }
        }
        end
    }
}

impl Archive for SqliteArchive {
    fn look(&self, work: &mut dyn FnMut(&dyn Reads)) -> Result<(), ArchiveError> {
        let reader = self.reader()?;
        reader.execute_batch("BEGIN DEFERRED").map_err(failed)?;
        work(&Unit { connection: &reader, tenant: TENANT });
        reader.execute_batch("ROLLBACK").map_err(failed)?;
        let mut idle = unpoisoned(&self.readers);
        if idle.len() < IDLE_READERS {
            idle.push(reader);
        }
        Ok(())
    }

    fn change(&self, work: &mut dyn FnMut(&dyn Writes) -> Ending) -> Result<(), ArchiveError> {
        self.in_one_transaction(|writer| Ok(work(&Unit { connection: writer, tenant: TENANT })))
    }

    fn prove_writable(&self) -> Result<(), ArchiveError> {
        self.in_one_transaction(|writer| {
            // Its own value again: the page is written all the same.
            let version = opening::version(writer)?;
            writer.pragma_update(None, "user_version", version).map_err(failed)?;
            Ok(Ending::Commit)
        })
    }
}

/// A panic in another thread leaves a connection whose transaction is undone at the next use.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
