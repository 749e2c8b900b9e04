//! A server restored from a backup, and phones that knew the one it replaces: cursors, numbers,
//! receipts, devices and invitations across a fork of the history.

use ed25519_dalek::SigningKey;
use ronde_model::document::Document;
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::fact::FactValue;
use ronde_model::id::HistoryId;
use ronde_model::receipt::Own;
use ronde_model::wire::limits::MAX_FORKS;
use ronde_model::wire::{AnswerCode, Fork, Raw};
use ronde_server::error::RetryClass;
use ronde_server::events::{EventFilter, Order};
use ronde_server::supervision::Filter;

use crate::phone::{Phone, changes, codes, only};
use crate::town::{HOUR_MS, Town};

#[test]
fn the_server_forks_and_old_cursors_stay_good() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let before = ines.file_dumping(&town);
    ines.push(&[&before.seal]);
    karim.pull();
    let shared = karim.cursor;
    let backup = town.backup();
    let lost = ines.file_dumping(&town);
    ines.push(&[&lost.seal]);
    let beyond = ines.cursor;
    assert_eq!(ines.own.n, 2);

    let head = town.restore(&backup);
    for phone in [&mut ines, &mut karim] {
        phone.server = town.server.clone();
    }

    assert_eq!(head.seq, shared.1, "numbers go on where the backup ends");
    assert_ne!(head.history, shared.0);
    let fork = Fork { history: head.history, parent: shared.0, seq: head.seq };
    // A cursor of what both histories share stays where it is.
    let response = karim.push(&[]);
    assert_eq!(response.cursor, (head.history, shared.1));
    assert_eq!(response.forks, Some(vec![fork.clone()]));
    let receipt = karim.receipt(&response).unwrap();
    assert_eq!(
        (receipt.history, receipt.seq),
        (head.history, head.seq),
        "a receipt follows a change of history"
    );
    // Once on the new history there is nothing more to say.
    let response = karim.push(&[]);
    assert_eq!((response.forks, response.receipt), (None, None));

    // A cursor beyond the fork goes back to it, and what was lost is offered again.
    let response = ines.push(&[]);
    assert_eq!(response.cursor, (head.history, head.seq));
    assert_eq!(response.forks, Some(vec![fork]));
    assert_eq!(ines.receipt(&response).unwrap().own, Own::of([&before.seal.eid]));
    assert!(beyond.1 > head.seq);
    let response = ines.push(&[&before.seal, &lost.seal]);
    assert_eq!(codes(&response), [AnswerCode::Duplicate, AnswerCode::Accepted]);
    assert_eq!(response.forks, None);
    assert_eq!(changes(&karim.pull()), [lost.seal.eid]);
}

#[test]
fn a_request_that_brings_what_was_lost_is_taken_in_with_its_old_cursor() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    ines.pull();
    let backup = town.backup();
    let lost = ines.file_dumping(&town);
    ines.push(&[&lost.seal]);
    let head = town.restore(&backup);
    ines.server = town.server.clone();

    let response = ines.push(&[&lost.seal]);

    assert_eq!(only(&response), (AnswerCode::Accepted, None));
    assert!(response.answers[0].seq.unwrap() > head.seq);
    assert_eq!(response.forks.unwrap().len(), 1);
    assert_eq!(response.cursor.0, head.history);
    assert_eq!(ines.own.n, 1);
}

