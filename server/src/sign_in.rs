//! How a browser signs in: a link that works once and ends, then a session behind a cookie. Codes
//! and cookies are 256 random bits; the archive keeps their hashes.
//! Changes when real sign-in comes behind the same port.

use ronde_model::id::AgentId;
use sha2::{Digest, Sha256};

use crate::archive::{LinkRow, SessionRow, SupervisorRow};
use crate::error::{LinkRefused, ServerError};
use crate::ground::Ground;

/// A link ends after this, ms.
const LINK_MS: i64 = 15 * 60 * 1000;
/// A session ends after this, ms.
pub(crate) const SESSION_MS: i64 = 12 * 3600 * 1000;
/// What ended is remembered for so long, to say that it ended, ms.
const REMEMBERED_MS: i64 = 7 * 24 * 3600 * 1000;
/// Longest code or cookie read, bytes: ours have 43.
pub const MAX_SECRET_BYTES: usize = 64;
/// Where the page that uses a code is.
const PAGE: &str = "/ouvrir";

/// A one-time link, shown once and never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeLink {
    /// Whom it signs in.
    pub agent: AgentId,
    /// That person's name.
    pub name: String,
    /// The secret.
    pub code: String,
    /// When it ends, ms UTC.
    pub ends_ms: i64,
    /// The address at which this organisation's server listened last.
    pub server: Option<String>,
}

impl OneTimeLink {
    /// The address to open in a browser of the server's machine. Without a known server: its end,
    /// to be put behind the address that `serve` prints. The code is in the fragment, which
    /// browsers send to nobody.
    pub fn address(&self) -> String {
        format!("{}{PAGE}#{}", self.server.as_deref().unwrap_or_default(), self.code)
    }
}

/// A session begun. The cookie is shown once and never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The secret.
    pub cookie: String,
    /// When it ends, ms UTC.
    pub ends_ms: i64,
}

/// Makes a link for a supervisor, by id or by the whole name.
///
/// # Errors
/// `Unknown`; `Invalid` when two people have that name; `NoEntropy`, or the archive's.
pub(crate) fn link(ground: &Ground, whom: &str) -> Result<OneTimeLink, ServerError> {
    let code = secret(ground)?;
    let now_ms = ground.now_ms();
    ground.write(|archive| {
        let person = one_of(archive.supervisors()?, whom)?;
        archive.forget_ended(now_ms.saturating_sub(REMEMBERED_MS))?;
        let ends_ms = now_ms.saturating_add(LINK_MS);
        let row =
            LinkRow { code_hash: hash_of(b"ronde link", &code), agent: person.agent, ends_ms, used_ms: None };
        archive.put_link(&row)?;
        let server = archive.serving()?;
        Ok(OneTimeLink { agent: person.agent, name: person.name, code, ends_ms, server })
    })
}

fn one_of(people: Vec<SupervisorRow>, whom: &str) -> Result<SupervisorRow, ServerError> {
    let whom = whom.trim();
    let is_named = |person: &SupervisorRow| person.name == whom || person.agent.to_string() == whom;
    let mut named = people.into_iter().filter(is_named);
    match (named.next(), named.next()) {
        (Some(person), None) => Ok(person),
        (None, _) => Err(ServerError::Unknown("supervisor: `ronde-server supervisor list` names them")),
        (Some(_), Some(_)) => {
            Err(ServerError::Invalid(format!("several supervisors are named {whom}: give the id of one")))
        }
    }
}

/// Uses a link: from now on the cookie answered signs its person in.
///
/// # Errors
/// [`LinkRefused`].
pub(crate) fn open(ground: &Ground, code: &str) -> Result<Opened, LinkRefused> {
    if code.len() > MAX_SECRET_BYTES {
        return Err(LinkRefused::Unknown);
    }
    let cookie = secret(ground)?;
    let code_hash = hash_of(b"ronde link", code);
    let now_ms = ground.now_ms();
    ground.write(|archive| {
        let link = archive.link(&code_hash)?.ok_or(LinkRefused::Unknown)?;
        if link.used_ms.is_some() {
            return Err(LinkRefused::Used);
        }
        if now_ms >= link.ends_ms {
            return Err(LinkRefused::Ended);
        }
        archive.use_link(&code_hash, now_ms)?;
        let ends_ms = now_ms.saturating_add(SESSION_MS);
        archive.put_session(&SessionRow {
            cookie_hash: hash_of_cookie(&cookie),
            agent: link.agent,
            ends_ms,
        })?;
        Ok(Opened { cookie, ends_ms })
    })
}

/// Ends a session. One that there is not is no error.
///
/// # Errors
/// The archive's.
pub(crate) fn end(ground: &Ground, cookie: &str) -> Result<(), ServerError> {
    ground.write(|archive| Ok::<_, ServerError>(archive.end_session(&hash_of_cookie(cookie))?))
}

/// Hash of a cookie, as the archive keeps it.
pub(crate) fn hash_of_cookie(cookie: &str) -> [u8; 32] {
    hash_of(b"ronde cookie", cookie)
}

fn hash_of(purpose: &[u8], secret: &str) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update(secret.as_bytes()).finalize().into()
}

fn secret(ground: &Ground) -> Result<String, ServerError> {
    Ok(data_encoding::BASE64URL_NOPAD.encode(&ground.random::<32>()?))
}
