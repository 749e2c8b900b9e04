//! No silent winner (S4): where people wrote apart, which decision holds, and what a screen shows
//! meanwhile. Equal values, positions within each other's accuracy and one agent's own successive
//! values are no divergence. Nothing here ever blocks saving.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::document::{Chosen, Contents, Decision, Document, Written};
use crate::fact::{FactValue, Period, Position};
use crate::history::{Provenance, Provenances};
use crate::id::ChangeHash;
use crate::words::{fold, fold_reference};

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Comparison {
    /// The rules of S4.
    #[default]
    Normalised,
    /// Byte for byte: only to measure what the rules spare people.
    Raw,
}

/// One value of a divergence, with its author.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Voice {
    /// The value.
    pub value: FactValue,
    /// The change that wrote it.
    pub change: ChangeHash,
    /// Who, when, from which device.
    pub provenance: Option<Provenance>,
}

/// A decision as a screen shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decided {
    /// The suffix of the decision's key.
    pub id: String,
    /// The value that holds; `None` when the change it names is not known here.
    pub value: Option<FactValue>,
    /// The record.
    pub decision: Decision,
    /// Who decided, when.
    pub provenance: Option<Provenance>,
}

/// A key under which people wrote apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Divergence {
    /// The key.
    pub key: String,
    /// One per author and distinct value, ordered by change hash: no value leads.
    pub voices: Vec<Voice>,
    /// Every change whose value stands under the key, equal values and one agent's own included:
    /// what a decision made now must name as seen, or it would never hold.
    pub present: Vec<ChangeHash>,
    /// The decisions that cover the present values and that no other names.
    pub decisions: Vec<Decided>,
    /// No single decision holds.
    pub open: bool,
}

/// What a screen shows under one key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The value shown.
    pub value: FactValue,
    /// The other pins, for a position that diverges.
    pub also: Vec<FactValue>,
    /// The mark: an open divergence.
    pub diverges: bool,
}

/// Every divergence of a report, by key.
pub fn find(
    report: &Contents,
    handling: Option<(&Document, &Provenances)>,
    provenances: &Provenances,
    comparison: Comparison,
) -> Vec<Divergence> {
    let decisions = handling.map(|(document, p)| decisions_of(document, p)).unwrap_or_default();
    report
        .values
        .iter()
        .filter(|(_, values)| values.len() > 1)
        .filter_map(|(key, values)| {
            let voices = voices(key, values, provenances, comparison);
            (voices.len() > 1).then(|| settle(key, values, voices, &decisions))
        })
        .collect()
}

/// What a screen shows under every fact key. Safety-monotone: the highest severity, the union of
/// time windows, both pins; for any other key the value whose change has the lower hash.
pub fn show(
    report: &Contents,
    divergences: &[Divergence],
    provenances: &Provenances,
) -> BTreeMap<String, Shown> {
    let by_key: BTreeMap<&str, &Divergence> = divergences.iter().map(|d| (d.key.as_str(), d)).collect();
    report
        .values
        .iter()
        .filter(|(key, _)| !is_grow_only(key))
        .filter_map(|(key, values)| {
            let shown = match by_key.get(key.as_str()) {
                Some(divergence) => show_divergence(key, divergence)?,
                None => Shown { value: latest(values, provenances)?, also: Vec::new(), diverges: false },
            };
            Some((key.clone(), shown))
        })
        .collect()
}

fn is_grow_only(key: &str) -> bool {
    !["facts/", "person/", "vehicle/"].iter().any(|prefix| key.starts_with(prefix))
}

fn show_divergence(key: &str, divergence: &Divergence) -> Option<Shown> {
    if let [Decided { value: Some(value), .. }] = divergence.decisions.as_slice()
        && !divergence.open
    {
        return Some(Shown { value: value.clone(), also: Vec::new(), diverges: false });
    }
    let values: Vec<&FactValue> = divergence.voices.iter().map(|voice| &voice.value).collect();
    let first = (*values.first()?).clone();
    let mut also = Vec::new();
    let value = if key == "facts/severity" {
        let known = values.iter().filter_map(|v| v.as_integer()).filter(|s| (1..=5).contains(s));
        known.max().map_or(first, FactValue::Integer)
    } else if let Some(periods) = all_as(&values, Period::from_bytes) {
        union(&periods).map_or(first, |period| FactValue::Bytes(period.to_bytes()))
    } else {
        if all_as(&values, Position::from_bytes).is_some() {
            also = values.iter().skip(1).map(|v| (*v).clone()).collect();
        }
        first
    };
    Some(Shown { value, also, diverges: divergence.open })
}

fn all_as<T>(values: &[&FactValue], read: fn(&[u8]) -> Option<T>) -> Option<Vec<T>> {
    values.iter().map(|value| read(value.as_bytes()?)).collect()
}

fn union(periods: &[Period]) -> Option<Period> {
    let first = periods.first()?;
    Some(Period {
        from_ms: periods.iter().map(|p| p.from_ms).min()?,
        to_ms: periods.iter().map(|p| p.to_ms).max()?,
        zone_min: first.zone_min,
        observed_ms: first.observed_ms,
    })
}

/// Several values that are no divergence: one agent's own. The later envelope time, then the
/// higher eid, is shown.
fn latest(values: &[Written], provenances: &Provenances) -> Option<FactValue> {
    let newest = values.iter().max_by_key(|v| provenances.get(&v.change).map(Provenance::order));
    match values {
        [only] => Some(only.value.clone()),
        several if several.iter().all(|v| provenances.contains_key(&v.change)) => {
            newest.map(|v| v.value.clone())
        }
        several => several.first().map(|v| v.value.clone()),
    }
}