#[test]
fn two_restores_in_a_row_lead_every_phone_home() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let mut maud = town.officer("Maud", "pm");
    let one = ines.file_dumping(&town);
    ines.push(&[&one.seal]);
    let early = town.backup();
    let two = ines.file_dumping(&town);
    ines.push(&[&two.seal]);
    // Maud has read everything of the first history, Karim something of the second.
    maud.pull();
    let first = town.restore(&early);
    karim.server = town.server.clone();
    ines.server = town.server.clone();
    let three = ines.file_dumping(&town);
    ines.push(&[&three.seal]);
    karim.pull();
    let late = town.backup();
    let four = ines.file_dumping(&town);
    ines.push(&[&four.seal]);
    karim.pull();

    let second = town.restore(&late);

    assert!(second.seq > first.seq);
    let forks = |parent: HistoryId| {
        vec![
            Fork { history: first.history, parent, seq: first.seq },
            Fork { history: second.history, parent: first.history, seq: second.seq },
        ]
    };
    for phone in [&mut ines, &mut karim, &mut maud] {
        phone.server = town.server.clone();
    }
    let origin = maud.cursor.0;
    let response = maud.push(&[]);
    assert_eq!(response.forks, Some(forks(origin)), "the whole way from her history");
    assert_eq!(changes(&response.feed), [three.seal.eid], "from the lowest fork on: what came after it");
    let response = karim.push(&[]);
    assert_eq!(response.forks, Some(forks(origin)[1..].to_vec()));
    assert_eq!(changes(&response.feed), []);
    ines.push(&[&two.seal, &three.seal, &four.seal]);
    assert_eq!(changes(&karim.pull()), [two.seal.eid, four.seal.eid]);
    assert_eq!(changes(&maud.pull()), [two.seal.eid, four.seal.eid]);
}

#[test]
fn a_cursor_of_an_unknown_history_restarts() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    ines.pull();
    let backup = town.backup();
    town.restore(&backup);
    ines.server = town.server.clone();
    ines.pull();
    let (lost, _) = ines.cursor;

    // The same backup again: the history between is of no archive any more.
    let head = town.restore(&backup);
    ines.server = town.server.clone();

    let refused = ines.ask(&ines.request(Vec::new())).unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("history-unknown", RetryClass::Restart));
    ines.cursor = (head.history, head.seq + 1);
    let refused = ines.ask(&ines.request(Vec::new())).unwrap_err();
    assert_eq!(refused.code(), "history-unknown", "a number that was never given");
    assert_ne!(lost, head.history);
    ines.cursor = Default::default();
    assert_eq!(ines.push(&[]).cursor, (head.history, head.seq));
}

#[test]
fn official_numbers_jump_by_a_thousand() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let number = |ines: &mut Phone, town: &Town| {
        let held = ines.file_dumping(town);
        let response = ines.push(&[&held.seal]);
        ines.receipt(&response).unwrap().numbers[0].1.clone()
    };
    assert_eq!(number(&mut ines, &town), "2026-000001");
    let backup = town.backup();
    assert_eq!(number(&mut ines, &town), "2026-000002");
    town.restore(&backup);
    ines.server = town.server.clone();
    assert_eq!(number(&mut ines, &town), "2026-001002");

    // Restored in a year of which the backup knows nothing: the lost history may have counted in it.
    let backup = town.backup();
    town.pass(365 * 24 * HOUR_MS);
    town.restore(&backup);
    ines.server = town.server.clone();
    assert_eq!(number(&mut ines, &town), "2027-001001");
}

#[test]
fn a_device_enrolled_after_the_backup_is_known_again() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let backup = town.backup();
    let mut karim = town.officer("Karim", "pm");
    karim.pull();
    town.restore(&backup);
    karim.server = town.server.clone();
    assert_eq!(town.server.devices().unwrap().len(), 1);

    let refused = karim.ask(&karim.request(Vec::new())).unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("lease-unknown", RetryClass::Refresh));
    let mut request = karim.request(Vec::new());
    request.leases = Some(vec![Raw(karim.lease.cwt.clone())]);
    let response = karim.ask(&request).unwrap();
    karim.take(&response);

    let lines = town.server.devices().unwrap();
    let line = lines.iter().find(|line| line.device == karim.lease.lease.device).unwrap();
    assert_eq!((line.name.as_str(), line.unit.as_str(), line.role.as_str()), ("Karim", "pm", "officer"));
    // Known means renewed, read, and revoked like any other.
    town.pass(60 * HOUR_MS);
    let fresh = karim.push(&[]).lease;
    assert!(fresh.is_some());
    let again = ines.file_dumping(&town);
    ines.server = town.server.clone();
    ines.push(&[&again.seal]);
    assert_eq!(changes(&karim.pull()), [again.seal.eid]);
    town.server.revoke_device(karim.lease.lease.device).unwrap();
    assert_eq!(changes(&karim.pull()), []);
    assert!(karim.push(&[]).lease.is_none());
}

