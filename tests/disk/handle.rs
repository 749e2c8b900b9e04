//! An open file as SQLite sees it: `sqlite3_io_methods` version 2 (with shared memory). Glue only.
//! Refuses every decision: `state`, `locks` and `shm` make them.
//! Changes when SQLite's VFS interface does.

use std::ffi::{c_int, c_void};
use std::sync::MutexGuard;
use std::sync::atomic::{Ordering::SeqCst, fence};

use rusqlite::ffi;

use super::Ordering;
use super::log::Inode;
use super::state::{self, Device, State};

/// What SQLite allocates for a file: its own header, then our pointer.
#[repr(C)]
pub(super) struct OpenFile {
    header: ffi::sqlite3_file,
    handle: *mut Handle,
}

pub(super) struct Handle {
    device: Device,
    id: u64,
    inode: Inode,
    /// The path whose directory the next sync must sync too, as the unix VFS does for a journal.
    sync_directory: Option<String>,
}

impl OpenFile {
    pub(super) fn new(handle: Handle) -> Self {
        Self { header: ffi::sqlite3_file { pMethods: &METHODS }, handle: Box::into_raw(Box::new(handle)) }
    }
}

impl Handle {
    /// Opens or creates as the flags say; no path = a temporary file.
    pub(super) fn open(device: &Device, path: Option<&str>, flags: c_int) -> Result<Self, i32> {
        let journals = ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL;
        let creates = flags & ffi::SQLITE_OPEN_CREATE != 0;
        let mut state = state::lock(device);
        let inode = match path {
            None => state.create_temporary(),
            Some(path) => match state.find(path) {
                Some(_) if flags & ffi::SQLITE_OPEN_EXCLUSIVE != 0 => {
                    return Err(ffi::SQLITE_CANTOPEN);
                }
                Some(inode) => inode,
                None if creates => state.create(path)?,
                None => return Err(ffi::SQLITE_CANTOPEN),
            },
        };
        let like_unix = state.ordering() == Ordering::Unix && creates && flags & journals != 0;
        Ok(Self {
            device: device.clone(),
            id: state.opened(),
            inode,
            sync_directory: path.filter(|_| like_unix).map(str::to_owned),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        state::lock(&self.device)
    }

    fn sync(&mut self) -> Result<(), i32> {
        let mut state = state::lock(&self.device);
        state.sync(self.inode)?;
        if let Some(path) = self.sync_directory.take() {
            // The unix VFS ignores a failure here; so must its likeness.
            let _ = state.sync_directory(&path);
        }
        Ok(())
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// # Safety
/// `file` was filled by `OpenFile::new` and is not closed; SQLite uses it from one thread at a time.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Handle {
    // SAFETY: the caller's promise.
    unsafe { &mut *(*file.cast::<OpenFile>()).handle }
}

fn code(result: Result<(), i32>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

fn busy_unless(granted: bool) -> c_int {
    if granted { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once; the handle came from `Box::into_raw`.
    let handle = unsafe { Box::from_raw((*file.cast::<OpenFile>()).handle) };
    handle.state().closed(handle.inode, handle.id);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite gives room for `count` bytes.
    let (handle, out) =
        unsafe { (handle(file), std::slice::from_raw_parts_mut(out.cast::<u8>(), count as usize)) };
    let there = handle.state().contents(handle.inode).read(offset as usize, out);
    if there == out.len() { ffi::SQLITE_OK } else { ffi::SQLITE_IOERR_SHORT_READ }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite gives `count` bytes.
    let (handle, bytes) =
        unsafe { (handle(file), std::slice::from_raw_parts(bytes.cast::<u8>(), count as usize)) };
    code(handle.state().write(handle.inode, offset as usize, bytes))
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: i64) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    code(handle.state().resize(handle.inode, len as usize))
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: see `handle`.
    code(unsafe { handle(file) }.sync())
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: see `handle`; `out` is SQLite's.
    unsafe {
        let handle = handle(file);
        *out = handle.state().contents(handle.inode).len() as i64;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    busy_unless(handle.state().locks(handle.inode).raise(handle.id, level))
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    handle.state().locks(handle.inode).lower(handle.id, level);
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: see `handle`; `out` is SQLite's.
    unsafe {
        let handle = handle(file);
        *out = c_int::from(handle.state().locks(handle.inode).is_reserved());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

/// Those of the unix VFS on Linux, so that SQLite issues the same writes.
unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE | ffi::SQLITE_IOCAP_SUBPAGE_READ
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: see `handle`; `out` is SQLite's.
    unsafe {
        let handle = handle(file);
        let mut state = handle.state();
        let shm = state.shm(handle.inode);
        *out = shm.map(handle.id, region as usize, bytes as usize, extend != 0).cast();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    let (first, count) = (first as u32, count as u32);
    busy_unless(handle.state().shm(handle.inode).lock(handle.id, first, count, flags))
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    fence(SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: see `handle`.
    let handle = unsafe { handle(file) };
    handle.state().unmap(handle.inode, handle.id);
    ffi::SQLITE_OK
}
