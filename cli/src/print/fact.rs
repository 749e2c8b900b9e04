//! The French label of a key and the words of its value. Knows the catalogue, no report.

use ronde_core::InvolvedKind;
use ronde_core::model::catalogue::{Catalogue, Language};
use ronde_core::model::fact::{FactValue, Period, Position};

use super::{moment, safe};

/// Digits of a person's or vehicle's id that are shown, from its end.
const SHOWN: usize = 4;

/// `Nombre de personnes`, `Véhicule 3f9a, immatriculation`; a key of a later version as it is.
pub fn label(key: &str) -> String {
    let catalogue = Catalogue::shipped();
    match key.split_once('/') {
        Some(("facts", name)) => safe(catalogue.field_label(name, Language::Fr)),
        Some(("statement", _)) => "Constatations".into(),
        Some(("attachment", _)) => "Pièce jointe".into(),
        Some(("action", _)) => "Action menée".into(),
        Some(("void", _)) => "Annulation".into(),
        Some(("event", _)) => "Suite donnée".into(),
        Some(("decision", _)) => "Décision".into(),
        Some(("comment", _)) => "Commentaire".into(),
        Some(("answer", _)) => "Réponse".into(),
        Some(("link", _)) => "Lien".into(),
        Some((word @ ("person" | "vehicle"), rest)) => match rest.split_once('/') {
            Some((id, field)) => {
                let kind = if word == "person" { InvolvedKind::Person } else { InvolvedKind::Vehicle };
                let asked = catalogue.field_label(field, Language::Fr).to_lowercase();
                safe(&format!("{} {}, {asked}", noun(kind), tail(id)))
            }
            None => safe(key),
        },
        _ => safe(key),
    }
}

/// `Personne` or `Véhicule`.
pub fn noun(kind: InvolvedKind) -> &'static str {
    match kind {
        InvolvedKind::Person => "Personne",
        InvolvedKind::Vehicle => "Véhicule",
    }
}

/// The end of an id, which tells two apart.
pub fn tail(id: &str) -> &str {
    let from = id.len().saturating_sub(SHOWN);
    id.get(from..).unwrap_or(id)
}

/// The end of a device's id.
pub fn tail_of_device(id: &str) -> &str {
    let from = id.len().saturating_sub(2 * SHOWN);
    id.get(from..).unwrap_or(id)
}

/// A value in words; a blank is an answer taken back.
pub fn words(key: &str, value: &FactValue) -> String {
    if value.as_text().is_some_and(|text| text.trim().is_empty()) {
        return "(réponse retirée)".into();
    }
    if let Some(period) = value.as_bytes().and_then(Period::from_bytes) {
        return moment::period(&period);
    }
    if let Some(position) = value.as_bytes().and_then(Position::from_bytes) {
        let by = position.provider.as_deref().map(|name| format!(", {name}")).unwrap_or_default();
        let (lat, lon, accuracy) = (position.lat(), position.lon(), position.accuracy_m());
        return safe(&format!("{lat:.5}, {lon:.5} (± {accuracy:.0} m{by})"));
    }
    let name = key.rsplit('/').next().unwrap_or(key);
    safe(&Catalogue::shipped().words(name, value, Language::Fr))
}

/// Whether a key is the seal's own, not an answer of the author.
pub fn is_ours(key: &str) -> bool {
    matches!(key, "facts/type" | "facts/template")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_read_in_french() {
        assert_eq!(label("facts/people_count"), "Nombre de personnes");
        assert_eq!(label("vehicle/01aaaaaaaaaaaaaaaaaaaa3f9a/plate"), "Véhicule 3f9a, immatriculation");
        assert_eq!(label("later/thing"), "later/thing");
        assert_eq!(words("person/01aaaaaaaaaaaaaaaaaaaa3f9a/age_band", &FactValue::from("adult")), "Majeur");
        assert_eq!(words("age_band", &FactValue::from("la trentaine")), "la trentaine");
        assert_eq!(words("facts/urgent", &FactValue::Flag(true)), "oui");
        assert_eq!(words("facts/volume_m3", &FactValue::Decimal(2.5)), "2,5");
        assert_eq!(words("facts/severity", &FactValue::Integer(4)), "Grave");
        let fix = Position::from_degrees(48.4469, 1.4892, 5.0).unwrap();
        assert_eq!(words("facts/position", &FactValue::Bytes(fix.to_bytes())), "48.44690, 1.48920 (± 5 m)");
        assert_eq!(words("facts/title", &FactValue::from(" ")), "(réponse retirée)");
    }

    #[test]
    fn the_tail_of_a_foreign_id_is_no_panic() {
        assert_eq!(tail("é"), "é");
        assert_eq!(tail("é…é"), "é…é");
    }
}
