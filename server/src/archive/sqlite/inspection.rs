//! An archive looked at from outside, whatever version it is of: never migrated, never checkpointed,
//! left as it was found. Knows what a copy is recognised by. Changes when that does.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use ronde_model::id::{HistoryId, OrgFingerprint};

use super::copying::{CopyProgress, copy};
use super::failure::{failed, unreadable};
use super::log;
use super::opening::{KNOWN, connect, named, version};
use super::{ArchiveKey, TENANT};
use crate::error::ArchiveError;

/// The version from which rows say what was done about their report.
const HANDLED_SINCE: u32 = 3;
/// The version from which rows say that they are to be made again.
const STALE_SINCE: u32 = 4;

/// What an archive is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its schema's version.
    pub version: u32,
    /// The organisation's name.
    pub organisation: String,
    /// Its fingerprint.
    pub fingerprint: OrgFingerprint,
    /// The lease of its server.
    pub server_lease: Vec<u8>,
    /// The history in which numbers are given.
    pub history: HistoryId,
    /// The last number given.
    pub last: u64,
    /// Stored envelopes.
    pub envelopes: u64,
    /// Reports.
    pub reports: u64,
    /// Devices enrolled.
    pub devices: u64,
    /// Supervisors.
    pub supervisors: u64,
}

/// What waits for a person or for another envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Set aside.
    pub quarantined: u64,
    /// Waiting for another envelope.
    pub pending: u64,
    /// When the newest of those set aside was received, ms UTC.
    pub newest_quarantined_ms: Option<i64>,
    /// When the oldest of those waiting was received, ms UTC.
    pub oldest_pending_ms: Option<i64>,
}

/// An archive opened to be looked at.
pub struct Inspector {
    pub(super) connection: Connection,
    pub(super) alone: bool,
    key: ArchiveKey,
    vfs: Option<String>,
}

impl Inspector {
    /// Opens it. `alone`: the file is a copy nobody writes, on a medium that may be read-only.
    ///
    /// # Errors
    /// `WrongKey`, `Newer`, `Corrupt`, or what the database says; the file stays as it is.
    pub fn open(path: &Path, key: ArchiveKey, vfs: Option<&str>, alone: bool) -> Result<Self, ArchiveError> {
        // A copy has no log.
        if vfs.is_none() && !alone {
            log::judge(path)?;
        }
        Self::open_unnamed(path, key, vfs, alone).map_err(|error| named(error, path))
    }

    fn open_unnamed(
        path: &Path,
        key: ArchiveKey,
        vfs: Option<&str>,
        alone: bool,
    ) -> Result<Self, ArchiveError> {
        let flags = if alone { OpenFlags::SQLITE_OPEN_READ_ONLY } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
        let connection = connect(path, &key, vfs, flags)?;
        leave_the_log(&connection)?;
        connection.pragma_update(None, "query_only", true).map_err(failed)?;
        match version(&connection)? {
            0 => Err(ArchiveError::Corrupt("no table was ever made in it".to_owned())),
            found if found > KNOWN => Err(ArchiveError::Newer { found, known: KNOWN }),
            _ => Ok(Inspector { connection, alone, key, vfs: vfs.map(str::to_owned) }),
        }
    }

    /// What it is recognised by, in one state.
    ///
    /// # Errors
    /// The database's; `Corrupt` when no organisation stands in it.
    pub fn facts(&self) -> Result<Facts, ArchiveError> {
        facts(&self.connection)
    }

    /// Copies it as it stands; see [`copy`].
    ///
    /// # Errors
    /// `Full`, `Busy`, or what the database says.
    pub fn copy_to(&self, path: &Path, progress: CopyProgress<'_>) -> Result<(), ArchiveError> {
        copy(&self.connection, path, &self.key, self.vfs.as_deref(), progress)
    }

    /// When the newest envelope was received, ms UTC; `None` in an empty archive.
    ///
    /// # Errors
    /// The database's.
    pub fn newest_received_ms(&self) -> Result<Option<i64>, ArchiveError> {
        // The last numbers, not all: a clock that was wrong once long ago is no news.
        let sql = "SELECT max(received_ms) FROM (SELECT received_ms FROM envelope WHERE tenant = ?1 \
                   ORDER BY seq DESC LIMIT 1000)";
        self.connection.query_one(sql, [TENANT], |row| row.get(0)).map_err(failed)
    }

