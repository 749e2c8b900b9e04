//! A disk in memory that SQLite runs on and whose every operation is a possible power cut.
//! Knows what is durable and what is not; refuses to know what is stored on it.
//! Changes when the way a story opens, cuts or breaks a disk changes.

mod contents;
mod cuts;
mod handle;
mod image;
mod locks;
mod log;
mod replay;
mod seed;
mod shm;
mod state;
mod vfs;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use state::{Device, State};

pub use cuts::{Cut, Cuts};
pub use log::Mark;
pub use replay::{Fate, Variant};

/// What a directory entry needs in order to outlive a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordering {
    /// Only what SQLite asks its VFS for: a synced file keeps its own name, and a deletion lasts
    /// once a deletion in the same directory asked for the directory's sync (`synchronous=EXTRA`).
    Strict,
    /// SQLite's own unix VFS on a POSIX file system: the first sync of a journal or of a WAL also
    /// syncs the directory, so every name in it; a file's sync alone keeps no name.
    Unix,
}

/// How an operation is made to fail. The codes are those the unix VFS gives for the same cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// No space: a write answers `SQLITE_FULL`, a creation `SQLITE_CANTOPEN`; nothing else needs space.
    Full,
    /// EIO: any operation answers its `SQLITE_IOERR_…`; a creation answers `SQLITE_CANTOPEN`.
    Io,
    /// A failed sync (`SQLITE_IOERR_FSYNC`, `SQLITE_IOERR_DIR_FSYNC`). As on Linux the data written
    /// before it stays readable and no later sync makes it durable.
    SyncIo,
}

/// SQLite would not register the disk.
#[derive(Debug)]
pub struct Unregistered {
    code: i32,
}

impl std::fmt::Display for Unregistered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SQLite refused to register the disk (code {})", self.code)
    }
}

impl std::error::Error for Unregistered {}

/// Files in memory, the log of every operation that changed them, and the SQLite VFS through which
/// they are reached.
///
/// ```ignore
/// let disk = Disk::new(Ordering::Strict)?;
/// // Any path will do: nothing touches the real file system. The core's store takes `disk.vfs()`
/// // as its VFS name and the same path.
/// let connection = Connection::open_with_flags_and_vfs("/notebook.db", OpenFlags::default(), disk.vfs())?;
/// connection.execute_batch("PRAGMA key = \"x'…64 hex…'\"; …")?;
/// disk.mark("filed report 7"); // said once the call under test returned
///
/// for cut in disk.cuts(seed) {         // every index, every variant
///     let found = cut.power_on()?;     // a disk of its own: open it, recover it, cut it again
///     let promised = cut.marks();      // what had been acknowledged when the power went
/// }
/// ```
/// A disk stays usable while its connections live, even when it is dropped before them.
/// `disk.at(index, variant)` gives one state again; index and variant are what a failure prints.
pub struct Disk {
    registration: vfs::Registration,
}

impl Disk {
    /// An empty disk, registered with SQLite under a name of its own until it is dropped.
    pub fn new(ordering: Ordering) -> Result<Self, Unregistered> {
        Self::from_image(ordering, image::Image::default())
    }

    fn from_image(ordering: Ordering, image: image::Image) -> Result<Self, Unregistered> {
        let device: Device = Arc::new(State::new(ordering, image).into());
        Ok(Self { registration: vfs::Registration::new(device)? })
    }

    /// The VFS name for `Connection::open_with_flags_and_vfs`.
    pub fn vfs(&self) -> &str {
        self.registration.name()
    }

    /// Notes in the operation log that everything before this call was acknowledged as `label`.
    pub fn mark(&self, label: impl Into<String>) {
        self.state().mark(label.into());
    }

    /// What was acknowledged so far, oldest first.
    pub fn marks(&self) -> Vec<Mark> {
        self.state().marks().to_vec()
    }

    /// Operations logged so far: creations, writes, truncations, syncs, deletions, directory syncs,
    /// and the attempts at one that a fault refused. Reads, locks and temporary files are not in it.
    pub fn operations(&self) -> usize {
        self.state().log().len()
    }

    /// Makes the operation that will bear this index fail, once.
    pub fn fail_at(&self, index: usize, fault: Fault) {
        self.fail_within(index..index + 1, fault);
    }

    /// Makes every operation of this range fail; `from..usize::MAX` is a disk that stays full.
    pub fn fail_within(&self, range: Range<usize>, fault: Fault) {
        self.state().fail_within(range, fault);
    }

    /// Forgets the faults still to come: space was freed, the disk was replaced.
    pub fn heal(&self) {
        self.state().heal();
    }

    /// Kills the process that uses the disk: `end` drops what it had open, and nothing that this would
    /// still write, sync or tidy is done. What it had written stays readable, as in the kernel's cache.
    pub fn kill(&self, end: impl FnOnce()) {
        self.state().set_deaf(true);
        end();
        self.state().set_deaf(false);
    }

    /// The operations that faults refused so far. A fault does not strike an operation that cannot
    /// fail that way, so a story checks here that its fault was met.
    pub fn struck(&self) -> Vec<usize> {
        self.state().struck()
    }

    /// Every state a power cut can leave, at every index from 0 (nothing done) to
    /// [`Disk::operations`] (all done). The seed draws the random variants.
    pub fn cuts(&self, seed: u64) -> Cuts {
        Cuts::new(&self.state(), seed)
    }

    /// The disk as found after a power cut when `index` operations had been made.
    pub fn at(&self, index: usize, variant: Variant) -> Result<Self, Unregistered> {
        self.cut(index, variant).power_on()
    }

    /// One of the [`Disk::cuts`], or one that they do not draw.
    pub fn cut(&self, index: usize, variant: Variant) -> Cut {
        Cut::at(&self.state(), index, variant)
    }

    /// The operations so far that this fault would have refused.
    pub fn strikable(&self, fault: Fault) -> Vec<usize> {
        let state = self.state();
        let indices = state.log().iter().enumerate().filter(|(_, op)| op.can_meet(fault));
        indices.map(|(index, _)| index).collect()
    }

    /// A disk of its own with what the running machine sees now, as a backup takes it.
    pub fn copy(&self) -> Result<Self, Unregistered> {
        let (ordering, image) = {
            let state = self.state();
            (state.ordering(), state.image())
        };
        Self::from_image(ordering, image)
    }

    /// What the running machine sees now: each path with its bytes.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.state().image().files()
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        state::lock(self.registration.device())
    }
}
