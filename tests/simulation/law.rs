//! What must always hold, and the word for a breach of it. Changes when something more is promised.

use std::fmt;

/// What must always hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// What the server acknowledged is in its archive, or in an outbox after a restore.
    NothingAcknowledgedIsLost,
    /// What a call saved or filed is on the phone after any crash.
    NothingSavedIsLost,
    /// A device is fed each envelope once.
    EachEnvelopeOnce,
    /// A device ends with everything it may read.
    EverythingReadableArrives,
    /// A device is never fed what it may not read.
    NothingOutOfScope,
    /// Everybody who holds a report shows the same.
    EverybodyShowsTheSame,
    /// The server, or a phone, shows what the naive model understands.
    AsTheModelSays,
    /// An honest phone is never refused.
    HonestIsNeverRefused,
    /// A call answers as it may.
    CallsAnswerAsTheyMay,
    /// What was closed, killed or cut opens again.
    EverythingOpensAgain,
    /// Conversations end, and everything of a device is received at last.
    ConversationsEnd,
    /// Nothing panics.
    NothingPanics,
    /// The same seed tells the same story.
    SameSeedSameStory,
}

impl Law {
    /// The law in words.
    pub fn words(self) -> &'static str {
        match self {
            Law::NothingAcknowledgedIsLost => "nothing acknowledged is lost",
            Law::NothingSavedIsLost => "nothing saved is lost",
            Law::EachEnvelopeOnce => "each envelope is fed once",
            Law::EverythingReadableArrives => "everything readable arrives",
            Law::NothingOutOfScope => "nothing out of scope is fed",
            Law::EverybodyShowsTheSame => "everybody shows the same",
            Law::AsTheModelSays => "the real thing is as the model says",
            Law::HonestIsNeverRefused => "an honest phone is never refused",
            Law::CallsAnswerAsTheyMay => "calls answer as they may",
            Law::EverythingOpensAgain => "everything opens again",
            Law::ConversationsEnd => "conversations end",
            Law::NothingPanics => "nothing panics",
            Law::SameSeedSameStory => "the same seed tells the same story",
        }
    }
}

/// A law was broken.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Which.
    pub law: Law,
    /// How it was seen.
    pub detail: String,
}

/// What a step answers.
pub type Held<T = ()> = Result<T, Broken>;

/// A breach.
pub fn broken<T>(law: Law, detail: impl fmt::Display) -> Held<T> {
    Err(Broken { law, detail: detail.to_string() })
}

/// A breach unless it holds.
pub fn hold(holds: bool, law: Law, detail: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { broken(law, detail()) }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.law.words(), self.detail)
    }
}
