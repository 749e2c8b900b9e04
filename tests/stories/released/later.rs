//! An old phone with a newer server, and the other way round, over the real core and server: what a later
//! version adds to a message changes nothing of what is kept, shown and acknowledged.

use coset::CborSerializable;
use coset::cbor::Value;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::signing::{Context, sign};
use ronde_model::wire::{AnswerCode, frame};
use ronde_tests::world::{Dice, EvilWire, Phone, World};

/// Something nobody here knows.
fn anything(dice: &Dice) -> Value {
    match dice.below(6) {
        0 => Value::Null,
        1 => Value::from(dice.number()),
        2 => Value::Text("plus tard".into()),
        3 => Value::Bytes(vec![7; dice.below(40) as usize]),
        4 => Value::Array(vec![Value::Bool(true), Value::Float(2.5)]),
        _ => Value::Map(vec![(Value::from(-1), Value::Text("x".into()))]),
    }
}

fn add_keys(map: &mut Vec<(Value, Value)>, dice: &Dice) {
    for key in [12, 13 + dice.below(1 << 40)] {
        let place = dice.below(map.len() as u64 + 1) as usize;
        map.insert(place, (Value::from(key), anything(dice)));
    }
}

fn field(map: &mut [(Value, Value)], key: u64) -> &mut Value {
    &mut map.iter_mut().find(|(found, _)| *found == Value::from(key)).expect("it is there").1
}

/// The answer as a later server would give it.
fn of_later_server(answer: &[u8], dice: &Dice) -> Vec<u8> {
    let mut message = Value::from_slice(&frame::unpack(answer).unwrap()).unwrap();
    let map = message.as_map_mut().unwrap();
    let cursor = field(map, 2).as_array().unwrap()[1].as_integer().unwrap();
    let feed = field(map, 5).as_array_mut().unwrap();
    for entry in feed.iter_mut() {
        entry.as_array_mut().unwrap().push(anything(dice));
    }
    let last = feed.iter().rev().find_map(|entry| entry.as_array()?.get(1)?.as_integer());
    // A number that this phone was not told of: one of a kind it does not know stood there.
    if last.is_none_or(|last| last < cursor) {
        let kind = 11 + dice.below(1 << 33);
        feed.push(Value::Array(vec![Value::from(kind), Value::Integer(cursor), anything(dice)]));
    }
    add_keys(map, dice);
    frame::pack(&message.to_vec().unwrap()).unwrap()
}

fn shown(phone: &Phone) -> String {
    let list = phone.notebook.list(None, 500).unwrap().items;
    let details: Vec<_> = list.iter().map(|item| phone.notebook.read(item.row.doc).unwrap()).collect();
    serde_json::to_string(&(list, details, phone.notebook.own_ledger().unwrap())).unwrap()
}

#[test]
fn an_old_phone_goes_on_with_a_newer_server() {
    for seed in 400..412 {
        let world = World::new(seed);
        let (ines, samir) =
            (world.phone("Inès", "pm-centre", "officer"), world.phone("Samir", "pm-centre", "officer"));
        // The same phone, of which one copy hears the server as it is.
        let (day, later) = (
            |phone: &Phone, round: u64| {
                let doc = phone.file("youth.brawl", &[("severity", FactValue::Integer(3))], "Deux groupes.");
                phone.correct(doc, "people_count", FactValue::Integer(round as i64));
            },
            Dice::new(seed),
        );
        for round in 0..4 {
            day(&ines, round);
            day(&samir, round);
            samir.sync().unwrap();
            let dice = later.clone();
            let wire = EvilWire::answering_bytes(&ines.wire, move |answer| of_later_server(&answer, &dice));
            let told = ines.sync_over(&wire).unwrap();
            assert!(told.complete && told.refused == 0, "seed {seed}, round {round}: {told:?}");
        }
        let copy = world.copy();
        let plain = copy.phone_of(&ines);
        // Nothing is left to say to a server that says nothing new.
        let told = plain.sync().unwrap();
        assert_eq!((told.pushed, told.fed, told.requests), (0, 0, 1), "seed {seed}");
        assert_eq!(shown(&plain), shown(&ines));
        assert_eq!(ines.notebook.list(None, 500).unwrap().items.len(), 8);
    }
}

#[test]
fn a_newer_phone_goes_on_with_an_old_server() {
    for seed in 420..432 {
        let world = World::new(seed);
        let mut bruno = world.forger("Bruno Petit", "pm-centre", "officer");
        let dice = Dice::new(seed);
        let (_, change) = ronde_model::document::Document::seal(
            bruno.actor(),
            &[("facts/type".to_owned(), "other".into()), ("facts/later".to_owned(), FactValue::Flag(true))]
                .into(),
        )
        .unwrap();
        let envelope = bruno.seal(DocId([1; 16]), change.raw);
        let payload = minicbor::to_vec(bruno.request(std::slice::from_ref(&envelope.bytes))).unwrap();
        let mut message = Value::from_slice(&payload).unwrap();
        let map = message.as_map_mut().unwrap();
        add_keys(field(map, 8).as_map_mut().unwrap(), &dice);
        add_keys(map, &dice);
        let payload = message.to_vec().unwrap();
        let signed = sign(Context::Request, &bruno.organisation, &bruno.key, payload).unwrap();
        let response = bruno.post(&frame::pack(&signed).unwrap()).unwrap();
        assert_eq!(response.answers[0].code, AnswerCode::Accepted, "seed {seed}");
        // The very bytes stand in the archive, and a repetition is known again.
        let again = bruno.post(&frame::pack(&signed).unwrap()).unwrap();
        assert_eq!(
            (again.answers[0].code, again.answers[0].seq),
            (AnswerCode::Duplicate, response.answers[0].seq)
        );
    }
}
