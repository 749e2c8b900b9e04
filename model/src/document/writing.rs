//! Making changes: the seal in one go, then one change a user action (S2). A put of the present
//! value makes no change. What may be written is judged elsewhere, by the same rules on both ends.

use std::collections::{BTreeMap, HashMap};

use automerge::legacy::{Key as LegacyKey, OpId, OpType};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ObjId, ROOT, ReadDoc, ScalarValue, hydrate};

use super::Document;
use crate::fact::FactValue;
use crate::id::ChangeHash;

/// Largest change a phone makes, bytes; beyond, the form says so.
pub const MAX_CHANGE_BYTES: usize = 256 * 1024;

/// A change just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Its hash.
    pub hash: ChangeHash,
    /// Its raw chunk: the envelope's body.
    pub raw: Vec<u8>,
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// More than [`MAX_CHANGE_BYTES`].
    #[error("too much at once: {bytes} bytes, at most {MAX_CHANGE_BYTES}; shorten the text")]
    TooLarge {
        /// Size of the change refused.
        bytes: usize,
    },
    /// The heads given are not of this document.
    #[error("the version shown is not of this document: reload it")]
    UnknownHeads,
    /// Automerge refused: a defect of ours.
    #[error("the document could not be written: {0}")]
    Automerge(String),
}

impl From<automerge::AutomergeError> for WriteError {
    fn from(error: automerge::AutomergeError) -> Self {
        WriteError::Automerge(error.to_string())
    }
}

impl Document {
    /// Déposer: makes the document with one change that has no dependency (the seal).
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn seal(
        actor: [u8; 16],
        values: &BTreeMap<String, FactValue>,
    ) -> Result<(Document, NewChange), WriteError> {
        let mut document = Document::empty(actor);
        let map: HashMap<&str, hydrate::Value> =
            values.iter().map(|(key, value)| (key.as_str(), hydrate::Value::Scalar(scalar(value)))).collect();
        let mut transaction = document.inner.transaction();
        transaction.init_root_from_hydrate(&hydrate::Map::from(map))?;
        transaction.commit_with(CommitOptions::default().with_time(0));
        let change = new_change(&last_change(&document.inner)?)?;
        Ok((document, change))
    }

    /// The first change of a handling, or of a colleague's statement on a report not held.
    ///
    /// # Errors
    /// `TooLarge`.
    pub fn start(
        actor: [u8; 16],
        entries: &[(String, FactValue)],
    ) -> Result<(Document, NewChange), WriteError> {
        Document::seal(actor, &entries.iter().cloned().collect())
    }

    /// Writes on the present heads. `None` when every value is already the present one.
    ///
    /// # Errors
    /// `TooLarge`; the document is unchanged then.
    pub fn write(
        &mut self,
        actor: [u8; 16],
        puts: &[(String, FactValue)],
    ) -> Result<Option<NewChange>, WriteError> {
        let mut next = self.inner.clone().with_actor(ActorId::from(actor));
        let change = put_all(&mut next, puts)?;
        if change.is_some() {
            self.inner = next;
        }
        Ok(change)
    }

    /// Writes on the heads a person had on screen: a concurrent change, so that a value nobody saw
    /// is not overwritten. Needs an actor that never wrote in this document beyond those heads.
    ///
    /// # Errors
    /// `TooLarge`, `UnknownHeads`; the document is unchanged then.
    pub fn write_at(
        &mut self,
        heads: &[ChangeHash],
        actor: [u8; 16],
        puts: &[(String, FactValue)],
    ) -> Result<Option<NewChange>, WriteError> {
        if heads.iter().any(|head| !self.holds(head)) {
            return Err(WriteError::UnknownHeads);
        }
        let heads: Vec<_> = heads.iter().map(|h| automerge::ChangeHash(h.0)).collect();
        let mut fork = self.inner.fork_at(&heads)?.with_actor(ActorId::from(actor));
        let Some(change) = put_all(&mut fork, puts)? else { return Ok(None) };
        let made = automerge::Change::from_bytes(change.raw.clone())
            .map_err(|e| WriteError::Automerge(e.to_string()))?;
        let mut next = self.inner.clone();
        next.apply_changes([made])?;
        self.inner = next;
        Ok(Some(change))
    }
}

