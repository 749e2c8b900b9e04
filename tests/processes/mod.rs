//! The real programs: `ronde-server` and `ronde` as child processes on directories of their own,
//! over real sockets, and a road between them whose end can be moved or blown up. Knows their
//! options and what they print, no story. Changes when the way they are started does.

pub mod clock;
mod office;
mod person;
mod programs;
mod road;
mod town;

pub use office::{Certificate, Office, Serving};
pub use person::Person;
pub use programs::Ended;
pub use road::{Fate, Road, Way};
pub use town::{Town, all_there};

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder of this story alone.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// Fails with one line when the programs are not built.
    pub fn new() -> Place {
        programs::folder();
        Place { folder: TempDir::new().expect("a folder") }
    }

    /// A new organisation.
    pub fn office(&self) -> Office {
        Office::made(&self.folder.path().join("server"))
    }

    /// A notebook that is not made yet.
    pub fn person(&self, name: &str) -> Person {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        Person::new(name, self.folder.path().join(format!("notebook-{plain}")))
    }

    /// A file of this story.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Default for Place {
    fn default() -> Self {
        Place::new()
    }
}
