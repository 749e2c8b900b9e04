//! What waits on the server: how much of it, what becomes of it after an upgrade, and what takes
//! its place.

use ronde_model::document::{Document, Event, Salt, grow_only_key, key::Prefix};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::fact::FactValue;
use ronde_model::id::{ChainId, DocId};
use ronde_model::wire::{AnswerCode, Entry};
use ronde_server::Server;
use ronde_server::error::ActError;
use ronde_server::supervision::{Filter, Status, StoredState};

use crate::phone::{Held, Phone, changes, codes, only};
use crate::town::Town;

/// Words on a change that the server does not hold, each on a chain of its own.
pub fn orphans(town: &Town, phone: &mut Phone, held: &Held, count: usize) -> Vec<SealedEnvelope> {
    (0..count)
        .map(|i| {
            phone.restart(town);
            let mut copy = phone.receive(held);
            phone.state(&mut copy, &format!("Suite {i}."))
        })
        .collect()
}

fn pending(town: &Town) -> usize {
    town.server.stored().unwrap().iter().filter(|line| line.state == StoredState::Pending).count()
}

#[test]
fn a_crowd_of_waiting_envelopes_is_refused_and_nothing_is_lost() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let (mut parents, mut all, mut base) = (Vec::new(), Vec::new(), None);
    for _ in 0..20 {
        let mut held = ines.file_dumping(&town);
        ines.push(&[&held.seal]);
        base = Some(karim.receive(&held));
        parents.push(ines.state(&mut held, "Un."));
        all.extend(orphans(&town, &mut ines, &held, 30));
    }

    let (first, last) = all.split_at(300);
    assert!(codes(&ines.push(&first.iter().collect::<Vec<_>>())).iter().all(|c| *c == AnswerCode::Pending));
    let response = ines.push(&last.iter().collect::<Vec<_>>());

    let refused: Vec<_> =
        response.answers.iter().filter(|answer| answer.code == AnswerCode::TryLater).collect();
    assert_eq!(refused.len(), 600 - 512);
    assert!(refused.iter().all(|a| a.seq.is_none() && a.reason.as_deref() == Some("too-many-pending")));
    assert_eq!((pending(&town), ines.own.n), (512, 20 + 512), "what is not stored is not covered");
    let one = &last[last.len() - 1];
    assert_eq!(only(&ines.push(&[one])), (AnswerCode::TryLater, Some("too-many-pending".into())));

    // What does not wait goes through beside it, of this device and of any other.
    let own = ines.file_dumping(&town);
    assert_eq!(only(&ines.push(&[&own.seal])), (AnswerCode::Accepted, None));
    let mut base = base.unwrap();
    let words = karim.state(&mut base, "Vu.");
    let orphan = orphans(&town, &mut karim, &base, 1);
    assert_eq!(codes(&karim.push(&[&orphan[0], &words])), [AnswerCode::Accepted; 2]);

    // What they waited for comes: everything is accepted, and the rest can come.
    assert_eq!(codes(&ines.push(&parents.iter().collect::<Vec<_>>())), [AnswerCode::Accepted; 20]);
    assert_eq!(pending(&town), 0);
    let rest = ines.push(&all.iter().collect::<Vec<_>>());
    let count = |code| codes(&rest).into_iter().filter(|c| *c == code).count();
    assert_eq!((count(AnswerCode::Duplicate), count(AnswerCode::Accepted)), (512, 88));
    assert_eq!(ines.own.n, 20 + 20 + 600 + 1);
}

#[test]
fn what_waits_behind_a_crowd_is_found_when_its_turn_comes() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let mut never = ines.receive(&held);
    ines.state(&mut never, "Perdu.");
    let crowd = orphans(&town, &mut ines, &never, 512);
    assert!(codes(&ines.push(&crowd.iter().collect::<Vec<_>>())).iter().all(|c| *c == AnswerCode::Pending));
    let mut copy = karim.receive(&held);
    let parent = karim.state(&mut copy, "Un.");
    karim.chain = ChainId([0xff; 16]);
    let child = karim.state(&mut copy, "Deux.");
    assert_eq!(only(&karim.push(&[&child])), (AnswerCode::Pending, Some("missing-parent".into())));

    assert_eq!(only(&karim.push(&[&parent])), (AnswerCode::Accepted, None));

    let news = changes(&ines.pull());
    assert_eq!(news, [parent.eid, child.eid], "though a whole portion waits before it");
    assert_eq!(pending(&town), 512);
}

