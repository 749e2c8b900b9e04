//! What every part of the server stands on: archive, organisation, clock, entropy. No rule.

use std::sync::Arc;

use crate::archive::{self, Archive, Reads, Writes};
use crate::clock::Clock;
use crate::entropy::{Entropy, random};
use crate::error::{ArchiveError, ServerError};
use crate::organisation::Organisation;

/// What every part of the server stands on.
pub struct Ground {
    /// The archive.
    pub archive: Box<dyn Archive>,
    /// Whom the server speaks for.
    pub organisation: Organisation,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Ground {
    /// Milliseconds since 1970 UTC.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// `NoEntropy`.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], ServerError> {
        random(self.entropy.as_ref())
    }

    /// Reads one consistent state of the archive.
    ///
    /// # Errors
    /// The work's, or the archive's.
    pub fn read<T, E: From<ArchiveError>>(
        &self,
        work: impl FnOnce(&dyn Reads) -> Result<T, E>,
    ) -> Result<T, E> {
        archive::read(self.archive.as_ref(), work)
    }

    /// Works in one transaction; an error undoes it.
    ///
    /// # Errors
    /// The work's, or the archive's.
    pub fn write<T, E: From<ArchiveError>>(
        &self,
        work: impl FnOnce(&dyn Writes) -> Result<T, E>,
    ) -> Result<T, E> {
        archive::write(self.archive.as_ref(), work)
    }
}