fn put_all(doc: &mut Automerge, puts: &[(String, FactValue)]) -> Result<Option<NewChange>, WriteError> {
    // One put a key (S9b): said twice, the last one holds.
    let puts: BTreeMap<&str, ScalarValue> =
        puts.iter().map(|(key, value)| (key.as_str(), scalar(value))).collect();
    let before = doc.clone();
    let mut transaction = doc.transaction();
    let mut made = 0;
    for (key, value) in &puts {
        // Automerge drops a put of the single present value; with several present values it
        // settles the divergence, which is a change.
        let present = transaction.get_all(ROOT, *key)?;
        if let [(only, _)] = present.as_slice()
            && only.as_scalar() == Some(value)
        {
            continue;
        }
        transaction.put(ROOT, *key, value.clone())?;
        made += 1;
    }
    if made == 0 {
        transaction.rollback();
        return Ok(None);
    }
    transaction.commit_with(CommitOptions::default().with_time(0));
    let change = last_change(doc)?;
    if change.decode().operations.iter().all(|op| matches!(op.action, OpType::Put(_))) {
        return new_change(&change).map(Some);
    }
    let change = say_as_puts(&before, &change, &puts)?;
    *doc = before;
    doc.apply_changes([change.clone()])?;
    new_change(&change).map(Some)
}

/// Asked to put, under a divergence, the value it holds for the winner, Automerge 0.12 deletes the
/// others instead, and nobody may delete (S5): the same change again, made of puts over all of them.
fn say_as_puts(
    before: &Automerge,
    made: &Change,
    puts: &BTreeMap<&str, ScalarValue>,
) -> Result<Change, WriteError> {
    let mut change = made.decode();
    for op in &mut change.operations {
        let LegacyKey::Map(key) = &op.key else { continue };
        let Some(value) = puts.get(key.as_str()) else { continue };
        op.action = OpType::Put(value.clone());
        op.pred =
            before.get_all(ROOT, key.as_str())?.into_iter().filter_map(|(_, id)| operation(id)).collect();
    }
    Ok(Change::from(change))
}

fn operation(id: ObjId) -> Option<OpId> {
    match id {
        ObjId::Id(counter, actor, _) => Some(OpId::new(counter, &actor)),
        ObjId::Root => None,
    }
}

fn last_change(doc: &Automerge) -> Result<Change, WriteError> {
    doc.get_last_local_change().ok_or_else(|| WriteError::Automerge("no change was made".into()))
}

fn new_change(change: &Change) -> Result<NewChange, WriteError> {
    let raw = change.raw_bytes().to_vec();
    if raw.len() > MAX_CHANGE_BYTES {
        return Err(WriteError::TooLarge { bytes: raw.len() });
    }
    Ok(NewChange { hash: ChangeHash(change.hash().0), raw })
}

pub(super) fn scalar(value: &FactValue) -> ScalarValue {
    match value {
        FactValue::Flag(flag) => ScalarValue::Boolean(*flag),
        FactValue::Integer(number) => ScalarValue::Int(*number),
        FactValue::Decimal(number) => ScalarValue::F64(*number),
        FactValue::Text(text) => ScalarValue::Str(text.as_str().into()),
        FactValue::Bytes(bytes) => ScalarValue::Bytes(bytes.clone()),
    }
}

pub(super) fn fact(value: &ScalarValue) -> Option<FactValue> {
    Some(match value {
        ScalarValue::Boolean(flag) => FactValue::Flag(*flag),
        ScalarValue::Int(number) => FactValue::Integer(*number),
        ScalarValue::F64(number) => FactValue::Decimal(*number),
        ScalarValue::Str(text) => FactValue::Text(text.to_string()),
        ScalarValue::Bytes(bytes) => FactValue::Bytes(bytes.clone()),
        // Nothing we admit writes these (S9b).
        ScalarValue::Uint(_)
        | ScalarValue::Counter(_)
        | ScalarValue::Timestamp(_)
        | ScalarValue::Unknown { .. }
        | ScalarValue::Null => return None,
    })
}
