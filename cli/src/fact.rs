//! Facts as a person types them, `key=value`, given the kind the catalogue says. A wrong value is a
//! problem of the form, a name the type does not have is an error with near ones. Changes when a
//! kind of fact is typed another way.

use std::collections::BTreeMap;

use ronde_core::model::catalogue::{Catalogue, FieldKind, Language, Reason};
use ronde_core::model::fact::{FactValue, Position};
use ronde_core::model::territory::Territory;
use ronde_core::model::words::fold;
use ronde_core::{Error, Problem};

use crate::failure::Failure;
use crate::{commune, moment};

/// How alike a word must be to be offered, 0 to 1 (Jaro-Winkler).
const ALIKE: f64 = 0.75;
/// How many are offered.
const OFFERED: usize = 5;
/// The register of which a value is a commune.
const COMMUNES: &str = "commune";

/// Splits `key=value`; the value may hold anything, also `=`.
///
/// # Errors
/// In words, for clap.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".into()),
    }
}

/// The type's code if the catalogue has it.
///
/// # Errors
/// `UnknownType` with the codes that look or sound like it.
pub fn report_type(code: &str) -> Result<&'static str, Failure> {
    let catalogue = Catalogue::shipped();
    if let Some(known) = catalogue.report_type(code) {
        return Ok(&known.code);
    }
    let words = catalogue.types().iter().map(|known| {
        let label = catalogue.label(&known.code, Language::Fr);
        (known.code.as_str(), [known.code.as_str(), known.code.rsplit('.').next().unwrap_or_default(), label])
    });
    Err(Failure::UnknownType { code: code.to_owned(), near: near(code, words) })
}