#[test]
fn what_waited_in_the_worst_order_is_settled_all_at_once() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let mut bodies: Vec<Vec<u8>> = (0..101)
        .map(|n| {
            let puts = [("facts/people_count".to_owned(), FactValue::Integer(n))];
            held.document.write(ines.actor(), &puts).unwrap().unwrap().raw
        })
        .collect();
    let first = bodies.remove(0);
    // Numbered backwards and pushed backwards: each was made on the one that comes after it.
    bodies.reverse();
    let children: Vec<_> =
        bodies.into_iter().map(|body| ines.envelope(Kind::Report, held.id, body)).collect();
    let parent = ines.envelope(Kind::Report, held.id, first);
    let response = ines.push(&children.iter().collect::<Vec<_>>());
    assert!(codes(&response).iter().all(|code| *code == AnswerCode::Pending));

    assert_eq!(only(&ines.push(&[&parent])), (AnswerCode::Accepted, None));

    assert_eq!(pending(&town), 0);
}

/// The archive as a program of before would have left it: these envelopes wait for a newer one.
fn forget_how_to_judge(town: &Town, sealed: &[&SealedEnvelope]) {
    let database = town.database();
    for sealed in sealed {
        let place: i64 = database
            .query_row("SELECT place FROM envelope WHERE eid = ?1", [sealed.eid.0], |row| row.get(0))
            .unwrap();
        let sql =
            "UPDATE envelope SET state = 3, reason = 'newer-app', place = NULL, change = NULL WHERE eid = ?1";
        database.execute(sql, [sealed.eid.0]).unwrap();
        database.execute("UPDATE feed SET kind = 255 WHERE seq = ?1", [place]).unwrap();
        database.execute("DELETE FROM feed_scope WHERE seq = ?1", [place]).unwrap();
    }
    database.execute_batch("DELETE FROM snapshot; UPDATE knowledge SET number = 0").unwrap();
}

#[test]
fn after_an_upgrade_what_waited_for_a_newer_program_is_judged_again() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let (mut reports, mut waiting) = (Vec::new(), Vec::new());
    for _ in 0..70 {
        let mut held = ines.file_dumping(&town);
        let words = ines.state(&mut held, "Un.");
        let more = ines.state(&mut held, "Deux.");
        ines.push(&[&held.seal, &words, &more]);
        waiting.extend([words, more]);
        reports.push(held);
    }
    let mut karim = town.officer("Karim", "pm");
    forget_how_to_judge(&town, &waiting.iter().collect::<Vec<_>>());
    assert_eq!(changes(&karim.pull()).len(), 70, "the seals");
    ines.pull();

    town.server = Server::open(&town.directory(), town.ports()).unwrap();

    assert_eq!(pending(&town), 0);
    (ines.server, karim.server) = (town.server.clone(), town.server.clone());
    let news = changes(&karim.pull());
    assert_eq!(news.len(), 140);
    assert!(waiting.iter().all(|sealed| news.contains(&sealed.eid)));
    for pair in waiting.chunks(2) {
        let place = |i: usize| news.iter().position(|eid| *eid == pair[i].eid);
        assert!(place(0) < place(1), "parents first");
    }
    let told = ines.pull();
    let told = told.iter().filter(|entry| matches!(entry, Entry::Released { .. })).count();
    assert_eq!(told, 140, "their author is told");
    // The same program again has nothing to do.
    let head = |town: &Town| -> i64 {
        town.database().query_row("SELECT seq FROM tenant_head", [], |row| row.get(0)).unwrap()
    };
    let before = head(&town);
    Server::open(&town.directory(), town.ports()).unwrap();
    assert_eq!(head(&town), before);
}

#[test]
fn judging_again_goes_on_where_it_was_stopped() {
    let mut town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let mut held = ines.file_dumping(&town);
        let words = ines.state(&mut held, "Un.");
        ines.push(&[&held.seal, &words]);
        waiting.push(words);
    }
    forget_how_to_judge(&town, &waiting.iter().collect::<Vec<_>>());
    let seq = |i: usize| -> i64 {
        let sql = "SELECT seq FROM envelope WHERE eid = ?1";
        town.database().query_row(sql, [waiting[i].eid.0], |row| row.get(0)).unwrap()
    };
    // Killed after a step that had done the first two.
    town.database().execute("UPDATE knowledge SET reached = ?1", [seq(1)]).unwrap();

    town.server = Server::open(&town.directory(), town.ports()).unwrap();

    let state = |i: usize| {
        let stored = town.server.stored().unwrap();
        stored.iter().find(|line| line.eid == waiting[i].eid).unwrap().state
    };
    assert_eq!(
        [state(0), state(1), state(2)],
        [StoredState::Pending, StoredState::Pending, StoredState::Accepted]
    );
    let known: (i64, i64) = town
        .database()
        .query_row("SELECT number, reached FROM knowledge", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(known, (1, 0));
}

