//! What a backup says of itself: written last, so that a backup without one is none.
//! Knows no file's content. Changes with the format of backups, and then its number does.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use ronde_model::id::{HistoryId, OrgFingerprint};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::{BackupError, at};
use super::files;
use crate::archive::sqlite::{Facts, KNOWN};
use crate::keys::{DATABASE, KEY_FILES};

/// The format of backups that this program writes.
const FORMAT: u32 = 1;
/// Its file.
const MANIFEST: &str = "manifest.json";
/// A manifest is about 1 KiB: whatever is longer than this is none.
const LIMIT: u64 = 64 * 1024;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of the backup.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// The version of the archive's schema.
    pub schema: u32,
    /// Whose server it is.
    pub organisation: Named,
    /// The history in which numbers were given.
    pub history: HistoryId,
    /// The last number given.
    pub last: u64,
    /// How much is in it.
    pub counts: Counts,
    /// When the copy began, RFC 3339, UTC.
    pub made_at: String,
    /// The same, ms since 1970 UTC.
    pub made_ms: i64,
    /// Every other file of the backup.
    pub files: Vec<FileLine>,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// SHA-256 of its first public key.
    pub fingerprint: OrgFingerprint,
}

/// How much a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Stored envelopes.
    pub envelopes: u64,
    /// Reports.
    pub reports: u64,
    /// Devices enrolled.
    pub devices: u64,
    /// Supervisors.
    pub supervisors: u64,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileLine {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it, hexadecimal.
    pub sha256: String,
}

/// The files of every backup beside its manifest.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEY_FILES.into_iter().chain([DATABASE])
}

impl Manifest {
    /// Of the files that lie in a directory, and the archive in it.
    pub(super) fn of(directory: &Path, facts: &Facts, made_ms: i64) -> Result<Manifest, BackupError> {
        let line = |name: &str| {
            let (bytes, sha256) = files::digest(&directory.join(name))?;
            Ok(FileLine { name: name.to_owned(), bytes, sha256: HEXLOWER.encode(&sha256) })
        };
        let made_at = Timestamp::from_millisecond(made_ms).map(|made| made.to_string()).unwrap_or_default();
        Ok(Manifest {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            schema: facts.version,
            organisation: Named { name: facts.organisation.clone(), fingerprint: facts.fingerprint },
            history: facts.history,
            last: facts.last,
            counts: counts_of(facts),
            made_at,
            made_ms,
            files: names().map(line).collect::<Result<_, BackupError>>()?,
        })
    }

    /// Writes it under its name, when everything it names is durable.
    pub(super) fn write(&self, directory: &Path) -> Result<(), BackupError> {
        let path = directory.join(MANIFEST);
        let part = directory.join("manifest.json.part");
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| bad(&path, error.to_string()))?;
        text.push(b'\n');
        files::write_new(&part, &text)?;
        files::sync(directory)?;
        std::fs::rename(&part, &path).map_err(at(&path))?;
        files::sync(directory)
    }

    /// Reads the manifest of a backup that this program can bring back.
    ///
    /// # Errors
    /// `NoManifest`, `BadManifest`, `Newer`.
    pub fn read(backup: &Path) -> Result<Manifest, BackupError> {
        let path = backup.join(MANIFEST);
        let mut text = Vec::new();
        let file = File::open(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => BackupError::NoManifest(backup.to_owned()),
            _ => at(&path)(error),
        })?;
        file.take(LIMIT + 1).read_to_end(&mut text).map_err(at(&path))?;
        if text.len() as u64 > LIMIT {
            return Err(bad(&path, "too long for a manifest".to_owned()));
        }
        let value: Value = serde_json::from_slice(&text).map_err(|error| bad(&path, error.to_string()))?;
        // A later format may have nothing else in common with this one.
        let number = |key: &str| value[key].as_u64().and_then(|number| u32::try_from(number).ok());
        for (key, known) in [("format", FORMAT), ("schema", KNOWN)] {
            let found = number(key).ok_or_else(|| bad(&path, format!("it has no {key}")))?;
            if found > known {
                let program = value["program"].as_str().unwrap_or("of a later version").to_owned();
                return Err(BackupError::Newer { program, found, known });
            }
        }
        let manifest: Manifest =
            serde_json::from_value(value).map_err(|error| bad(&path, error.to_string()))?;
        manifest.check_names(&path)?;
        Ok(manifest)
    }

    /// A manifest names the files of a server and no other: nothing is read or written elsewhere.
    fn check_names(&self, path: &Path) -> Result<(), BackupError> {
        for name in names() {
            if self.files.iter().filter(|line| line.name == name).count() != 1 {
                return Err(bad(path, format!("it does not name {name} once")));
            }
        }
        match self.files.iter().find(|line| names().all(|name| name != line.name)) {
            None => Ok(()),
            Some(line) => Err(bad(path, format!("it names {:?}, which is no file of a backup", line.name))),
        }
    }

    /// What it says of a file.
    pub(super) fn line(&self, name: &str) -> Option<&FileLine> {
        self.files.iter().find(|line| line.name == name)
    }

    /// Whether it describes this archive.
    pub(super) fn describes(&self, facts: &Facts) -> bool {
        self.schema == facts.version
            && self.organisation.name == facts.organisation
            && self.organisation.fingerprint == facts.fingerprint
            && (self.history, self.last) == (facts.history, facts.last)
            && self.counts == counts_of(facts)
    }
}

fn counts_of(facts: &Facts) -> Counts {
    Counts {
        envelopes: facts.envelopes,
        reports: facts.reports,
        devices: facts.devices,
        supervisors: facts.supervisors,
    }
}

fn bad(path: &Path, reason: String) -> BackupError {
    BackupError::BadManifest { path: path.to_owned(), reason }
}
