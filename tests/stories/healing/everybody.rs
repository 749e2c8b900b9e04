//! What must hold when everything is healed: everybody holds the same, both ledgers agree, and
//! nothing that was ever acknowledged is missing.

use std::collections::{BTreeMap, BTreeSet};

use ronde_core::{Status, SyncReport};
use ronde_model::id::{DocId, Eid};
use ronde_server::supervision::StoredState;
use ronde_tests::world::{Phone, World};
use serde_json::Value;

use crate::shown::{of_console, of_phone};

/// Synchronises until the phone says that everything is received.
#[track_caller]
pub fn until_complete(phone: &Phone) -> SyncReport {
    for _ in 0..4 {
        let report = phone.sync().unwrap();
        if report.complete {
            return report;
        }
    }
    panic!("not complete after four conversations: {:?}", phone.notebook.sync_status().unwrap())
}

/// Everybody synchronises, one after another, until nothing is left to say: two rounds bring what
/// each offers to all, a third proves that it is over.
#[track_caller]
pub fn settle(phones: &[&Phone]) {
    for round in 0..3 {
        for phone in phones {
            let report = until_complete(phone);
            assert!(report.requests < 20, "{report:?}");
            assert!(round < 2 || report.requests == 1 && report.pushed == 0, "still talking: {report:?}");
        }
    }
}

/// Every envelope the server holds.
pub fn stored(world: &World) -> BTreeSet<Eid> {
    world.server.stored().unwrap().into_iter().map(|envelope| envelope.eid).collect()
}

/// Own envelopes of a phone.
pub fn ledger(phone: &Phone) -> BTreeSet<Eid> {
    phone.notebook.own_ledger().unwrap().into_iter().map(|(eid, _)| eid).collect()
}

/// Everybody shows the same of these reports, every status is given again, and both ledgers agree.
#[track_caller]
pub fn everybody_is_equal(world: &World, phones: &[&Phone], reports: &[DocId]) {
    let helene = world.supervisor("Hélène Marchand");
    for doc in reports {
        let console = of_console(&world.server.report(&helene, *doc).unwrap().expect("received"));
        for phone in phones {
            let detail = phone.notebook.read(*doc).unwrap();
            same(&of_phone(&detail), &console, &format!("{doc} on {}", phone.directory().display()));
            let kept = !matches!(detail.item.status, Status::Stored | Status::NeedsYou { .. });
            assert!(kept, "{doc}: {:?}", detail.item.status);
        }
    }
    let stored = world.server.stored().unwrap();
    assert!(stored.iter().all(|envelope| envelope.state == StoredState::Accepted), "{stored:?}");
    let seqs: BTreeMap<Eid, u64> = stored.iter().map(|envelope| (envelope.eid, envelope.seq)).collect();
    assert_eq!(seqs.len(), stored.len(), "each envelope once");
    for phone in phones {
        assert_eq!(phone.notebook.set_aside().unwrap(), []);
        for (eid, seq) in phone.notebook.own_ledger().unwrap() {
            assert_eq!(seqs.get(&eid).copied(), seq, "{eid}: both ledgers say the same");
        }
        let own = stored.iter().filter(|line| line.device == device_of(phone));
        assert_eq!(own.map(|line| line.eid).collect::<BTreeSet<_>>(), ledger(phone), "nothing is lost here");
    }
}

fn device_of(phone: &Phone) -> ronde_model::id::DeviceId {
    phone.notebook.identity().unwrap().unwrap().device
}

/// Says which part differs, and no more of it than fits a line.
#[track_caller]
fn same(here: &Value, there: &Value, what: &str) {
    let parts = |value: &Value| value.as_object().expect("parts").clone();
    for (part, value) in parts(here) {
        let (a, b) = (value.to_string(), there[&part].to_string());
        assert!(a == b, "{what}: {part}: {a:.300} there {b:.300}");
    }
}
