//! Inviting a person's device and enrolling it (3.4 of the protocol). Changes with enrolment.

use hmac::{Hmac, KeyInit, Mac};
use ronde_model::id::{AgentId, DeviceId};
use ronde_model::lease::{DEFAULT_LIFE_S, Lease};
use ronde_model::organisation::{Enrolled, Enrolment, Secret, TypedCode, enrolment_mac_input};
use ronde_model::rights::Roles;
use ronde_model::scope::{MAX_SCOPE_BYTES, Scope};
use ronde_model::wire::decode;
use sha2::Sha256;

use crate::archive::{DeviceRow, InvitationRow, UsedInvitation, Writes};
use crate::error::{ArchiveError, EnrolError, ServerError};
use crate::ground::Ground;

/// Whom to invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The person's name in the service.
    pub name: String,
    /// The person, for a new phone of somebody known; `None`: a new person.
    pub agent: Option<AgentId>,
    /// The person's unit.
    pub unit: String,
    /// Code of a role.
    pub role: String,
    /// What the device may read beside the unit's and the person's own; usually nothing more.
    pub scopes: Vec<Scope>,
    /// For how long the invitation can be used, seconds.
    pub valid_s: u64,
}

/// An invitation made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// What the person types.
    pub code: TypedCode,
    /// The person.
    pub agent: AgentId,
    /// When the invitation is over, ms UTC.
    pub expires_ms: i64,
}

/// Longest name of a person or a unit, characters.
const MAX_NAME: usize = 120;
/// Longest hardware key presented, bytes (an uncompressed P-256 point is 65).
const MAX_VAULT_KEY: usize = 256;

/// Makes an invitation.
///
/// # Errors
/// `Invalid`, `NoEntropy`, or the archive's.
pub(crate) fn invite(ground: &Ground, invitation: &Invitation) -> Result<Invited, ServerError> {
    check_name("name", &invitation.name)?;
    check_unit(&invitation.unit)?;
    check_role(&invitation.role)?;
    let secret = Secret::from_random(ground.random()?);
    let agent = match invitation.agent {
        Some(agent) => agent,
        None => AgentId::from_random(ground.random()?),
    };
    let mut scopes = vec![Scope::Unit(invitation.unit.clone()), Scope::Author(agent)];
    scopes.extend(
        invitation.scopes.iter().filter(|scope| !scopes.contains(scope)).cloned().collect::<Vec<_>>(),
    );
    let life_ms = i64::try_from(invitation.valid_s).unwrap_or(i64::MAX).saturating_mul(1000);
    let expires_ms = ground.now_ms().saturating_add(life_ms);
    let row = InvitationRow {
        id: secret.invitation(),
        secret: secret.to_bytes().to_vec(),
        agent,
        name: invitation.name.trim().to_owned(),
        unit: invitation.unit.clone(),
        role: invitation.role.clone(),
        scopes,
        expires_ms,
        used: None,
    };
    ground.write(|archive| Ok::<_, ServerError>(archive.put_invitation(&row)?))?;
    let code = TypedCode::new(&ground.organisation.fingerprint, secret);
    Ok(Invited { code, agent, expires_ms })
}

/// Enrols a device under its invitation. The same keys again get the same answer.
///
/// # Errors
/// [`EnrolError`].
pub(crate) fn enrol(ground: &Ground, body: &[u8]) -> Result<Vec<u8>, EnrolError> {
    let enrolment: Enrolment = decode(body).map_err(|_| EnrolError::Malformed)?;
    let is_key =
        ed25519_dalek::VerifyingKey::from_bytes(&enrolment.author_key).is_ok_and(|key| !key.is_weak());
    if !is_key || enrolment.vault_key.len() > MAX_VAULT_KEY {
        return Err(EnrolError::Malformed);
    }
    let device = DeviceId::from_random(ground.random()?);
    let now_ms = ground.now_ms();
    let outcome = ground.write(|archive| {
        let invitation = archive.invitation(&enrolment.invitation)?.ok_or(EnrolError::InvitationUnknown)?;
        if let Some(used) = &invitation.used {
            let same = used.author_key == enrolment.author_key && used.vault_key == enrolment.vault_key;
            return if same {
                Err(Enrolling::Again(used.answer.clone()))
            } else {
                Err(EnrolError::InvitationUsed.into())
            };
        }
        verify_mac(&invitation.secret, &enrolment)?;
        if now_ms >= invitation.expires_ms {
            return Err(EnrolError::InvitationExpired.into());
        }
        let answer = enrol_device(ground, archive, &invitation, &enrolment, device, now_ms)?;
        Ok(answer)
    });
    match outcome {
        Ok(answer) | Err(Enrolling::Again(answer)) => Ok(answer),
        Err(Enrolling::Refused(error)) => Err(error),
    }
}

