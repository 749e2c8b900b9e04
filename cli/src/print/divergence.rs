//! Where people wrote apart: every value with its author, none before the others.

use ronde_core::model::divergence::{Decided, Divergence};
use ronde_core::model::history::Provenance;

use super::{fact, moment, safe};

/// All divergences of a report.
pub fn all(divergences: &[Divergence]) -> String {
    if divergences.is_empty() {
        return "Aucune divergence.\n".into();
    }
    divergences.iter().map(one).collect()
}

fn one(divergence: &Divergence) -> String {
    let state = if divergence.open { "à arbitrer" } else { "arbitrée" };
    let mut text = format!("≠ {} — {state} ({})\n", fact::label(&divergence.key), safe(&divergence.key));
    for (place, voice) in divergence.voices.iter().enumerate() {
        let words = fact::words(&divergence.key, &voice.value).replace('\n', "\n     ");
        text.push_str(&format!("  {}. {words}\n     {}\n", place + 1, who(voice.provenance.as_ref())));
    }
    for decided in &divergence.decisions {
        text.push_str(&decision(&divergence.key, decided));
    }
    text
}

fn decision(key: &str, decided: &Decided) -> String {
    let value = decided.value.as_ref().map_or("valeur inconnue ici".into(), |value| fact::words(key, value));
    let reason = match decided.decision.reason.trim() {
        "" => String::new(),
        reason => format!(" — motif : {}", safe(reason)),
    };
    format!("  → Décision : {value}, {}{reason}\n", who(decided.provenance.as_ref()))
}

/// `Inès Martin (PM Chartres), 23/11/2026 05:41, appareil 3f9a01bc`.
pub fn who(provenance: Option<&Provenance>) -> String {
    let Some(provenance) = provenance else {
        return "auteur inconnu ici".into();
    };
    let device = provenance.device.to_string();
    let mut text = format!(
        "{} ({}), {}, appareil {}",
        safe(&provenance.name),
        safe(&provenance.unit),
        moment::of_author(&provenance.t),
        fact::tail_of_device(&device),
    );
    if provenance.offline() == Some(true) {
        text.push_str(", hors réseau");
    }
    if provenance.late {
        text.push_str(", après la fin du bail");
    }
    text
}
