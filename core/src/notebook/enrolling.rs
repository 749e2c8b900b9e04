//! Enrolling this device: keys are made once and presented again after a lost answer.

use ed25519_dalek::SigningKey;
use ronde_model::organisation::TypedCode;

use super::understanding::KNOWLEDGE;
use super::{Identity, Notebook, lock};
use crate::enrolment;
use crate::entropy;
use crate::error::Error;
use crate::link::Link;
use crate::store::Enrolment;
use crate::transport::HttpLink;

impl Notebook {
    /// Enrols with the typed code of an invitation. `certificate`: SHA-256 of the server's
    /// certificate, when it is not under a public root.
    ///
    /// # Errors
    /// `AlreadyEnrolled`, `NotACode`, `UnsafeAddress`, `WrongOrganisation` (nothing was sent then),
    /// `InvitationRefused`, `Unreachable`, `ServerRefused`.
    pub async fn enrol(
        &self,
        server: &str,
        code: &str,
        certificate: Option<[u8; 32]>,
    ) -> Result<Identity, Error> {
        let link = HttpLink::new(server, certificate)?;
        self.enrol_at(&link, server, code, certificate).await
    }

    /// The same over any link.
    ///
    /// # Errors
    /// As [`Notebook::enrol`].
    pub async fn enrol_over(&self, link: &dyn Link, server: &str, code: &str) -> Result<Identity, Error> {
        self.enrol_at(link, server, code, None).await
    }

    async fn enrol_at(
        &self,
        link: &dyn Link,
        server: &str,
        code: &str,
        certificate: Option<[u8; 32]>,
    ) -> Result<Identity, Error> {
        let code: TypedCode = code.parse().map_err(|_| Error::NotACode)?;
        if let Some(identity) = self.identity()? {
            return Err(Error::AlreadyEnrolled { organisation: identity.organisation });
        }
        let author = self.author_key()?;
        let vault_key = self.inner.ports.vault.device_public_key();
        let vault_key = vault_key.map_err(|e| Error::KeysUnavailable { reason: e.to_string() })?;
        let nonce = entropy::random(&*self.inner.ports.entropy)?;
        let learnt = enrolment::present(link, code, &author, vault_key, nonce).await?;
        let enrolment = Enrolment {
            server: server.to_owned(),
            certificate,
            organisation: learnt.name,
            organisation_key: learnt.organisation_key.to_bytes(),
            server_key: learnt.server_lease.lease.author_key,
            device: learnt.lease.lease.device,
            lease: learnt.lease.id,
            revoked: false,
        };
        self.inner.store.write(|tx| {
            tx.add_lease(&learnt.server_lease)?;
            tx.add_lease(&learnt.lease)?;
            tx.set_enrolment(&enrolment)?;
            // Nothing was judged or derived before.
            tx.set_knowledge(KNOWLEDGE)
        })?;
        *lock(&self.inner.signer) = None;
        self.place_salvaged()?;
        self.identity()?.ok_or_else(|| Error::bug("enrol", "no identity after enrolment"))
    }

    /// The author key, made once: a second try presents the same one.
    fn author_key(&self) -> Result<SigningKey, Error> {
        self.inner.store.write(|tx| {
            if let Some(seed) = tx.author_seed()? {
                return Ok(SigningKey::from_bytes(&seed));
            }
            let seed: [u8; 32] = entropy::random(&*self.inner.ports.entropy)?;
            tx.set_author_seed(&seed)?;
            Ok(SigningKey::from_bytes(&seed))
        })
    }
}
