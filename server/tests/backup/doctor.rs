//! What the doctor says: of a server that is well, and of each thing that can go wrong.

use std::fs;
use std::path::{Path, PathBuf};

use ronde_server::backup::make;
use ronde_server::config::TlsFiles;
use ronde_server::doctor::{Asked, Finding, State, examine, worst};

use crate::town::{EVENING_MS, HOUR_MS, Town};
use crate::upgrading::as_of_version_1;

fn look(town: &Town, asked: &Asked) -> Vec<Finding> {
    examine(&town.directory(), asked, town.clock.as_ref(), &mut |_| ())
}

fn state(findings: &[Finding], subject: &str) -> State {
    let finding = findings.iter().find(|finding| finding.subject == subject);
    let finding = finding.unwrap_or_else(|| panic!("no {subject} in {findings:?}"));
    assert_eq!(finding.to_do.is_some(), finding.state != State::Ok, "what to do is said: {finding:?}");
    finding.state
}

/// A town with one report and a backup.
fn town() -> (Town, tempfile::TempDir) {
    let town = Town::found();
    let mut ines = town.officer("Inès Fabre", "pm-centre");
    let held = ines.file_dumping(&town);
    ines.push(&[&held.seal]);
    let folder = tempfile::tempdir().unwrap();
    make(&town.directory(), &folder.path().join("backup"), town.clock.as_ref(), &mut |_| ()).unwrap();
    (town, folder)
}

#[test]
fn a_server_that_is_well_is_said_to_be_and_looking_at_it_changes_nothing() {
    let (town, _folder) = town();
    let stored = town.server.stored().unwrap();
    for deep in [false, true] {
        let findings = look(&town, &Asked { deep, certificate: None });
        let but_the_disk: Vec<_> =
            findings.iter().filter(|finding| finding.subject != "disk").cloned().collect();
        // The disk of the machine that runs this may be nearly full.
        assert_eq!(worst(&but_the_disk), State::Ok, "{findings:?}");
        let subjects: Vec<&str> = findings.iter().map(|finding| finding.subject).collect();
        let all = [
            "keys",
            "disk",
            "clock",
            "certificate",
            "backup",
            "versions",
            "archive",
            "archive-write",
            "held",
        ];
        assert_eq!(subjects, all);
    }
    assert_eq!(town.server.stored().unwrap(), stored);
}

#[test]
fn backups_that_stopped_are_noticed() {
    let (town, folder) = town();
    for (hours, expected) in [(30, State::Ok), (50, State::Attention), (200, State::Broken)] {
        town.pass(EVENING_MS + hours * HOUR_MS - town.now_ms());
        assert_eq!(state(&look(&town, &Asked::default()), "backup"), expected, "{hours} hours");
    }
    town.pass(EVENING_MS - town.now_ms());
    fs::remove_file(folder.path().join("backup/manifest.json")).unwrap();
    assert_eq!(state(&look(&town, &Asked::default()), "backup"), State::Broken, "it is no longer whole");
    fs::remove_dir_all(folder.path().join("backup")).unwrap();
    assert_eq!(state(&look(&town, &Asked::default()), "backup"), State::Ok, "it was taken elsewhere");
    fs::remove_file(town.directory().join("last-backup.json")).unwrap();
    assert_eq!(state(&look(&town, &Asked::default()), "backup"), State::Attention, "none was ever made");
}

#[test]
fn a_clock_that_went_back_is_noticed() {
    let (town, _folder) = town();
    for (hours, expected) in [(0, State::Ok), (-2, State::Broken), (-24 * 365 * 20, State::Broken)] {
        town.pass(EVENING_MS + hours * HOUR_MS - town.now_ms());
        assert_eq!(state(&look(&town, &Asked::default()), "clock"), expected, "{hours} hours");
    }
}

#[test]
fn damage_is_noticed_at_the_end_at_once_and_anywhere_when_everything_is_read() {
    let (town, _folder) = town();
    let hurt =
        "UPDATE envelope_body SET bytes = CAST(substr(bytes, 1, 40) || x'00' || substr(bytes, 42) AS BLOB)";
    assert_eq!(town.database().execute(hurt, []).unwrap(), 1);
    for deep in [false, true] {
        let findings = look(&town, &Asked { deep, certificate: None });
        assert_eq!(state(&findings, "archive"), State::Broken);
        let wrote = findings.iter().any(|finding| finding.subject == "archive-write");
        assert!(!wrote, "nothing is written into what is damaged");
    }
}

#[test]
fn a_number_that_is_missing_is_noticed_when_everything_is_read() {
    let (town, _folder) = town();
    town.database().execute("DELETE FROM feed WHERE seq = 1", []).unwrap();
    assert_eq!(state(&look(&town, &Asked::default()), "archive"), State::Ok);
    assert_eq!(state(&look(&town, &Asked { deep: true, certificate: None }), "archive"), State::Broken);
}

