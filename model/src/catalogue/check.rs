//! What capture says of a report's facts before they are filed: each problem in one sentence.
//! Reading never comes here: what others wrote is shown as it is (S8).
//! Changes when a new kind of problem can be told apart.

use std::collections::BTreeMap;

use serde::Serialize;

use super::parse::MAX_TEXT;
use super::{Catalogue, FieldKind, Language};
use crate::fact::{FactValue, Period, Position};

/// One thing to correct or to complete.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// Code of the field, `type` when the type itself is not known.
    pub field: String,
    /// What is wrong.
    #[serde(flatten)]
    pub reason: Reason,
    /// What to do, in French.
    pub fr: String,
    /// What to do, in English.
    pub en: String,
}

/// What is wrong with a fact.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// The report type is not in this catalogue.
    UnknownType,
    /// A required field is empty: the report is to be completed. Never prevents filing.
    Missing,
    /// The value is of another kind than the field.
    WrongKind {
        /// Kind of the field: `text`, `integer`, `decimal`, `flag`, `choice`, `date`, `period`, `position`.
        expected: &'static str,
    },
    /// Too many characters.
    TooLong {
        /// How many there are.
        length: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A number outside the limits.
    OutOfRange {
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// A code that is not in the list.
    NotAChoice {
        /// The codes of the list.
        choices: Vec<String>,
    },
    /// The period ends before it starts.
    EndsBeforeStart,
    /// The type keeps no content.
    NoContent,
}

impl Problem {
    fn new(catalogue: &Catalogue, field: &str, reason: Reason) -> Self {
        let say = |language| reason.sentence(catalogue, field, language);
        Problem { field: field.to_owned(), fr: say(Language::Fr), en: say(Language::En), reason }
    }

    /// What to do, in one sentence.
    pub fn sentence(&self, language: Language) -> &str {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }

    /// Whether the report cannot be filed as it is. An empty field never prevents it.
    pub fn prevents_filing(&self) -> bool {
        self.reason != Reason::Missing
    }
}

impl Catalogue {
    /// Checks the facts of a report to be filed: `facts` by field code, without any prefix.
    /// A fact that no field describes is accepted within 2,000 characters. Empty = nothing to say.
    pub fn check(&self, type_code: &str, facts: &BTreeMap<String, FactValue>) -> Vec<Problem> {
        let report_type = self.report_type(type_code);
        let no_content = report_type.is_some_and(|known| known.no_content);
        let unknown = report_type.is_none().then_some(("type", Reason::UnknownType));
        let wrong = facts.iter().filter_map(|(code, value)| {
            let reason = match self.field(type_code, code) {
                Some(field) => field.kind.refuses(value),
                None if no_content => Some(Reason::NoContent),
                None => too_long(value, MAX_TEXT),
            };
            reason.map(|reason| (code.as_str(), reason))
        });
        let required = report_type.into_iter().flat_map(|known| &known.fields).filter(|field| field.required);
        let missing = required
            .filter(|field| facts.get(&field.code).is_none_or(is_blank))
            .map(|field| (field.code.as_str(), Reason::Missing));
        let problems = unknown.into_iter().chain(wrong).chain(missing);
        problems.map(|(field, reason)| Problem::new(self, field, reason)).collect()
    }
}

fn is_blank(value: &FactValue) -> bool {
    value.as_text().is_some_and(|text| text.trim().is_empty())
}

fn too_long(value: &FactValue, limit: usize) -> Option<Reason> {
    let length = value.as_text().map_or(0, |text| text.chars().count());
    (length > limit).then_some(Reason::TooLong { length, limit })
}

impl FieldKind {
    /// Why a value does not fit, or `None` when it does. A whole number fits a decimal field. Blank words
    /// fit every field: facts are never deleted (S5), so they are how an answer is taken back.
    pub fn refuses(&self, value: &FactValue) -> Option<Reason> {
        if is_blank(value) && !matches!(self, Self::Text { .. }) {
            return None;
        }
        let wrong = Some(Reason::WrongKind { expected: self.name() });
        match (self, value) {
            (Self::Text { max_len } | Self::Reference { max_len, .. }, FactValue::Text(_)) => {
                too_long(value, *max_len)
            }
            (Self::Integer { min, max }, FactValue::Integer(number)) => (!(min..=max).contains(&number))
                .then_some(Reason::OutOfRange { min: *min as f64, max: *max as f64 }),
            (Self::Decimal { .. }, FactValue::Integer(number)) => {
                self.refuses(&FactValue::Decimal(*number as f64))
            }
            // NaN is in no range, so it is refused here too.
            (Self::Decimal { min, max }, FactValue::Decimal(number)) => {
                (!(min..=max).contains(&number)).then_some(Reason::OutOfRange { min: *min, max: *max })
            }
            (Self::Choice { choices }, FactValue::Text(code)) => {
                (!choices.contains(code)).then(|| Reason::NotAChoice { choices: choices.clone() })
            }
            (Self::Date, FactValue::Text(day)) if is_day(day) => None,
            (Self::Period, FactValue::Bytes(record)) => match Period::from_bytes(record) {
                Some(period) => (period.from_ms > period.to_ms).then_some(Reason::EndsBeforeStart),
                None => wrong,
            },
            (Self::Position, FactValue::Bytes(record)) if Position::from_bytes(record).is_some() => None,
            (Self::Flag, FactValue::Flag(_)) | (Self::Unknown { .. }, _) => None,
            _ => wrong,
        }
    }

    /// Code of the kind, as in the catalogue; a reference is `text`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } | Self::Reference { .. } => "text",
            Self::Integer { .. } => "integer",
            Self::Decimal { .. } => "decimal",
            Self::Flag => "flag",
            Self::Choice { .. } => "choice",
            Self::Date => "date",
            Self::Period => "period",
            Self::Position => "position",
            Self::Unknown { .. } => "unknown",
        }
    }
}

