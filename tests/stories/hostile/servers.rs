//! A tampered server against a phone: what it feeds is shown when its author signed it and the
//! rules allow it, and kept aside under a reason when not.

use ed25519_dalek::SigningKey;
use ronde_core::Error;
use ronde_model::document::{Salt, Statement};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};
use ronde_model::wire::AnswerCode::Accepted;
use ronde_model::wire::Entry;
use ronde_tests::world::{EvilWire, World};

use crate::crafted::{FORGED, FORGERIES, bomb, deflated, forge};
use crate::town::{POLICE, Raising, Town, as_accepted, as_lease, put, reasons, slip_in, told};

/// What the phone says of an envelope it set aside.
fn reason_of(town: &Town, eid: Eid) -> Option<String> {
    let aside = town.ines.notebook.set_aside().unwrap();
    aside.into_iter().find(|aside| aside.eid == Some(eid)).map(|aside| aside.reason)
}

/// Feeds Inès these entries before the good ones; the good ones are shown all the same.
#[track_caller]
fn fed(town: &Town, entries: Vec<Raising>) -> DocId {
    town.numbers_pass(entries.len() as u32 + 5);
    let good = town.samir.file("waste.tyres", &[("title", "Pneus".into())], "Huit pneus.");
    town.samir.correct(town.report, "injuries", "light".into());
    assert!(town.samir.sync().unwrap().complete);
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| slip_in(response, 0, entries));
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    assert_eq!(town.ines.notebook.read(good).unwrap().statements[0].statement.text, "Huit pneus.");
    let report = town.ines.notebook.read(town.report).unwrap();
    assert_eq!(report.facts["facts/injuries"].value, "light".into());
    assert!(!told(&report).contains(FORGED));
    good
}

#[test]
fn crafted_changes_fed_as_accepted_are_set_aside_and_the_good_ones_are_shown() {
    let mut town = Town::new(130);
    let document = town.document();
    let mut bodies: Vec<(&str, Vec<u8>)> = FORGERIES
        .iter()
        .map(|(story, edit)| (*story, forge(&document, town.bruno.actor(), &town.ground, *edit)))
        .collect();
    bodies.push(("deflated", deflated(&document, town.bruno.actor())));
    bodies.push(("a bomb", bomb()));
    bodies.push(("a whole document", document.save()));
    let forged: Vec<_> = bodies.iter().map(|(_, body)| town.bruno.seal(town.report, body.clone())).collect();
    let entries = forged.iter().map(|envelope| as_accepted(envelope.bytes.clone())).collect();
    let reference = town.document().heads();
    fed(&town, entries);
    for (envelope, (story, _)) in forged.iter().zip(&bodies) {
        assert_eq!(reason_of(&town, envelope.eid).as_deref(), Some("bad-change"), "{story}");
    }
    assert!(!town.ines.notebook.history(town.report).unwrap().is_empty());
    assert_ne!(town.ines.notebook.read(town.report).unwrap().heads, reference, "Samir went on");
    // Fed once more, as bodies that the phone would have asked for.
    let again: Vec<Entry> = forged
        .iter()
        .map(|e| Entry::Change { seq: None, envelope: e.bytes.clone().into(), received_ms: 0, number: None })
        .collect();
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| response.feed.extend(again));
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    assert_eq!(reasons(&town.ines), vec!["bad-change"; forged.len()]);
    town.everybody_agrees();
}

#[test]
fn nobody_is_given_words_that_somebody_else_signed() {
    let mut town = Town::new(131);
    let samir = town.samir.notebook.identity().unwrap().unwrap();
    let samirs = town.bruno.pull().into_iter().find(|e| e.envelope.doc == town.report).unwrap();
    let words = Statement {
        by: samir.agent,
        at_ms: 0,
        salt: Salt([9; 8]),
        text: FORGED.into(),
        role: "officer".into(),
        source_author: None,
        supersedes: None,
    };
    let body = town.document().write(town.bruno.actor(), &[words.entry()]).unwrap().unwrap().raw;
    // Under Samir's name, by Bruno's hand and lease; by Bruno's hand under Samir's lease; Samir's own
    // signature over other words.
    let by_bruno = town.bruno.seal(town.report, body.clone());
    let mut as_samir = town.bruno.envelope(Kind::Report, town.report, &town.bruno.home(), body.clone());
    as_samir.lease = samirs.envelope.lease;
    let as_samir = as_samir.seal(&town.bruno.organisation, &town.bruno.key).unwrap();
    let mut other_words = samirs.envelope.clone();
    other_words.body = body;
    let other_words = other_words.seal(&town.bruno.organisation, &town.bruno.key).unwrap();
    let signature = other_words.bytes.len() - 64;
    let bytes = [&other_words.bytes[..signature], &samirs.bytes[samirs.bytes.len() - 64..]].concat();
    let other_words = SealedEnvelope::parse(bytes).unwrap();
    let sent = [(by_bruno, "no-right"), (as_samir, "signature"), (other_words, "signature")];
    let entries = sent.iter().map(|(envelope, _)| as_accepted(envelope.bytes.clone())).collect();
    fed(&town, entries);
    for (envelope, reason) in &sent {
        assert_eq!(reason_of(&town, envelope.eid).as_deref(), Some(*reason));
    }
    assert_eq!(town.ines.notebook.read(town.report).unwrap().statements.len(), 1);
    town.everybody_agrees();
}

