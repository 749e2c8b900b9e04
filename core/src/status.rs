//! The status ladder: one word a report, the same on phone, console, API and docs. Pure: made of
//! receipts and the handling's events, never of what this phone believes it sent.

use serde::Serialize;

use crate::store::Acts;

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Status {
    /// Rows on disk, not filed.
    Draft,
    /// Durable on this phone.
    Stored,
    /// The receipt covers every envelope of this device for the report.
    Delivered,
    /// Read by a person with a supervisory role.
    Read {
        /// Who.
        by: String,
        /// When, ms UTC.
        at_ms: i64,
    },
    /// Somebody has taken it on.
    Assigned {
        /// Who.
        to: String,
        /// When, ms UTC.
        at_ms: i64,
    },
    /// Closed, with a reason.
    Closed {
        /// Why.
        reason: String,
        /// When, ms UTC.
        at_ms: i64,
    },
    /// A person must look.
    NeedsYou {
        /// Why: `no-right`, `bad-change`, `second-seal`, `revoked`, `malformed`…
        reason: String,
    },
}

/// The furthest step the handling's acts prove, once the server holds everything.
pub fn furthest(acts: &Acts) -> Status {
    if let Some((reason, at_ms)) = acts.closed.clone() {
        Status::Closed { reason, at_ms }
    } else if let Some((to, at_ms)) = acts.assigned.clone() {
        Status::Assigned { to, at_ms }
    } else if let Some((by, at_ms)) = acts.read.clone() {
        Status::Read { by, at_ms }
    } else {
        Status::Delivered
    }
}

impl Status {
    /// The words of the ladder, in French, without the hour.
    pub fn words(&self) -> String {
        match self {
            Status::Draft => "Brouillon".into(),
            Status::Stored => "Sur ce téléphone".into(),
            Status::Delivered => "Reçu par le serveur".into(),
            Status::Read { by, .. } => format!("Lu par {by}"),
            Status::Assigned { to, .. } => format!("Pris en charge : {to}"),
            Status::Closed { reason, .. } => format!("Clos : {reason}"),
            Status::NeedsYou { reason } => format!("À revoir : {}", sentence(reason)),
        }
    }
}

/// What a person reads for a reason code, in French.
pub fn sentence(reason: &str) -> &str {
    match reason {
        "no-right" => "ce changement dépasse vos droits, il est mis à l’écart",
        "bad-change" => "ce changement n’a pas pu être lu, il est gardé",
        "second-seal" => "ce rapport était déjà déposé",
        "foreign-home" => "ce rapport appartient à un autre service",
        "expired-lease" => "écrit après la fin du bail, un responsable doit l’accepter",
        "revoked" => "ce rapport est mis à l’écart, appareil révoqué",
        "malformed" => "le serveur n’a pas pu lire ce rapport, il est gardé ici",
        "signature" => "signature fausse : rien n’en est affiché",
        "missing-lease" => "on ne sait pas encore qui l’a signé : rien n’en est affiché",
        "missing-parent" | "missing-seal" => "une version précédente n’est pas encore arrivée",
        "newer-app" => "écrit par une version plus récente de l’application",
        "replaced" => "remplacé : un autre envoi en reprend le contenu",
        "lease-unverified" => "bail non signé par l’organisation : ignoré",
        "receipt-unverified" => "accusé de réception non valable : ignoré",
        "order-unverified" | "order-of-another" => "ordre non valable pour cet appareil : ignoré",
        "config-unverified" => "configuration non signée par le serveur : ignorée",
        other => other,
    }
}
