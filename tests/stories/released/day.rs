//! Makes the messages of a release: the smallest exchange of each shape of a day in memory, what is
//! signed, and shapes that nothing sends yet. Runs only when asked (`tests/released/README.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ronde_model::config::{Order, OrderKind};
use ronde_model::document::key::Prefix;
use ronde_model::document::{Comment, Document, Salt, Statement, grow_only_key};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{AgentId, ChainId, DocId, Eid, HistoryId};
use ronde_model::organisation::{Introduction, NONCE_BYTES};
use ronde_model::receipt::{Own, Receipt};
use ronde_model::scope::Scope;
use ronde_model::signing::Signed;
use ronde_model::territory::Territory;
use ronde_model::wire::{
    self, Answer, AnswerCode, Backfill, BlobState, Entry, Fork, LedgerLine, Next, Raw, Request, Response,
    frame,
};
use ronde_tests::world::{Forger, HOUR, World, now};
use serde_json::{Map, Value, json};

use crate::messages::{Keys, tell};

/// Names the folder to write.
const INTO: &str = "RONDE_RELEASE_INTO";

#[test]
#[ignore = "writes a folder: told how in tests/released/README.md"]
fn a_release_writes_its_messages() {
    let into = PathBuf::from(std::env::var_os(INTO).unwrap_or_else(|| panic!("name the folder in {INTO}")));
    let into = into.join("messages");
    std::fs::create_dir_all(&into).expect("a folder");
    let world = World::new(1);
    let mut bruno = world.forger("Bruno Petit", "pm-centre", "officer");
    let keys = Keys {
        fingerprint: bruno.organisation,
        organisation: world.organisation_key().verifying_key(),
        server: world.server_key().verifying_key(),
        author: bruno.key.verifying_key(),
    };
    let mut told = Map::new();
    let mut write = |name: &str, bytes: &[u8]| {
        std::fs::write(into.join(name), bytes).expect("written");
        told.insert(name.to_owned(), tell(name, bytes, &keys));
    };
    exchanges(&world, &mut bruno, &mut write);
    signed(&world, &mut bruno, &mut write);
    whole(&world, &bruno, &mut write);
    enrolment(&world, &mut write);
    let hex = |key: &[u8; 32]| key.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let all = json!({
        "organisation_key": hex(keys.organisation.as_bytes()), "server_key": hex(keys.server.as_bytes()),
        "author_key": hex(keys.author.as_bytes()), "files": told,
    });
    write_json(&into.join("messages.json"), &all);
}

fn write_json(path: &Path, value: &Value) {
    std::fs::write(path, serde_json::to_string_pretty(value).expect("JSON") + "\n").expect("written");
}

type Write<'a> = &'a mut dyn FnMut(&str, &[u8]);

/// A day of one device that is fed, answered in every way and set aside; the smallest of each shape.
fn exchanges(world: &World, bruno: &mut Forger, write: Write<'_>) {
    let ines = world.phone("Inès Benali", "pm-centre", "officer");
    let helene = world.supervisor("Hélène Roy");
    world.server.put_territory(&Territory::drawn()).expect("a territory");
    bruno.pull();
    let doc = ines.file("youth.brawl", &[("severity", FactValue::Integer(3))], "Deux groupes.");
    ines.sync().expect("synchronised");
    bruno.pull();
    let own = seal(bruno, DocId([1; 16]), "Vélo abandonné");
    bruno.push(std::slice::from_ref(&own));
    bruno.push(std::slice::from_ref(&own));
    let again = seal(bruno, DocId([1; 16]), "Vélo abandonné, déposé deux fois");
    bruno.push(&[again]);
    let orphan = bruno.document(DocId([1; 16])).write(bruno.actor(), &title("Vélo rouge"));
    let orphan = bruno.seal(DocId([2; 16]), orphan.expect("a change").expect("a change").raw);
    bruno.push(&[orphan]);
    bruno.push_bytes(&[vec![1, 2, 3]]);
    let body = bruno.document(doc).write(bruno.actor(), &[("facts/filmed".into(), FactValue::Flag(true))]);
    let body = body.expect("a change").expect("a change").raw;
    let mut late = bruno.envelope(Kind::Report, doc, &bruno.home(), body);
    late.t.wall_ms = bruno.lease.lease.expires_s * 1_000 + 1;
    let late = bruno.sign(late);
    bruno.push(std::slice::from_ref(&late));
    bruno.pull();
    world.server.release(&helene, late.eid, "l’heure était fausse").expect("released");
    bruno.pull();
    let mut ask = bruno.request(&[]);
    ask.want.ledger_after = Some(0);
    ask.want.bodies = Some(vec![own.eid]);
    bruno.post(&frame::pack(&bruno.message(&ask)).expect("fits")).expect("answered");
    world.clock.pass(40 * HOUR);
    bruno.push_bytes(&[]);
    world.server.revoke_device(bruno.lease.lease.device).expect("revoked");
    bruno.pull();

    let mut smallest: BTreeMap<(&str, BTreeSet<String>), Vec<u8>> = BTreeMap::new();
    for (up, down) in bruno.exchanges() {
        let message = frame::unpack(&up).expect("a frame");
        let request: Request =
            wire::decode(Signed::parse(&message).expect("signed").payload()).expect("a request");
        let response: Response = wire::decode(&frame::unpack(&down).expect("a frame")).expect("an answer");
        for (way, shape, bytes) in [("request", shape_of(&request), up), ("response", shape(&response), down)]
        {
            let kept = smallest.entry((way, shape)).or_insert_with(|| bytes.clone());
            if bytes.len() < kept.len() {
                *kept = bytes;
            }
        }
    }
    for (place, ((way, shape), bytes)) in smallest.iter().enumerate() {
        println!("{way}-{place:02}: {shape:?}, {} B", bytes.len());
        write(&format!("{way}-{place:02}.bin"), bytes);
    }
}

