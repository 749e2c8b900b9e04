//! The organisation, invitations, devices and supervisors.

use ronde_model::id::{AgentId, DeviceId, InvitationId, OrgFingerprint};
use ronde_model::scope::Scope;

use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// Whose archive this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationRow {
    /// Its name.
    pub name: String,
    /// SHA-256 of its first public key.
    pub fingerprint: OrgFingerprint,
    /// The server's lease.
    pub server_lease: Vec<u8>,
}

/// An invitation, used or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// First 8 bytes of the SHA-256 of the secret.
    pub id: InvitationId,
    /// The secret; empty once it was used.
    pub secret: Vec<u8>,
    /// The person.
    pub agent: AgentId,
    /// The person's name.
    pub name: String,
    /// The person's unit.
    pub unit: String,
    /// The role's code.
    pub role: String,
    /// What the device may read.
    pub scopes: Vec<Scope>,
    /// When it is over, ms UTC.
    pub expires_ms: i64,
    /// The keys that used it, and the answer they got.
    pub used: Option<UsedInvitation>,
}

/// The use of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedInvitation {
    /// The author key.
    pub author_key: [u8; 32],
    /// The hardware key.
    pub vault_key: Vec<u8>,
    /// What was answered.
    pub answer: Vec<u8>,
}

/// A device enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// The device.
    pub device: DeviceId,
    /// The person.
    pub agent: AgentId,
    /// The person's name.
    pub name: String,
    /// The person's unit.
    pub unit: String,
    /// The role's code.
    pub role: String,
    /// What it may read.
    pub scopes: Vec<Scope>,
    /// The author key.
    pub author_key: [u8; 32],
    /// The hardware key.
    pub vault_key: Vec<u8>,
    /// When it was enrolled, ms UTC.
    pub enrolled_ms: i64,
    /// When it was revoked, ms UTC.
    pub revoked_ms: Option<i64>,
    /// When two copies of it were noticed, ms UTC.
    pub copied_ms: Option<i64>,
}

/// A supervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisorRow {
    /// The person.
    pub agent: AgentId,
    /// The person's name.
    pub name: String,
    /// The role's code.
    pub role: String,
    /// The person's unit.
    pub unit: String,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
}

/// Reading people.
pub trait PeopleReads {
    /// Whose archive this is.
    fn organisation(&self) -> Result<Option<OrganisationRow>>;
    /// An invitation.
    fn invitation(&self, id: &InvitationId) -> Result<Option<InvitationRow>>;
    /// A device.
    fn device(&self, device: &DeviceId) -> Result<Option<DeviceRow>>;
    /// Every device, in the order of enrolment.
    fn devices(&self) -> Result<Vec<DeviceRow>>;
    /// The supervisor whose token has this hash.
    fn supervisor(&self, token_hash: &[u8; 32]) -> Result<Option<SupervisorRow>>;
    /// Every supervisor, by name.
    fn supervisors(&self) -> Result<Vec<SupervisorRow>>;
}

/// Writing people.
pub trait PeopleWrites {
    /// Keeps whose archive this is.
    fn put_organisation(&self, organisation: &OrganisationRow) -> Result<()>;
    /// Keeps an invitation.
    fn put_invitation(&self, row: &InvitationRow) -> Result<()>;
    /// Keeps its use, and forgets its secret.
    fn use_invitation(&self, id: &InvitationId, used: &UsedInvitation) -> Result<()>;
    /// Makes every invitation that nobody used be over.
    fn void_invitations(&self) -> Result<()>;
    /// Keeps a device.
    fn put_device(&self, row: &DeviceRow) -> Result<()>;
    /// Keeps that a device was revoked.
    fn revoke_device(&self, device: &DeviceId, at_ms: i64) -> Result<()>;
    /// Keeps a supervisor.
    fn put_supervisor(&self, row: &SupervisorRow) -> Result<()>;
}
