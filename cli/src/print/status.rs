//! How far everything is, and what an exchange with the server did.

use ronde_core::{SetAside, Status, SyncReport, SyncStatus};

use super::{moment, plural, safe};
use crate::reference::short;

/// The ladder's words with their hour.
pub fn words(status: &Status) -> String {
    let words = safe(&status.words());
    match status {
        Status::Read { at_ms, .. } | Status::Assigned { at_ms, .. } | Status::Closed { at_ms, .. } => {
            format!("{words} ({})", moment::here(*at_ms))
        }
        Status::Draft | Status::Stored | Status::Delivered | Status::NeedsYou { .. } => words,
    }
}

/// `ronde status`.
pub fn standing(status: &SyncStatus, set_aside: &[SetAside]) -> String {
    let mut text = format!("{}\n", safe(&status.sentence));
    let (written, received, waiting) = (status.written, status.received, status.waiting);
    text.push_str(&format!(
        "  Écrit ici {written} · reçu par le serveur {received} · en attente {waiting}\n"
    ));
    if let Some(since) = status.waiting_since_ms {
        text.push_str(&format!("  Le plus ancien attend depuis le {}\n", moment::here(since)));
    }
    match status.last_contact_ms {
        Some(contact) => text.push_str(&format!("  Dernier contact le {}\n", moment::here(contact))),
        None => text.push_str("  Aucun contact avec le serveur\n"),
    }
    text.push_str(&aside(set_aside));
    text
}

/// `ronde sync`; without a report nobody answered.
pub fn exchange(report: Option<&SyncReport>, status: &SyncStatus, set_aside: &[SetAside]) -> String {
    let mut text = String::new();
    if let Some(report) = report {
        let (up, down) = (moment::size(report.bytes_up), moment::size(report.bytes_down));
        text.push_str(&format!(
            "Envoyé {pushed} ({up}) · reçu {fed} ({down}) · {requests} échange{s}\n",
            pushed = report.pushed,
            fed = report.fed,
            requests = report.requests,
            s = plural(report.requests),
        ));
        if report.refused > 0 {
            text.push_str(&format!("Mis à l’écart ou refusé par le serveur : {}\n", report.refused));
        }
    }
    text.push_str(&format!("{}\n", safe(&status.sentence)));
    text.push_str(&aside(set_aside));
    text
}

fn aside(set_aside: &[SetAside]) -> String {
    let line = |one: &SetAside| {
        let whose = if one.own { "de cet appareil" } else { "reçu" };
        let report = one.doc.map(|doc| format!(", rapport …{}", short(doc))).unwrap_or_default();
        format!("  {} ({whose}{report})\n", safe(&one.sentence))
    };
    let under = |title: &str, replaced: bool| {
        let lines: String =
            set_aside.iter().filter(|one| (one.reason == "replaced") == replaced).map(line).collect();
        if lines.is_empty() { lines } else { format!("{title} :\n{lines}") }
    };
    under("À revoir", false) + &under("Remplacé, rien à faire", true)
}
