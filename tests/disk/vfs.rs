//! The disk as SQLite sees it: a registered `sqlite3_vfs`. Glue only.
//! Refuses every decision: `state` makes them.
//! Changes when SQLite's VFS interface does.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rusqlite::ffi;

use super::Unregistered;
use super::handle::{Handle, OpenFile};
use super::state::{self, Device};

const LONGEST_PATH: c_int = 1024;
static DISKS: AtomicU64 = AtomicU64::new(0);

/// What `pAppData` points to.
struct Behind {
    device: Device,
    system: *mut ffi::sqlite3_vfs,
}

pub(super) struct Registration {
    vfs: *mut ffi::sqlite3_vfs,
    behind: *mut Behind,
    _c_name: CString,
    name: String,
}

// SAFETY: SQLite's registry has its own mutex; the device is behind one too.
unsafe impl Send for Registration {}
// SAFETY: as above; nothing is changed through a shared reference.
unsafe impl Sync for Registration {}

impl Registration {
    pub(super) fn new(device: Device) -> Result<Self, Unregistered> {
        let name = format!("ronde-disk-{}", DISKS.fetch_add(1, Relaxed));
        let c_name = CString::new(name.clone()).unwrap_or_default();
        // SAFETY: a null name asks for the default VFS, which SQLite never unregisters by itself.
        let system = unsafe {
            ffi::sqlite3_initialize();
            ffi::sqlite3_vfs_find(ptr::null())
        };
        if system.is_null() {
            return Err(Unregistered { code: ffi::SQLITE_NOTFOUND });
        }
        let behind = Box::into_raw(Box::new(Behind { device, system }));
        let vfs = Box::into_raw(Box::new(describe(c_name.as_ptr(), behind.cast())));
        let registration = Self { vfs, behind, _c_name: c_name, name };
        // SAFETY: the structure and its name live until `drop` unregisters them.
        match unsafe { ffi::sqlite3_vfs_register(vfs, 0) } {
            ffi::SQLITE_OK => Ok(registration),
            code => Err(Unregistered { code }),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn device(&self) -> &Device {
        // SAFETY: freed only by `drop`.
        unsafe { &(*self.behind).device }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let in_use = state::lock(self.device()).is_in_use();
        // SAFETY: both pointers come from `Box::into_raw` in `new` and are freed once, here. A
        // connection still open goes on using them: then they stay for the rest of the process.
        unsafe {
            ffi::sqlite3_vfs_unregister(self.vfs);
            if in_use {
                (*self.vfs).zName = c"ronde-disk-dropped".as_ptr();
            } else {
                drop(Box::from_raw(self.vfs));
                drop(Box::from_raw(self.behind));
            }
        }
    }
}

fn describe(name: *const c_char, behind: *mut c_void) -> ffi::sqlite3_vfs {
    ffi::sqlite3_vfs {
        iVersion: 2,
        szOsFile: size_of::<OpenFile>() as c_int,
        mxPathname: LONGEST_PATH,
        pNext: ptr::null_mut(),
        zName: name,
        pAppData: behind,
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_path),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(last_error),
        xCurrentTimeInt64: Some(current_time_ms),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }
}

/// # Safety
/// `vfs` is one of ours, still allocated.
unsafe fn behind<'a>(vfs: *mut ffi::sqlite3_vfs) -> &'a Behind {
    // SAFETY: `describe` put it there.
    unsafe { &*(*vfs).pAppData.cast::<Behind>() }
}

/// # Safety
/// `path` is a C string that outlives the call. Paths that are not UTF-8 read as empty.
unsafe fn text<'a>(path: *const c_char) -> &'a str {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(path) }.to_str().unwrap_or_default()
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    granted: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives `szOsFile` bytes at `file`, and a null path for a temporary file.
    unsafe {
        let path = (!path.is_null() && flags & ffi::SQLITE_OPEN_DELETEONCLOSE == 0).then(|| text(path));
        (*file).pMethods = ptr::null();
        match Handle::open(&behind(vfs).device, path, flags) {
            Ok(handle) => file.cast::<OpenFile>().write(OpenFile::new(handle)),
            Err(code) => return code,
        }
        if !granted.is_null() {
            *granted = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, path: *const c_char, sync_directory: c_int) -> c_int {
    // SAFETY: SQLite's arguments.
    let (device, path) = unsafe { (&behind(vfs).device, text(path)) };
    match state::lock(device).delete(path, sync_directory & 1 != 0) {
        Ok(()) => ffi::SQLITE_OK,
        Err(code) => code,
    }
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    flags: c_int,
    answer: *mut c_int,
) -> c_int {
    // SAFETY: SQLite's arguments.
    unsafe {
        let state = state::lock(&behind(vfs).device);
        // As in the unix VFS, an empty file does not "exist": it is no journal worth reading.
        let found = state
            .find(text(path))
            .is_some_and(|inode| flags != ffi::SQLITE_ACCESS_EXISTS || state.contents(inode).len() > 0);
        *answer = c_int::from(found);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_path(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite's arguments; the copy includes the final zero and is checked against `room`.
    unsafe {
        let bytes = CStr::from_ptr(path).to_bytes_with_nul();
        if bytes.len() > room as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(vfs: *mut ffi::sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    // SAFETY: handed on as they came, with the VFS the callee expects.
    unsafe {
        let system = behind(vfs).system;
        (*system).xRandomness.map_or(0, |f| f(system, count, out))
    }
}

unsafe extern "C" fn sleep(vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    // SAFETY: as in `randomness`.
    unsafe {
        let system = behind(vfs).system;
        (*system).xSleep.map_or(0, |f| f(system, microseconds))
    }
}

unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: as in `randomness`.
    unsafe {
        let system = behind(vfs).system;
        (*system).xCurrentTime.map_or(ffi::SQLITE_ERROR, |f| f(system, out))
    }
}

unsafe extern "C" fn current_time_ms(vfs: *mut ffi::sqlite3_vfs, out: *mut i64) -> c_int {
    // SAFETY: as in `randomness`.
    unsafe {
        let system = behind(vfs).system;
        (*system).xCurrentTimeInt64.map_or(ffi::SQLITE_ERROR, |f| f(system, out))
    }
}

unsafe extern "C" fn last_error(_: *mut ffi::sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}
