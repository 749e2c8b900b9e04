//! What a host gives: its key vault, and who wants to know of changes. Each port answers `Result`,
//! so that an exception of the host is an error here and never the end of the process.

use std::sync::Arc;

use ronde_core::Change;
use ronde_core::model::id::DocId;

/// Why the host did not answer.
#[derive(Debug, Clone, thiserror::Error, uniffi::Error)]
#[allow(missing_docs)]
pub enum HostError {
    /// Locked, refused, absent, or an exception.
    #[error("{reason}")]
    Unavailable { reason: String },
    /// What was to be unwrapped was not wrapped by this vault.
    #[error("not wrapped by this vault")]
    NotOurs,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for HostError {
    fn from(thrown: uniffi::UnexpectedUniFFICallbackError) -> Self {
        HostError::Unavailable { reason: thrown.reason }
    }
}

/// Holds keys that never leave it: Android's Keystore, Apple's Secure Enclave.
#[uniffi::export(with_foreign)]
pub trait KeyVault: Send + Sync {
    /// Encrypts a short secret so that only this vault opens it again.
    fn wrap(&self, secret: Vec<u8>) -> Result<Vec<u8>, HostError>;
    /// Opens what `wrap` made.
    fn unwrap(&self, wrapped: Vec<u8>) -> Result<Vec<u8>, HostError>;
    /// The device's own public key: P-256, SEC1 uncompressed, 65 bytes.
    fn device_public_key(&self) -> Result<Vec<u8>, HostError>;
    /// Signs with the device's own key: ES256, 64 bytes.
    fn sign_es256(&self, message: Vec<u8>) -> Result<Vec<u8>, HostError>;
    /// What the hardware says of that key over a challenge; empty where there is none.
    fn attestation(&self, challenge: Vec<u8>) -> Result<Vec<u8>, HostError>;
}

enums! {
    /// What to read again; reports without `docs`: any of them.
    Change { Drafts, Reports { docs: Option<Vec<DocId>> }, Status }
}

/// Told after every change. It is called on any thread: hand over and return.
#[uniffi::export(with_foreign)]
pub trait Observer: Send + Sync {
    /// Something of that kind changed.
    fn changed(&self, change: Change) -> Result<(), HostError>;
}

pub struct Vault(pub Arc<dyn KeyVault>);

impl ronde_core::KeyVault for Vault {
    fn wrap(&self, secret: &[u8]) -> VaultAnswer {
        Ok(self.0.wrap(secret.to_vec())?)
    }
    fn unwrap(&self, wrapped: &[u8]) -> VaultAnswer {
        Ok(KeyVault::unwrap(&*self.0, wrapped.to_vec())?)
    }
    fn device_public_key(&self) -> VaultAnswer {
        Ok(self.0.device_public_key()?)
    }
    fn sign_es256(&self, message: &[u8]) -> VaultAnswer {
        Ok(self.0.sign_es256(message.to_vec())?)
    }
    fn attestation(&self, challenge: &[u8]) -> VaultAnswer {
        Ok(self.0.attestation(challenge.to_vec())?)
    }
}

type VaultAnswer = Result<Vec<u8>, ronde_core::VaultError>;

impl From<HostError> for ronde_core::VaultError {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Unavailable { reason } => Self::Unavailable(reason),
            HostError::NotOurs => Self::NotOurs,
        }
    }
}

pub struct Screen(pub Arc<dyn Observer>);

impl ronde_core::Observer for Screen {
    fn changed(&self, change: Change) {
        // A screen that fails to redraw is no reason to stop what it shows.
        self.0.changed(change).unwrap_or_default();
    }
}
