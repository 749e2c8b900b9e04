//! What a rescue saved and what it could not.

use ronde_core::{RescueStep, Rescued};

use super::{plural, safe};

/// Nothing to do.
pub fn not_needed() -> String {
    "Le carnet est sain : rien à sauver (--force le refait quand même).".into()
}

/// What was saved, what was not, and what comes next.
pub fn saved(rescued: &Rescued) -> String {
    let Rescued { envelopes, reports, drafts, .. } = rescued;
    let (e, r, d) = (plural(*envelopes), plural(*reports), plural(*drafts));
    let mut lines =
        vec![format!("Sauvé : {envelopes} écrit{e}, {reports} rapport{r} à lire, {drafts} brouillon{d}.")];
    for loss in &rescued.unreadable {
        lines.push(format!("  {}", safe(&loss.sentence)));
    }
    if rescued.unreadable.is_empty() {
        lines.push("Rien n’a été perdu.".into());
    }
    lines.push(format!("Le fichier abîmé est gardé : {}", safe(&rescued.aside)));
    let next = if rescued.enrolled {
        "Lancez « ronde sync » : le serveur rend ce qu’il a et reçoit ce qui lui manque."
    } else {
        "Demandez une invitation, puis « ronde enrol » et « ronde sync »."
    };
    lines.push(next.into());
    lines.join("\n")
}

/// How far it is, in tenths of each step.
pub fn tenth(step: RescueStep) -> (bool, u64) {
    match step {
        RescueStep::Reading { done, of } => (false, done * 10 / of.max(1)),
        RescueStep::Writing { done, of } => (true, done * 10 / of.max(1)),
    }
}

/// The same in words.
pub fn step(step: RescueStep) -> String {
    let (writing, tenths) = tenth(step);
    let what = if writing { "écriture" } else { "lecture" };
    format!("{what} : {} %", tenths * 10)
}
