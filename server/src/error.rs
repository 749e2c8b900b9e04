//! What can go wrong on the server, in words that say what to do. Each refusal made to a device
//! names its retry class. Changes when a new kind of refusal appears.

use std::path::PathBuf;

use serde::Serialize;

use crate::acts::Meanwhile;

/// What the caller does about a refusal (the seven classes of the protocol).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetryClass {
    /// The same again, with back-off.
    Retry,
    /// Again, with what was missing (a lease).
    Refresh,
    /// Never again by itself: tell a person.
    StopAndTell,
    /// Again from the beginning of the exchange.
    Restart,
    /// Again in smaller parts.
    Split,
    /// Later, not before the time given.
    Wait,
    /// With a newer program.
    Upgrade,
}

/// Why the archive could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The key does not open it.
    #[error("the archive does not open with this key: give the archive.key of this directory")]
    WrongKey,
    /// Written by a newer program; left as it is.
    #[error(
        "the archive is of version {found}, this program knows {known}: use a newer program; nothing was changed"
    )]
    Newer {
        /// The archive's version.
        found: u32,
        /// The newest version known here.
        known: u32,
    },
    /// The bytes are damaged.
    #[error("the archive is damaged ({0}): restore a backup; the file was left as it is")]
    Corrupt(String),
    /// Another process holds it, or it is busy.
    #[error("the archive is busy: try again")]
    Busy,
    /// Of an older version, and another program has it open.
    #[error(
        "the archive is of an older version and another program has it open: stop that one \
         (`ronde-server serve`), then start again; nothing was changed"
    )]
    InUse,
    /// No space is left.
    #[error("the disk of the archive is full: free some space")]
    Full,
    /// The file system takes no write.
    #[error("the disk of the archive is read-only: make it writable")]
    ReadOnly,
    /// Anything else the database said.
    #[error("the archive failed: {0}")]
    Failed(String),
}

/// Why the server could not do something of its own.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// `init` found something there.
    #[error("{} is not empty: name a new directory, or remove what is there", .0.display())]
    NotEmpty(PathBuf),
    /// Nothing was made there.
    #[error("{} holds no organisation: make one with `ronde-server init`", .0.display())]
    NotInitialised(PathBuf),
    /// A key file is unreadable or of the wrong size.
    #[error("the key file {} is unreadable ({reason}): restore it from its backup", path.display())]
    KeyFile {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The keys of the directory are not those the archive was made with.
    #[error("the keys of this directory are not those of the archive: restore the right ones")]
    ForeignKeys,
    /// A file could not be written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// No randomness.
    #[error("the system gives no randomness ({0}): nothing was made")]
    NoEntropy(String),
    /// Something of ours could not be encoded or signed: a defect.
    #[error("a message could not be made ({0}): report this defect")]
    Defect(String),
    /// What was asked for cannot be.
    #[error("{0}")]
    Invalid(String),
    /// Nothing of that name.
    #[error("there is no such {0}")]
    Unknown(&'static str),
}

impl From<ronde_model::signing::SigningError> for ServerError {
    fn from(error: ronde_model::signing::SigningError) -> Self {
        ServerError::Defect(error.to_string())
    }
}

impl From<ronde_model::lease::LeaseError> for ServerError {
    fn from(error: ronde_model::lease::LeaseError) -> Self {
        ServerError::Defect(error.to_string())
    }
}

/// Why a one-time link signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum LinkRefused {
    /// It was used.
    #[error("this link was used: ask for a new one (`ronde-server supervisor link`)")]
    Used,
    /// Its time is over.
    #[error("this link ended: ask for a new one (`ronde-server supervisor link`)")]
    Ended,
    /// Nobody made it here.
    #[error("this link is unknown here: check that it was copied whole, or ask for a new one")]
    Unknown,
    /// The server could not say.
    #[error(transparent)]
    Server(#[from] ServerError),
}

impl From<ArchiveError> for LinkRefused {
    fn from(error: ArchiveError) -> Self {
        LinkRefused::Server(error.into())
    }
}

/// Why a device was not enrolled. Each has a stable code.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// No such invitation here.
    #[error("this invitation is unknown: check the code and the server's address")]
    InvitationUnknown,
    /// Other keys came under it before.
    #[error("this invitation was used by another device: ask for a new one")]
    InvitationUsed,
    /// Its time is over.
    #[error("this invitation is over: ask for a new one")]
    InvitationExpired,
    /// The keys are not vouched for by the secret.
    #[error("the enrolment is not made with the invitation's secret: check the code")]
    MacWrong,
    /// Not an enrolment.
    #[error("the enrolment is malformed")]
    Malformed,
    /// The server failed.
    #[error(transparent)]
    Server(#[from] ServerError),
}

impl EnrolError {
    /// The stable code of a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            EnrolError::InvitationUnknown => "invitation-unknown",
            EnrolError::InvitationUsed => "invitation-used",
            EnrolError::InvitationExpired => "invitation-expired",
            EnrolError::MacWrong => "mac-wrong",
            EnrolError::Malformed => "malformed",
            EnrolError::Server(_) => "try-later",
        }
    }

    /// What the device does about it.
    pub fn class(&self) -> RetryClass {
        if matches!(self, EnrolError::Server(_)) { RetryClass::Retry } else { RetryClass::StopAndTell }
    }
}

