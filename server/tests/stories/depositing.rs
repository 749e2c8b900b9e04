//! What becomes of what a phone sends.

use ronde_model::document::Document;
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{AgentId, DocId};
use ronde_model::scope::Scope;
use ronde_model::wire::{AnswerCode, Entry};
use ronde_server::supervision::Filter;

use crate::phone::{changes, codes, only, unit};
use crate::town::{HOUR_MS, Town};

#[test]
fn a_filed_report_reaches_the_supervisor_with_its_number_and_the_phone_gets_a_receipt() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm-valbrume");
    let helene = town.supervisor("Hélène", "pm-valbrume");
    let held = ines.file_dumping(&town);

    let response = ines.push(&[&held.seal]);

    assert_eq!(only(&response), (AnswerCode::Accepted, None));
    let receipt = ines.receipt(&response).unwrap();
    assert_eq!(receipt.own.n, 1);
    assert_eq!(receipt.numbers, [(held.id, "2026-000001".to_owned())]);
    assert!(receipt.seq >= response.answers[0].seq.unwrap());
    let page = town.server.reports(&helene, &Filter::default(), None, 10).unwrap();
    let [line] = page.items.as_slice() else { panic!("{page:?}") };
    assert_eq!((line.row.doc, line.number.as_deref()), (held.id, Some("2026-000001")));
    assert_eq!(line.row.title, "Dépôt sauvage rue de l’Œuvre");
    assert_eq!(line.row.author_name, "Inès");
    assert_eq!(page.next, None);
}

#[test]
fn a_synchronisation_without_news_writes_nothing_and_carries_nothing() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let database = town.database();
    let version = || database.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0)).unwrap();
    let before = version();

    let response = ines.push(&[]);

    assert_eq!(version(), before, "something was written");
    assert!(response.feed.is_empty() && response.answers.is_empty());
    assert_eq!((response.receipt, response.lease, response.ledger), (None, None, None));
    assert!(!response.more);

    let again = ines.push(&[&held.seal]);
    assert_eq!(codes(&again), [AnswerCode::Duplicate]);
    assert_eq!(version(), before, "a duplicate wrote something");

    let second = ines.file_dumping(&town);
    ines.push(&[&second.seal]);
    assert_ne!(version(), before, "the check sees no write at all");
}

#[test]
fn the_identical_request_again_has_the_effect_of_the_first_one() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    let request = ines.request(vec![held.seal.bytes.clone()]);

    // The first answer is lost on the way.
    let first = ines.ask(&request).unwrap();
    let second = ines.ask(&request).unwrap();

    assert_eq!(codes(&second), [AnswerCode::Duplicate]);
    assert_eq!(second.answers[0].seq, first.answers[0].seq);
    assert_eq!((second.cursor, &second.feed), (first.cursor, &first.feed));
    let (one, two) = (ines.receipt(&first).unwrap(), ines.receipt(&second).unwrap());
    assert_eq!(
        (one.own, one.seq, one.numbers),
        (two.own, two.seq, two.numbers),
        "the retry repairs a lost receipt"
    );
    assert_eq!(town.server.stored().unwrap().len(), 1);
}

#[test]
fn one_bad_envelope_never_stops_the_others() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let good = [ines.file_dumping(&town), ines.file_dumping(&town)];
    let victim = ines.file_dumping(&town).seal.bytes;
    let mut broken = victim.clone();
    *broken.last_mut().unwrap() ^= 1;
    let cut = victim[..victim.len() / 2].to_vec();
    let push = vec![good[0].seal.bytes.clone(), broken, cut, Vec::new(), good[1].seal.bytes.clone()];

    let response = ines.ask(&ines.request(push)).unwrap();

    use AnswerCode::{Accepted, Malformed};
    assert_eq!(codes(&response), [Accepted, Malformed, Malformed, Malformed, Accepted]);
    assert_eq!(response.answers[1].reason.as_deref(), Some("signature"));
    assert_eq!(response.answers[2].reason.as_deref(), Some("malformed"));
    assert_eq!(ines.receipt(&response).unwrap().own.n, 2);
}

#[test]
fn the_same_envelope_twice_in_one_push_is_stored_once() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    let response = ines.push(&[&held.seal, &held.seal]);
    assert_eq!(codes(&response), [AnswerCode::Accepted]);
    assert_eq!(ines.own.n, 1);
}

