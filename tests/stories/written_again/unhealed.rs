//! A report that healing cannot mend is told to its person, and holds up no other.

use ronde_model::fact::FactValue;
use ronde_model::id::Eid;
use ronde_tests::world::{Phone, World};
use rusqlite::params;

use crate::hands;

const COUNT: &str = "facts/people_count";

/// Puts other bytes under an envelope; what was there.
fn put_body(phone: &Phone, eid: Eid, bytes: &[u8]) -> Vec<u8> {
    let hand = hands::notebook(phone);
    let id = "SELECT id FROM envelope WHERE eid = ?1";
    let body: Vec<u8> = hand
        .query_row(&format!("SELECT bytes FROM body WHERE id = ({id})"), [eid.0], |row| row.get(0))
        .unwrap();
    hand.execute(&format!("UPDATE body SET bytes = ?2 WHERE id = ({id})"), params![eid.0, bytes]).unwrap();
    body
}

#[test]
fn a_damaged_report_is_told_and_holds_up_no_other() {
    let world = World::new(111);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let drafts = ["Rixe", "Bagarre"].map(|title| {
        let draft = ines.draft("youth.brawl", &[("title", title.into())], "Deux groupes.");
        ines.notebook.file(draft.id).unwrap()
    });
    assert!(ines.sync().unwrap().complete);
    // The server takes somebody else for the author: it refuses what only the author may do.
    hands::archive(&world).execute("UPDATE document SET author = zeroblob(16)", []).unwrap();
    for filed in &drafts {
        ines.notebook.void(filed.doc, "doublon").unwrap();
        ines.correct(filed.doc, "people_count", FactValue::Integer(6));
    }
    let [ill, sound] = drafts;
    let kept = put_body(&ines, ill.eid, b"no envelope");
    ines.restart();

    // Of both the voiding is refused; behind it, one alone can be written again.
    assert!(ines.sync().unwrap().complete);
    assert!(!ines.notebook.read(sound.doc).unwrap().item.row.voided);
    assert_eq!(ines.notebook.read(sound.doc).unwrap().facts[COUNT].value, FactValue::Integer(6));
    let told = |phone: &Phone| {
        let aside = phone.notebook.set_aside().unwrap();
        aside.into_iter().filter(|one| one.reason == "damaged").collect::<Vec<_>>()
    };
    let [one] = &told(&ines)[..] else { panic!("{:?}", ines.notebook.set_aside()) };
    assert_eq!((one.doc, one.own), (Some(ill.doc), true));
    assert!(one.sentence.contains("abîmé"), "{}", one.sentence);

    // Said once, for as long as it lasts.
    ines.sync().unwrap();
    assert_eq!(told(&ines).len(), 1);
    put_body(&ines, ill.eid, &kept);
    ines.restart();
    assert!(ines.sync().unwrap().complete);
    assert_eq!(told(&ines), []);
    let mended = ines.notebook.read(ill.doc).unwrap();
    assert_eq!((mended.facts[COUNT].value.clone(), mended.item.row.voided), (FactValue::Integer(6), false));
}
