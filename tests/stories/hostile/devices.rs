//! A tampered device against the server: what it may not say is kept aside under its reason, and
//! what others say around it is seen.

use ronde_model::document::{Event, Salt, Statement, Voiding, grow_only_key, key::Prefix};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, content_suffix};
use ronde_model::scope::Scope;
use ronde_model::wire::AnswerCode::{Accepted, Duplicate, Malformed, Pending, Quarantined};
use ronde_model::wire::frame;
use ronde_server::error::SyncRefusal;
use ronde_tests::world::EvilWire;

use crate::crafted::{self, FORGERIES, bomb, deflated, forge};
use crate::town::{POLICE, Town, code_and_reason, put, reasons};

/// A report Bruno files honestly.
fn seal(town: &mut Town, id: u8) -> SealedEnvelope {
    let values = [
        ("facts/type".to_owned(), FactValue::from("waste.tyres")),
        ("facts/template".to_owned(), "1".into()),
    ];
    let (_, change) = ronde_model::document::Document::seal(town.bruno.actor(), &values.into()).unwrap();
    town.bruno.seal(DocId([id; 16]), change.raw)
}

#[test]
fn crafted_changes_are_set_aside_and_the_good_ones_around_them_are_seen() {
    let mut town = Town::new(100);
    let document = town.document();
    let mut bodies: Vec<(&str, Vec<u8>)> = FORGERIES
        .iter()
        .map(|(story, edit)| (*story, forge(&document, town.bruno.actor(), &town.ground, *edit)))
        .collect();
    bodies.push(("deflated", deflated(&document, town.bruno.actor())));
    bodies.push(("a bomb", bomb()));
    bodies.push(("a whole document", document.save()));
    bodies.push(("two changes", [bodies[0].1.clone(), bodies[1].1.clone()].concat()));
    bodies.push(("nothing", Vec::new()));
    let before = seal(&mut town, 0x21);
    let forged: Vec<_> = bodies.iter().map(|(_, body)| town.bruno.seal(town.report, body.clone())).collect();
    let after = put(&mut town.bruno, town.report, "facts/people_count", FactValue::Integer(8));
    // The same number given to two changes.
    let twice = put(&mut town.bruno, town.report, "facts/people_count", FactValue::Integer(80));

    let mut push = vec![before.clone()];
    push.extend(forged.iter().cloned());
    push.extend([after.clone(), twice.clone()]);
    let answers = town.bruno.push(&push);
    for (answer, (story, _)) in answers[1..].iter().zip(&bodies) {
        assert_eq!(code_and_reason(answer), (Quarantined, Some("bad-change")), "{story}");
        assert!(answer.seq.is_some(), "{story}: stored, never dropped");
    }
    let [.., good, second] = answers.as_slice() else { unreachable!() };
    assert_eq!((answers[0].code, good.code), (Accepted, Accepted));
    assert_eq!(code_and_reason(second), (Quarantined, Some("bad-change")));

    let console = town.console();
    assert_eq!(console.heads, [crafted::hash_of(&after.envelope.body)]);
    for aside in forged.iter().chain([&twice]) {
        let line = console.held.iter().find(|line| line.eid == aside.eid).expect("the supervisor sees it");
        assert_eq!((line.reason.as_str(), line.releasable), ("bad-change", false));
        let released = town.world.server.release(&town.helene, aside.eid, "vu");
        assert!(released.is_err(), "nobody can let a bad change in");
    }
    town.everybody_agrees();
    let shown = town.ines.notebook.read(town.report).unwrap();
    assert_eq!(shown.facts["facts/people_count"].value, FactValue::Integer(8));
    assert_eq!(reasons(&town.ines), Vec::<String>::new(), "nothing of it was fed");
    town.world.server.rebuild().unwrap();
    assert_eq!(town.console(), console, "made again from the envelopes");
    town.everybody_agrees();
}