/// A correction that Karim has no right to, and words that he wrote on top of it.
fn refused_with_a_child(town: &Town, ines: &mut Phone, karim: &mut Phone) -> (Held, [SealedEnvelope; 2]) {
    let held = ines.file_dumping(town);
    ines.push(&[&held.seal]);
    let mut copy = karim.receive(&held);
    let home = held.seal.envelope.home.clone();
    let mut at_home = |karim: &mut Phone, puts: &[(String, FactValue)]| {
        let change = copy.document.write(karim.actor(), puts).unwrap().unwrap();
        let mut draft = karim.draft(Kind::Report, held.id, change.raw);
        draft.home = home.clone();
        karim.sign(draft)
    };
    let parent = at_home(karim, &[("facts/severity".into(), FactValue::Integer(5))]);
    let words = karim.words("Le fourgon est blanc.");
    let child = at_home(karim, &[words]);
    (held, [parent, child])
}

/// The child's words again, on what the server holds, in place of the child.
fn replay(town: &Town, karim: &mut Phone, held: &Held, child: &SealedEnvelope) -> SealedEnvelope {
    karim.restart(town);
    let mut copy = karim.receive(held);
    let words = karim.words("Le fourgon est blanc.");
    let change = copy.document.write(karim.actor(), &[words]).unwrap().unwrap();
    let mut draft = karim.draft(Kind::Report, held.id, change.raw);
    draft.home = held.seal.envelope.home.clone();
    draft.replaces = vec![child.eid];
    karim.sign(draft)
}

#[test]
fn what_is_replayed_behind_a_refused_parent_is_accepted_once_and_for_ever() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    let helene = town.supervisor("Hélène", "pm");
    let (held, [parent, child]) = refused_with_a_child(&town, &mut ines, &mut karim);
    let response = karim.push(&[&parent, &child]);
    assert_eq!(codes(&response), [AnswerCode::Quarantined, AnswerCode::Pending]);
    assert_eq!(response.answers[1].reason.as_deref(), Some("missing-parent"));

    let again = replay(&town, &mut karim, &held, &child);
    assert_eq!(only(&karim.push(&[&again])), (AnswerCode::Accepted, None));
    assert_eq!(changes(&ines.pull()), [again.eid]);
    // Said twice, nothing is written twice.
    assert_eq!(codes(&karim.push(&[&again, &child])), [AnswerCode::Duplicate; 2]);

    // The parent is released later: it is applied, and its child is not.
    town.server.release(&helene, parent.eid, "il a raison").unwrap();
    let news = changes(&ines.pull());
    assert!(news.contains(&parent.eid) && !news.contains(&child.eid), "{news:?}");
    let view = town.server.report(&helene, held.id).unwrap().unwrap().view.unwrap();
    assert_eq!(view.statements.len(), 1, "the words stand there once");
    assert_eq!(view.row.severity, 5);
    // And nothing that comes later changes that.
    let later = replay(&town, &mut karim, &held, &again);
    assert_eq!(only(&karim.push(&[&later])), (AnswerCode::Accepted, None));
    assert!(!changes(&ines.pull()).contains(&child.eid));
    assert_eq!(karim.own.n, 4, "everything is kept");
}

/// A report whose seal takes the place of another envelope.
fn in_place_of(town: &Town, phone: &mut Phone, replaced: &SealedEnvelope) -> SealedEnvelope {
    let held = phone.file_dumping(town);
    let mut draft = held.seal.envelope;
    draft.replaces = vec![replaced.eid];
    phone.sign(draft)
}

#[test]
fn what_takes_anothers_place_in_the_same_push_is_judged_before_it() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut held = ines.file_dumping(&town);
    let words = ines.state(&mut held, "Un.");
    let instead = in_place_of(&town, &mut ines, &words);

    let response = ines.push(&[&held.seal, &instead, &words]);

    let accepted = AnswerCode::Accepted;
    assert_eq!(codes(&response), [accepted, accepted, AnswerCode::Pending]);
    assert_eq!(response.answers[2].reason.as_deref(), Some("replaced"));
    let mut karim = town.officer("Karim", "pm");
    assert!(!changes(&karim.pull()).contains(&words.eid));
}

