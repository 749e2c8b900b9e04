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

/// Reports of one event compared, and shown in full, at most: the first filed.
pub const COMPARED: usize = 100;

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

fn is_apart(key: &str, a: &FactValue, b: &FactValue) -> bool {
    a != b && !same(key, a, b, Comparison::Normalised) && !is_one_place_and_time(a, b)
}

/// So near to a first value that nothing else as near lies apart from this one: half of what is near.
fn is_close(first: &FactValue, other: &FactValue) -> bool {
    let bytes = first.as_bytes().zip(other.as_bytes());
    if let Some((a, b)) = bytes.and_then(|(a, b)| Position::from_bytes(a).zip(Position::from_bytes(b))) {
        // A metre less: the arithmetic rounds.
        return a.distance_m(&b) <= NEAR_M / 2.0 - 1.0;
    }
    match bytes.and_then(|(a, b)| Period::from_bytes(a).zip(Period::from_bytes(b))) {
        Some((a, b)) => a.from_ms.abs_diff(b.from_ms) <= SOON_MS.unsigned_abs() / 2,
        None => first == other,
    }
}

/// Whether two reports that both say something say it apart. One pass where it can be told by the first
/// value; pair by pair only where some lie near it and maybe not near each other.
fn differ(key: &str, values: &[&FactValue]) -> bool {
    let (false, [first, others @ ..]) = (OWN.contains(&key), values) else { return false };
    if others.iter().any(|other| is_apart(key, first, other)) {
        return true;
    }
    // Words alike are alike in their folded form: so are all that are like the first.
    if first.as_text().is_some() || others.iter().all(|other| is_close(first, other)) {
        return false;
    }
    others.iter().enumerate().any(|(place, a)| others.iter().skip(place + 1).any(|b| is_apart(key, a, b)))
}

/// How many facts differ between the first hundred reports.
pub fn count_differences(event: &Event<'_>) -> u32 {
    if event.others.is_empty() {
        return 0;
    }
    let compared = || event.members().take(COMPARED);
    let keys: BTreeSet<&String> = compared().flat_map(|member| member.handled.facts.keys()).collect();
    let differs = |key: &str| {
        let values: Vec<&FactValue> = compared().filter_map(|member| member.handled.facts.get(key)).collect();
        differ(key, &values)
    };
    u32::try_from(keys.into_iter().filter(|key| differs(key)).count()).unwrap_or(u32::MAX)
}

/// The facts that differ, by key, with who wrote each value.
pub fn differences(reports: &[ReportDetail]) -> Vec<Difference> {
    let views = || reports.iter().take(COMPARED).filter_map(|report| Some((report, report.view.as_ref()?)));
    let keys: BTreeSet<&String> =
        views().flat_map(|(_, view)| view.facts.keys()).filter(|key| key.starts_with("facts/")).collect();
    keys.into_iter()
        .filter_map(|key| {
            let said = || views().filter_map(|(report, view)| Some((report, &view.facts.get(key)?.value)));
            let values: Vec<&FactValue> = said().map(|(_, value)| value).collect();
            differ(key, &values).then(|| Difference {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair: what the one pass must amount to.
    fn differ_pair_by_pair(key: &str, values: &[&FactValue]) -> bool {
        let apart = |a: &FactValue, b: &FactValue| {
            !same(key, a, b, Comparison::Normalised) && !is_one_place_and_time(a, b)
        };
        !OWN.contains(&key)
            && values.iter().enumerate().any(|(place, a)| values.iter().skip(place + 1).any(|b| apart(a, b)))
    }

    struct Dice(u64);

    impl Dice {
        fn below(&mut self, sides: u64) -> u64 {
            // SplitMix64.
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)) % sides
        }

        /// Of one kind mostly, near each other mostly: where near is not transitive.
        fn value(&mut self, kind: u64) -> FactValue {
            let kind = if self.below(40) == 0 { self.below(6) } else { kind };
            let small = self.below(9) as i64;
            match kind {
                0 => ["Rue Foch", "rue foch.", "Rue  Foch ;", "Rue Foch 2"][self.below(4) as usize].into(),
                1 => FactValue::Integer(small / 8),
                2 => FactValue::Decimal(small as f64 * 4e-10),
                3 => {
                    let (north, east) = (self.below(600) as f64, self.below(300) as f64);
                    let (lat, lon) = (48.0 + north / 111_195.0, 1.0 + east / 74_000.0);
                    let accuracy = [5.0, 5.0, 400.0][self.below(3) as usize];
                    FactValue::Bytes(Position::from_degrees(lat, lon, accuracy).unwrap().to_bytes())
                }
                4 => {
                    let from_ms = self.below(9_000_000) as i64;
                    let period = Period { from_ms, to_ms: from_ms, zone_min: 0, observed_ms: None };
                    FactValue::Bytes(period.to_bytes())
                }
                _ => FactValue::Flag(small > 0),
            }
        }
    }

    #[test]
    fn one_pass_finds_what_every_pair_finds() {
        let (mut apart, mut not_transitive) = (0, 0);
        for seed in 0..6_000 {
            let mut dice = Dice(seed);
            let (kind, count) = (dice.below(6), dice.below(7) as usize);
            let values: Vec<FactValue> = (0..count).map(|_| dice.value(kind)).collect();
            let values: Vec<&FactValue> = values.iter().collect();
            for key in ["facts/place", "vehicle/x/plate", "facts/title"] {
                let every_pair = differ_pair_by_pair(key, &values);
                assert_eq!(differ(key, &values), every_pair, "seed {seed}, {key}: {values:?}");
                apart += usize::from(every_pair);
                let like_first = |(first, others): (&&FactValue, &[&FactValue])| {
                    others.iter().all(|other| !is_apart(key, first, other))
                };
                not_transitive += usize::from(every_pair && values.split_first().is_some_and(like_first));
            }
        }
        assert!(apart > 2_000 && not_transitive > 50, "{apart} apart, {not_transitive} not by the first");
    }
}
