//! What a step answers instead of its end, and whether a person can do something about it.
//! Changes when the product gets another error.

use std::fmt;

use ronde_core::Error;
use ronde_server::error::{ActError, ArchiveError, EnrolError, NotSignedIn, ServerError};

/// Why a step did not end.
#[derive(Debug)]
pub enum Trouble {
    /// The phone said so.
    Phone(Error),
    /// The server said so.
    Server(ServerError),
    /// The explorer itself found something that must not be.
    Astray(String),
}

impl Trouble {
    /// Whether this is what a disk that refuses must be told as: space, storage, or on a phone a server
    /// that asks it to come back.
    pub fn is_of_a_disk(&self) -> bool {
        match self {
            Trouble::Phone(Error::StorageFull | Error::Storage { .. }) => true,
            Trouble::Phone(Error::ServerRefused { class, .. }) => class == "retry",
            Trouble::Server(ServerError::Archive(ArchiveError::Full | ArchiveError::Failed(_))) => true,
            _ => false,
        }
    }

    /// The error's name, without the words that differ each time.
    pub fn name(&self) -> String {
        let said = match self {
            Trouble::Phone(error) => format!("phone: {error:?}"),
            Trouble::Server(error) => format!("server: {error:?}"),
            Trouble::Astray(words) => words.clone(),
        };
        said.split(['{', '"']).next().unwrap_or_default().trim_end_matches([' ', '(']).to_owned()
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Phone(error) => write!(f, "phone: {error}"),
            Trouble::Server(error) => write!(f, "server: {error}"),
            Trouble::Astray(words) => f.write_str(words),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Trouble::Phone(error)
    }
}

impl From<ServerError> for Trouble {
    fn from(error: ServerError) -> Self {
        Trouble::Server(error)
    }
}

impl From<ArchiveError> for Trouble {
    fn from(error: ArchiveError) -> Self {
        Trouble::Server(error.into())
    }
}

impl From<ActError> for Trouble {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Server(error) => Trouble::Server(error),
            other => Trouble::Astray(other.to_string()),
        }
    }
}

impl From<EnrolError> for Trouble {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Server(error) => Trouble::Server(error),
            other => Trouble::Astray(other.to_string()),
        }
    }
}

impl From<NotSignedIn> for Trouble {
    fn from(error: NotSignedIn) -> Self {
        match error {
            NotSignedIn::Server(error) => Trouble::Server(error),
            other => Trouble::Astray(other.to_string()),
        }
    }
}

impl From<ronde_tests::disk::Unregistered> for Trouble {
    fn from(error: ronde_tests::disk::Unregistered) -> Self {
        Trouble::Astray(error.to_string())
    }
}
