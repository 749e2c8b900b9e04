//! A server put back twice: what it refused in between, and what was written for that, holds no longer
//! once it takes the first filing in after all.

use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_tests::world::{MINUTE, Phone, World};
use tempfile::TempDir;

use crate::{is_at_rest, listed, title};

const COUNT: &str = "facts/people_count";

/// More than one request takes along.
const MUCH: usize = 40;

fn file_much(world: &World, phone: &Phone) {
    for number in 0..MUCH {
        let mut noise = [0; 5_000];
        world.dice.roll(&mut noise);
        let words: String = noise.iter().map(|byte| format!("{byte:02x}")).collect();
        phone.file("youth.brawl", &[("title", format!("Ronde {number}").as_str().into())], &words);
    }
}

/// Inès files one draft twice, the second time from a backup in these words; the server, put back from
/// before both, hears of the second first, and put back once more it hears from Karim of the first,
/// before he heard of anything that was written again. `after`: what she does first.
fn a_draft_filed_twice_before_a_server_put_back_twice(
    world: &mut World,
    second: &str,
    after: impl FnOnce(&World, &Phone),
) -> (Phone, Phone, DocId, TempDir) {
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let karim = world.phone("Karim Haddad", "pm-chartres", "officer");
    let yesterday = world.back_up_server();
    after(world, &ines);
    let draft = ines.draft("youth.brawl", &[("title", "Bagarre".into())], "Deux groupes.");
    let morning = ines.back_up();

    let doc = ines.notebook.file(draft.id).unwrap().doc;
    ines.correct(doc, "people_count", FactValue::Integer(6));
    assert!(ines.sync().unwrap().complete);
    assert!(karim.sync().unwrap().complete);

    ines.restore(&morning);
    world.clock.pass(MINUTE);
    let mut again = ines.notebook.draft(draft.id).unwrap();
    again.facts.insert("title".into(), second.into());
    ines.notebook.save_draft(&again).unwrap();
    assert_eq!(ines.notebook.file(draft.id).unwrap().doc, doc);
    ines.correct(doc, "people_count", FactValue::Integer(9));
    world.restore_server(&yesterday);
    for phone in [&ines, &karim, &ines] {
        assert!(phone.sync().unwrap().complete);
    }
    is_at_rest(&ines);

    world.clock.pass(MINUTE);
    world.restore_server(&yesterday);
    for phone in [&karim, &ines, &karim, &ines] {
        assert!(phone.sync().unwrap().complete);
    }
    (ines, karim, doc, yesterday)
}

/// Both show what the server shows, and the server shows all of it.
fn everybody_shows_the_same(world: &World, phones: [&Phone; 2], reports: usize) {
    let helene = world.supervisor("Hélène Marchand");
    let shown = phones.map(|phone| listed(&phone.notebook));
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0].len(), reports);
    for doc in &shown[0] {
        let heads = world.server.report(&helene, *doc).unwrap().unwrap().heads;
        for phone in phones {
            assert_eq!(phone.notebook.read(*doc).unwrap().heads, heads, "{doc}");
        }
    }
    phones.into_iter().for_each(is_at_rest);
}

#[test]
fn the_first_filing_is_shown_again_when_a_server_put_back_twice_takes_it_in() {
    let mut world = World::new(101);
    let (ines, karim, doc, _) =
        a_draft_filed_twice_before_a_server_put_back_twice(&mut world, "Rixe", |_, _| ());
    assert!(listed(&ines.notebook).contains(&doc), "{:?}", ines.notebook.set_aside());
    for phone in [&ines, &karim] {
        assert_eq!(title(&phone.notebook, doc), "Bagarre");
        assert_eq!(phone.notebook.read(doc).unwrap().facts[COUNT].value, FactValue::Integer(6));
    }
    // What was filed again of either stays beside it.
    everybody_shows_the_same(&world, [&ines, &karim], 3);
}

#[test]
fn the_same_words_filed_twice_stay_one_report_when_the_server_is_put_back_twice() {
    let mut world = World::new(102);
    let (ines, karim, doc, _) =
        a_draft_filed_twice_before_a_server_put_back_twice(&mut world, "Bagarre", |_, _| ());
    assert_eq!(listed(&ines.notebook), [doc], "{:?}", ines.notebook.set_aside());
    everybody_shows_the_same(&world, [&ines, &karim], 1);
}

#[test]
fn what_was_concluded_of_two_filings_ends_with_the_history_it_was_concluded_in() {
    let mut world = World::new(103);
    let (ines, karim, doc, yesterday) =
        a_draft_filed_twice_before_a_server_put_back_twice(&mut world, "Bagarre", file_much);

    // Put back a third time, it hears of the report only after much else, and of no word in between.
    world.clock.pass(MINUTE);
    world.restore_server(&yesterday);
    let mut calls = 1;
    while {
        ines.wire.cut_after_calls(calls);
        ines.sync().is_err()
    } {
        assert!(listed(&ines.notebook).contains(&doc), "gone after {calls} calls");
        calls += 1;
        assert!(calls < 40, "it never comes to an end");
    }
    ines.wire.plug();
    assert!(calls > 2, "{calls} calls");
    for phone in [&karim, &ines, &karim] {
        assert!(phone.sync().unwrap().complete);
    }
    everybody_shows_the_same(&world, [&ines, &karim], MUCH + 1);
}
