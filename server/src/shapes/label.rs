//! French words for keys and for the values under them, from the catalogue.
//! Changes when a prefix appears.

use ronde_model::catalogue::{Catalogue, Language};
use ronde_model::document::key::{Key, Prefix};
use ronde_model::fact::FactValue;

/// The words for what stands under a key: its field, or its kind of entry; the key itself for one
/// that this version does not know.
pub fn label_of(key: &str) -> String {
    let words = match Key::parse(key) {
        Some(Key::Fact(field) | Key::Involved(_, field)) => {
            Catalogue::shipped().field_label(field, Language::Fr)
        }
        Some(Key::Statement(..)) => "Constatations",
        Some(Key::Entry(prefix, _)) => word(prefix),
        Some(Key::Unknown) | None => key,
    };
    words.to_owned()
}

/// A value as a person reads it: the words of a choice, yes or no, a decimal comma.
pub fn words_of(key: &str, value: &FactValue) -> String {
    let field = match Key::parse(key) {
        Some(Key::Fact(field) | Key::Involved(_, field)) => field,
        _ => key,
    };
    Catalogue::shipped().words(field, value, Language::Fr)
}

fn word(prefix: Prefix) -> &'static str {
    match prefix {
        Prefix::Attachment => "Pièce jointe",
        Prefix::Action => "Action",
        Prefix::Void => "Annulation",
        Prefix::Event => "Suite donnée",
        Prefix::Decision => "Décision",
        Prefix::Comment => "Commentaire",
        Prefix::Answer => "Réponse",
        Prefix::Link => "Rapprochement",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_words_and_an_unknown_one_is_shown_raw() {
        let suffix = "a".repeat(26);
        assert_eq!(label_of("facts/severity"), "Gravité");
        assert_eq!(label_of(&format!("decision/{suffix}")), "Décision");
        assert_eq!(label_of(&format!("statement/{}/{suffix}", "00".repeat(16))), "Constatations");
        assert_eq!(label_of("hologram/x"), "hologram/x");
        assert_eq!(words_of("facts/volume_m3", &FactValue::Decimal(2.5)), "2,5");
    }
}
