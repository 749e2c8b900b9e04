//! Words for keys and for the values under them, in French or English, from the catalogue.
//! Changes when a prefix appears.

use ronde_model::catalogue::{Catalogue, Language};
use ronde_model::document::key::{Key, Prefix};
use ronde_model::fact::FactValue;
use ronde_model::projection::Row;
use ronde_model::rights::Roles;

use crate::people::NO_UNIT;

/// The words for what stands under a key: its field, or its kind of entry; the key itself for one
/// that this version does not know.
pub fn label_of(key: &str, language: Language) -> String {
    let words = match Key::parse(key) {
        Some(Key::Fact(field) | Key::Involved(_, field)) => Catalogue::shipped().field_label(field, language),
        Some(Key::Statement(..)) => in_either(language, "Constatations", "Statement"),
        Some(Key::Entry(prefix, _)) => word(prefix, language),
        Some(Key::Unknown) | None => key,
    };
    words.to_owned()
}

/// A value as a person reads it: the words of a choice, yes or no, a decimal comma.
pub fn words_of(key: &str, value: &FactValue, language: Language) -> String {
    let field = match Key::parse(key) {
        Some(Key::Fact(field) | Key::Involved(_, field)) => field,
        _ => key,
    };
    Catalogue::shipped().words(field, value, language)
}

/// A report's title; where its author gave none, it is the label of its type.
pub fn title_of(row: &Row, language: Language) -> &str {
    let catalogue = Catalogue::shipped();
    if row.title == catalogue.label(&row.report_type, Language::Fr) {
        catalogue.label(&row.report_type, language)
    } else {
        &row.title
    }
}

/// The words for a role; its code for one that this version does not know.
pub fn role_of(code: &str, language: Language) -> &str {
    match Roles::shipped().get(code) {
        Some(role) => in_either(language, &role.fr, &role.en),
        None => code,
    }
}

/// A unit as a person reads it. Units name themselves; who belongs to none has the whole agglomeration.
pub fn unit_of(unit: &str, language: Language) -> &str {
    if unit == NO_UNIT {
        in_either(language, "Toute l’agglomération", "The whole agglomeration")
    } else {
        unit
    }
}

fn word(prefix: Prefix, language: Language) -> &'static str {
    let (fr, en) = match prefix {
        Prefix::Attachment => ("Pièce jointe", "Attachment"),
        Prefix::Action => ("Action", "Action"),
        Prefix::Void => ("Annulation", "Voiding"),
        Prefix::Event => ("Suite donnée", "Follow-up"),
        Prefix::Decision => ("Décision", "Decision"),
        Prefix::Comment => ("Commentaire", "Comment"),
        Prefix::Answer => ("Réponse", "Answer"),
        Prefix::Link => ("Rapprochement", "Link"),
    };
    in_either(language, fr, en)
}

fn in_either<'w>(language: Language, fr: &'w str, en: &'w str) -> &'w str {
    match language {
        Language::Fr => fr,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_and_the_unit_of_nobody_have_words_and_a_later_role_is_shown_raw() {
        for (code, role) in Roles::shipped().iter() {
            assert_eq!((role_of(code, Language::Fr), role_of(code, Language::En)), (&*role.fr, &*role.en));
        }
        assert_eq!(role_of("agglomeration_supervisor", Language::Fr), "Superviseur d’agglomération");
        assert_eq!(role_of("dream_reader", Language::En), "dream_reader");
        assert_eq!(unit_of(NO_UNIT, Language::En), "The whole agglomeration");
        assert_eq!(unit_of("pm-centre", Language::Fr), "pm-centre");
    }

    #[test]
    fn every_key_has_words_and_an_unknown_one_is_shown_raw() {
        let suffix = "a".repeat(26);
        let fr = |key: &str| label_of(key, Language::Fr);
        assert_eq!(fr("facts/severity"), "Gravité");
        assert_eq!(fr(&format!("decision/{suffix}")), "Décision");
        assert_eq!(fr(&format!("statement/{}/{suffix}", "00".repeat(16))), "Constatations");
        assert_eq!(fr("hologram/x"), "hologram/x");
        assert_eq!(label_of("facts/severity", Language::En), "Severity");
        assert_eq!(label_of(&format!("link/{suffix}"), Language::En), "Link");
        let band = format!("person/{}/age_band", "0".repeat(26));
        assert_eq!(
            (fr(&band), words_of(&band, &"adult".into(), Language::En)),
            ("Tranche d’âge".into(), "Adult".into())
        );
        assert_eq!(words_of("facts/volume_m3", &FactValue::Decimal(2.5), Language::Fr), "2,5");
        assert_eq!(words_of("facts/volume_m3", &FactValue::Decimal(2.5), Language::En), "2.5");
    }
}
