//! Every message of a long story is one of the normative grammar, signed parts and all, and ten
//! messages altered by hand are none.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cddl_cat::cbor::validate_cbor;
use cddl_cat::context::BasicContext;
use cddl_cat::flatten::flatten_from_str;
use coset::CborSerializable;
use coset::cbor::Value;
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::signing::Signed;
use ronde_model::territory::Territory;
use ronde_model::wire::{self, CDDL, Entry, Request, Response, frame};
use ronde_tests::world::{EvilWire, Forger, HOUR, MINUTE, Phone, World, now};

type Exchanges = Vec<(Vec<u8>, Vec<u8>)>;

static GRAMMAR: LazyLock<BasicContext> =
    LazyLock::new(|| BasicContext::new(flatten_from_str(CDDL).expect("the grammar")));

fn judge(rule: &str, bytes: &[u8]) -> Result<(), String> {
    let value = Value::from_slice(bytes).map_err(|error| error.to_string())?;
    let rule = GRAMMAR.rules.get(rule).unwrap_or_else(|| panic!("no rule {rule}"));
    validate_cbor(rule, &value, &*GRAMMAR).map_err(|error| error.to_string())
}

#[track_caller]
fn is_a(rule: &str, bytes: &[u8]) {
    if let Err(error) = judge(rule, bytes) {
        panic!("no {rule}: {error}: {bytes:02x?}");
    }
}

/// A COSE_Sign1 of the grammar over a payload of the grammar.
#[track_caller]
fn signs_a(rule: &str, bytes: &[u8]) -> Vec<u8> {
    is_a("cose_sign1", bytes);
    let payload = Signed::parse(bytes).unwrap().payload().to_vec();
    is_a(rule, &payload);
    payload
}

fn late(forger: &mut Forger, phone: &Phone, helene: &ronde_server::people::Supervisor, world: &World) {
    // A correction dated after the lease's end waits for a person, who lets it in.
    let doc = phone.notebook.list(None, 1).unwrap().items[0].row.doc;
    let puts = [("facts/filmed".to_owned(), FactValue::Flag(true))];
    let body = forger.document(doc).write(forger.actor(), &puts).unwrap().unwrap().raw;
    let mut envelope = forger.envelope(Kind::Report, doc, &forger.home(), body);
    envelope.t.wall_ms = forger.lease.lease.expires_s * 1_000 + 1;
    let envelope = forger.sign(envelope);
    let answer = &forger.push(std::slice::from_ref(&envelope))[0];
    assert_eq!(answer.reason.as_deref(), Some("expired-lease"));
    // What it may read is read before and after: a `quarantine`, then a `released`.
    forger.pull();
    world.server.release(helene, envelope.eid, "l’heure était fausse").unwrap();
    forger.pull();
}

