//! Writes the seeds of `fuzz/corpus`: good inputs of every target, made by this project alone. From the
//! repository's root: `cargo test -p ronde-fuzz --test seeds -- --ignored`. Changes when a target appears.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::{Path, PathBuf};

use ronde_fuzz::scene::{LEASE, REPORT, actor, envelope, facts, fingerprint, organisation, server};
use ronde_model::config::{Config, Order, OrderKind};
use ronde_model::document::key::Prefix;
use ronde_model::document::{
    Action, Answer, Chosen, Comment, Decision, Document, Event, Link, NewChange, Salt, Statement, Voiding,
    grow_only_key, record_bytes,
};
use ronde_model::envelope::Kind;
use ronde_model::fact::{FactValue, Period, Position};
use ronde_model::id::{ChangeHash, DeviceId, DocId, Eid, HistoryId};
use ronde_model::receipt::{Own, Receipt};
use ronde_model::signing::Signed;
use ronde_model::territory::Territory;
use ronde_model::wire::{self, Backfill, Entry, Fork, Request, Response, Want, frame};

/// The folder of a target's seeds, and how many it has.
struct Seeds {
    folder: PathBuf,
    written: usize,
}

impl Seeds {
    fn of(target: &str) -> Seeds {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        std::fs::create_dir_all(&folder).expect("a folder");
        Seeds { folder, written: 0 }
    }

    fn put(&mut self, bytes: impl AsRef<[u8]>) {
        let name = format!("seed-{:02}", self.written);
        std::fs::write(self.folder.join(name), bytes).expect("written");
        self.written += 1;
    }
}

#[test]
#[ignore = "writes fuzz/corpus"]
fn the_seeds_are_written() {
    messages();
    signed();
    admission();
    records();
    words();
    logs();
}

/// Messages of the released versions, whole and in parts.
fn messages() {
    let [mut requests, mut responses, mut entries, mut frames] =
        ["request", "response", "entry", "frame"].map(Seeds::of);
    let mut enrolment = Seeds::of("enrolment");
    let released = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/released/v0/messages");
    let mut files: Vec<_> = std::fs::read_dir(released).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        match name.split(['-', '.']).next().unwrap() {
            "request" => {
                let signed = Signed::parse(&frame::unpack(&bytes).unwrap()).unwrap();
                wire::decode::<Request>(signed.payload()).unwrap();
                requests.put(signed.payload());
                requests.put(&bytes);
                frames.put(&bytes);
            }
            "response" => {
                let message = frame::unpack(&bytes).unwrap();
                let response: Response = wire::decode(&message).unwrap();
                if name == "response-whole.bin" {
                    response
                        .feed
                        .iter()
                        .for_each(|entry: &Entry| entries.put(minicbor::to_vec(entry).unwrap()));
                    frames.put(&bytes);
                    frames.put(&message);
                }
                if message.len() < 4096 {
                    responses.put(&message);
                }
            }
            "introduction" => enrolment.put(Signed::parse(&bytes).unwrap().payload()),
            "enrolment" | "enrolled" => enrolment.put(&bytes),
            _ => {}
        }
    }
    let mut cursors = Seeds::of("cursor");
    cursors.put(minicbor::to_vec((HistoryId([7; 8]), 411_u64)).unwrap());
    cursors.put(minicbor::to_vec(Own { n: 3, d: u128::MAX }).unwrap());
    cursors.put(minicbor::to_vec(fork()).unwrap());
    cursors.put(minicbor::to_vec(want()).unwrap());
}

fn fork() -> Fork {
    Fork { history: HistoryId([7; 8]), parent: HistoryId([6; 8]), seq: 300 }
}

fn want() -> Want {
    Want {
        max_bytes: 1 << 20,
        max_items: 4096,
        live_s: 50,
        first: Some(vec![DocId([3; 16])]),
        backfill: Some(Backfill { scope: LEASE.home(), after: 17 }),
        ledger_after: Some(3),
        bodies: Some(vec![Eid([9; 32])]),
    }
}

