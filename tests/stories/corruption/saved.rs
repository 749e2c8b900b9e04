//! What a rescue gives back, in the cases that a person may meet.

use std::collections::BTreeSet;
use std::path::Path;

use ronde_core::{Error, Health, Notebook, Rescued};
use ronde_tests::world::{Wire, now};

use super::phones::raw_key;
use super::scene::{Everything, Scene, envelopes, everything};

fn read(scene: &Scene, directory: &Path) -> Everything {
    everything(&scene.open(directory).expect("opens")).expect("reads")
}

fn spoil(directory: &Path, name: &str, spoil: impl FnOnce(&mut Vec<u8>)) {
    let path = directory.join(name);
    let mut bytes = std::fs::read(&path).expect("read");
    spoil(&mut bytes);
    std::fs::write(path, bytes).expect("written");
}

/// Everything in one file.
fn closed(scene: &Scene) -> tempfile::TempDir {
    let copy = scene.copy();
    drop(scene.open(copy.path()).expect("opens"));
    assert!(!copy.path().join("notebook.db-wal").exists());
    copy
}

#[test]
fn a_sound_notebook_goes_through_a_rescue_whole_and_the_next_synchronisation_completes_it() {
    let scene = Scene::new(411);
    let copy = scene.copy();
    let before = read(&scene, copy.path());
    let rescued = scene.rescue(copy.path()).unwrap();
    assert_eq!(rescued.unreadable, []);
    assert!(rescued.enrolled && copy.path().join(&rescued.aside).exists());
    let after = read(&scene, copy.path());
    assert_eq!((&after.drafts, &after.contents, &after.own), (&before.drafts, &before.contents, &before.own));

    let notebook = scene.open(copy.path()).unwrap();
    let wire = Wire::new(scene.world.server.clone());
    let report = now(notebook.sync_over(&wire)).unwrap();
    assert!(report.complete, "{report:?}");
    // The phone that was never damaged does the same.
    let twin = scene.phone.back_up();
    let sound = scene.open(twin.path()).unwrap();
    assert!(now(sound.sync_over(&Wire::new(scene.world.server.clone()))).unwrap().complete);
    let (rescued, sound) = (everything(&notebook).unwrap(), everything(&sound).unwrap());
    assert_eq!(rescued.list, sound.list, "states, official numbers");
    assert_eq!(rescued.contents, sound.contents);
    assert_eq!(notebook.own_ledger().unwrap().len(), sound.own.len());
    assert!(now(notebook.sync_over(&wire)).unwrap().complete);
}

#[test]
fn the_first_page_gone_or_its_salt_overwritten_costs_no_envelope() {
    let scene = Scene::new(412);
    let key = raw_key(&std::fs::read(scene.phone.directory().join("notebook.key")).unwrap());
    let intact = closed(&scene);
    let all = envelopes(intact.path(), &key);
    let before = read(&scene, intact.path());
    for (what, from, to) in [("salt", 0, 16), ("one byte of the salt", 3, 4), ("page", 0, 4096)] {
        let copy = closed(&scene);
        spoil(copy.path(), "notebook.db", |bytes| bytes[from..to].iter_mut().for_each(|b| *b ^= 0x77));
        assert!(matches!(scene.open(copy.path()), Err(Error::Corrupt { .. } | Error::WrongKey)), "{what}");
        let rescued = scene.rescue(copy.path()).unwrap();
        assert_eq!(envelopes(copy.path(), &key), all, "{what}: {rescued:?}");
        assert_eq!(read(&scene, copy.path()).drafts, before.drafts, "{what}");
        let unproven = rescued.unreadable.iter().any(|loss| loss.what == "unproven");
        assert_eq!(
            unproven,
            to - from > 1,
            "{what}: without the salt no page can be proved, and that is told"
        );
    }
}