#[test]
fn an_archive_that_does_not_open_is_said_so_and_the_rest_is_looked_at() {
    let (town, _folder) = town();
    let archive = town.directory().join("archive.sqlite");
    town.database().execute_batch("PRAGMA user_version = 99").unwrap();
    let findings = look(&town, &Asked::default());
    assert_eq!((state(&findings, "archive"), state(&findings, "backup")), (State::Broken, State::Ok));
    fs::write(&archive, [0x17; 9_000]).unwrap();
    assert_eq!(state(&look(&town, &Asked::default()), "archive"), State::Broken);
    fs::write(town.directory().join("archive.key"), "short\n").unwrap();
    let findings = look(&town, &Asked::default());
    assert_eq!((state(&findings, "archive"), state(&findings, "keys")), (State::Broken, State::Broken));
}

#[test]
fn keys_that_others_may_read_are_noticed() {
    use std::os::unix::fs::PermissionsExt;
    let (town, _folder) = town();
    let key = town.directory().join("organisation.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let findings = look(&town, &Asked::default());
    assert_eq!(state(&findings, "keys"), State::Attention);
    let to_do = findings.iter().find_map(|finding| finding.to_do.clone()).unwrap();
    assert!(to_do.starts_with("chmod 600") && to_do.contains("organisation.key"), "{to_do}");
}

#[test]
fn an_archive_of_an_older_version_is_looked_at_and_left_as_it_is() {
    let (town, folder) = town();
    let old = folder.path().join("old");
    as_of_version_1(&town, &old);
    let findings = examine(&old, &Asked { deep: true, certificate: None }, town.clock.as_ref(), &mut |_| ());
    assert_eq!((state(&findings, "versions"), state(&findings, "archive")), (State::Attention, State::Ok));
    assert!(!old.join("archive.v1.sqlite").exists(), "looking upgrades nothing");
}

/// A certificate good from one day to another of 2026, and its key.
fn certificate(folder: &Path, name: &str, from: (i32, u8, u8), until: (i32, u8, u8)) -> TlsFiles {
    let mut parameters = rcgen::CertificateParams::new(vec!["ronde.example".to_owned()]).unwrap();
    parameters.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
    parameters.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
    let key = rcgen::KeyPair::generate().unwrap();
    let made = parameters.self_signed(&key).unwrap();
    let path = |end: &str| -> PathBuf { folder.join(format!("{name}-{end}.pem")) };
    let files = TlsFiles { certificate: path("chain"), key: path("key") };
    fs::write(&files.certificate, made.pem()).unwrap();
    fs::write(&files.key, key.serialize_pem()).unwrap();
    files
}

/// The start that makes them again met a full disk, or damage.
#[test]
fn rows_that_wait_to_be_made_again_are_counted() {
    let (town, _folder) = town();
    town.database().execute_batch("UPDATE report SET stale = 1").unwrap();
    let findings = look(&town, &Asked::default());
    assert_eq!(state(&findings, "inbox"), State::Attention);
    let says = findings.iter().find(|finding| finding.subject == "inbox").unwrap().says.clone();
    assert!(says.starts_with("1 ligne de la boîte attend "), "{says}");
    // Each once, whatever it lacks.
    town.database().execute_batch("UPDATE report SET handled = NULL").unwrap();
    assert_eq!(look(&town, &Asked::default()).iter().find(|f| f.subject == "inbox").unwrap().says, says);
}

#[test]
fn a_certificate_that_ends_soon_has_ended_or_is_of_another_key_is_noticed() {
    let (town, folder) = town();
    // The town stands on 12 March 2026.
    let begun = (2026, 1, 1);
    let well = certificate(folder.path(), "well", begun, (2026, 6, 1));
    let soon = certificate(folder.path(), "soon", begun, (2026, 3, 20));
    let ended = certificate(folder.path(), "ended", begun, (2026, 3, 1));
    let not_yet = certificate(folder.path(), "not-yet", (2026, 4, 1), (2026, 6, 1));
    let mixed = TlsFiles { certificate: well.certificate.clone(), key: soon.key.clone() };
    let absent = TlsFiles { certificate: folder.path().join("nowhere.pem"), key: well.key.clone() };
    for (files, expected) in [
        (well, State::Ok),
        (soon, State::Attention),
        (ended, State::Broken),
        (not_yet, State::Broken),
        (mixed, State::Broken),
        (absent, State::Broken),
    ] {
        let findings = look(&town, &Asked { deep: false, certificate: Some(files.clone()) });
        assert_eq!(state(&findings, "certificate"), expected, "{files:?}: {findings:?}");
    }
}
