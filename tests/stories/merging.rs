//! Random days of three officers, a bus driver and a supervisor, told by a seed: whatever the order
//! in which they write, decide and meet, everybody ends with the same and nothing is lost.

#[path = "merging/copies.rs"]
mod copies;
#[path = "merging/day.rs"]
mod day;
#[path = "merging/shown.rs"]
mod shown;

use ronde_model::document::Document;
use ronde_model::document::{Salt, Statement};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::wire::AnswerCode;
use ronde_tests::world::World;

use crate::day::{Day, POLICE};
use crate::shown::{of_console, of_phone};

const STEPS: u32 = 200;
const SEEDS: std::ops::Range<u64> = 200..210;

/// Everybody holds the same of every report, the server's caches included, and every envelope ever
/// signed is in the archive once and accepted.
#[track_caller]
fn agrees(day: &Day) {
    let reports = day.reports();
    assert!(!reports.is_empty());
    let apart = reports.iter().map(|doc| day.officers[0].notebook.divergences(*doc).unwrap().len());
    assert!(apart.sum::<usize>() > 0, "seed {}: nobody wrote apart, it proves nothing", day.seed);
    let server = &day.world.server;
    for doc in &reports {
        let console = server.report(&day.helene, *doc).unwrap().expect("received");
        let reference = of_console(&console);
        for phone in &day.officers {
            let detail = phone.notebook.read(*doc).unwrap();
            assert_eq!(of_phone(&detail), reference, "seed {}: {doc}", day.seed);
        }
    }
    for phone in &day.officers {
        assert_eq!(phone.notebook.list(None, 500).unwrap().items.len(), reports.len(), "seed {}", day.seed);
        assert_eq!(phone.notebook.set_aside().unwrap(), Vec::new(), "seed {}", day.seed);
    }
    let stored = server.stored().unwrap();
    let mut eids: Vec<_> = stored.iter().map(|e| e.eid).collect();
    eids.sort();
    eids.dedup();
    assert_eq!(eids.len(), stored.len(), "seed {}: each envelope once", day.seed);
    for (phone, envelope) in day.phones().flat_map(|phone| {
        let ledger = phone.notebook.own_ledger().unwrap();
        ledger.into_iter().map(move |line| (phone, line))
    }) {
        let (eid, seq) = envelope;
        let line = stored.iter().find(|line| line.eid == eid);
        let line = line.unwrap_or_else(|| panic!("seed {}: {eid} is not in the archive", day.seed));
        assert_eq!(Some(line.seq), seq, "seed {}: both ledgers say the same", day.seed);
        assert_eq!(line.device, phone.notebook.identity().unwrap().unwrap().device);
    }
    let refused = stored.iter().filter(|e| e.state != ronde_server::supervision::StoredState::Accepted);
    assert_eq!(refused.count(), 0, "seed {}: an honest phone is never refused", day.seed);
}

#[test]
fn whatever_the_order_everybody_ends_with_the_same_and_nothing_is_lost() {
    std::thread::scope(|threads| {
        for half in 0..2 {
            threads.spawn(move || {
                for seed in SEEDS.filter(|seed| seed % 2 == half) {
                    let mut day = Day::begin(seed);
                    for _ in 0..STEPS {
                        day.step();
                    }
                    day.everybody_meets();
                    agrees(&day);
                    the_driver_saw_nothing(&day);
                    the_server_makes_it_again(&day);
                    a_new_phone_gets_it_all(&day);
                    println!("seed {seed}: {}", day.account());
                }
            });
        }
    });
}

/// The bus driver wrote too, and holds his own and nothing else.
#[track_caller]
fn the_driver_saw_nothing(day: &Day) {
    let items = day.driver.notebook.list(None, 500).unwrap().items;
    assert!(items.iter().all(|item| item.row.author_name == "Malik Diop"), "seed {}", day.seed);
    for doc in day.reports() {
        assert!(day.driver.notebook.read(doc).is_err());
    }
    for phone in &day.officers {
        for item in &items {
            assert!(phone.notebook.read(item.row.doc).is_err());
        }
    }
}

/// The server's caches are made again from the envelopes, the same.
#[track_caller]
fn the_server_makes_it_again(day: &Day) {
    let all = |day: &Day| -> Vec<_> {
        let server = &day.world.server;
        let one = |doc| server.report(&day.helene, doc).unwrap();
        let page = server.reports(&day.helene, &Default::default(), None, 200).unwrap();
        page.items.into_iter().map(|line| (one(line.row.doc), line)).collect()
    };
    let before = all(day);
    assert_eq!(day.world.server.rebuild().unwrap(), before.len() as u64);
    assert_eq!(all(day), before, "seed {}", day.seed);
}

