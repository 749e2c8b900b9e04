//! What the server refused is written again where it can be, and nothing is lost or shown twice.

#[path = "written_again/copies.rs"]
mod copies;
#[path = "written_again/hands.rs"]
mod hands;
#[path = "written_again/refusals.rs"]
mod refusals;
#[path = "written_again/released.rs"]
mod released;
#[path = "written_again/seen.rs"]
mod seen;
#[path = "written_again/soak.rs"]
mod soak;
#[path = "written_again/twice.rs"]
mod twice;
#[path = "written_again/unhealed.rs"]
mod unhealed;
#[path = "written_again/upgraded.rs"]
mod upgraded;

use ronde_core::{Error, Notebook, Status};
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_server::supervision::Filter;
use ronde_tests::world::{HOUR, MINUTE, Phone, World};

fn title(notebook: &Notebook, doc: DocId) -> String {
    notebook.read(doc).unwrap().item.row.title
}

fn words(notebook: &Notebook, doc: DocId) -> Vec<String> {
    notebook.read(doc).unwrap().statements.into_iter().map(|view| view.statement.text).collect()
}

fn listed(notebook: &Notebook) -> Vec<DocId> {
    notebook.list(None, 50).unwrap().items.into_iter().map(|item| item.row.doc).collect()
}

/// Nothing waits and nobody is asked for anything.
fn is_at_rest(phone: &Phone) {
    let status = phone.notebook.sync_status().unwrap();
    assert_eq!((status.waiting, status.needs_you), (0, 0), "{status:?}");
    assert_eq!(status.written, status.received, "{status:?}");
    let items = phone.notebook.list(None, 50).unwrap().items;
    assert!(items.iter().all(|item| item.status == Status::Delivered), "{items:?}");
}

#[test]
fn the_draft_of_a_restored_phone_is_filed_again() {
    let world = World::new(31);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let karim = world.phone("Karim Haddad", "pm-chartres", "officer");
    let draft = ines.draft("youth.brawl", &[("title", "Bagarre devant le lycée".into())], "Deux groupes.");
    let backup = ines.back_up();

    // Before the phone was lost.
    let first = ines.notebook.file(draft.id).unwrap();
    ines.correct(first.doc, "people_count", FactValue::Integer(6));
    assert!(ines.sync().unwrap().complete);

    // The phone of this morning knows nothing of it, and its officer files the draft once more.
    ines.restore(&backup);
    world.clock.pass(HOUR);
    let mut again = ines.notebook.draft(draft.id).unwrap();
    again.facts.insert("title".into(), "Rixe place des Épars".into());
    again.statement = "Trois blessés légers.".into();
    ines.notebook.save_draft(&again).unwrap();
    let second = ines.notebook.file(draft.id).unwrap();
    assert_eq!(second.doc, first.doc);
    ines.correct(second.doc, "people_count", FactValue::Integer(9));
    ines.notebook.state(second.doc, "Une vidéo circule.", None, None).unwrap();
    let on_screen = ines.notebook.read(second.doc).unwrap().heads;
    let report = ines.sync().unwrap();
    assert!(report.complete, "{report:?}");
    let puts = [("facts/people_count".to_owned(), FactValue::Integer(0))].into();
    let outdated = ines.notebook.correct(second.doc, &on_screen, &puts);
    assert_eq!(outdated, Err(Error::Outdated(second.doc)), "what was on screen is another report now");

    // Two reports, each with its own words and its own corrections.
    let both = listed(&ines.notebook);
    let [filed_again] = both.iter().filter(|doc| **doc != first.doc).collect::<Vec<_>>()[..] else {
        panic!("two reports: {both:?}")
    };
    let filed_again = *filed_again;
    for phone in [&ines, &karim] {
        phone.sync().unwrap();
        assert_eq!(listed(&phone.notebook).len(), 2);
        assert_eq!(title(&phone.notebook, first.doc), "Bagarre devant le lycée");
        assert_eq!(words(&phone.notebook, first.doc), ["Deux groupes."]);
        assert_eq!(title(&phone.notebook, filed_again), "Rixe place des Épars");
        assert_eq!(words(&phone.notebook, filed_again), ["Trois blessés légers.", "Une vidéo circule."]);
        let count = |doc| phone.notebook.read(doc).unwrap().facts["facts/people_count"].value.clone();
        assert_eq!((count(first.doc), count(filed_again)), (FactValue::Integer(6), FactValue::Integer(9)));
    }
    is_at_rest(&ines);
    let numbers: Vec<_> =
        ines.notebook.list(None, 9).unwrap().items.into_iter().map(|i| i.number.unwrap()).collect();
    assert_eq!(numbers.len(), 2);

    // What was replaced is shown so, and asks for nobody.
    let aside = ines.notebook.set_aside().unwrap();
    assert_eq!(aside.iter().filter(|one| one.own && one.reason == "replaced").count(), 3, "{aside:?}");
    assert_eq!(aside.len(), 3, "{aside:?}");

    // Later corrections follow, and the next conversation has nothing to do.
    world.clock.pass(MINUTE);
    ines.correct(filed_again, "people_count", FactValue::Integer(11));
    ines.correct(first.doc, "people_count", FactValue::Integer(7));
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.sync().unwrap().requests, 1);
    is_at_rest(&ines);
    let helene = world.supervisor("Hélène Marchand");
    let inbox = world.server.reports(&helene, &Filter::default(), None, 50).unwrap();
    assert_eq!(inbox.items.len(), 2);
}