#[test]
fn a_foreign_or_empty_file_in_its_place_is_told_and_the_log_alone_still_saves() {
    let scene = Scene::new(413);
    let other = Scene::new(414);
    let foreign = std::fs::read(closed(&other).path().join("notebook.db")).unwrap();
    let files: [(&str, Vec<u8>); 4] = [
        ("another notebook", foreign),
        ("a text", b"Ceci n'est pas un carnet.\n".repeat(400)),
        ("nothing", Vec::new()),
        ("noise", (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
    ];
    for (what, bytes) in files {
        let copy = closed(&scene);
        std::fs::write(copy.path().join("notebook.db"), &bytes).unwrap();
        let refused = scene.open(copy.path()).map(|_| ()).unwrap_err();
        assert!(matches!(refused, Error::Corrupt { .. } | Error::WrongKey), "{what}: {refused:?}");
        assert_eq!(std::fs::read(copy.path().join("notebook.db")).unwrap(), bytes, "{what}: left as it is");
        let rescued = scene.rescue(copy.path()).unwrap();
        assert_eq!((rescued.envelopes, rescued.drafts, rescued.enrolled), (0, 0, false), "{what}");
        assert_eq!(std::fs::read(copy.path().join(&rescued.aside)).unwrap(), bytes, "{what}: kept");
    }
    let copy = scene.copy();
    let before = read(&scene, scene.copy().path());
    std::fs::remove_file(copy.path().join("notebook.db")).unwrap();
    let rescued = scene.rescue(copy.path()).unwrap();
    assert!(rescued.enrolled, "{rescued:?}");
    let after = read(&scene, copy.path());
    assert!(after.own.is_subset(&before.own) && !after.own.is_empty(), "what the log held");
}

#[test]
fn an_envelope_lost_here_comes_back_from_the_server_and_the_sentence_says_so() {
    let scene = Scene::new(415);
    let copy = closed(&scene);
    let before = read(&scene, copy.path());
    let pages = std::fs::metadata(copy.path().join("notebook.db")).unwrap().len() as usize / 4096;
    let mut returned = 0;
    for page in 2..pages {
        let copy = closed(&scene);
        spoil(copy.path(), "notebook.db", |bytes| bytes[page * 4096..(page + 1) * 4096].fill(0xee));
        let Ok(rescued) = scene.rescue(copy.path()) else { panic!("page {page}") };
        assert!(rescued.unreadable.iter().any(|loss| loss.what == "pages"), "page {page}: {rescued:?}");
        if !rescued.enrolled {
            continue;
        }
        let told = |what| rescued.unreadable.iter().any(|loss| loss.what == what);
        let notebook = scene.open(copy.path()).unwrap();
        assert!(now(notebook.sync_over(&Wire::new(scene.world.server.clone()))).unwrap().complete);
        let after = everything(&notebook).unwrap();
        let lost: BTreeSet<_> = before.own.difference(&after.own).collect();
        assert!(lost.is_empty() || told("own_lost"), "page {page}: {lost:?} {rescued:?}");
        let missing = before.contents.keys().filter(|doc| !after.contents.contains_key(*doc)).count();
        assert!(missing == 0 || told("own_lost"), "page {page}: {missing} reports, {rescued:?}");
        let drafts = before.drafts.iter().filter(|draft| !after.drafts.contains(draft)).count();
        assert!(drafts == 0 || told("drafts_lost"), "page {page}: {drafts} drafts, {rescued:?}");
        returned += usize::from(told("reports_return"));
    }
    assert!(returned > 0, "one of the pages held what the server has");
}

#[test]
fn without_an_enrolment_what_was_saved_waits_and_leaves_after_a_new_one() {
    let scene = Scene::new(416);
    let copy = closed(&scene);
    let before = read(&scene, copy.path());
    let key = raw_key(&std::fs::read(copy.path().join("notebook.key")).unwrap());
    let unsent = before.own.len();
    forget_enrolment(copy.path(), &key);
    spoil(copy.path(), "notebook.db", |bytes| bytes[4096 + 2000] ^= 1);
    let rescued = scene.rescue(copy.path()).unwrap();
    assert!(!rescued.enrolled && rescued.waiting_for_enrolment == rescued.envelopes, "{rescued:?}");
    assert!(rescued.unreadable.iter().any(|loss| loss.what == "identity"), "{rescued:?}");

    let notebook = scene.open(copy.path()).unwrap();
    assert_eq!(notebook.drafts().unwrap().iter().map(|d| json!(d)).collect::<Vec<_>>(), before.drafts);
    let checkup = notebook.doctor(true).unwrap();
    assert!(checkup.findings.iter().any(|f| f.subject == "rescue" && f.health == Health::Attention));
    let agent = scene.phone.notebook.identity().unwrap().unwrap().agent;
    let code = scene.world.code("Inès Benali", "pm-chartres", "officer", Some(agent));
    let wire = Wire::new(scene.world.server.clone());
    now(notebook.enrol_over(&wire, "https://ronde.example", &code)).unwrap();
    assert!(now(notebook.sync_over(&wire)).unwrap().complete);
    let after = everything(&notebook).unwrap();
    assert_eq!(after.contents.keys().collect::<Vec<_>>(), before.contents.keys().collect::<Vec<_>>());
    let stored: BTreeSet<_> = scene.world.server.stored().unwrap().into_iter().map(|e| e.eid).collect();
    assert!(before.own.iter().all(|eid| stored.contains(eid)), "{unsent} signed by the device that was");
}

/// As if the page of the settings had been lost beyond reading.
fn forget_enrolment(directory: &Path, key: &str) {
    let connection = rusqlite::Connection::open(directory.join("notebook.db")).unwrap();
    connection.pragma_update(None, "key", key).unwrap();
    connection.execute_batch("PRAGMA secure_delete = ON; DELETE FROM setting; VACUUM").unwrap();
}

/// Rescued without its enrolment.
fn waiting(scene: &Scene) -> (tempfile::TempDir, String, Rescued) {
    let copy = closed(scene);
    let key = raw_key(&std::fs::read(copy.path().join("notebook.key")).unwrap());
    forget_enrolment(copy.path(), &key);
    spoil(copy.path(), "notebook.db", |bytes| bytes[4096 + 2000] ^= 1);
    let rescued = scene.rescue(copy.path()).unwrap();
    assert!(rescued.waiting_for_enrolment > 0 && rescued.leases > 0, "{rescued:?}");
    (copy, key, rescued)
}

#[test]
fn a_second_rescue_keeps_what_waits_since_the_first() {
    let scene = Scene::new(419);
    let (copy, key, first) = waiting(&scene);
    let held = envelopes(copy.path(), &key);
    let second = scene.rescue(copy.path()).unwrap();
    let kept = |rescued: &Rescued| (rescued.envelopes, rescued.waiting_for_enrolment, rescued.leases);
    assert_eq!(kept(&second), kept(&first), "{second:?}");
    assert_eq!(envelopes(copy.path(), &key), held);
}

#[test]
fn what_an_enrolment_that_was_killed_left_waiting_has_its_place_at_the_next_opening() {
    let scene = Scene::new(420);
    let before = read(&scene, closed(&scene).path());
    let (copy, key, _) = waiting(&scene);
    let by_hand = || {
        let connection = rusqlite::Connection::open(copy.path().join("notebook.db")).unwrap();
        connection.pragma_update(None, "key", &key).unwrap();
        connection
    };
    let rows: Vec<(i64, Vec<u8>)> = {
        let connection = by_hand();
        let mut rows = connection.prepare("SELECT kind, bytes FROM salvaged ORDER BY id").unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    by_hand().execute("DELETE FROM salvaged", []).unwrap();

    // The enrolment was kept, and then the phone was killed; it even synchronised since.
    let notebook = scene.open(copy.path()).unwrap();
    let agent = scene.phone.notebook.identity().unwrap().unwrap().agent;
    let code = scene.world.code("Inès Benali", "pm-chartres", "officer", Some(agent));
    let wire = Wire::new(scene.world.server.clone());
    now(notebook.enrol_over(&wire, "https://ronde.example", &code)).unwrap();
    assert!(now(notebook.sync_over(&wire)).unwrap().complete);
    let numbers = |notebook: &Notebook| -> BTreeSet<_> {
        let items = notebook.list(None, 100).unwrap().items;
        items.into_iter().filter_map(|item| Some((item.row.doc, item.number?))).collect()
    };
    let numbered = numbers(&notebook);
    assert!(!numbered.is_empty());
    drop(notebook);
    for (kind, bytes) in rows {
        let keep = "INSERT INTO salvaged (kind, bytes) VALUES (?1, ?2)";
        by_hand().execute(keep, rusqlite::params![kind, bytes]).unwrap();
    }

    let notebook = scene.open(copy.path()).unwrap();
    let left: i64 = by_hand().query_row("SELECT count(*) FROM salvaged", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
    assert_eq!(numbers(&notebook), numbered, "what the server said of them stays");
    assert!(now(notebook.sync_over(&wire)).unwrap().complete);
    let after = everything(&notebook).unwrap();
    assert_eq!(after.contents.keys().collect::<Vec<_>>(), before.contents.keys().collect::<Vec<_>>());
    let stored: BTreeSet<_> = scene.world.server.stored().unwrap().into_iter().map(|e| e.eid).collect();
    assert!(before.own.iter().all(|eid| stored.contains(eid)));
}

#[test]
fn nothing_is_chained_to_a_log_that_a_killed_process_left() {
    let scene = Scene::new(422);
    let copy = scene.copy();
    let log = || std::fs::metadata(copy.path().join("notebook.db-wal")).unwrap().len();
    assert!(log() > 0, "a killed phone leaves one");
    let notebook = scene.open(copy.path()).unwrap();
    // The page that begins the log anew, and what the opening itself notes: two frames behind a header.
    let noted = 32 + 2 * (24 + 4096);
    assert!(log() <= noted, "{} bytes: the old ones were put in their place before", log());
    assert_eq!(everything(&notebook), everything(&scene.phone.notebook));
}

#[test]
fn a_rescue_that_was_killed_at_any_step_is_ended_or_begun_again() {
    let scene = Scene::new(417);
    let whole = closed(&scene);
    let before = read(&scene, whole.path());
    let done = closed(&scene);
    let rescued = scene.rescue(done.path()).unwrap();
    let new = std::fs::read(done.path().join("notebook.db")).unwrap();
    let stamp = rescued.aside.trim_start_matches("notebook.damaged-").trim_end_matches(".db").to_owned();
    // How far the exchange had come: (the note is written, the old one is aside, the new one in place).
    for (note, old_aside, in_place) in
        [(false, false, false), (true, false, false), (true, true, false), (true, true, true)]
    {
        let copy = closed(&scene);
        let path = |name: &str| copy.path().join(name);
        std::fs::write(path("notebook.rescue.db"), &new).unwrap();
        if note {
            std::fs::write(path("notebook.rescue.note"), &stamp).unwrap();
        }
        if old_aside {
            std::fs::rename(path("notebook.db"), path(&rescued.aside)).unwrap();
        }
        if in_place {
            std::fs::rename(path("notebook.rescue.db"), path("notebook.db")).unwrap();
        }
        let after = read(&scene, copy.path());
        assert_eq!((&after.drafts, &after.contents), (&before.drafts, &before.contents));
        assert!(!path("notebook.rescue.note").exists());
        assert_eq!(path(&rescued.aside).exists(), note, "set aside once the exchange was begun");
        assert_eq!(scene.rescue(copy.path()).unwrap().unreadable, [], "and again");
    }
}

#[test]
fn a_notebook_that_is_open_is_not_rescued_under_the_hands_of_its_owner() {
    let scene = Scene::new(418);
    assert_eq!(scene.rescue(scene.phone.directory()).map(|_| ()), Err(Error::Busy));
}
