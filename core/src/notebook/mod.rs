//! The façade: everything a screen needs, in the words of the trade. Opens the store with the
//! vault's key, holds the writer's chain, and leaves each verb to the file of its name.

mod added;
mod beginning;
mod enrolling;
mod entry;
mod examining;
mod feed;
mod filing;
mod following;
mod form;
mod healing;
mod histories;
mod ledgers;
mod limits;
mod projecting;
mod reading;
mod rescuing;
mod rewriting;
mod sharing;
mod syncing;
mod talking;
mod understanding;
mod unhealed;
mod view;
mod waiting;
mod wound;
pub(crate) mod writing;

pub use entry::Entry;
pub use rescuing::{RescueStep, Rescued};
pub use view::{
    Cause, Detail, Filed, Identity, ListItem, Note, Page, PageKey, PersonsAct, Ports, ReceiptView, Remark,
    SetAside, Settings, SyncStatus,
};
pub use writing::{Change, Observer};

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ed25519_dalek::{SigningKey, VerifyingKey};
use ronde_model::id::{BootId, DocId, OrgFingerprint};
use ronde_model::instant::Instant;
use ronde_model::lease::SignedLease;
use ronde_model::organisation::fingerprint_of;

use crate::capture::Draft;
use crate::clock::SystemClock;
use crate::entropy::{self, SystemEntropy};
use crate::error::Error;
use crate::keys::{FileVault, VaultError, write_new};
use crate::rescue::exchange;
use crate::store::{Enrolment, Position, Store, Tx};
use writing::Chain;

/// An agent's notebook on this device. Cheap to clone; every call blocks but for `enrol` and `sync`.
#[derive(Clone)]
pub struct Notebook {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    ports: Ports,
    chain: Mutex<Option<Chain>>,
    observer: Mutex<Option<Arc<dyn Observer>>>,
    cancelled: tokio::sync::watch::Sender<bool>,
    syncing: tokio::sync::Mutex<()>,
    /// What was answered malformed was offered again by this process.
    malformed_offered: AtomicBool,
    signer: Mutex<Option<Signer>>,
    talk: Mutex<talking::Talk>,
    directory: PathBuf,
    /// Given back after the store is closed.
    _in_use: File,
}

/// Who signs, and what the organisation is: read once, renewed by enrolment and by a fresh lease.
#[derive(Clone)]
struct Signer {
    author: SigningKey,
    organisation: OrgFingerprint,
    organisation_key: VerifyingKey,
    server_key: VerifyingKey,
    lease: Arc<SignedLease>,
    enrolment: Arc<Enrolment>,
}

impl Ports {
    /// A passphrase-protected vault in `directory`, the system's clock and its randomness.
    /// `zone_min`: offset of local time from UTC, minutes.
    ///
    /// # Errors
    /// `NoEntropy`.
    pub fn of_system(directory: &Path, passphrase: &str, zone_min: i16) -> Result<Ports, Error> {
        let boot = BootId(entropy::random(&SystemEntropy)?);
        Ok(Ports {
            vault: Arc::new(FileVault::new(directory, passphrase)),
            clock: Arc::new(SystemClock::new(boot, zone_min)),
            entropy: Arc::new(SystemEntropy),
        })
    }
}

impl Notebook {
    /// Opens the notebook of a directory, making it when there is none.
    ///
    /// # Errors
    /// `KeysUnavailable`, `WrongKey`, `NewerDatabase`, `Corrupt`, `StorageFull`, `Storage`, `Busy`.
    pub fn open(directory: &Path, ports: Ports) -> Result<Notebook, Error> {
        Self::open_with(directory, ports, Settings::default())
    }

    /// The same with other database settings: for tests of durability.
    ///
    /// # Errors
    /// As [`Notebook::open`].
    pub fn open_with(directory: &Path, ports: Ports, settings: Settings) -> Result<Notebook, Error> {
        std::fs::create_dir_all(directory).map_err(|e| Error::Storage { detail: e.to_string() })?;
        let _alone = sharing::alone(directory)?;
        let in_use = sharing::in_use(directory)?;
        if settings.vfs.is_none() {
            exchange::finish(directory).map_err(|e| Error::Storage { detail: e.to_string() })?;
        }
        let database = directory.join("notebook.db");
        let key = database_key(directory, &database, &ports, settings.vfs.is_some())?;
        let made = directory.join("notebook.made");
        if settings.vfs.is_none() && made.exists() && is_empty(&database) {
            // SQLite would make a new one, and nobody would see that the old one went.
            return Err(Error::Corrupt { detail: "nothing is left of it".into() });
        }
        let store = Store::open(&database, &key, &settings)?;
        if settings.vfs.is_none() && !made.exists() {
            write_new(&made, b"").map_err(|e| Error::Storage { detail: e.to_string() })?;
        }
        let notebook = Notebook {
            inner: Arc::new(Inner {
                store,
                ports,
                chain: Mutex::new(None),
                observer: Mutex::new(None),
                cancelled: tokio::sync::watch::Sender::new(false),
                syncing: tokio::sync::Mutex::new(()),
                malformed_offered: AtomicBool::new(false),
                signer: Mutex::new(None),
                talk: Mutex::new(talking::Talk::default()),
                directory: directory.to_owned(),
                _in_use: in_use,
            }),
        };
        notebook.take_cut()?;
        notebook.understand()?;
        notebook.place_salvaged()?;
        Ok(notebook)
    }