#[test]
fn what_a_damaged_report_keeps_from_being_judged_takes_nobodys_place() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut damaged = ines.file_dumping(&town);
    ines.push(&[&damaged.seal]);
    let mut base = ines.receive(&damaged);
    ines.state(&mut damaged, "Un.");
    for orphan in orphans(&town, &mut ines, &damaged, 1) {
        assert_eq!(codes(&ines.push(&[&orphan])), [AnswerCode::Pending]);
        let hurt =
            "UPDATE envelope_body SET bytes = x'00' WHERE seq = (SELECT seq FROM envelope WHERE eid = ?1)";
        assert_eq!(town.database().execute(hurt, [orphan.eid.0]).unwrap(), 1);
    }
    ines.restart(&town);
    let other = ines.file_dumping(&town);
    let entry = ines.words("Deux.");
    let change = base.document.write(ines.actor(), &[entry]).unwrap().unwrap();
    let mut draft = ines.draft(Kind::Report, damaged.id, change.raw);
    draft.replaces = vec![other.seal.eid];
    let sly = ines.sign(draft);

    let response = ines.push(&[&sly, &other.seal]);

    assert_eq!(codes(&response), [AnswerCode::Pending, AnswerCode::Accepted], "{response:?}");
}

#[test]
fn what_was_replaced_is_not_released() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    let helene = town.supervisor("Hélène", "pm");
    let (held, [parent, _]) = refused_with_a_child(&town, &mut ines, &mut karim);
    karim.push(&[&parent]);
    let again = replay(&town, &mut karim, &held, &parent);
    assert_eq!(only(&karim.push(&[&again])), (AnswerCode::Accepted, None));

    let refused = town.server.release(&helene, parent.eid, "il a raison");

    assert!(matches!(refused, Err(ActError::NotReleasable(ref why)) if why == "replaced"), "{refused:?}");
    assert!(town.server.quarantine(&helene, None, 10).unwrap().items.is_empty(), "it needs nobody");
    let line = &town.server.reports(&helene, &Filter::default(), None, 10).unwrap().items[0];
    assert_eq!((line.quarantined, line.pending), (0, 0));
    let detail = town.server.report(&helene, held.id).unwrap().unwrap();
    assert_eq!((detail.held[0].reason.as_str(), detail.held[0].releasable), ("replaced", false));

    // Nor by a supervisor's phone that knows nothing of the replacement.
    let mut chief = Phone::enrol(&town, &town.invite("Chef", None, "pm", "unit_supervisor"));
    let release = Event {
        by: chief.lease.lease.agent,
        at_ms: town.now_ms(),
        salt: Salt([2; 8]),
        what: "release".to_owned(),
        role: "unit_supervisor".to_owned(),
        heads: Vec::new(),
        reason: Some("essai".to_owned()),
        assignee: None,
        eid: Some(parent.eid),
    };
    let entry = grow_only_key(Prefix::Event, &release);
    let (_, change) = Document::start(chief.actor(), &[entry]).unwrap();
    let release = chief.envelope(Kind::Handling, DocId::handling_of(held.id), change.raw);
    assert_eq!(only(&chief.push(&[&release])), (AnswerCode::Accepted, None));
    let view = town.server.report(&helene, held.id).unwrap().unwrap().view.unwrap();
    assert_eq!(view.row.severity, 2);
    assert_eq!(changes(&ines.pull()), [again.eid, release.eid]);
    let stored = town.server.stored().unwrap();
    let state = stored.iter().find(|line| line.eid == parent.eid).unwrap().state;
    assert_eq!(state, StoredState::Quarantined, "it stays what it was");
}

#[test]
fn an_act_of_a_handling_that_was_set_aside_is_released_and_reaches_everybody() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let helene = town.supervisor("Hélène", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    karim.pull();
    let event = Event {
        by: ines.lease.lease.agent,
        at_ms: ines.wall_ms,
        salt: Salt([1; 8]),
        what: "close".to_owned(),
        role: "officer".to_owned(),
        heads: Vec::new(),
        reason: Some("enlevé".to_owned()),
        assignee: None,
        eid: None,
    };
    let entry = grow_only_key(Prefix::Event, &event);
    let (_, change) = Document::start(ines.actor(), &[entry]).unwrap();
    let closing = ines.envelope(Kind::Handling, DocId::handling_of(held.id), change.raw);
    assert_eq!(only(&ines.push(&[&closing])), (AnswerCode::Quarantined, Some("no-right".into())));
    ines.pull();
    let status = || town.server.report(&helene, held.id).unwrap().unwrap().status;
    assert_eq!(status(), Status::Delivered);

    let release = town.server.release(&helene, closing.eid, "elle était sur place").unwrap();

    assert_eq!(status(), Status::Closed);
    assert_eq!(changes(&karim.pull()), [release, closing.eid], "the release first: phones ask for it");
    let told = ines.pull();
    assert!(told.iter().any(|entry| matches!(entry, Entry::Released { eid, .. } if *eid == closing.eid)));
    assert!(town.server.quarantine(&helene, None, 10).unwrap().items.is_empty());
    // The caches, made again from the envelopes, say the same.
    town.server.rebuild().unwrap();
    assert_eq!(status(), Status::Closed);
}