#[test]
fn a_change_whose_parent_is_missing_waits_and_is_told_when_it_is_accepted() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    karim.pull();
    let mut held = ines.file_dumping(&town);
    let words = ines.state(&mut held, "Trois sacs éventrés.");
    let more = ines.state(&mut held, "Le riverain du 4 a vu un fourgon.");

    let response = ines.push(&[&more]);
    assert_eq!(only(&response), (AnswerCode::Pending, Some("missing-seal".into())));
    assert_eq!(ines.own.n, 1, "a pending envelope is covered by the receipt");
    assert_eq!(changes(&karim.pull()), [], "nobody reads what waits");

    let response = ines.push(&[&held.seal]);
    assert_eq!(only(&response), (AnswerCode::Accepted, None));
    let response = ines.push(&[&words]);
    assert_eq!(only(&response), (AnswerCode::Accepted, None));
    let released = response.feed.iter().filter(|entry| matches!(entry, Entry::Released { .. }));
    assert_eq!(released.count(), 1, "{:?}", response.feed);
    assert_eq!(changes(&karim.pull()), [held.seal.eid, words.eid, more.eid], "readers get parents first");
}

#[test]
fn parents_and_children_in_any_order_of_one_push_are_all_accepted() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let mut held = ines.file_dumping(&town);
    let words = ines.state(&mut held, "Un.");
    let more = ines.state(&mut held, "Deux.");

    let response = ines.push(&[&more, &words, &held.seal]);

    assert_eq!(codes(&response), [AnswerCode::Accepted; 3]);
    assert_eq!(changes(&karim.pull()), [held.seal.eid, words.eid, more.eid]);
}

#[test]
fn a_colleague_of_another_unit_who_joins_by_writing_becomes_a_reader() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    let mut held = ines.file_dumping(&town);
    let correction = ines.write(&mut held, &[("facts/severity".into(), FactValue::Integer(4))]);
    ines.push(&[&held.seal, &correction]);
    assert_eq!(changes(&karim.pull()), [], "another unit's report is not Karim's to read");

    // By QR: Karim knows the report's id and home, and holds nothing of it.
    let words = karim.words("J'étais à l'arrêt, j'ai vu le fourgon.");
    let (_, change) = Document::start(karim.actor(), &[words]).unwrap();
    let mut draft = karim.draft(Kind::Report, held.id, change.raw);
    draft.home = unit("pm");
    let statement = karim.sign(draft);
    let response = karim.push(&[&statement]);

    assert_eq!(only(&response), (AnswerCode::Accepted, None));
    assert_eq!(changes(&response.feed), [held.seal.eid, correction.eid], "the document enters author:Karim");
    let lease = response.feed.iter().position(|entry| matches!(entry, Entry::Lease { .. })).unwrap();
    let seal = response.feed.iter().position(|entry| matches!(entry, Entry::Change { .. })).unwrap();
    assert!(lease < seal, "the lease comes before the first envelope that names it");
    assert_eq!(changes(&ines.pull()), [statement.eid], "and what Inès has is not sent to her again");

    let later = ines.state(&mut held, "Photo prise.");
    ines.push(&[&later]);
    assert_eq!(changes(&karim.pull()), [later.eid], "Karim goes on reading");
}

#[test]
fn a_colleague_of_the_same_unit_gets_nothing_twice_when_joining() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    assert_eq!(changes(&karim.pull()), [held.seal.eid]);
    let mut copy = karim.receive(&held);
    let statement = karim.state(&mut copy, "Vu aussi.");
    let response = karim.push(&[&statement]);
    assert_eq!(changes(&response.feed), []);
    assert_eq!(changes(&karim.pull()), []);
}

#[test]
fn a_statement_that_comes_before_its_report_waits_for_the_seal() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    let held = ines.file_dumping(&town);
    let words = karim.words("J'ai vu.");
    let (_, change) = Document::start(karim.actor(), &[words]).unwrap();
    let mut draft = karim.draft(Kind::Report, held.id, change.raw);
    draft.home = unit("pm");
    let statement = karim.sign(draft);
    assert_eq!(only(&karim.push(&[&statement])), (AnswerCode::Pending, Some("missing-seal".into())));

    ines.push(&[&held.seal]);

    let news = karim.pull();
    assert_eq!(changes(&news), [held.seal.eid]);
    assert!(news.iter().any(|entry| matches!(entry, Entry::Released { eid, .. } if *eid == statement.eid)));
}

