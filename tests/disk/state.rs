//! A running disk: what the machine sees now, the log of how it got there, and the faults to come.
//! Refuses to know what a power cut would leave (`replay`) and how SQLite calls it (`vfs`, `handle`).
//! Changes when an operation can do or refuse something new. Errors are SQLite result codes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::ffi::{
    SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_IOERR_DELETE, SQLITE_IOERR_DELETE_NOENT, SQLITE_IOERR_DIR_FSYNC,
    SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE,
};

use super::contents::Contents;
use super::image::Image;
use super::locks::Locks;
use super::log::{Change, Inode, Mark, Op, directory};
use super::shm::Shm;
use super::{Fault, Ordering};

pub(super) type Device = Arc<Mutex<State>>;

/// A story that panicked with the lock held has already failed: the others go on.
pub(super) fn lock(device: &Device) -> MutexGuard<'_, State> {
    device.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) struct State {
    ordering: Ordering,
    start: Image,
    names: BTreeMap<Arc<str>, Inode>,
    files: Vec<File>,
    log: Vec<Op>,
    marks: Vec<Mark>,
    faults: Vec<(Range<usize>, Fault)>,
    struck: Vec<usize>,
    /// Nothing is done and nothing logged: whoever asks was killed already.
    deaf: bool,
    handles: u64,
    open: usize,
}

#[derive(Default)]
struct File {
    contents: Contents,
    temporary: bool,
    locks: Locks,
    shm: Shm,
}

impl State {
    pub(super) fn new(ordering: Ordering, start: Image) -> Self {
        let mut state = Self {
            ordering,
            start: start.clone(),
            names: BTreeMap::new(),
            files: Vec::new(),
            log: Vec::new(),
            marks: Vec::new(),
            faults: Vec::new(),
            struck: Vec::new(),
            deaf: false,
            handles: 0,
            open: 0,
        };
        for (inode, (path, contents)) in start.files.into_iter().enumerate() {
            state.names.insert(path, inode);
            state.files.push(File { contents, ..File::default() });
        }
        state
    }

    pub(super) fn ordering(&self) -> Ordering {
        self.ordering
    }

    /// The disk before the first operation of the log; its files bear the first inode numbers.
    pub(super) fn start(&self) -> &Image {
        &self.start
    }

    pub(super) fn log(&self) -> &[Op] {
        &self.log
    }

    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    pub(super) fn image(&self) -> Image {
        let file = |(path, &inode): (&Arc<str>, &Inode)| (path.clone(), self.files[inode].contents.clone());
        Image { files: self.names.iter().map(file).collect() }
    }

    pub(super) fn mark(&mut self, label: String) {
        let index = self.log.len();
        self.marks.push(Mark { index, label });
    }

    pub(super) fn fail_within(&mut self, range: Range<usize>, fault: Fault) {
        self.faults.push((range, fault));
    }

    pub(super) fn heal(&mut self) {
        self.faults.clear();
    }

    pub(super) fn set_deaf(&mut self, deaf: bool) {
        self.deaf = deaf;
    }

    pub(super) fn struck(&self) -> Vec<usize> {
        self.struck.clone()
    }

    /// Counts a connection's file in and numbers it; `closed` counts it out.
    pub(super) fn opened(&mut self) -> u64 {
        self.handles += 1;
        self.open += 1;
        self.handles
    }

    pub(super) fn closed(&mut self, inode: Inode, handle: u64) {
        self.open -= 1;
        self.locks(inode).lower(handle, 0);
        self.unmap(inode, handle);
        if self.files[inode].temporary {
            self.files[inode].contents = Contents::default();
        }
    }

    pub(super) fn is_in_use(&self) -> bool {
        self.open > 0
    }

    pub(super) fn find(&self, path: &str) -> Option<Inode> {
        self.names.get(path).copied()
    }

    pub(super) fn contents(&self, inode: Inode) -> &Contents {
        &self.files[inode].contents
    }

    pub(super) fn locks(&mut self, inode: Inode) -> &mut Locks {
        &mut self.files[inode].locks
    }

