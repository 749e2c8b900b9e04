//! What supervisors see and do.

use ronde_model::document::{Chosen, Document, Event, Salt, grow_only_key, key::Prefix};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};
use ronde_model::wire::{AnswerCode, Entry};
use ronde_server::Deciding;
use ronde_server::error::{ActError, NotSignedIn, ServerError};
use ronde_server::people::{NewSupervisor, Supervisor};
use ronde_server::supervision::{Filter, PageKey, Status, StoredState};

use crate::phone::{Held, Phone, changes, codes, only, unit};
use crate::town::{HOUR_MS, Town};

/// Two officers of one unit who correct the severity apart.
fn a_divergence(town: &Town) -> (Phone, Phone, Held) {
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let mut held = ines.file_dumping(town);
    ines.push(&[&held.seal]);
    let mut copy = karim.receive(&held);
    let one = ines.write(&mut held, &[("facts/severity".into(), FactValue::Integer(4))]);
    let two = karim.write(&mut copy, &[("facts/severity".into(), FactValue::Integer(3))]);
    assert_eq!(only(&ines.push(&[&one])), (AnswerCode::Accepted, None));
    assert_eq!(only(&karim.push(&[&two])), (AnswerCode::Accepted, None));
    (ines, karim, held)
}

fn deciding(town: &Town, who: &Supervisor, doc: DocId, voice: usize) -> Deciding {
    let [divergence] = town.server.divergences(who, doc).unwrap().unwrap().try_into().unwrap();
    Deciding {
        key: divergence.key,
        chosen: Chosen::Change(divergence.voices[voice].change),
        saw: divergence.voices.iter().map(|voice| voice.change).collect(),
        saw_decisions: divergence.decisions.iter().map(|decided| decided.id.clone()).collect(),
        reason: "vu les photos".to_owned(),
    }
}

#[test]
fn values_written_apart_are_both_shown_until_a_person_decides_and_every_phone_hears_of_it() {
    let town = Town::found();
    let (mut ines, mut karim, held) = a_divergence(&town);
    let helene = town.supervisor("Hélène", "pm");
    let line = &town.server.reports(&helene, &Filter::default(), None, 10).unwrap().items[0];
    assert_eq!((line.row.divergences, line.row.severity), (1, 4), "the highest is shown meanwhile");
    let [divergence] = town.server.divergences(&helene, held.id).unwrap().unwrap().try_into().unwrap();
    let names: Vec<_> =
        divergence.voices.iter().map(|v| v.provenance.as_ref().unwrap().name.as_str()).collect();
    assert!(names.contains(&"Inès") && names.contains(&"Karim"), "{names:?}");

    let eid = town.server.decide(&helene, held.id, deciding(&town, &helene, held.id, 0)).unwrap();

    let [divergence] = town.server.divergences(&helene, held.id).unwrap().unwrap().try_into().unwrap();
    assert!(!divergence.open);
    assert_eq!(divergence.decisions[0].provenance.as_ref().unwrap().name, "Hélène");
    let line = &town.server.reports(&helene, &Filter::default(), None, 10).unwrap().items[0];
    assert_eq!(line.row.divergences, 0);
    assert!(changes(&ines.pull()).contains(&eid));
    let news = karim.pull();
    assert!(changes(&news).contains(&eid));
    let lease = news.iter().position(|entry| matches!(entry, Entry::Lease { .. })).unwrap();
    let decision = news
        .iter()
        .position(|entry| matches!(entry, Entry::Change { envelope, .. } if Eid::of(&envelope.0) == eid));
    assert!(lease < decision.unwrap(), "the session's lease names the person");
}