#[test]
fn a_server_that_was_never_restored_adopts_nobody() {
    let town = Town::found();
    let karim = town.officer("Karim", "pm");
    town.database().execute_batch("DELETE FROM device").unwrap();
    karim.ask(&karim.request(Vec::new())).unwrap();
    assert!(town.server.devices().unwrap().is_empty());
}

#[test]
fn an_invitation_of_the_backup_is_void() {
    let mut town = Town::found();
    let open = town.invite("Karim", None, "pm", "officer");
    let used = town.invite("Inès", None, "pm", "officer");
    let key = SigningKey::from_bytes(&town.chance.draw());
    let answered = town.server.enrol(&crate::phone::enrolment(&town, &used, &key)).unwrap();
    let backup = town.backup();
    town.restore(&backup);

    let new = SigningKey::from_bytes(&town.chance.draw());
    let refused = town.server.enrol(&crate::phone::enrolment(&town, &open, &new)).unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("invitation-expired", RetryClass::StopAndTell));
    // One that was used goes on giving its one answer.
    assert_eq!(town.server.enrol(&crate::phone::enrolment(&town, &used, &key)).unwrap(), answered);
}

/// The archive as version 1 of the program left it.
fn as_version_1(database: &rusqlite::Connection) {
    let made =
        "DROP TABLE history; DROP TABLE knowledge; DROP INDEX envelope_waiting; DROP INDEX envelope_pending;
                DROP TABLE chain; ALTER TABLE device DROP COLUMN copied_ms;
                DROP INDEX report_unhandled; ALTER TABLE report DROP COLUMN handled; DROP TABLE scope_left;
                DROP TABLE sign_in_link; DROP TABLE session; DROP TABLE serving;
                DROP INDEX report_stale; ALTER TABLE report DROP COLUMN stale;
                ALTER TABLE tenant_head DROP COLUMN made; PRAGMA user_version = 1";
    database.execute_batch(made).unwrap();
}

#[test]
fn an_archive_of_version_1_has_one_history_and_forks_like_any_other() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut bea = town.officer("Béa", "bus");
    let held = ines.file_dumping(&town);
    let response = ines.push(&[&held.seal]);
    let cursor = ines.cursor;
    let seq = response.answers[0].seq.unwrap();

    let copy = town.backup();
    town.go_on_from(copy, |database| {
        as_version_1(database);
        // A row that version 1 left in a scope which its report is not in any more.
        database.execute("INSERT INTO feed_scope VALUES (1, 'unit:bus', ?1)", [seq]).unwrap();
    });

    (ines.server, bea.server) = (town.server.clone(), town.server.clone());
    assert_eq!(ines.push(&[]).cursor, cursor);
    assert_eq!(changes(&bea.pull()), []);
    let backup = town.backup();
    let head = town.restore(&backup);
    ines.server = town.server.clone();
    let fork = Fork { history: head.history, parent: cursor.0, seq: head.seq };
    assert_eq!(ines.push(&[]).forks, Some(vec![fork]));
}

/// Takes an archive back to version 3.
const AS_VERSION_3: &str = "DROP INDEX report_stale; ALTER TABLE report DROP COLUMN stale;
    ALTER TABLE tenant_head DROP COLUMN made; PRAGMA user_version = 3";

/// An older program said of a referral, which may hold no words, that its words were missing.
#[test]
fn a_row_that_an_older_program_understood_otherwise_is_made_again() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file(&town, &[("type", FactValue::from("vigilance_referral"))]);
    ines.push(&[&held.seal]);
    let copy = town.backup();
    town.go_on_from(copy, |database| {
        database.execute_batch(&format!("UPDATE report SET row = X'00'; {AS_VERSION_3}")).unwrap();
    });
    let helene = town.sign_in("Hélène", "agglomeration_supervisor", None);
    let inbox = town.server.reports(&helene, &Filter::default(), None, 10).unwrap();
    assert_eq!((inbox.items.len(), inbox.items[0].row.to_complete), (1, false));
}

