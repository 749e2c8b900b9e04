//! The peak memory of another process once it holds a database, read from the kernel while it lives.
//! The process is held twice: at the database's door, until its peak so far is forgotten, and at its
//! first words, until its peak was read. Knows nothing of what it does.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rusqlite::Connection;

use crate::Outcome;
use crate::raw;

/// A database that no process of ours has open.
pub struct Closed {
    /// Its file.
    pub database: PathBuf,
    /// Its raw key.
    pub key: [u8; 32],
}

/// What a process left.
pub struct Held {
    /// Peak resident memory until it had the database open, MB of 1,000,000 bytes.
    pub before_mb: f64,
    /// Peak resident memory from then on, MB.
    pub after_mb: f64,
    /// What it said.
    pub output: Vec<u8>,
}

/// A process that has used no processor time for so many looks is held at the tap.
const LOOKS: u32 = 400;

/// Runs a command to its end.
///
/// # Errors
/// When the command fails, never opens the database, or the database is open elsewhere.
pub fn hold(command: &mut Command, closed: &Closed) -> Outcome<Held> {
    let door = lock(closed)?;
    let (tap, filled) = tap()?;
    let (ours, theirs) = tap;
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::from(OwnedFd::from(theirs))).spawn();
    // The command keeps the child's end of the tap: without this its end would never be seen.
    command.stdout(Stdio::null());
    let mut held =
        Holding { process: process_of(&spawned), child: spawned?, tap: ours, told: 0.0, output: Vec::new() };
    let before_mb = held.until_open(&closed.database)?;
    drop(door);
    held.until_idle()?;
    held.drain()?;
    let ended = held.child.wait()?;
    if !ended.success() {
        return Err(format!("{command:?} ended with {ended}").into());
    }
    let output = held.output.split_off(filled.min(held.output.len()));
    Ok(Held { before_mb, after_mb: held.told, output })
}

fn process_of(spawned: &std::io::Result<Child>) -> PathBuf {
    Path::new("/proc").join(spawned.as_ref().map_or(String::new(), |child| child.id().to_string()))
}

/// Nobody else reads or writes the database while this lives.
fn lock(closed: &Closed) -> Outcome<Connection> {
    let connection = raw::keyed(&closed.database, &closed.key)?;
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;")?;
    Ok(connection)
}

/// A connected pair whose second end takes no more bytes, and how many it took.
fn tap() -> Outcome<((UnixStream, UnixStream), usize)> {
    let (ours, mut theirs) = UnixStream::pair()?;
    theirs.set_nonblocking(true)?;
    let mut filled = 0;
    for size in [4096, 1] {
        loop {
            match theirs.write(&vec![b' '; size]) {
                Ok(taken) => filled += taken,
                Err(full) if full.kind() == ErrorKind::WouldBlock => break,
                Err(other) => return Err(other.into()),
            }
        }
    }
    theirs.set_nonblocking(false)?;
    ours.set_nonblocking(true)?;
    Ok(((ours, theirs), filled))
}

struct Holding {
    process: PathBuf,
    child: Child,
    tap: UnixStream,
    /// Highest mark read since the database was opened, MB.
    told: f64,
    output: Vec<u8>,
}

impl Holding {
    /// Waits at the door; the peak until then, forgotten afterwards.
    fn until_open(&mut self, database: &Path) -> Outcome<f64> {
        let mut before = 0.0_f64;
        loop {
            let open = has_open(&self.process, database);
            before = before.max(high_water_mb(&self.process).unwrap_or(0.0));
            if open {
                // 5: the high-water mark falls back to what is resident now.
                fs::write(self.process.join("clear_refs"), "5")?;
                return Ok(before);
            }
            if let Some(ended) = self.child.try_wait()? {
                return Err(format!("it ended with {ended} before it opened {}", database.display()).into());
            }
            std::thread::yield_now();
        }
    }

    /// Waits until it is held at the tap: asleep, and for a while.
    fn until_idle(&mut self) -> Outcome<()> {
        let (mut looks, mut last) = (0, String::new());
        while looks < LOOKS && self.look()? {
            let now = fs::read_to_string(self.process.join("schedstat")).unwrap_or_default();
            looks = if now == last { looks + 1 } else { 0 };
            last = now;
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Takes everything it says, looking at its memory after each part.
    fn drain(&mut self) -> Outcome<()> {
        let mut part = vec![0; 16 * 1024];
        loop {
            match self.tap.read(&mut part) {
                Ok(0) => return Ok(()),
                Ok(taken) => self.output.extend_from_slice(&part[..taken]),
                Err(none) if none.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
                Err(other) => return Err(other.into()),
            }
            self.look()?;
        }
    }

    /// Reads its peak; false once it has ended.
    fn look(&mut self) -> Outcome<bool> {
        let mark = high_water_mb(&self.process);
        self.told = self.told.max(mark.unwrap_or(0.0));
        Ok(mark.is_some() && self.child.try_wait()?.is_none())
    }
}

fn high_water_mb(process: &Path) -> Option<f64> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

fn has_open(process: &Path, file: &Path) -> bool {
    let Ok(open) = fs::read_dir(process.join("fd")) else { return false };
    open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()).any(|target| target == file)
}