/// The phone fell into the river: the next one gets everything back by the feed.
#[track_caller]
fn a_new_phone_gets_it_all(day: &Day) {
    let again = day.world.second_phone(&day.officers[0]);
    assert!(again.sync().unwrap().complete);
    for doc in day.reports() {
        let (old, new) = (day.officers[0].notebook.read(doc).unwrap(), again.notebook.read(doc).unwrap());
        assert_eq!(of_phone(&new), of_phone(&old), "seed {}", day.seed);
    }
}

#[test]
fn who_moved_to_another_unit_keeps_what_they_wrote_and_reads_no_more() {
    let world = World::new(220);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let samir = world.phone("Samir Morel", POLICE, "officer");
    let hers = ines.file("waste.tyres", &[("title", "Pneus".into())], "Huit pneus.");
    let his = samir.file("waste.green", &[], "Branches.");
    let both = samir.file("youth.brawl", &[], "Deux groupes.");
    for phone in [&ines, &samir, &ines] {
        assert!(phone.sync().unwrap().complete);
    }
    ines.notebook.state(both, "J’en compte six.", None, None).unwrap();
    assert!(ines.sync().unwrap().complete);
    let agent = ines.notebook.identity().unwrap().unwrap().agent;
    let code = world.code("Inès Benali", "pm-dreux", "officer", Some(agent));
    let moved = world.unenrolled("Inès Benali");
    ronde_tests::world::now(moved.notebook.enrol_over(&moved.wire, "https://ronde.example", &code)).unwrap();
    assert!(moved.sync().unwrap().complete);
    for doc in [hers, both] {
        let (old, new) = (ines.notebook.read(doc).unwrap(), moved.notebook.read(doc).unwrap());
        assert_eq!(of_phone(&new), of_phone(&old));
    }
    assert!(moved.notebook.read(his).is_err());
    // What happens to it from now on still reaches her.
    samir.correct(both, "injuries", "light".into());
    assert!(samir.sync().unwrap().complete);
    assert!(moved.sync().unwrap().complete);
    assert_eq!(moved.notebook.read(both).unwrap().facts["facts/injuries"].value, "light".into());
    assert_eq!(moved.notebook.list(None, 10).unwrap().items.len(), 2);
}

#[test]
fn words_written_on_a_report_not_held_make_their_author_a_reader() {
    let world = World::new(221);
    let samir = world.phone("Samir Morel", POLICE, "officer");
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let mut malik = world.forger("Malik Diop", "transport", "transport_agent");
    let report = samir.file("youth.brawl", &[("title", "Rixe dans le bus".into())], "Deux groupes.");
    samir.correct(report, "people_count", FactValue::Integer(6));
    // Malik photographed the code on Samir's screen: the report's id and home, before any coverage.
    let words = Statement {
        by: malik.lease.lease.agent,
        at_ms: 0,
        salt: Salt([5; 8]),
        text: "J’ai tout vu de mon siège.".into(),
        role: "transport_agent".into(),
        source_author: None,
        supersedes: None,
    };
    let (_, change) = Document::start(malik.actor(), &[words.entry()]).unwrap();
    let home = samir.notebook.identity().unwrap().unwrap().unit;
    let home = ronde_model::scope::Scope::Unit(home);
    let joined = malik.envelope(Kind::Report, report, &home, change.raw);
    let joined = malik.sign(joined);
    let answer = malik.push(&[joined]);
    assert_eq!((answer[0].code, answer[0].reason.as_deref()), (AnswerCode::Pending, Some("missing-seal")));
    assert_eq!(malik.pull(), Vec::new(), "nothing to read yet");

    assert!(samir.sync().unwrap().complete);
    let read: Vec<_> = malik.pull().into_iter().filter(|e| e.envelope.doc == report).collect();
    assert_eq!(read.len(), 2, "the seal and the correction reach him");
    for phone in [&ines, &samir] {
        assert!(phone.sync().unwrap().complete);
        let detail = phone.notebook.read(report).unwrap();
        let said: Vec<_> = detail.statements.iter().map(|s| s.statement.text.as_str()).collect();
        assert!(said.contains(&"J’ai tout vu de mon siège.") && said.len() == 2, "{said:?}");
    }
    samir.correct(report, "people_count", FactValue::Integer(7));
    assert!(samir.sync().unwrap().complete);
    assert_eq!(malik.pull().len(), 3, "and what comes later");
    // His phone, had he one, shows it whole.
    let agent = malik.lease.lease.agent;
    let code = world.code("Malik Diop", "transport", "transport_agent", Some(agent));
    let phone = world.unenrolled("Malik Diop");
    ronde_tests::world::now(phone.notebook.enrol_over(&phone.wire, "https://ronde.example", &code)).unwrap();
    assert!(phone.sync().unwrap().complete);
    let (his, theirs) = (phone.notebook.read(report).unwrap(), samir.notebook.read(report).unwrap());
    assert_eq!(of_phone(&his), of_phone(&theirs));
}
