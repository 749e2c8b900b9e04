//! The few errors of the border: each answers "what does the app do now?". Rich errors stay inside.
//! Changes when an app must act in a new way.

use ronde_core::model::catalogue::{Language, Reason};
use ronde_core::{Advice, Error, Problem};

use crate::value::{Size, Word};

macro_rules! advice {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* })*) => {
        /// What the app does now. `fr` and `en` say to a person what happened and what to do; `reason`
        /// says it to a log.
        #[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
        #[allow(missing_docs)]
        pub enum NotebookError {
            $($(#[$doc])* #[error("{reason}")] $name { reason: String, fr: String, en: String, $($field: $kind),* },)*
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
        let (fr, en) = (error.sentence(Language::Fr), error.sentence(Language::En));
        let reason = error.to_string();
        match error.advice() {
            Advice::SignInAgain => Self::SignInAgain { reason, fr, en },
            Advice::TryLater { after_s } => Self::TryLater { reason, fr, en, after_s },
            Advice::FreeSpace { bytes } => Self::FreeSpace { reason, fr, en, bytes },
            Advice::FixForm { problems } => Self::FixForm { reason, fr, en, problems },
            Advice::UpdateApp { minimum } => Self::UpdateApp { reason, fr, en, minimum },
            Advice::Rescue => Self::Rescue { reason, fr, en },
            Advice::NotAllowed => Self::NotAllowed { reason, fr, en },
            Advice::NotFound => Self::NotFound { reason, fr, en },
            Advice::Bug { code } => Self::Bug { reason, fr, en, code },
        }
    }
}

impl NotebookError {
    /// An identifier that cannot be read.
    pub fn names_nothing(wrong: &impl std::fmt::Display) -> Self {
        let (fr, en) =
            ("Rien ici ne porte ce nom. Voyez la liste.", "Nothing here has this name. See the list.");
        Self::NotFound { reason: wrong.to_string(), fr: fr.into(), en: en.into() }
    }

    /// A value that is not one of its kind.
    pub fn not_taken(reason: String) -> Self {
        let (fr, en) = ("Cette valeur ne convient pas. Vérifiez-la.", "This value does not fit. Check it.");
        Self::NotAllowed { reason, fr: fr.into(), en: en.into() }
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
