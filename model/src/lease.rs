//! Leases: a CWT (RFC 8392) by which the organisation binds an author key to a device, an agent,
//! a unit, right codes, scopes and an expiry. Judges no change; see `rights`.

use coset::cwt::{ClaimName, ClaimsSet, ClaimsSetBuilder, Timestamp};
use coset::{AsCborValue, CborSerializable, CoseKeyBuilder, cbor::value::Value, iana};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::id::{AgentId, DeviceId, LeaseId, OrgFingerprint};
use crate::rights::Right;
use crate::scope::Scope;
use crate::signing::{self, Context, Signed, SigningError};

/// How long a phone may read others' data offline, seconds (default).
pub const DEFAULT_LIFE_S: u64 = 72 * 3600;

/// Longest CWT accepted, bytes.
pub const MAX_LEASE_BYTES: usize = 4096;

/// Private claims (RFC 8392 §9.1: below -65536 is private use).
const DEVICE: i64 = -65_537;
const UNIT: i64 = -65_538;
const ROLE: i64 = -65_539;
const NAME: i64 = -65_540;
const RIGHTS: i64 = -65_541;
const SCOPES: i64 = -65_542;

/// What the organisation grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lease {
    /// The device whose hardware vouches for the author key.
    pub device: DeviceId,
    /// The person.
    pub agent: AgentId,
    /// The person's name in the service, as colleagues read it.
    pub name: String,
    /// The person's unit; home of what they file.
    pub unit: String,
    /// The role's name: a label, never a right.
    pub role: String,
    /// What the lease allows to write. Unknown codes are kept and allow nothing.
    pub rights: Vec<Right>,
    /// What the device may read.
    pub scopes: Vec<Scope>,
    /// Start of validity, seconds since 1970 UTC.
    pub not_before_s: i64,
    /// End of validity, seconds since 1970 UTC.
    pub expires_s: i64,
    /// The Ed25519 public key bound (`cnf`).
    pub author_key: [u8; 32],
}

/// A lease with the CWT that proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedLease {
    /// First 16 bytes of the SHA-256 of `cwt`.
    pub id: LeaseId,
    /// The CWT, as received.
    pub cwt: Vec<u8>,
    /// What it says.
    pub lease: Lease,
}

/// Why a lease was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeaseError {
    /// Not a CWT with the claims a lease needs.
    #[error("malformed lease: ask the server for a fresh one")]
    Malformed,
    /// Not signed by this organisation.
    #[error("the lease is not signed by this organisation: nothing it allows may be shown")]
    Signature,
    /// A defect of ours.
    #[error("the lease could not be encoded")]
    Encoding,
}

impl From<SigningError> for LeaseError {
    fn from(error: SigningError) -> Self {
        match error {
            SigningError::Malformed => LeaseError::Malformed,
            SigningError::Signature => LeaseError::Signature,
            SigningError::Encoding => LeaseError::Encoding,
        }
    }
}

impl Lease {
    /// Whether this lease allows a right.
    pub fn allows(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }

    /// The scope of the lease's unit: home of what is filed under it.
    pub fn home(&self) -> Scope {
        Scope::Unit(self.unit.clone())
    }

    /// Whether the lease was over at `wall_ms` (ms UTC).
    pub fn is_expired_at(&self, wall_ms: i64) -> bool {
        wall_ms / 1000 >= self.expires_s
    }

    /// The author key.
    ///
    /// # Errors
    /// `Malformed` when the bytes are no point of the curve.
    pub fn verifying_key(&self) -> Result<VerifyingKey, LeaseError> {
        VerifyingKey::from_bytes(&self.author_key).map_err(|_| LeaseError::Malformed)
    }

