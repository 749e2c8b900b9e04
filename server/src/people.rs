//! Supervisors: tokens, sessions and the leases of sessions. A session's author key lives in memory
//! only: a new key, chain and lease after a restart. Changes when sign-in changes.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use ed25519_dalek::SigningKey;
use ronde_model::id::{AgentId, DeviceId};
use ronde_model::lease::{Lease, SignedLease};
use ronde_model::rights::{Right, Roles};
use ronde_model::scope::Scope;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::access::Grants;
use crate::archive::{SessionRow, SupervisorRow};
use crate::enrolment::{check_name, check_role, check_unit};
use crate::error::{NotSignedIn, ServerError};
use crate::ground::Ground;
use crate::session::Pen;
use crate::sign_in::hash_of_cookie;

/// How long a session's lease is good, seconds; a new session begins past half of it.
const SESSION_S: i64 = 24 * 3600;

/// The unit of people who belong to none.
pub const NO_UNIT: &str = "agglomeration";

/// Begins every token, so that a person and a log filter recognise one.
const TOKEN_PREFIX: &str = "ronde-";

/// Whom to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSupervisor {
    /// The person's name in the service.
    pub name: String,
    /// Code of a role.
    pub role: String,
    /// The person's unit; needed for a unit's supervisor.
    pub unit: Option<String>,
}

/// A supervisor added. The token is shown once and never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedSupervisor {
    /// The person.
    pub agent: AgentId,
    /// What signs the person in.
    pub token: String,
}

/// A supervisor, as an administrator sees one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SupervisorLine {
    /// The person.
    pub agent: AgentId,
    /// The name.
    pub name: String,
    /// The role's code.
    pub role: String,
    /// The unit.
    pub unit: String,
}

/// A signed-in supervisor's session.
#[derive(Clone)]
pub struct Supervisor {
    session: Arc<Session>,
}

struct Session {
    lease: Arc<SignedLease>,
    grants: Grants,
    pen: Pen,
    ends_ms: Option<i64>,
}

impl Supervisor {
    /// The person.
    pub fn agent(&self) -> AgentId {
        self.lease().lease.agent
    }

    /// The person's name.
    pub fn name(&self) -> &str {
        &self.lease().lease.name
    }

    /// Code of the person's role.
    pub fn role(&self) -> &str {
        &self.lease().lease.role
    }

    /// The person's unit.
    pub fn unit(&self) -> &str {
        &self.lease().lease.unit
    }

    /// When the browser's session ends, ms UTC; `None` with a token, which does not.
    pub fn session_ends_ms(&self) -> Option<i64> {
        self.session.ends_ms
    }

    /// Whether the person's role holds a right.
    pub fn may(&self, right: Right) -> bool {
        self.lease().lease.allows(right)
    }

    pub(crate) fn lease(&self) -> &Arc<SignedLease> {
        &self.session.lease
    }

    pub(crate) fn grants(&self) -> &Grants {
        &self.session.grants
    }

    pub(crate) fn pen(&self) -> &Pen {
        &self.session.pen
    }
}

/// What signs a supervisor in.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// The token that `supervisor add` prints: for programs.
    Token(String),
    /// The cookie of a session: for browsers.
    Cookie(String),
}

impl Credential {
    /// What tells one from another without being one.
    pub(crate) fn hash(&self) -> [u8; 32] {
        match self {
            Credential::Token(token) => hash_of(token),
            Credential::Cookie(cookie) => hash_of_cookie(cookie),
        }
    }
}

/// A secret is in no log.
impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Credential::Token(_) => "Token(…)",
            Credential::Cookie(_) => "Cookie(…)",
        })
    }
}

/// Whom a report can be assigned to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignees {
    /// Units.
    pub units: BTreeSet<String>,
    /// Names and units of people: of every unit for whoever reads everything, else of one's own.
    pub people: BTreeSet<(String, String)>,
}

/// Sessions by the hash of what signs in.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], Supervisor>>);

/// Adds a supervisor.
///
/// # Errors
/// `Invalid`, `NoEntropy`, or the archive's.
pub(crate) fn add(ground: &Ground, new: &NewSupervisor) -> Result<AddedSupervisor, ServerError> {
    check_name("name", &new.name)?;
    check_role(&new.role)?;
    let reads_all = Roles::shipped().get(&new.role).is_some_and(|role| role.rights.contains(&Right::ReadAll));
    let unit = match &new.unit {
        Some(unit) => {
            check_unit(unit)?;
            unit.clone()
        }
        None if reads_all || new.role == "administrator" => NO_UNIT.to_owned(),
        None => return Err(ServerError::Invalid(format!("a {} belongs to a unit: name it", new.role))),
    };
    let token = token_of(&ground.random::<20>()?);
    let agent = AgentId::from_random(ground.random()?);
    let row = SupervisorRow {
        agent,
        name: new.name.trim().to_owned(),
        role: new.role.clone(),
        unit,
        token_hash: hash_of(&token),
    };
    ground.write(|archive| Ok::<_, ServerError>(archive.put_supervisor(&row)?))?;
    Ok(AddedSupervisor { agent, token })
}

