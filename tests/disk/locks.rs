//! Who holds which lock on one file: the five levels of SQLite's `xLock`.
//! Refuses to know processes: all connections are in this one.
//! Changes never: the levels are SQLite's.

use std::collections::BTreeMap;

use rusqlite::ffi::{
    SQLITE_LOCK_EXCLUSIVE, SQLITE_LOCK_NONE, SQLITE_LOCK_PENDING, SQLITE_LOCK_RESERVED, SQLITE_LOCK_SHARED,
};

#[derive(Default)]
pub(super) struct Locks {
    levels: BTreeMap<u64, i32>,
}

impl Locks {
    /// Raises the holder's lock; `false` = busy. An exclusive lock refused for the readers' sake
    /// leaves a pending one, which keeps new readers out.
    pub(super) fn raise(&mut self, holder: u64, level: i32) -> bool {
        let mine = self.levels.get(&holder).copied().unwrap_or(SQLITE_LOCK_NONE);
        if mine >= level {
            return true;
        }
        let others = self.highest_but(holder);
        let refused_from = match level {
            SQLITE_LOCK_SHARED => SQLITE_LOCK_PENDING,
            _ => SQLITE_LOCK_RESERVED,
        };
        if others >= refused_from {
            return false;
        }
        let granted = match level {
            SQLITE_LOCK_EXCLUSIVE if others >= SQLITE_LOCK_SHARED => SQLITE_LOCK_PENDING,
            asked => asked,
        };
        self.levels.insert(holder, granted);
        granted == level
    }

    pub(super) fn lower(&mut self, holder: u64, level: i32) {
        if level == SQLITE_LOCK_NONE {
            self.levels.remove(&holder);
        } else if let Some(mine) = self.levels.get_mut(&holder) {
            *mine = level.min(*mine);
        }
    }

    pub(super) fn is_reserved(&self) -> bool {
        self.levels.values().any(|&level| level >= SQLITE_LOCK_RESERVED)
    }

    fn highest_but(&self, holder: u64) -> i32 {
        let others = self.levels.iter().filter(|&(&other, _)| other != holder);
        others.map(|(_, &level)| level).max().unwrap_or(SQLITE_LOCK_NONE)
    }
}
