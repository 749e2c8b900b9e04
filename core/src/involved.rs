//! How long what is said of a person or a vehicle may be: as long as the catalogue says. Words that are
//! in no list stay words. Changes with what is refused of people and vehicles.

use ronde_model::catalogue::{Catalogue, Language, Problem, Reason};
use ronde_model::fact::FactValue;

/// Longest value of a field that this catalogue does not know, characters.
const LONGEST: usize = 2_000;

/// What is too long under a key `person/<ulid>/<field>` or `vehicle/<ulid>/<field>`, said beside it.
pub fn too_long(key: &str, value: &FactValue) -> Option<Problem> {
    let catalogue = Catalogue::shipped();
    let (word, rest) = key.split_once('/')?;
    let (_, code) = rest.split_once('/')?;
    let known = match word {
        "person" => catalogue.person_fields(),
        "vehicle" => catalogue.vehicle_fields(),
        _ => return None,
    };
    let length = value.as_text()?.chars().count();
    let refused = known.iter().find(|field| field.code == code).and_then(|field| field.kind.refuses(value));
    let limit = match refused {
        Some(Reason::TooLong { limit, .. }) => limit,
        _ if length > LONGEST => LONGEST,
        _ => return None,
    };
    let label = |language| catalogue.field_label(code, language);
    Some(Problem {
        field: key.to_owned(),
        reason: Reason::TooLong { length, limit },
        fr: format!(
            "{}\u{a0}: {length}\u{a0}signes, {limit} au plus. Raccourcissez le texte.",
            label(Language::Fr)
        ),
        en: format!("{}: {length} characters, at most {limit}. Shorten the text.", label(Language::En)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(key: &str, length: usize) -> bool {
        too_long(key, &FactValue::Text("é".repeat(length))).is_some_and(|problem| problem.prevents_filing())
    }

    #[test]
    fn what_is_said_of_people_and_vehicles_is_as_long_as_the_catalogue_says() {
        for (key, limit) in [
            ("vehicle/01ab/plate", 40),
            ("vehicle/01ab/make", 200),
            ("vehicle/01ab/colour", 200),
            ("person/01ab/role", LONGEST),
            ("person/01ab/description", 2_000),
            ("person/01ab/of_a_later_version", LONGEST),
        ] {
            assert!(!refused(key, limit), "{key}");
            assert!(refused(key, limit + 1), "{key}");
        }
        assert!(!refused("facts/plate", 3_000), "a fact is judged elsewhere");
        assert_eq!(too_long("person/01ab/role", &"témoin principal".into()), None);
    }
}