    pub(super) fn shm(&mut self, inode: Inode) -> &mut Shm {
        &mut self.files[inode].shm
    }

    pub(super) fn unmap(&mut self, inode: Inode, handle: u64) {
        if self.shm(inode).unmap(handle) {
            *self.shm(inode) = Shm::default();
        }
    }

    /// A file without a name that no power cut leaves: not logged, never refused.
    pub(super) fn create_temporary(&mut self) -> Inode {
        self.files.push(File { temporary: true, ..File::default() });
        self.files.len() - 1
    }

    pub(super) fn create(&mut self, path: &str) -> Result<Inode, i32> {
        if self.strikes(&[Fault::Full, Fault::Io]) {
            return self.refuse(Op::Refused, SQLITE_CANTOPEN);
        }
        let (path, inode): (Arc<str>, _) = (path.into(), self.files.len());
        self.files.push(File::default());
        self.names.insert(path.clone(), inode);
        self.log.push(Op::Create { path, inode });
        Ok(inode)
    }

    pub(super) fn delete(&mut self, path: &str, sync_directory: bool) -> Result<(), i32> {
        if !self.names.contains_key(path) {
            return Err(SQLITE_IOERR_DELETE_NOENT);
        }
        if self.strikes(&[Fault::Io]) {
            return self.refuse(Op::Refused, SQLITE_IOERR_DELETE);
        }
        self.names.remove(path);
        self.log.push(Op::Delete { path: path.into() });
        match sync_directory {
            true => self.sync_directory(path),
            false => Ok(()),
        }
    }

    pub(super) fn write(&mut self, inode: Inode, offset: usize, bytes: &[u8]) -> Result<(), i32> {
        if !self.files[inode].temporary {
            for (fault, code) in [(Fault::Full, SQLITE_FULL), (Fault::Io, SQLITE_IOERR_WRITE)] {
                if self.strikes(&[fault]) {
                    return self.refuse(Op::Refused, code);
                }
            }
            let bytes = bytes.into();
            let change = Change::Write { offset, bytes };
            self.log.push(Op::Change { inode, change });
        }
        self.files[inode].contents.write(offset, bytes);
        Ok(())
    }

    pub(super) fn resize(&mut self, inode: Inode, len: usize) -> Result<(), i32> {
        if !self.files[inode].temporary {
            if self.strikes(&[Fault::Io]) {
                return self.refuse(Op::Refused, SQLITE_IOERR_TRUNCATE);
            }
            let change = Change::Resize { len };
            self.log.push(Op::Change { inode, change });
        }
        self.files[inode].contents.resize(len);
        Ok(())
    }

    pub(super) fn sync(&mut self, inode: Inode) -> Result<(), i32> {
        if self.files[inode].temporary {
            return Ok(());
        }
        if self.strikes(&[Fault::Io, Fault::SyncIo]) {
            return self.refuse(Op::SyncRefused { inode }, SQLITE_IOERR_FSYNC);
        }
        self.log.push(Op::Sync { inode });
        Ok(())
    }

    /// Syncs the directory that holds `path`.
    pub(super) fn sync_directory(&mut self, path: &str) -> Result<(), i32> {
        if self.strikes(&[Fault::Io, Fault::SyncIo]) {
            return self.refuse(Op::Refused, SQLITE_IOERR_DIR_FSYNC);
        }
        let directory = directory(path).into();
        self.log.push(Op::SyncDirectory { directory });
        Ok(())
    }

    fn strikes(&self, able: &[Fault]) -> bool {
        if self.deaf {
            return true;
        }
        let index = self.log.len();
        let mut now = self.faults.iter().filter(|(range, _)| range.contains(&index));
        now.any(|(_, fault)| able.contains(fault))
    }

    fn refuse<T>(&mut self, op: Op, code: i32) -> Result<T, i32> {
        if !self.deaf {
            self.struck.push(self.log.len());
            self.log.push(op);
        }
        Err(code)
    }
}