/// One voice per agent (the agent's latest), equal values said once.
fn voices(key: &str, values: &[Written], provenances: &Provenances, comparison: Comparison) -> Vec<Voice> {
    let mut voices: Vec<Voice> = Vec::new();
    for written in values {
        let provenance = provenances.get(&written.change).cloned();
        let voice = Voice { value: written.value.clone(), change: written.change, provenance };
        let agent = |v: &Voice| v.provenance.as_ref().map(|p| p.agent);
        let own = voices.iter_mut().find(|v| {
            comparison == Comparison::Normalised && agent(v).is_some() && agent(v) == agent(&voice)
        });
        match own {
            Some(earlier) => {
                let order = |v: &Voice| v.provenance.as_ref().map(Provenance::order);
                if order(&voice) > order(earlier) {
                    *earlier = voice;
                }
            }
            None => voices.push(voice),
        }
    }
    let same = |a: &Voice, b: &Voice| same(key, &a.value, &b.value, comparison);
    let mut distinct: Vec<Voice> = Vec::new();
    for voice in &voices {
        if !distinct.iter().any(|other| same(other, voice)) {
            distinct.push(voice.clone());
        }
    }
    // Positions: one may lie near two that lie far from each other. Then every voice is heard.
    let apart = voices.iter().any(|a| voices.iter().any(|b| !same(a, b)));
    if apart && distinct.len() < 2 { voices } else { distinct }
}

/// Whether two people said the same thing.
pub fn same(key: &str, a: &FactValue, b: &FactValue, comparison: Comparison) -> bool {
    if comparison == Comparison::Raw {
        return a == b;
    }
    match (a, b) {
        (FactValue::Text(a), FactValue::Text(b)) if key.ends_with("/plate") => {
            fold_reference(a) == fold_reference(b)
        }
        (FactValue::Text(a), FactValue::Text(b)) => {
            let stop = |text: &str| fold(text).trim_end_matches(['.', ' ', ';', ',']).to_owned();
            stop(a) == stop(b)
        }
        (FactValue::Integer(a), FactValue::Decimal(b)) | (FactValue::Decimal(b), FactValue::Integer(a)) => {
            (*a as f64 - b).abs() < 1e-9
        }
        (FactValue::Decimal(a), FactValue::Decimal(b)) => (a - b).abs() < 1e-9,
        (FactValue::Bytes(a), FactValue::Bytes(b)) => same_record(a, b),
        _ => a == b,
    }
}

fn same_record(a: &[u8], b: &[u8]) -> bool {
    if let (Some(a), Some(b)) = (Position::from_bytes(a), Position::from_bytes(b)) {
        // Each lies within the other's accuracy.
        return a.distance_m(&b) <= a.accuracy_m().min(b.accuracy_m());
    }
    if let (Some(a), Some(b)) = (Period::from_bytes(a), Period::from_bytes(b)) {
        // Hours are typed to the minute.
        let minute = |ms: i64| ms.div_euclid(60_000);
        return minute(a.from_ms) == minute(b.from_ms) && minute(a.to_ms) == minute(b.to_ms);
    }
    a == b
}

struct Known {
    id: String,
    decision: Decision,
    provenance: Option<Provenance>,
}

fn decisions_of(handling: &Document, provenances: &Provenances) -> Vec<Known> {
    let contents = handling.contents();
    contents
        .under("decision/")
        .filter_map(|(key, written)| {
            let decision = Decision::from_value(&written.value)?;
            let id = key.strip_prefix("decision/")?.to_owned();
            Some(Known { id, decision, provenance: provenances.get(&written.change).cloned() })
        })
        .collect()
}

/// A decision is shown while what it saw covers the key's present values; two that differ and of
/// which neither names the other leave the divergence open, both shown.
fn settle(key: &str, values: &[Written], voices: Vec<Voice>, decisions: &[Known]) -> Divergence {
    let present: BTreeSet<ChangeHash> = values.iter().map(|value| value.change).collect();
    let covering: Vec<&Known> = decisions
        .iter()
        .filter(|known| known.decision.key == key && present.iter().all(|c| known.decision.saw.contains(c)))
        .collect();
    let named: BTreeSet<&str> =
        covering.iter().flat_map(|k| k.decision.saw_decisions.iter().map(String::as_str)).collect();
    let mut standing: Vec<Decided> = covering
        .iter()
        .filter(|known| !named.contains(known.id.as_str()))
        .map(|known| {
            let value = match &known.decision.chosen {
                Chosen::Change(hash) => values.iter().find(|v| v.change == *hash).map(|v| v.value.clone()),
                Chosen::Value(value) => Some(value.clone()),
            };
            Decided {
                id: known.id.clone(),
                value,
                decision: known.decision.clone(),
                provenance: known.provenance.clone(),
            }
        })
        .collect();
    let agree = standing.windows(2).all(|pair| match pair {
        [Decided { value: Some(a), .. }, Decided { value: Some(b), .. }] => {
            same(key, a, b, Comparison::Normalised)
        }
        _ => false,
    });
    let open = standing.is_empty() || !agree || standing.iter().any(|d| d.value.is_none());
    if !open {
        standing.sort_by_key(|decided| decided.provenance.as_ref().map(Provenance::order));
        standing.truncate(1);
    }
    Divergence {
        key: key.to_owned(),
        voices,
        present: present.into_iter().collect(),
        decisions: standing,
        open,
    }
}
