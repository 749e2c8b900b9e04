//! Opening: the log is judged first, then the key, the durability settings, the migrations. Refuses
//! what it does not know, or what is damaged, and leaves it untouched.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use ronde_model::wal::{Index, Journal, PAGE, Verdict};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::salvage::{self, Found, beside};
use super::{Settings, sql, upgrade};
use crate::error::Error;

static SET_UP: Once = Once::new();

/// SQLite says that it is ready before SQLCipher is, so that two first openings at once can be
/// refused their key (seen once in 400 starts). The first key that is taken ends the wait.
fn set_up() {
    SET_UP.call_once(|| {
        for _ in 0..100_000 {
            let keyed = |trial: Connection| trial.execute_batch("PRAGMA key = 'x'").is_ok();
            if Connection::open_in_memory().is_ok_and(keyed) {
                return;
            }
            std::thread::yield_now();
        }
    });
}

/// Opens the file; `again`: this process has it open already, and judged its log then.
pub fn open(
    path: &Path,
    key: &[u8; 32],
    settings: &Settings,
    again: bool,
) -> Result<(Connection, Option<Found>), Error> {
    set_up();
    let cut = settings.vfs.is_none() && !again && judge_log(path)?;
    // Read now: the first commit writes over it.
    let cut = if cut { Some(salvage::read_cut(path, key)?) } else { None };
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match &settings.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str()),
        None => Connection::open_with_flags(path, flags),
    }
    .map_err(sql)?;
    // Otherwise every use of a statement with `LIMIT ?` plans it again (a fifth of a page of the list).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(sql)?;
    // SQLCipher would otherwise write to the terminal on a wrong key.
    connection.execute_batch("PRAGMA cipher_log_level = NONE").map_err(sql)?;
    let raw: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let raw = format!("x'{raw}'");
    connection.pragma_update(None, "key", &raw).map_err(sql)?;
    let version =
        schema_version(&connection).map_err(|error| told_apart(error, path, key, settings, again))?;
    // EXTRA until WAL is on: otherwise a rollback journal of the creation may come back after a
    // power cut and take an acknowledged commit with it (measured).
    set_synchronous(&connection, settings.created_with.unwrap_or("EXTRA"))?;
    upgrade::migrate(&connection, path, &raw, version, settings)?;
    // `query_one` runs the statement to its end: the switch commits after its row, and a commit
    // that failed must be heard.
    let mode: String =
        connection.query_one("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(sql)?;
    if mode != "wal" {
        return Err(Error::Storage { detail: format!("the file system gives no WAL ({mode})") });
    }
    set_synchronous(&connection, settings.synchronous.unwrap_or("FULL"))?;
    put_log_in_place(&connection)?;
    connection
        .execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
             PRAGMA busy_timeout = 5000; PRAGMA cache_size = -2000; PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON; PRAGMA trusted_schema = OFF;",
        )
        .map_err(sql)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok((connection, cut))
}

/// What an earlier process could not sync can be read and yet not be on the disk: it is written into
/// its place now, and nothing is chained to it. No work after a clean end.
fn put_log_in_place(connection: &Connection) -> Result<(), Error> {
    // Whoever else has it open did this first: "busy" is not waited for.
    connection.busy_timeout(Duration::ZERO).map_err(sql)?;
    match begin_log_anew(connection) {
        // Without room the log stays as it is: what it holds can be read.
        Err(Error::StorageFull | Error::Busy) => Ok(()),
        other => other,
    }
}

fn begin_log_anew(connection: &Connection) -> Result<(), Error> {
    let log = |mode: &str, column: usize| {
        let checkpoint = format!("PRAGMA wal_checkpoint({mode})");
        connection.query_one(&checkpoint, [], |row| row.get::<_, i64>(column)).map_err(sql)
    };
    let frames = log("PASSIVE", 1)?;
    if frames > 0 && log("TRUNCATE", 0)? == 0 {
        // The truncation itself is not synced: a header that is keeps the old log from coming back
        // over newer pages (measured).
        connection.pragma_update(None, "user_version", upgrade::SCHEMA).map_err(sql)?;
    }
    Ok(())
}

fn set_synchronous(connection: &Connection, level: &str) -> Result<(), Error> {
    connection.pragma_update(None, "synchronous", level).map_err(sql)
}

/// The first statement that needs the key: tells a wrong key from a damaged file as far as one can.
fn schema_version(connection: &Connection) -> Result<u32, Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(|error| {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Error::WrongKey,
            _ => sql(error),
        }
    })
}

/// A file of the notebook is its owner's alone; its log gets the same mode from SQLite.
pub fn make_private(path: &Path) -> Result<(), Error> {
    let storage = |error: std::io::Error| Error::Storage { detail: format!("{}: {error}", path.display()) };
    // Never opened when it is there: see `held`.
    if !path.exists() {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(storage)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if std::fs::metadata(path).map_err(storage)?.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(storage)?;
        }
    }
    Ok(())
}

/// The error that a key did not open: another file's key, or this file's damaged beginning.
fn told_apart(error: Error, path: &Path, key: &[u8; 32], settings: &Settings, again: bool) -> Error {
    match error {
        Error::WrongKey if settings.vfs.is_none() && !again && salvage::is_ours(path, key) == Ok(true) => {
            Error::Corrupt { detail: "its first page".into() }
        }
        Error::WrongKey if std::fs::metadata(path).is_ok_and(|file| file.len() < PAGE as u64) => {
            Error::Corrupt { detail: "it ends before its first page does".into() }
        }
        other => other,
    }
}

/// Behind a damaged frame SQLite drops every later commit in silence: that is told instead. Whether the
/// last writing was cut.
fn judge_log(path: &Path) -> Result<bool, Error> {
    let mut judged = log_state(path)?;
    for _ in 0..READINGS {
        let Verdict::Damaged(what) = judged.0 else { return Ok(matches!(judged.0, Verdict::Cut(_))) };
        // Another process may have been writing while it was read.
        let again = log_state(path)?;
        if again == judged {
            return Err(Error::Corrupt { detail: what.into() });
        }
        judged = again;
    }
    Ok(false)
}

/// The same damage must be read twice; a log that changes at each reading is being written.
const READINGS: u32 = 8;

type LogState = (Verdict, Vec<u8>, Vec<u8>, u64);

fn log_state(path: &Path) -> Result<LogState, Error> {
    let storage = |error: std::io::Error| Error::Storage { detail: error.to_string() };
    let read = |suffix: &str| match std::fs::read(beside(path, suffix)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other.map_err(storage),
    };
    // The index first: it tells of no more than what was in the log by then.
    let (index, log) = (read("-shm")?, read("-wal")?);
    let length = std::fs::metadata(path).map_err(storage)?.len();
    let pages = usize::try_from(length / PAGE as u64).unwrap_or(usize::MAX);
    let verdict = Journal::read(&log).verdict(Index::read(&index).as_ref(), pages);
    Ok((verdict, log, index, length))
}