/// Whether a text is a day of the Gregorian calendar written `YYYY-MM-DD`.
pub(super) fn is_day(text: &str) -> bool {
    let digits =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u16>().ok())?;
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (digits(year), digits(month), digits(day)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u16::from(leap),
        _ => 0,
    };
    (1..=days).contains(&day)
}

impl Reason {
    fn sentence(&self, catalogue: &Catalogue, field: &str, language: Language) -> String {
        let label = catalogue.field_label(field, language);
        match language {
            Language::Fr => format!("{label}\u{a0}: {}", self.in_french()),
            Language::En => format!("{label}: {}", self.in_english()),
        }
    }

    fn in_french(&self) -> String {
        match self {
            Self::UnknownType => "inconnu de cette version. Choisissez un type de la liste.".into(),
            Self::Missing => "à compléter.".into(),
            Self::WrongKind { expected } => match *expected {
                "integer" => "donnez un nombre entier.".into(),
                "decimal" => "donnez un nombre, par exemple 1,5.".into(),
                "flag" => "répondez par oui ou par non.".into(),
                "choice" => "choisissez dans la liste.".into(),
                "date" => "donnez une date existante, par exemple 2026-12-21.".into(),
                "period" => "donnez un début et une fin.".into(),
                "position" => "donnez une latitude et une longitude.".into(),
                _ => "donnez un texte.".into(),
            },
            Self::TooLong { length, limit } => {
                format!("{length}\u{a0}signes, {limit} au plus. Raccourcissez le texte.")
            }
            Self::OutOfRange { min, max } => {
                let comma = |number: &f64| number.to_string().replace('.', ",");
                format!("donnez un nombre de {} à {}.", comma(min), comma(max))
            }
            Self::NotAChoice { choices } => format!("choisissez parmi {}.", choices.join(", ")),
            Self::EndsBeforeStart => "la fin précède le début. Corrigez l’un des deux.".into(),
            Self::NoContent => "ce signalement ne garde aucun contenu. Retirez cette donnée.".into(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::UnknownType => "not known to this version. Choose a type of the list.".into(),
            Self::Missing => "to be completed.".into(),
            Self::WrongKind { expected } => match *expected {
                "integer" => "give a whole number.".into(),
                "decimal" => "give a number, for example 1.5.".into(),
                "flag" => "answer yes or no.".into(),
                "choice" => "choose from the list.".into(),
                "date" => "give a day that exists, for example 2026-12-21.".into(),
                "period" => "give a start and an end.".into(),
                "position" => "give a latitude and a longitude.".into(),
                _ => "give a text.".into(),
            },
            Self::TooLong { length, limit } => {
                format!("{length} characters, at most {limit}. Shorten the text.")
            }
            Self::OutOfRange { min, max } => format!("give a number from {min} to {max}."),
            Self::NotAChoice { choices } => format!("choose one of {}.", choices.join(", ")),
            Self::EndsBeforeStart => "it ends before it starts. Correct one of the two.".into(),
            Self::NoContent => "this referral keeps no content. Remove it.".into(),
        }
    }
}
