//! Opening: the key, the durability settings, the migrations. Refuses what it does not know and
//! leaves it untouched.

use std::path::Path;
use std::sync::Once;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{Settings, sql};
use crate::error::Error;

const MIGRATIONS: &[&str] = &[include_str!("migrations/001_notebook.sql")];

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

pub fn open(path: &Path, key: &[u8; 32], settings: &Settings) -> Result<Connection, Error> {
    set_up();
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
    connection.pragma_update(None, "key", format!("x'{raw}'")).map_err(sql)?;
    let version = schema_version(&connection)?;
    // EXTRA until WAL is on: otherwise a rollback journal of the creation may come back after a
    // power cut and take an acknowledged commit with it (measured).
    set_synchronous(&connection, settings.created_with.unwrap_or("EXTRA"))?;
    migrate(&connection, version)?;
    // `query_one` runs the statement to its end: the switch commits after its row, and a commit
    // that failed must be heard.
    let mode: String =
        connection.query_one("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(sql)?;
    if mode != "wal" {
        return Err(Error::Storage { detail: format!("the file system gives no WAL ({mode})") });
    }
    set_synchronous(&connection, settings.synchronous.unwrap_or("FULL"))?;
    connection
        .execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
             PRAGMA busy_timeout = 5000; PRAGMA cache_size = -2000; PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON; PRAGMA trusted_schema = OFF;",
        )
        .map_err(sql)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
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

fn migrate(connection: &Connection, version: u32) -> Result<(), Error> {
    let known = MIGRATIONS.len() as u32;
    if version > known {
        return Err(Error::NewerDatabase { found: version, known });
    }
    for (place, migration) in MIGRATIONS.iter().enumerate().skip(version as usize) {
        let next = place + 1;
        connection
            .execute_batch(&format!("BEGIN IMMEDIATE; {migration}; PRAGMA user_version = {next}; COMMIT;"))
            .map_err(|error| {
                // A half-done migration leaves the transaction open; closing the connection rolls it back.
                sql(error)
            })?;
    }
    Ok(())
}