#[test]
fn two_supervisors_who_decide_apart_leave_it_open_and_both_are_shown() {
    let town = Town::found();
    let (_, _, held) = a_divergence(&town);
    let helene = town.supervisor("Hélène", "pm");
    let omar = town.sign_in("Omar", "agglomeration_supervisor", None);
    let first = deciding(&town, &helene, held.id, 0);
    let second = deciding(&town, &omar, held.id, 1);
    town.server.decide(&helene, held.id, first).unwrap();
    town.server.decide(&omar, held.id, second).unwrap();

    let [divergence] = town.server.divergences(&helene, held.id).unwrap().unwrap().try_into().unwrap();
    assert!(divergence.open);
    assert_eq!(divergence.decisions.len(), 2, "both are shown");

    let third = deciding(&town, &helene, held.id, 0);
    assert_eq!(third.saw_decisions.len(), 2);
    town.server.decide(&helene, held.id, third).unwrap();
    let [divergence] = town.server.divergences(&helene, held.id).unwrap().unwrap().try_into().unwrap();
    assert!(!divergence.open, "a decision that names the others settles it");
}

#[test]
fn a_decision_on_what_nobody_wrote_is_refused() {
    let town = Town::found();
    let (_, _, held) = a_divergence(&town);
    let helene = town.supervisor("Hélène", "pm");
    let mut wrong = deciding(&town, &helene, held.id, 0);
    wrong.saw = vec![ronde_model::id::ChangeHash([1; 32])];
    assert!(matches!(town.server.decide(&helene, held.id, wrong), Err(ActError::Invalid(_))));
    assert!(town.server.history(&helene, held.id).unwrap().unwrap().handling.is_empty());
}

#[test]
fn the_ladder_is_climbed_read_assigned_closed_and_reopened() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let helene = town.supervisor("Hélène", "pm");
    let status = || {
        let line = &town.server.reports(&helene, &Filter::default(), None, 10).unwrap().items[0];
        let detail = town.server.report(&helene, held.id).unwrap().unwrap();
        assert_eq!(detail.status, line.status);
        line.status
    };
    assert_eq!(status(), Status::Delivered);
    assert!(matches!(town.server.reopen(&helene, held.id, "rien"), Err(ActError::Invalid(_))));
    assert!(town.server.mark_read(&helene, held.id).unwrap().is_some());
    assert_eq!(status(), Status::Read);
    assert_eq!(town.server.mark_read(&helene, held.id).unwrap(), None, "reading twice is once");
    town.server.assign(&helene, held.id, "Brigade verte", None).unwrap();
    assert_eq!(status(), Status::Assigned);
    town.server.close(&helene, held.id, "enlevé").unwrap();
    assert_eq!(status(), Status::Closed);
    town.server.reopen(&helene, held.id, "revenu").unwrap();
    assert_eq!(status(), Status::Assigned);
    let detail = town.server.report(&helene, held.id).unwrap().unwrap();
    let by = detail.lifecycle.read.unwrap().provenance.unwrap();
    assert_eq!((by.name.as_str(), by.role.as_str()), ("Hélène", "unit_supervisor"));
    let history = town.server.history(&helene, held.id).unwrap().unwrap();
    assert_eq!((history.report.len(), history.handling.len()), (1, 4));
    assert_eq!(changes(&ines.pull()).len(), 4, "the author's phone hears of all four");
}