#[test]
fn what_a_device_may_not_write_is_not_shown_though_the_server_says_accepted() {
    let mut town = Town::new(132);
    let mut stranger = town.world.forger("Léo Roux", "transport", "transport_agent");
    let fact = [("facts/title".to_owned(), FactValue::from(FORGED))];
    let body = town.document().write(stranger.actor(), &fact).unwrap().unwrap().raw;
    let strangers = stranger.envelope(Kind::Report, town.report, &town.bruno.home(), body.clone());
    let strangers = stranger.sign(strangers);
    let elsewhere = stranger.seal(town.report, body);
    let kind = town.bruno.envelope(Kind::Other(99), DocId([1; 16]), &town.bruno.home(), FORGED.into());
    let kind = town.bruno.sign(kind);
    let cwt = stranger.lease.cwt.clone();
    let sent = [(strangers, "no-right"), (elsewhere, "foreign-home"), (kind, "newer-app")];
    let mut entries = vec![as_lease(cwt)];
    entries.extend(sent.iter().map(|(envelope, _)| as_accepted(envelope.bytes.clone())));
    let noise: Vec<u8> = (0..300).map(|_| town.world.dice.below(256) as u8).collect();
    entries.extend([as_accepted(noise), as_accepted(Vec::new())]);
    fed(&town, entries);
    for (envelope, reason) in &sent {
        assert_eq!(reason_of(&town, envelope.eid).as_deref(), Some(*reason));
    }
    assert_eq!(reasons(&town.ines).iter().filter(|reason| *reason == "malformed").count(), 2);
    town.everybody_agrees();
}

#[test]
fn a_lease_nobody_of_the_organisation_signed_opens_nothing() {
    let town = Town::new(133);
    let elsewhere = World::new(1_330);
    let astray = elsewhere.forger("Samir Morel", POLICE, "officer");
    // A lease in Samir's name over Bruno's key, signed by a key of Bruno's own.
    let samir = town.samir.notebook.identity().unwrap().unwrap();
    let mut claims = town.bruno.lease.lease.clone();
    (claims.agent, claims.name, claims.device) = (samir.agent, samir.name, samir.device);
    let usurped = claims.sign(&town.bruno.organisation, &SigningKey::from_bytes(&[3; 32])).unwrap();
    let fact = [("facts/title".to_owned(), FactValue::from(FORGED))];
    let body = town.document().write(town.bruno.actor(), &fact).unwrap().unwrap().raw;
    let mut in_his_name = town.bruno.envelope(Kind::Report, town.report, &town.bruno.home(), body.clone());
    in_his_name.lease = usurped.id;
    let in_his_name = in_his_name.seal(&town.bruno.organisation, &town.bruno.key).unwrap();
    let mut foreign = town.bruno.envelope(Kind::Report, town.report, &town.bruno.home(), body);
    foreign.lease = astray.lease.id;
    let foreign = foreign.seal(&town.bruno.organisation, &astray.key).unwrap();
    let entries = vec![
        as_lease(usurped.cwt),
        as_lease(astray.lease.cwt.clone()),
        as_lease(vec![0; 100]),
        as_accepted(in_his_name.bytes),
        as_accepted(foreign.bytes),
    ];
    fed(&town, entries);
    let mut expected = vec!["lease-unverified"; 3];
    expected.extend(["missing-lease"; 2]);
    assert_eq!(reasons(&town.ines), expected);
    town.everybody_agrees();
}

#[test]
fn what_waits_for_its_lease_is_shown_when_the_lease_comes_and_never_before() {
    let town = Town::new(134);
    let mut nora = town.world.forger("Nora Lopez", POLICE, "officer");
    let true_words = put(&mut nora, town.report, "facts/people_count", FactValue::Integer(9));
    // Named under Nora's lease, by Bruno's hand: no lease will ever make it good.
    let mut false_words =
        town.bruno.envelope(Kind::Report, town.report, &town.bruno.home(), true_words.envelope.body.clone());
    (false_words.lease, false_words.chain) = (nora.lease.id, nora.chain);
    let false_words = false_words.seal(&town.bruno.organisation, &town.bruno.key).unwrap();
    let entries = vec![as_accepted(true_words.bytes.clone()), as_accepted(false_words.bytes.clone())];
    fed(&town, entries);
    let count =
        |town: &Town| town.ines.notebook.read(town.report).unwrap().facts["facts/people_count"].value.clone();
    assert_eq!(count(&town), FactValue::Integer(7));
    assert_eq!(reasons(&town.ines), ["missing-lease", "missing-lease"]);

    let cwt = nora.lease.cwt.clone();
    town.numbers_pass(3);
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| {
        response.feed.insert(0, as_lease(cwt)(response.cursor.1));
    });
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    assert_eq!(count(&town), FactValue::Integer(9));
    assert_eq!(reason_of(&town, true_words.eid), None);
    assert_eq!(reason_of(&town, false_words.eid).as_deref(), Some("signature"));
    assert_eq!(nora.push(&[true_words])[0].code, Accepted);
    town.everybody_agrees();
}