fn shape_of(request: &Request) -> BTreeSet<String> {
    let want = &request.want;
    [
        ("push", request.push.iter().any(|pushed| pushed.0.len() > 3)),
        ("push of no envelope", request.push.iter().any(|pushed| pushed.0.len() <= 3)),
        ("leases", request.leases.is_some()),
        ("ledger", want.ledger_after.is_some()),
        ("bodies", want.bodies.is_some()),
    ]
    .into_iter()
    .filter(|(_, there)| *there)
    .map(|(what, _)| what.to_owned())
    .collect()
}

fn shape(response: &Response) -> BTreeSet<String> {
    let entries = response
        .feed
        .iter()
        .map(|entry| format!("{entry:?}").split([' ', '{']).next().unwrap_or_default().to_owned());
    let codes = response.answers.iter().map(|answer| format!("{:?}", answer.code));
    let parts = [
        ("lease", response.lease.is_some()),
        ("receipt", response.receipt.is_some()),
        ("ledger", response.ledger.is_some()),
        ("more", response.more),
    ];
    let parts = parts.into_iter().filter(|(_, there)| *there).map(|(what, _)| what.to_owned());
    entries.chain(codes).chain(parts).collect()
}

fn title(words: &str) -> [(String, FactValue); 1] {
    [("facts/title".to_owned(), words.into())]
}

fn seal(bruno: &mut Forger, doc: DocId, words: &str) -> ronde_model::envelope::SealedEnvelope {
    let statement = Statement {
        by: bruno.lease.lease.agent,
        at_ms: bruno.now().wall_ms,
        salt: Salt([1, 2, 3, 4, 5, 6, 7, 8]),
        text: "« Vu depuis la place. »".into(),
        role: bruno.lease.lease.role.clone(),
        source_author: Some("Mme Œil".into()),
        supersedes: Some("abcdefghijklmnopqrstuvwxyz".into()),
    };
    let facts: BTreeMap<String, FactValue> = title(words)
        .into_iter()
        .chain([
            ("facts/type".to_owned(), "other".into()),
            ("facts/severity".to_owned(), FactValue::Integer(-3)),
            ("facts/volume_m3".to_owned(), FactValue::Decimal(2.5)),
            ("facts/urgent".to_owned(), FactValue::Flag(true)),
            ("facts/later".to_owned(), FactValue::Bytes(vec![0, 255, 1])),
            statement.entry(),
        ])
        .collect();
    let (_, change) = Document::seal(bruno.actor(), &facts).expect("a seal");
    bruno.seal(doc, change.raw)
}