#[test]
fn comments_and_links_are_shown_on_both_sides() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let (one, two) = (ines.file_dumping(&town), ines.file_dumping(&town));
    ines.push(&[&one.seal, &two.seal]);
    let helene = town.supervisor("Hélène", "pm");
    town.server.comment(&helene, one.id, "Voir avec la voirie.").unwrap();
    assert!(town.server.comment(&helene, one.id, "  ").is_err());
    town.server.link(&helene, one.id, two.id, true).unwrap();
    let detail = town.server.report(&helene, one.id).unwrap().unwrap();
    assert_eq!(detail.comments[0].text, "Voir avec la voirie.");
    assert_eq!(detail.lifecycle.linked, [two.id]);
    let other = town.server.report(&helene, two.id).unwrap().unwrap();
    assert_eq!(other.lifecycle.linked, [one.id]);
    town.server.link(&helene, two.id, one.id, false).unwrap();
    assert!(town.server.report(&helene, one.id).unwrap().unwrap().lifecycle.linked.is_empty());
    assert!(matches!(town.server.link(&helene, one.id, one.id, true), Err(ActError::Invalid(_))));
    let before = town.server.stored().unwrap().len();
    assert!(matches!(town.server.link(&helene, one.id, DocId([1; 16]), true), Err(ActError::NotFound)));
    assert_eq!(town.server.stored().unwrap().len(), before, "both or none");
    town.server.comment(&helene, one.id, "La plume écrit encore.").unwrap();
    let stored = town.server.stored().unwrap();
    let last = stored.last().unwrap();
    assert_eq!(last.n, 0, "what was signed and not stored took its chain with it");
    assert_ne!(last.chain, stored[stored.len() - 2].chain);
}

#[test]
fn another_units_supervisor_sees_and_does_nothing() {
    let town = Town::found();
    let (_, _, held) = a_divergence(&town);
    let helene = town.supervisor("Hélène", "pm");
    let paul = town.supervisor("Paul", "bus");
    let server = &town.server;
    assert!(server.reports(&paul, &Filter::default(), None, 10).unwrap().items.is_empty());
    assert_eq!(server.report(&paul, held.id).unwrap(), None);
    assert_eq!(server.history(&paul, held.id).unwrap(), None);
    assert_eq!(server.divergences(&paul, held.id).unwrap(), None);
    let not_found =
        |outcome: Result<Eid, ActError>| assert!(matches!(outcome, Err(ActError::NotFound)), "{outcome:?}");
    not_found(server.close(&paul, held.id, "x"));
    not_found(server.comment(&paul, held.id, "x"));
    not_found(server.assign(&paul, held.id, "x", None));
    not_found(server.decide(&paul, held.id, deciding(&town, &helene, held.id, 0)));
    assert!(matches!(server.mark_read(&paul, held.id), Err(ActError::NotFound)));
    assert_eq!(
        server.report(&helene, DocId([1; 16])).unwrap(),
        None,
        "the same answer as for what is not there"
    );
}

#[test]
fn a_role_without_the_right_does_nothing() {
    let town = Town::found();
    let (_, _, held) = a_divergence(&town);
    let inspector = town.sign_in("Zoé", "officer", Some("pm"));
    let outcome = town.server.close(&inspector, held.id, "x");
    assert!(matches!(outcome, Err(ActError::NotAllowed(_))), "{outcome:?}");
    let stored = town.server.stored().unwrap();
    assert!(stored.iter().all(|line| line.state == StoredState::Accepted), "a refused act is not stored");
}

#[test]
fn a_released_envelope_reaches_readers_and_its_author_is_told() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    karim.pull();
    let held = ines.file_dumping(&town);
    let mut draft = held.seal.envelope.clone();
    draft.home = unit("bus");
    let aside = ines.sign(draft);
    assert_eq!(only(&ines.push(&[&aside])).0, AnswerCode::Quarantined);
    let helene = town.supervisor("Hélène", "pm");
    let page = town.server.quarantine(&helene, None, 10).unwrap();
    let [line] = page.items.as_slice() else { panic!("{page:?}") };
    assert_eq!((line.eid, line.agent_name.as_str(), line.report), (aside.eid, "Inès", Some(held.id)));
    assert!(town.server.reports(&helene, &Filter::default(), None, 10).unwrap().items.is_empty());
    let detail = town.server.report(&helene, held.id).unwrap().unwrap();
    assert_eq!((detail.view, detail.held.len()), (None, 1), "what is set aside can be looked at");

    let release = town.server.release(&helene, aside.eid, "unité mal réglée").unwrap();

    assert!(town.server.quarantine(&helene, None, 10).unwrap().items.is_empty());
    let [report] =
        town.server.reports(&helene, &Filter::default(), None, 10).unwrap().items.try_into().unwrap();
    assert_eq!(report.number.as_deref(), Some("2026-000001"));
    let news = karim.pull();
    assert_eq!(changes(&news), [release, aside.eid]);
    assert!(
        news.iter().any(|entry| matches!(entry, Entry::Change { number: Some(n), .. } if n == "2026-000001"))
    );
    let told = ines.pull();
    assert!(
        told.iter()
            .any(|entry| matches!(entry, Entry::Released { eid, number: Some(_), .. } if *eid == aside.eid))
    );
    assert_eq!(changes(&told), [release]);
    assert!(matches!(town.server.release(&helene, aside.eid, "encore"), Err(ActError::NotReleasable(_))));
}

