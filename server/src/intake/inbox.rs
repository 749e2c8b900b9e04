//! The inbox's row of an affair: the projection that phones show too, where the report stands, and
//! its words for the filter. Pure.

use ronde_model::catalogue::{Catalogue, Language};
use ronde_model::document::key::Key;
use ronde_model::fact::FactValue;
use ronde_model::lifecycle::{Lifecycle, fold as fold_events};
use ronde_model::projection::{View, project};
use ronde_model::words::{fold, fold_reference};

use super::affair::Affair;
use crate::archive::ReportRow;
use crate::events::handled_of;
use crate::supervision::Status;

/// Words kept for the filter at most, bytes.
const MAX_WORDS: usize = 64 * 1024;

/// The row, when the seal is accepted and something moved; its place is that of the report's row.
pub fn row_of(affair: &Affair<'_>) -> Option<ReportRow> {
    let row = affair.row.as_ref().filter(|row| row.sealed)?;
    if !affair.report.moved && !affair.handling.moved {
        return None;
    }
    let view = view_of(affair)?;
    let lifecycle = lifecycle_of(affair);
    Some(ReportRow {
        place: row.place,
        words: words_of(&view),
        handled: handled_of(affair, &lifecycle, &view),
        status: Status::of(&lifecycle),
        row: view.row,
    })
}

/// Everything shown of the report; `None` while its seal is not accepted.
pub fn view_of(affair: &Affair<'_>) -> Option<View> {
    let row = affair.row.as_ref().filter(|row| row.sealed)?;
    let report = affair.report.document.as_ref()?;
    project(row.doc, report, affair.handling.pair(), &affair.report.provenances)
}

/// What became of the report.
pub fn lifecycle_of(affair: &Affair<'_>) -> Lifecycle {
    affair
        .handling
        .pair()
        .map(|(document, provenances)| fold_events(document, provenances))
        .unwrap_or_default()
}

fn words_of(view: &View) -> String {
    let mut words = view.row.title.clone();
    let facts = view.facts.iter().flat_map(|(key, shown)| said(key, &shown.value));
    // What somebody wrote is looked for, also when another's value is shown.
    let apart = view.divergences.iter().flat_map(|divergence| {
        let shown = view.facts.get(&divergence.key).map(|shown| &shown.value);
        let others = divergence.voices.iter().filter(move |voice| Some(&voice.value) != shown);
        others.flat_map(|voice| said(&divergence.key, &voice.value))
    });
    let statements = view.statements.iter().map(|line| line.statement.text.clone());
    for text in facts.chain(apart).chain(statements) {
        if words.len() + text.len() > MAX_WORDS {
            continue;
        }
        words.push_str(" | ");
        words.push_str(&text);
    }
    fold(&words)
}

/// What a value of words is looked for by: of people and vehicles the words of a choice in both languages,
/// and a plate without its signs too.
fn said(key: &str, value: &FactValue) -> Vec<String> {
    let FactValue::Text(text) = value else { return Vec::new() };
    let Some(Key::Involved(_, field)) = Key::parse(key) else { return vec![text.clone()] };
    let words = |language| Catalogue::shipped().words(field, value, language);
    let mut said = vec![words(Language::Fr), words(Language::En)];
    if field == "plate" {
        said.push(fold_reference(text));
    }
    said.dedup();
    said
}