/// Why an enrolment writes nothing.
enum Enrolling {
    Again(Vec<u8>),
    Refused(EnrolError),
}

impl From<EnrolError> for Enrolling {
    fn from(error: EnrolError) -> Self {
        Enrolling::Refused(error)
    }
}

impl From<ServerError> for Enrolling {
    fn from(error: ServerError) -> Self {
        Enrolling::Refused(error.into())
    }
}

impl From<ArchiveError> for Enrolling {
    fn from(error: ArchiveError) -> Self {
        ServerError::from(error).into()
    }
}

fn verify_mac(secret: &[u8], enrolment: &Enrolment) -> Result<(), EnrolError> {
    let input = enrolment_mac_input(&enrolment.nonce, &enrolment.author_key, &enrolment.vault_key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).map_err(|_| EnrolError::MacWrong)?;
    mac.update(&input);
    // Compares in constant time.
    mac.verify_slice(&enrolment.mac).map_err(|_| EnrolError::MacWrong)
}

fn enrol_device(
    ground: &Ground,
    archive: &dyn Writes,
    invitation: &InvitationRow,
    enrolment: &Enrolment,
    device: DeviceId,
    now_ms: i64,
) -> Result<Vec<u8>, ServerError> {
    let row = DeviceRow {
        device,
        agent: invitation.agent,
        name: invitation.name.clone(),
        unit: invitation.unit.clone(),
        role: invitation.role.clone(),
        scopes: invitation.scopes.clone(),
        author_key: enrolment.author_key,
        vault_key: enrolment.vault_key.clone(),
        enrolled_ms: now_ms,
        revoked_ms: None,
        copied_ms: None,
    };
    let lease = ground.organisation.grant(lease_of(&row, now_ms))?;
    let answer = minicbor::to_vec(Enrolled { lease: lease.cwt.clone() })
        .map_err(|error| ServerError::Defect(error.to_string()))?;
    archive.put_device(&row)?;
    // Known from the first request on, so that a phone that only reads never sends it again.
    archive.put_lease(&lease.id, &lease.cwt)?;
    let used = UsedInvitation {
        author_key: enrolment.author_key,
        vault_key: enrolment.vault_key.clone(),
        answer: answer.clone(),
    };
    archive.use_invitation(&invitation.id, &used)?;
    Ok(answer)
}

/// The row of a device that the archive lost, from the lease that the organisation signed for it.
/// What a lease does not say (the hardware key) stays unknown.
pub(crate) fn row_of(lease: &Lease) -> DeviceRow {
    DeviceRow {
        device: lease.device,
        agent: lease.agent,
        name: lease.name.clone(),
        unit: lease.unit.clone(),
        role: lease.role.clone(),
        scopes: lease.scopes.clone(),
        author_key: lease.author_key,
        vault_key: Vec::new(),
        enrolled_ms: lease.not_before_s.saturating_mul(1000),
        revoked_ms: None,
        copied_ms: None,
    }
}

/// The lease that a device is entitled to now: rights are those of its role today.
pub(crate) fn lease_of(device: &DeviceRow, now_ms: i64) -> Lease {
    let now_s = now_ms / 1000;
    Lease {
        device: device.device,
        agent: device.agent,
        name: device.name.clone(),
        unit: device.unit.clone(),
        role: device.role.clone(),
        rights: Roles::shipped().get(&device.role).map(|role| role.rights.clone()).unwrap_or_default(),
        scopes: device.scopes.clone(),
        not_before_s: now_s,
        expires_s: now_s.saturating_add(i64::try_from(DEFAULT_LIFE_S).unwrap_or(i64::MAX)),
        author_key: device.author_key,
    }
}

/// A name that people read: not empty, not endless, on one line.
pub(crate) fn check_name(what: &str, name: &str) -> Result<(), ServerError> {
    let length = name.trim().chars().count();
    if length == 0 || length > MAX_NAME || name.chars().any(char::is_control) {
        return Err(ServerError::Invalid(format!(
            "the {what} must have 1 to {MAX_NAME} characters on one line"
        )));
    }
    Ok(())
}

/// A unit's name, which must fit a scope with its `unit:` before it.
///
/// # Errors
/// `Invalid`.
pub(crate) fn check_unit(unit: &str) -> Result<(), ServerError> {
    check_name("unit", unit)?;
    let most = MAX_SCOPE_BYTES - "unit:".len();
    if unit.len() > most {
        return Err(ServerError::Invalid(format!("the unit must have at most {most} bytes")));
    }
    Ok(())
}

/// A role that the product ships.
pub(crate) fn check_role(role: &str) -> Result<(), ServerError> {
    if Roles::shipped().get(role).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = Roles::shipped().iter().map(|(code, _)| code).collect();
    Err(ServerError::Invalid(format!("there is no role {role:?}: one of {}", known.join(", "))))
}
