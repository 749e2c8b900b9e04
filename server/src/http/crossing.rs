//! Somebody else's act crossed this one: the sentence that says so, and the number that was on screen.
//! Decides nothing. Changes when the sentence does.

use ronde_model::catalogue::Language;
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::Problem;
use crate::acts::{Did, Meanwhile};
use crate::error::ActError;

/// What the person had on screen.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Seen {
    /// The `moved` of the line that the person looked at; without it, the report as it stands.
    pub seen: Option<u64>,
}

/// An act's error as a problem in a language.
pub fn refused(error: ActError, language: Language) -> Problem {
    match error {
        ActError::ChangedMeanwhile(crossed) => told(&crossed, language),
        other => other.into(),
    }
}

/// A crossed act as a problem in a language.
pub fn told(crossed: &Meanwhile, language: Language) -> Problem {
    let Meanwhile { by, did, others, of_others, .. } = crossed;
    let detail = match language {
        Language::Fr => {
            let did = match did {
                Did::Write => "a complété ce rapport",
                Did::Decide => "a tranché une divergence de ce rapport",
                Did::Comment => "a commenté ce rapport",
                Did::Assign => "a affecté ce rapport",
                Did::Reopen => "a rouvert ce rapport",
                Did::Close => "a clos ce rapport",
            };
            let others = match others {
                0 => String::new(),
                _ if *of_others => " (et d’autres personnes l’ont modifié aussi)".to_owned(),
                1 => " (et un autre changement)".to_owned(),
                several => format!(" (et {several}\u{a0}autres changements)"),
            };
            format!("Entre-temps, {by} {did}{others}. Relisez-le avant de décider.")
        }
        Language::En => {
            let did = match did {
                Did::Write => "added to this report",
                Did::Decide => "settled a divergence of this report",
                Did::Comment => "commented on this report",
                Did::Assign => "assigned this report",
                Did::Reopen => "opened this report again",
                Did::Close => "closed this report",
            };
            let others = match others {
                0 => String::new(),
                _ if *of_others => " (and others changed it too)".to_owned(),
                1 => " (and one more change)".to_owned(),
                several => format!(" (and {several} more changes)"),
            };
            format!("Meanwhile, {by} {did}{others}. Read it again before deciding.")
        }
    };
    Problem::meanwhile(crossed, detail)
}
