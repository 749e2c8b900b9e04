//! Reading a database that SQLite refuses: every page that can be decrypted is looked at, every row
//! that is one of ours is handed over with what is known of its soundness. Judges no content. Changes
//! with the tables.

mod cells;
mod cipher;
mod image;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use ronde_model::id::{DocId, Eid};

use crate::error::Error;
use cells::{Row, Value, rows_of};
use image::{Image, Version};

/// How far a row may be believed before its own signature is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// From a page whose code is wrong, or that no code can prove: believe signatures only.
    Unproven,
    /// What was once written, and may have been overwritten since.
    Older,
    /// What was there last.
    Present,
}

/// Whether the key opens anything of the file: otherwise it is another file's.
///
/// # Errors
/// `Storage` when the file cannot be read at all.
pub fn is_ours(database: &Path, key: &[u8; 32]) -> Result<bool, Error> {
    Ok(Image::read(database, key).map_err(storage)?.is_provable())
}

fn storage(error: std::io::Error) -> Error {
    Error::Storage { detail: error.to_string() }
}

/// What an envelope's row says, when it can be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// Its document, when the row itself was found.
    pub doc: Option<DocId>,
    /// Written here.
    pub own: bool,
    /// The receipt covered it.
    pub covered: bool,
    /// When the server received it, ms UTC.
    pub received_ms: Option<i64>,
}

/// A draft's row.
#[derive(Debug, Clone)]
pub struct DraftRow {
    /// Which.
    pub doc: DocId,
    /// When it was saved, ms UTC.
    pub saved_ms: i64,
    /// Its bytes.
    pub body: Vec<u8>,
    /// How far it may be believed.
    pub trust: Trust,
}

/// What was found, oldest version first.
#[derive(Debug, Default)]
pub struct Found {
    /// Settings by name.
    pub settings: Vec<(String, Vec<u8>, Trust)>,
    /// Leases, CWT.
    pub leases: Vec<Vec<u8>>,
    /// Signed configurations by name.
    pub configs: Vec<(String, Vec<u8>)>,
    /// Drafts.
    pub drafts: Vec<DraftRow>,
    /// What may be bodies of envelopes, not parsed yet.
    pub bodies: BTreeMap<Vec<u8>, Trust>,
    /// Reports, handlings and drafts that an index names.
    pub named: BTreeSet<DocId>,
    /// Envelopes that a row or an index names, with what it says.
    pub known: BTreeMap<Eid, Known>,
    /// Official numbers.
    pub numbers: BTreeMap<DocId, String>,
    /// Present pages, and how many of them are broken.
    pub pages: (u32, u32),
    /// Frames of the log that are broken.
    pub broken_frames: u32,
    /// The file ends inside a page.
    pub torn: bool,
    /// No page can be proved: the salt of the file is lost.
    pub unprovable: bool,
    /// What opening would drop of the log in silence.
    pub log: Option<&'static str>,
}

/// A file beside the database: `-wal`, `-shm`.
pub fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Reads everything that can be read; changes nothing. `progress`: versions of pages done, of how many.
///
/// # Errors
/// `Storage` when the file cannot be read at all.
pub fn read(database: &Path, key: &[u8; 32], progress: &dyn Fn(u64, u64)) -> Result<Found, Error> {
    let image = Image::read(database, key).map_err(storage)?;
    Ok(look(&image, &image.versions, progress))
}

/// Only what the frames hold that opening drops: a last writing that is not whole.
///
/// # Errors
/// `Storage` when the file cannot be read at all.
pub fn read_cut(database: &Path, key: &[u8; 32]) -> Result<Found, Error> {
    let image = Image::read(database, key).map_err(storage)?;
    Ok(look(&image, &image.dropped(), &|_, _| {}))
}

fn look(image: &Image, versions: &[Version], progress: &dyn Fn(u64, u64)) -> Found {
    let mut found = Found {
        pages: (image.pages, image.broken_pages()),
        broken_frames: image.broken_frames,
        torn: image.torn,
        unprovable: !image.is_provable(),
        log: image.damage(),
        ..Found::default()
    };
    let all = versions.len() as u64;
    for (done, version) in (0u64..).zip(versions) {
        if done % 256 == 0 {
            progress(done, all);
        }
        let Some(page) = image.clear(version) else { continue };
        let fetch = |number: u32| image.fetch(number);
        for row in rows_of(version.number, &page, version.sound, &fetch) {
            let trust = match (row.sound, image.is_present(version)) {
                (false, _) => Trust::Unproven,
                (true, false) => Trust::Older,
                (true, true) => Trust::Present,
            };
            found.take(row, trust);
        }
    }
    progress(all, all);
    found
}

