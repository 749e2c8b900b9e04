//! Copies of a whole server, made while it serves, and bringing one back on an empty machine.
//! Knows the steps and their order; what an archive is, it asks the archive.
//! Changes when a server is made of something more.

mod error;
mod files;
mod last;
mod left_behind;
mod making;
mod manifest;
mod rehearsing;
mod restoring;

pub use error::BackupError;
pub use last::{LastBackup, last_backup};
pub use left_behind::clear_left_behind;
pub use making::{Made, make};
pub use manifest::{Counts, FileLine, Manifest, Named};
pub use rehearsing::{Rehearsed, rehearse};
pub use restoring::{Restored, restore};

use crate::archive::sqlite::{ArchiveKey, Facts, Inspector};
use crate::error::ServerError;
use crate::keys::{Keys, database};
use crate::organisation::Organisation;

/// What is being done, told while it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Pages of the archive copied, and how many there are.
    Pages {
        /// Copied.
        done: u64,
        /// In all.
        total: u64,
    },
    /// A file is being copied and compared with the manifest.
    File(&'static str),
    /// Every page of the copy is being authenticated.
    Checking,
    /// Envelopes of the copy compared with their names.
    Envelopes(u64),
    /// The manifest is being written.
    Manifest,
    /// A new history begins.
    History,
    /// All is durable; it is about to get its name.
    Naming,
}

/// Where steps are told.
pub type Progress<'a> = &'a mut dyn FnMut(Step);

/// Reads back a server's directory that nobody uses: keys and archive belong together, every page
/// authenticates, every envelope is the one its name says, no number is missing.
fn check(directory: &std::path::Path, progress: Progress<'_>) -> Result<Facts, BackupError> {
    let keys = Keys::open(directory)?;
    let inspector = open_alone(directory, keys.archive.clone())?;
    progress(Step::Checking);
    let checked = (|| {
        inspector.check_pages()?;
        inspector.check_numbers()?;
        inspector.check_envelopes(&mut |checked| progress(Step::Envelopes(checked)))?;
        inspector.facts()
    })();
    let facts = checked.map_err(ServerError::Archive)?;
    let (name, lease) = (facts.organisation.clone(), facts.server_lease.clone());
    Organisation::open(keys, name, facts.fingerprint, lease)?;
    Ok(facts)
}

fn open_alone(directory: &std::path::Path, key: ArchiveKey) -> Result<Inspector, ServerError> {
    Ok(Inspector::open(&database(directory), key, None, true)?)
}