#[test]
fn a_second_seal_is_set_aside_for_ever() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let helene = town.supervisor("Hélène", "pm");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let facts = [("facts/type".to_owned(), FactValue::from("other"))].into();
    let (_, change) = Document::seal(ines.actor(), &facts).unwrap();
    let second = ines.envelope(Kind::Report, held.id, change.raw);

    let response = ines.push(&[&second]);

    assert_eq!(only(&response), (AnswerCode::Quarantined, Some("second-seal".into())));
    assert!(
        matches!(&response.feed[..], [Entry::Quarantine { eid, reason, .. }] if *eid == second.eid && reason == "second-seal")
    );
    assert!(town.server.release(&helene, second.eid, "essai").is_err());
}

#[test]
fn an_envelope_that_names_another_home_is_set_aside() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    let mut draft = held.seal.envelope.clone();
    draft.home = unit("bus");
    let moved = ines.sign(draft);
    assert_eq!(only(&ines.push(&[&moved])), (AnswerCode::Quarantined, Some("foreign-home".into())));

    ines.push(&[&held.seal]);
    let mut copy = held.clone();
    let entry = ines.words("Suite.");
    let change = copy.document.write(ines.actor(), &[entry]).unwrap().unwrap();
    let mut draft = ines.draft(Kind::Report, held.id, change.raw);
    draft.home = unit("bus");
    let later = ines.sign(draft);
    assert_eq!(only(&ines.push(&[&later])), (AnswerCode::Quarantined, Some("foreign-home".into())));
}

#[test]
fn another_units_officer_corrects_no_fact() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "bus");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let mut copy = karim.receive(&held);
    let change = copy.document.write(karim.actor(), &[("facts/severity".into(), FactValue::Integer(5))]);
    let mut draft = karim.draft(Kind::Report, held.id, change.unwrap().unwrap().raw);
    draft.home = unit("pm");
    let correction = karim.sign(draft);
    assert_eq!(only(&karim.push(&[&correction])), (AnswerCode::Quarantined, Some("no-right".into())));
    assert_eq!(changes(&ines.pull()), [], "a quarantined change reaches nobody");
}

#[test]
fn with_a_lease_that_is_over_ones_own_report_goes_and_the_rest_is_set_aside() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let held = karim.file_dumping(&town);
    karim.push(&[&held.seal]);
    ines.pull();
    town.pass(100 * HOUR_MS);
    ines.wall_ms = town.now_ms();
    let own = ines.file_dumping(&town);
    let mut copy = ines.receive(&held);
    let others = ines.state(&mut copy, "Toujours là.");

    let response = ines.push(&[&own.seal, &others]);

    assert_eq!(codes(&response), [AnswerCode::Accepted, AnswerCode::Quarantined]);
    assert_eq!(response.answers[1].reason.as_deref(), Some("expired-lease"));
    assert!(response.lease.is_some(), "the answer carries a fresh lease");
    assert!(!ines.lease.lease.is_expired_at(town.now_ms()));
    let helene = town.supervisor("Hélène", "pm");
    let history = town.server.history(&helene, own.id).unwrap().unwrap();
    assert!(history.report[0].provenance.as_ref().unwrap().late);
}

#[test]
fn what_arrives_late_but_was_written_in_time_is_accepted() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let held = karim.file_dumping(&town);
    karim.push(&[&held.seal]);
    let mut copy = ines.receive(&held);
    let words = ines.state(&mut copy, "Écrit hors réseau.");
    town.pass(1_000 * HOUR_MS);
    assert_eq!(only(&ines.push(&[&words])), (AnswerCode::Accepted, None));
}

#[test]
fn an_envelope_under_an_unknown_lease_is_asked_again_with_the_lease() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    let mut draft = held.seal.envelope.clone();
    draft.lease.0[0] ^= 1;
    let stray = ines.sign(draft);
    let response = ines.push(&[&stray, &held.seal]);
    assert_eq!(codes(&response), [AnswerCode::TryLater, AnswerCode::Accepted]);
    assert_eq!(response.answers[0].reason.as_deref(), Some("lease-unknown"));
    assert_eq!(ines.own.n, 1, "what is not stored is not covered");
}

#[test]
fn a_journal_line_is_stored_and_counted_and_read_by_no_phone() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let device = DocId(ines.lease.lease.device.0);
    let line = ines.envelope(Kind::Journal, device, vec![0xa0]);
    let stranger = ines.envelope(Kind::Device, DocId([9; 16]), vec![0xa0]);
    let response = ines.push(&[&line, &stranger]);
    assert_eq!(codes(&response), [AnswerCode::Accepted, AnswerCode::Quarantined]);
    assert_eq!(ines.own.n, 2);
    assert_eq!(changes(&karim.pull()), []);
}

