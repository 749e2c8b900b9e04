//! Where a command works: which notebook, which passphrase, and how it answers. Knows no command.
//! Changes when the options every command has change.

use std::io::Write;
use std::path::{Path, PathBuf};

use ronde_core::{Notebook, Ports, Settings, Upgrade};
use serde::Serialize;

use crate::arguments::Common;
use crate::failure::Failure;
use crate::{clock, passphrase, print};

/// The options every command has, made ready.
pub struct Desk {
    directory: PathBuf,
    passphrase_file: Option<PathBuf>,
    json: bool,
}

impl Desk {
    /// Finds the notebook's directory; opens nothing.
    ///
    /// # Errors
    /// `Usage` when there is no home directory to keep one in.
    pub fn new(common: Common) -> Result<Self, Failure> {
        let directory = match common.notebook {
            Some(directory) => directory,
            None => default_directory()?,
        };
        Ok(Desk { directory, passphrase_file: common.passphrase_file, json: common.json })
    }

    /// Whether answers are for programs.
    pub fn json(&self) -> bool {
        self.json
    }

    /// Opens the notebook that is there.
    ///
    /// # Errors
    /// `NoNotebook`; what the core says of a wrong key, a damaged or newer file.
    pub fn open(&self) -> Result<Notebook, Failure> {
        if !self.exists() {
            return Err(Failure::NoNotebook(self.directory.clone()));
        }
        self.open_or_make()
    }

    /// Opens the notebook, makes it when there is none.
    ///
    /// # Errors
    /// What the core says of a wrong key, a damaged or newer file.
    pub fn open_or_make(&self) -> Result<Notebook, Failure> {
        let ports = self.made_ready()?;
        // On the standard error a program expects errors only.
        let progress: Option<fn(Upgrade)> = (!self.json).then_some(print::upgrade::tell);
        let settings = Settings { progress, ..Settings::default() };
        Ok(Notebook::open_with(&self.directory, ports, settings)?)
    }

    /// What the notebook that is there is opened with, for a command that may not be able to open it.
    ///
    /// # Errors
    /// `NoNotebook`, or no passphrase.
    pub fn ports(&self) -> Result<Ports, Failure> {
        if !self.exists() {
            return Err(Failure::NoNotebook(self.directory.clone()));
        }
        self.made_ready()
    }

    /// Where the notebook lies.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn made_ready(&self) -> Result<Ports, Failure> {
        let passphrase = passphrase::find(self.passphrase_file.as_ref(), !self.exists())?;
        Ok(Ports::of_system(&self.directory, &passphrase, clock::zone_min())?)
    }

    fn exists(&self) -> bool {
        // A key alone is a notebook whose database is missing: the core says what to do about it.
        ["notebook.db", "notebook.key"].iter().any(|name| self.directory.join(name).exists())
    }

    /// Answers on the standard output: one JSON value, or words.
    ///
    /// # Errors
    /// When nobody reads, or the output cannot be written.
    pub fn answer<T: Serialize + ?Sized>(
        &self,
        value: &T,
        words: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let mut text = if self.json {
            serde_json::to_string(value).map_err(|error| Failure::Defect(format!("answer: {error}")))?
        } else {
            words()
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        self.write(&text)
    }

    /// Writes a part of an answer that is too long to be held.
    ///
    /// # Errors
    /// When nobody reads, or the output cannot be written.
    pub fn write(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::ReaderLeft,
            _ => Failure::Output(error),
        })
    }
}

/// `$XDG_DATA_HOME/ronde`, else `~/.local/share/ronde`.
fn default_directory() -> Result<PathBuf, Failure> {
    let named = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let data = named.or_else(|| std::env::home_dir().map(|home| home.join(".local/share")));
    let missing = || Failure::Usage("no home directory: name the notebook with --notebook".into());
    data.map(|data| data.join("ronde")).ok_or_else(missing)
}
