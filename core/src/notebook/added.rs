//! Whether what was begun about a report is in it already: a restored phone and a rescue give back
//! drafts of what was added long ago. The record tells of its draft by its salt. Changes with what
//! proves that a draft is done.

use ronde_model::document::{Document, Salt, Statement, Voiding};
use ronde_model::id::{AgentId, DocId};
use sha2::{Digest, Sha256};

use crate::capture::{Adding, Draft};
use crate::error::Error;
use crate::store::Tx;

/// The salt of the record that a draft becomes: the same on every copy of this phone.
pub fn salt_of(draft: DocId) -> Salt {
    let digest = Sha256::new().chain_update(b"ronde begun").chain_update(draft.0).finalize();
    let mut salt = [0; 8];
    salt.copy_from_slice(&digest[..8]);
    Salt(salt)
}

/// What its report holds of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// These words, or later ones: the draft is done.
    These,
    /// Earlier ones: its author went on typing in the draft that came back.
    Earlier,
}

/// What the report holds of a draft in the name of an agent. A correction has no record to tell.
pub fn held_of(tx: &Tx<'_>, agent: &AgentId, draft: &Draft) -> Result<Held, Error> {
    let Some(about) = &draft.about else { return Ok(Held::Nothing) };
    if matches!(about.adding, Adding::Correction { .. }) {
        return Ok(Held::Nothing);
    }
    let Some(row) = tx.document(about.doc)? else { return Ok(Held::Nothing) };
    let Some(document) = tx.load(&row)? else { return Ok(Held::Nothing) };
    let records = records_of(&document, agent, &about.adding, salt_of(draft.id));
    let is_done = |(at_ms, words): &(i64, String)| *at_ms >= draft.saved_ms || *words == draft.statement;
    Ok(match records.is_empty() {
        true => Held::Nothing,
        false if records.iter().any(is_done) => Held::These,
        false => Held::Earlier,
    })
}

/// Moments and words of an agent's records of one salt.
fn records_of(document: &Document, agent: &AgentId, adding: &Adding, salt: Salt) -> Vec<(i64, String)> {
    let contents = document.contents();
    let prefix = match adding {
        Adding::Statement => format!("statement/{agent}/"),
        Adding::Void => "void/".to_owned(),
        Adding::Correction { .. } => return Vec::new(),
    };
    let records = contents.under(&prefix).filter_map(|(_, written)| match adding {
        Adding::Void => Voiding::from_value(&written.value)
            .filter(|one| one.by == *agent && one.salt == salt)
            .map(|one| (one.at_ms, one.reason)),
        _ => Statement::from_value(&written.value)
            .filter(|one| one.by == *agent && one.salt == salt)
            .map(|one| (one.at_ms, one.text)),
    });
    records.collect()
}

/// Forgets the drafts that are done; their ids.
pub fn forget_done(tx: &Tx<'_>, agent: &AgentId) -> Result<Vec<DocId>, Error> {
    let mut done = Vec::new();
    for draft in Draft::load_all(tx)? {
        if is_done(tx, agent, &draft)? {
            tx.delete_draft(draft.id)?;
            done.push(draft.id);
        }
    }
    Ok(done)
}

/// Whether a draft is done; one whose report does not read back is not.
pub fn is_done(tx: &Tx<'_>, agent: &AgentId, draft: &Draft) -> Result<bool, Error> {
    match held_of(tx, agent, draft) {
        Ok(held) => Ok(held == Held::These),
        Err(Error::Corrupt { .. }) => Ok(false),
        Err(other) => Err(other),
    }
}
