//! What a phone is fed: its grants, never its own, leases first, page by page.

use std::collections::BTreeSet;
use std::error::Error;

use ronde_model::fact::FactValue;
use ronde_model::id::Eid;
use ronde_model::territory::Territory;
use ronde_model::wire::limits::CONFIG_ALONE_BYTES;
use ronde_model::wire::{AnswerCode, Entry, Want};

use crate::phone::{Held, Phone, changes};
use crate::town::{Seeded, Town};

/// Officers of three units, who file, join each other's reports and synchronise in a random order.
fn a_busy_evening(town: &Town, seed: u64) -> (Vec<Phone>, Vec<(Held, BTreeSet<String>)>) {
    let chance = Seeded::new(seed);
    let pick = |n: usize| usize::from(u16::from_be_bytes(chance.draw())) % n;
    let units = ["pm", "bus", "osp"];
    let mut phones: Vec<Phone> =
        (0..6).map(|i| town.officer(&format!("Agent {i}"), units[i % units.len()])).collect();
    let mut reports: Vec<(Held, BTreeSet<String>)> = Vec::new();
    for _ in 0..60 {
        let who = pick(phones.len());
        let phone = &mut phones[who];
        let author = format!("author:{}", phone.lease.lease.agent);
        if reports.is_empty() || pick(2) == 0 {
            let held = phone.file_dumping(town);
            let seal = held.seal.clone();
            let scopes = BTreeSet::from([phone.lease.lease.home().to_string(), author]);
            assert_eq!(phone.push(&[&seal]).answers[0].code, AnswerCode::Accepted);
            reports.push((held, scopes));
        } else {
            let place = pick(reports.len());
            let (held, scopes) = &mut reports[place];
            phone.restart(town);
            let entry = phone.words("Vu aussi.");
            let change = held.document.write(phone.actor(), &[entry]).unwrap().unwrap();
            let mut draft = phone.draft(ronde_model::envelope::Kind::Report, held.id, change.raw);
            draft.home = held.seal.envelope.home.clone();
            let words = phone.sign(draft);
            assert_eq!(phone.push(&[&words]).answers[0].code, AnswerCode::Accepted);
            scopes.insert(author);
        }
    }
    (phones, reports)
}

#[test]
fn nobody_ever_gets_a_row_outside_the_grants_and_everybody_gets_all_within() {
    for seed in [1, 20_260_312, 77] {
        let town = Town::found();
        let (phones, reports) = a_busy_evening(&town, seed);
        for phone in &phones {
            // A second phone of the same agent reads everything from the beginning.
            let agent = phone.lease.lease.agent;
            let lease = &phone.lease.lease;
            let mut reader = Phone::enrol(&town, &town.invite("x", Some(agent), &lease.unit, "officer"));
            let mine: BTreeSet<String> = reader.lease.lease.scopes.iter().map(ToString::to_string).collect();
            let mut leases = BTreeSet::new();
            let (mut got, mut last) = (BTreeSet::new(), 0);
            for entry in reader.pull() {
                let seq = entry.seq().unwrap();
                assert!(seq > last, "seed {seed}: numbers rise");
                last = seq;
                match entry {
                    Entry::Change { envelope, .. } => {
                        let sealed = ronde_model::envelope::SealedEnvelope::parse(envelope.0).unwrap();
                        let (_, scopes) =
                            reports.iter().find(|(held, _)| held.id == sealed.envelope.doc).unwrap();
                        assert!(
                            !scopes.is_disjoint(&mine),
                            "seed {seed}: {:?} is not {mine:?}'s",
                            sealed.eid
                        );
                        assert!(
                            leases.contains(&sealed.envelope.lease),
                            "seed {seed}: the lease comes first"
                        );
                        got.insert(sealed.envelope.doc);
                    }
                    Entry::Lease { cwt, .. } => {
                        let key = &reader.organisation_key;
                        let open =
                            ronde_model::lease::SignedLease::open(cwt.0, &reader.organisation, key).unwrap();
                        leases.insert(open.id);
                    }
                    other => panic!("seed {seed}: {other:?}"),
                }
            }
            let due: BTreeSet<_> = reports
                .iter()
                .filter(|(_, scopes)| !scopes.is_disjoint(&mine))
                .map(|(held, _)| held.id)
                .collect();
            assert_eq!(got, due, "seed {seed}");
        }
    }
}

