//! What a form may hold, said beside its fields before anything is written. Knows limits and the
//! grammar of keys, no document. Changes when a limit does.

use std::collections::BTreeMap;

use ronde_model::catalogue::{Problem, Reason};
use ronde_model::document::key::Key;
use ronde_model::fact::FactValue;

use crate::error::Error;
use crate::involved;

/// Longest reason, characters.
pub const MAX_REASON_CHARS: usize = 2_000;

/// Words that must be there, and not too many.
pub fn check_text(field: &str, text: &str, limit: usize) -> Result<(), Error> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Err(Error::missing(field));
    }
    if length > limit { Err(Error::too_long(field, length, limit)) } else { Ok(()) }
}

/// Facts are judged by the catalogue when a report is filed; a correction is held to the same limits.
pub fn check_puts(puts: &BTreeMap<String, FactValue>) -> Result<(), Error> {
    for (key, value) in puts {
        if !["facts/", "person/", "vehicle/"].iter().any(|prefix| key.starts_with(prefix))
            || key == "facts/type"
        {
            return Err(Error::Sealed);
        }
        if let FactValue::Text(text) = value
            && text.chars().count() > MAX_REASON_CHARS
        {
            return Err(Error::too_long(key, text.chars().count(), MAX_REASON_CHARS));
        }
    }
    let problems: Vec<Problem> =
        puts.iter().filter_map(|(key, value)| involved::too_long(key, value)).collect();
    if !problems.is_empty() {
        return Err(Error::FixForm(problems));
    }
    check_values(puts)
}

/// What no document takes, said beside its field: a name that is no key, a number that is none.
pub fn check_values(values: &BTreeMap<String, FactValue>) -> Result<(), Error> {
    let problem = |key: &str, expected, fr: &str, en: &str| Problem {
        field: key.strip_prefix("facts/").unwrap_or(key).to_owned(),
        reason: Reason::WrongKind { expected },
        fr: fr.to_owned(),
        en: en.to_owned(),
    };
    let problems: Vec<Problem> = values
        .iter()
        .filter_map(|(key, value)| match value {
            _ if Key::parse(key).is_none() => {
                Some(problem(key, "name", "ce nom de champ n’est pas permis", "not a name a fact may have"))
            }
            FactValue::Decimal(number) if !number.is_finite() => {
                Some(problem(key, "decimal", "ce n’est pas un nombre", "not a number"))
            }
            _ => None,
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::FixForm(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields an error of a form names.
    fn fields(values: &[(&str, FactValue)]) -> Vec<String> {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        match check_values(&values) {
            Ok(()) => Vec::new(),
            Err(Error::FixForm(problems)) => problems.into_iter().map(|problem| problem.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_name_or_a_number_that_no_document_takes_is_said_beside_its_field() {
        let long = format!("facts/{}", "a".repeat(160));
        for key in ["facts/", "facts/ti\u{7}tle", "person/7/role", "vehicle//plate", &long] {
            let named = key.strip_prefix("facts/").unwrap_or(key);
            assert_eq!(fields(&[(key, "x".into())]), [named], "{key}");
        }
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(fields(&[("facts/volume", FactValue::Decimal(number))]), ["volume"], "{number}");
        }
        assert_eq!(
            fields(&[("facts/volume", FactValue::Decimal(-0.5)), ("facts/later", "x".into())]),
            [""; 0]
        );
    }
}
