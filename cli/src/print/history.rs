//! Who wrote what, when, from which device, step by step: the report's changes and the acts of its
//! handling, in one line of time.

use ronde_core::model::document::{
    Action, Answer, Chosen, Comment, Decision, Event, Link, Statement, Voiding,
};
use ronde_core::model::fact::FactValue;
use ronde_core::model::history::{Step, Write};

use super::divergence::who;
use super::{fact, line};
use crate::reference::short;

const WORDS: usize = 72;

/// Every step with everything it put.
pub fn table(steps: &[Step]) -> String {
    if steps.is_empty() {
        return "Aucun historique ici.\n".into();
    }
    let mut text = String::new();
    for (place, step) in steps.iter().enumerate() {
        text.push_str(&format!("{}. {} — {}\n", place + 1, act(step), who(step.provenance.as_ref())));
        for write in step.writes.iter().filter(|write| !fact::is_ours(&write.key)) {
            text.push_str(&format!("     {}\n", put(write)));
        }
    }
    text
}

/// One line a step.
pub fn summary(steps: &[Step]) -> String {
    let lines = steps
        .iter()
        .enumerate()
        .map(|(place, step)| format!("  {}. {} — {}\n", place + 1, act(step), who(step.provenance.as_ref())));
    lines.collect()
}

/// What the step was, in a few words.
fn act(step: &Step) -> String {
    let facts = |write: &&Write| ["facts/", "person/", "vehicle/"].iter().any(|p| write.key.starts_with(p));
    if step.is_first && step.writes.iter().any(|write| write.key == "facts/type") {
        return "Déposé".into();
    }
    let mut labels: Vec<String> = step.writes.iter().map(label).collect();
    labels.dedup();
    let words = labels.join(", ");
    if step.writes.iter().any(|write| facts(&write)) { format!("Corrigé : {words}") } else { words }
}

fn put(write: &Write) -> String {
    let label = label(write);
    if let Some(said) = said(write) {
        return if said.trim().is_empty() { label } else { format!("{label} : {}", line(&said, WORDS)) };
    }
    let words = |value: &FactValue| line(&fact::words(&write.key, value), WORDS);
    let before: Vec<String> = write.replaced.iter().map(words).collect();
    let now = words(&write.value);
    if before.is_empty() {
        format!("{label} : {now}")
    } else {
        format!("{label} : {now} (avant : {})", before.join(" ; "))
    }
}

/// The key's label; an act of the handling by its name.
fn label(write: &Write) -> String {
    match Event::from_value(&write.value).filter(|_| write.key.starts_with("event/")) {
        Some(event) => verb(&event.what).to_owned(),
        None => fact::label(&write.key),
    }
}

/// What a supervisor did; the code of a later version as it is.
fn verb(what: &str) -> &str {
    match what {
        "read" => "Lu",
        "assign" => "Affecté",
        "close" => "Clos",
        "reopen" => "Rouvert",
        "approve" => "Approuvé",
        "release" => "Mise à l’écart levée",
        other => other,
    }
}

/// The words of a record.
fn said(write: &Write) -> Option<String> {
    let value = &write.value;
    let prefix = write.key.split('/').next().unwrap_or_default();
    match prefix {
        "statement" => Statement::from_value(value).map(|words| words.text),
        "action" => Action::from_value(value).map(|done| done.what),
        "void" => Voiding::from_value(value).map(|voiding| voiding.reason),
        "comment" => Comment::from_value(value).map(|comment| comment.text),
        "answer" => Answer::from_value(value).map(|answer| answer.text),
        "event" => Event::from_value(value).map(|event| {
            [event.assignee, event.reason].into_iter().flatten().collect::<Vec<_>>().join(" — ")
        }),
        "decision" => Decision::from_value(value).map(|decision| {
            let chosen = match &decision.chosen {
                Chosen::Value(value) => fact::words(&decision.key, value),
                Chosen::Change(change) => format!("la valeur de {}", &change.to_string()[..8]),
            };
            format!("{} : {chosen} — {}", fact::label(&decision.key), decision.reason)
        }),
        "link" => Link::from_value(value).map(|link| {
            let word = if link.linked { "même événement que" } else { "séparé de" };
            format!("{word} …{}", short(link.other))
        }),
        _ => None,
    }
}