/// A report on the chain of the present run: filing begins a new one only with the next start.
fn file(town: &Town, phone: &mut Phone) -> SealedEnvelope {
    let facts = [("facts/type".to_owned(), FactValue::from("other"))].into();
    let (_, change) = Document::seal(phone.actor(), &facts).unwrap();
    phone.envelope(Kind::Report, town.report_id(), change.raw)
}

fn copies(town: &Town, phone: &Phone) -> bool {
    let lines = town.server.devices().unwrap();
    lines.iter().find(|line| line.device == phone.lease.lease.device).unwrap().copies
}

const MINUTE_MS: i64 = 60_000;

#[test]
fn two_clones_raise_the_alarm_and_nothing_is_refused() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let before = file(&town, &mut ines);
    ines.push(&[&before]);
    let mut clone = ines.copied(&town);
    ines.wait(&town, 30 * MINUTE_MS);
    (clone.wall_ms, clone.mono_ms) = (ines.wall_ms, 5 * MINUTE_MS as u64);
    let of_clone = file(&town, &mut clone);
    assert_eq!(codes(&clone.push(&[&of_clone])), [AnswerCode::Accepted]);
    assert!(!copies(&town, &ines), "a phone that starts again proves nothing");

    // And the first one goes on.
    ines.wait(&town, 10 * MINUTE_MS);
    let after = file(&town, &mut ines);
    assert_eq!(codes(&ines.push(&[&after])), [AnswerCode::Accepted]);

    assert!(copies(&town, &ines));
    clone.wall_ms = ines.wall_ms;
    let more = file(&town, &mut clone);
    assert_eq!(codes(&clone.push(&[&more])), [AnswerCode::Accepted], "nothing is refused");
    assert_eq!(town.server.stored().unwrap().len(), 4);
    let mut karim = town.officer("Karim", "pm");
    assert!(!copies(&town, &karim));
    assert_eq!(changes(&karim.pull()).len(), 4);
}

#[test]
fn a_clone_that_was_offline_raises_the_alarm_when_the_other_goes_on() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut clone = ines.copied(&town);
    let hidden = file(&town, &mut clone);
    ines.wait(&town, 10 * MINUTE_MS);
    let known = file(&town, &mut ines);
    ines.push(&[&known]);
    ines.wait(&town, 60 * MINUTE_MS);
    (clone.wall_ms, clone.mono_ms) = (ines.wall_ms, 70 * MINUTE_MS as u64);
    let late = file(&town, &mut clone);
    clone.push(&[&hidden, &late]);
    assert!(copies(&town, &ines), "the clone's chain was written before and after what the other sent");
}

#[test]
fn a_phone_with_a_jumping_clock_raises_no_alarm() {
    let town = Town::found();
    // Ahead within one run, then set right, with a start between.
    let mut ahead = town.officer("Inès", "pm");
    let first = file(&town, &mut ahead);
    ahead.wall_ms += 3 * HOUR_MS;
    ahead.wait(&town, MINUTE_MS);
    let jumped = file(&town, &mut ahead);
    ahead.push(&[&first, &jumped]);
    ahead.restart(&town);
    ahead.wall_ms = town.now_ms();
    ahead.wait(&town, MINUTE_MS);
    let again = file(&town, &mut ahead);
    ahead.push(&[&again]);
    ahead.wait(&town, 4 * HOUR_MS);
    assert!(!copies(&town, &ahead));

    // Set back between two starts: the second run's times fall into the first run's.
    let mut back = town.officer("Béa", "pm");
    let one = file(&town, &mut back);
    back.wait(&town, HOUR_MS);
    let two = file(&town, &mut back);
    back.push(&[&one, &two]);
    back.restart(&town);
    back.wall_ms -= 30 * MINUTE_MS;
    back.wait(&town, MINUTE_MS);
    let three = file(&town, &mut back);
    back.push(&[&three]);
    back.wait(&town, HOUR_MS);
    let four = file(&town, &mut back);
    back.push(&[&four]);
    assert!(!copies(&town, &back));

    // Hours ahead for a whole run, offline; sent together with the run after the clock was set right.
    let mut wrong = town.officer("Chloé", "pm");
    wrong.wall_ms += 3 * HOUR_MS;
    let mut push = vec![file(&town, &mut wrong)];
    for _ in 0..8 {
        wrong.wait(&town, 30 * MINUTE_MS);
        push.push(file(&town, &mut wrong));
    }
    wrong.restart(&town);
    wrong.wall_ms = town.now_ms();
    wrong.wait(&town, MINUTE_MS);
    push.push(file(&town, &mut wrong));
    wrong.push(&push.iter().collect::<Vec<_>>());
    assert!(!copies(&town, &wrong));

    // The network sets the clock right in the middle of a run, and the skew is measured anew.
    let mut skewed = town.officer("Dora", "pm");
    (skewed.wall_ms, skewed.skew_ms) = (skewed.wall_ms + 2 * HOUR_MS, 2 * HOUR_MS);
    let one = file(&town, &mut skewed);
    skewed.push(&[&one]);
    skewed.restart(&town);
    skewed.wait(&town, MINUTE_MS);
    let two = file(&town, &mut skewed);
    skewed.push(&[&two]);
    skewed.wait(&town, 10 * MINUTE_MS);
    skewed.wall_ms -= 2 * HOUR_MS;
    let three = file(&town, &mut skewed);
    skewed.skew_ms = 0;
    skewed.wait(&town, MINUTE_MS);
    let four = file(&town, &mut skewed);
    skewed.push(&[&three, &four]);
    assert!(!copies(&town, &skewed));
}

