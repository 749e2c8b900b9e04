//! Making, opening, refusing, rebuilding; and many at once.

use std::collections::BTreeSet;

use ronde_model::document::Chosen;
use ronde_model::fact::FactValue;
use ronde_model::wire::AnswerCode;
use ronde_server::doctor::{Asked, examine};
use ronde_server::error::{ArchiveError, ServerError};
use ronde_server::events::{EventFilter, Order};
use ronde_server::people::NewSupervisor;
use ronde_server::supervision::Filter;
use ronde_server::{Deciding, Server};

use crate::phone::{Phone, changes};
use crate::town::Town;

fn refused(town: &Town) -> ServerError {
    match Server::open(&town.directory(), town.ports()) {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

#[test]
fn nothing_is_made_where_something_is() {
    let town = Town::found();
    let again = Server::init(&town.directory(), "Autre", town.ports());
    assert!(matches!(again, Err(ServerError::NotEmpty(_))));
    assert_eq!(town.server.name(), "Agglomération de Valbrume");
    let empty = town.directory().with_file_name("empty");
    std::fs::create_dir(&empty).unwrap();
    assert!(matches!(Server::open(&empty, town.ports()), Err(ServerError::NotInitialised(_))));
    Server::init(&empty, "Ici", town.ports()).unwrap();
    Server::open(&empty, town.ports()).unwrap();
}

#[test]
fn an_archive_newer_than_the_program_is_refused_untouched() {
    let town = Town::found();
    town.database().execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let file = town.directory().join("archive.sqlite");
    let before = std::fs::read(&file).unwrap();
    let error = refused(&town);
    assert!(matches!(error, ServerError::Archive(ArchiveError::Newer { found: 99, known: 5 })), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_wrong_key_foreign_keys_and_a_damaged_file_are_told_apart() {
    let key = |town: &Town, name: &str| town.directory().join(name);
    let zeros = format!("{}\n", "0".repeat(64));

    let town = Town::found();
    std::fs::write(key(&town, "archive.key"), &zeros).unwrap();
    assert!(matches!(refused(&town), ServerError::Archive(ArchiveError::WrongKey)));

    let town = Town::found();
    std::fs::write(key(&town, "organisation.key"), zeros.replace('0', "1")).unwrap();
    assert!(matches!(refused(&town), ServerError::ForeignKeys));

    let town = Town::found();
    std::fs::write(key(&town, "server.key"), "rubbish").unwrap();
    assert!(matches!(refused(&town), ServerError::KeyFile { .. }));

    let town = Town::found();
    let file = key(&town, "archive.sqlite");
    drop(town.database());
    std::fs::write(&file, vec![0xa5; 40_960]).unwrap();
    let damaged = refused(&town);
    assert!(matches!(damaged, ServerError::Archive(ArchiveError::Corrupt(_))), "{damaged}");
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 40_960, "left as it is");
}

#[test]
fn keys_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let town = Town::found();
    for name in ["organisation.key", "server.key", "archive.key"] {
        let mode = std::fs::metadata(town.directory().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

#[test]
fn a_restarted_server_knows_everything() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    ines.server = Server::open(&town.directory(), town.ports()).unwrap();
    assert_eq!(ines.server.fingerprint(), town.server.fingerprint());
    let response = ines.push(&[&held.seal]);
    assert_eq!(response.answers[0].code, AnswerCode::Duplicate);
    assert_eq!(response.receipt, None);
    ines.server.check_ready().unwrap();
}

fn picture(town: &Town) -> Vec<String> {
    let omar = town.sign_in("Omar", "agglomeration_supervisor", None);
    let page = town.server.reports(&omar, &Filter::default(), None, 200).unwrap();
    let mut lines = vec![format!("{page:?}")];
    for line in &page.items {
        let doc = line.row.doc;
        lines.push(format!("{:?}", town.server.report(&omar, doc).unwrap().unwrap()));
        lines.push(format!("{:?}", town.server.history(&omar, doc).unwrap().unwrap()));
    }
    let database = town.database();
    for table in ["report", "report_words", "snapshot"] {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2, 3");
        let mut statement = database.prepare(&sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            (0..columns).map(|i| row.get::<_, rusqlite::types::Value>(i)).collect::<Result<Vec<_>, _>>()
        });
        let rows: Vec<_> = rows.unwrap().map(Result::unwrap).collect();
        assert!(!rows.is_empty(), "{table}");
        lines.push(format!("{table}: {rows:?}"));
    }
    lines
}

#[test]
fn everything_shown_can_be_made_again_from_the_envelopes() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let helene = town.supervisor("Hélène", "pm");
    for i in 0..5 {
        let mut held = ines.file_dumping(&town);
        ines.push(&[&held.seal]);
        let mut copy = karim.receive(&held);
        let one = ines.write(&mut held, &[("facts/severity".into(), FactValue::Integer(4))]);
        let two = karim.write(&mut copy, &[("facts/severity".into(), FactValue::Integer(3))]);
        let words = karim.state(&mut copy, "Vu.");
        ines.push(&[&one]);
        karim.push(&[&two, &words]);
        town.server.mark_read(&helene, held.id).unwrap();
        town.server.comment(&helene, held.id, "Noté.").unwrap();
        if i % 2 == 0 {
            let [divergence] =
                town.server.divergences(&helene, held.id).unwrap().unwrap().try_into().unwrap();
            let deciding = Deciding {
                key: divergence.key,
                chosen: Chosen::Change(divergence.voices[0].change),
                saw: divergence.voices.iter().map(|voice| voice.change).collect(),
                saw_decisions: Vec::new(),
                reason: "x".into(),
            };
            town.server.decide(&helene, held.id, deciding).unwrap();
        }
    }
    let before = picture(&town);
    town.database()
        .execute_batch("DELETE FROM snapshot; DELETE FROM report; DELETE FROM report_words")
        .unwrap();
    assert_eq!(town.server.rebuild().unwrap(), 5);
    let after = picture(&town);
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
}

#[test]
fn a_snapshot_that_does_not_load_is_made_again_from_the_envelopes() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut held = ines.file_dumping(&town);
    let words = ines.state(&mut held, "Un.");
    ines.push(&[&held.seal, &words]);
    town.database().execute_batch("UPDATE snapshot SET bytes = x'00'").unwrap();
    let more = ines.state(&mut held, "Deux.");
    assert_eq!(ines.push(&[&more]).answers[0].code, AnswerCode::Accepted);
    let helene = town.supervisor("Hélène", "pm");
    assert_eq!(town.server.report(&helene, held.id).unwrap().unwrap().view.unwrap().statements.len(), 2);
}

#[test]
fn a_stored_envelope_that_was_altered_is_noticed_and_not_sent() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    town.database().execute_batch("UPDATE envelope_body SET bytes = bytes || x'00'").unwrap();
    let refusal = karim.ask(&karim.request(Vec::new())).unwrap_err();
    assert_eq!(refusal.code(), "try-later");
    town.database().execute("UPDATE envelope_body SET bytes = ?1", [&held.seal.bytes]).unwrap();
    assert_eq!(changes(&karim.pull()), [held.seal.eid]);
}