#[test]
fn what_is_not_signed_as_it_says_is_never_stored() {
    let mut town = Town::new(101);
    let stored = town.world.server.stored().unwrap().len();
    let honest = put(&mut town.bruno, town.report, "facts/people_count", FactValue::Integer(8));
    let samirs = town.bruno.pull().into_iter().find(|e| e.envelope.doc == town.report).unwrap();

    let mut broken = honest.bytes.clone();
    *broken.last_mut().unwrap() ^= 1;
    let mut another_home = honest.envelope.clone();
    another_home.home = Scope::Unit("transport".into());
    let mut moved = another_home.seal(&town.bruno.organisation, &town.bruno.key).unwrap().bytes;
    let tail = moved.len() - 64;
    moved[tail..].copy_from_slice(&honest.bytes[honest.bytes.len() - 64..]);
    // In Samir's name, by Bruno's hand.
    let mut his =
        town.bruno.envelope(Kind::Report, town.report, &town.bruno.home(), honest.envelope.body.clone());
    his.lease = samirs.envelope.lease;
    let his = his.seal(&town.bruno.organisation, &town.bruno.key).unwrap();
    // Signed for another purpose.
    let payload = minicbor::to_vec(&honest.envelope).unwrap();
    let context = ronde_model::signing::Context::Request;
    let other =
        ronde_model::signing::sign(context, &town.bruno.organisation, &town.bruno.key, payload).unwrap();
    let mut pushed = vec![broken, moved, his.bytes, other];
    for length in [0, 1, 7, 60, 400] {
        let mut bytes = vec![0; length];
        town.world.dice.roll(&mut bytes);
        pushed.push(bytes);
    }
    pushed.push([&honest.bytes[..], &[0]].concat());
    pushed.push(honest.bytes[..honest.bytes.len() - 1].to_vec());
    pushed.push(honest.bytes.clone());

    let answers = town.bruno.push_bytes(&pushed).answers;
    assert_eq!(answers.len(), pushed.len());
    let (good, bad) = answers.split_last().unwrap();
    let verdicts: Vec<_> = bad.iter().map(code_and_reason).collect();
    assert_eq!(verdicts[..4], [(Malformed, Some("signature")); 4]);
    assert!(verdicts[4..].iter().all(|verdict| *verdict == (Malformed, Some("malformed"))), "{verdicts:?}");
    assert!(bad.iter().all(|answer| answer.seq.is_none()));
    assert_eq!(good.code, Accepted);
    assert_eq!(town.world.server.stored().unwrap().len(), stored + 1);
    town.everybody_agrees();
}

#[test]
fn authority_is_in_the_signature_not_in_the_carrier() {
    let mut town = Town::new(102);
    town.samir.correct(town.report, "injuries", "light".into());
    // What leaves Samir's phone is overheard, and lost.
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let ear = heard.clone();
    let evil = EvilWire::asking(&town.samir.wire, move |body| {
        ear.lock().unwrap().push(body);
        b"nothing".to_vec()
    });
    town.samir.sync_over(&evil).unwrap_err();
    let body = heard.lock().unwrap().pop().unwrap();
    let message = frame::unpack(&body).unwrap();
    let signed = ronde_model::signing::Signed::parse(&message).unwrap();
    let request: ronde_model::wire::Request = ronde_model::wire::decode(signed.payload()).unwrap();
    let samirs = SealedEnvelope::parse(request.push[0].0.clone()).unwrap();

    assert_eq!(code_and_reason(&town.bruno.push(std::slice::from_ref(&samirs))[0]), (Accepted, None));
    let console = town.console().view.unwrap();
    assert_eq!(console.facts["facts/injuries"].value, "light".into());
    assert_eq!(town.bruno.push(&[samirs])[0].code, Duplicate);
    assert_eq!(town.samir.notebook.sync_status().unwrap().waiting, 1);
    town.everybody_agrees();
    assert_eq!(town.samir.notebook.sync_status().unwrap().waiting, 0, "his, whoever carried it");
    let history = town.ines.notebook.history(town.report).unwrap();
    assert_eq!(history.last().unwrap().provenance.as_ref().unwrap().name, "Samir Morel");
}

