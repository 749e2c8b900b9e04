//! One document of an affair with the provenance of each of its changes: loaded from its snapshot,
//! or made again from its envelopes when there is none or it does not load.

use std::collections::BTreeMap;

use ronde_model::document::Document;
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::history::{Provenance, Provenances};
use ronde_model::id::{ChangeHash, DocId, Eid};

use crate::archive::{AcceptedEnvelope, Reads};
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;

/// A document, maybe without any change yet.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// The document.
    pub document: Option<Document>,
    /// Where each change came from.
    pub provenances: Provenances,
    /// The feed number of each change that was there when it was loaded.
    pub places: BTreeMap<ChangeHash, u64>,
    /// A change was taken since it was loaded.
    pub moved: bool,
}

impl Side {
    /// Loads a document.
    ///
    /// # Errors
    /// The archive's; `Corrupt` when not even the envelopes make the document.
    pub fn open(ground: &Ground, archive: &dyn Reads, doc: DocId, kind: Kind) -> Result<Self, ServerError> {
        let accepted = archive.accepted(&doc, kind)?;
        if accepted.is_empty() {
            return Ok(Side::default());
        }
        let provenances = provenances_of(ground, archive, &accepted)?;
        let snapshot = archive.snapshot(&doc, kind)?.and_then(|bytes| Document::load(&bytes).ok());
        let document =
            match snapshot.filter(|document| accepted.iter().all(|line| document.holds(&line.change))) {
                Some(document) => document,
                None => from_envelopes(archive, &accepted)?,
            };
        let places = accepted.iter().map(|line| (line.change, line.place)).collect();
        Ok(Side { document: Some(document), provenances, places, moved: false })
    }

    /// Takes an accepted change.
    pub fn take(&mut self, document: Document, change: ChangeHash, provenance: Provenance) {
        self.document = Some(document);
        self.provenances.insert(change, provenance);
        self.moved = true;
    }

    /// How many changes it has.
    pub fn changes(&self) -> usize {
        self.provenances.len()
    }

    /// The document with its provenances, when there is one.
    pub fn pair(&self) -> Option<(&Document, &Provenances)> {
        self.document.as_ref().map(|document| (document, &self.provenances))
    }
}

/// The bytes of a stored envelope, whose hash is its identity or the archive is damaged.
///
/// # Errors
/// `Corrupt`, or the archive's.
pub fn body_of(archive: &dyn Reads, seq: u64, eid: &Eid) -> Result<Vec<u8>, ArchiveError> {
    let bytes =
        archive.body(seq)?.ok_or_else(|| ArchiveError::Corrupt(format!("envelope {seq} has no bytes")))?;
    if Eid::of(&bytes) == *eid { Ok(bytes) } else { Err(altered(seq)) }
}

/// What is said of a stored envelope whose bytes are not what its identity says.
pub fn altered(seq: u64) -> ArchiveError {
    tracing::error!(seq, "a stored envelope is not what its identity says");
    ArchiveError::Corrupt(format!("envelope {seq} is not what its identity says"))
}

fn from_envelopes(archive: &dyn Reads, accepted: &[AcceptedEnvelope]) -> Result<Document, ServerError> {
    let mut chunks = Vec::new();
    for line in accepted {
        let bytes = body_of(archive, line.seq, &line.eid)?;
        let sealed = SealedEnvelope::parse(bytes).map_err(|_| unreadable(line.seq))?;
        chunks.extend_from_slice(&sealed.envelope.body);
    }
    let last = accepted.last().map_or(0, |line| line.seq);
    let document = Document::load(&chunks).map_err(|_| unreadable(last))?;
    if accepted.iter().all(|line| document.holds(&line.change)) {
        Ok(document)
    } else {
        Err(unreadable(last))
    }
}

fn unreadable(seq: u64) -> ServerError {
    ArchiveError::Corrupt(format!("the document of envelope {seq} cannot be made from its envelopes")).into()
}

fn provenances_of(
    ground: &Ground,
    archive: &dyn Reads,
    accepted: &[AcceptedEnvelope],
) -> Result<Provenances, ServerError> {
    let mut provenances = Provenances::new();
    for line in accepted {
        let lease = ground
            .organisation
            .lease(&line.lease, archive)?
            .ok_or_else(|| ArchiveError::Corrupt(format!("the lease of envelope {} is missing", line.seq)))?;
        let lease = &lease.lease;
        let provenance = Provenance {
            eid: line.eid,
            agent: lease.agent,
            name: lease.name.clone(),
            unit: lease.unit.clone(),
            role: lease.role.clone(),
            device: lease.device,
            t: line.t,
            received_ms: Some(line.received_ms),
            late: line.late,
        };
        provenances.insert(line.change, provenance);
    }
    Ok(provenances)
}