#[test]
fn many_phones_at_once_leave_no_gap_and_lose_nothing() {
    let town = Town::found();
    let mut first = town.officer("Agent 0", "pm");
    let shared = first.file_dumping(&town);
    first.push(&[&shared.seal]);
    let mut phones: Vec<Phone> = (1..9).map(|i| town.officer(&format!("Agent {i}"), "pm")).collect();
    std::thread::scope(|scope| {
        for phone in &mut phones {
            let (town, shared) = (&town, &shared);
            scope.spawn(move || {
                let mut copy = phone.receive(shared);
                for i in 0..10 {
                    let words = phone.state(&mut copy, &format!("{i}"));
                    let own = phone.file(town, &[("type", FactValue::from("fire"))]);
                    let response = phone.push(&[&own.seal, &words]);
                    let answered = response.answers.iter().all(|answer| answer.code == AnswerCode::Accepted);
                    assert!(answered, "{:?}", response.answers);
                    copy = phone.receive(&copy);
                }
            });
        }
    });
    let stored = town.server.stored().unwrap();
    assert_eq!(stored.len(), 1 + 8 * 20);
    let (rows, distinct, highest): (i64, i64, i64) = town
        .database()
        .query_row("SELECT count(*), count(DISTINCT seq), max(seq) FROM feed", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!((rows, distinct), (highest, highest), "every number from 1 on has one row");
    let mut reader = town.officer("Lecteur", "pm");
    let all: BTreeSet<_> = changes(&reader.pull()).into_iter().collect();
    assert_eq!(all.len(), 161);
    let helene = town.supervisor("Hélène", "pm");
    let view = town.server.report(&helene, shared.id).unwrap().unwrap().view.unwrap();
    assert_eq!(view.statements.len(), 80);
    let line = town.server.reports(&helene, &Filter::default(), None, 200).unwrap();
    let line = line.items.iter().find(|line| line.row.doc == shared.id).unwrap();
    assert_eq!(line.row.statements, 80, "the inbox tells of all that were written at once");
}

#[test]
fn an_impatient_phone_that_sends_the_same_many_times_at_once_stores_it_once() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held: Vec<_> = (0..20).map(|_| ines.file_dumping(&town)).collect();
    let request = ines.request(held.iter().map(|held| held.seal.bytes.clone()).collect());
    let answers: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..6).map(|_| scope.spawn(|| ines.ask(&request).unwrap())).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    let accepted = answers.iter().flat_map(|response| &response.answers);
    let accepted = accepted.filter(|answer| answer.code == AnswerCode::Accepted).count();
    assert_eq!(accepted, 20, "each once");
    for response in &answers {
        assert_eq!(response.answers.len(), 20);
        assert!(response.answers.iter().all(|answer| answer.is_stored()));
        assert_eq!(ines.receipt(response).unwrap().own.n, 20);
        assert_eq!(ines.receipt(response).unwrap().numbers.len(), 20);
    }
    assert_eq!(town.server.stored().unwrap().len(), 20);
}