/// A day with something of everything; every exchange of it.
static DAY: LazyLock<Exchanges> = LazyLock::new(|| {
    let mut world = World::new(300);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let driver = world.phone("Malik Diop", "transport", "transport_agent");
    let mut bruno = world.forger("Bruno Petit", "pm-chartres", "officer");
    let mut helene = world.supervisor("Hélène Marchand");
    world.server.put_territory(&Territory::drawn()).unwrap();
    let (mut copy, mut server) = (None, None);
    let mut reports = Vec::new();
    for round in 0..12 {
        world.clock.pass(5 * HOUR);
        // A session is over before the day is.
        helene = world.supervisor("Hélène Marchand");
        reports.push(ines.file("youth.brawl", &[("severity", FactValue::Integer(3))], "Deux groupes."));
        driver.file("waste.tyres", &[], &"Pneus. ".repeat(round * 40));
        for phone in [&ines, &samir, &driver] {
            phone.sync().unwrap();
        }
        let doc = reports[round / 2];
        ines.correct(doc, "people_count", FactValue::Integer(round as i64));
        samir.correct(doc, "people_count", FactValue::Integer(90));
        samir.notebook.state(doc, "Vu.", None, None).unwrap();
        world.server.comment(&helene, doc, "Précisez.").unwrap();
        if round == 5 {
            copy = Some(ines.back_up());
            server = Some(world.back_up_server());
            ines.notebook.void(reports[0], "en double").unwrap();
        }
        for phone in [&ines, &samir] {
            phone.sync().unwrap();
        }
    }
    late(&mut bruno, &samir, &helene, &world);
    bruno.push_bytes(&[vec![1, 2, 3]]);
    let mut exchanges = ines.wire.exchanges();
    ines.wire.forget();
    // An old copy: ledgers are compared, bodies come back.
    ines.restore(&copy.unwrap());
    // Its news of the ledger is lost on the way: the phone walks through the whole of it.
    ines.sync_over(&EvilWire::answering_once(&ines.wire, |response| response.ledger = None)).unwrap();
    for _ in 0..3 {
        ines.sync().unwrap();
    }
    world.server.revoke_device(driver.notebook.identity().unwrap().unwrap().device).unwrap();
    world.clock.pass(MINUTE);
    driver.file("waste.green", &[], "Branches.");
    driver.sync().unwrap();
    // The server is lost, and what it forgot is offered to it again.
    world.restore_server(&server.unwrap());
    for phone in [&ines, &samir] {
        phone.sync().unwrap();
    }
    let wires = [&ines, &samir, &driver].map(|phone| phone.wire.exchanges());
    exchanges.extend(wires.into_iter().flatten());
    exchanges.extend(bruno.exchanges());
    exchanges
});

fn request_of(body: &[u8]) -> Vec<u8> {
    signs_a("request", &frame::unpack(body).unwrap())
}

#[test]
fn every_message_of_a_long_day_follows_the_grammar() {
    let mut seen = BTreeSet::new();
    let mut messages = 0;
    for (up, down) in DAY.iter() {
        let request = request_of(up);
        let said: Request = wire::decode(&request).unwrap();
        for envelope in said.push.iter().filter(|bytes| bytes.0.len() > 3) {
            signs_a("envelope_payload", &envelope.0);
            seen.insert("a push");
        }
        for cwt in said.leases.iter().flatten() {
            signs_a("lease_claims", &cwt.0);
        }
        let asked = [
            (said.want.ledger_after.is_some(), "a ledger asked for"),
            (said.want.bodies.is_some(), "bodies asked for"),
        ];
        seen.extend(asked.iter().filter(|(there, _)| *there).map(|(_, what)| *what));

        let answer = frame::unpack(down).unwrap();
        is_a("response", &answer);
        let said: Response = wire::decode(&answer).unwrap();
        for (bytes, rule) in [(&said.receipt, "receipt_payload"), (&said.lease, "lease_claims")] {
            if let Some(bytes) = bytes {
                signs_a(rule, &bytes.0);
                seen.insert(rule);
            }
        }
        seen.extend(said.ledger.is_some().then_some("a ledger"));
        seen.extend(said.forks.is_some().then_some("forks"));
        for entry in &said.feed {
            seen.insert(entry_of(entry));
        }
        seen.extend(said.answers.iter().map(|answer| match answer.code {
            wire::AnswerCode::Accepted => "accepted",
            wire::AnswerCode::Duplicate => "duplicate",
            wire::AnswerCode::Quarantined => "quarantined",
            wire::AnswerCode::Malformed => "malformed",
            wire::AnswerCode::Pending => "pending",
            wire::AnswerCode::TryLater => "try later",
            wire::AnswerCode::Other(_) => "of a later version",
        }));
        messages += 2;
    }
    println!("{messages} messages: {seen:?}");
    let expected = [
        "a body asked for",
        "a change",
        "a lease",
        "a ledger",
        "a ledger asked for",
        "a push",
        "a quarantine",
        "a release",
        "a territory",
        "accepted",
        "an order",
        "bodies asked for",
        "duplicate",
        "forks",
        "lease_claims",
        "malformed",
        "pending",
        "quarantined",
        "receipt_payload",
        "try later",
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected, "the day lacks something, or has more");
}

