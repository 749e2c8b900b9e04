//! Documents: one flat Automerge map each (S1), the only place that knows Automerge. Writes make
//! one change a user action; readings never hide a value. Judging a change is `admission`'s work.

mod admission;
mod chunk;
mod contents;
mod glance;
pub mod key;
mod record;
mod writing;

pub use admission::{Admission, Admitted, Reason, Standing, Waiting, admit};
pub use contents::{ChangeView, Contents, Written};
pub use glance::{looks_like_a_seal, read_change};
pub use record::{
    Action, Answer, Chosen, Comment, Decision, EntryHead, Event, Link, Salt, Statement, Voiding,
    grow_only_key, record_bytes,
};
pub use writing::{MAX_CHANGE_BYTES, NewChange, WriteError};

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{ActorId, Automerge, ReadDoc};

use crate::id::ChangeHash;

/// A document in memory. 12–20 KiB each: load, use, drop; never hold them all.
#[derive(Clone)]
pub struct Document {
    inner: Automerge,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("heads", &self.heads()).finish()
    }
}

/// The snapshot does not load: rebuild the document from its envelopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored snapshot does not load: rebuild it from the envelopes")]
pub struct SnapshotError;

impl Document {
    /// Loads a snapshot made by [`Document::save`], or one raw change, checking every hash.
    ///
    /// # Errors
    /// When the bytes are no snapshot; a panic inside Automerge counts as that.
    pub fn load(snapshot: &[u8]) -> Result<Self, SnapshotError> {
        catch_unwind(AssertUnwindSafe(|| Automerge::load(snapshot)))
            .map_err(|_| SnapshotError)?
            .map(|inner| Document { inner })
            .map_err(|_| SnapshotError)
    }

    /// The snapshot, uncompressed: it loads in half the time, and bodies are compressed whole.
    pub fn save(&self) -> Vec<u8> {
        self.inner.save_nocompress()
    }

    /// The current heads, sorted.
    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads: Vec<_> = self.inner.get_heads().into_iter().map(|h| ChangeHash(h.0)).collect();
        heads.sort_unstable();
        heads
    }

    /// Whether a change is part of the document.
    pub fn holds(&self, change: &ChangeHash) -> bool {
        self.inner.get_change_by_hash(&automerge::ChangeHash(change.0)).is_some()
    }

    /// Whether the document is its seal and nothing more: its envelope is all there is to keep.
    pub fn is_one_change(&self) -> bool {
        self.inner.get_changes_meta(&[]).len() == 1
    }

    fn empty(actor: [u8; 16]) -> Self {
        Document { inner: Automerge::new().with_actor(ActorId::from(actor)) }
    }
}
