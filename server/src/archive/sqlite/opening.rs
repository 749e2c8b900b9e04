//! Making and opening the file: key, pragmas, migrations. A newer file is refused untouched; a
//! damaged one is left as it is.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::ArchiveKey;
use super::failure::failed;
use super::inspection::leave_the_log;
use super::log;
use super::upgrading::upgrade;
use crate::disk::room;
use crate::error::ArchiveError;

/// Every migration, in order; the file's `user_version` is the number of those applied.
pub(super) const MIGRATIONS: [&str; 5] = [
    include_str!("../migrations/001_spine.sql"),
    include_str!("../migrations/002_healing.sql"),
    include_str!("../migrations/003_console.sql"),
    include_str!("../migrations/004_mending.sql"),
    include_str!("../migrations/005_finding.sql"),
];

/// The newest version this program knows.
pub const KNOWN: u32 = MIGRATIONS.len() as u32;

/// "Rond" in ASCII: what `file` and a person with a hex viewer see once decrypted.
const APPLICATION_ID: i32 = 0x526f_6e64;

const STATEMENTS_KEPT: usize = 128;
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Makes the file. Created with EXTRA, used with FULL: created with FULL, an acknowledged commit
/// can vanish with the first rollback journal under strict POSIX ordering (measured).
pub(super) fn create(path: &Path, key: &ArchiveKey, vfs: Option<&str>) -> Result<Connection, ArchiveError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = connect(path, key, vfs, flags)?;
    if vfs.is_none() {
        for_the_owner_alone(path)?;
    }
    connection.pragma_update(None, "synchronous", "EXTRA").map_err(failed)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    make_tables(&mut connection)?;
    begin_log(&connection)?;
    Ok(connection)
}

/// Names what SQLite cannot: on a read-only disk it is merely "unable to open database file".
pub(super) fn named(error: ArchiveError, path: &Path) -> ArchiveError {
    let read_only = |path: &Path| room(path).is_ok_and(|found| found.read_only);
    match error {
        ArchiveError::Failed(_) if path.parent().is_some_and(read_only) => ArchiveError::ReadOnly,
        other => other,
    }
}

/// Opens the writer; an older archive is copied beside itself and brought up to date.
pub(super) fn open(path: &Path, key: &ArchiveKey, vfs: Option<&str>) -> Result<Connection, ArchiveError> {
    if vfs.is_none() {
        log::judge(path)?;
    }
    let mut connection = connect(path, key, vfs, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let found = version(&connection)?;
    if found > KNOWN {
        leave_the_log(&connection)?;
        return Err(ArchiveError::Newer { found, known: KNOWN });
    }
    if found == 0 {
        return Err(ArchiveError::Corrupt("no table was ever made in it".to_owned()));
    }
    if found < KNOWN {
        upgrade(&mut connection, path, key, vfs)?;
    }
    begin_log(&connection)?;
    Ok(connection)
}

/// Opens a reader of an archive that the writer opened.
pub(super) fn reader(path: &Path, key: &ArchiveKey, vfs: Option<&str>) -> Result<Connection, ArchiveError> {
    let connection = connect(path, key, vfs, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    connection.pragma_update(None, "cache_size", -8_000).map_err(failed)?;
    Ok(connection)
}

/// The archive's mode; SQLite gives the write-ahead log the same.
pub(super) fn for_the_owner_alone(path: &Path) -> Result<(), ArchiveError> {
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(path, mode)
        .map_err(|e| ArchiveError::Failed(format!("mode of the archive: {e}")))
}

static SET_UP: Once = Once::new();

/// SQLite says that it is ready before SQLCipher is, so two first openings at once can meet it
/// half-way and be refused their key (seen once in 400 starts of the tests). The first key that is
/// taken ends the wait.
fn set_up() {
    SET_UP.call_once(|| {
        for _ in 0..100_000 {
            let trial = Connection::open_in_memory();
            let keyed = |trial: Connection| trial.execute_batch("PRAGMA key = 'x'").is_ok();
            if trial.is_ok_and(keyed) {
                return;
            }
            std::thread::yield_now();
        }
    });
}

pub(super) fn connect(
    path: &Path,
    key: &ArchiveKey,
    vfs: Option<&str>,
    flags: OpenFlags,
) -> Result<Connection, ArchiveError> {
    set_up();
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs),
        None => Connection::open_with_flags(path, flags),
    }
    .map_err(failed)?;
    let hexadecimal = hexadecimal_of(&key.0);
    // SQLCipher otherwise prints on standard error when a key is wrong.
    connection.execute_batch("PRAGMA cipher_log_level = NONE").map_err(failed)?;
    connection.execute_batch(&format!("PRAGMA key = \"x'{hexadecimal}'\"")).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    connection.pragma_update(None, "temp_store", "MEMORY").map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(connection)
}

fn hexadecimal_of(key: &[u8; 32]) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn version(connection: &Connection) -> Result<u32, ArchiveError> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)
}

fn begin_log(connection: &Connection) -> Result<(), ArchiveError> {
    // A power cut may have come between the creation and this switch: until it is made, EXTRA. And
    // `query_one` runs it to its end: a switch whose commit failed must be heard (measured).
    connection.pragma_update(None, "synchronous", "EXTRA").map_err(failed)?;
    let mode: String =
        connection.query_one("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(failed)?;
    if mode != "wal" {
        return Err(ArchiveError::Failed(format!("the file system keeps no write-ahead log (mode {mode})")));
    }
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    empty_log(connection)?;
    connection.pragma_update(None, "cache_size", -32_000).map_err(failed)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000).map_err(failed)
}

/// What an earlier process could not sync can be read and yet not be on the disk: after a failed
/// fsync the system never writes it again. It is written into its place now, and nothing is chained
/// to it; otherwise every commit after it is lost with the next power cut (measured).
fn empty_log(connection: &Connection) -> Result<(), ArchiveError> {
    // Another command that has it open did this first: nobody waits.
    connection.busy_timeout(Duration::ZERO).map_err(failed)?;
    let emptied = begin_log_anew(connection);
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    match emptied {
        // A full disk must not keep an archive from being read. What is left of the danger: both
        // failures at once, and room again before the next opening.
        Err(error @ ArchiveError::Full) => {
            tracing::warn!(%error, "the log of the archive could not be written into its place");
            Ok(())
        }
        Err(ArchiveError::Busy) => Ok(()),
        emptied => emptied,
    }
}

fn begin_log_anew(connection: &Connection) -> Result<(), ArchiveError> {
    let log = |mode: &str, column: usize| {
        let checkpoint = format!("PRAGMA wal_checkpoint({mode})");
        connection.query_one(&checkpoint, [], |row| row.get::<_, i64>(column)).map_err(failed)
    };
    let frames = log("PASSIVE", 1)?;
    if frames > 0 && log("TRUNCATE", 0)? == 0 {
        // The truncation itself is not synced: a header that is keeps the old log from coming back
        // over newer pages (measured).
        let version = version(connection)?;
        connection.pragma_update(None, "user_version", version).map_err(failed)?;
    }
    Ok(())
}

/// All at once: whoever opens a file whose making was cut off finds no table, never some.
fn make_tables(connection: &mut Connection) -> Result<(), ArchiveError> {
    let transaction = connection.transaction().map_err(failed)?;
    for sql in MIGRATIONS {
        transaction.execute_batch(sql).map_err(failed)?;
    }
    transaction.pragma_update(None, "user_version", KNOWN).map_err(failed)?;
    transaction.commit().map_err(failed)
}
