//! The disk below a directory: how much room is left on it, and whether it takes writes at all.
//! Knows no archive. Changes when an operating system must be asked otherwise.

use std::path::Path;

use rustix::fs::{StatVfsMountFlags, statvfs};

/// What the file system says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes that this process may still write.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
    /// It is mounted read-only.
    pub read_only: bool,
}

/// Asks for the file system that a path lies on.
///
/// # Errors
/// What the system says.
pub fn room(path: &Path) -> std::io::Result<Room> {
    let found = statvfs(path)?;
    Ok(Room {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        total: found.f_blocks.saturating_mul(found.f_frsize),
        read_only: found.f_flag.contains(StatVfsMountFlags::RDONLY),
    })
}
