//! What a signed act answers.

use ronde_core::model::id::{DocId, Eid};
use serde::Serialize;

use super::fact;
use crate::reference::short;

/// A signed change of a report.
#[derive(Serialize)]
pub struct Act {
    /// The report.
    pub report: DocId,
    /// The envelope that carries the change.
    pub envelope: Eid,
}

/// After a correction.
pub fn corrected(report: DocId, envelope: Option<Eid>) -> String {
    match envelope {
        Some(_) => format!("Corrigé : …{}. La version déposée reste lisible.", short(report)),
        None => format!("Rien à changer dans …{}.", short(report)),
    }
}

/// After a statement.
pub fn stated(report: DocId) -> String {
    format!("Constatations ajoutées à …{}.", short(report))
}

/// After a voiding.
pub fn voided(report: DocId) -> String {
    format!("Annulé : …{}. Le rapport reste lisible, avec le motif.", short(report))
}

/// After a decision.
pub fn decided(report: DocId, key: &str, envelope: Option<Eid>) -> String {
    match envelope {
        Some(_) => format!(
            "Arbitré : {} de …{}. Chaque valeur reste dans l’historique.",
            fact::label(key),
            short(report)
        ),
        None => format!("{} de …{} avait déjà cette valeur.", fact::label(key), short(report)),
    }
}
