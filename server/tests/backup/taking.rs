//! Taking a backup: while the server serves, whole or not at all, and checked before it has a name.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use ronde_model::id::Eid;
use ronde_server::Server;
use ronde_server::backup::{BackupError, Manifest, Step, last_backup, make, rehearse, restore};
use ronde_server::error::{ArchiveError, ServerError};

use crate::clock::{Spent, spent};
use crate::damage::{contents, killed_at_step, names};
use crate::phone::Phone;
use crate::town::Town;

fn eids(server: &Server) -> BTreeSet<Eid> {
    server.stored().unwrap().iter().map(|stored| stored.eid).collect()
}

#[test]
fn a_backup_taken_while_phones_push_holds_everything_acknowledged_before() {
    let town = Town::found();
    let folder = tempfile::tempdir().unwrap();
    let mut phones = ["Inès Fabre", "Samir Haddad"].map(|name| town.officer(name, "pm-centre"));
    let acknowledged = Mutex::new(BTreeSet::new());
    let (begun, over) = (AtomicBool::new(false), AtomicBool::new(false));
    let push = |phone: &mut Phone| {
        let held = phone.file_dumping(&town);
        phone.push(&[&held.seal]);
        acknowledged.lock().unwrap().insert(held.seal.eid);
    };
    for phone in &mut phones {
        (0..20).for_each(|_| push(phone));
    }
    let before = acknowledged.lock().unwrap().clone();
    let during = std::thread::scope(|scope| {
        for phone in &mut phones {
            let (begun, over, push) = (&begun, &over, &push);
            scope.spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    push(phone);
                    begun.store(true, Ordering::SeqCst);
                }
            });
        }
        while !begun.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        for round in 0..5 {
            let into = folder.path().join(format!("backup-{round}"));
            make(&town.directory(), &into, town.clock.as_ref(), &mut |_| ()).unwrap();
        }
        over.store(true, Ordering::SeqCst);
        acknowledged.lock().unwrap().len() - before.len()
    });
    println!("{during} envelopes were acknowledged while five backups were taken");
    assert!(during > 0, "nothing was pushed meanwhile: this proves nothing");
    for round in 0..5 {
        let backup = folder.path().join(format!("backup-{round}"));
        let to = folder.path().join(format!("restored-{round}"));
        let restored = restore(&backup, &to, &town.ports(), &mut |_| ()).unwrap();
        let server = Server::open(&to, town.ports()).unwrap();
        let there = eids(&server);
        assert!(before.is_subset(&there), "round {round}: something acknowledged before is missing");
        assert_eq!(there.len() as u64, restored.manifest.counts.envelopes, "round {round}");
    }
    assert_eq!(eids(&town.server), acknowledged.into_inner().unwrap(), "the server itself lost nothing");
}

#[test]
fn the_writer_is_not_held_up_and_what_it_writes_meanwhile_is_not_in_the_copy() {
    let town = Town::found();
    let folder = tempfile::tempdir().unwrap();
    let mut ines = town.officer("Inès Fabre", "pm-centre");
    let mut pushed = 0;
    let into = folder.path().join("backup");
    let made = make(&town.directory(), &into, town.clock.as_ref(), &mut |step| {
        if matches!(step, Step::Pages { .. }) {
            // Were the copy in its way, this would wait for as long as the copy, which waits for it.
            let held = ines.file_dumping(&town);
            ines.push(&[&held.seal]);
            pushed += 1;
        }
    })
    .unwrap();
    assert!(pushed > 0, "nothing was copied: this proves nothing");
    assert_eq!(made.manifest.counts.envelopes, 0);
    assert_eq!(town.server.stored().unwrap().len(), pushed);
}

#[test]
fn a_backup_killed_at_any_step_leaves_nothing_that_looks_whole_and_the_next_try_makes_it() {
    let town = Town::found();
    let mut ines = town.officer("Inès Fabre", "pm-centre");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("backup");
    let mut step = 0;
    loop {
        let made =
            killed_at_step(step, |progress| make(&town.directory(), &into, town.clock.as_ref(), progress));
        if made.is_some() {
            break;
        }
        assert!(!into.exists(), "step {step}: it has its name before it is whole");
        let part = folder.path().join(".backup.part");
        assert!(Manifest::read(&part).is_err() || step > 6, "step {step}: named complete too early");
        step += 1;
    }
    println!("killed at {step} steps");
    assert!(step >= 8, "steps were not told: this proves nothing");
    assert_eq!(names(folder.path()), ["backup"], "what the killed tries left is gone");
    let manifest = Manifest::read(&into).unwrap();
    assert_eq!((manifest.counts.envelopes, manifest.counts.reports), (1, 1));
}