#[test]
fn what_a_later_version_writes_waits_for_a_later_server() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let held = ines.file_dumping(&town);
    let mut newer = held.seal.envelope.clone();
    newer.schema += 1;
    let mut kind = held.seal.envelope.clone();
    (kind.kind, kind.doc) = (Kind::Other(77), DocId([5; 16]));
    let mut patrol = kind.clone();
    patrol.kind = Kind::Patrol;
    let sealed = [ines.sign(newer), ines.sign(kind), ines.sign(patrol)];
    let response = ines.push(&[&sealed[0], &sealed[1], &sealed[2]]);
    assert_eq!(codes(&response), [AnswerCode::Pending; 3]);
    assert!(response.answers.iter().all(|answer| answer.reason.as_deref() == Some("newer-app")));
    assert_eq!(ines.own.n, 3);
}

#[test]
fn an_envelope_whose_place_another_took_is_never_applied() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut held = ines.file_dumping(&town);
    let base = held.document.clone();
    let parent = ines.state(&mut held, "Un.");
    let child = ines.state(&mut held, "Deux.");
    ines.push(&[&held.seal, &child]);
    // The parent is lost; the phone says the child's words again on what the server holds.
    ines.restart(&town);
    let entry = ines.words("Deux.");
    let mut again = base;
    let change = again.write(ines.actor(), &[entry]).unwrap().unwrap();
    let mut draft = ines.draft(Kind::Report, held.id, change.raw);
    draft.replaces = vec![child.eid];
    let replacement = ines.sign(draft);
    assert_eq!(only(&ines.push(&[&replacement])), (AnswerCode::Accepted, None));

    let response = ines.push(&[&parent]);

    assert_eq!(only(&response), (AnswerCode::Accepted, None));
    let mut karim = town.officer("Karim", "pm");
    assert_eq!(changes(&karim.pull()), [held.seal.eid, replacement.eid, parent.eid]);
    assert_eq!(ines.own.n, 4, "it is kept all the same");
}

#[test]
fn nobody_takes_the_place_of_anothers_envelope() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let mut held = ines.file_dumping(&town);
    let words = ines.state(&mut held, "Un.");
    let child = ines.state(&mut held, "Deux.");
    ines.push(&[&held.seal, &child]);
    let theirs = karim.file_dumping(&town);
    let mut draft = theirs.seal.envelope.clone();
    draft.replaces = vec![child.eid];
    let sly = karim.sign(draft);
    assert_eq!(only(&karim.push(&[&sly])), (AnswerCode::Accepted, None));
    ines.push(&[&words]);
    let mut third = town.officer("Maud", "pm");
    assert!(changes(&third.pull()).contains(&child.eid));
}

#[test]
fn the_agent_of_a_report_keeps_it_on_a_new_phone() {
    let town = Town::found();
    let invited = town.invite("Inès", None, "pm", "officer");
    let mut old = crate::phone::Phone::enrol(&town, &invited);
    let held = old.file_dumping(&town);
    old.push(&[&held.seal]);
    let again = town.invite("Inès", Some(invited.agent), "bus", "officer");
    let mut new = crate::phone::Phone::enrol(&town, &again);
    assert_ne!(new.lease.lease.device, old.lease.lease.device);
    assert!(new.lease.lease.scopes.contains(&Scope::Author(AgentId(invited.agent.0))));
    assert_eq!(changes(&new.pull()), [held.seal.eid], "authorship is a read scope");
    assert_eq!(new.own.n, 0, "but a new phone deposited nothing");
}

#[test]
fn a_replaced_envelope_that_comes_late_is_kept_and_not_applied() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let base = held.document.clone();
    let late = ines.state(&mut held, "Un.");
    ines.restart(&town);
    let entry = ines.words("Un.");
    let mut again = base;
    let change = again.write(ines.actor(), &[entry]).unwrap().unwrap();
    let mut draft = ines.draft(Kind::Report, held.id, change.raw);
    draft.replaces = vec![late.eid];
    let replacement = ines.sign(draft);
    assert_eq!(only(&ines.push(&[&replacement])), (AnswerCode::Accepted, None));

    assert_eq!(only(&ines.push(&[&late])), (AnswerCode::Pending, Some("replaced".into())));

    let mut karim = town.officer("Karim", "pm");
    assert_eq!(changes(&karim.pull()), [held.seal.eid, replacement.eid]);
    assert_eq!(ines.own.n, 3, "it is kept all the same");
}
