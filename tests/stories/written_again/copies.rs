//! Two copies of one phone that filed the same draft, and a phone that files the same words again.

use ronde_model::fact::FactValue;
use ronde_server::supervision::Filter;
use ronde_tests::world::{MINUTE, Phone, World};

use crate::{is_at_rest, listed, title, words};

const COUNT: &str = "facts/people_count";

#[test]
fn filing_the_same_words_again_adds_no_report() {
    let world = World::new(51);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let draft = ines.draft("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    let backup = ines.back_up();
    let doc = ines.notebook.file_new(&draft).unwrap().doc;
    assert!(ines.notebook.file_new(&draft).unwrap().again, "the same draft is the same report");
    assert!(ines.sync().unwrap().complete);

    ines.restore(&backup);
    world.clock.pass(MINUTE);
    ines.notebook.file(draft.id).unwrap();
    ines.correct(doc, "people_count", FactValue::Integer(4));
    assert!(ines.sync().unwrap().complete);
    assert_eq!(listed(&ines.notebook), [doc]);
    assert_eq!(words(&ines.notebook, doc), ["Deux groupes."]);
    assert_eq!(ines.notebook.read(doc).unwrap().facts[COUNT].value, FactValue::Integer(4));
    is_at_rest(&ines);
    assert_eq!(world.server.stored().unwrap().len(), 4, "what was filed twice, corrected twice");
}

/// Two copies of Inès's phone, each of which filed the same draft in its own way and corrected it.
fn copies(world: &World) -> (Phone, Phone) {
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let draft = ines.draft("youth.brawl", &[("title", "À compléter".into())], "");
    let copy = ines.clone_from(&ines.back_up());
    for (phone, word, count) in [(&ines, "Bagarre", 3), (&copy, "Rixe", 8)] {
        world.clock.pass(MINUTE);
        let mut draft = phone.notebook.draft(draft.id).unwrap();
        draft.facts.insert("title".into(), word.into());
        phone.notebook.save_draft(&draft).unwrap();
        let doc = phone.notebook.file(draft.id).unwrap().doc;
        phone.correct(doc, "people_count", FactValue::Integer(count));
    }
    (ines, copy)
}

fn both_hold_the_same_two_reports(world: &World, ines: &Phone, copy: &Phone) {
    for phone in [ines, copy, ines, copy, ines] {
        phone.sync().unwrap();
    }
    for phone in [ines, copy] {
        let mut told: Vec<_> = listed(&phone.notebook)
            .into_iter()
            .map(|doc| {
                (title(&phone.notebook, doc), phone.notebook.read(doc).unwrap().facts[COUNT].value.clone())
            })
            .collect();
        told.sort_by(|a, b| a.0.cmp(&b.0));
        let expected =
            [("Bagarre", 3), ("Rixe", 8)].map(|(word, n)| (word.to_owned(), FactValue::Integer(n)));
        assert_eq!(told, expected);
        is_at_rest(phone);
        assert!(phone.sync().unwrap().complete);
    }
    assert_eq!(listed(&ines.notebook), listed(&copy.notebook));
    let helene = world.supervisor("Hélène Marchand");
    assert_eq!(world.server.reports(&helene, &Filter::default(), None, 50).unwrap().items.len(), 2);
    for doc in listed(&ines.notebook) {
        let heads = world.server.report(&helene, doc).unwrap().unwrap().heads;
        for phone in [ines, copy] {
            assert_eq!(phone.notebook.read(doc).unwrap().heads, heads);
        }
    }
}

#[test]
fn two_copies_of_a_phone_file_one_draft_and_both_reports_stay() {
    let world = World::new(52);
    let (ines, copy) = copies(&world);
    assert!(ines.sync().unwrap().complete);
    copy.sync().unwrap();
    both_hold_the_same_two_reports(&world, &ines, &copy);
}

#[test]
fn a_copy_that_was_filed_again_by_the_other_is_not_filed_a_third_time() {
    let world = World::new(53);
    let (ines, copy) = copies(&world);
    assert!(ines.sync().unwrap().complete);
    // The copy's report is refused, and the road is cut before it can do anything about it.
    copy.wire.cut_after_calls(1);
    copy.sync().unwrap_err();
    ines.sync().unwrap();
    assert_eq!(listed(&ines.notebook).len(), 2, "its other half saw it first");
    copy.wire.plug();
    both_hold_the_same_two_reports(&world, &ines, &copy);
}

#[test]
fn two_copies_that_file_it_again_at_once_end_with_one() {
    let world = World::new(54);
    let (ines, copy) = copies(&world);
    assert!(ines.sync().unwrap().complete);
    copy.wire.cut_after_calls(1);
    copy.sync().unwrap_err();
    copy.wire.plug();
    // What each writes again stays on it until both have written.
    let mut calls = 1;
    while listed(&copy.notebook).len() < 2 {
        copy.wire.cut_after_calls(calls);
        drop(copy.sync());
        calls += 1;
        assert!(calls < 20, "it never files it again");
    }
    copy.wire.plug();
    let mut calls = 1;
    while listed(&ines.notebook).len() < 2 {
        ines.wire.cut_after_calls(calls);
        drop(ines.sync());
        calls += 1;
        assert!(calls < 20, "it never files it again");
    }
    ines.wire.plug();
    both_hold_the_same_two_reports(&world, &ines, &copy);
}

#[test]
fn what_was_filed_again_stays_so_when_the_server_forgets_both() {
    let mut world = World::new(55);
    let (ines, copy) = copies(&world);
    let backup = world.back_up_server();
    assert!(ines.sync().unwrap().complete);
    copy.sync().unwrap();
    both_hold_the_same_two_reports(&world, &ines, &copy);

    // The copy, which holds the second filing and what stands for it, is the first to come back.
    world.restore_server(&backup);
    for phone in [&copy, &ines] {
        phone.sync().unwrap();
    }
    both_hold_the_same_two_reports(&world, &ines, &copy);
}