#[test]
fn what_waited_behind_a_quarantined_seal_is_accepted_with_it() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut held = ines.file_dumping(&town);
    let mut draft = held.seal.envelope.clone();
    draft.home = unit("bus");
    held.seal = ines.sign(draft);
    let words = ines.state(&mut held, "Suite.");
    let response = ines.push(&[&held.seal, &words]);
    assert_eq!(codes(&response), [AnswerCode::Quarantined, AnswerCode::Pending]);
    let helene = town.supervisor("Hélène", "pm");
    town.server.release(&helene, held.seal.eid, "bon").unwrap();
    let told: Vec<Eid> = ines
        .pull()
        .iter()
        .filter_map(|entry| match entry {
            Entry::Released { eid, .. } => Some(*eid),
            _ => None,
        })
        .collect();
    assert_eq!(told, [held.seal.eid, words.eid]);
}

#[test]
fn a_handling_from_a_phone_waits_for_its_report_even_when_that_is_set_aside() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut chief = Phone::enrol(&town, &town.invite("Chef", None, "pm", "unit_supervisor"));
    let held = ines.file_dumping(&town);
    let event = Event {
        by: chief.lease.lease.agent,
        at_ms: town.now_ms(),
        salt: Salt([1; 8]),
        what: "read".into(),
        role: "unit_supervisor".into(),
        heads: held.document.heads(),
        reason: None,
        assignee: None,
        eid: None,
    };
    let entry = grow_only_key(Prefix::Event, &event);
    let (_, change) = Document::start(chief.actor(), &[entry]).unwrap();
    let read = chief.envelope(Kind::Handling, DocId::handling_of(held.id), change.raw);
    assert_eq!(only(&chief.push(&[&read])), (AnswerCode::Pending, Some("missing-seal".into())));

    let mut draft = held.seal.envelope.clone();
    draft.home = unit("bus");
    let aside = ines.sign(draft);
    assert_eq!(only(&ines.push(&[&aside])).0, AnswerCode::Quarantined);

    let told = chief.pull();
    assert!(
        told.iter().any(|entry| matches!(entry, Entry::Released { eid, .. } if *eid == read.eid)),
        "{told:?}"
    );
}

#[test]
fn quarantine_is_seen_by_the_unit_of_the_document_only() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let mut copy = karim.receive(&held);
    let puts = [("facts/severity".to_owned(), FactValue::Integer(5))];
    let change = copy.document.write(karim.actor(), &puts).unwrap().unwrap();
    let mut draft = karim.draft(Kind::Report, held.id, change.raw);
    draft.home = unit("pm");
    let foreign = karim.sign(draft);
    karim.push(&[&foreign]);
    let count = |who: &Supervisor| town.server.quarantine(who, None, 10).unwrap().items.len();
    assert_eq!(count(&town.supervisor("Hélène", "pm")), 1);
    assert_eq!(count(&town.supervisor("Paul", "bus")), 0);
    assert_eq!(count(&town.sign_in("Omar", "agglomeration_supervisor", None)), 1);
    let marked = Filter { quarantine: Some(true), ..Filter::default() };
    let helene = town.supervisor("Hélène 2", "pm");
    let line = &town.server.reports(&helene, &marked, None, 10).unwrap().items[0];
    assert_eq!((line.quarantined, line.pending), (1, 0));
}