#[test]
fn small_pages_bring_the_same_as_one_large_one() {
    let town = Town::found();
    let (phones, _) = a_busy_evening(&town, 5);
    let lease = &phones[0].lease.lease;
    let read = |items: u32, bytes: u32| -> (Vec<Eid>, usize) {
        let mut reader = Phone::enrol(&town, &town.invite("x", Some(lease.agent), &lease.unit, "officer"));
        let (mut all, mut turns) = (Vec::new(), 0);
        loop {
            let mut request = reader.request(Vec::new());
            request.want = Want { max_items: items, max_bytes: bytes, ..Want::default() };
            let response = reader.ask(&request).unwrap();
            assert!(response.feed.len() <= items as usize);
            reader.take(&response);
            all.extend(changes(&response.feed));
            turns += 1;
            if !response.more {
                return (all, turns);
            }
        }
    };
    let (whole, turns) = read(4096, 1 << 20);
    assert_eq!(turns, 1);
    assert!(whole.len() > 10);
    assert_eq!(read(1, 1 << 20).0, whole);
    assert_eq!(read(3, 1 << 20).0, whole);
    let (by_bytes, turns) = read(4096, 1);
    assert_eq!(by_bytes, whole, "one entry always fits");
    assert!(turns > 10);
}

#[test]
fn who_asks_for_no_news_gets_none_and_loses_none() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let mut request = karim.request(Vec::new());
    request.want = Want::default();
    let response = karim.ask(&request).unwrap();
    assert!(response.feed.is_empty() && response.more);
    karim.take(&response);
    assert_eq!(changes(&karim.pull()), [held.seal.eid]);
}

#[test]
fn the_cursor_moves_past_what_is_not_for_this_phone() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    for _ in 0..3 {
        let held = ines.file_dumping(&town);
        ines.push(&[&held.seal]);
    }
    karim.pull();
    assert_eq!(karim.cursor, ines.cursor, "both stand at the head");
}

#[test]
fn ones_own_changes_are_not_echoed_even_after_the_cursor_was_lost() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    let response = ines.push(&[&held.seal]);
    assert_eq!(changes(&response.feed), []);
    ines.cursor = Default::default();
    assert_eq!(changes(&ines.pull()), []);
}

#[test]
fn the_territory_reaches_every_phone_once_and_only_the_one_in_force() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    ines.pull();
    let drawn = Territory::drawn();
    assert!(town.server.put_territory(&drawn).unwrap());
    assert!(!town.server.put_territory(&drawn).unwrap(), "the same writes nothing");
    assert_eq!(*town.server.territory().unwrap().unwrap(), drawn);

    let configs = |feed: &[Entry]| -> Vec<Vec<u8>> {
        let signed = feed.iter().filter_map(|entry| match entry {
            Entry::Config { name, signed, .. } if name == "territory" => Some(signed.0.clone()),
            _ => None,
        });
        signed.collect()
    };
    let [signed] = configs(&ines.pull()).try_into().unwrap();
    let config = ronde_model::config::Config::open(&signed, &ines.organisation, &ines.server_key).unwrap();
    assert_eq!(Territory::from_bytes(&config.body).unwrap(), drawn);

    let (fewer, _) =
        Territory::new("Autre".into(), None, "x".into(), drawn.communes()[..3].to_vec()).unwrap();
    town.server.put_territory(&fewer).unwrap();
    let mut karim = town.officer("Karim", "bus");
    let [newest] = configs(&karim.pull()).try_into().unwrap();
    let newest = ronde_model::config::Config::open(&newest, &karim.organisation, &karim.server_key).unwrap();
    assert_eq!(Territory::from_bytes(&newest.body).unwrap(), fewer);
    assert!(newest.made_ms > config.made_ms, "the newest wins even within one millisecond");
    assert_eq!(configs(&ines.pull()).len(), 1);
}

