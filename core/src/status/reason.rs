//! Why something was set aside, in words. Knows the codes of the wire and of the store, and no rule
//! behind them. Changes when a code joins.

use ronde_model::catalogue::Language;

/// Code, French, English.
const REASONS: [(&str, &str, &str); 21] = [
    (
        "no-right",
        "ce changement dépasse vos droits, il est mis à l’écart",
        "this change is beyond your rights and is set aside",
    ),
    (
        "bad-change",
        "ce changement n’a pas pu être lu, il est gardé",
        "this change could not be read and is kept",
    ),
    ("second-seal", "ce rapport était déjà déposé", "this report was filed already"),
    ("foreign-home", "ce rapport appartient à un autre service", "this report belongs to another unit"),
    (
        "expired-lease",
        "écrit après la fin du bail, un responsable doit l’accepter",
        "written after the end of the lease, a supervisor must accept it",
    ),
    (
        "revoked",
        "ce rapport est mis à l’écart, appareil révoqué",
        "this report is set aside, the device is revoked",
    ),
    (
        "malformed",
        "le serveur n’a pas pu lire ce rapport, il est gardé ici",
        "the server could not read this report, it is kept here",
    ),
    ("signature", "signature fausse\u{a0}: rien n’en est affiché", "wrong signature: nothing of it is shown"),
    (
        "missing-lease",
        "on ne sait pas encore qui l’a signé\u{a0}: rien n’en est affiché",
        "who signed it is not known yet: nothing of it is shown",
    ),
    (
        "missing-parent",
        "une version précédente n’est pas encore arrivée",
        "an earlier version has not arrived yet",
    ),
    (
        "missing-seal",
        "une version précédente n’est pas encore arrivée",
        "an earlier version has not arrived yet",
    ),
    (
        "newer-app",
        "écrit par une version plus récente de l’application",
        "written by a newer version of the app",
    ),
    ("later", "écrit par une version plus récente de l’application", "written by a newer version of the app"),
    (
        "replaced",
        "remplacé\u{a0}: un autre envoi en reprend le contenu",
        "replaced: another filing holds its content",
    ),
    (
        "lease-unverified",
        "bail non signé par l’organisation\u{a0}: ignoré",
        "lease not signed by the organisation: ignored",
    ),
    (
        "receipt-unverified",
        "accusé de réception non valable\u{a0}: ignoré",
        "receipt that does not hold: ignored",
    ),
    (
        "order-unverified",
        "ordre non valable pour cet appareil\u{a0}: ignoré",
        "order that does not hold for this device: ignored",
    ),
    (
        "order-of-another",
        "ordre non valable pour cet appareil\u{a0}: ignoré",
        "order that does not hold for this device: ignored",
    ),
    (
        "config-unverified",
        "configuration non signée par le serveur\u{a0}: ignorée",
        "configuration not signed by the server: ignored",
    ),
    (
        "damaged",
        "ce rapport est abîmé sur ce téléphone, ce qui en reste est gardé",
        "this report is damaged on this phone, what is left of it is kept",
    ),
    (
        "unhealed",
        "ce rapport n’a pas pu être remis en ordre, tout en est gardé",
        "this report could not be put in order, all of it is kept",
    ),
];

/// What a person reads for a reason code; the code itself when it is of a later version.
pub fn sentence(reason: &str, language: Language) -> &str {
    match REASONS.iter().find(|(code, ..)| *code == reason) {
        Some((_, fr, en)) => match language {
            Language::Fr => fr,
            Language::En => en,
        },
        None => reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_a_sentence_in_both_languages_and_a_later_one_is_its_code() {
        for (code, fr, en) in REASONS {
            assert_eq!((sentence(code, Language::Fr), sentence(code, Language::En)), (fr, en), "{code}");
            assert!(fr.contains(' ') && en.contains(' ') && fr != en, "{code}");
        }
        assert_eq!(sentence("of-a-later-version", Language::Fr), "of-a-later-version");
    }
}