/// Holds what an entry carries to the grammar; what it is.
fn entry_of(entry: &Entry) -> &'static str {
    match entry {
        Entry::Change { seq, envelope, .. } => {
            signs_a("envelope_payload", &envelope.0);
            if seq.is_some() { "a change" } else { "a body asked for" }
        }
        Entry::Lease { cwt, .. } => {
            signs_a("lease_claims", &cwt.0);
            "a lease"
        }
        Entry::Config { signed, .. } => {
            signs_a("config_payload", &signed.0);
            "a territory"
        }
        Entry::Order { signed, .. } => {
            signs_a("order_payload", &signed.0);
            "an order"
        }
        Entry::Quarantine { .. } => "a quarantine",
        Entry::Released { .. } => "a release",
        other => panic!("no such entry is sent yet: {other:?}"),
    }
}

#[test]
fn enrolment_follows_the_grammar() {
    let world = World::new(301);
    let phone = world.unenrolled("Inès Benali");
    let code = world.code("Inès Benali", "pm-chartres", "officer", None);
    now(phone.notebook.enrol_over(&phone.wire, "https://ronde.example", &code)).unwrap();
    let exchanges = phone.wire.exchanges();
    let [(_, introduction), (enrolment, enrolled)] = exchanges.as_slice() else { panic!("two calls") };
    signs_a("introduction_payload", introduction);
    is_a("enrolment", enrolment);
    is_a("enrolled", enrolled);
}

/// The payload with one thing in it replaced, once.
fn replaced(payload: &[u8], this: &[u8], that: &[u8]) -> Vec<u8> {
    let place = payload.windows(this.len()).position(|window| window == this).expect("it is there");
    [&payload[..place], that, &payload[place + this.len()..]].concat()
}

#[test]
fn ten_messages_altered_by_hand_are_refused() {
    let (up, down) = DAY
        .iter()
        .find(|(up, down)| {
            let said: Request = wire::decode(&request_of(up)).unwrap();
            let answer: Response = wire::decode(&frame::unpack(down).unwrap()).unwrap();
            !said.push.is_empty() && !answer.answers.is_empty() && answer.receipt.is_some() && !answer.more
        })
        .expect("a push that is receipted");
    let request = request_of(up);
    let answer = frame::unpack(down).unwrap();
    let said: Request = wire::decode(&request).unwrap();
    let mut device = vec![0x01, 0x50];
    device.extend(said.device.0);
    let mut short = vec![0x01, 0x4f];
    short.extend(&said.device.0[..15]);
    let mut in_words = vec![0x01, 0x70];
    in_words.extend([b'a'; 16]);
    let mut app = vec![0x03, 0x60 | said.app.len() as u8];
    app.extend(said.app.bytes());
    let told: Response = wire::decode(&answer).unwrap();
    let mut fate = vec![0x48];
    fate.extend(told.answers[0].eid8);
    let number = minicbor::to_vec(told.answers[0].code).unwrap();
    let in_no_number = [fate.as_slice(), &[0x60]].concat();
    let code = [fate.as_slice(), &number].concat();
    let shorter = [&[0x47], &told.answers[0].eid8[..7], &number].concat();
    let altered = [
        ("request", "another version", replaced(&request, &[0x00, 0x01, 0x01], &[0x00, 0x02, 0x01])),
        ("request", "a device of 15 bytes", replaced(&request, &device, &short)),
        ("request", "a device in words", replaced(&request, &device, &in_words)),
        ("request", "a program without a version", replaced(&request, &app, &[0x03, 0x60])),
        ("request", "longer waiting than allowed", replaced(&request, &[0x02, 0x00], &[0x02, 0x18, 0x33])),
        ("request", "the answer", answer.clone()),
        ("response", "the request", request.clone()),
        ("response", "more in words", replaced(&answer, &[0x03, 0xf4], &[0x03, 0x60])),
        ("response", "a code in words", replaced(&answer, &code, &in_no_number)),
        ("response", "an answer to no envelope", replaced(&answer, &code, &shorter)),
    ];
    is_a("request", &request);
    is_a("response", &answer);
    for (rule, what, bytes) in &altered {
        assert!(judge(rule, bytes).is_err(), "the grammar takes {what} for a {rule}");
    }
}
