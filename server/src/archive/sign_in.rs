//! One-time links and the sessions of browsers. Knows hashes only, never a code or a cookie.
//! Changes when browsers sign in otherwise.

use ronde_model::id::AgentId;

use super::SupervisorRow;
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// A link that signs one person in, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// Hash of its code.
    pub code_hash: [u8; 32],
    /// Whom it signs in.
    pub agent: AgentId,
    /// When it ends, ms UTC.
    pub ends_ms: i64,
    /// When it was used, ms UTC.
    pub used_ms: Option<i64>,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Hash of its cookie.
    pub cookie_hash: [u8; 32],
    /// Who is signed in.
    pub agent: AgentId,
    /// When it ends, ms UTC.
    pub ends_ms: i64,
}

/// Reading links and sessions.
pub trait SignInReads {
    /// A link.
    fn link(&self, code_hash: &[u8; 32]) -> Result<Option<LinkRow>>;
    /// Where the server listened last.
    fn serving(&self) -> Result<Option<String>>;
    /// A session, with its person.
    fn session(&self, cookie_hash: &[u8; 32]) -> Result<Option<(SessionRow, SupervisorRow)>>;
}

/// Writing links and sessions.
pub trait SignInWrites {
    /// Keeps a link.
    fn put_link(&self, row: &LinkRow) -> Result<()>;
    /// Keeps that a link was used.
    fn use_link(&self, code_hash: &[u8; 32], used_ms: i64) -> Result<()>;
    /// Keeps a session.
    fn put_session(&self, row: &SessionRow) -> Result<()>;
    /// Ends a session. One that there is not is no error.
    fn end_session(&self, cookie_hash: &[u8; 32]) -> Result<()>;
    /// Forgets the links and sessions that ended before a time, ms UTC.
    fn forget_ended(&self, before_ms: i64) -> Result<()>;
    /// Keeps where the server listens.
    fn put_serving(&self, url: &str) -> Result<()>;
    /// Ends every link and every session.
    fn end_all_sessions(&self) -> Result<()>;
}