/// Gives each fact the kind of its field, all problems at once.
///
/// # Errors
/// `UnknownField` with near ones; `FixForm` with every value that does not fit.
pub fn read_all(
    report_type: &str,
    pairs: &[(String, String)],
    map: Option<&Territory>,
) -> Result<BTreeMap<String, FactValue>, Failure> {
    let mut values = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, text) in pairs {
        match read(report_type, name, text, map)? {
            Ok(value) => {
                values.insert(name.clone(), value);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(Error::FixForm(problems).into()) }
}

/// One fact: its value, or what is wrong with it. `map`: where a commune may be named.
///
/// # Errors
/// `UnknownField` with near ones.
pub fn read(
    report_type: &str,
    name: &str,
    text: &str,
    map: Option<&Territory>,
) -> Result<Result<FactValue, Vec<Problem>>, Failure> {
    let Some(field) = Catalogue::shipped().field(report_type, name) else {
        return Err(unknown_field(report_type, name));
    };
    let read = match &field.kind {
        FieldKind::Reference { register, .. } if register == COMMUNES && !text.trim().is_empty() => {
            let read = commune::read(map, name, text);
            return Ok(read.map(FactValue::Text).map_err(|problem| vec![problem]));
        }
        FieldKind::Period if !text.trim().is_empty() => {
            moment::read_period(text).map(|period| FactValue::Bytes(period.to_bytes())).ok_or(None)
        }
        FieldKind::Position if !text.trim().is_empty() => {
            position(text).map(|position| FactValue::Bytes(position.to_bytes())).ok_or(None)
        }
        kind => kind.read(text).map_err(Some),
    };
    Ok(read.map_err(|reason| problems(report_type, name, text, reason.as_ref())))
}

/// `lat,lon` or `lat,lon,accuracy`: degrees, metres. Typed by hand: exact to 10 m if nothing is said.
pub fn position(text: &str) -> Option<Position> {
    let mut parts = text.split(',').map(|part| part.trim().parse::<f64>());
    let (lat, lon) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let accuracy = parts.next().unwrap_or(Ok(TYPED_ACCURACY_M)).ok()?;
    if parts.next().is_some() {
        return None;
    }
    let provider = Some("manual".to_owned());
    Position::from_degrees(lat, lon, accuracy).map(|position| Position { provider, ..position })
}

/// Accuracy of a position typed without one, metres.
const TYPED_ACCURACY_M: f64 = 10.0;

/// The catalogue's own sentences for a value it refuses.
fn problems(report_type: &str, name: &str, text: &str, reason: Option<&Reason>) -> Vec<Problem> {
    let trimmed = text.trim().replace(',', ".");
    let guess = match (reason, trimmed.parse::<i64>(), trimmed.parse::<f64>()) {
        (Some(Reason::OutOfRange { .. }), Ok(number), _) => FactValue::Integer(number),
        (Some(Reason::OutOfRange { .. }), _, Ok(number)) => FactValue::Decimal(number),
        _ => FactValue::Text(text.to_owned()),
    };
    let facts = BTreeMap::from([(name.to_owned(), guess)]);
    let mut problems = Catalogue::shipped().check(report_type, &facts);
    problems.retain(|problem| problem.field == name);
    problems
}

fn unknown_field(report_type: &str, name: &str) -> Failure {
    let catalogue = Catalogue::shipped();
    let own = catalogue.report_type(report_type).map(|known| known.fields.as_slice()).unwrap_or_default();
    let fields = own.iter().chain(catalogue.common_fields());
    let reachable = fields.filter(|field| catalogue.field(report_type, &field.code).is_some());
    let words = reachable.map(|field| {
        let label = catalogue.field_label(&field.code, Language::Fr);
        (field.code.as_str(), [field.code.as_str(), field.code.as_str(), label])
    });
    Failure::UnknownField {
        field: name.to_owned(),
        report_type: report_type.to_owned(),
        near: near(name, words),
    }
}

/// Codes whose words look like what was typed, the nearest first; the first ones when none does.
fn near<'a>(typed: &str, words: impl Iterator<Item = (&'a str, [&'a str; 3])>) -> Vec<String> {
    let typed = fold(typed);
    let mut ranked: Vec<(f64, &str)> = words
        .map(|(code, names)| {
            let alike = |name: &&str| {
                let name = fold(name);
                let within = typed.len() > 2 && name.split([' ', '.', '_']).any(|word| word == typed);
                if within { 1.0 } else { strsim::jaro_winkler(&typed, &name) }
            };
            (names.iter().map(alike).fold(0.0, f64::max), code)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let alike = ranked.iter().filter(|(score, _)| *score >= ALIKE).count().clamp(1, OFFERED);
    ranked.iter().take(alike).map(|(_, code)| (*code).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_given_the_kind_of_their_field() {
        let pairs = [("volume_m3", "2,5"), ("recurrent", "oui"), ("hazard", "asbestos"), ("severity", "3")];
        let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let read = read_all("waste.bulky", &pairs, None).unwrap();
        assert_eq!(read["volume_m3"], FactValue::Decimal(2.5));
        assert_eq!(read["recurrent"], FactValue::Flag(true));
        assert_eq!(read["hazard"], FactValue::from("asbestos"));
        assert_eq!(read["severity"], FactValue::Integer(3));
    }

    #[test]
    fn every_wrong_value_is_told_at_once_in_the_words_of_the_catalogue() {
        let pairs = [
            ("volume_m3", "beaucoup"),
            ("severity", "9"),
            ("hazard", "lava"),
            ("position", "95,0"),
            ("occurred", "hier"),
            ("commune", "Char"),
        ];
        let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let Err(Failure::Core(Error::FixForm(problems))) = read_all("waste.bulky", &pairs, None) else {
            panic!("expected problems");
        };
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["volume_m3", "severity", "hazard", "position", "occurred", "commune"]);
        assert!(matches!(problems[1].reason, Reason::OutOfRange { .. }), "{:?}", problems[1]);
        assert!(problems[1].fr.contains("1 à 5"), "{}", problems[1].fr);
    }

    #[test]
    fn an_unknown_type_or_field_is_answered_with_near_ones() {
        let Err(Failure::UnknownType { near, .. }) = report_type("rixe") else { panic!("expected an error") };
        assert!(near.contains(&"youth.brawl".to_owned()), "{near:?}");
        let Err(Failure::UnknownType { near, .. }) = report_type("waste.bulki") else {
            panic!("expected an error")
        };
        assert_eq!(near[0], "waste.bulky");
        let typed = [("volume".to_owned(), "2".to_owned())];
        let Err(Failure::UnknownField { near, .. }) = read_all("waste.bulky", &typed, None) else {
            panic!("expected an error")
        };
        assert_eq!(near[0], "volume_m3");
    }

    #[test]
    fn a_position_is_two_degrees_and_perhaps_metres() {
        let typed = position("48.4469, 1.4892,5").unwrap();
        assert_eq!((typed.lat_e7, typed.lon_e7, typed.accuracy_dm), (484_469_000, 14_892_000, 50));
        assert_eq!(position("48.4469,1.4892").unwrap().accuracy_dm, 100);
        for wrong in ["", "48.4", "48.4,1.4,5,6", "91,0", "0,181", "NaN,0", "0,0,-1", "a,b"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_value_may_hold_the_equals_sign_a_key_may_not_be_empty() {
        assert_eq!(pair("title=a=b").unwrap(), ("title".to_owned(), "a=b".to_owned()));
        assert!(pair("title").is_err());
        assert!(pair("=x").is_err());
    }
}
