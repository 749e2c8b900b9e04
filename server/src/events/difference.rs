//! Facts that differ between the reports of one event, by the rules that spare people divergences
//! not worth their time. Pure. Changes when another fact is worth comparing.

use std::collections::BTreeSet;

use ronde_model::divergence::{Comparison, same};
use ronde_model::fact::{FactValue, Period, Position};
use ronde_model::history::Provenance;
use ronde_model::id::DocId;

use super::event::Event;
use super::suggestion::{NEAR_M, SOON_MS};
use crate::supervision::ReportDetail;

/// What each report has of its own: a title is its author's words, the others say where it is from.
const OWN: [&str; 7] = [
    "facts/title",
    "facts/template",
    "facts/no_statement",
    "facts/source_type",
    "facts/source_area",
    "facts/source_id",
    "facts/tags",
];

/// A fact that differs between two reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The key.
    pub key: String,
    /// One value per report that has one.
    pub values: Vec<DifferentValue>,
}

/// What one report says.
#[derive(Debug, Clone, PartialEq)]
pub struct DifferentValue {
    /// The report.
    pub report: DocId,
    /// The value shown there.
    pub value: FactValue,
    /// Who wrote it.
    pub who: Option<Provenance>,
}

/// Two people stand some way apart and look at the clock when they can: what is near enough to suggest
/// that two reports are one event is no contradiction between them.
fn is_one_place_and_time(a: &FactValue, b: &FactValue) -> bool {
    let (Some(a), Some(b)) = (a.as_bytes(), b.as_bytes()) else { return false };
    if let (Some(a), Some(b)) = (Position::from_bytes(a), Position::from_bytes(b)) {
        return a.distance_m(&b) <= NEAR_M;
    }
    match (Period::from_bytes(a), Period::from_bytes(b)) {
        (Some(a), Some(b)) => {
            i64::try_from(a.from_ms.abs_diff(b.from_ms)).is_ok_and(|apart| apart <= SOON_MS)
        }
        _ => false,
    }
}

/// Whether two reports that both say something say it apart.
fn differ<'v>(key: &str, values: impl Iterator<Item = &'v FactValue>) -> bool {
    if OWN.contains(&key) {
        return false;
    }
    let values: Vec<&FactValue> = values.collect();
    let apart = |a: &FactValue, b: &FactValue| {
        !same(key, a, b, Comparison::Normalised) && !is_one_place_and_time(a, b)
    };
    values.iter().enumerate().any(|(place, a)| values.iter().skip(place + 1).any(|b| apart(a, b)))
}

/// How many facts differ.
pub fn count_differences(event: &Event<'_>) -> u32 {
    if event.others.is_empty() {
        return 0;
    }
    let keys: BTreeSet<&String> = event.members().flat_map(|member| member.handled.facts.keys()).collect();
    let values = |key: &String| event.members().filter_map(|member| member.handled.facts.get(key)).collect();
    let apart = keys.into_iter().filter(|key| differ(key, Vec::<&FactValue>::into_iter(values(key))));
    u32::try_from(apart.count()).unwrap_or(u32::MAX)
}

/// The facts that differ, by key, with who wrote each value.
pub fn differences(reports: &[ReportDetail]) -> Vec<Difference> {
    let views = || reports.iter().filter_map(|report| Some((report, report.view.as_ref()?)));
    let keys: BTreeSet<&String> =
        views().flat_map(|(_, view)| view.facts.keys()).filter(|key| key.starts_with("facts/")).collect();
    keys.into_iter()
        .filter_map(|key| {
            let said = || views().filter_map(|(report, view)| Some((report, &view.facts.get(key)?.value)));
            differ(key, said().map(|(_, value)| value)).then(|| Difference {
                key: key.clone(),
                values: said()
                    .map(|(report, value)| DifferentValue {
                        report: report.doc,
                        value: value.clone(),
                        who: report.wrote.get(key).cloned(),
                    })
                    .collect(),
            })
        })
        .collect()
}