/// A commune whose border is a long zigzag: many bytes.
fn a_large_territory() -> Territory {
    let chance = Seeded::new(3);
    let mut commune = Territory::drawn().communes()[0].clone();
    let jitter = |_| f64::from(u16::from_be_bytes(chance.draw())) / 65_536.0;
    let ring = (0..20_000).map(|i| [1.0 + f64::from(i) * 1e-5, 48.0 + jitter(i)]).collect();
    commune.polygons[0].exterior = ring;
    Territory::new("Grand".into(), None, "x".into(), vec![commune]).unwrap().0
}

#[test]
fn a_large_configuration_travels_alone() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let before = ines.file_dumping(&town);
    ines.push(&[&before.seal]);
    town.server.put_territory(&a_large_territory()).unwrap();
    let after = ines.file_dumping(&town);
    ines.push(&[&after.seal]);

    let mut sizes = Vec::new();
    loop {
        let response = karim.push(&[]);
        let large = response.feed.iter().any(
            |entry| matches!(entry, Entry::Config { signed, .. } if signed.0.len() > CONFIG_ALONE_BYTES),
        );
        sizes.push((response.feed.len(), large));
        if !response.more {
            break;
        }
    }
    let alone: Vec<_> = sizes.iter().filter(|(_, large)| *large).collect();
    assert_eq!(alone, [&(1, true)], "{sizes:?}");
    assert!(sizes.len() >= 3, "before, alone, after: {sizes:?}");
}

#[test]
fn a_supervisors_phone_that_reads_everything_reads_no_orders_of_others() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut chief = Phone::enrol(&town, &town.invite("Chef", None, "agglo", "agglomeration_supervisor"));
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    town.server.revoke_device(ines.lease.lease.device).unwrap();
    town.server.put_territory(&Territory::drawn()).unwrap();
    let news = chief.pull();
    assert_eq!(changes(&news), [held.seal.eid]);
    assert!(news.iter().any(|entry| matches!(entry, Entry::Config { .. })));
    assert!(!news.iter().any(|entry| matches!(entry, Entry::Order { .. } | Entry::Quarantine { .. })));
}

#[test]
fn an_answer_too_large_to_travel_is_made_smaller() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    // Noise does not compress: nine hundred kilobytes of it do not fit one answer.
    for _ in 0..6 {
        let noise = (0..150).flat_map(|_| town.chance.draw::<1024>()).collect();
        let facts = [("type", FactValue::from("other")), ("noise", FactValue::Bytes(noise))];
        let held = ines.file(&town, &facts);
        ines.push(&[&held.seal]);
    }
    let mut karim = town.officer("Karim", "pm");
    let response = karim.push(&[]);
    assert!(response.more && !response.feed.is_empty());
    let rest = karim.pull();
    assert_eq!(changes(&response.feed).len() + changes(&rest).len(), 6);
}

#[test]
fn reading_follows_what_the_device_is_granted_now_and_not_the_lease_it_names() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut bea = town.officer("Béa", "bus");
    let mut karim = town.officer("Karim", "pm");
    karim.pull();
    // Karim changes units; his phone goes on under the lease it has.
    let device = karim.lease.lease.device;
    let grant = |column: &str, value: &str| {
        let sql = format!("UPDATE device SET {column} = ?1 WHERE device = ?2");
        town.database().execute(&sql, rusqlite::params![value, device.0]).unwrap();
    };
    grant("scopes", r#"["unit:bus"]"#);
    let (of_pm, of_bus) = (ines.file_dumping(&town), bea.file_dumping(&town));
    ines.push(&[&of_pm.seal]);
    bea.push(&[&of_bus.seal]);

    let old = karim.lease.id;
    assert_eq!(changes(&karim.pull()), [of_bus.seal.eid]);
    assert_eq!(karim.lease.id, old, "still the lease that grants the old unit");

    grant("role", "agglomeration_supervisor");
    let again = ines.file_dumping(&town);
    ines.push(&[&again.seal]);
    assert_eq!(changes(&karim.pull()), [again.seal.eid], "today's role reads everything");
}