#[test]
fn rows_that_an_older_program_kept_are_completed_at_the_next_start_and_the_doctor_knows_them() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let report = ines.file_dumping(&town);
    ines.push(&[&report.seal]);
    let who = town.supervisor("Hélène", "pm");
    town.server.mark_read(&who, report.id).unwrap();
    let new = NewSupervisor { name: "Denis".into(), role: "unit_supervisor".into(), unit: Some("pm".into()) };
    let token = town.server.add_supervisor(&new).unwrap().token;
    let opened_by = |server: &Server| {
        let who = server.sign_in(&token).unwrap();
        let page = server.events(&who, &EventFilter::default(), Order::Newest, None, 10).unwrap();
        page.items[0].opened_by.as_ref().map(|reader| reader.name.clone())
    };
    let told = || {
        let clock = ronde_server::clock::SystemClock;
        let findings = examine(&town.directory(), &Asked::default(), &clock, &mut |_| ());
        findings.into_iter().find(|finding| finding.subject == "inbox").map(|finding| finding.says)
    };
    assert_eq!((opened_by(&town.server).as_deref(), told()), (Some("Hélène"), None));
    assert_eq!(town.database().execute("UPDATE report SET handled = NULL", []).unwrap(), 1);
    assert!(told().unwrap().starts_with("1 ligne"), "the doctor counts them");

    let again = Server::open(&town.directory(), town.ports()).unwrap();

    assert_eq!((opened_by(&again).as_deref(), told()), (Some("Hélène"), None));
}
