//! The feed: reading the page that a device may see. Every row sent is checked against the grants
//! once more, by another road than the query's. Changes with what an answer may hold.

mod numbering;

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::id::{DeviceId, DocId, Eid, LeaseId};
use ronde_model::wire::Entry;
use ronde_model::wire::limits::CONFIG_ALONE_BYTES;

use crate::access::Grants;
use crate::archive::{FeedEnvelope, FeedKind, FeedRow, Reads};
use crate::error::{ArchiveError, ServerError};
use crate::intake::body_of;

pub use self::numbering::Numbering;

/// How much a device asked for.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Entries at most.
    pub items: usize,
    /// Bytes at most, inflated; one entry always fits.
    pub bytes: usize,
}

/// What is sent of the feed.
#[derive(Debug, Default)]
pub struct FeedPage {
    /// By rising number.
    pub entries: Vec<Entry>,
    /// Everything up to here was sent or is not for this device.
    pub cursor: u64,
    /// There is more.
    pub more: bool,
}

/// Numbers looked at together.
const CHUNK: usize = 256;

/// Bytes of an entry beside what it carries.
const ENTRY_BYTES: usize = 48;

struct Reader<'a> {
    archive: &'a dyn Reads,
    grants: &'a Grants,
    scopes: Vec<String>,
    device: DeviceId,
    /// Seal and official number by report, and whether it may be read.
    reports: BTreeMap<DocId, (Option<Eid>, Option<String>, bool)>,
}

/// Reads the feed after a number.
///
/// # Errors
/// The archive's.
pub fn page(
    archive: &dyn Reads,
    grants: &Grants,
    device: DeviceId,
    after: u64,
    budget: Budget,
) -> Result<FeedPage, ServerError> {
    let mut reader = Reader { archive, grants, scopes: grants.scopes(), device, reports: BTreeMap::new() };
    let mut page = FeedPage { entries: Vec::new(), cursor: after, more: false };
    let mut bytes = 0;
    loop {
        let numbers = reader.numbers(page.cursor)?;
        for seq in &numbers {
            if *seq <= page.cursor {
                return Err(astray(*seq, "would move the cursor back"));
            }
            let Some((entry, size)) = reader.entry(*seq)? else {
                page.cursor = *seq;
                continue;
            };
            let alone = matches!(entry, Entry::Config { .. }) && size > CONFIG_ALONE_BYTES;
            let full = page.entries.len() >= budget.items
                || (!page.entries.is_empty() && (alone || bytes + size > budget.bytes));
            if full {
                page.more = true;
                return Ok(page);
            }
            page.entries.push(entry);
            page.cursor = *seq;
            bytes += size;
            if alone {
                page.more = !reader.numbers(*seq)?.is_empty();
                return Ok(page);
            }
        }
        if numbers.len() < CHUNK {
            page.cursor = page.cursor.max(archive.head()?.seq);
            return Ok(page);
        }
    }
}

