//! Where the passphrase comes from: a file, the environment, or somebody at the terminal. Never an
//! argument, which every process of the machine could read. Changes with the sources.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The variable looked at.
const VARIABLE: &str = "RONDE_PASSPHRASE";
/// Longest passphrase, bytes.
const LONGEST: u64 = 4096;

/// The passphrase, from the file, then the environment, then the terminal. `twice` asks for it a
/// second time, for a notebook that is being made.
///
/// # Errors
/// `NoPassphrase` when no source has one; `File` when the file given cannot be read.
pub fn find(file: Option<&PathBuf>, twice: bool) -> Result<String, Failure> {
    if let Some(path) = file {
        return read(path);
    }
    match std::env::var(VARIABLE) {
        Ok(given) if !given.is_empty() => Ok(given),
        Ok(_) | Err(std::env::VarError::NotPresent) => ask(twice),
        Err(std::env::VarError::NotUnicode(_)) => {
            Err(Failure::Usage(format!("{VARIABLE} is not UTF-8 text")))
        }
    }
}

/// The first line of a file.
fn read(path: &Path) -> Result<String, Failure> {
    let unreadable = |source| Failure::File { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let whole = bytes.len() as u64 <= LONGEST;
    let line = String::from_utf8(bytes).ok().and_then(|text| text.lines().next().map(str::to_owned));
    line.filter(|line| whole && !line.is_empty()).ok_or_else(|| {
        Failure::Usage(format!(
            "{}: one line of 1 to {LONGEST} bytes of UTF-8 text is expected",
            path.display()
        ))
    })
}

fn ask(twice: bool) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::NoPassphrase);
    }
    let first = prompt("Phrase de passe du carnet : ")?;
    if first.is_empty() {
        return Err(Failure::NoPassphrase);
    }
    if twice && prompt("La même, encore une fois : ")? != first {
        return Err(Failure::Usage("the two passphrases differ: nothing was made".into()));
    }
    Ok(first)
}

fn prompt(words: &str) -> Result<String, Failure> {
    rpassword::prompt_password(words).map_err(Failure::Output)
}
