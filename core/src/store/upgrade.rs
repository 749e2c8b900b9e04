//! Bringing an older database to the present schema: copied beside itself first, complete and synced,
//! then one migration a transaction. Killed anywhere, the next opening goes on. Changes with the way
//! an older notebook is kept.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{Settings, sql};
use crate::error::Error;

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001_notebook.sql"),
    include_str!("migrations/002_healing.sql"),
    include_str!("migrations/003_begun.sql"),
];

/// The schema this program writes.
pub const SCHEMA: u32 = MIGRATIONS.len() as u32;

/// How far an upgrade is, for the person who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upgrade {
    /// Steps done: the copy is the first.
    pub done: u32,
    /// Of how many.
    pub of: u32,
}

/// Where the database of an older schema is copied to.
pub fn copy_of(database: &Path, schema: u32) -> PathBuf {
    database.with_extension(format!("v{schema}.db"))
}

/// Brings the database from `version` to [`SCHEMA`].
pub fn migrate(
    connection: &Connection,
    path: &Path,
    raw_key: &str,
    version: u32,
    settings: &Settings,
) -> Result<(), Error> {
    if version > SCHEMA {
        return Err(Error::NewerDatabase { found: version, known: SCHEMA });
    }
    if version == SCHEMA {
        return forget_copies(path, settings);
    }
    let of = SCHEMA - version + 1;
    let tell = |done: u32| settings.progress.into_iter().for_each(|tell| tell(Upgrade { done, of }));
    if version > 0 {
        tell(0);
        copy(connection, path, raw_key, version, settings)?;
        tell(1);
    }
    for (place, migration) in MIGRATIONS.iter().enumerate().skip(version as usize) {
        let next = place as u32 + 1;
        // A half-done migration leaves the transaction open; closing the connection rolls it back.
        connection
            .execute_batch(&format!("BEGIN IMMEDIATE; {migration}; PRAGMA user_version = {next}; COMMIT;"))
            .map_err(sql)?;
        if version > 0 {
            tell(next - version + 1);
        }
    }
    Ok(())
}

/// Page by page through SQLite: what a damaged page would spoil is noticed before anything changes.
fn copy(
    connection: &Connection,
    path: &Path,
    raw_key: &str,
    version: u32,
    settings: &Settings,
) -> Result<(), Error> {
    let target = copy_of(path, version);
    if settings.vfs.is_none() {
        // Of an opening that was killed: what is beside it is whole, or it would have migrated.
        remove(&target)?;
        super::open::make_private(&target)?;
    }
    let attach = |name: &str| connection.execute("ATTACH DATABASE ?1 AS older KEY ?2", [name, raw_key]);
    attach(&target.to_string_lossy()).map_err(sql)?;
    let copied = copy_into(connection, version);
    let detached = connection.execute_batch("DETACH DATABASE older").map_err(sql);
    if copied.is_err() && settings.vfs.is_none() {
        // Half a copy takes the room that is missing; what could not be removed is removed next time.
        let _kept_for_next_time = remove(&target);
    }
    copied.and(detached)
}

fn copy_into(connection: &Connection, version: u32) -> Result<(), Error> {
    let found: u32 = connection.query_row("PRAGMA older.user_version", [], |row| row.get(0)).map_err(sql)?;
    if found == version {
        return Ok(());
    }
    connection.execute_batch("PRAGMA older.synchronous = EXTRA; BEGIN IMMEDIATE").map_err(sql)?;
    let export = || -> rusqlite::Result<()> {
        connection.query_row("SELECT sqlcipher_export('older')", [], |_| Ok(()))?;
        connection.execute_batch(&format!("PRAGMA older.user_version = {version}; COMMIT"))
    };
    export().map_err(|error| {
        // What rolled back by itself needs no more; the error that is told is the first one.
        let _already_undone = connection.execute_batch("ROLLBACK");
        sql(error)
    })
}

/// The present schema has been opened before by this program: the older copies have done their duty.
/// They are not kept until a synchronisation, which may be weeks away: they hold what others wrote,
/// and no purge reaches them.
fn forget_copies(path: &Path, settings: &Settings) -> Result<(), Error> {
    if settings.vfs.is_some() {
        return Ok(());
    }
    (1..SCHEMA).try_for_each(|schema| remove(&copy_of(path, schema)))
}

fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::Storage { detail: format!("{}: {error}", path.display()) })
        }
        _ => Ok(()),
    }
}
