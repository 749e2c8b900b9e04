//! Which database files this process has open. A file that SQLite has open may not be opened beside it:
//! closing it again would take SQLite's locks away (POSIX). Changes never, one hopes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

static OPEN: Mutex<BTreeMap<PathBuf, usize>> = Mutex::new(BTreeMap::new());

/// A file is open as long as this lives.
pub struct Held(PathBuf);

/// Notes that a file is being opened; whether this process had it open before.
pub fn hold(path: &Path) -> (Held, bool) {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let holders = open.entry(path.clone()).or_default();
    *holders += 1;
    (Held(path), *holders > 1)
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(holders) = open.get_mut(&self.0) {
            *holders -= 1;
            if *holders == 0 {
                open.remove(&self.0);
            }
        }
    }
}