    /// What waits.
    ///
    /// # Errors
    /// The database's.
    pub fn held(&self) -> Result<Held, ArchiveError> {
        let sql = "SELECT count(*) FILTER (WHERE state = 2), count(*) FILTER (WHERE state = 3), \
                   max(received_ms) FILTER (WHERE state = 2), min(received_ms) FILTER (WHERE state = 3) \
                   FROM envelope INDEXED BY envelope_aside WHERE tenant = ?1 AND state <> 0";
        self.connection
            .query_one(sql, [TENANT], |row| {
                Ok(Held {
                    quarantined: row.get(0)?,
                    pending: row.get(1)?,
                    newest_quarantined_ms: row.get(2)?,
                    oldest_pending_ms: row.get(3)?,
                })
            })
            .map_err(failed)
    }

    /// Rows of the inbox that an older program made and that are to be made again; none in an archive whose
    /// version knew nothing of it.
    ///
    /// # Errors
    /// The database's.
    pub fn incomplete_rows(&self) -> Result<u64, ArchiveError> {
        let unhandled =
            "SELECT doc FROM report INDEXED BY report_unhandled WHERE tenant = ?1 AND handled IS NULL";
        let stale = "SELECT doc FROM report INDEXED BY report_stale WHERE tenant = ?1 AND stale = 1";
        let sql = match version(&self.connection)? {
            ..HANDLED_SINCE => return Ok(0),
            HANDLED_SINCE..STALE_SINCE => format!("SELECT count(*) FROM ({unhandled})"),
            STALE_SINCE.. => format!("SELECT count(*) FROM ({unhandled} UNION {stale})"),
        };
        self.connection.query_one(&sql, [TENANT], |row| row.get(0)).map_err(failed)
    }

    /// Makes one write durable that changes nothing.
    ///
    /// # Errors
    /// `Full`, `ReadOnly`, `Busy`, or what the database says.
    pub fn prove_writable(&self) -> Result<(), ArchiveError> {
        self.connection.pragma_update(None, "query_only", false).map_err(failed)?;
        let version = version(&self.connection)?;
        // Its own value again: the page is written all the same.
        let written = self.connection.pragma_update(None, "user_version", version).map_err(failed);
        self.connection.pragma_update(None, "query_only", true).map_err(failed)?;
        written
    }

    /// The versions of SQLite and of SQLCipher in this program.
    ///
    /// # Errors
    /// The database's.
    pub fn engines(&self) -> Result<(String, String), ArchiveError> {
        let cipher = self.connection.query_one("PRAGMA cipher_version", [], |row| row.get(0));
        Ok((rusqlite::version().to_owned(), cipher.map_err(failed)?))
    }
}

/// What an archive is recognised by.
pub(super) fn facts(connection: &Connection) -> Result<Facts, ArchiveError> {
    let count = |table: &str| {
        let sql = format!("SELECT count(*) FROM {table} WHERE tenant = ?1");
        connection.query_one(&sql, [TENANT], |row| row.get::<_, u64>(0)).map_err(failed)
    };
    let of_organisation = "SELECT name, fingerprint, server_lease FROM organisation WHERE tenant = ?1";
    let (organisation, fingerprint, server_lease): (String, Vec<u8>, Vec<u8>) = connection
        .query_one(of_organisation, [TENANT], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()
        .map_err(failed)?
        .ok_or_else(|| ArchiveError::Corrupt("no organisation stands in it".to_owned()))?;
    let of_head = "SELECT history, seq FROM tenant_head WHERE tenant = ?1";
    let (history, last): (Vec<u8>, u64) =
        connection.query_one(of_head, [TENANT], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
    Ok(Facts {
        version: version(connection)?,
        organisation,
        fingerprint: OrgFingerprint(fingerprint.try_into().map_err(|_| unreadable("fingerprint"))?),
        server_lease,
        history: HistoryId(history.try_into().map_err(|_| unreadable("history"))?),
        last,
        envelopes: count("envelope")?,
        reports: count("document")?,
        devices: count("device")?,
        supervisors: count("supervisor")?,
    })
}

/// Closing must not write the log into the file: it is left as it was found.
pub(super) fn leave_the_log(connection: &Connection) -> Result<(), ArchiveError> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    Ok(())
}