/// Why a whole synchronisation was refused. Single envelopes are answered one by one instead.
#[derive(Debug, thiserror::Error)]
pub enum SyncRefusal {
    /// Not a request.
    #[error("the request is malformed: {0}")]
    Malformed(String),
    /// Over a limit.
    #[error("the request is too large: send fewer envelopes at once")]
    TooLarge,
    /// The lease named is not known here.
    #[error("the lease is not known here: send it with the request")]
    LeaseUnknown,
    /// Not signed by the author key of the lease named.
    #[error("the request's signature does not verify")]
    Signature,
    /// The lease is not signed by this organisation.
    #[error("the lease is not of this organisation: check the server's address")]
    WrongOrganisation,
    /// The cursor counts in a history that this server never had.
    #[error("the cursor's history is unknown here: this server is not the one last spoken to")]
    HistoryUnknown,
    /// A later protocol.
    #[error("version {0} of the protocol is not spoken here")]
    Version(u8),
    /// The server failed; nothing was stored, everything may be sent again.
    #[error("the server cannot take this in now: try again")]
    TryLater(#[source] ServerError),
}

impl SyncRefusal {
    /// The stable code of a problem document.
    pub fn code(&self) -> &'static str {
        match self {
            SyncRefusal::Malformed(_) => "malformed",
            SyncRefusal::TooLarge => "too-large",
            SyncRefusal::LeaseUnknown => "lease-unknown",
            SyncRefusal::Signature => "signature",
            SyncRefusal::WrongOrganisation => "wrong-organisation",
            SyncRefusal::HistoryUnknown => "history-unknown",
            SyncRefusal::Version(_) => "version",
            SyncRefusal::TryLater(_) => "try-later",
        }
    }

    /// What the device does about it.
    pub fn class(&self) -> RetryClass {
        match self {
            SyncRefusal::TooLarge => RetryClass::Split,
            SyncRefusal::LeaseUnknown => RetryClass::Refresh,
            SyncRefusal::Version(_) => RetryClass::Upgrade,
            SyncRefusal::TryLater(_) => RetryClass::Retry,
            SyncRefusal::HistoryUnknown => RetryClass::Restart,
            SyncRefusal::Malformed(_) | SyncRefusal::Signature | SyncRefusal::WrongOrganisation => {
                RetryClass::StopAndTell
            }
        }
    }
}

impl From<ServerError> for SyncRefusal {
    fn from(error: ServerError) -> Self {
        SyncRefusal::TryLater(error)
    }
}

impl From<ArchiveError> for SyncRefusal {
    fn from(error: ArchiveError) -> Self {
        SyncRefusal::TryLater(error.into())
    }
}

/// Nobody is signed in under this token.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    /// No supervisor holds it.
    #[error("this token signs nobody in: ask the administrator for one")]
    UnknownToken,
    /// The browser's session is over.
    #[error("this session is over: open a new link (`ronde-server supervisor link`)")]
    SessionEnded,
    /// The server failed.
    #[error(transparent)]
    Server(#[from] ServerError),
}

/// Why a supervisor's act was not done. Nothing was stored.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such report, or the supervisor may not read it: the same answer for both.
    #[error("there is no such report")]
    NotFound,
    /// The supervisor's role does not allow it.
    #[error("your role does not allow this: {0}")]
    NotAllowed(String),
    /// What was given cannot be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody else did something since this person looked.
    #[error("{} did something about this report meanwhile ({}): read it again", .0.by, .0.did.code())]
    ChangedMeanwhile(Meanwhile),
    /// That envelope cannot be released: the code of why it is held, `replaced`, or `accepted`.
    #[error("this envelope cannot be released: {0}")]
    NotReleasable(String),
    /// The server failed.
    #[error(transparent)]
    Server(#[from] ServerError),
}

/// Why what was given to an act cannot be. Each has a stable code, by which a page finds its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Closing without words.
    #[error("a report is closed with a reason")]
    NoReason,
    /// Assigning to nobody.
    #[error("a report is assigned to somebody")]
    NoAssignee,
    /// A comment without words.
    #[error("a comment has words")]
    NoWords,
    /// More words than one act holds.
    #[error("{bytes} bytes of text: at most {limit}")]
    TooLong {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A decision on changes that the report does not hold.
    #[error("name the changes on screen: they are those of the divergence")]
    NotOnScreen,
    /// A link of a report with itself.
    #[error("a report is not linked to itself")]
    LinkedToItself,
    /// Opening again what is open.
    #[error("the report is not closed")]
    NotClosed,
    /// The handling would be larger than one may be.
    #[error("{0}")]
    Full(String),
}

impl Invalid {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Invalid::NoReason => "no-reason",
            Invalid::NoAssignee => "no-assignee",
            Invalid::NoWords => "no-words",
            Invalid::TooLong { .. } => "too-long",
            Invalid::NotOnScreen => "not-on-screen",
            Invalid::LinkedToItself => "linked-to-itself",
            Invalid::NotClosed => "not-closed",
            Invalid::Full(_) => "full",
        }
    }
}

impl From<ArchiveError> for ActError {
    fn from(error: ArchiveError) -> Self {
        ActError::Server(error.into())
    }
}
