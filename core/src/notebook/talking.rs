//! How this process's conversations with the server go: whether one is under way, and how the last one
//! failed. Knows nothing of what was said. Changes with why a conversation may fail.

use super::view::Cause;
use super::writing::Change;
use super::{Inner, lock};
use crate::error::Error;

/// What this process knows of its conversations with the server.
#[derive(Debug, Clone, Default)]
pub struct Talk {
    /// One is under way.
    pub running: bool,
    /// How the last one failed, and when, ms UTC; none after one that went well.
    pub failed: Option<(Cause, i64)>,
}

impl Talk {
    pub fn ends(&mut self, error: Option<&Error>, now_ms: i64) {
        self.running = false;
        self.failed = error.and_then(cause_of).map(|cause| (cause, now_ms));
    }
}

/// Why a conversation failed; nothing for what is said elsewhere.
fn cause_of(error: &Error) -> Option<Cause> {
    match error {
        Error::Unreachable { .. } => Some(Cause::NoNetwork),
        Error::ServerRefused { class, .. } if class == "upgrade" => Some(Cause::UpdateNeeded),
        Error::ServerRefused { class, .. } if class == "wait" || class == "retry" => Some(Cause::ServerBusy),
        Error::ServerRefused { .. } | Error::ServerAstray { .. } => Some(Cause::ServerRefused),
        Error::Cancelled => Some(Cause::Stopped),
        _ => None,
    }
}

/// A conversation under way, as the status says it; a caller who drops it stops it.
pub struct Talking<'a> {
    inner: &'a Inner,
    ended: bool,
}

impl<'a> Talking<'a> {
    pub fn begin(inner: &'a Inner) -> Self {
        lock(&inner.talk).running = true;
        inner.tell(Change::Status);
        Talking { inner, ended: false }
    }

    pub fn end(mut self, error: Option<&Error>) {
        self.note(error);
        self.ended = true;
    }

    fn note(&self, error: Option<&Error>) {
        let now_ms = self.inner.ports.clock.now().wall_ms;
        lock(&self.inner.talk).ends(error, now_ms);
    }
}

impl Drop for Talking<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.note(Some(&Error::Cancelled));
            self.inner.tell(Change::Reports { docs: None });
            self.inner.tell(Change::Status);
        }
    }
}