/// An envelope of each kind, and each thing the server or the organisation signs.
fn signed(world: &World, bruno: &mut Forger, write: Write<'_>) {
    bruno.restart();
    let report = seal(bruno, DocId([3; 16]), "Tapage — cœur de ville");
    write("envelope-report.bin", &report.bytes);
    let mut document = Document::load(&report.envelope.body).expect("a document");
    let correction = document.write(bruno.actor(), &title("Tapage")).expect("written").expect("a change");
    let mut correction = bruno.envelope(Kind::Report, DocId([3; 16]), &bruno.home(), correction.raw);
    correction.replaces = vec![Eid([9; 32]), Eid([10; 32])];
    correction.t.skew_ms = Some(-312);
    correction.t.err_ms = Some(140);
    let correction = bruno.sign(correction);
    write("envelope-correction.bin", &correction.bytes);
    let comment = Comment {
        by: bruno.lease.lease.agent,
        at_ms: 7,
        salt: Salt([8; 8]),
        text: "Vu avec le bailleur.".into(),
    };
    bruno.restart();
    let handling = DocId::handling_of(DocId([3; 16]));
    let (_, started) =
        Document::start(bruno.actor(), &[grow_only_key(Prefix::Comment, &comment)]).expect("a handling");
    let device = DocId(bruno.lease.lease.device.0);
    for (name, kind, doc, body) in [
        ("handling", Kind::Handling, handling, started.raw),
        ("patrol", Kind::Patrol, DocId([4; 16]), vec![0xa0]),
        ("case", Kind::Case, DocId([5; 16]), vec![0xa1, 0x00, 0x01]),
        ("journal", Kind::Journal, device, vec![0x82, 0x01, 0x61, b'x']),
        ("device", Kind::Device, device, vec![0x80]),
        ("later", Kind::Other(77), DocId([6; 16]), vec![0xf6]),
    ] {
        let envelope = bruno.envelope(kind, doc, &bruno.home(), body);
        let envelope = bruno.sign(envelope);
        write(&format!("envelope-{name}.bin"), &envelope.bytes);
    }
    write("lease-officer.bin", &bruno.lease.cwt);
    let mut nonce = [0; NONCE_BYTES];
    nonce[0] = 1;
    let introduction = world.server.introduction(nonce).expect("an introduction");
    write("introduction.bin", &introduction);
    write("lease-server.bin", &Introduction::parse(&introduction).expect("readable").server_lease);
    let order = Order { device: bruno.lease.lease.device, kind: OrderKind::Wipe, at_ms: 12 };
    write("order-wipe.bin", &order.sign(&bruno.organisation, &world.server_key()).expect("an order"));
    for response in bruno.exchanges().into_iter().map(|(_, down)| down) {
        let response: Response =
            wire::decode(&frame::unpack(&response).expect("a frame")).expect("an answer");
        if let Some(receipt) = &response.receipt {
            write("receipt-server.bin", &receipt.0);
        }
        for entry in &response.feed {
            match entry {
                Entry::Config { signed, .. } => write("config-territory.bin", &signed.0),
                Entry::Order { signed, .. } => write("order-revoked.bin", &signed.0),
                _ => {}
            }
        }
    }
    let receipt = Receipt {
        device: bruno.lease.lease.device,
        own: Own { n: 3, d: u128::MAX - 1 },
        history: HistoryId([7; 8]),
        seq: 412,
        now_ms: 1_795_467_600_000,
        numbers: vec![(DocId([3; 16]), "2026-000417".into())],
    };
    let receipt = receipt.sign(&bruno.organisation, &world.server_key()).expect("a receipt");
    write("receipt-numbers.bin", &receipt);
}

/// Every field filled, every kind of entry, in each form a body has on the wire.
fn whole(world: &World, bruno: &Forger, write: Write<'_>) {
    let raw = |byte: u8, length: usize| Raw(vec![byte; length]);
    let mut request = bruno.request(&[vec![1, 2, 3], vec![4; 40]]);
    request.cursor = (HistoryId([7; 8]), 411);
    request.own = Own { n: 2, d: 1 << 100 };
    request.leases = Some(vec![Raw(bruno.lease.cwt.clone())]);
    request.want.live_s = 50;
    request.want.first = Some(vec![DocId([3; 16])]);
    request.want.backfill = Some(Backfill { scope: Scope::Unit("pm-nord".into()), after: 17 });
    request.want.ledger_after = Some(3);
    request.want.bodies = Some(vec![Eid([9; 32])]);
    request.blobs = Some(vec![(raw(5, 32), 70_000, 5)]);
    request.waiting = 4;
    request.t.skew_ms = Some(60_001);
    request.t.err_ms = Some(9);
    write("request-whole.bin", &frame::pack(&bruno.message(&request)).expect("fits"));
    write("request-plain.bin", &bruno.message(&request));
    let response = everything(world, bruno);
    let message = minicbor::to_vec(&response).expect("encodes");
    write("response-whole.bin", &frame::pack(&message).expect("fits"));
    write("response-plain.bin", &message);
    let mut large = response;
    large.feed.extend((0..70).map(|seq| {
        let envelope = (0..8_u64).flat_map(|part| Eid::of(&(8 * seq + part).to_be_bytes()).0).collect();
        Entry::Change { seq: Some(1_000 + seq), envelope: Raw(envelope), received_ms: 7, number: None }
    }));
    // Beyond the size for which the dictionary is used.
    write("response-large.bin", &frame::pack(&minicbor::to_vec(&large).expect("encodes")).expect("fits"));
}

