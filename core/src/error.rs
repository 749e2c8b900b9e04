//! Two errors, one border: rich inside, and each answers "what does the app do now?" outside.

mod sentence;

use ronde_model::document::Reason;
use ronde_model::id::DocId;
use serde::Serialize;

/// What stands in the way of filing, by field.
pub use ronde_model::catalogue::Problem;
use ronde_model::catalogue::Reason as ProblemReason;

/// What happened, in the notebook's own terms.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The key does not open the database.
    #[error("the key does not open this notebook: check the passphrase; nothing was changed")]
    WrongKey,
    /// The database was written by a later version.
    #[error(
        "this notebook was written by a newer version ({found}, this one knows {known}): update the app; nothing was changed"
    )]
    NewerDatabase {
        /// Version in the file.
        found: u32,
        /// Latest version known here.
        known: u32,
    },
    /// The file is no database, or damaged.
    #[error("the notebook's file is damaged ({detail}): it is left as it is; a rescue saves what is intact")]
    Corrupt {
        /// What SQLite said.
        detail: String,
    },
    /// No room to write.
    #[error("no room left to write: free some space; what was filed before is safe and the draft is kept")]
    StorageFull,
    /// The disk refused.
    #[error("the storage refused: {detail}; nothing of this act was kept, do it again")]
    Storage {
        /// What SQLite said.
        detail: String,
    },
    /// Another process is writing, and went on for longer than one waits.
    #[error("another program is using this notebook: nothing of this act was kept, do it again in a moment")]
    Busy,
    /// The vault did not give the key.
    #[error("the keys are not available: {reason}; the notebook stays closed")]
    KeysUnavailable {
        /// What the vault said.
        reason: String,
    },
    /// No randomness.
    #[error("the system gives no random bytes ({0}): nothing can be signed")]
    NoEntropy(String),
    /// Not enrolled yet.
    #[error("this device is not enrolled: enrol it with the code of an invitation")]
    NotEnrolled,
    /// Enrolled already.
    #[error("this device is enrolled already, with {organisation}")]
    AlreadyEnrolled {
        /// Where.
        organisation: String,
    },
    /// No such report or draft here.
    #[error("nothing here under {0}: list shows what is")]
    NotFound(DocId),
    /// The version on screen is no longer of this report: it was made anew meanwhile.
    #[error("{0} was made anew since it was shown: look at it again")]
    Outdated(DocId),
    /// Something in the form must change.
    #[error("to fix before filing: {}", .0.iter().map(|p| format!("{}: {}", p.field, p.en)).collect::<Vec<_>>().join("; "))]
    FixForm(Vec<Problem>),
    /// The lease does not allow it.
    #[error("not allowed ({reason}): ask your unit for the right")]
    NotAllowed {
        /// Why.
        reason: Reason,
    },
    /// The lease is over: what others wrote is locked.
    #[error("the lease is over: others' reports open again after the next contact; writing and filing go on")]
    ReadingLocked,
    /// The server's answer breaks a rule that must always hold.
    #[error("the server's answer breaks a rule ({rule}): nothing of it was kept, synchronisation stops")]
    ServerAstray {
        /// Which.
        rule: String,
    },
    /// A filed report or statement is never rewritten.
    #[error("what was filed is never rewritten: correct a fact, or add a statement")]
    Sealed,
    /// Not a code of an invitation.
    #[error("not an enrolment code: 24 letters and digits 2 to 7, as XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")]
    NotACode,
    /// The server is not the one the code was made by.
    #[error(
        "this code is not of the server's organisation: nothing was sent; check the address and the code"
    )]
    WrongOrganisation,
    /// The server refused the invitation.
    #[error("the invitation was refused: {reason}; ask for a new one")]
    InvitationRefused {
        /// `invitation-unknown`, `invitation-used`, `invitation-expired`, `mac-wrong`.
        reason: String,
    },
    /// The address is not one to send secrets to.
    #[error("{url} is not an address to use: https, or http to this machine only")]
    UnsafeAddress {
        /// The address given.
        url: String,
    },
    /// No answer.
    #[error("the server was not reached: {detail}; everything stays here and leaves by itself later")]
    Unreachable {
        /// What the network said.
        detail: String,
    },
    /// The server answered something else than an answer.
    #[error("the server refused ({status}): {detail}")]
    ServerRefused {
        /// HTTP status.
        status: u16,
        /// Retry class of the problem, if it said one.
        class: String,
        /// Its words.
        detail: String,
    },
    /// The device was revoked.
    #[error("this device was revoked: what it holds of yours stays; call your unit")]
    Revoked,
    /// The person stopped it.
    #[error("stopped: everything stays here")]
    Cancelled,
    /// A defect of ours.
    #[error("a defect of ours, please report it: {code}")]
    Bug {
        /// Where.
        code: String,
    },
}