#[test]
fn a_report_that_leaves_a_scope_is_taken_away_from_its_readers() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut bea = town.officer("Béa", "bus");
    let mut brahim = town.officer("Brahim", "bus");
    let chief = town.supervisor("Hélène", "bus");
    let held = ines.file_dumping(&town);
    // Béa's phone files under the id of Inès's report, for a home that is not hers: set aside.
    let mut copy = held.seal.envelope.clone();
    let facts = [("facts/type".to_owned(), FactValue::from("other"))].into();
    let (_, change) = ronde_model::document::Document::seal(bea.actor(), &facts).unwrap();
    (copy.lease, copy.chain, copy.n, copy.prev) = (bea.lease.id, bea.chain, bea.n, bea.prev);
    copy.body = change.raw;
    let refused = bea.sign(copy);
    assert_eq!(bea.push(&[&refused]).answers[0].code, AnswerCode::Quarantined);
    town.server.comment(&chief, held.id, "Qui est-ce ?").unwrap();
    let head = town.server.head().unwrap();
    let moved = || town.server.moved(&chief, (head.history, head.seq)).unwrap().1.unwrap();
    assert_eq!(moved().gone, [], "it is still theirs");

    let response = ines.push(&[&held.seal]);

    assert_eq!(response.answers[0].code, AnswerCode::Accepted);
    assert_eq!(changes(&brahim.pull()), [], "what was said of it in the other unit is no longer theirs");
    assert_eq!(changes(&response.feed).len(), 1, "but of the unit it stands in now");
    assert_eq!((moved().gone, moved().reports), (vec![held.id], vec![]), "who watched it there is told");
    let (inside, everything) =
        (town.supervisor("Denis", "pm"), town.sign_in("Ada", "agglomeration_supervisor", None));
    for who in [inside, everything] {
        let moved = town.server.moved(&who, (head.history, head.seq)).unwrap().1.unwrap();
        assert_eq!((moved.gone, moved.reports), (vec![], vec![held.id]));
    }
}

#[test]
fn a_feed_row_outside_the_grants_stops_the_answer_and_keeps_what_came() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut bea = town.officer("Béa", "bus");
    let held = ines.file_dumping(&town);
    let response = ines.push(&[&held.seal]);
    let (database, seq) = (town.database(), response.answers[0].seq.unwrap());
    database.execute("INSERT INTO feed_scope VALUES (1, 'unit:bus', ?1)", [seq]).unwrap();
    let own = bea.file_dumping(&town);

    let refused = bea.ask(&bea.request(vec![own.seal.bytes.clone()])).unwrap_err();

    assert_eq!(refused.code(), "try-later");
    assert!(refused.source().unwrap().to_string().contains("outside the grants"));
    assert!(town.server.stored().unwrap().iter().any(|line| line.eid == own.seal.eid), "kept all the same");
    database.execute("DELETE FROM feed_scope WHERE scope = 'unit:bus' AND seq = ?1", [seq]).unwrap();
    assert_eq!(bea.push(&[&own.seal]).answers[0].code, AnswerCode::Duplicate);
    assert_eq!(bea.own.n, 1);
}

#[test]
fn no_number_is_given_after_one_that_was_lost() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let (one, two) = (ines.file_dumping(&town), ines.file_dumping(&town));
    ines.push(&[&one.seal]);
    let database = town.database();
    database.execute_batch("CREATE TEMP TABLE lost AS SELECT * FROM feed ORDER BY seq DESC LIMIT 1").unwrap();
    database.execute_batch("DELETE FROM feed WHERE seq = (SELECT seq FROM lost)").unwrap();

    let refused = ines.ask(&ines.request(vec![two.seal.bytes.clone()])).unwrap_err();

    assert_eq!(refused.code(), "try-later");
    assert_eq!(town.server.stored().unwrap().len(), 1, "nothing was stored");
    database.execute_batch("INSERT INTO feed SELECT * FROM lost").unwrap();
    assert_eq!(ines.push(&[&two.seal]).answers[0].code, AnswerCode::Accepted);
}