fn everything(world: &World, bruno: &Forger) -> Response {
    let raw = |byte: u8, length: usize| Raw(vec![byte; length]);
    let scope = || Scope::Other("commune:28085".into());
    let doc = DocId([3; 16]);
    let codes = [
        (AnswerCode::Accepted, None),
        (AnswerCode::Duplicate, None),
        (AnswerCode::Quarantined, Some("no-right")),
        (AnswerCode::Pending, Some("missing-parent")),
        (AnswerCode::TryLater, Some("lease-unknown")),
        (AnswerCode::Malformed, Some("malformed")),
    ];
    Response {
        version: wire::VERSION,
        now_ms: world.clock.true_ms(),
        cursor: (HistoryId([7; 8]), 430),
        more: true,
        answers: (1..)
            .zip(codes)
            .map(|(place, (code, reason))| Answer {
                eid8: [place; 8],
                code,
                seq: (!matches!(code, AnswerCode::TryLater | AnswerCode::Malformed))
                    .then_some(400 + u64::from(place)),
                reason: reason.map(str::to_owned),
            })
            .collect(),
        feed: vec![
            Entry::Change {
                seq: Some(412),
                envelope: raw(1, 30),
                received_ms: 5,
                number: Some("2026-000001".into()),
            },
            Entry::Change { seq: None, envelope: raw(2, 30), received_ms: -6, number: None },
            Entry::Lease { seq: 413, cwt: Raw(bruno.lease.cwt.clone()) },
            Entry::Quarantine { seq: 414, eid: Eid([9; 32]), reason: "expired-lease".into() },
            Entry::Released { seq: 415, eid: Eid([9; 32]), number: Some("2026-000002".into()) },
            Entry::ScopeAdd { seq: 416, scope: scope(), until: 399 },
            Entry::ScopeDrop { seq: 417, scope: Scope::Author(AgentId([2; 16])) },
            Entry::DocDrop { seq: 418, doc, scope: Scope::All },
            Entry::Erase { seq: 419, doc },
            Entry::BlobWanted { seq: 420, bid: raw(5, 32) },
            Entry::Config { seq: 421, name: "people".into(), sha256: raw(6, 32), signed: raw(7, 40) },
            Entry::Order { seq: 422, signed: raw(8, 40) },
            Entry::Other { kind: 99, seq: 423, raw: vec![0x83, 0x18, 99, 0x19, 0x01, 0xa7, 0x61, b'x'] },
        ],
        lease: Some(Raw(bruno.lease.cwt.clone())),
        blobs: Some(vec![
            BlobState { bid: raw(5, 32), offset: Some(65_536), ticket: raw(6, 16) },
            BlobState { bid: raw(6, 32), offset: None, ticket: raw(7, 16) },
        ]),
        next: Next { after_s: 60, jitter_s: 30 },
        receipt: Some(raw(9, 100)),
        forks: Some(vec![Fork { history: HistoryId([7; 8]), parent: HistoryId([6; 8]), seq: 300 }]),
        ledger: Some(vec![LedgerLine { chain: ChainId([1; 16]), n: 2, eid: Eid([9; 32]), seq: 401 }]),
    }
}

fn enrolment(world: &World, write: Write<'_>) {
    let phone = world.unenrolled("Léa Petit");
    let code = world.code("Léa Petit", "pm-nord", "officer", None);
    write("code-typed.txt", code.as_bytes());
    now(phone.notebook.enrol_over(&phone.wire, "https://ronde.example", &code)).expect("enrolled");
    let exchanges = phone.wire.exchanges();
    let [(_, _), (enrolment, enrolled)] = exchanges.as_slice() else { panic!("two calls") };
    write("enrolment.bin", enrolment);
    write("enrolled.bin", enrolled);
}
