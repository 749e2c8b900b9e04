//! What was looked over, a line each.

use ronde_core::{Checkup, Health};

use super::{pad, safe};

/// Every finding, and a last word.
pub fn checkup(checkup: &Checkup) -> String {
    let mut lines: Vec<String> = Vec::new();
    for finding in &checkup.findings {
        lines.push(format!("{} {}", pad(word(finding.health), 10), safe(&finding.sentence)));
    }
    let last = match checkup.health {
        Health::Ok => "Tout va bien.",
        Health::Attention => "Quelque chose demande votre attention.",
        Health::Broken => "Quelque chose ne marche pas.",
    };
    lines.push(last.into());
    lines.join("\n")
}

fn word(health: Health) -> &'static str {
    match health {
        Health::Ok => "bien",
        Health::Attention => "attention",
        Health::Broken => "en panne",
    }
}
