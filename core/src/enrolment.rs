//! Enrolment: who the server is comes first; nothing secret leaves before the fingerprint and the
//! signatures are right. The same keys may be presented again: the first answer may have been lost.

use ed25519_dalek::{SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use ronde_model::id::OrgFingerprint;
use ronde_model::lease::SignedLease;
use ronde_model::organisation::{
    Enrolled, Enrolment as Presentation, Introduction, NONCE_BYTES, TypedCode, enrolment_mac_input,
    fingerprint_of,
};
use ronde_model::rights::Right;
use sha2::Sha256;

use crate::error::Error;
use crate::link::{Call, Link, LinkFault};

/// What enrolment learnt.
pub struct Learnt {
    /// The organisation's name.
    pub name: String,
    /// Its public key.
    pub organisation_key: VerifyingKey,
    /// The server's lease.
    pub server_lease: SignedLease,
    /// This device's lease.
    pub lease: SignedLease,
}

/// Presents this device's keys under an invitation.
///
/// # Errors
/// `WrongOrganisation` before anything was sent, `InvitationRefused`, `Unreachable`, `ServerRefused`.
pub async fn present(
    link: &dyn Link,
    code: TypedCode,
    author: &SigningKey,
    vault_key: Vec<u8>,
    nonce: [u8; NONCE_BYTES],
) -> Result<Learnt, Error> {
    let bytes = link.exchange(Call::Introduction { nonce }).await.map_err(refused)?;
    let (introduction, organisation_key, server_lease) =
        trust(&bytes, code, nonce).ok_or(Error::WrongOrganisation)?;
    let organisation = fingerprint_of(&organisation_key);

    let author_key = author.verifying_key().to_bytes();
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&code.secret.to_bytes()).map_err(|e| Error::bug("hmac", e))?;
    mac.update(&enrolment_mac_input(&nonce, &author_key, &vault_key));
    let presentation = Presentation {
        invitation: code.secret.invitation(),
        author_key,
        vault_key,
        nonce,
        mac: mac.finalize().into_bytes().into(),
    };
    let body = minicbor::to_vec(&presentation).map_err(|e| Error::bug("enrolment", e))?;
    let answer = link.exchange(Call::Enrol(body)).await.map_err(refused)?;
    let enrolled: Enrolled = minicbor::decode(&answer).map_err(|_| Error::WrongOrganisation)?;
    let lease = open(enrolled.lease, &organisation, &organisation_key)?;
    if lease.lease.author_key != author_key {
        return Err(Error::WrongOrganisation);
    }
    Ok(Learnt { name: introduction.name, organisation_key, server_lease, lease })
}

/// Fingerprint, then the server's lease, then the server key over our nonce: all three or nothing.
fn trust(
    bytes: &[u8],
    code: TypedCode,
    nonce: [u8; NONCE_BYTES],
) -> Option<(Introduction, VerifyingKey, SignedLease)> {
    let introduction = Introduction::parse(bytes).ok()?;
    let organisation_key = VerifyingKey::from_bytes(&introduction.organisation_key).ok()?;
    let organisation = fingerprint_of(&organisation_key);
    if !code.is_of(&organisation) || introduction.nonce != nonce {
        return None;
    }
    let lease = open(introduction.server_lease.clone(), &organisation, &organisation_key).ok()?;
    let server_key = lease.lease.verifying_key().ok()?;
    if !lease.lease.allows(Right::Server) {
        return None;
    }
    Introduction::verify(bytes, &organisation, &server_key).ok()?;
    Some((introduction, organisation_key, lease))
}

fn open(cwt: Vec<u8>, organisation: &OrgFingerprint, key: &VerifyingKey) -> Result<SignedLease, Error> {
    SignedLease::open(cwt, organisation, key).map_err(|_| Error::WrongOrganisation)
}

fn refused(fault: LinkFault) -> Error {
    match fault {
        LinkFault::Refused { code, .. } if code.starts_with("invitation") || code == "mac-wrong" => {
            Error::InvitationRefused { reason: code }
        }
        other => other.into(),
    }
}