#[test]
fn what_the_lease_does_not_allow_waits_for_a_person() {
    let mut town = Town::new(103);
    let document = town.document();
    let (home, report) = (town.bruno.home(), town.report);
    let agent = town.bruno.lease.lease.agent;
    let salt = Salt([1; 8]);
    let mut stranger = town.world.forger("Léo Roux", "transport", "transport_agent");
    let draft = |actor: [u8; 16], puts: &[(String, FactValue)]| {
        document.clone().write(actor, puts).unwrap().unwrap().raw
    };

    // In the words of a colleague, under the colleague's name.
    let samirs = town.samir.notebook.identity().unwrap().unwrap().agent;
    let words = |by, salt| Statement {
        by,
        at_ms: 0,
        salt,
        text: "Je n’ai rien vu.".into(),
        role: "officer".into(),
        source_author: None,
        supersedes: None,
    };
    let in_his_name = words(samirs, salt).entry();
    let mut under_mine = words(samirs, Salt([2; 8])).entry();
    under_mine.0 = format!("statement/{agent}/{}", content_suffix(under_mine.1.as_bytes().unwrap()));
    let voided = grow_only_key(Prefix::Void, &Voiding { by: agent, at_ms: 0, salt, reason: "non".into() });
    let event = Event {
        by: agent,
        at_ms: 0,
        salt,
        what: "close".into(),
        role: "officer".into(),
        heads: vec![],
        reason: Some("rien".into()),
        assignee: None,
        eid: None,
    };
    let (_, closing) =
        ronde_model::document::Document::start(town.bruno.actor(), &[grow_only_key(Prefix::Event, &event)])
            .unwrap();
    let handling = DocId::handling_of(report);
    let mut sent = Vec::new();
    for puts in [in_his_name, under_mine, voided, grow_only_key(Prefix::Event, &event)] {
        let body = draft(town.bruno.actor(), &[puts]);
        sent.push(("no-right", town.bruno.seal(report, body)));
    }
    let closing = town.bruno.envelope(Kind::Handling, handling, &home, closing.raw);
    sent.push(("no-right", town.bruno.sign(closing)));
    let fact = [("facts/people_count".to_owned(), FactValue::Integer(0))];
    let elsewhere = town.bruno.envelope(
        Kind::Report,
        report,
        &Scope::Unit("transport".into()),
        draft(town.bruno.actor(), &fact),
    );
    sent.push(("foreign-home", town.bruno.sign(elsewhere)));
    let (_, second) = ronde_model::document::Document::seal(
        town.bruno.actor(),
        &[("facts/type".to_owned(), "waste.tyres".into())].into(),
    )
    .unwrap();
    sent.push(("second-seal", town.bruno.seal(report, second.raw)));
    for (reason, envelope) in &sent {
        let answer = town.bruno.push(std::slice::from_ref(envelope));
        assert_eq!(code_and_reason(&answer[0]), (Quarantined, Some(*reason)));
    }
    let strangers = stranger.envelope(Kind::Report, report, &home, draft(stranger.actor(), &fact));
    let strangers = stranger.sign(strangers);
    assert_eq!(code_and_reason(&stranger.push(&[strangers])[0]), (Quarantined, Some("no-right")));
    let home_of_stranger = stranger.seal(report, draft(stranger.actor(), &fact));
    assert_eq!(code_and_reason(&stranger.push(&[home_of_stranger])[0]), (Quarantined, Some("foreign-home")));
    assert!(stranger.pull().iter().all(|e| e.envelope.doc != report), "writing opens no reading");

    let shown = town.console();
    assert_eq!(shown.view.unwrap().facts["facts/people_count"].value, FactValue::Integer(7));
    assert_eq!(shown.lifecycle.closed, None);
    let good = put(&mut town.bruno, report, "facts/people_count", FactValue::Integer(8));
    assert_eq!(town.bruno.push(&[good])[0].code, Accepted);
    town.everybody_agrees();
}

#[test]
fn what_a_later_version_wrote_waits_for_that_version() {
    let mut town = Town::new(104);
    let (home, report) = (town.bruno.home(), town.report);
    let draft = |key: &str, town: &Town| {
        let puts = [(key.to_owned(), FactValue::from("?"))];
        town.document().write(town.bruno.actor(), &puts).unwrap().unwrap().raw
    };
    let kind = town.bruno.envelope(Kind::Other(77), DocId([1; 16]), &home, vec![1, 2, 3]);
    let mut schema = town.bruno.envelope(Kind::Report, report, &home, draft("facts/title", &town));
    schema.schema += 1;
    let prefix = town.bruno.envelope(Kind::Report, report, &home, draft("drone/flight", &town));
    let sent: Vec<_> = [kind, schema, prefix].map(|envelope| town.bruno.sign(envelope)).into();
    let good = put(&mut town.bruno, report, "facts/people_count", FactValue::Integer(8));
    let answers = town.bruno.push(&[sent, vec![good]].concat());
    for answer in &answers[..3] {
        assert_eq!(code_and_reason(answer), (Pending, Some("newer-app")));
        assert!(answer.seq.is_some(), "stored and counted");
    }
    assert_eq!(answers[3].code, Accepted);
    town.everybody_agrees();
}

