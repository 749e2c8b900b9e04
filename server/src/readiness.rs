//! Whether the server can take something in now: the archive is read, a page of it is written for
//! good, and there is room left. Changes when taking in needs something more.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::disk::room;
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;

/// With less, the next push may not fit: said before it happens. Bytes.
const ROOM_NEEDED: u64 = 32 * 1024 * 1024;

/// A good answer holds for so long, ms: anybody may ask, and each proof is a write to the disk.
const GOOD_FOR_MS: i64 = 2_000;

/// Proofs, and what the last one found.
pub struct Readiness {
    /// `None`: the archive lies on no file system of this machine.
    directory: Option<PathBuf>,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    good_until_ms: Option<i64>,
    proving: bool,
}

/// A proof being made; over, however it ends.
struct Proving<'a>(&'a Readiness);

impl Drop for Proving<'_> {
    fn drop(&mut self) {
        self.0.last().proving = false;
    }
}

impl Readiness {
    /// Of an archive in a directory; `None` when it lies elsewhere.
    pub fn of(directory: Option<&Path>) -> Self {
        Readiness { directory: directory.map(Path::to_owned), last: Mutex::default() }
    }

    /// Proves it, or answers from the last proof: a moment ago, or while another is being made.
    ///
    /// # Errors
    /// As [`Readiness::prove`].
    pub fn check(&self, ground: &Ground) -> Result<(), ServerError> {
        let now_ms = ground.now_ms();
        {
            let mut last = self.last();
            // A clock put back must not make it good for ever.
            let holds = |until_ms| (now_ms..=now_ms.saturating_add(GOOD_FOR_MS)).contains(&until_ms);
            match last.good_until_ms {
                Some(until_ms) if last.proving || holds(until_ms) => return Ok(()),
                // Whoever asks while a slow disk is being tried takes no place from phones.
                None if last.proving => return Err(ArchiveError::Busy.into()),
                _ => last.proving = true,
            }
        }
        let proving = Proving(self);
        let proved = self.prove(ground);
        let good_until_ms = proved.is_ok().then(|| now_ms.saturating_add(GOOD_FOR_MS));
        proving.0.last().good_until_ms = good_until_ms;
        proved
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Proves it.
    ///
    /// # Errors
    /// `Full`, `ReadOnly`, or whatever keeps the archive from being read and written.
    pub fn prove(&self, ground: &Ground) -> Result<(), ServerError> {
        if let Some(room) = self.directory.as_deref().and_then(|directory| room(directory).ok()) {
            if room.read_only {
                return Err(ArchiveError::ReadOnly.into());
            }
            if room.free < ROOM_NEEDED {
                return Err(ArchiveError::Full.into());
            }
        }
        ground.read(|archive| Ok::<_, ServerError>(archive.head()?))?;
        Ok(ground.archive.prove_writable()?)
    }
}