    /// Signs the lease with the organisation key.
    ///
    /// # Errors
    /// `Encoding` only.
    pub fn sign(
        self,
        organisation: &OrgFingerprint,
        organisation_key: &SigningKey,
    ) -> Result<SignedLease, LeaseError> {
        let texts = |items: Vec<String>| Value::Array(items.into_iter().map(Value::Text).collect());
        let key = CoseKeyBuilder::new_okp_key()
            .param(iana::OkpKeyParameter::Crv as i64, Value::from(iana::EllipticCurve::Ed25519 as i64))
            .param(iana::OkpKeyParameter::X as i64, Value::Bytes(self.author_key.to_vec()))
            .build()
            .to_cbor_value()
            .map_err(|_| LeaseError::Encoding)?;
        let claims = ClaimsSetBuilder::new()
            .subject(self.agent.to_string())
            .expiration_time(Timestamp::WholeSeconds(self.expires_s))
            .not_before(Timestamp::WholeSeconds(self.not_before_s))
            .claim(iana::CwtClaimName::Cnf, Value::Map(vec![(Value::from(1), key)]))
            .private_claim(DEVICE, Value::Bytes(self.device.0.to_vec()))
            .private_claim(UNIT, Value::Text(self.unit.clone()))
            .private_claim(ROLE, Value::Text(self.role.clone()))
            .private_claim(NAME, Value::Text(self.name.clone()))
            .private_claim(RIGHTS, texts(self.rights.iter().map(Right::to_string).collect()))
            .private_claim(SCOPES, texts(self.scopes.iter().map(Scope::to_string).collect()))
            .build();
        let payload = claims.to_vec().map_err(|_| LeaseError::Encoding)?;
        let cwt = signing::sign(Context::Lease, organisation, organisation_key, payload)?;
        Ok(SignedLease { id: id_of(&cwt), cwt, lease: self })
    }
}

impl SignedLease {
    /// Takes a received CWT apart and checks the organisation's signature. Expiry is **not** judged
    /// here: it limits reading and never voids a signature.
    ///
    /// # Errors
    /// `Malformed` or `Signature`.
    pub fn open(
        cwt: Vec<u8>,
        organisation: &OrgFingerprint,
        organisation_key: &VerifyingKey,
    ) -> Result<Self, LeaseError> {
        if cwt.len() > MAX_LEASE_BYTES {
            return Err(LeaseError::Malformed);
        }
        let signed = Signed::parse(&cwt)?;
        signed.verify(Context::Lease, organisation, organisation_key)?;
        let claims = ClaimsSet::from_slice(signed.payload()).map_err(|_| LeaseError::Malformed)?;
        let lease = read(&claims).ok_or(LeaseError::Malformed)?;
        lease.verifying_key()?;
        Ok(SignedLease { id: id_of(&cwt), cwt, lease })
    }
}

fn id_of(cwt: &[u8]) -> LeaseId {
    let digest = Sha256::digest(cwt);
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    LeaseId(id)
}

fn read(claims: &ClaimsSet) -> Option<Lease> {
    let private = |id: i64| {
        claims.rest.iter().find(|(name, _)| *name == ClaimName::PrivateUse(id)).map(|(_, value)| value)
    };
    let text = |id| private(id).and_then(Value::as_text).map(str::to_owned);
    let texts = |id| -> Option<Vec<String>> {
        private(id)?.as_array()?.iter().map(|v| v.as_text().map(str::to_owned)).collect()
    };
    let seconds = |time: &Option<Timestamp>| match time {
        Some(Timestamp::WholeSeconds(s)) => Some(*s),
        _ => None,
    };
    Some(Lease {
        device: DeviceId::from_slice(private(DEVICE)?.as_bytes()?).ok()?,
        agent: claims.subject.as_deref()?.parse().ok()?,
        name: text(NAME)?,
        unit: text(UNIT)?,
        role: text(ROLE)?,
        rights: texts(RIGHTS)?.iter().map(|code| Right::from_code(code)).collect(),
        scopes: texts(SCOPES)?.iter().map(|s| s.parse().ok()).collect::<Option<_>>()?,
        not_before_s: seconds(&claims.not_before)?,
        expires_s: seconds(&claims.expiration_time)?,
        author_key: author_key(claims)?,
    })
}

/// The `cnf` claim (RFC 8747): {1: COSE_Key OKP Ed25519}.
fn author_key(claims: &ClaimsSet) -> Option<[u8; 32]> {
    let cnf = ClaimName::Assigned(iana::CwtClaimName::Cnf);
    let (_, value) = claims.rest.iter().find(|(name, _)| *name == cnf)?;
    let (_, key) = value.as_map()?.iter().find(|(k, _)| *k == Value::from(1))?;
    let key = coset::CoseKey::from_cbor_value(key.clone()).ok()?;
    let x = coset::Label::Int(iana::OkpKeyParameter::X as i64);
    let (_, x) = key.params.iter().find(|(label, _)| *label == x)?;
    x.as_bytes()?.as_slice().try_into().ok()
}