impl Reader<'_> {
    /// The next numbers that stand in a scope of this device.
    fn numbers(&self, after: u64) -> Result<Vec<u64>, ServerError> {
        let mut numbers = BTreeSet::new();
        for scope in &self.scopes {
            numbers.extend(self.archive.numbers_in(scope, after, CHUNK)?);
        }
        if self.grants.everything() {
            numbers.extend(self.archive.numbers_of_everyone(after, CHUNK)?);
        }
        Ok(numbers.into_iter().take(CHUNK).collect())
    }

    fn entry(&mut self, seq: u64) -> Result<Option<(Entry, usize)>, ServerError> {
        let row = self
            .archive
            .feed_row(seq)?
            .ok_or_else(|| ArchiveError::Corrupt(format!("feed number {seq} has no row")))?;
        let FeedRow { kind, again, item, envelope, .. } = row;
        match (kind, envelope, item) {
            (FeedKind::Change, Some(envelope), _) => self.change(seq, again, &envelope),
            (FeedKind::Lease, _, Some(id)) => self.lease(seq, &id),
            (FeedKind::Quarantine, Some(envelope), _) if envelope.device == self.device => {
                // Accepted since: its `released` row follows.
                Ok(envelope
                    .reason
                    .map(|reason| (Entry::Quarantine { seq, eid: envelope.eid, reason }, ENTRY_BYTES + 32)))
            }
            (FeedKind::Released, Some(envelope), _) if envelope.device == self.device => {
                let number = self.number_of(&envelope)?;
                Ok(Some((Entry::Released { seq, eid: envelope.eid, number }, ENTRY_BYTES + 32)))
            }
            (FeedKind::Config, _, Some(name)) => self.config(seq, &name),
            (FeedKind::Order, _, Some(signed)) => {
                let size = signed.len() + ENTRY_BYTES;
                Ok(Some((Entry::Order { seq, signed: signed.into() }, size)))
            }
            (FeedKind::Kept, ..) => Ok(None),
            _ => Err(astray(seq, "is not for the device that would read it")),
        }
    }

    fn change(
        &mut self,
        seq: u64,
        again: bool,
        envelope: &FeedEnvelope,
    ) -> Result<Option<(Entry, usize)>, ServerError> {
        if envelope.device == self.device || (again && self.had_it(envelope)?) {
            return Ok(None);
        }
        let Some(report) = envelope.report else { return Err(astray(seq, "is of no report")) };
        self.look_up(report)?;
        if !self.reports.get(&report).is_some_and(|(_, _, readable)| *readable) {
            return Err(astray(seq, "is outside the grants of the device that would read it"));
        }
        let bytes = body_of(self.archive, envelope.seq, &envelope.eid)?;
        let size = bytes.len() + ENTRY_BYTES;
        let number = self.number_of(envelope)?;
        let (envelope, received_ms) = (bytes.into(), envelope.received_ms);
        Ok(Some((Entry::Change { seq: Some(seq), envelope, received_ms, number }, size)))
    }

    /// Whether this device read the envelope under its first number, by another scope.
    fn had_it(&self, envelope: &FeedEnvelope) -> Result<bool, ServerError> {
        let Some(place) = envelope.place else { return Ok(false) };
        for scope in &self.scopes {
            if self.archive.stands_in(scope, place)? {
                return Ok(true);
            }
        }
        Ok(self.grants.everything())
    }

    fn lease(&self, seq: u64, id: &[u8]) -> Result<Option<(Entry, usize)>, ServerError> {
        let id = LeaseId::from_slice(id).map_err(|e| ArchiveError::Corrupt(e.to_string()))?;
        let cwt = self
            .archive
            .lease(&id)?
            .ok_or_else(|| ArchiveError::Corrupt(format!("lease {id} is missing")))?;
        let size = cwt.len() + ENTRY_BYTES;
        Ok(Some((Entry::Lease { seq, cwt: cwt.into() }, size)))
    }

    fn config(&self, seq: u64, name: &[u8]) -> Result<Option<(Entry, usize)>, ServerError> {
        use sha2::{Digest, Sha256};
        let name = String::from_utf8_lossy(name);
        let Some(config) = self.archive.config(&name)?.filter(|config| config.seq == seq) else {
            return Ok(None);
        };
        let sha256 = Sha256::digest(&config.signed).to_vec().into();
        let size = config.signed.len() + ENTRY_BYTES + 32;
        Ok(Some((Entry::Config { seq, name: config.name, sha256, signed: config.signed.into() }, size)))
    }

    fn number_of(&mut self, envelope: &FeedEnvelope) -> Result<Option<String>, ServerError> {
        let Some(report) = envelope.report else { return Ok(None) };
        self.look_up(report)?;
        let known = self.reports.get(&report);
        Ok(known.filter(|(seal, ..)| *seal == Some(envelope.eid)).and_then(|(_, number, _)| number.clone()))
    }

    fn look_up(&mut self, report: DocId) -> Result<(), ServerError> {
        if !self.reports.contains_key(&report) {
            let row = self.archive.document(&report)?;
            let readable = self.grants.cover(&self.archive.scopes(&report)?);
            let (seal, number) = row.map_or((None, None), |row| (Some(row.seal), row.number));
            self.reports.insert(report, (seal, number, readable));
        }
        Ok(())
    }
}

/// An assertion that stands in every build failed: the answer is not made, nothing stored is touched.
fn astray(seq: u64, what: &str) -> ServerError {
    tracing::error!(seq, what, "a feed row is not as it must be: nothing is sent");
    ServerError::Defect(format!("feed number {seq} {what}"))
}