#[test]
fn what_waits_is_shown_after_a_day() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut held = ines.file_dumping(&town);
    let words = ines.state(&mut held, "Orphelin.");
    ines.push(&[&words]);
    let helene = town.supervisor("Hélène", "pm");
    assert!(town.server.quarantine(&helene, None, 10).unwrap().items.is_empty());
    town.pass(25 * HOUR_MS);
    let [line] = town.server.quarantine(&helene, None, 10).unwrap().items.try_into().unwrap();
    assert_eq!(
        (line.state, line.reason.as_str(), line.releasable),
        (StoredState::Pending, "missing-seal", false)
    );
}

#[test]
fn filters_choose_and_pages_follow_without_repeating() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    for severity in 1..=5 {
        for commune in ["99001", "99002"] {
            let facts = [
                ("type", FactValue::from("waste.bags")),
                ("title", FactValue::from(format!("Dépôt d’œuvres {severity}").as_str())),
                ("severity", FactValue::Integer(severity)),
                ("commune", FactValue::from(commune)),
            ];
            let held = ines.file(&town, &facts);
            ines.push(&[&held.seal]);
        }
    }
    let helene = town.supervisor("Hélène", "pm");
    let count = |filter: Filter| town.server.reports(&helene, &filter, None, 200).unwrap().items.len();
    assert_eq!(count(Filter::default()), 10);
    assert_eq!(count(Filter { commune: Some("99002".into()), ..Filter::default() }), 5);
    assert_eq!(count(Filter { severity_min: Some(4), ..Filter::default() }), 4);
    assert_eq!(count(Filter { report_type: Some("fire".into()), ..Filter::default() }), 0);
    assert_eq!(count(Filter { status: Some(Status::Delivered), ..Filter::default() }), 10);
    assert_eq!(count(Filter { divergence: Some(true), ..Filter::default() }), 0);
    assert_eq!(count(Filter { unit: Some("bus".into()), ..Filter::default() }), 0);
    assert_eq!(count(Filter { text: Some("DEPOT D'OEUVRES 3".into()), ..Filter::default() }), 2);
    assert_eq!(count(Filter { text: Some("%".into()), ..Filter::default() }), 0);

    let (mut after, mut seen): (Option<PageKey>, Vec<DocId>) = (None, Vec::new());
    loop {
        let page = town.server.reports(&helene, &Filter::default(), after, 3).unwrap();
        assert!(page.items.len() <= 3);
        seen.extend(page.items.iter().map(|line| line.row.doc));
        // What arrives meanwhile is newer and moves no page.
        let held = ines.file_dumping(&town);
        ines.push(&[&held.seal]);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (10, 10));
}

