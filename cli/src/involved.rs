//! People and vehicles as a person types them: `role=victim,description=tall, blue jacket`. Knows
//! the fields a form has for them, no catalogue. Changes with those fields.

use std::collections::BTreeMap;

use ronde_core::InvolvedKind;
use ronde_core::model::fact::FactValue;

/// Fields and their French words.
const PERSON: [(&str, &str); 3] =
    [("role", "rôle"), ("age_band", "tranche d’âge"), ("description", "signalement")];
const VEHICLE: [(&str, &str); 5] = [
    ("role", "rôle"),
    ("plate", "immatriculation"),
    ("make", "marque"),
    ("colour", "couleur"),
    ("description", "signalement"),
];
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
    read(text, &PERSON)
}

/// Reads a vehicle.
///
/// # Errors
/// In words, for clap.
pub fn vehicle(text: &str) -> Result<Typed, String> {
    read(text, &VEHICLE)
}

/// A field's French words; the code of a later version as it is.
pub fn label(kind: InvolvedKind, field: &str) -> &str {
    let fields = match kind {
        InvolvedKind::Person => PERSON.as_slice(),
        InvolvedKind::Vehicle => VEHICLE.as_slice(),
    };
    fields.iter().find(|(code, _)| *code == field).map_or(field, |(_, words)| words)
}

/// A piece after a comma that names no field goes on with the value before it.
fn read(text: &str, known: &[(&str, &str)]) -> Result<Typed, String> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for piece in text.split(',') {
        let named = piece.split_once('=').map(|(name, value)| (name.trim(), value));
        match (named, fields.last_mut()) {
            (Some((name, value)), _) if known.iter().any(|(code, _)| *code == name) => {
                fields.push((name.to_owned(), value.to_owned()));
            }
            (None, Some((_, value))) => {
                value.push(',');
                value.push_str(piece);
            }
            _ => {
                let codes: Vec<&str> = known.iter().map(|(code, _)| *code).collect();
                return Err(format!("expected FIELD=VALUE with a field of {}", codes.join(", ")));
            }
        }
    }
    if let Some((name, _)) = fields.iter().find(|(_, value)| value.chars().count() > LONGEST) {
        return Err(format!("{name}: at most {LONGEST} characters"));
    }
    let values = fields.into_iter().map(|(name, value)| (name, FactValue::Text(value.trim().to_owned())));
    Ok(Typed(values.collect()))
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
    fn a_field_nobody_knows_is_refused_with_those_that_exist() {
        let said = vehicle("plate=AB-123-CD,couleur=bleu").unwrap_err();
        assert!(said.contains("colour"), "{said}");
        assert!(person("").is_err());
        assert!(person("tall").is_err());
        assert!(person(&format!("role={}", "x".repeat(LONGEST + 1))).is_err());
    }
}
