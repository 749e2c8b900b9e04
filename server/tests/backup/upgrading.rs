//! An archive of an older version is copied beside itself, then brought up to date; one of a newer
//! version is not touched.

use std::fs;
use std::path::Path;

use ronde_server::Server;
use ronde_server::backup::{make, restore};
use ronde_server::error::{ArchiveError, ServerError};
use rusqlite::Connection;

use crate::damage::{contents, names};
use crate::town::Town;

/// The tables as version 1 made them.
const FIRST: &str = include_str!("../../src/archive/migrations/001_spine.sql");

fn keyed(directory: &Path, name: &str) -> Connection {
    let key = fs::read_to_string(directory.join("archive.key")).unwrap();
    let connection = Connection::open(directory.join(name)).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key.trim())).unwrap();
    connection
}

/// Makes a directory of version 1 of what a town holds: same keys, same rows, the tables of then.
pub fn as_of_version_1(town: &Town, to: &Path) {
    let from = town.directory();
    fs::create_dir(to).unwrap();
    for name in ["organisation.key", "server.key", "archive.key", "archive.check"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
    let key = fs::read_to_string(from.join("archive.key")).unwrap();
    let old = keyed(to, "archive.sqlite");
    old.execute_batch(FIRST).unwrap();
    let present = from.join("archive.sqlite");
    old.execute(&format!("ATTACH ?1 AS present KEY \"x'{}'\"", key.trim()), [present.to_str().unwrap()])
        .unwrap();
    let mut tables = old.prepare("SELECT name FROM main.sqlite_master WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for table in tables {
        let mut columns = old.prepare("SELECT name FROM pragma_table_info(?1, 'main')").unwrap();
        let columns: Vec<String> =
            columns.query_map([&table], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let columns = columns.join(", ");
        old.execute_batch(&format!(
            "INSERT INTO main.{table} ({columns}) SELECT {columns} FROM present.{table}"
        ))
        .unwrap();
    }
    old.execute_batch("PRAGMA user_version = 1; DETACH present; PRAGMA journal_mode = WAL").unwrap();
}

/// A town with a report and a supervisor.
fn town() -> Town {
    let town = Town::found();
    let mut ines = town.officer("Inès Fabre", "pm-centre");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    town
}

fn version(directory: &Path, name: &str) -> u32 {
    keyed(directory, name).query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

#[test]
fn an_older_archive_is_copied_beside_itself_and_then_brought_up_to_date() {
    let town = town();
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old");
    as_of_version_1(&town, &old);
    let server = Server::open(&old, town.ports()).unwrap();
    assert_eq!(server.stored().unwrap(), town.server.stored().unwrap());
    drop(server);
    assert!(version(&old, "archive.sqlite") > 1);
    assert_eq!(version(&old, "archive.v1.sqlite"), 1);
    // The copy is a whole archive of then: put back in place, it is upgraded like the first time.
    fs::remove_file(old.join("archive.sqlite")).unwrap();
    fs::rename(old.join("archive.v1.sqlite"), old.join("archive.sqlite")).unwrap();
    let server = Server::open(&old, town.ports()).unwrap();
    assert_eq!(server.stored().unwrap(), town.server.stored().unwrap());
}

#[test]
fn half_a_copy_of_an_upgrade_that_was_killed_is_made_again() {
    let town = town();
    for rubbish in [&b""[..], b"not a database at all, of some length", &[0; 8192]] {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old");
        as_of_version_1(&town, &old);
        fs::write(old.join("archive.v1.sqlite"), rubbish).unwrap();
        let server = Server::open(&old, town.ports()).unwrap();
        assert_eq!(server.stored().unwrap(), town.server.stored().unwrap());
        assert_eq!(version(&old, "archive.v1.sqlite"), 1, "what was there is no copy");
    }
}

#[test]
fn an_archive_that_another_program_has_open_is_not_upgraded_under_it() {
    let town = town();
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old");
    as_of_version_1(&town, &old);
    let serving = keyed(&old, "archive.sqlite");
    serving.query_row("SELECT count(*) FROM envelope", [], |_| Ok(())).unwrap();
    let refused = Server::open(&old, town.ports()).err();
    assert!(matches!(refused, Some(ServerError::Archive(ArchiveError::InUse))), "{refused:?}");
    assert_eq!(version(&old, "archive.sqlite"), 1);
    assert!(!old.join("archive.v1.sqlite").exists());
    drop(serving);
    Server::open(&old, town.ports()).unwrap();
}

#[test]
fn a_newer_archive_is_refused_and_not_one_byte_of_it_changes() {
    let town = town();
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer");
    as_of_version_1(&town, &newer);
    let writer = keyed(&newer, "archive.sqlite");
    writer.execute_batch("PRAGMA user_version = 99; CREATE TABLE of_tomorrow (x)").unwrap();
    // Closed as a killed program closes: what it wrote last is still in the log.
    let copy = folder.path().join("copy");
    crate::damage::copy_of(&newer, &copy);
    assert!(fs::metadata(copy.join("archive.sqlite-wal")).unwrap().len() > 0);
    drop(writer);
    fs::remove_file(copy.join("archive.sqlite-shm")).unwrap();
    let files = |directory: &Path| {
        let mut files = contents(directory);
        // The index of the log is made again by whoever reads it.
        files.remove(Path::new("archive.sqlite-shm"));
        files
    };
    let before = files(&copy);
    let refused = Server::open(&copy, town.ports()).err();
    assert!(
        matches!(refused, Some(ServerError::Archive(ArchiveError::Newer { found: 99, .. }))),
        "{refused:?}"
    );
    let backed_up = make(&copy, &folder.path().join("backup"), town.clock.as_ref(), &mut |_| ());
    assert!(backed_up.unwrap_err().to_string().contains("version 99"));
    assert_eq!(files(&copy), before);
    assert_eq!(names(folder.path()), ["copy", "newer"]);
}

#[test]
fn a_backup_of_an_older_version_comes_back_up_to_date_and_taking_it_changed_nothing() {
    let town = town();
    let folder = tempfile::tempdir().unwrap();
    let (old, backup, to) =
        (folder.path().join("old"), folder.path().join("backup"), folder.path().join("to"));
    as_of_version_1(&town, &old);
    let made = make(&old, &backup, town.clock.as_ref(), &mut |_| ()).unwrap();
    assert_eq!((made.manifest.schema, version(&old, "archive.sqlite")), (1, 1), "a backup upgrades nothing");
    let restored = restore(&backup, &to, &town.ports(), &mut |_| ()).unwrap();
    assert!(restored.upgraded);
    assert_eq!(version(&backup, "archive.sqlite"), 1, "the backup stays what it was");
    assert!(!to.join("archive.v1.sqlite").exists(), "the backup is the copy");
    let server = Server::open(&to, town.ports()).unwrap();
    assert_eq!(server.stored().unwrap(), town.server.stored().unwrap());
}
