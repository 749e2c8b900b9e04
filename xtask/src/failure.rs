//! What can stop a command of xtask, each with what to do about it.
//! Changes when a command meets a new kind of trouble.

use std::fmt;
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// A program that is needed is not installed.
    Missing { tool: String, remedy: String },
    /// A program was started and ended badly, where nothing can follow.
    Stopped { command: String },
    /// A file, a folder or a pipe could not be read or written.
    Unreadable { what: String, why: String },
    /// A program answered something that cannot be understood.
    Unexpected { from: String, what: String },
}

impl Failure {
    pub fn missing(tool: impl Into<String>, remedy: impl Into<String>) -> Failure {
        Failure::Missing { tool: tool.into(), remedy: remedy.into() }
    }

    pub fn unreadable(what: &Path, why: impl fmt::Display) -> Failure {
        Failure::Unreadable { what: what.display().to_string(), why: why.to_string() }
    }

    pub fn unexpected(from: impl Into<String>, what: impl Into<String>) -> Failure {
        Failure::Unexpected { from: from.into(), what: what.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Missing { tool, remedy } => write!(f, "{tool} is missing: {remedy}"),
            Failure::Stopped { command } => write!(f, "`{command}` failed; its own words are above"),
            Failure::Unreadable { what, why } => write!(f, "{what}: {why}"),
            Failure::Unexpected { from, what } => write!(f, "{from}: {what}"),
        }
    }
}

impl std::error::Error for Failure {}
