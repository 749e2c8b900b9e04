//! Who else has the notebook of a directory: one at a time opens it, any number use it at once, and a
//! rescue wants it for itself. Knows names of files only. Changes with what may be done side by side.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::error::Error;

/// Held while a notebook is opened: two processes that make one notebook at once would each make keys
/// of their own, and what one of them answered would be locked for ever.
pub fn alone(directory: &Path) -> Result<File, Error> {
    let file = lock_file(directory, "notebook.lock")?;
    match file.lock() {
        Err(error) if error.kind() != ErrorKind::Unsupported => Err(storage(error)),
        _ => Ok(file),
    }
}

/// Held as long as a notebook is open: nobody puts another database in its place meanwhile.
///
/// # Errors
/// `Busy` while somebody does.
pub fn in_use(directory: &Path) -> Result<File, Error> {
    let file = lock_file(directory, "notebook.open")?;
    let locked = file.try_lock_shared();
    granted(file, locked)
}

/// Held while another database is put in its place: what a program that has it open were told is kept
/// would go into the old one.
///
/// # Errors
/// `Busy` while the notebook is open anywhere.
pub fn out_of_use(directory: &Path) -> Result<File, Error> {
    let file = lock_file(directory, "notebook.open")?;
    let locked = file.try_lock();
    granted(file, locked)
}

fn granted(file: File, locked: Result<(), TryLockError>) -> Result<File, Error> {
    match locked {
        Err(TryLockError::WouldBlock) => Err(Error::Busy),
        // A file system without locks: nothing can be asked, and the notebook works all the same.
        Err(TryLockError::Error(error)) if error.kind() != ErrorKind::Unsupported => Err(storage(error)),
        _ => Ok(file),
    }
}

fn lock_file(directory: &Path, name: &str) -> Result<File, Error> {
    let path = directory.join(name);
    File::options().create(true).write(true).truncate(false).open(path).map_err(storage)
}

fn storage(error: io::Error) -> Error {
    Error::Storage { detail: error.to_string() }
}