#[test]
fn what_waits_for_a_change_withheld_is_named_and_shown_when_it_comes() {
    let mut town = Town::new(135);
    town.numbers_pass(1);
    let eight = put(&mut town.bruno, town.report, "facts/people_count", FactValue::Integer(8));
    assert_eq!(town.bruno.push(std::slice::from_ref(&eight))[0].code, Accepted);
    let nine = put(&mut town.bruno, town.report, "facts/people_count", FactValue::Integer(9));
    assert_eq!(town.bruno.push(std::slice::from_ref(&nine))[0].code, Accepted);
    let withheld = eight.bytes.clone();
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| {
        response
            .feed
            .retain(|entry| !matches!(entry, Entry::Change { envelope, .. } if envelope.0 == withheld));
    });
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    assert_eq!(reasons(&town.ines), ["missing-parent"]);
    let before = town.ines.notebook.read(town.report).unwrap();
    assert_eq!(before.facts["facts/people_count"].value, FactValue::Integer(7));
    let late = eight.bytes.clone();
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| {
        let envelope = late.into();
        response.feed.push(Entry::Change { seq: None, envelope, received_ms: 0, number: None });
    });
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    assert_eq!(reasons(&town.ines), Vec::<String>::new());
    town.everybody_agrees();
}

#[test]
fn numbers_that_do_not_rise_up_to_the_cursor_are_refused_whole() {
    let town = Town::new(136);
    town.numbers_pass(5);
    let good = town.samir.file("waste.tyres", &[("title", "Pneus".into())], "Huit pneus.");
    assert!(town.samir.sync().unwrap().complete);
    let mine = town.ines.file("waste.green", &[], "Branches.");
    type Lie = fn(&mut ronde_model::wire::Response);
    let lies: [(&str, Lie); 6] = [
        ("the cursor goes back", |r| r.cursor.1 = 1),
        ("a number beyond the cursor", |r| r.feed.push(as_lease(vec![1])(r.cursor.1 + 1))),
        ("a number said twice", |r| {
            let last = r.feed.iter().filter_map(Entry::seq).max().unwrap();
            r.feed.push(as_lease(vec![1])(last));
        }),
        ("numbers fall", |r| r.feed.reverse()),
        ("a number from before the cursor", |r| r.feed.insert(0, as_lease(vec![1])(1))),
        ("a cursor of 64 bits", |r| r.cursor.1 = u64::MAX),
    ];
    for (story, lie) in lies {
        let evil = EvilWire::answering(&town.ines.wire, lie);
        let error = town.ines.sync_over(&evil).unwrap_err();
        assert!(matches!(error, Error::ServerAstray { .. }), "{story}: {error}");
        assert_eq!(town.ines.notebook.read(good), Err(Error::NotFound(good)), "{story}: nothing was kept");
        assert_eq!(town.ines.notebook.sync_status().unwrap().waiting, 1, "{story}");
    }
    assert_eq!(reasons(&town.ines), Vec::<String>::new());
    town.everybody_agrees();
    assert!(town.ines.notebook.read(good).is_ok() && town.ines.notebook.read(mine).is_ok());
}

#[test]
fn a_cursor_moved_where_the_server_never_was_is_taken_back_and_nothing_is_missed() {
    for (seed, history) in [(137, false), (138, true)] {
        let town = Town::new(seed);
        let good = town.samir.file("waste.tyres", &[("title", "Pneus".into())], "Huit pneus.");
        assert!(town.samir.sync().unwrap().complete);
        let mine = town.ines.file("waste.green", &[], "Branches.");
        let evil = EvilWire::answering(&town.ines.wire, move |response| {
            response.feed.clear();
            response.receipt = None;
            response.answers.clear();
            response.cursor.1 += 1_000_000;
            if history {
                response.cursor.0.0 = [0x66; 8];
            }
        });
        // A history that the server itself does not know is left again, and again: not for ever.
        assert_eq!(town.ines.sync_over(&evil).is_err(), history);
        assert!(town.ines.wire.traffic().requests < 100, "{:?}", town.ines.wire.traffic());
        assert_eq!(town.ines.notebook.read(good), Err(Error::NotFound(good)));
        town.everybody_agrees();
        assert!(town.ines.notebook.read(good).is_ok(), "what was withheld came after all");
        assert!(town.ines.notebook.receipt(mine).unwrap().covered);
        assert_eq!(town.ines.notebook.list(None, 50).unwrap().items.len(), 3);
    }
}
