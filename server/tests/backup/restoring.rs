//! Bringing a backup back: only a whole one, only onto an empty place, whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use ronde_server::Server;
use ronde_server::backup::{BackupError, Manifest, clear_left_behind, make, rehearse, restore};
use ronde_server::error::{ArchiveError, ServerError};
use ronde_server::supervision::{Filter, StoredState};
use serde_json::json;

use crate::damage::{contents, copy_of, describe_again, killed_at_step, names, say};
use crate::town::{HOUR_MS, Town};

/// A town with one report, its backup, and room for what comes of it.
struct Case {
    town: Town,
    folder: tempfile::TempDir,
    backup: PathBuf,
}

impl Case {
    fn new() -> Case {
        let town = Town::found();
        let mut ines = town.officer("Inès Fabre", "pm-centre");
        let held = ines.file_dumping(&town);
        ines.push(&[&held.seal]);
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        make(&town.directory(), &backup, town.clock.as_ref(), &mut |_| ()).unwrap();
        Case { town, folder, backup }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A copy of the backup, damaged; it must be refused, and leave nothing.
    fn refused(&self, damage: impl FnOnce(&Path)) -> BackupError {
        let (copy, to) = (self.path("copy"), self.path("to"));
        copy_of(&self.backup, &copy);
        damage(&copy);
        let before = contents(&copy);
        let error = restore(&copy, &to, &self.town.ports(), &mut |_| ()).unwrap_err();
        assert_eq!(names(self.folder.path()), ["backup", "copy"], "{error}: something was left");
        assert_eq!(contents(&copy), before, "{error}: the backup itself was touched");
        let rehearsed = rehearse(&copy, self.folder.path(), &self.town.ports(), &mut |_| ());
        assert!(rehearsed.is_err(), "{error}, but the rehearsal went well");
        assert_eq!(names(self.folder.path()), ["backup", "copy"], "{error}: the rehearsal left something");
        fs::remove_dir_all(&copy).unwrap();
        error
    }
}

#[test]
fn a_backup_comes_back_with_everything_in_it_and_opens_a_new_history() {
    let case = Case::new();
    let (lost, _) = (case.town.server.clone(), case.town.pass(3 * HOUR_MS));
    let device = lost.devices().unwrap()[0].device;
    let to = case.path("to");
    let before = contents(&case.backup);
    let restored = restore(&case.backup, &to, &case.town.ports(), &mut |_| ()).unwrap();
    assert_eq!(contents(&case.backup), before, "a backup may lie on a medium that is read-only");
    assert_eq!((restored.age_ms, restored.upgraded), (3 * HOUR_MS, false));
    assert_eq!(restored.revoked, []);
    assert_ne!(restored.history, restored.manifest.history);
    let server = Server::open(&to, case.town.ports()).unwrap();
    assert_eq!(server.fingerprint(), lost.fingerprint());
    assert_eq!(server.stored().unwrap(), lost.stored().unwrap());
    assert_eq!(server.devices().unwrap()[0].device, device);
    // A device revoked before the backup is told of: whoever was revoked later must be again.
    server.revoke_device(device).unwrap();
    let (second, again) = (case.path("second"), case.path("again"));
    make(&to, &second, case.town.clock.as_ref(), &mut |_| ()).unwrap();
    let restored = restore(&second, &again, &case.town.ports(), &mut |_| ()).unwrap();
    assert_eq!(restored.revoked.iter().map(|line| line.device).collect::<Vec<_>>(), [device]);
}

#[test]
fn what_waits_for_a_newer_program_is_judged_in_the_new_history() {
    let town = Town::found();
    let mut ines = town.officer("Inès Fabre", "pm-centre");
    let mut held = ines.file_dumping(&town);
    let words = ines.state(&mut held, "Un.");
    ines.push(&[&held.seal, &words]);
    // As a program of before would have left it.
    let database = town.database();
    let hidden = "UPDATE feed SET kind = 255 WHERE seq = (SELECT place FROM envelope WHERE eid = ?1)";
    let waits =
        "UPDATE envelope SET state = 3, reason = 'newer-app', place = NULL, change = NULL WHERE eid = ?1";
    for sql in [hidden, waits] {
        assert_eq!(database.execute(sql, [words.eid.0]).unwrap(), 1);
    }
    database.execute_batch("DELETE FROM snapshot; UPDATE knowledge SET number = 0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (backup, to) = (folder.path().join("backup"), folder.path().join("to"));
    let made = make(&town.directory(), &backup, town.clock.as_ref(), &mut |_| ()).unwrap();

    let restored = restore(&backup, &to, &town.ports(), &mut |_| ()).unwrap();

    let fork = "SELECT fork_seq FROM history WHERE history = ?1";
    let fork: u64 = rusqlite_of(&to).query_row(fork, [restored.history.0], |row| row.get(0)).unwrap();
    assert_eq!(fork, made.manifest.last, "phones know the old history up to the backup's last number");
    let server = Server::open(&to, town.ports()).unwrap();
    let stored = server.stored().unwrap();
    let of_words = stored.iter().find(|line| line.eid == words.eid).unwrap();
    assert_eq!(of_words.state, StoredState::Accepted);
}

#[test]
fn half_a_backup_is_refused_and_leaves_nothing() {
    let case = Case::new();
    let files: Vec<String> = names(&case.backup).into_iter().filter(|name| name != "manifest.json").collect();
    assert_eq!(files.len(), 5);
    let error = case.refused(|copy| fs::remove_file(copy.join("manifest.json")).unwrap());
    assert!(matches!(error, BackupError::NoManifest(_)), "{error}");
    for name in &files {
        let error = case.refused(|copy| fs::remove_file(copy.join(name)).unwrap());
        assert!(matches!(&error, BackupError::Missing(lost) if lost == name), "{error}");
        let error = case.refused(|copy| {
            let bytes = fs::read(copy.join(name)).unwrap();
            fs::write(copy.join(name), &bytes[..bytes.len() - 1]).unwrap();
        });
        assert!(matches!(&error, BackupError::Altered { file, .. } if file == name), "{error}");
        for place in [0, 1, 7] {
            let error = case.refused(|copy| {
                let mut bytes = fs::read(copy.join(name)).unwrap();
                let at = bytes.len() * place / 8;
                bytes[at] ^= 1;
                fs::write(copy.join(name), bytes).unwrap();
            });
            assert!(matches!(&error, BackupError::Altered { file, .. } if file == name), "{error}");
        }
    }
    let whole = fs::read(case.backup.join("manifest.json")).unwrap();
    for length in (0..whole.len() - 2).step_by(97) {
        let error = case.refused(|copy| fs::write(copy.join("manifest.json"), &whole[..length]).unwrap());
        assert!(matches!(error, BackupError::BadManifest { .. }), "{length}: {error}");
    }
}

#[test]
fn a_manifest_that_names_what_is_no_file_of_a_backup_is_refused() {
    let case = Case::new();
    let line = |name: &str| json!({"name": name, "bytes": 1, "sha256": "00"});
    let manifest = fs::read(case.backup.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    for name in ["../../etc/passwd", "/etc/passwd", "archive.sqlite", "notes.txt"] {
        let mut files = manifest["files"].as_array().unwrap().clone();
        files.push(line(name));
        let error = case.refused(|copy| say(copy, "files", files.into()));
        assert!(matches!(error, BackupError::BadManifest { .. }), "{name}: {error}");
    }
    let error = case.refused(|copy| fs::write(copy.join("manifest.json"), vec![b' '; 1 << 20]).unwrap());
    assert!(matches!(error, BackupError::BadManifest { .. }), "{error}");
}

#[test]
fn a_backup_of_a_newer_version_says_which_program_to_install() {
    let case = Case::new();
    for key in ["schema", "format"] {
        let error = case.refused(|copy| {
            say(copy, key, 99.into());
            say(copy, "program", "7.2.0".into());
        });
        assert!(matches!(error, BackupError::Newer { found: 99, .. }), "{error}");
        assert!(error.to_string().contains("install 7.2.0 first"), "{error}");
    }
}

#[test]
fn keys_that_do_not_belong_to_the_archive_are_refused() {
    let (case, other) = (Case::new(), Case::new());
    // The other town draws the same keys: only a town of another seed has others.
    let elsewhere = other.path("elsewhere");
    Server::init(&elsewhere, "Une autre agglomération", ronde_server::Ports::default()).unwrap();
    for name in ["organisation.key", "server.key", "archive.key", "archive.check"] {
        let error = case.refused(|copy| {
            fs::copy(elsewhere.join(name), copy.join(name)).unwrap();
            describe_again(copy);
        });
        let told = match name {
            "archive.key" | "archive.check" => {
                matches!(error, BackupError::Server(ServerError::Archive(ArchiveError::WrongKey)))
            }
            _ => matches!(error, BackupError::Server(ServerError::ForeignKeys)),
        };
        assert!(told, "{name}: {error}");
    }
    let error = case.refused(|copy| say(copy, "last", 1_000.into()));
    assert!(matches!(error, BackupError::Misfit), "{error}");
}

#[test]
fn a_place_with_something_in_it_is_left_as_it_is() {
    let case = Case::new();
    let to = case.path("to");
    fs::create_dir(&to).unwrap();
    fs::write(to.join("archive.sqlite"), "another server").unwrap();
    let error = restore(&case.backup, &to, &case.town.ports(), &mut |_| ()).unwrap_err();
    assert!(matches!(error, BackupError::NotEmpty(_)), "{error}");
    assert_eq!(fs::read(to.join("archive.sqlite")).unwrap(), b"another server");
    assert_eq!(names(case.folder.path()), ["backup", "to"]);
}

#[test]
fn a_restore_killed_at_any_step_is_whole_or_absent_and_may_be_given_again() {
    let case = Case::new();
    let to = case.path("to");
    let mut step = 0;
    let restored = loop {
        let ended = killed_at_step(step, |progress| restore(&case.backup, &to, &case.town.ports(), progress));
        match ended {
            Some(restored) => break restored,
            None => assert!(!to.exists(), "step {step}: it has its name before it is whole"),
        }
        step += 1;
    };
    println!("killed at {step} steps");
    assert!(step >= 8, "steps were not told: this proves nothing");
    assert_eq!(names(case.folder.path()), ["backup", "to"], "what the killed tries left is gone");
    let server = Server::open(&to, case.town.ports()).unwrap();
    assert_eq!(server.stored().unwrap(), case.town.server.stored().unwrap());
    // One history was begun, not one for each try.
    assert_ne!(restored.history, restored.manifest.history);
    let database = rusqlite_of(&to);
    let histories: u64 = database.query_row("SELECT count(*) FROM history", [], |row| row.get(0)).unwrap();
    assert_eq!(histories, 2);
}

fn rusqlite_of(directory: &Path) -> rusqlite::Connection {
    let key = fs::read_to_string(directory.join("archive.key")).unwrap();
    let connection = rusqlite::Connection::open(directory.join("archive.sqlite")).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key.trim())).unwrap();
    connection
}

#[test]
fn a_rehearsal_reads_the_inbox_and_leaves_nothing() {
    let case = Case::new();
    case.town.pass(26 * HOUR_MS);
    let before = contents(case.folder.path());
    let done = rehearse(&case.backup, case.folder.path(), &case.town.ports(), &mut |_| ()).unwrap();
    assert_eq!((done.first_page, done.age_ms, done.upgraded), (1, 26 * HOUR_MS, false));
    assert_eq!(done.manifest, Manifest::read(&case.backup).unwrap());
    assert_eq!(contents(case.folder.path()), before);
    let helene = case.town.sign_in("Hélène Roy", "agglomeration_supervisor", None);
    let page = case.town.server.reports(&helene, &Filter::default(), None, 50).unwrap();
    assert_eq!(page.items.len(), done.first_page);
    assert!(case.town.server.supervisors().unwrap().iter().all(|line| line.name != "Répétition"));
}

#[test]
fn what_a_killed_rehearsal_left_is_removed_and_nothing_else() {
    let case = Case::new();
    let under = tempfile::tempdir().unwrap();
    let [killed, other, link] = ["ronde-rehearsal-killed", "rehearsal", "ronde-rehearsal-link"].map(|name| {
        let path = under.path().join(name);
        if name.ends_with("link") {
            std::os::unix::fs::symlink(&case.backup, &path).unwrap();
        } else {
            fs::create_dir(&path).unwrap();
            fs::write(path.join("organisation.key"), b"a key").unwrap();
        }
        path
    });
    let mut steps = 0;
    // While this one runs, others begin again and again: what it works in stays.
    let done = rehearse(&case.backup, under.path(), &case.town.ports(), &mut |_| {
        assert!(!killed.exists(), "it began by clearing what was left");
        assert_eq!(clear_left_behind(under.path()), 0);
        steps += 1;
    });
    assert_eq!(done.unwrap().first_page, 1);
    assert!(steps > 5, "{steps} steps");
    assert_eq!(names(under.path()), ["rehearsal", "ronde-rehearsal-link"]);
    assert!(other.join("organisation.key").exists() && link.join("manifest.json").exists());
}
