//! An older notebook is copied beside itself before anything of it changes.

use std::path::Path;

use ronde_core::{Error, Settings};
use ronde_tests::disk::{Disk, Fault, Ordering};
use ronde_tests::world::World;
use rusqlite::{Connection, OpenFlags};

const FIRST: &str = include_str!("../../../core/src/store/migrations/001_notebook.sql");

/// A notebook of the first schema, with a draft that the present program can read.
fn older(connection: &Connection, key: &str, draft: (&[u8], &[u8])) {
    connection.pragma_update(None, "key", key).unwrap();
    connection.pragma_update(None, "synchronous", "EXTRA").unwrap();
    connection.execute_batch(&format!("BEGIN; {FIRST}; PRAGMA user_version = 1; COMMIT")).unwrap();
    connection.execute("INSERT INTO draft (doc, saved_ms, body) VALUES (?1, 0, ?2)", draft).unwrap();
}

/// The bytes of a draft, and the wrapped and the raw key of the notebook they are of.
fn a_draft(world: &World) -> (Vec<u8>, Vec<u8>, Vec<u8>, String) {
    let phone = world.unenrolled("Inès");
    let draft = phone.draft("waste.tyres", &[], "Écrit avec la version d’avant.");
    let wrapped = std::fs::read(phone.directory().join("notebook.key")).unwrap();
    let key = super::phones::raw_key(&wrapped);
    let connection = Connection::open(phone.directory().join("notebook.db")).unwrap();
    connection.pragma_update(None, "key", &key).unwrap();
    let body = connection.query_row("SELECT body FROM draft", [], |r| r.get(0)).unwrap();
    (draft.id.0.to_vec(), body, wrapped, key)
}

fn version_of(path: &Path, key: &str) -> u32 {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "key", key).unwrap();
    connection.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap()
}

#[test]
fn the_copy_is_whole_and_goes_once_the_new_version_has_opened_it_again() {
    let world = World::new(421);
    let (doc, body, wrapped, key) = a_draft(&world);
    let directory = tempfile::TempDir::new().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("notebook.key"), &wrapped).unwrap();
    let first = Connection::open(path("notebook.db")).unwrap();
    older(&first, &key, (&doc, &body));
    drop(first);
    // Half a copy of an opening that was killed.
    std::fs::write(path("notebook.v1.db"), b"half").unwrap();

    let notebook = world.open_notebook(directory.path(), Settings::default()).unwrap();
    assert_eq!(notebook.drafts().unwrap()[0].statement, "Écrit avec la version d’avant.");
    drop(notebook);
    assert_eq!((version_of(&path("notebook.v1.db"), &key), version_of(&path("notebook.db"), &key)), (1, 3));
    let copy = Connection::open(path("notebook.v1.db")).unwrap();
    copy.pragma_update(None, "key", &key).unwrap();
    let kept: Vec<u8> = copy.query_row("SELECT body FROM draft", [], |r| r.get(0)).unwrap();
    assert_eq!(kept, body);
    drop(copy);
    drop(world.open_notebook(directory.path(), Settings::default()).unwrap());
    assert!(!path("notebook.v1.db").exists(), "it holds what a purge would not reach");
}

#[test]
fn a_full_disk_during_the_upgrade_is_told_and_the_older_file_stays_as_it_was() {
    let world = World::new(422);
    let (doc, body, wrapped, key) = a_draft(&world);
    let directory = tempfile::TempDir::new().unwrap();
    std::fs::write(directory.path().join("notebook.key"), &wrapped).unwrap();
    let made = || {
        let disk = Disk::new(Ordering::Strict).expect("registered");
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let path = directory.path().join("notebook.db");
        let first = Connection::open_with_flags_and_vfs(&path, flags, disk.vfs()).unwrap();
        older(&first, &key, (&doc, &body));
        drop(first);
        disk
    };
    let open = |disk: &Disk| {
        let settings = Settings { vfs: Some(disk.vfs().to_owned()), ..Settings::default() };
        world.open_notebook(directory.path(), settings)
    };
    let sound = made();
    let (begun, opened) = (sound.operations(), open(&sound));
    let ended = sound.operations();
    drop(opened.unwrap());
    let mut refused = 0;
    for index in begun..ended {
        let disk = made();
        disk.fail_within(index..usize::MAX, Fault::Full);
        match open(&disk).map(|_| ()) {
            Ok(()) => assert!(disk.struck().is_empty(), "{index}: a refused write was not told"),
            Err(error) => {
                assert!(matches!(error, Error::StorageFull | Error::Storage { .. }), "{index}: {error:?}");
                refused += 1;
            }
        }
        disk.heal();
        let notebook = open(&disk).expect("goes on when there is room");
        assert_eq!(notebook.drafts().unwrap()[0].statement, "Écrit avec la version d’avant.", "{index}");
    }
    println!("{refused} of {} operations refused", ended - begun);
    assert!(refused > 20, "{refused}");
}