/// What stands behind the signatures of this organisation: the targets sign it again.
fn signed() {
    let payload = |bytes: &[u8]| Signed::parse(bytes).unwrap().payload().to_vec();
    let (organisation, server, fingerprint) = (organisation(), server(), fingerprint());
    let lease = LEASE.clone().sign(&fingerprint, organisation).unwrap();
    let mut leases = Seeds::of("lease");
    leases.put(payload(&lease.cwt));
    leases.put(&lease.cwt);
    let receipt = Receipt {
        device: DeviceId([6; 16]),
        own: Own { n: 3, d: 1 << 100 },
        history: HistoryId([7; 8]),
        seq: 412,
        now_ms: 1_795_467_600_000,
        numbers: vec![(DocId([3; 16]), "2026-000417".into())],
    };
    let receipt = receipt.sign(&fingerprint, server).unwrap();
    let mut receipts = Seeds::of("receipt");
    receipts.put(payload(&receipt));
    receipts.put(&receipt);
    let territory = Territory::drawn().to_bytes().unwrap();
    let config = Config { name: "territory".into(), made_ms: 7, body: territory.clone() };
    let order = Order { device: DeviceId([6; 16]), kind: OrderKind::Lock, at_ms: 8 };
    let mut configs = Seeds::of("config");
    configs.put(payload(&config.sign(&fingerprint, server).unwrap()));
    configs.put(payload(&order.sign(&fingerprint, server).unwrap()));
    Seeds::of("territory").put(&territory);
    let mut envelopes = Seeds::of("envelope");
    for (kind, body) in
        [(Kind::Report, seal().raw), (Kind::Journal, vec![0xa0]), (Kind::Other(77), Vec::new())]
    {
        let mut envelope = envelope(kind, body);
        envelope.replaces = vec![Eid([9; 32])];
        envelope.t.skew_ms = Some(-312);
        let sealed = envelope.seal(&fingerprint, server).unwrap();
        envelopes.put(payload(&sealed.bytes));
        envelopes.put(&sealed.bytes);
    }
}

fn seal() -> NewChange {
    Document::seal(actor(), &facts()).unwrap().1
}

fn statement() -> Statement {
    Statement {
        by: LEASE.agent,
        at_ms: 7,
        salt: Salt([8; 8]),
        text: "« Vu depuis la place. »".into(),
        role: "officer".into(),
        source_author: Some("Mme Œil".into()),
        supersedes: Some("abcdefghijklmnopqrstuvwxyz".into()),
    }
}

/// The supervisor's side: (prefix, record) as (key, value).
fn acts() -> Vec<(String, FactValue)> {
    let (by, at_ms, salt) = (LEASE.agent, 7, Salt([8; 8]));
    let event = Event {
        by,
        at_ms,
        salt,
        what: "close".into(),
        role: "officer".into(),
        heads: vec![ChangeHash([1; 32])],
        reason: Some("sans suite".into()),
        assignee: Some("pm".into()),
        eid: Some(Eid([2; 32])),
    };
    let decision = Decision {
        by,
        at_ms,
        salt,
        key: "facts/title".into(),
        chosen: Chosen::Value(FactValue::Decimal(2.5)),
        saw: vec![ChangeHash([1; 32])],
        saw_decisions: vec!["abcdefghijklmnopqrstuvwxyz".into()],
        reason: "vu les deux".into(),
    };
    let link = Link { by, at_ms, salt, other: DocId([9; 16]), linked: true };
    vec![
        grow_only_key(Prefix::Answer, &Answer { by, at_ms, salt, text: "Oui.".into(), to: None }),
        grow_only_key(Prefix::Link, &link),
        grow_only_key(Prefix::Event, &event),
        grow_only_key(Prefix::Decision, &decision),
        grow_only_key(Prefix::Comment, &Comment { by, at_ms, salt, text: "Vu.".into() }),
    ]
}

/// Changes of each kind, behind the byte that says where they arrive.
fn admission() {
    let mut seeds = Seeds::of("admission");
    let mut put = |way: u8, change: NewChange| seeds.put([&[way], change.raw.as_slice()].concat());
    put(0, seal());
    put(4, seal());
    let (report, _) = REPORT.as_ref().unwrap();
    let (by, at_ms, salt) = (LEASE.agent, 7, Salt([8; 8]));
    let void = grow_only_key(Prefix::Void, &Voiding { by, at_ms, salt, reason: "en double".into() });
    let action = Action { by, at_ms, salt, what: "warned".into(), note: Some("x".into()) };
    let fact = |name: &str, value: FactValue| (format!("facts/{name}"), value);
    for puts in [
        vec![fact("title", "Rixe".into())],
        vec![fact("people_count", FactValue::Integer(-9)), fact("position", position())],
        vec![fact("volume_m3", FactValue::Decimal(2.5)), fact("urgent", FactValue::Flag(false))],
        vec![statement().entry()],
        vec![void],
        vec![grow_only_key(Prefix::Action, &action)],
        vec![("later/x".into(), FactValue::Bytes(vec![0, 255]))],
    ] {
        put(4, report.clone().write(actor(), &puts).unwrap().unwrap());
        let at = report.clone().changes()[0].hash;
        put(12, report.clone().write_at(&[at], actor(), &puts).unwrap().unwrap());
    }
    put(4, Document::start(actor(), &[statement().entry()]).unwrap().1);
    for act in acts() {
        put(6, Document::start(actor(), std::slice::from_ref(&act)).unwrap().1);
        put(14, Document::start(actor(), &[act]).unwrap().1);
    }
}

