//! One report of one unit: Samir filed it, Bruno (whose device was tampered with) corrected it once
//! honestly, Inès reads it, a bus driver of another unit does not.

use ronde_core::Detail;
use ronde_model::document::Document;
use ronde_model::envelope::SealedEnvelope;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::wire::{Answer, AnswerCode, Entry, Response};
use ronde_server::people::Supervisor;
use ronde_server::supervision::ReportDetail;
use ronde_tests::world::{Forger, MINUTE, Phone, World};

use crate::crafted::{FORGED, Ground};

pub const POLICE: &str = "pm-chartres";

pub struct Town {
    pub world: World,
    pub ines: Phone,
    pub samir: Phone,
    pub driver: Phone,
    pub bruno: Forger,
    pub helene: Supervisor,
    pub report: DocId,
    pub ground: Ground,
}

impl Town {
    pub fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let ines = world.phone("Inès Benali", POLICE, "officer");
        let samir = world.phone("Samir Morel", POLICE, "officer");
        let driver = world.phone("Malik Diop", "transport", "transport_agent");
        let mut bruno = world.forger("Bruno Petit", POLICE, "officer");
        let helene = world.supervisor("Hélène Marchand");
        let facts = [("title", "Rixe devant le lycée".into()), ("people_count", FactValue::Integer(6))];
        let report = samir.file("youth.brawl", &facts, "Six jeunes se battent.");
        assert!(samir.sync().unwrap().complete);
        let seal = bruno.pull().into_iter().find(|e| e.envelope.doc == report).unwrap();
        let ground = Ground::new(&seal.envelope.body);
        let seven = put(&mut bruno, report, "facts/people_count", FactValue::Integer(7));
        assert_eq!(bruno.push(&[seven])[0].code, AnswerCode::Accepted);
        for phone in [&ines, &samir] {
            assert!(phone.sync().unwrap().complete);
        }
        Town { world, ines, samir, driver, bruno, helene, report, ground }
    }

    /// The report as Bruno holds it.
    pub fn document(&self) -> Document {
        self.bruno.document(self.report)
    }

    /// The report as the console shows it.
    pub fn console(&self) -> ReportDetail {
        self.world.server.report(&self.helene, self.report).unwrap().unwrap()
    }

    /// Everybody meets, and everybody then holds the same.
    #[track_caller]
    pub fn everybody_agrees(&self) {
        for phone in [&self.samir, &self.ines, &self.samir, &self.ines] {
            assert!(phone.sync().unwrap().complete);
        }
        let (one, other) = (self.ines.notebook.read(self.report), self.samir.notebook.read(self.report));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(said(&one), said(&other));
        let console = self.console();
        assert_eq!(one.heads, console.heads);
        assert_eq!(one.facts, console.view.unwrap().facts);
        assert!(!told(&one).contains(FORGED), "a forged word is shown");
        let stored = self.world.server.stored().unwrap();
        let mut eids: Vec<_> = stored.iter().map(|envelope| envelope.eid).collect();
        eids.sort();
        eids.dedup();
        assert_eq!(eids.len(), stored.len(), "each envelope once");
        for phone in [&self.ines, &self.samir, &self.driver] {
            for (eid, _) in phone.notebook.own_ledger().unwrap() {
                assert!(eids.contains(&eid), "an envelope of a phone is missing in the archive");
            }
        }
    }

    /// People of another unit write: numbers that are not for Inès.
    pub fn numbers_pass(&self, reports: u32) {
        for _ in 0..reports {
            self.world.clock.pass(MINUTE);
            self.driver.file("waste.tyres", &[], "Pneus au dépôt.");
        }
        assert!(self.driver.sync().unwrap().complete);
    }
}

/// A put by a forger on a document as it stands there, signed.
pub fn put(forger: &mut Forger, doc: DocId, key: &str, value: FactValue) -> SealedEnvelope {
    let change = forger.document(doc).write(forger.actor(), &[(key.to_owned(), value)]);
    let body = change.unwrap().expect("something changes").raw;
    forger.seal(doc, body)
}

/// What a screen shows of a report, apart from where it stands for this phone.
pub fn said(detail: &Detail) -> String {
    let mut value = serde_json::to_value(detail).unwrap();
    for own in ["status", "received_ms"] {
        strip(&mut value, own);
    }
    value.to_string()
}

fn strip(value: &mut serde_json::Value, name: &str) {
    match value {
        serde_json::Value::Object(map) => {
            map.remove(name);
            map.values_mut().for_each(|value| strip(value, name));
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|value| strip(value, name)),
        _ => (),
    }
}

pub fn told(detail: &Detail) -> String {
    serde_json::to_string(detail).unwrap()
}

pub fn code_and_reason(answer: &Answer) -> (AnswerCode, Option<&str>) {
    (answer.code, answer.reason.as_deref())
}

/// The reasons a phone shows for what it set aside.
pub fn reasons(phone: &Phone) -> Vec<String> {
    let mut reasons: Vec<_> =
        phone.notebook.set_aside().unwrap().into_iter().map(|aside| aside.reason).collect();
    reasons.sort();
    reasons
}

/// Puts entries into an answer under numbers that are free there, just before its `place`th entry.
pub fn slip_in(response: &mut Response, place: usize, entries: impl IntoIterator<Item = Raising>) {
    let before = response.feed[..place].iter().filter_map(Entry::seq).max().unwrap_or(0);
    let next = response.feed.get(place).and_then(Entry::seq).unwrap_or(response.cursor.1 + 1);
    let entries: Vec<Raising> = entries.into_iter().collect();
    let first = next.checked_sub(entries.len() as u64).filter(|first| *first > before).expect("room");
    let made = entries.into_iter().enumerate().map(|(n, entry)| entry(first + n as u64));
    let made: Vec<Entry> = made.collect();
    response.feed.splice(place..place, made);
}

/// An entry that is told its number.
pub type Raising = Box<dyn FnOnce(u64) -> Entry + Send>;

/// An envelope told as accepted.
pub fn as_accepted(bytes: Vec<u8>) -> Raising {
    Box::new(move |seq| Entry::Change {
        seq: Some(seq),
        envelope: bytes.into(),
        received_ms: 0,
        number: None,
    })
}

/// A lease told as the organisation's.
pub fn as_lease(cwt: Vec<u8>) -> Raising {
    Box::new(move |seq| Entry::Lease { seq, cwt: cwt.into() })
}
