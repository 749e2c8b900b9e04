//! The notebook looks itself over: gathers the facts that `doctor` judges, also when the database does
//! not open. Changes with what is looked at.

use std::path::Path;

use super::{Notebook, Ports};
use crate::doctor::{Checkup, Facts, Health, finding, judge};
use crate::error::Error;
use crate::store::SCHEMA;

impl Notebook {
    /// Looks the notebook over; `deep`: every page and every envelope is read again.
    ///
    /// # Errors
    /// The store's own, when it cannot even be asked.
    pub fn doctor(&self, deep: bool) -> Result<Checkup, Error> {
        let inner = &self.inner;
        let complaints = match inner.store.check(deep) {
            Ok(found) => found.complaints + found.altered + found.empty,
            Err(Error::Corrupt { .. }) => return Ok(Checkup::of(vec![damaged("une page ne se lit plus")])),
            Err(other) => return Err(other),
        };
        let identity = self.identity()?;
        let versions = inner.store.versions()?;
        let (own, position, cut, salvaged) =
            inner.store.read(|tx| Ok((tx.own_state()?, tx.position()?, tx.cut()?, tx.salvaged_count()?)))?;
        let now = self.now(&position);
        Ok(judge(&Facts {
            now_ms: now.wall_ms,
            free_bytes: free_bytes(&inner.directory),
            used_bytes: bytes_of(&inner.directory, "notebook.db").1,
            skew_ms: now.skew_ms,
            complaints,
            deep,
            lease_until_ms: identity.as_ref().map(|identity| identity.lease_expires_ms),
            revoked: identity.as_ref().is_some_and(|identity| identity.revoked),
            contact_ms: position.contact_ms,
            waiting: own.waiting,
            waiting_since_ms: own.since_ms,
            needs_you: own.needs_you,
            cut: cut.map(|cut| (cut.at_ms, cut.kept)),
            aside: bytes_of(&inner.directory, "notebook.damaged-"),
            salvaged,
            versions: format!(
                "ronde {}, schéma {SCHEMA}, SQLite {}, SQLCipher {}",
                env!("CARGO_PKG_VERSION"),
                versions.sqlite,
                versions.cipher
            ),
        }))
    }

    /// The same for a notebook that may not open.
    ///
    /// # Errors
    /// What has nothing to do with its health: `Busy`.
    pub fn doctor_of(directory: &Path, ports: Ports, deep: bool) -> Result<Checkup, Error> {
        match Notebook::open(directory, ports) {
            Ok(notebook) => notebook.doctor(deep),
            Err(Error::Busy) => Err(Error::Busy),
            Err(Error::Corrupt { detail }) => Ok(Checkup::of(vec![damaged(&detail)])),
            Err(Error::WrongKey) => {
                let told = "la phrase de passe n’ouvre pas le carnet ; si elle est juste, notebook.key est abîmé : reprenez-en une copie";
                Ok(Checkup::of(vec![finding("keys", Health::Broken, told)]))
            }
            Err(Error::KeysUnavailable { reason }) => {
                let told = format!(
                    "les clés manquent ou sont abîmées ({reason}) : sans elles le carnet ne se lit pas ; reprenez-en une copie"
                );
                Ok(Checkup::of(vec![finding("keys", Health::Broken, told)]))
            }
            Err(Error::StorageFull) => {
                let told = "plus de place : libérez-en";
                Ok(Checkup::of(vec![finding("disk", Health::Broken, told)]))
            }
            Err(other) => Ok(Checkup::of(vec![finding("database", Health::Broken, other.to_string())])),
        }
    }
}

fn damaged(detail: &str) -> crate::doctor::Finding {
    let told = format!(
        "le fichier du carnet est abîmé ({detail}) : « ronde rescue » sauve ce qui est intact et met l’ancien de côté"
    );
    finding("database", Health::Broken, told)
}

/// What the system says; nothing where it says nothing.
fn free_bytes(directory: &Path) -> Option<u64> {
    #[cfg(unix)]
    return rustix::fs::statvfs(directory).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    #[cfg(not(unix))]
    return {
        let _unasked = directory;
        None
    };
}

/// Files of the directory whose name begins so: how many databases, and all their bytes.
fn bytes_of(directory: &Path, prefix: &str) -> (u64, u64) {
    let (mut count, mut bytes) = (0, 0);
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(prefix) {
            count += u64::from(name.ends_with(".db"));
            bytes += entry.metadata().map_or(0, |about| about.len());
        }
    }
    (count, bytes)
}
