//! The keys of a server's directory: organisation, server, archive. Each a file of its own, readable
//! by its owner alone. Knows no use of them. Changes when a key may live elsewhere.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use sha2::{Digest, Sha256};

use crate::archive::sqlite::ArchiveKey;
use crate::entropy::{Entropy, random};
use crate::error::{ArchiveError, ServerError};

const ORGANISATION: &str = "organisation.key";
const SERVER: &str = "server.key";
const ARCHIVE: &str = "archive.key";
/// Tells a wrong archive key from a damaged archive, which look alike from inside.
const ARCHIVE_CHECK: &str = "archive.check";
/// The archive itself.
pub const DATABASE: &str = "archive.sqlite";
/// Every key file of a directory: with the archive, all that a server is made of.
pub const KEY_FILES: [&str; 4] = [ORGANISATION, SERVER, ARCHIVE, ARCHIVE_CHECK];

/// What a server's directory holds beside the archive.
pub struct Keys {
    /// Signs leases.
    pub organisation: SigningKey,
    /// Signs receipts, orders, configurations.
    pub server: SigningKey,
    /// Opens the archive.
    pub archive: ArchiveKey,
}

/// Where the archive lies.
pub fn database(directory: &Path) -> PathBuf {
    directory.join(DATABASE)
}

impl Keys {
    /// New keys, durable in an empty directory (made when it is not there).
    ///
    /// # Errors
    /// `NotEmpty`, `File`, `NoEntropy`.
    pub fn make(directory: &Path, entropy: &dyn Entropy) -> Result<Keys, ServerError> {
        refuse_content(directory)?;
        let keys = Keys {
            organisation: SigningKey::from_bytes(&random(entropy)?),
            server: SigningKey::from_bytes(&random(entropy)?),
            archive: ArchiveKey(random(entropy)?),
        };
        write_secret(&directory.join(ORGANISATION), &hexadecimal(&keys.organisation.to_bytes()))?;
        write_secret(&directory.join(SERVER), &hexadecimal(&keys.server.to_bytes()))?;
        write_secret(&directory.join(ARCHIVE), &hexadecimal(&keys.archive.0))?;
        write_secret(&directory.join(ARCHIVE_CHECK), &check_of(&keys.archive))?;
        sync_directory(directory)?;
        Ok(keys)
    }

    /// The keys of a directory that `make` filled.
    ///
    /// # Errors
    /// `NotInitialised`, `KeyFile`, or the archive's `WrongKey`.
    pub fn open(directory: &Path) -> Result<Keys, ServerError> {
        if !directory.join(ORGANISATION).exists() {
            return Err(ServerError::NotInitialised(directory.to_owned()));
        }
        let archive = ArchiveKey(read_key(&directory.join(ARCHIVE))?);
        let check = read_text(&directory.join(ARCHIVE_CHECK))?;
        if check.trim() != check_of(&archive) {
            return Err(ArchiveError::WrongKey.into());
        }
        Ok(Keys {
            organisation: SigningKey::from_bytes(&read_key(&directory.join(ORGANISATION))?),
            server: SigningKey::from_bytes(&read_key(&directory.join(SERVER))?),
            archive,
        })
    }
}

fn check_of(key: &ArchiveKey) -> String {
    let digest = Sha256::new().chain_update(b"ronde archive key").chain_update(key.0).finalize();
    hexadecimal(&digest[..8])
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn refuse_content(directory: &Path) -> Result<(), ServerError> {
    let at = |source| ServerError::File { path: directory.to_owned(), source };
    std::fs::create_dir_all(directory).map_err(at)?;
    let mut entries = std::fs::read_dir(directory).map_err(at)?;
    if entries.next().is_some() { Err(ServerError::NotEmpty(directory.to_owned())) } else { Ok(()) }
}

fn write_secret(path: &Path, text: &str) -> Result<(), ServerError> {
    let at = |source| ServerError::File { path: path.to_owned(), source };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at)?;
    file.write_all(format!("{text}\n").as_bytes()).map_err(at)?;
    file.sync_all().map_err(at)
}

fn sync_directory(directory: &Path) -> Result<(), ServerError> {
    let at = |source| ServerError::File { path: directory.to_owned(), source };
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(at)
}

fn read_text(path: &Path) -> Result<String, ServerError> {
    let unreadable =
        |reason: std::io::Error| ServerError::KeyFile { path: path.to_owned(), reason: reason.to_string() };
    let mut text = String::new();
    // A key file is 65 bytes: whatever is longer is none.
    File::open(path).and_then(|file| file.take(1_024).read_to_string(&mut text)).map_err(unreadable)?;
    Ok(text)
}

fn read_key(path: &Path) -> Result<[u8; 32], ServerError> {
    let text = read_text(path)?;
    let digits = text.trim().as_bytes();
    let wrong =
        || ServerError::KeyFile { path: path.to_owned(), reason: "not 64 hexadecimal digits".to_owned() };
    let mut key = [0; 32];
    if digits.len() != 64 {
        return Err(wrong());
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(key)
}
