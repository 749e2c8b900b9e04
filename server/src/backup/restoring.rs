//! Bringing a backup back on an empty machine: copied, checked, given a new history, and only then
//! put in place. Changes with what a restore must see to.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use ronde_model::id::HistoryId;

use super::error::BackupError;
use super::files::{self, Staging};
use super::manifest::names;
use super::{Manifest, Progress, Step, check};
use crate::archive::sqlite::{KNOWN, copy_of_version};
use crate::devices::DeviceLine;
use crate::keys::database;
use crate::server::{Ports, Server};

/// A server brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Where it is.
    pub directory: PathBuf,
    /// The backup it came from.
    pub manifest: Manifest,
    /// How old the backup is, ms.
    pub age_ms: i64,
    /// The history it now gives numbers in.
    pub history: HistoryId,
    /// The archive was of an older version and was brought up to date.
    pub upgraded: bool,
    /// Devices that were revoked when the backup was made. Whoever was revoked later must be again.
    pub revoked: Vec<DeviceLine>,
}

/// Brings a backup back into `to`, which must not exist or be empty. Killed anywhere, `to` is whole
/// or is not there, and the same command may be given again.
///
/// # Errors
/// [`BackupError`]; nothing was put in place then.
pub fn restore(
    backup: &Path,
    to: &Path,
    ports: &Ports,
    progress: Progress<'_>,
) -> Result<Restored, BackupError> {
    let manifest = Manifest::read(backup)?;
    let staging = Staging::begin(to)?;
    let brought = bring_back(backup, &manifest, staging.path(), ports, progress).and_then(|server| {
        let revoked = server.devices()?.into_iter().filter(|line| line.revoked_ms.is_some()).collect();
        Ok((begin_history(&server, &manifest, progress)?, revoked))
    });
    let (history, revoked) = match brought {
        Ok(brought) => brought,
        Err(error) => {
            staging.abandon();
            return Err(error);
        }
    };
    progress(Step::Naming);
    let directory = staging.put_in_place()?;
    let age_ms = ports.clock.now_ms().saturating_sub(manifest.made_ms);
    let upgraded = manifest.schema < KNOWN;
    Ok(Restored { directory, manifest, age_ms, history, upgraded, revoked })
}

/// Forks where the backup ends: phones know the old history no further, so nothing may have been
/// numbered in it since. What waits for a newer program is judged by the next opening.
pub(super) fn begin_history(
    server: &Server,
    manifest: &Manifest,
    progress: Progress<'_>,
) -> Result<HistoryId, BackupError> {
    progress(Step::History);
    let head = server.begin_history()?;
    if head.seq == manifest.last { Ok(head.history) } else { Err(BackupError::Misfit) }
}

/// Copies a backup into an empty directory, checks it, and opens the server that it is.
pub(super) fn bring_back(
    backup: &Path,
    manifest: &Manifest,
    directory: &Path,
    ports: &Ports,
    progress: Progress<'_>,
) -> Result<Server, BackupError> {
    for name in names() {
        progress(Step::File(name));
        copy_as_described(backup, manifest, directory, name)?;
    }
    if !manifest.describes(&check(directory, progress)?) {
        return Err(BackupError::Misfit);
    }
    let server = Server::open_as_it_is(directory, ports.clone())?;
    if manifest.schema < KNOWN {
        // The backup itself is the copy of the older version.
        let copy = copy_of_version(&database(directory), manifest.schema);
        std::fs::remove_file(&copy).map_err(super::error::at(&copy))?;
    }
    Ok(server)
}

fn copy_as_described(
    backup: &Path,
    manifest: &Manifest,
    directory: &Path,
    name: &str,
) -> Result<(), BackupError> {
    let missing = || BackupError::Missing(name.to_owned());
    let altered = |what| BackupError::Altered { file: name.to_owned(), what };
    let line = manifest.line(name).ok_or_else(missing)?;
    let source = backup.join(name);
    let found = source.metadata().map_err(|_| missing())?;
    if !found.is_file() {
        return Err(missing());
    }
    if found.len() != line.bytes {
        return Err(altered("its size differs"));
    }
    let (_, sha256) = files::copy(&source, &directory.join(name))?;
    if HEXLOWER.encode(&sha256) != line.sha256 {
        return Err(altered("its SHA-256 differs"));
    }
    Ok(())
}