#[test]
fn a_push_of_a_crowd_of_chains_is_taken_in_and_few_of_them_are_watched() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let crowd: Vec<SealedEnvelope> = (0..100)
        .map(|_| {
            ines.restart(&town);
            file(&town, &mut ines)
        })
        .collect();
    let response = ines.push(&crowd.iter().collect::<Vec<_>>());
    assert!(codes(&response).iter().all(|code| *code == AnswerCode::Accepted), "nothing is refused");
    let watched: u64 = town.database().query_row("SELECT count(*) FROM chain", [], |row| row.get(0)).unwrap();
    assert_eq!(watched, 64);
    assert!(!copies(&town, &ines));
}

#[test]
fn a_way_through_more_restores_than_an_answer_holds_is_unknown() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    ines.pull();
    let database = town.database();
    let fork = |i: u64, parent: HistoryId| {
        let history = HistoryId(i.to_be_bytes());
        let row = (history.0, parent.0, ines.cursor.1);
        let sql =
            "INSERT INTO history (tenant, history, parent, fork_seq, opened_ms) VALUES (1, ?1, ?2, ?3, 0)";
        database.execute(sql, row).unwrap();
        database.execute("UPDATE tenant_head SET history = ?1", [history.0]).unwrap();
        history
    };
    let last = (1..=MAX_FORKS as u64).fold(ines.cursor.0, |parent, i| fork(i, parent));
    let answer = ines.ask(&ines.request(Vec::new())).unwrap();
    assert_eq!(answer.forks.map(|forks| forks.len()), Some(MAX_FORKS));

    fork(MAX_FORKS as u64 + 1, last);

    let refused = ines.ask(&ines.request(Vec::new())).unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("history-unknown", RetryClass::Restart));
}

/// The row of before is better than none: what was done about the report is not forgotten by it.
#[test]
fn a_row_that_cannot_be_made_again_goes_on_saying_what_it_said() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file(&town, &[("type", FactValue::from("vigilance_referral"))]);
    ines.push(&[&held.seal]);
    let who = town.sign_in("Hélène", "agglomeration_supervisor", None);
    town.server.mark_read(&who, held.id).unwrap();
    let copy = town.backup();
    town.go_on_from(copy, |database| {
        database.execute_batch(&format!("UPDATE envelope_body SET bytes = X'00'; {AS_VERSION_3}")).unwrap();
    });
    let who = town.sign_in("Samir", "agglomeration_supervisor", None);
    let page = town.server.events(&who, &EventFilter::default(), Order::Newest, None, 10).unwrap();
    assert_eq!(page.items[0].opened_by.as_ref().map(|reader| reader.name.as_str()), Some("Hélène"));
}
