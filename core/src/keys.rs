//! The key-vault port: what holds the key that opens the database and never gives it away. The
//! default host is a passphrase-protected file; phones give Keystore and Secure Enclave.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use minicbor::{Decode, Encode};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};

/// Why the vault did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Locked, refused, absent: in the host's words.
    #[error("{0}")]
    Unavailable(String),
    /// What was to be unwrapped was not wrapped by this vault.
    #[error("the passphrase or the vault is not the one this notebook was made with")]
    NotOurs,
}

/// Holds keys that never leave it.
pub trait KeyVault: Send + Sync {
    /// Encrypts a short secret so that only this vault opens it again.
    ///
    /// # Errors
    /// When the vault is locked or refuses.
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError>;
    /// Opens what [`KeyVault::wrap`] made.
    ///
    /// # Errors
    /// When the vault is locked, refuses, or did not make it.
    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError>;
    /// The device's own public key (P-256, SEC1 uncompressed, 65 bytes).
    ///
    /// # Errors
    /// When the vault is locked or has none.
    fn device_public_key(&self) -> Result<Vec<u8>, VaultError>;
    /// Signs with the device's own key: ES256, 64 bytes.
    ///
    /// # Errors
    /// When the vault is locked or refuses.
    fn sign_es256(&self, message: &[u8]) -> Result<Vec<u8>, VaultError>;
    /// What the hardware says of that key over a challenge; empty where there is no hardware.
    ///
    /// # Errors
    /// When the vault is locked or refuses.
    fn attestation(&self, challenge: &[u8]) -> Result<Vec<u8>, VaultError>;
}

/// OWASP's minimum for Argon2id: 19 MiB, 2 passes, 1 lane (a tenth of a second on an old phone).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// A vault in a file, for terminals and tests: everything under a key made of a passphrase.
pub struct FileVault {
    path: PathBuf,
    passphrase: String,
    opened: Mutex<Option<Opened>>,
}

#[derive(Clone)]
struct Opened {
    cipher: XChaCha20Poly1305,
    device: SigningKey,
}

/// The file `vault.cbor`.
#[derive(Encode, Decode)]
#[cbor(map)]
struct VaultFile {
    #[cbor(n(0), with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(1)]
    memory_kib: u32,
    #[n(2)]
    passes: u32,
    #[cbor(n(3), with = "minicbor::bytes")]
    device_key: Vec<u8>,
}

impl FileVault {
    /// A vault in `directory/vault.cbor`, made at first use.
    pub fn new(directory: &Path, passphrase: &str) -> Self {
        FileVault {
            path: directory.join("vault.cbor"),
            passphrase: passphrase.to_owned(),
            opened: Mutex::new(None),
        }
    }

    fn open(&self) -> Result<Opened, VaultError> {
        let mut opened = self.opened.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(opened) = opened.as_ref() {
            return Ok(opened.clone());
        }
        let fresh = if self.path.exists() { self.read()? } else { self.create()? };
        *opened = Some(fresh.clone());
        Ok(fresh)
    }

    fn read(&self) -> Result<Opened, VaultError> {
        let bytes = fs::read(&self.path).map_err(|e| unavailable("read the vault", e))?;
        let file: VaultFile = minicbor::decode(&bytes).map_err(|e| unavailable("read the vault", e))?;
        if file.memory_kib > 1024 * 1024 || file.passes > 64 {
            return Err(VaultError::Unavailable("the vault asks for too much memory: it is not ours".into()));
        }
        let cipher = self.cipher(&file.salt, file.memory_kib, file.passes)?;
        let secret = decrypt(&cipher, &file.device_key)?;
        let device = SigningKey::from_slice(&secret).map_err(|_| VaultError::NotOurs)?;
        Ok(Opened { cipher, device })
    }

    fn create(&self) -> Result<Opened, VaultError> {
        let salt: [u8; 16] = random()?;
        let cipher = self.cipher(&salt, MEMORY_KIB, PASSES)?;
        let device = loop {
            // One draw in 2^32 is no scalar of the curve.
            if let Ok(key) = SigningKey::from_slice(&random::<32>()?) {
                break key;
            }
        };
        let device_key = encrypt(&cipher, &device.to_bytes())?;
        let file = VaultFile { salt, memory_kib: MEMORY_KIB, passes: PASSES, device_key };
        let bytes = minicbor::to_vec(&file).map_err(|e| unavailable("write the vault", e))?;
        write_new(&self.path, &bytes).map_err(|e| unavailable("write the vault", e))?;
        Ok(Opened { cipher, device })
    }

    fn cipher(&self, salt: &[u8], memory_kib: u32, passes: u32) -> Result<XChaCha20Poly1305, VaultError> {
        let params =
            Params::new(memory_kib, passes, 1, Some(32)).map_err(|e| unavailable("derive the key", e))?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(self.passphrase.as_bytes(), salt, &mut key)
            .map_err(|e| unavailable("derive the key", e))?;
        Ok(XChaCha20Poly1305::new(&key.into()))
    }
}

/// Writes a small file that must exist whole or not at all.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    // The name itself must survive a power cut, or the notebook could not be opened any more.
    if let Some(parent) = path.parent() {
        fs::File::open(parent)?.sync_all()?;
    }
    Ok(())
}

fn unavailable(what: &str, error: impl std::fmt::Display) -> VaultError {
    VaultError::Unavailable(format!("could not {what}: {error}"))
}

fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| unavailable("draw random bytes", e))?;
    Ok(bytes)
}

fn encrypt(cipher: &XChaCha20Poly1305, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
    let nonce: [u8; 24] = random()?;
    let payload = Payload { msg: secret, aad: b"ronde/1 vault" };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|e| unavailable("wrap", e))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(cipher: &XChaCha20Poly1305, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
    let (nonce, sealed) = wrapped.split_at_checked(24).ok_or(VaultError::NotOurs)?;
    let nonce: [u8; 24] = nonce.try_into().map_err(|_| VaultError::NotOurs)?;
    let payload = Payload { msg: sealed, aad: b"ronde/1 vault" };
    cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::NotOurs)
}

impl KeyVault for FileVault {
    fn wrap(&self, secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        encrypt(&self.open()?.cipher, secret)
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Vec<u8>, VaultError> {
        if !self.path.exists() {
            // A fresh vault opens nothing that is there, and would hide that the old one went.
            let reason =
                format!("{} is missing: without it the notebook's key stays wrapped", self.path.display());
            return Err(VaultError::Unavailable(reason));
        }
        decrypt(&self.open()?.cipher, wrapped)
    }

    fn device_public_key(&self) -> Result<Vec<u8>, VaultError> {
        Ok(self.open()?.device.verifying_key().to_sec1_point(false).as_bytes().to_vec())
    }

    fn sign_es256(&self, message: &[u8]) -> Result<Vec<u8>, VaultError> {
        let signature: Signature = self.open()?.device.sign(message);
        Ok(signature.to_bytes().to_vec())
    }

    fn attestation(&self, _challenge: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok(Vec::new())
    }
}
