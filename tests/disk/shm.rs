//! The WAL index shared by the connections to one database: memory and its eight locks, on the heap.
//! Refuses to know what SQLite keeps there; gone after a power cut.
//! Changes never: the interface is SQLite's `xShm…`.

use std::collections::BTreeMap;

use rusqlite::ffi::{SQLITE_SHM_EXCLUSIVE, SQLITE_SHM_UNLOCK};

#[derive(Default)]
pub(super) struct Shm {
    regions: Vec<Region>,
    holders: BTreeMap<u64, Held>,
}

#[derive(Clone, Copy, Default)]
struct Held {
    shared: u32,
    exclusive: u32,
}

/// Memory that SQLite writes through pointers of its own, so it is never borrowed here.
struct Region(*mut [u64]);

// SAFETY: the memory is only read and written by SQLite, under its own locks and barriers.
unsafe impl Send for Region {}

impl Region {
    fn new(bytes: usize) -> Self {
        Self(Box::into_raw(vec![0_u64; bytes.div_ceil(8)].into_boxed_slice()))
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw` in `new`, freed only here.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

impl Shm {
    /// The start of region `index`, made with those before it when `extend`; null when it is absent.
    pub(super) fn map(&mut self, holder: u64, index: usize, bytes: usize, extend: bool) -> *mut u8 {
        self.holders.entry(holder).or_default();
        while extend && self.regions.len() <= index {
            self.regions.push(Region::new(bytes));
        }
        match self.regions.get(index) {
            Some(region) => region.0.cast(),
            None => std::ptr::null_mut(),
        }
    }

    /// Takes or gives back the locks `first .. first + count`; `false` = busy.
    pub(super) fn lock(&mut self, holder: u64, first: u32, count: u32, flags: i32) -> bool {
        let mask = ((1 << count) - 1) << first;
        let exclusive = flags & SQLITE_SHM_EXCLUSIVE != 0;
        let taken = self.holders.iter().filter(|&(&other, _)| other != holder);
        let taken =
            taken.fold(0, |all, (_, held)| all | held.exclusive | if exclusive { held.shared } else { 0 });
        let mine = self.holders.entry(holder).or_default();
        if flags & SQLITE_SHM_UNLOCK != 0 {
            mine.shared &= !mask;
            mine.exclusive &= !mask;
            return true;
        }
        if taken & mask != 0 {
            return false;
        }
        match exclusive {
            true => mine.exclusive |= mask,
            false => mine.shared |= mask,
        }
        true
    }

    /// Forgets a connection; `true` when it was the last one and the memory can go.
    pub(super) fn unmap(&mut self, holder: u64) -> bool {
        self.holders.remove(&holder);
        self.holders.is_empty()
    }
}
