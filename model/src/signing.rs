//! Every signed thing is one COSE_Sign1 (RFC 9052), Ed25519, with a context of its own, so that
//! bytes signed for one purpose prove nothing for another. Knows no payload.

use coset::{CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, iana};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

use crate::id::OrgFingerprint;

/// What a signature is for; part of the signed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// A synchronisation request, by the author key.
    Request,
    /// An envelope, by the author key.
    Envelope,
    /// A lease, by the organisation key.
    Lease,
    /// A receipt, by the server key.
    Receipt,
    /// An order to a device, by the server key.
    Order,
    /// A configuration, by the server key.
    Config,
    /// The server's proof at enrolment that it holds the server key, over a fresh nonce.
    Organisation,
}

impl Context {
    fn associated_data(self, organisation: &OrgFingerprint) -> Vec<u8> {
        let words: &[u8] = match self {
            Context::Request => b"ronde/1 request",
            Context::Envelope => b"ronde/1 envelope",
            Context::Lease => b"ronde/1 lease",
            Context::Receipt => b"ronde/1 receipt",
            Context::Order => b"ronde/1 order",
            Context::Config => b"ronde/1 config",
            Context::Organisation => b"ronde/1 organisation",
        };
        [words, organisation.as_bytes()].concat()
    }
}

/// Why signed bytes were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// Not one COSE_Sign1 in its shortest encoding.
    #[error("not a signed message in its shortest encoding")]
    Malformed,
    /// The signature is not by this key for this purpose.
    #[error("the signature does not verify")]
    Signature,
    /// The payload could not be encoded: a defect of ours.
    #[error("the message could not be encoded")]
    Encoding,
}

/// Signs `payload` for one purpose.
///
/// # Errors
/// `Encoding` only.
pub fn sign(
    context: Context,
    organisation: &OrgFingerprint,
    key: &SigningKey,
    payload: Vec<u8>,
) -> Result<Vec<u8>, SigningError> {
    CoseSign1Builder::new()
        .protected(HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).build())
        .payload(payload)
        .create_signature(&context.associated_data(organisation), |bytes| key.sign(bytes).to_bytes().to_vec())
        .build()
        .to_vec()
        .map_err(|_| SigningError::Encoding)
}

/// A signed message taken apart, **not yet verified**.
#[derive(Debug)]
pub struct Signed(CoseSign1);

impl Signed {
    /// Takes a message apart. Only the shortest encoding, with the one header we write, is accepted.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(bytes: &[u8]) -> Result<Self, SigningError> {
        let message = CoseSign1::from_slice(bytes).map_err(|_| SigningError::Malformed)?;
        let header = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).build();
        let ours = message.protected.header == header && message.unprotected.is_empty();
        let again = message.clone().to_vec().map_err(|_| SigningError::Malformed)?;
        if !ours || message.payload.is_none() || again != bytes {
            return Err(SigningError::Malformed);
        }
        Ok(Signed(message))
    }

    /// The payload, unverified.
    pub fn payload(&self) -> &[u8] {
        self.0.payload.as_deref().unwrap_or_default()
    }

    /// Checks the signature (strict: no weak key, no malleable signature).
    ///
    /// # Errors
    /// `Signature`.
    pub fn verify(
        &self,
        context: Context,
        organisation: &OrgFingerprint,
        key: &VerifyingKey,
    ) -> Result<(), SigningError> {
        self.0.verify_signature(&context.associated_data(organisation), |signature, bytes| {
            let signature =
                ed25519_dalek::Signature::from_slice(signature).map_err(|_| SigningError::Signature)?;
            key.verify_strict(bytes, &signature).map_err(|_| SigningError::Signature)
        })
    }
}
