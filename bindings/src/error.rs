//! The few errors of the border: each answers "what does the app do now?". Rich errors stay inside.
//! Changes when an app must act in a new way.

use ronde_core::model::catalogue::Reason;
use ronde_core::{Advice, Error, Problem};

use crate::value::{Size, Word};

macro_rules! advice {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* })*) => {
        /// What the app does now. `reason` says what happened, for a log or a line of detail.
        #[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
        #[allow(missing_docs)]
        pub enum NotebookError {
            $($(#[$doc])* #[error("{reason}")] $name { reason: String, $($field: $kind),* },)*
        }
    };
}

advice! {
    /// Enrol, or unlock the keys.
    SignInAgain {}
    /// Wait that many seconds, then the same again: nothing is lost.
    TryLater { after_s: u32 }
    /// Free that many bytes.
    FreeSpace { bytes: u64 }
    /// Show each problem beside its field.
    FixForm { problems: Vec<Problem> }
    /// Send the person to the update.
    UpdateApp { minimum: String }
    /// Offer `rescue`: the notebook's file is damaged.
    Rescue {}
    /// Say so; there is nothing to retry.
    NotAllowed {}
    /// Say so; show the list.
    NotFound {}
    /// Say the code; offer to report it.
    Bug { code: String }
}

impl From<Error> for NotebookError {
    fn from(error: Error) -> Self {
        let reason = error.to_string();
        match error.advice() {
            Advice::SignInAgain => Self::SignInAgain { reason },
            Advice::TryLater { after_s } => Self::TryLater { reason, after_s },
            Advice::FreeSpace { bytes } => Self::FreeSpace { reason, bytes },
            Advice::FixForm { problems } => Self::FixForm { reason, problems },
            Advice::UpdateApp { minimum } => Self::UpdateApp { reason, minimum },
            Advice::Rescue => Self::Rescue { reason },
            Advice::NotAllowed => Self::NotAllowed { reason },
            Advice::NotFound => Self::NotFound { reason },
            Advice::Bug { code } => Self::Bug { reason, code },
        }
    }
}

enums! {
    /// What is wrong with a fact; only `Missing` never prevents filing.
    Reason {
        UnknownType, Missing, WrongKind { expected: Word }, TooLong { length: Size, limit: Size },
        OutOfRange { min: f64, max: f64 }, NotAChoice { choices: Vec<String> }, EndsBeforeStart, NoContent,
    }
}

records! {
    /// One thing to correct or to complete, and what to do in French and in English. The field is
    /// `type` when the type itself is not known.
    Problem { field: String, reason: Reason, fr: String, en: String }
}
