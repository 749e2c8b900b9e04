//! The port to a server: one call, one answer, in bytes. HTTPS stands behind it, or a story's wire.
//! Knows no message. Changes when something else can be asked of a server.

use std::future::Future;
use std::pin::Pin;

use ronde_model::organisation::NONCE_BYTES;

use crate::error::Error;

/// What can be asked of a server.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// `GET /v1/organisation?nonce=…`
    Introduction {
        /// Fresh random bytes for the server to sign.
        nonce: [u8; NONCE_BYTES],
    },
    /// `POST /v1/enrol`
    Enrol(Vec<u8>),
    /// `POST /v1/sync`: a framed request.
    Sync(Vec<u8>),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkFault {
    /// No connection, half an answer, silence, or somebody else's answer: in words.
    Cut(String),
    /// The server said no.
    Refused {
        /// HTTP status.
        status: u16,
        /// The problem's code.
        code: String,
        /// Its retry class.
        class: String,
        /// Its words.
        detail: String,
    },
}

impl From<LinkFault> for Error {
    fn from(fault: LinkFault) -> Self {
        match fault {
            LinkFault::Cut(detail) => Error::Unreachable { detail },
            LinkFault::Refused { status, class, detail, .. } => {
                Error::ServerRefused { status, class, detail }
            }
        }
    }
}

/// An answer on its way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, LinkFault>> + Send + 'a>>;

/// One request, one answer: HTTPS, or a test's wire.
pub trait Link: Send + std::marker::Sync {
    /// Sends a call, gives the body of the answer.
    fn exchange(&self, call: Call) -> Answering<'_>;
}
