//! A directory that appears whole or not at all: filled beside its place under another name, made
//! durable, renamed. Knows nothing of what is in it. Changes when the file system must be asked otherwise.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::{BackupError, at};

/// Bytes read together.
const CHUNK: usize = 256 * 1024;

/// A directory being filled beside its place. Killed, it stays there under a name that nothing
/// takes for the real one, and the next try removes it.
pub(super) struct Staging {
    target: PathBuf,
    part: PathBuf,
    parent: PathBuf,
    _lock: File,
}

impl Staging {
    /// Begins to fill a directory that is not there, or is empty.
    pub fn begin(target: &Path) -> Result<Staging, BackupError> {
        let absolute = std::path::absolute(target).map_err(at(target))?;
        // A link to an empty directory: the rename must meet the directory, not the link.
        let target = if absolute.exists() { absolute.canonicalize().map_err(at(target))? } else { absolute };
        refuse_content(&target)?;
        let no_name = || BackupError::NoName(target.clone());
        let name = target.file_name().ok_or_else(no_name)?.to_string_lossy().into_owned();
        let parent = target.parent().ok_or_else(no_name)?.to_owned();
        fs::create_dir_all(&parent).map_err(at(&parent))?;
        let part = parent.join(format!(".{name}.part"));
        match DirBuilder::new().mode(0o700).create(&part) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(at(&part)(error)),
            _ => {}
        }
        let lock = File::open(&part).map_err(at(&part))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::InProgress(target)),
            // A network share may know no locks on directories: two at once are then not told apart.
            Err(TryLockError::Error(_)) => {}
        }
        empty(&part)?;
        Ok(Staging { target, part, parent, _lock: lock })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.part
    }

    /// Makes it durable, and gives it its name: from one moment to the next it is there, whole.
    pub fn put_in_place(self) -> Result<PathBuf, BackupError> {
        sync(&self.part)?;
        fs::rename(&self.part, &self.target).map_err(at(&self.target))?;
        sync(&self.parent)?;
        Ok(self.target)
    }

    /// Removes what was written: it came to nothing.
    pub fn abandon(self) {
        // What stays behind is removed by the next try, and nothing takes it for a whole one.
        let _left = fs::remove_dir_all(&self.part);
    }
}

/// Refuses a directory with something in it.
fn refuse_content(directory: &Path) -> Result<(), BackupError> {
    match fs::read_dir(directory) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(BackupError::NotEmpty(directory.to_owned())),
            None => Ok(()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            Err(BackupError::NotEmpty(directory.to_owned()))
        }
        Err(error) => Err(at(directory)(error)),
    }
}

fn empty(directory: &Path) -> Result<(), BackupError> {
    for entry in fs::read_dir(directory).map_err(at(directory))? {
        let entry = entry.map_err(at(directory))?.path();
        let is_directory = entry.symlink_metadata().map_err(at(&entry))?.is_dir();
        let removed = if is_directory { fs::remove_dir_all(&entry) } else { fs::remove_file(&entry) };
        removed.map_err(at(&entry))?;
    }
    Ok(())
}

/// Makes the names of a directory durable, or the bytes of a file.
pub(super) fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(at(path))
}

/// Writes a new file that its owner alone may read, durably.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let mut file = create(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(at(path))
}

fn create(path: &Path) -> Result<File, BackupError> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at(path))
}

/// Bytes and SHA-256 of a file.
pub(super) fn digest(path: &Path) -> Result<(u64, [u8; 32]), BackupError> {
    let mut file = File::open(path).map_err(at(path))?;
    pass(path, &mut file, |_| Ok(()))
}

/// Copies a file to a new one, durably; bytes and SHA-256 of what was read.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(u64, [u8; 32]), BackupError> {
    let mut source = File::open(from).map_err(at(from))?;
    let mut target = create(to)?;
    let read = pass(from, &mut source, |bytes| target.write_all(bytes).map_err(at(to)))?;
    target.sync_all().map_err(at(to))?;
    Ok(read)
}

fn pass(
    path: &Path,
    file: &mut File,
    mut each: impl FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<(u64, [u8; 32]), BackupError> {
    let (mut hash, mut length, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK]);
    loop {
        let read = file.read(&mut chunk).map_err(at(path))?;
        if read == 0 {
            return Ok((length, hash.finalize().into()));
        }
        let bytes = chunk.get(..read).unwrap_or_default();
        hash.update(bytes);
        each(bytes)?;
        length += read as u64;
    }
}
