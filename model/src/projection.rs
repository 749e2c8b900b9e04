//! The row of a list, on the phone and in the console: one pure function of documents and
//! envelopes. Status, official number and reception are joined when read, never in here.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::catalogue::{Catalogue, Language};
use crate::divergence::{self, Comparison, Divergence, Shown};
use crate::document::{Contents, Document, Statement};
use crate::fact::{FactValue, Period, Position};
use crate::history::{self, Provenance, Provenances};
use crate::id::{AgentId, ChangeHash, DocId};

/// A report as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Encode, Decode)]
#[cbor(map)]
pub struct Row {
    /// The report.
    #[n(0)]
    pub doc: DocId,
    /// Its type's code.
    #[n(1)]
    pub report_type: String,
    /// Its title; the type's French label when none was given.
    #[n(2)]
    pub title: String,
    /// 1 to 5.
    #[n(3)]
    pub severity: u8,
    /// INSEE code of the commune, if known.
    #[n(4)]
    pub commune: Option<String>,
    /// When it began, ms UTC: the first moment of the facts, else when it was filed.
    #[n(5)]
    pub occurred_ms: i64,
    /// When it was filed, ms UTC by the author's corrected clock.
    #[n(6)]
    pub recorded_ms: i64,
    /// Who sealed it.
    #[n(7)]
    pub author: AgentId,
    /// That person's name.
    #[n(8)]
    pub author_name: String,
    /// That person's unit.
    #[n(9)]
    pub unit: String,
    /// How many statements.
    #[n(10)]
    #[serde(rename = "statement_count")]
    pub statements: u32,
    /// How many divergences are open.
    #[n(11)]
    #[serde(rename = "divergence_count")]
    pub divergences: u32,
    /// It was voided by its author.
    #[n(12)]
    pub voided: bool,
    /// Filed in three taps: its author has not yet added words or said that there are none. Never of a
    /// type that keeps no content.
    #[n(13)]
    pub to_complete: bool,
    /// Some time in it should be checked by a person.
    #[n(14)]
    pub doubtful_time: bool,
    /// Latitude and longitude, 1e-7 degree.
    #[n(15)]
    pub place: Option<(i32, i32)>,
    /// It has an urgent mark.
    #[n(16)]
    pub urgent: bool,
}

/// Everything a screen needs of one report, made once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// The list's row.
    pub row: Row,
    /// What is shown under each key.
    pub facts: BTreeMap<String, Shown>,
    /// Where people wrote apart.
    pub divergences: Vec<Divergence>,
    /// Statements in causal order, verbatim.
    pub statements: Vec<StatementView>,
}

/// One agent's words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementView {
    /// The suffix of its key.
    pub id: String,
    /// The words and their author.
    pub statement: Statement,
    /// Who, when, from which device.
    pub provenance: Option<Provenance>,
}

/// Projects a report. `None` when it has no seal (nothing to show yet).
pub fn project(
    doc: DocId,
    report: &Document,
    handling: Option<(&Document, &Provenances)>,
    provenances: &Provenances,
) -> Option<View> {
    let contents = report.contents();
    let sealed_by = provenances.get(&report.seal_hash()?)?;
    let divergences = divergence::find(&contents, handling, provenances, Comparison::Normalised);
    let facts = divergence::show(&contents, &divergences, provenances);
    let statements = statements(report, &contents, provenances);
    let row = row(doc, sealed_by, &contents, &facts, &divergences, &statements, provenances);
    Some(View { row, facts, divergences, statements })
}

fn row(
    doc: DocId,
    sealed_by: &Provenance,
    contents: &Contents,
    facts: &BTreeMap<String, Shown>,
    divergences: &[Divergence],
    statements: &[StatementView],
    provenances: &Provenances,
) -> Row {
    let fact = |name: &str| facts.get(&format!("facts/{name}")).map(|shown| &shown.value);
    let text = |name: &str| fact(name).and_then(FactValue::as_text).filter(|t| !t.trim().is_empty());
    let catalogue = Catalogue::shipped();
    let report_type = text("type").unwrap_or("other").to_owned();
    let severity = fact("severity")
        .and_then(FactValue::as_integer)
        .and_then(|s| u8::try_from(s).ok())
        .filter(|s| (1..=5).contains(s))
        .or_else(|| catalogue.report_type(&report_type).map(|t| t.severity))
        .unwrap_or(1);
    let recorded_ms = sealed_by.t.corrected_ms();
    let period = fact("occurred").and_then(FactValue::as_bytes).and_then(Period::from_bytes);
    let position = fact("position").and_then(FactValue::as_bytes).and_then(Position::from_bytes);
    let own_words = statements.iter().any(|s| s.statement.by == sealed_by.agent);
    let keeps_nothing = catalogue.report_type(&report_type).is_some_and(|known| known.no_content);
    let no_words = fact("no_statement") == Some(&FactValue::Flag(true));
    Row {
        doc,
        title: text("title")
            .map_or_else(|| catalogue.label(&report_type, Language::Fr).to_owned(), str::to_owned),
        severity,
        commune: text("commune").map(str::to_owned),
        occurred_ms: period.map_or(recorded_ms, |p| p.from_ms),
        recorded_ms,
        author: sealed_by.agent,
        author_name: sealed_by.name.clone(),
        unit: sealed_by.unit.clone(),
        statements: u32::try_from(statements.len()).unwrap_or(u32::MAX),
        divergences: u32::try_from(divergences.iter().filter(|d| d.open).count()).unwrap_or(u32::MAX),
        voided: contents.under("void/").next().is_some(),
        to_complete: !own_words && !no_words && !keeps_nothing,
        doubtful_time: provenances.values().any(|p| p.t.is_doubtful()),
        place: position.map(|p| (p.lat_e7, p.lon_e7)),
        urgent: fact("urgent") == Some(&FactValue::Flag(true)),
        report_type,
    }
}

/// In causal order: a clock set back never puts an answer before what it answers.
fn statements(report: &Document, contents: &Contents, provenances: &Provenances) -> Vec<StatementView> {
    let mut views: Vec<(ChangeHash, StatementView)> = contents
        .under("statement/")
        .filter_map(|(key, written)| {
            let statement = Statement::from_value(&written.value)?;
            let id = key.rsplit('/').next()?.to_owned();
            let provenance = provenances.get(&written.change).cloned();
            Some((written.change, StatementView { id, statement, provenance }))
        })
        .collect();
    if views.len() > 1 {
        let changes = history::in_order(report.changes(), provenances);
        let place = |hash: &ChangeHash| changes.iter().position(|change| change.hash == *hash);
        views.sort_by_cached_key(|(change, view)| (place(change), view.statement.at_ms, view.id.clone()));
    }
    views.into_iter().map(|(_, view)| view).collect()
}

/// Everybody who wrote a part of a report: its `author` scopes.
pub fn authors(provenances: &Provenances) -> BTreeSet<AgentId> {
    provenances.values().map(|p| p.agent).collect()
}