    /// Where the notebook lies.
    pub fn directory(&self) -> &Path {
        &self.inner.directory
    }

    /// Who this notebook writes as; `None` before enrolment.
    ///
    /// # Errors
    /// The store's own.
    pub fn identity(&self) -> Result<Option<Identity>, Error> {
        let signer = match self.signer() {
            Ok(signer) => signer,
            Err(Error::NotEnrolled) => return Ok(None),
            Err(other) => return Err(other),
        };
        let lease = &signer.lease.lease;
        Ok(Some(Identity {
            organisation: signer.enrolment.organisation.clone(),
            fingerprint: signer.organisation,
            server: signer.enrolment.server.clone(),
            device: signer.enrolment.device,
            agent: lease.agent,
            name: lease.name.clone(),
            unit: lease.unit.clone(),
            role: lease.role.clone(),
            lease_expires_ms: lease.expires_s.saturating_mul(1000),
            revoked: signer.enrolment.revoked,
        }))
    }

    /// A draft of a type, saved at once.
    ///
    /// # Errors
    /// The store's own. An unknown type is said when filing.
    pub fn new_draft(&self, report_type: &str) -> Result<Draft, Error> {
        let now = self.inner.ports.clock.now();
        let id = entropy::new_doc_id(&*self.inner.ports.entropy, now.wall_ms)?;
        let draft = Draft {
            id,
            report_type: report_type.to_owned(),
            facts: Default::default(),
            involved: Vec::new(),
            statement: String::new(),
            source_author: None,
            saved_ms: now.wall_ms,
            focus: None,
            about: None,
        };
        self.save_draft(&draft)?;
        Ok(draft)
    }

    /// Saves a draft: durable when it returns. One about a report in which nothing is left is forgotten.
    ///
    /// # Errors
    /// `Sealed` when it was filed, or the store's own.
    pub fn save_draft(&self, draft: &Draft) -> Result<(), Error> {
        let saved_ms = self.inner.ports.clock.now().wall_ms;
        self.inner.store.write(|tx| {
            // A draft that is still here was not filed here: a copy of this phone filed its own.
            if tx.document(draft.id)?.is_some() && tx.draft(draft.id)?.is_none() {
                return Err(Error::Sealed);
            }
            if draft.about.is_some() && draft.is_blank() {
                return tx.delete_draft(draft.id).map(drop);
            }
            // Where it belongs may have moved since a screen read it.
            let held = draft.about.is_some().then(|| Draft::load(tx, draft.id)).transpose()?.flatten();
            // The moment is that of the words: it becomes their record's.
            let typed_ms = held.as_ref().filter(|held| held.says_the_same(draft)).map(|held| held.saved_ms);
            let about = held.and_then(|held| held.about).or_else(|| draft.about.clone());
            Draft { about, ..draft.clone() }.save(tx, typed_ms.unwrap_or(saved_ms))
        })?;
        self.inner.tell(writing::Change::Drafts);
        Ok(())
    }

    /// A draft.
    ///
    /// # Errors
    /// `NotFound`, or the store's own.
    pub fn draft(&self, id: DocId) -> Result<Draft, Error> {
        self.inner.store.read(|tx| Draft::load(tx, id))?.ok_or(Error::NotFound(id))
    }

    /// Every draft of a report to be, latest saved first.
    ///
    /// # Errors
    /// The store's own.
    pub fn drafts(&self) -> Result<Vec<Draft>, Error> {
        let all = self.inner.store.read(Draft::load_all)?;
        Ok(all.into_iter().filter(|draft| draft.about.is_none()).collect())
    }

    /// Forgets a draft.
    ///
    /// # Errors
    /// `NotFound`, or the store's own.
    pub fn discard_draft(&self, id: DocId) -> Result<(), Error> {
        if !self.inner.store.write(|tx| tx.delete_draft(id))? {
            return Err(Error::NotFound(id));
        }
        self.inner.tell(writing::Change::Drafts);
        Ok(())
    }

