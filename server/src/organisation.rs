//! The organisation this server speaks for: what it signs, and what it recognises as its own.
//! Keeps the leases it has recognised in memory: a lease never changes. Knows no storage of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ed25519_dalek::SigningKey;
use ronde_model::id::{AgentId, DeviceId, LeaseId, OrgFingerprint};
use ronde_model::lease::{Lease, LeaseError, SignedLease};
use ronde_model::organisation::{Introduction, NONCE_BYTES, fingerprint_of};
use ronde_model::rights::Right;
use ronde_model::scope::Scope;

use crate::archive::Reads;
use crate::error::ServerError;
use crate::keys::Keys;

/// How long the server's own lease is good, seconds: ten years.
const SERVER_LIFE_S: i64 = 10 * 365 * 86_400;

/// Leases kept in memory at most; beyond, all are forgotten and read again when named.
const LEASES_KEPT: usize = 20_000;

/// The organisation and its keys.
pub struct Organisation {
    /// SHA-256 of its first public key.
    pub fingerprint: OrgFingerprint,
    /// Its name.
    pub name: String,
    /// Signs receipts, orders, configurations.
    pub server_key: SigningKey,
    /// Proves the server key.
    pub server_lease: SignedLease,
    key: SigningKey,
    recognised: Mutex<HashMap<LeaseId, Arc<SignedLease>>>,
}

impl Organisation {
    /// A new organisation's server lease.
    ///
    /// # Errors
    /// `Defect`.
    pub fn lease_of_server(keys: &Keys, name: &str, now_ms: i64) -> Result<SignedLease, ServerError> {
        let now_s = now_ms / 1000;
        let identity = DeviceId::of_session(keys.server.verifying_key().as_bytes());
        let lease = Lease {
            device: identity,
            agent: AgentId(identity.0),
            name: name.to_owned(),
            unit: "server".to_owned(),
            role: "server".to_owned(),
            rights: vec![Right::Server],
            scopes: vec![Scope::All],
            not_before_s: now_s,
            expires_s: now_s.saturating_add(SERVER_LIFE_S),
            author_key: keys.server.verifying_key().to_bytes(),
        };
        Ok(lease.sign(&fingerprint_of(&keys.organisation.verifying_key()), &keys.organisation)?)
    }

    /// From its keys and what the archive says of it.
    ///
    /// # Errors
    /// `ForeignKeys` when they do not belong together.
    pub fn open(
        keys: Keys,
        name: String,
        fingerprint: OrgFingerprint,
        server_lease: Vec<u8>,
    ) -> Result<Self, ServerError> {
        let public = keys.organisation.verifying_key();
        if fingerprint_of(&public) != fingerprint {
            return Err(ServerError::ForeignKeys);
        }
        let server_lease =
            SignedLease::open(server_lease, &fingerprint, &public).map_err(|_| ServerError::ForeignKeys)?;
        if server_lease.lease.author_key != keys.server.verifying_key().to_bytes() {
            return Err(ServerError::ForeignKeys);
        }
        Ok(Organisation {
            fingerprint,
            name,
            server_key: keys.server,
            server_lease,
            key: keys.organisation,
            recognised: Mutex::default(),
        })
    }

    /// Who this server is, over a device's nonce.
    ///
    /// # Errors
    /// `Defect`.
    pub fn introduce(&self, nonce: [u8; NONCE_BYTES]) -> Result<Vec<u8>, ServerError> {
        let introduction = Introduction {
            organisation_key: self.key.verifying_key().to_bytes(),
            name: self.name.clone(),
            server_lease: self.server_lease.cwt.clone(),
            nonce,
        };
        Ok(introduction.sign(&self.fingerprint, &self.server_key)?)
    }

    /// Signs a lease, and recognises it from now on.
    ///
    /// # Errors
    /// `Defect`.
    pub fn grant(&self, lease: Lease) -> Result<Arc<SignedLease>, ServerError> {
        Ok(self.keep(lease.sign(&self.fingerprint, &self.key)?))
    }

    /// Takes a lease presented by a device.
    ///
    /// # Errors
    /// When it is no lease of this organisation.
    pub fn recognise(&self, cwt: Vec<u8>) -> Result<Arc<SignedLease>, LeaseError> {
        Ok(self.keep(SignedLease::open(cwt, &self.fingerprint, &self.key.verifying_key())?))
    }

    /// A lease by its id: recognised before, or known to the archive.
    ///
    /// # Errors
    /// The archive's.
    pub fn lease(&self, id: &LeaseId, archive: &dyn Reads) -> Result<Option<Arc<SignedLease>>, ServerError> {
        let known = self.recognised.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let Some(cwt) = archive.lease(id)? else { return Ok(None) };
        // A stored lease that no longer verifies counts as not known: the device sends it again.
        Ok(self.recognise(cwt).ok())
    }

    fn keep(&self, lease: SignedLease) -> Arc<SignedLease> {
        let lease = Arc::new(lease);
        let mut recognised = self.recognised.lock().unwrap_or_else(PoisonError::into_inner);
        if recognised.len() >= LEASES_KEPT {
            recognised.clear();
        }
        recognised.insert(lease.id, lease.clone());
        lease
    }
}