/// Every supervisor, by name.
///
/// # Errors
/// The archive's.
pub(crate) fn list(ground: &Ground) -> Result<Vec<SupervisorLine>, ServerError> {
    let rows = ground.read(|archive| Ok::<_, ServerError>(archive.supervisors()?))?;
    Ok(rows
        .into_iter()
        .map(|row| SupervisorLine { agent: row.agent, name: row.name, role: row.role, unit: row.unit })
        .collect())
}

fn token_of(secret: &[u8]) -> String {
    let hexadecimal: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{TOKEN_PREFIX}{hexadecimal}")
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"ronde token").chain_update(token.as_bytes()).finalize().into()
}

impl Sessions {
    /// The session of a token or a cookie: the one in memory, or a new one. Either is checked
    /// against the archive each time.
    ///
    /// # Errors
    /// `UnknownToken`, `SessionEnded`, or the archive's.
    pub(crate) fn sign_in(
        &self,
        ground: &Ground,
        credential: &Credential,
    ) -> Result<Supervisor, NotSignedIn> {
        let (hash, row, ends_ms) = look_up(ground, credential)?;
        let now_s = ground.now_ms() / 1000;
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = sessions.get(&hash) {
            let lease = &known.lease().lease;
            let as_now = lease.role == row.role && lease.unit == row.unit && lease.name == row.name;
            if as_now && (lease.not_before_s..lease.not_before_s + SESSION_S / 2).contains(&now_s) {
                return Ok(known.clone());
            }
        }
        let supervisor = begin(ground, &row, now_s, ends_ms)?;
        sessions.retain(|_, known| known.lease().lease.expires_s > now_s);
        sessions.insert(hash, supervisor.clone());
        Ok(supervisor)
    }
}

fn look_up(
    ground: &Ground,
    credential: &Credential,
) -> Result<([u8; 32], SupervisorRow, Option<i64>), NotSignedIn> {
    let hash = credential.hash();
    match credential {
        Credential::Token(_) => {
            let row = ground.read(|archive| Ok::<_, ServerError>(archive.supervisor(&hash)?))?;
            Ok((hash, row.ok_or(NotSignedIn::UnknownToken)?, None))
        }
        Credential::Cookie(_) => {
            let found = ground.read(|archive| Ok::<_, ServerError>(archive.session(&hash)?))?;
            let lasts = |session: &SessionRow| ground.now_ms() < session.ends_ms;
            let (session, row) =
                found.filter(|(session, _)| lasts(session)).ok_or(NotSignedIn::SessionEnded)?;
            Ok((hash, row, Some(session.ends_ms)))
        }
    }
}

/// Whom a report can be assigned to.
///
/// # Errors
/// The archive's.
pub(crate) fn assignees(ground: &Ground, who: &Supervisor) -> Result<Assignees, ServerError> {
    let (devices, supervisors) =
        ground.read(|archive| Ok::<_, ServerError>((archive.devices()?, archive.supervisors()?)))?;
    let active = devices.into_iter().filter(|device| device.revoked_ms.is_none());
    let everybody: Vec<(String, String)> = active
        .map(|device| (device.name, device.unit))
        .chain(supervisors.into_iter().map(|person| (person.name, person.unit)))
        .collect();
    // The unit of people who belong to none takes charge of no report.
    let units = everybody.iter().map(|(_, unit)| unit.clone()).filter(|unit| unit != NO_UNIT).collect();
    let shown = |unit: &str| who.grants().everything() || unit == who.unit();
    let people = everybody.into_iter().filter(|(_, unit)| shown(unit)).collect();
    Ok(Assignees { units, people })
}

fn begin(
    ground: &Ground,
    row: &SupervisorRow,
    now_s: i64,
    ends_ms: Option<i64>,
) -> Result<Supervisor, ServerError> {
    let secret: [u8; 32] = ground.random()?;
    let key = SigningKey::from_bytes(&ground.random()?);
    let rights = Roles::shipped().get(&row.role).map(|role| role.rights.clone()).unwrap_or_default();
    let lease = ground.organisation.grant(Lease {
        device: DeviceId::of_session(&secret),
        agent: row.agent,
        name: row.name.clone(),
        unit: row.unit.clone(),
        role: row.role.clone(),
        rights,
        scopes: vec![Scope::Unit(row.unit.clone()), Scope::Author(row.agent)],
        not_before_s: now_s,
        expires_s: now_s.saturating_add(SESSION_S),
        author_key: key.verifying_key().to_bytes(),
    })?;
    let grants = Grants::of(&lease.lease);
    let pen = Pen::new(ground, key)?;
    Ok(Supervisor { session: Arc::new(Session { lease, grants, pen, ends_ms }) })
}
