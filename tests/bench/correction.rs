//! T6: one change among all reports of a synchronised notebook: what one correction costs to say.

use std::collections::BTreeMap;

use ronde_core::model::fact::FactValue;
use ronde_core::model::id::DocId;

use crate::Outcome;
use crate::clock::median;
use crate::figure::{Figure, Part};
use crate::site::Phone;

const ROUNDS: usize = 9;

/// Corrects a fact of one report after the other, synchronising after each.
pub fn figure(phone: &mut Phone, docs: &[DocId], count: usize) -> Outcome<Figure> {
    let (mut bytes, mut requests) = (Vec::new(), Vec::new());
    for (place, doc) in docs.iter().take(ROUNDS).enumerate() {
        let shown = phone.notebook.read(*doc)?.heads;
        let title = FactValue::Text(format!("Deux vélos et {place} cartons"));
        let puts = BTreeMap::from([("facts/title".to_owned(), title)]);
        phone.notebook.correct(*doc, &shown, &puts)?.ok_or("the correction changed nothing")?;
        let (report, traffic) = phone.sync()?;
        if report.pushed != 1 || !report.complete {
            return Err(format!("one correction was not pushed alone: {report:?}").into());
        }
        bytes.push((traffic.up + traffic.down) as f64);
        requests.push(traffic.requests as f64);
    }
    let most = |figures: &[f64]| figures.iter().copied().fold(f64::NAN, f64::max);
    Ok(Figure {
        id: "T6",
        what: format!("one correction among {count} reports, bytes of bodies in all"),
        value: most(&bytes),
        limit: 900.0,
        unit: "B",
        parts: vec![
            Part::at_most("requests", most(&requests), 1.0, "requests"),
            Part::tells("bytes, median of the rounds", median(bytes), "B"),
        ],
        peer: "PouchDB 9, 7 connections:",
        peer_value: 6200.0,
        peer_unit: "B",
        notes: vec!["the answer carries the receipt".into()],
    })
}
