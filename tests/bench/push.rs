//! T2: 1,000 new reports leave a phone. The bytes of all bodies both ways, signatures and receipts
//! included, over one zstd-3 stream of the same reports as JSON.

use ronde_core::model::envelope::{Envelope, SealedEnvelope};
use ronde_core::model::id::Eid;
use ronde_core::model::signing::Signed;
use ronde_core::model::wire::{Request, frame};
use ronde_tests::world::{Wire, World};

use crate::Outcome;
use crate::figure::{Figure, Part};
use crate::site;
use crate::workload::{SEED, Workload};

const LEVEL: i32 = 3;

/// Files `count` reports at the moments the workload says, then synchronises once.
pub fn figure(count: usize) -> Outcome<Figure> {
    let world = World::new(SEED);
    let mut phone = world.phone("Inès Benali", "pm-valmorin", "officer");
    let mut lines = Vec::new();
    for case in Workload::new(SEED).take(count) {
        world.clock.pass(case.gap_s * 1000);
        site::file(&phone.notebook, &case)?;
        lines.push(case.json);
    }
    let mean = lines.iter().map(String::len).sum::<usize>() as f64 / count as f64;
    let stream = zstd::encode_all(lines.join("\n").as_bytes(), LEVEL)?.len();
    phone.wire.forget();
    let report = phone.sync()?;
    if report.pushed != count as u64 || !report.complete {
        return Err(format!("not everything was pushed: {report:?}").into());
    }
    let traffic = phone.wire.traffic();
    let per = |bytes: u64| bytes as f64 / count as f64;
    Ok(Figure {
        id: "T2",
        what: format!("push of {count} new reports, bytes over zstd-{LEVEL} of their JSON"),
        value: (traffic.up + traffic.down) as f64 / stream as f64,
        limit: 2.5,
        unit: "×",
        parts: vec![
            Part::tells("JSON of a report, mean", mean, "B"),
            Part::tells("zstd-3 stream, per report", per(stream as u64), "B"),
            Part::tells("bytes up, per report", per(traffic.up), "B"),
            Part::tells("bytes down, per report", per(traffic.down), "B"),
            Part::tells("requests", traffic.requests as f64, "requests"),
        ]
        .into_iter()
        .chain(anatomy(&phone.wire)?)
        .collect(),
        peer: "PouchDB 9, without history or signatures:",
        peer_value: 10.0,
        peer_unit: "× (1,688 B over 169 B)",
        notes: vec![format!(
            "seed {SEED}; each report filed at its own moment, 20 to 220 s after the one before"
        )],
    })
}

/// Bytes a report of one zstd-3 stream of every envelope pushed, and what some of their parts take in it.
fn anatomy(wire: &Wire) -> Outcome<Vec<Part>> {
    let mut envelopes = Vec::new();
    for (request, _) in wire.exchanges() {
        let message = frame::unpack(&request)?;
        let request: Request = minicbor::decode(Signed::parse(&message)?.payload())?;
        for pushed in request.push {
            envelopes.push(SealedEnvelope::parse(pushed.0)?);
        }
    }
    let count = envelopes.len().max(1) as f64;
    let stream = |bytes: &dyn Fn(&SealedEnvelope) -> Outcome<Vec<u8>>| -> Outcome<f64> {
        let all = envelopes.iter().map(bytes).collect::<Outcome<Vec<_>>>()?.concat();
        Ok(zstd::encode_all(all.as_slice(), LEVEL)?.len() as f64 / count)
    };
    let payload = |envelope: Envelope| -> Outcome<Vec<u8>> { Ok(minicbor::to_vec(&envelope)?) };
    let whole = stream(&|sealed| Ok(sealed.bytes.clone()))?;
    let unsigned = stream(&|sealed| payload(sealed.envelope.clone()))?;
    let unlinked = stream(&|sealed| payload(Envelope { prev: Eid::default(), ..sealed.envelope.clone() }))?;
    let change = stream(&|sealed| Ok(sealed.envelope.body.clone()))?;
    Ok(vec![
        Part::tells("one zstd-3 stream of all the envelopes, per report", whole, "B"),
        Part::tells("of which the signature", whole - unsigned, "B"),
        Part::tells("of which the link to the envelope before", unsigned - unlinked, "B"),
        Part::tells("of which the rest of the envelope", unlinked - change, "B"),
        Part::tells("of which the change", change, "B"),
    ])
}
