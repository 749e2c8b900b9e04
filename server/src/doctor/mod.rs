//! What an administrator should know of a server before it fails, in plain words with what to do.
//! Looks and mends nothing, whatever the version of the archive. Changes when more can be looked at.

mod archive;
mod backups;
mod certificate;
mod clock;
mod disk;
mod keys;
mod words;

use std::path::Path;

use serde::Serialize;

use crate::archive::sqlite::Inspector;
use crate::clock::Clock;
use crate::config::TlsFiles;
use crate::error::ArchiveError;
use crate::keys::{Keys, database};

pub use words::age;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing to do.
    Ok,
    /// It works; somebody should see to it.
    Attention,
    /// It does not work, or will not for long.
    Broken,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable word for programs.
    pub subject: &'static str,
    /// How it stands.
    pub state: State,
    /// What was found, in French.
    pub says: String,
    /// What to do about it, in French.
    pub to_do: Option<String>,
}

impl Finding {
    fn ok(subject: &'static str, says: impl Into<String>) -> Self {
        Finding { subject, state: State::Ok, says: says.into(), to_do: None }
    }

    fn attention(subject: &'static str, says: impl Into<String>, to_do: impl Into<String>) -> Self {
        Finding { subject, state: State::Attention, says: says.into(), to_do: Some(to_do.into()) }
    }

    fn broken(subject: &'static str, says: impl Into<String>, to_do: impl Into<String>) -> Self {
        Finding { subject, state: State::Broken, says: says.into(), to_do: Some(to_do.into()) }
    }
}

/// How far to look.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Every page and every envelope of the archive, not only its end.
    pub deep: bool,
    /// The certificate that `serve` is given.
    pub certificate: Option<TlsFiles>,
}

/// Looks at everything; what cannot be looked at is said, and the rest goes on. `progress`: envelopes
/// checked so far.
pub fn examine(data: &Path, asked: &Asked, clock: &dyn Clock, progress: &mut dyn FnMut(u64)) -> Vec<Finding> {
    let now_ms = clock.now_ms();
    let keys = Keys::open(data);
    let mut findings = vec![keys::examine(data, keys.as_ref().map(drop)), disk::examine(data)];
    let opened = keys.ok().map(|keys| Inspector::open(&database(data), keys.archive, None, false));
    let newest_ms = match &opened {
        Some(Ok(inspector)) => inspector.newest_received_ms().ok().flatten(),
        _ => None,
    };
    findings.push(clock::examine(now_ms, newest_ms));
    findings.push(certificate::examine(asked.certificate.as_ref(), now_ms));
    findings.push(backups::examine(data, now_ms));
    match opened {
        Some(Ok(inspector)) => {
            findings.push(archive::versions(&inspector, data));
            let integrity = archive::integrity(&inspector, asked.deep, progress);
            let is_damaged = integrity.state == State::Broken;
            findings.push(integrity);
            // What is damaged is left as it is, for whoever saves what can be saved.
            if !is_damaged {
                findings.push(archive::writing(&inspector));
            }
            findings.push(archive::held(&inspector, now_ms));
            findings.extend(archive::incomplete(&inspector));
        }
        Some(Err(error)) => findings.push(archive::unopened(&error)),
        None => {
            let unread = ArchiveError::Failed("its key could not be read".to_owned());
            findings.push(archive::unopened(&unread));
        }
    }
    findings
}

/// How the worst of them stands.
pub fn worst(findings: &[Finding]) -> State {
    findings.iter().map(|finding| finding.state).max().unwrap_or(State::Ok)
}
