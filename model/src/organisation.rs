//! Who the organisation is and how a device first trusts it: fingerprint, invitation, typed code,
//! and the two messages of enrolment. Opens no connection.

use ed25519_dalek::{SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

use crate::id::{InvitationId, OrgFingerprint};
use crate::signing::{self, Context, Signed, SigningError};

/// Size of the nonce a device asks the server to sign, bytes.
pub const NONCE_BYTES: usize = 16;

/// The fingerprint of an organisation: SHA-256 of its first public key.
pub fn fingerprint_of(organisation_key: &VerifyingKey) -> OrgFingerprint {
    OrgFingerprint(Sha256::digest(organisation_key.as_bytes()).into())
}

/// The one-time secret of an invitation: 60 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secret(u64);

impl Secret {
    /// From 8 random bytes: the 60 low bits count.
    pub fn from_random(bytes: [u8; 8]) -> Self {
        Secret(u64::from_be_bytes(bytes) & LOW_60)
    }

    /// The secret's bytes, as both sides use them for the MAC.
    pub fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    /// What the server stores instead of the secret: first 8 bytes of its SHA-256.
    pub fn invitation(self) -> InvitationId {
        let digest = Sha256::digest(self.to_bytes());
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        InvitationId(id)
    }
}

const LOW_60: u64 = (1 << 60) - 1;

/// What a person types or scans: 60 bits of fingerprint and 60 of secret, as 24 base32 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedCode {
    fingerprint: u64,
    /// The invitation's secret.
    pub secret: Secret,
}

/// The text is not an enrolment code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an enrolment code: 24 letters and digits 2 to 7, as XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")]
pub struct NotACode;

impl TypedCode {
    /// The code of an invitation of this organisation.
    pub fn new(organisation: &OrgFingerprint, secret: Secret) -> Self {
        TypedCode { fingerprint: first_60(organisation), secret }
    }

    /// Whether the code was made by this organisation.
    pub fn is_of(&self, organisation: &OrgFingerprint) -> bool {
        self.fingerprint == first_60(organisation)
    }
}

fn first_60(organisation: &OrgFingerprint) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&organisation.0[..8]);
    u64::from_be_bytes(first) >> 4
}

impl std::fmt::Display for TypedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bits = (u128::from(self.fingerprint) << 60) | u128::from(self.secret.0);
        let text = data_encoding::BASE32_NOPAD.encode(&bits.to_be_bytes()[1..]);
        for (place, letter) in text.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{letter}")?;
        }
        Ok(())
    }
}

impl std::str::FromStr for TypedCode {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        // What people type for what they read: case, spaces and dashes do not matter; 0, 1 and 8
        // are not in the alphabet, so they can only be O, I and B.
        let letters: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| match c.to_ascii_uppercase() {
                '0' => 'O',
                '1' => 'I',
                '8' => 'B',
                letter => letter,
            })
            .collect();
        let bytes = data_encoding::BASE32_NOPAD.decode(letters.as_bytes()).map_err(|_| NotACode)?;
        let bytes: [u8; 15] = bytes.try_into().map_err(|_| NotACode)?;
        let mut wide = [0; 16];
        wide[1..].copy_from_slice(&bytes);
        let bits = u128::from_be_bytes(wide);
        let low = |bits: u128| u64::try_from(bits & u128::from(LOW_60)).map_err(|_| NotACode);
        Ok(TypedCode { fingerprint: low(bits >> 60)?, secret: Secret(low(bits)?) })
    }
}

/// `GET /v1/organisation?nonce=<hex>`: who the server says it is, signed with the server key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Introduction {
    /// The organisation's public key (Ed25519).
    #[cbor(n(0), with = "minicbor::bytes")]
    pub organisation_key: [u8; 32],
    /// The organisation's name, as people read it.
    #[n(1)]
    pub name: String,
    /// The server's lease, a CWT by the organisation key.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub server_lease: Vec<u8>,
    /// The nonce asked for.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub nonce: [u8; NONCE_BYTES],
}

impl Introduction {
    /// Signs with the server key.
    ///
    /// # Errors
    /// `Encoding` only.
    pub fn sign(&self, organisation: &OrgFingerprint, server: &SigningKey) -> Result<Vec<u8>, SigningError> {
        let payload = minicbor::to_vec(self).map_err(|_| SigningError::Encoding)?;
        signing::sign(Context::Organisation, organisation, server, payload)
    }

    /// Takes the answer apart **without** verifying: the key that signed it is named inside, so
    /// the caller checks fingerprint, lease and then [`Introduction::verify`].
    ///
    /// # Errors
    /// `Malformed`.
    pub fn parse(bytes: &[u8]) -> Result<Self, SigningError> {
        minicbor::decode(Signed::parse(bytes)?.payload()).map_err(|_| SigningError::Malformed)
    }

    /// Checks that the server key signed these bytes.
    ///
    /// # Errors
    /// `Malformed` or `Signature`.
    pub fn verify(
        bytes: &[u8],
        organisation: &OrgFingerprint,
        server: &VerifyingKey,
    ) -> Result<(), SigningError> {
        Signed::parse(bytes)?.verify(Context::Organisation, organisation, server)
    }
}

/// `POST /v1/enrol`: the device presents its keys under an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Enrolment {
    /// Which invitation.
    #[n(0)]
    pub invitation: InvitationId,
    /// The author key (Ed25519).
    #[cbor(n(1), with = "minicbor::bytes")]
    pub author_key: [u8; 32],
    /// The hardware key (SEC1 bytes, P-256); empty on a host without one.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub vault_key: Vec<u8>,
    /// The nonce of the introduction.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub nonce: [u8; NONCE_BYTES],
    /// HMAC-SHA256(secret, "ronde/1 enrol" ‖ nonce ‖ both keys).
    #[cbor(n(4), with = "minicbor::bytes")]
    pub mac: [u8; 32],
}

/// The bytes the enrolment's MAC is computed over.
pub fn enrolment_mac_input(nonce: &[u8; NONCE_BYTES], author_key: &[u8; 32], vault_key: &[u8]) -> Vec<u8> {
    [b"ronde/1 enrol".as_slice(), nonce, author_key, vault_key].concat()
}

/// The answer to an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Enrolled {
    /// The device's lease, a CWT by the organisation key.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub lease: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_read_aloud_and_typed_badly() {
        let organisation = OrgFingerprint([0xa7; 32]);
        let code = TypedCode::new(&organisation, Secret::from_random([0xff, 1, 2, 3, 4, 5, 6, 7]));
        let shown = code.to_string();
        assert_eq!(shown.len(), 29, "{shown}");
        assert_eq!(shown.parse(), Ok(code));
        assert_eq!(shown.to_lowercase().replace('-', " ").replace('o', "0").parse(), Ok(code));
        assert!(code.is_of(&organisation));
        assert!(!code.is_of(&OrgFingerprint([0xa8; 32])));
        assert_eq!("AAAA".parse::<TypedCode>(), Err(NotACode));
    }
}
