//! A report, whole, as a person wants to read it: the head, the facts, people and vehicles, the
//! statements verbatim, the divergences, the history.

use std::collections::BTreeMap;

use ronde_core::Detail;
use ronde_core::model::catalogue::{Catalogue, Language};
use ronde_core::model::divergence::Shown;
use ronde_core::model::fact::{Period, Position};
use ronde_core::model::history::Step;
use serde::Serialize;

use super::{divergence, fact, history, moment, pad, safe, statement, status};
use crate::reference::short;

/// A report with its history, and its facts in words.
#[derive(Serialize)]
pub struct ReportAnswer {
    #[serde(flatten)]
    detail: Detail,
    /// Key → what a person reads.
    read: BTreeMap<String, Read>,
    history: Vec<Step>,
}

#[derive(Serialize)]
struct Read {
    label: String,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Degrees>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
}

#[derive(Serialize)]
struct Degrees {
    lat: f64,
    lon: f64,
    accuracy_m: f64,
}

impl ReportAnswer {
    /// Puts the facts in words.
    pub fn new(detail: Detail, history: Vec<Step>) -> Self {
        let read = detail.facts.iter().map(|(key, shown)| (key.clone(), Read::of(key, shown))).collect();
        ReportAnswer { detail, read, history }
    }
}

impl Read {
    fn of(key: &str, shown: &Shown) -> Self {
        let bytes = shown.value.as_bytes();
        let period = bytes.and_then(Period::from_bytes);
        let position = bytes.filter(|_| period.is_none()).and_then(Position::from_bytes).map(|fix| Degrees {
            lat: fix.lat(),
            lon: fix.lon(),
            accuracy_m: fix.accuracy_m(),
        });
        Read { label: fact::label(key), words: fact::words(key, &shown.value), position, period }
    }
}

/// The whole page; `screen` is the width to fill, if there is a screen.
pub fn page(answer: &ReportAnswer, screen: Option<usize>) -> String {
    let detail = &answer.detail;
    let mut text = head(detail);
    text.push_str("\nFAITS\n");
    text.push_str(&facts(answer, |key| key.starts_with("facts/") && !fact::is_ours(key)));
    let involved = facts(answer, |key| !key.starts_with("facts/"));
    if !involved.is_empty() {
        text.push_str(&format!("\nPERSONNES ET VÉHICULES\n{involved}"));
    }
    text.push_str(&format!("\nCONSTATATIONS\n{}", statement::all(&detail.statements, screen)));
    if !detail.divergences.is_empty() {
        text.push_str(&format!("\nDIVERGENCES\n{}", divergence::all(&detail.divergences)));
    }
    text.push_str(&format!("\nSUITES\n{}", follow_up(detail)));
    text.push_str(&format!("\nHISTORIQUE\n{}", history::summary(&answer.history)));
    text
}

fn head(detail: &Detail) -> String {
    let row = &detail.item.row;
    let catalogue = Catalogue::shipped();
    let kind = catalogue.label(&row.report_type, Language::Fr);
    let severity = catalogue.severity_label(row.severity, Language::Fr).unwrap_or_default();
    let number = detail.item.number.as_deref().map_or("sans numéro".to_owned(), safe);
    let marks = [
        (row.urgent, "URGENT"),
        (row.voided, "ANNULÉ"),
        (row.to_complete && !row.voided, "À compléter"),
        (row.doubtful_time, "Heure à vérifier"),
    ];
    let marks: String =
        marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| format!(" · {mark}")).collect();
    format!(
        "{title}\n{kind} · gravité {} ({severity}){marks}\n{number} · …{} · déposé le {} par {} ({})\nÉtat : {}\n",
        row.severity,
        short(row.doc),
        moment::here(row.recorded_ms),
        safe(&row.author_name),
        safe(&row.unit),
        status::words(&detail.item.status),
        title = safe(&row.title),
        kind = safe(kind),
    )
}

fn facts(answer: &ReportAnswer, wanted: impl Fn(&str) -> bool) -> String {
    let detail = &answer.detail;
    let shown: Vec<(&String, &Shown)> = detail.facts.iter().filter(|(key, _)| wanted(key)).collect();
    let width = shown.iter().map(|(key, _)| fact::label(key).chars().count()).max().unwrap_or(0);
    let lines = shown.iter().map(|(key, shown)| {
        let mark = if shown.diverges { "≠" } else { " " };
        let mut words = fact::words(key, &shown.value);
        for pin in &shown.also {
            words.push_str(&format!(" ; {}", fact::words(key, pin)));
        }
        match detail.first.get(*key) {
            Some(first) if *first != shown.value && !shown.diverges => {
                words.push_str(&format!("   (déposé : {}, corrigé depuis)", fact::words(key, first)));
            }
            None => words.push_str("   (ajouté depuis le dépôt)"),
            _ => {}
        }
        let indent = format!("\n{}", " ".repeat(width + 6));
        format!("  {mark} {}  {}\n", pad(&fact::label(key), width), words.replace('\n', &indent))
    });
    lines.collect()
}

/// Whoever is named by somebody else has not taken it up for all that.
fn given(to: &str, by: Option<&str>) -> String {
    let word = if by == Some(to) { "Pris en charge par" } else { "Affecté à" };
    format!("{word} {}", safe(to))
}

fn follow_up(detail: &Detail) -> String {
    let life = &detail.lifecycle;
    let acts = [
        ("Lu", &life.read),
        ("Affecté", &life.assigned),
        ("Approuvé", &life.approved),
        ("Clos", &life.closed),
    ];
    let mut text = String::new();
    for (word, act) in acts {
        let Some(act) = act else { continue };
        let by = act.provenance.as_ref().map(|by| by.name.as_str());
        let word = act.assignee.as_deref().map_or_else(|| word.to_owned(), |to| given(to, by));
        let reason =
            act.reason.as_deref().map(|reason| format!(" — motif : {}", safe(reason))).unwrap_or_default();
        text.push_str(&format!("  {word} — {}{reason}\n", divergence::who(act.provenance.as_ref())));
    }
    for other in &life.linked {
        text.push_str(&format!("  Même événement que …{}\n", short(*other)));
    }
    if text.is_empty() { "  Aucune.\n".into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::given;

    #[test]
    fn whoever_was_named_by_somebody_else_has_not_taken_it_up() {
        assert_eq!(given("Samir Morel", Some("Hélène Roy")), "Affecté à Samir Morel");
        assert_eq!(given("Hélène Roy", Some("Hélène Roy")), "Pris en charge par Hélène Roy");
    }
}
