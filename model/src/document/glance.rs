//! What can be told of a change without its document: enough to sort an envelope that was refused.
//! Judges nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::Change;
use automerge::legacy::Key as LegacyKey;

use super::chunk;
use super::contents::{ChangeView, view};
use super::key::Key;
use super::writing::MAX_CHANGE_BYTES;

/// Whether a change has the shape of a report's seal: no dependency, and at least one put outside
/// the grow-only prefixes. `false` for bytes that are no change.
pub fn looks_like_a_seal(body: &[u8]) -> bool {
    if body.len() > MAX_CHANGE_BYTES || !chunk::is_bounded(body) {
        return false;
    }
    catch_unwind(AssertUnwindSafe(|| {
        let Ok(change) = Change::from_bytes(body.to_vec()) else { return false };
        let outside =
            |key: &str| Key::parse(key).is_some_and(|key| key.suffix().is_none() && key != Key::Unknown);
        change.deps().is_empty()
            && change
                .decode()
                .operations
                .iter()
                .any(|op| matches!(&op.key, LegacyKey::Map(key) if outside(key)))
    }))
    .unwrap_or(false)
}

/// A change read without its document and without judging it; `None` for bytes that are no change.
pub fn read_change(body: &[u8]) -> Option<ChangeView> {
    if body.len() > MAX_CHANGE_BYTES || !chunk::is_bounded(body) {
        return None;
    }
    catch_unwind(AssertUnwindSafe(|| Change::from_bytes(body.to_vec()).ok().map(|change| view(&change))))
        .ok()
        .flatten()
}