/// What the app does now.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "advice", rename_all = "snake_case")]
pub enum Advice {
    /// Enrol, or unlock.
    SignInAgain,
    /// Wait, then the same again.
    TryLater {
        /// Not before, seconds.
        after_s: u32,
    },
    /// Free some space.
    FreeSpace {
        /// At least, bytes.
        bytes: u64,
    },
    /// Show the problems beside their fields.
    FixForm {
        /// By field.
        problems: Vec<Problem>,
    },
    /// Send the person to the update.
    UpdateApp {
        /// The version that wrote the data.
        minimum: String,
    },
    /// Offer to rescue what the damaged notebook still holds.
    Rescue,
    /// Say so; nothing to retry.
    NotAllowed,
    /// Say so; show the list.
    NotFound,
    /// Say the code; offer to report it.
    Bug {
        /// Where. Beside an error's own `code` in JSON it has a name of its own.
        #[serde(rename = "bug")]
        code: String,
    },
}

/// Free space asked for when the disk is full, bytes.
const SOME_SPACE: u64 = 16 * 1024 * 1024;

impl Error {
    /// What the app does now.
    pub fn advice(&self) -> Advice {
        match self {
            Error::NotEnrolled
            | Error::KeysUnavailable { .. }
            | Error::WrongKey
            | Error::Revoked
            | Error::ReadingLocked => Advice::SignInAgain,
            Error::NewerDatabase { found, .. } => Advice::UpdateApp { minimum: format!("schema {found}") },
            Error::StorageFull => Advice::FreeSpace { bytes: SOME_SPACE },
            Error::Storage { .. } | Error::Cancelled => Advice::TryLater { after_s: 0 },
            Error::Busy => Advice::TryLater { after_s: 1 },
            Error::Unreachable { .. } => Advice::TryLater { after_s: 3 },
            Error::ServerRefused { class, .. } if class == "upgrade" => {
                Advice::UpdateApp { minimum: "newer".into() }
            }
            Error::ServerRefused { class, .. } if class == "stop-and-tell" => Advice::NotAllowed,
            Error::ServerRefused { .. } => Advice::TryLater { after_s: 30 },
            Error::FixForm(problems) => Advice::FixForm { problems: problems.clone() },
            Error::NotFound(_) | Error::Outdated(_) => Advice::NotFound,
            Error::NotAllowed { .. }
            | Error::AlreadyEnrolled { .. }
            | Error::Sealed
            | Error::NotACode
            | Error::WrongOrganisation
            | Error::InvitationRefused { .. }
            | Error::UnsafeAddress { .. } => Advice::NotAllowed,
            Error::Corrupt { .. } => Advice::Rescue,
            Error::ServerAstray { rule } => Advice::Bug { code: format!("server: {rule}") },
            Error::NoEntropy(detail) => Advice::Bug { code: format!("entropy: {detail}") },
            Error::Bug { code } => Advice::Bug { code: code.clone() },
        }
    }

    /// A defect of ours, at a named place.
    pub fn bug(place: &str, detail: impl std::fmt::Display) -> Self {
        Error::Bug { code: format!("{place}: {detail}") }
    }

    /// A text that must not be empty is.
    pub(crate) fn missing(field: &str) -> Self {
        Error::FixForm(vec![Problem {
            field: field.to_owned(),
            reason: ProblemReason::Missing,
            fr: "à compléter".into(),
            en: "to be completed".into(),
        }])
    }

    /// A text is too long.
    pub(crate) fn too_long(field: &str, length: usize, limit: usize) -> Self {
        Error::FixForm(vec![Problem {
            field: field.to_owned(),
            reason: ProblemReason::TooLong { length, limit },
            fr: format!("{length} signes, {limit} au plus"),
            en: format!("{length} characters, at most {limit}"),
        }])
    }

    /// A referral keeps no content: time, author, channel and reference only.
    pub(crate) fn no_content() -> Self {
        Error::FixForm(vec![Problem {
            field: "statement".into(),
            reason: ProblemReason::NoContent,
            fr: "ce signalement ne garde aucun contenu".into(),
            en: "this referral keeps no content".into(),
        }])
    }
}
