//! The server is lost and comes back from a backup: phones give back what it lost, nobody loses
//! what was acknowledged. With the server's own phones; with real ones it is told in `tests/stories`.

use std::collections::BTreeSet;

use ronde_model::id::Eid;
use ronde_model::wire::AnswerCode;
use ronde_server::Server;
use ronde_server::backup::{make, restore};

use crate::phone::codes;
use crate::town::{HOUR_MS, Town};

#[test]
fn what_was_acknowledged_after_the_backup_is_taken_again_and_numbers_jump() {
    let mut town = Town::found();
    let folder = tempfile::tempdir().unwrap();
    let mut ines = town.officer("Inès Fabre", "pm-centre");
    let before = ines.file_dumping(&town);
    ines.push(&[&before.seal]);
    let backup = folder.path().join("backup");
    make(&town.directory(), &backup, town.clock.as_ref(), &mut |_| ()).unwrap();
    town.pass(20 * HOUR_MS);
    let after = ines.file_dumping(&town);
    let first = ines.push(&[&after.seal]);
    assert_eq!(codes(&first), [AnswerCode::Accepted]);
    let number = ines.receipt(&first).unwrap().numbers;

    let to = folder.path().join("restored");
    let restored = restore(&backup, &to, &town.ports(), &mut |_| ()).unwrap();
    town.server = Server::open(&to, town.ports()).unwrap();
    ines.server = town.server.clone();
    let eids = |server: &Server| -> BTreeSet<Eid> {
        server.stored().unwrap().iter().map(|stored| stored.eid).collect()
    };
    assert_eq!(eids(&town.server), BTreeSet::from([before.seal.eid]));

    // The phone's cursor is beyond the fork: it is told so, and its envelope is outbox again.
    let told = ines.push(&[]);
    assert_eq!(told.cursor.0, restored.history);
    let forks = told.forks.as_ref().unwrap();
    assert_eq!((forks[0].parent, forks[0].seq), (restored.manifest.history, restored.manifest.last));
    let again = ines.push(&[&after.seal]);
    assert_eq!(codes(&again), [AnswerCode::Accepted]);
    assert_eq!(eids(&town.server), BTreeSet::from([before.seal.eid, after.seal.eid]));
    let jumped = ines.receipt(&again).unwrap().numbers;
    assert_ne!(jumped, number, "an official number is never given twice");
}