#[test]
fn a_report_under_the_id_of_anothers_handling_takes_nothing_over() {
    let mut town = Town::new(105);
    let handling = DocId::handling_of(town.report);
    let values = [
        ("facts/type".to_owned(), FactValue::from("waste.tyres")),
        ("facts/title".to_owned(), "Pneus".into()),
    ];
    let (_, change) = ronde_model::document::Document::seal(town.bruno.actor(), &values.into()).unwrap();
    let squatting = town.bruno.seal(handling, change.raw);
    let answer = town.bruno.push(&[squatting]);
    assert_eq!(code_and_reason(&answer[0]), (Quarantined, Some("bad-change")));
    assert!(town.ines.sync().unwrap().complete);
    town.world.server.close(&town.helene, town.report, "vu").unwrap();
    town.everybody_agrees();
    let detail = town.ines.notebook.read(town.report).unwrap();
    assert_eq!(detail.lifecycle.closed.unwrap().reason.as_deref(), Some("vu"));
    assert_eq!(town.ines.notebook.list(None, 50).unwrap().items.len(), 1);
}

#[test]
fn a_request_replayed_stores_nothing_twice() {
    let mut town = Town::new(106);
    let good = put(&mut town.bruno, town.report, "facts/people_count", FactValue::Integer(8));
    let bad = town.bruno.seal(town.report, vec![1, 2, 3]);
    let request = town.bruno.request(&[good.bytes, bad.bytes]);
    let body = frame::pack(&town.bruno.message(&request)).unwrap();
    let first = town.bruno.post(&body).unwrap();
    assert_eq!(first.answers.iter().map(|a| a.code).collect::<Vec<_>>(), [Accepted, Quarantined]);
    let stored = town.world.server.stored().unwrap();
    for _ in 0..3 {
        let again = town.bruno.post(&body).unwrap();
        assert_eq!(again.answers.iter().map(|a| a.code).collect::<Vec<_>>(), [Duplicate, Duplicate]);
        let numbers = |response: &ronde_model::wire::Response| {
            response.answers.iter().map(|a| a.seq).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&again), numbers(&first));
    }
    assert_eq!(town.world.server.stored().unwrap(), stored);
    town.everybody_agrees();
}

#[test]
fn a_request_is_for_the_device_that_signed_it() {
    let town = Town::new(107);
    let samir = town.samir.notebook.identity().unwrap().unwrap();
    let samirs = town.bruno.pull().into_iter().find(|e| e.envelope.doc == town.report).unwrap();
    let mut another_device = town.bruno.request(&[]);
    another_device.device = samir.device;
    let mut another_lease = another_device.clone();
    another_lease.lease = samirs.envelope.lease;
    let mut own_device_other_lease = town.bruno.request(&[]);
    own_device_other_lease.lease = samirs.envelope.lease;
    for request in [another_device, another_lease, own_device_other_lease] {
        let refused = town.bruno.post(&town.bruno.message(&request)).unwrap_err();
        assert!(matches!(refused, SyncRefusal::Signature), "{refused}");
    }
    let mut message = town.bruno.message(&town.bruno.request(&[]));
    *message.last_mut().unwrap() ^= 1;
    assert!(matches!(town.bruno.post(&message), Err(SyncRefusal::Signature)));
    let elsewhere = ronde_tests::world::World::new(1_070);
    let astray = elsewhere.forger("Bruno Petit", POLICE, "officer");
    let mut introduced = astray.request(&[]);
    introduced.leases = Some(vec![astray.lease.cwt.clone().into()]);
    let refused = town.bruno.post(&astray.message(&introduced)).unwrap_err();
    assert!(matches!(refused, SyncRefusal::WrongOrganisation), "{refused}");
    assert!(matches!(town.bruno.post(&astray.message(&astray.request(&[]))), Err(SyncRefusal::LeaseUnknown)));
    town.everybody_agrees();
}