#[test]
fn a_backup_is_readable_by_its_owner_alone_and_the_server_knows_when_it_was_made() {
    let town = Town::found();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(last_backup(&town.directory()).unwrap(), None);
    let into = folder.path().join("deep").join("backup");
    let made = make(&town.directory(), &into, town.clock.as_ref(), &mut |_| ()).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&into), 0o700);
    for name in names(&into) {
        assert_eq!(mode(&into.join(&name)), 0o600, "{name}");
    }
    assert_eq!(
        names(&into),
        ["archive.check", "archive.key", "archive.sqlite", "manifest.json", "organisation.key", "server.key"]
    );
    let last = last_backup(&town.directory()).unwrap().unwrap();
    assert_eq!((last.made_ms, &last.directory), (town.now_ms(), &into));
    assert!(made.noted);
    assert_eq!(made.manifest.made_at, "2026-03-12T20:00:00Z");
    for (name, bytes) in contents(&into) {
        assert!(!bytes.windows(8).any(|window| window == b"CREATE T"), "{name:?} is not encrypted");
    }
}

#[test]
fn what_lies_where_a_backup_should_go_is_left_as_it_is() {
    let town = Town::found();
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("backup");
    fs::create_dir(&into).unwrap();
    fs::write(into.join("photos.zip"), "mine").unwrap();
    let make_into = |into: &std::path::Path| make(&town.directory(), into, town.clock.as_ref(), &mut |_| ());
    assert!(matches!(make_into(&into), Err(BackupError::NotEmpty(_))));
    assert!(matches!(make_into(&into.join("photos.zip")), Err(BackupError::NotEmpty(_))));
    assert_eq!(names(folder.path()), ["backup"]);
    assert_eq!(fs::read(into.join("photos.zip")).unwrap(), b"mine");
    fs::remove_file(into.join("photos.zip")).unwrap();
    make_into(&into).unwrap();
    assert!(matches!(make_into(&into), Err(BackupError::NotEmpty(_))), "a backup is never overwritten");
}

#[test]
fn two_backups_into_one_directory_at_once_are_one_backup_and_a_refusal() {
    let town = Town::found();
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("backup");
    let mut refused = 0;
    make(&town.directory(), &into, town.clock.as_ref(), &mut |_| {
        let second = make(&town.directory(), &into, town.clock.as_ref(), &mut |_| ());
        assert!(matches!(second, Err(BackupError::InProgress(_))), "{second:?}");
        refused += 1;
    })
    .unwrap();
    assert!(refused > 3);
    Manifest::read(&into).unwrap();
}

#[test]
fn a_damaged_archive_is_not_taken_for_a_backup() {
    let town = Town::found();
    let mut ines = town.officer("Inès Fabre", "pm-centre");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    // One bit of one envelope, changed by somebody who has the key: every page still authenticates.
    let changed = town
        .database()
        .execute("UPDATE envelope_body SET bytes = CAST(substr(bytes, 1, 40) || x'00' || substr(bytes, 42) AS BLOB)", [])
        .unwrap();
    assert_eq!(changed, 1);
    let folder = tempfile::tempdir().unwrap();
    let made = make(&town.directory(), &folder.path().join("backup"), town.clock.as_ref(), &mut |_| ());
    assert!(
        matches!(made, Err(BackupError::Server(ServerError::Archive(ArchiveError::Corrupt(_))))),
        "{made:?}"
    );
    assert_eq!(names(folder.path()), Vec::<String>::new(), "nothing is left of it");
    assert_eq!(last_backup(&town.directory()).unwrap(), None);
}

#[test]
#[ignore = "prints a figure, proves nothing"]
fn how_long_a_backup_and_a_rehearsal_of_many_reports_take() {
    let town = Town::found();
    let mut ines = town.officer("Inès Fabre", "pm-centre");
    for _ in 0..100 {
        let seals: Vec<_> = (0..100).map(|_| ines.file_dumping(&town).seal).collect();
        ines.push(&seals.iter().collect::<Vec<_>>());
    }
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("backup");
    let backup = spent(|| {
        make(&town.directory(), &into, town.clock.as_ref(), &mut |_| ()).unwrap();
    });
    let back = spent(|| {
        rehearse(&into, folder.path(), &town.ports(), &mut |_| ()).unwrap();
    });
    let figure = |name: &str, spent: Spent| {
        println!("10,000 envelopes, {name}: {:.2} s, {:.2} s of CPU", spent.wall_s, spent.cpu_s);
    };
    figure("backup", backup);
    figure("rehearsal", back);
    println!("{} MB", fs::metadata(into.join("archive.sqlite")).unwrap().len() / 1_000_000);
}