impl Found {
    /// Whether something that was there may be missing here.
    pub fn has_holes(&self) -> bool {
        self.pages.1 > 0 || self.broken_frames > 0 || self.torn || self.log.is_some() || self.unprovable
    }

    /// Puts a row where it belongs, by its shape: the root of its table may be gone.
    fn take(&mut self, row: Row, trust: Trust) {
        use Value::{Blob, Integer, Null, Text};
        match row.values.as_slice() {
            [Text(name), Blob(value)] => self.settings.push((name.clone(), value.clone(), trust)),
            [Null, Blob(bytes)] => self.take_body(bytes, trust),
            // Saved by an earlier rescue, waiting still.
            [Null, Integer(0), Blob(cwt)] => self.take_lease(cwt),
            [Null, Integer(1), Blob(bytes)] => self.take_body(bytes, trust),
            [Blob(id), Integer(_)] if trust != Trust::Unproven => self.take_name(id, trust),
            [Blob(doc), Integer(saved_ms), Blob(body)] => {
                if let Ok(doc) = <[u8; 16]>::try_from(doc.as_slice()) {
                    let (doc, saved_ms, body) = (DocId(doc), *saved_ms, body.clone());
                    self.drafts.push(DraftRow { doc, saved_ms, body, trust });
                }
            }
            [Text(name), Integer(_), Blob(signed)] => self.configs.push((name.clone(), signed.clone())),
            [Blob(id), Blob(cwt), Blob(_), Text(_), Text(_), Text(_), Blob(_), ..] if id.len() == 16 => {
                self.take_lease(cwt);
            }
            [Null, Blob(doc), Integer(_), Blob(_), Text(number), Blob(_), ..] => {
                if let (Ok(doc), true) = (<[u8; 16]>::try_from(doc.as_slice()), trust != Trust::Unproven) {
                    self.numbers.insert(DocId(doc), number.clone());
                }
            }
            [Null, Blob(eid), Blob(doc), rest @ ..] if rest.len() >= 17 && trust != Trust::Unproven => {
                self.take_known(eid, doc, rest);
            }
            _ => {}
        }
    }

    fn take_body(&mut self, bytes: &[u8], trust: Trust) {
        let held = self.bodies.entry(bytes.to_vec()).or_insert(trust);
        *held = trust.max(*held);
    }

    /// Once, however many versions of its page there are.
    fn take_lease(&mut self, cwt: &[u8]) {
        if !self.leases.iter().any(|held| held == cwt) {
            self.leases.push(cwt.to_vec());
        }
    }

    /// A line of an index: which envelope, report or draft there is.
    fn take_name(&mut self, id: &[u8], trust: Trust) {
        if let Ok(eid) = <[u8; 32]>::try_from(id) {
            self.known.entry(Eid(eid)).or_insert(NOTHING_KNOWN);
        }
        if let (Ok(doc), Trust::Present) = (<[u8; 16]>::try_from(id), trust) {
            self.named.insert(DocId(doc));
        }
    }

    /// The row of an envelope: `rest` begins at its kind.
    fn take_known(&mut self, eid: &[u8], doc: &[u8], rest: &[Value]) {
        let (Ok(eid), Ok(doc)) = (<[u8; 32]>::try_from(eid), <[u8; 16]>::try_from(doc)) else { return };
        let is = |at: usize| matches!(rest.get(at), Some(Value::Integer(number)) if *number != 0);
        let received_ms = match rest.get(16) {
            Some(Value::Integer(ms)) => Some(*ms),
            _ => None,
        };
        let known = Known { doc: Some(DocId(doc)), own: is(8), covered: is(15), received_ms };
        self.known.insert(Eid(eid), known);
    }
}

const NOTHING_KNOWN: Known = Known { doc: None, own: false, covered: false, received_ms: None };
