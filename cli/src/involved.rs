//! People and vehicles as a person types them: `role=victim,description=tall, blue jacket`. Knows how
//! they are written; which fields there are is in the catalogue. Changes when they are typed otherwise.

use std::collections::BTreeMap;

use ronde_core::model::catalogue::{Catalogue, Field, FieldKind, Language};
use ronde_core::model::fact::FactValue;
use ronde_core::model::words::fold;

/// Longest value, characters.
const LONGEST: usize = 2000;

/// What was typed of one person or vehicle.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed(pub BTreeMap<String, FactValue>);

/// Reads a person.
///
/// # Errors
/// In words, for clap.
pub fn person(text: &str) -> Result<Typed, String> {
    read(text, Catalogue::shipped().person_fields())
}

/// Reads a vehicle.
///
/// # Errors
/// In words, for clap.
pub fn vehicle(text: &str) -> Result<Typed, String> {
    read(text, Catalogue::shipped().vehicle_fields())
}

/// A piece after a comma that names no field goes on with the value before it.
fn read(text: &str, known: &[Field]) -> Result<Typed, String> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for piece in text.split(',') {
        let named = piece.split_once('=').map(|(name, value)| (name.trim(), value));
        match (named, fields.last_mut()) {
            (Some((name, value)), _) if known.iter().any(|field| field.code == name) => {
                fields.push((name.to_owned(), value.to_owned()));
            }
            (None, Some((_, value))) => {
                value.push(',');
                value.push_str(piece);
            }
            _ => {
                let codes: Vec<&str> = known.iter().map(|field| field.code.as_str()).collect();
                return Err(format!("expected FIELD=VALUE with a field of {}", codes.join(", ")));
            }
        }
    }
    if let Some((name, _)) = fields.iter().find(|(_, value)| value.chars().count() > LONGEST) {
        return Err(format!("{name}: at most {LONGEST} characters"));
    }
    let values = fields.into_iter().map(|(name, value)| {
        let value = known.iter().find(|field| field.code == name).map(|field| spelt(field, &value));
        (name, FactValue::Text(value.unwrap_or_default()))
    });
    Ok(Typed(values.collect()))
}

/// The value of a person's or a vehicle's field under its whole key: `vehicle/<ulid>/role`.
pub fn value(key: &str, typed: &str) -> FactValue {
    let shipped = Catalogue::shipped();
    let known = match key.split_once('/') {
        Some(("person", _)) => shipped.person_fields(),
        Some(("vehicle", _)) => shipped.vehicle_fields(),
        _ => &[],
    };
    let code = key.rsplit('/').next().unwrap_or_default();
    let field = known.iter().find(|field| field.code == code);
    FactValue::Text(field.map_or_else(|| typed.to_owned(), |field| spelt(field, typed)))
}

/// The code of a choice typed as its code or its words, in either language; other words as they are.
fn spelt(field: &Field, typed: &str) -> String {
    let typed = typed.trim();
    let FieldKind::Choice { choices } = &field.kind else { return typed.to_owned() };
    let is_meant = |code: &&String| {
        let label = |language| fold(Catalogue::shipped().choice_label(&field.code, code, language));
        [fold(code), label(Language::Fr), label(Language::En)].contains(&fold(typed))
    };
    choices.iter().find(is_meant).map_or_else(|| typed.to_owned(), Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_inside_a_description_stays_in_it() {
        let Typed(fields) = person("role=témoin,description=grand, veste bleue,age_band=18-25").unwrap();
        assert_eq!(fields["description"], FactValue::from("grand, veste bleue"));
        assert_eq!(fields["age_band"], FactValue::from("18-25"));
    }

    #[test]
    fn a_choice_typed_in_words_is_kept_as_its_code_and_other_words_as_they_are() {
        for (typed, kept) in [
            ("role=Témoin,age_band=18 à 25 ans", ["witness", "18-25"]),
            ("role=temoin,age_band=over 65", ["witness", "over_65"]),
            ("role=Victim,age_band=Mineur", ["victim", "minor"]),
            ("role=témoin principal,age_band=la trentaine", ["témoin principal", "la trentaine"]),
            // A person is not parked.
            ("role=Stationné,age_band=18-25", ["Stationné", "18-25"]),
        ] {
            let Typed(fields) = person(typed).unwrap();
            assert_eq!(["role", "age_band"].map(|field| fields[field].clone()), kept.map(FactValue::from));
        }
        let Typed(fields) = vehicle("role=en fuite,colour=Auteur").unwrap();
        assert_eq!((&fields["role"], &fields["colour"]), (&"fleeing".into(), &"Auteur".into()));
        assert_eq!(value("vehicle/01ab/role", "Fleeing"), "fleeing".into());
        assert_eq!(value("vehicle/01ab/plate", "Auteur"), "Auteur".into());
    }

    #[test]
    fn a_field_nobody_knows_is_refused_with_those_that_exist() {
        let said = vehicle("plate=AB-123-CD,couleur=bleu").unwrap_err();
        assert!(said.contains("colour"), "{said}");
        assert!(person("").is_err());
        assert!(person("tall").is_err());
        assert!(person(&format!("role={}", "x".repeat(LONGEST + 1))).is_err());
    }
}