    /// A ULID, lower case, for a person or a vehicle.
    ///
    /// # Errors
    /// `NoEntropy`.
    pub fn new_ulid(&self) -> Result<String, Error> {
        let now = self.inner.ports.clock.now().wall_ms;
        let id = entropy::new_doc_id(&*self.inner.ports.entropy, now)?;
        Ok(crockford(u128::from_be_bytes(id.0)))
    }

    fn signer(&self) -> Result<Signer, Error> {
        let held = lock(&self.inner.signer).clone();
        match held {
            Some(signer) => Ok(signer),
            None => self.inner.store.read(|tx| self.signer_within(tx)),
        }
    }

    /// The same inside a transaction.
    fn signer_within(&self, tx: &Tx<'_>) -> Result<Signer, Error> {
        let mut held = lock(&self.inner.signer);
        if let Some(signer) = held.as_ref() {
            return Ok(signer.clone());
        }
        let signer = read_signer(tx)?.ok_or(Error::NotEnrolled)?;
        *held = Some(signer.clone());
        Ok(signer)
    }

    /// The clocks now, with the skew measured against the server.
    fn now(&self, position: &Position) -> Instant {
        let mut now = self.inner.ports.clock.now();
        (now.skew_ms, now.err_ms) = match (position.contact_ms, position.contact_mono) {
            // Within one boot the monotonic clock says how far the wall clock is off now, even if
            // somebody has set it since.
            (Some(contact), Some((then, boot))) if boot == now.boot => {
                let true_ms = contact.saturating_add_unsigned(now.mono_ms.saturating_sub(then));
                (Some(now.wall_ms.saturating_sub(true_ms)), position.skew_err_ms)
            }
            _ => (position.skew_ms, None),
        };
        now
    }
}

fn read_signer(tx: &Tx<'_>) -> Result<Option<Signer>, Error> {
    let (Some(enrolment), Some(seed)) = (tx.enrolment()?, tx.author_seed()?) else { return Ok(None) };
    let damaged = |what: &str| Error::Corrupt { detail: format!("{what} does not read back") };
    let key = |bytes: &[u8; 32]| VerifyingKey::from_bytes(bytes).map_err(|_| damaged("key"));
    let organisation_key = key(&enrolment.organisation_key)?;
    let organisation = fingerprint_of(&organisation_key);
    let cwt = tx.lease(&enrolment.lease)?.ok_or_else(|| damaged("lease"))?;
    let lease = SignedLease::open(cwt, &organisation, &organisation_key).map_err(|_| damaged("lease"))?;
    Ok(Some(Signer {
        author: SigningKey::from_bytes(&seed),
        organisation,
        organisation_key,
        server_key: key(&enrolment.server_key)?,
        lease: Arc::new(lease),
        enrolment: Arc::new(enrolment),
    }))
}

fn is_empty(database: &Path) -> bool {
    std::fs::metadata(database).map_or(true, |file| file.len() == 0)
}

/// The raw database key, wrapped by the vault in `notebook.key`.
fn database_key(
    directory: &Path,
    database: &Path,
    ports: &Ports,
    in_memory: bool,
) -> Result<[u8; 32], Error> {
    let path = directory.join("notebook.key");
    let storage = |e: std::io::Error| Error::Storage { detail: e.to_string() };
    if path.exists() {
        return wrapped_key(directory, ports);
    }
    if !in_memory && database.exists() {
        // A fresh key would lock what is there for ever.
        return Err(Error::KeysUnavailable { reason: "notebook.key is missing beside notebook.db".into() });
    }
    let key: [u8; 32] = entropy::random(&*ports.entropy)?;
    write_new(&path, &ports.vault.wrap(&key).map_err(refused_by_vault)?).map_err(storage)?;
    Ok(key)
}

/// The key that is there.
fn wrapped_key(directory: &Path, ports: &Ports) -> Result<[u8; 32], Error> {
    let wrapped = std::fs::read(directory.join("notebook.key")).map_err(|e| match e.kind() {
        ErrorKind::NotFound => Error::KeysUnavailable { reason: "notebook.key is missing".into() },
        _ => Error::Storage { detail: e.to_string() },
    })?;
    let key = ports.vault.unwrap(&wrapped).map_err(refused_by_vault)?;
    key.try_into().map_err(|_| Error::WrongKey)
}

fn refused_by_vault(error: VaultError) -> Error {
    match error {
        VaultError::NotOurs => Error::WrongKey,
        VaultError::Unavailable(reason) => Error::KeysUnavailable { reason },
    }
}

fn crockford(mut bits: u128) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut text = [0u8; 26];
    for place in text.iter_mut().rev() {
        *place = LETTERS[(bits & 31) as usize];
        bits >>= 5;
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every value behind these locks is whole at any moment: a panic elsewhere spoils nothing.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
