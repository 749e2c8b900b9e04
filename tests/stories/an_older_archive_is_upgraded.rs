//! A newer server opens an archive of version 1, and the power goes at any operation of it: the next
//! opening goes on, nothing is lost, and what is upgraded has its copy of before beside it. A disk
//! without room for the copy leaves everything as it was.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ronde_model::id::Eid;
use ronde_server::error::{ArchiveError, ServerError};
use ronde_server::{Ports, Server};
use ronde_tests::disk::{Disk, Fault, Ordering};
use ronde_tests::world::World;
use rusqlite::{Connection, OpenFlags};

/// The tables as version 1 made them.
const FIRST: &str = include_str!("../../server/src/archive/migrations/001_spine.sql");

/// A server of version 1 on a disk that can fail, and what is stored there.
struct Old {
    world: World,
    disk: Disk,
    home: PathBuf,
    _keys: tempfile::TempDir,
    stored: BTreeSet<Eid>,
}

impl Old {
    /// Of what a present server holds: the same rows in the tables of then.
    fn new() -> Old {
        let world = World::new(41);
        let ines = world.phone("Inès Benali", "pm-centre", "officer");
        for round in 0..6 {
            ines.file("waste.bags", &[("title", "Sacs".into())], &format!("Passage {round}."));
        }
        assert!(ines.sync().unwrap().complete);
        let keys = tempfile::TempDir::new().unwrap();
        let home = keys.path().join("server");
        std::fs::create_dir(&home).unwrap();
        for name in ["organisation.key", "server.key", "archive.key", "archive.check"] {
            std::fs::copy(world.server_home().join(name), home.join(name)).unwrap();
        }
        let disk = Disk::new(Ordering::Strict).unwrap();
        make_again(&world.server_home().join("archive.sqlite"), &home, &disk);
        let stored = eids(&world.server);
        assert_eq!(stored.len(), 6);
        Old { world, disk, home, _keys: keys, stored }
    }

    fn ports(&self, disk: &Disk) -> Ports {
        Ports {
            clock: Arc::new(self.world.clock.clone()),
            entropy: Arc::new(self.world.dice.clone()),
            vfs: Some(disk.vfs().to_owned()),
        }
    }

    fn open(&self, disk: &Disk) -> Result<Server, ServerError> {
        Server::open(&self.home, self.ports(disk))
    }

    fn version(&self, disk: &Disk, name: &str) -> u32 {
        keyed(&self.home, name, disk).query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    }
}

fn eids(server: &Server) -> BTreeSet<Eid> {
    server.stored().unwrap().iter().map(|stored| stored.eid).collect()
}

fn key_of(home: &Path) -> String {
    std::fs::read_to_string(home.join("archive.key")).unwrap().trim().to_owned()
}

fn keyed(home: &Path, name: &str, disk: &Disk) -> Connection {
    let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags_and_vfs(home.join(name), flags, disk.vfs()).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key_of(home))).unwrap();
    connection
}

fn make_again(present: &Path, home: &Path, disk: &Disk) {
    let old = keyed(home, "archive.sqlite", disk);
    old.execute_batch("PRAGMA synchronous = EXTRA").unwrap();
    old.execute_batch(FIRST).unwrap();
    let uri = format!("file:{}?vfs=unix", present.display());
    old.execute(&format!("ATTACH ?1 AS present KEY \"x'{}'\"", key_of(home)), [uri]).unwrap();
    let names = |sql: &str, of: &[&str]| -> Vec<String> {
        let mut statement = old.prepare(sql).unwrap();
        let names = statement.query_map(rusqlite::params_from_iter(of), |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    for table in names("SELECT name FROM main.sqlite_master WHERE type = 'table'", &[]) {
        let columns = names("SELECT name FROM pragma_table_info(?1, 'main')", &[&table]).join(", ");
        let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM present.{table}");
        old.execute_batch(&copy).unwrap();
    }
    old.execute_batch("DETACH present; PRAGMA user_version = 1; PRAGMA journal_mode = WAL").unwrap();
}

#[test]
fn the_power_goes_at_any_moment_of_an_upgrade_and_the_next_start_goes_on() {
    let old = Old::new();
    let begun = old.disk.operations();
    drop(old.open(&old.disk).unwrap());
    let ended = old.disk.operations();
    let (mut states, mut unmoved, mut moved) = (0, 0, 0);
    for cut in old.disk.cuts(41).filter(|cut| cut.index > begun && cut.index <= ended) {
        states += 1;
        let found = cut.power_on().unwrap();
        let before = old.version(&found, "archive.sqlite");
        if before == 1 {
            unmoved += 1;
        } else {
            moved += 1;
            assert_eq!(old.version(&found, "archive.v1.sqlite"), 1, "{}: upgraded without copy", cut.index);
        }
        let server = old.open(&found).unwrap_or_else(|error| panic!("operation {}: {error}", cut.index));
        assert_eq!(eids(&server), old.stored, "operation {}", cut.index);
        server.check_ready().unwrap();
        drop(server);
        // The copy is a whole archive: a server of then would open it, and so does the one of today.
        let copy = keyed(&old.home, "archive.v1.sqlite", &found);
        let count: usize = copy.query_row("SELECT count(*) FROM envelope", [], |row| row.get(0)).unwrap();
        assert_eq!((old.version(&found, "archive.v1.sqlite"), count), (1, 6), "operation {}", cut.index);
    }
    println!("{} operations, {states} states: {unmoved} before, {moved} after the upgrade", ended - begun);
    assert!(unmoved > 20 && moved > 5, "both sides of the upgrade must be met");
}

#[test]
fn a_disk_that_fails_anywhere_during_an_upgrade_leaves_an_archive_that_the_next_start_upgrades() {
    for fault in [Fault::Full, Fault::Io, Fault::SyncIo] {
        let measured = Old::new();
        let begun = measured.disk.operations();
        drop(measured.open(&measured.disk).unwrap());
        let span = measured.disk.operations() - begun;
        let old = Old::new();
        let (mut refused, mut step) = (0, 0);
        while step < span {
            // Each try on the disk as it was: a copy of the one that nothing happened to.
            let disk = old.disk.at(old.disk.operations(), KEPT).unwrap();
            let from = disk.operations() + step;
            disk.fail_within(from..usize::MAX, fault);
            if let Err(error) = old.open(&disk) {
                refused += 1;
                let told = matches!(
                    error,
                    ServerError::Archive(
                        ArchiveError::Full
                            | ArchiveError::Failed(_)
                            | ArchiveError::ReadOnly
                            | ArchiveError::Corrupt(_)
                    )
                );
                assert!(told, "{fault:?} at {step}: {error}");
            }
            disk.heal();
            let server =
                old.open(&disk).unwrap_or_else(|error| panic!("{fault:?} at {step}, healed: {error}"));
            assert_eq!(eids(&server), old.stored, "{fault:?} at {step}");
            assert_eq!(old.version(&disk, "archive.v1.sqlite"), 1, "{fault:?} at {step}");
            step += 4;
        }
        println!("{fault:?}: {refused} refusals in {span} operations");
        assert!(refused > 3, "{fault:?} was hardly met: this proves nothing");
    }
}

/// As if the machine had been shut down well.
const KEPT: ronde_tests::disk::Variant = ronde_tests::disk::Variant {
    writes: ronde_tests::disk::Fate::Kept,
    names: ronde_tests::disk::Fate::Kept,
};