#[test]
fn only_a_token_signs_in_and_it_is_stored_as_a_hash() {
    let town = Town::found();
    let new =
        NewSupervisor { name: "Hélène".into(), role: "unit_supervisor".into(), unit: Some("pm".into()) };
    let added = town.server.add_supervisor(&new).unwrap();
    let session = town.server.sign_in(&added.token).unwrap();
    assert_eq!((session.agent(), session.name(), session.unit()), (added.agent, "Hélène", "pm"));
    assert!(matches!(town.server.sign_in("ronde-0000"), Err(NotSignedIn::UnknownToken)));
    assert!(matches!(town.server.sign_in(""), Err(NotSignedIn::UnknownToken)));
    let hits: i64 = town
        .database()
        .query_row(
            "SELECT count(*) FROM supervisor WHERE instr(CAST(token_hash AS TEXT), ?1) > 0 OR name = ?1",
            [&added.token],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(hits, 0);
    let homeless = NewSupervisor { unit: None, ..new };
    assert!(matches!(town.server.add_supervisor(&homeless), Err(ServerError::Invalid(_))));
}

#[test]
fn a_session_goes_on_until_half_its_life_and_writes_one_chain() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let new =
        NewSupervisor { name: "Hélène".into(), role: "unit_supervisor".into(), unit: Some("pm".into()) };
    let token = town.server.add_supervisor(&new).unwrap().token;
    for text in ["un", "deux"] {
        let helene = town.server.sign_in(&token).unwrap();
        town.server.comment(&helene, held.id, text).unwrap();
    }
    town.pass(13 * HOUR_MS);
    let helene = town.server.sign_in(&token).unwrap();
    town.server.comment(&helene, held.id, "trois").unwrap();
    let stored = town.server.stored().unwrap();
    let lines: Vec<_> = stored.iter().filter(|line| line.device != ines.lease.lease.device).collect();
    assert_eq!(lines.iter().map(|line| line.n).collect::<Vec<_>>(), [0, 1, 0]);
    assert_eq!(lines[0].chain, lines[1].chain);
    assert_ne!((lines[1].chain, lines[1].device), (lines[2].chain, lines[2].device));
}

#[test]
fn an_unmatched_statement_is_shown_after_a_day_to_the_home_it_names() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    let held = ines.file_dumping(&town);
    let words = karim.words("J'ai vu.");
    let (_, change) = Document::start(karim.actor(), &[words]).unwrap();
    let mut draft = karim.draft(Kind::Report, held.id, change.raw);
    draft.home = unit("pm");
    let statement = karim.sign(draft);
    karim.push(&[&statement]);
    town.pass(25 * HOUR_MS);
    let shown = |who: &Supervisor| town.server.quarantine(who, None, 10).unwrap().items.len();
    assert_eq!(shown(&town.supervisor("Hélène", "pm")), 1);
    assert_eq!(shown(&town.supervisor("Paul", "bus")), 0);
}

#[test]
fn filing_first_under_anothers_report_id_opens_nothing_of_it() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    let paul = town.supervisor("Paul", "bus");
    let held = ines.file_dumping(&town);
    let facts = [("facts/type".to_owned(), FactValue::from("other"))].into();
    let (_, change) = Document::seal(karim.actor(), &facts).unwrap();
    let mut draft = karim.draft(Kind::Report, held.id, change.raw);
    draft.home = unit("pm");
    let sly = karim.sign(draft);
    assert_eq!(only(&karim.push(&[&sly])), (AnswerCode::Quarantined, Some("foreign-home".into())));
    assert!(town.server.report(&paul, held.id).unwrap().is_some(), "his unit's own quarantined filing");

    assert_eq!(only(&ines.push(&[&held.seal])), (AnswerCode::Accepted, None));

    assert_eq!(town.server.report(&paul, held.id).unwrap(), None);
    assert!(town.server.reports(&paul, &Filter::default(), None, 10).unwrap().items.is_empty());
    assert_eq!(changes(&karim.pull()), []);
    let helene = town.supervisor("Hélène", "pm");
    assert_eq!(town.server.report(&helene, held.id).unwrap().unwrap().view.unwrap().row.author_name, "Inès");
    town.server.release(&helene, sly.eid, "à voir").unwrap();
    let [line] = town.server.quarantine(&helene, None, 10).unwrap().items.try_into().unwrap();
    assert_eq!((line.reason.as_str(), line.releasable), ("second-seal", false));
}

#[test]
fn a_closing_has_a_reason_and_an_assignment_somebody() {
    let town = Town::found();
    let (_, _, held) = a_divergence(&town);
    let helene = town.supervisor("Hélène", "pm");
    assert!(matches!(town.server.close(&helene, held.id, " "), Err(ActError::Invalid(_))));
    assert!(matches!(town.server.assign(&helene, held.id, "", None), Err(ActError::Invalid(_))));
}
