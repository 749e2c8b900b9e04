//! What an import did, and what it could not take.

use std::collections::BTreeMap;

use super::{pad, plural, safe};
use crate::import::{Refusal, Tally};

/// The counts, at the end.
pub fn tally(tally: &Tally) -> String {
    let (rows, filed, statements) = (tally.rows, tally.filed, tally.statements);
    let mut text = format!(
        "{rows} ligne{} ou demande{} : {filed} rapport{} déposé{}, {statements} constatation{}",
        plural(rows),
        plural(rows),
        plural(filed),
        plural(filed),
        plural(statements),
    );
    if tally.already > 0 {
        text.push_str(&format!(", {} déjà déposé{}", tally.already, plural(tally.already)));
    }
    if tally.refused_total > 0 {
        text.push_str(&format!(", {} refus", tally.refused_total));
    }
    text.push('\n');
    text
}

/// One row that was not taken.
pub fn refusal(refusal: &Refusal) -> String {
    let item = refusal.item.map(|item| format!(" (demande {item})")).unwrap_or_default();
    format!("ligne {}{item} : {}", refusal.line, safe(&refusal.reason))
}

/// How far a long import is.
pub fn progress(tally: &Tally) -> String {
    format!("{} lues, {} déposées…", tally.rows, tally.filed + tally.already)
}

/// Types of other services and what they are filed as.
pub fn known(known: &BTreeMap<&str, &str>) -> String {
    known.iter().map(|(theirs, ours)| format!("{} {ours}\n", pad(theirs, 30))).collect()
}
