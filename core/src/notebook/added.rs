//! Whether what was begun about a report is in it already: a restored phone and a rescue give back
//! drafts of what was added long ago. The record tells of its draft by its salt. Changes with what
//! proves that a draft is done.

use ronde_model::document::{Document, Salt, Statement, Voiding};
use ronde_model::id::{AgentId, DocId};
use sha2::{Digest, Sha256};

use crate::capture::{Adding, Draft};
use crate::error::Error;
use crate::store::Tx;

/// The salt of the record that a draft becomes. Nothing else of the record is drawn either: copies of a
/// phone that know nothing of each other add the same words under one key.
pub fn salt_of(draft: DocId) -> Salt {
    let digest = Sha256::new().chain_update(b"ronde begun").chain_update(draft.0).finalize();
    let mut salt = [0; 8];
    salt.copy_from_slice(&digest[..8]);
    Salt(salt)
}

/// Whether a record of a draft holds all its words, in the name of an agent. No moment tells: a clock may
/// have gone back. A correction has no record to tell.
fn holds(tx: &Tx<'_>, agent: &AgentId, draft: &Draft) -> Result<bool, Error> {
    let Some(about) = &draft.about else { return Ok(false) };
    if matches!(about.adding, Adding::Correction { .. }) {
        return Ok(false);
    }
    let Some(row) = tx.document(about.doc)? else { return Ok(false) };
    let Some(document) = tx.load(&row)? else { return Ok(false) };
    let records = records_of(&document, agent, &about.adding, salt_of(draft.id));
    Ok(records.iter().any(|words| words.contains(draft.statement.trim())))
}

/// Words of an agent's records of one salt.
fn records_of(document: &Document, agent: &AgentId, adding: &Adding, salt: Salt) -> Vec<String> {
    let contents = document.contents();
    let prefix = match adding {
        Adding::Statement => format!("statement/{agent}/"),
        Adding::Void => "void/".to_owned(),
        Adding::Correction { .. } => return Vec::new(),
    };
    let records = contents.under(&prefix).filter_map(|(_, written)| match adding {
        Adding::Void => Voiding::from_value(&written.value)
            .filter(|one| one.by == *agent && one.salt == salt)
            .map(|one| one.reason),
        _ => Statement::from_value(&written.value)
            .filter(|one| one.by == *agent && one.salt == salt)
            .map(|one| one.text),
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
    match holds(tx, agent, draft) {
        Err(Error::Corrupt { .. }) => Ok(false),
        other => other,
    }
}