fn position() -> FactValue {
    FactValue::Bytes(Position::from_degrees(48.4469, 1.4892, 12.0).unwrap().to_bytes())
}

/// SQLite's write-ahead logs of a commit of two pages and an open transaction, in both byte orders.
fn logs() {
    let mut seeds = Seeds::of("wal");
    for order in [0x82, 0x83] {
        let mut log = vec![0, 0x37, 0x7f, 0x06, order, 0, 0x2d, 0xe2, 0x18, 0, 0, 0x10, 0];
        log.splice(1..1, [0; 136]);
        log.extend([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
        for (number, commit) in [(1_u8, 0), (2, 2), (3, 0)] {
            log.extend([0, 0, 0, number, 0, 0, 0, commit]);
            log.extend([0; 16 + 4096]);
        }
        seeds.put(log);
    }
}

fn records() {
    let mut seeds = Seeds::of("record");
    seeds.put(record_bytes(&statement()));
    acts().iter().for_each(|(_, value)| seeds.put(value.as_bytes().unwrap()));
    seeds.put(position().as_bytes().unwrap());
    let period = Period { from_ms: 1, to_ms: 2, zone_min: 60, observed_ms: Some(3) };
    seeds.put(period.to_bytes());
    for text in [
        "facts/people_count",
        "person/01hzxw3v9q2m4n6p8r0s2t4v6x/role",
        "event/abcdefghijklmnopqrstuvwxyz",
        "unit:pm-centre",
        "commune:28085",
        "L’Œuvre  DE l’été, ça. AB-123-CD",
    ] {
        seeds.put(text);
    }
}

/// What people write in files and forms.
fn words() {
    let mut codes = Seeds::of("code");
    codes.put("ABCD-EFGH-IJKL-MNOP-QRST-UVWX");
    codes.put("abcd efgh 2345 6723 0181 zzzz");
    Seeds::of("catalogue").put(CATALOGUE);
    let mut csv = Seeds::of("csv");
    csv.put("time,offense,beat,address,lat,lon\n2026-11-20T08:00:00Z,Vandalism,7,\"rue \"\"X\"\"\nbis\",48.4,1.4\n");
    csv.put("\u{feff}id;time;offense;location\n12;20/11/2026 08:00;Tag;école\n13;2026-11-20;;\n");
    csv.put("Time,Offense\r\nhier,Rixe\r\n\"ouvert,\r\n");
    let mut open311 = Seeds::of("open311");
    open311.put(OPEN311);
    open311.put("{\"service_name\":\"Tag\",\"lat\":\"48,4\",\"long\":1e3,\"notes\":{}}");
    let mut geojson = Seeds::of("geojson");
    geojson.put(GEOJSON);
    geojson.put(
        GEOJSON.replace("\"Polygon\"", "\"MultiPolygon\"").replace("[[[", "[[[[").replace("]]]", "]]]]"),
    );
}

const CATALOGUE: &str = r#"version = 1
axes = ["A1", "other"]
common = ["type", "title", "severity"]
types = [
  { code = "waste.bulky", axis = "A1", severity = 2, sensitivity = "internal", icon = "sofa", groups = ["waste"] },
  { code = "other", axis = "other", severity = 1, sensitivity = "restricted", icon = "dots" },
]
[group.waste]
fields = ["volume_m3", "hazard"]
required = ["hazard"]
[field]
type = { kind = "text", max_len = 64 }
title = { kind = "text", max_len = 300 }
severity = { kind = "integer", min = 1, max = 5 }
volume_m3 = { kind = "decimal", min = 0, max = 10000 }
hazard = { kind = "choice", choices = ["none", "gas_bottle"] }
%%
[severity]
1 = "Information"
[type]
"waste.bulky" = "Encombrants"
%%
[severity]
1 = "Information"
"#;

const OPEN311: &str = r#"[
  {"service_request_id": "12-7", "service_name": "Graffiti Removal", "requested_datetime": "2026-11-20T08:00:00Z",
   "address": "12 rue de l'Œuvre", "lat": 48.4469, "long": 1.4892, "description": "Tag\nsur le mur",
   "agency_responsible": "Propreté", "extended_attributes": {"ward": 3},
   "notes": [{"datetime": "2026-11-20T09:00:00Z", "summary": "Vu", "description": "Fait", "type": "x"}, 7]},
  {"service_name": null}, 8, {}
]"#;

const GEOJSON: &str = r#"{"type":"FeatureCollection","name":"Essai (SIREN 123456789)","attribution":"dessin","features":[
 {"type":"Feature","properties":{"insee":"99001","nom":"Valbrume","label":[1.5,48.5],"force":"police"},
  "geometry":{"type":"Polygon","coordinates":[[[1.4,48.4],[1.6,48.4],[1.6,48.6],[1.4,48.6],[1.4,48.4]]]}}]}"#;
