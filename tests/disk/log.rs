//! What was done to a disk, in order. An operation's index is the number of those before it.
//! Refuses to know what survives: `replay` decides that.
//! Changes when SQLite gets another way to change a file.

use std::sync::Arc;

use super::Fault;

/// A file apart from its name, numbered in the order of creation on one disk.
pub(super) type Inode = usize;

#[derive(Clone)]
pub(super) enum Op {
    Create {
        path: Arc<str>,
        inode: Inode,
    },
    Delete {
        path: Arc<str>,
    },
    Change {
        inode: Inode,
        change: Change,
    },
    Sync {
        inode: Inode,
    },
    SyncDirectory {
        directory: Arc<str>,
    },
    /// A fault: nothing was done.
    Refused,
    /// A fault: what was written before this sync may be lost even after a later one.
    SyncRefused {
        inode: Inode,
    },
}

impl Op {
    /// Whether this operation fails under this fault, as `State` makes it fail.
    pub(super) fn can_meet(&self, fault: Fault) -> bool {
        let grows = matches!(self, Op::Create { .. } | Op::Change { change: Change::Write { .. }, .. });
        let syncs = matches!(self, Op::Sync { .. } | Op::SyncDirectory { .. });
        match fault {
            Fault::Full => grows,
            Fault::Io => !matches!(self, Op::Refused | Op::SyncRefused { .. }),
            Fault::SyncIo => syncs,
        }
    }
}

#[derive(Clone)]
pub(super) enum Change {
    Write { offset: usize, bytes: Arc<[u8]> },
    Resize { len: usize },
}

/// Something the application was told, and the number of operations made by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// A power cut at this index or later happens after the acknowledgement.
    pub index: usize,
    /// The words given to `Disk::mark`.
    pub label: String,
}

/// The directory part of a path, `""` when it has none.
pub(super) fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}
