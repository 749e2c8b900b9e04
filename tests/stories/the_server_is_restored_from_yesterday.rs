//! The server's machine burns. Yesterday's backup, taken while phones pushed, is brought back on
//! another one with the commands an administrator has; the real phones give back what it lost.
//! And real kills: a backup or a restore that dies leaves nothing that looks whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Child;

use ronde_tests::processes::{Office, Person, Town, all_there};
use serde_json::Value;

/// Reports pushed while the backup is taken.
const ROWS: u64 = 300;

/// What a person sees of all reports: id and title, in any order.
fn seen(person: &Person) -> BTreeSet<(String, String)> {
    let word = |report: &Value, key: &str| report[key].as_str().unwrap_or_default().to_owned();
    person.reports().iter().map(|report| (word(report, "doc"), word(report, "title"))).collect()
}

/// Every phone speaks with the server until nothing moves any more.
fn everybody_speaks(people: &[&Person]) {
    for _ in 0..3 {
        for person in people {
            assert_eq!(person.ask(&["sync"])["complete"], true, "{}", person.name);
        }
    }
}

/// The official number of each report.
fn numbers(town: &Town) -> BTreeMap<String, String> {
    let token = town.office.supervisor("Hélène Roy");
    let word = |report: &Value, key: &str| report[key].as_str().unwrap_or_default().to_owned();
    let (mut numbers, mut after) = (BTreeMap::new(), None);
    loop {
        let mut words = vec!["report", "list", "--limit", "200", "--token", token.as_str()];
        words.extend(after.iter().flat_map(|after: &String| ["--after", after.as_str()]));
        let page = town.office.ask(&words);
        let items = page["items"].as_array().unwrap_or_else(|| panic!("no items in {page}"));
        numbers.extend(items.iter().map(|report| (word(report, "id"), word(report, "number"))));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return numbers,
        }
    }
}

fn counter(number: &str) -> u64 {
    let counter = number.rsplit('-').next().and_then(|digits| digits.parse().ok());
    counter.unwrap_or_else(|| panic!("no official number: {number:?}"))
}

#[test]
fn the_server_is_restored_from_yesterday_and_nobody_loses_anything() {
    let mut town = Town::over_tls();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let samir = town.enrolled("Samir Morel", "pm-centre");
    for round in 0..3 {
        ines.file(&format!("Hier {round}, Inès"), "Rien à signaler.");
        samir.file(&format!("Hier {round}, Samir"), "Rien à signaler.");
    }
    everybody_speaks(&[&ines, &samir]);
    let acknowledged = town.office.stored();
    let unused = town.office.invite("Karim Haddad", "pm-centre", "officer");

    // Yesterday: the backup is taken while a phone pushes.
    let rows = town.rows("rows.csv", 0, ROWS);
    assert_eq!(ines.ask(&["import", &rows])["filed"], ROWS);
    let mut pushing = ines.start(&["sync"]);
    while town.office.stored().len() == acknowledged.len() {
        assert!(pushing.try_wait().expect("a child").is_none(), "it ended and pushed nothing");
    }
    let backup = town.place.path().join("backups").join("yesterday");
    let backup = backup.to_str().expect("UTF-8").to_owned();
    let made = town.office.ask(&["backup", &backup]);
    let pushed = pushing.wait_with_output().expect("ended");
    assert!(pushed.status.success(), "{pushed:?}");
    println!("the backup holds {} of {} envelopes", made["manifest"]["counts"]["envelopes"], ROWS + 6);

    // Today: more is written, a colleague is enrolled, and an official number is read out.
    let lea = town.enrolled("Léa Martin", "pm-centre");
    lea.file("Aujourd'hui, Léa", "Enrôlée après la sauvegarde.");
    samir.file("Aujourd'hui, Samir", "Reçu, puis perdu par le serveur.");
    everybody_speaks(&[&ines, &samir, &lea]);
    let before_the_fire = numbers(&town);
    let everything = town.office.stored();

    serving.killer()();
    std::fs::remove_dir_all(town.office.directory()).expect("burnt");
    ines.file("Pendant la panne, Inès", "Écrit sans serveur.");

    let rehearsed = town.office.ask(&["restore", &backup, "--rehearse"]);
    assert!(rehearsed["first_page"].as_u64().is_some_and(|shown| shown > 0), "{rehearsed}");
    let elsewhere = town.place.path().join("another-machine");
    let to = elsewhere.to_str().expect("UTF-8").to_owned();
    let restored = town.office.ask(&["restore", &backup, "--to", &to]);
    assert_eq!(restored["revoked"], serde_json::json!([]));
    town.office = Office::at(&elsewhere);
    let held: BTreeSet<String> = town.office.stored().into_keys().collect();
    assert!(acknowledged.keys().all(|eid| held.contains(eid)), "acknowledged before the backup, and lost");
    assert!(held.len() < everything.len(), "the backup lacks nothing: this proves nothing");
    let _serving = town.opens();

    // The invitation that nobody had used is void; the phones give back what the server lost.
    let karim = town.place.person("Karim Haddad");
    let refused = karim.try_to_enrol(&town.url(), &unused, town.fingerprint());
    assert_ne!(refused.code, Some(0), "{refused:?}");
    everybody_speaks(&[&ines, &samir, &lea]);
    let stored = town.office.stored();
    for eid in everything.keys() {
        assert!(stored.contains_key(eid), "{eid} was acknowledged and is lost");
    }
    let written: usize = [&ines, &samir, &lea].map(|person| all_there(person, &stored)).iter().sum();
    assert_eq!(written, stored.len(), "nothing is stored that nobody wrote");
    let all = seen(&ines);
    assert_eq!((&seen(&samir), &seen(&lea)), (&all, &all), "everybody ends with the same reports");
    assert_eq!(all.len(), stored.len(), "each report is one envelope here, shown once");

    // No official number is given twice: those of the lost day are left out.
    let after = numbers(&town);
    assert_eq!(after.len(), all.len());
    assert_eq!(after.values().collect::<BTreeSet<_>>().len(), after.len(), "each number once");
    let kept = restored["manifest"]["counts"]["reports"].as_u64().expect("a count") as usize;
    let same = after.iter().filter(|(doc, number)| before_the_fire.get(*doc) == Some(number)).count();
    assert_eq!(same, kept, "what the backup held keeps its number");
    let highest = before_the_fire.values().map(|number| counter(number)).max().expect("numbers");
    let new: Vec<u64> = after
        .iter()
        .filter(|(doc, number)| before_the_fire.get(*doc) != Some(number))
        .map(|(_, number)| counter(number))
        .collect();
    assert!(!new.is_empty() && new.iter().all(|number| *number > highest), "{new:?} beyond {highest}");

    // And the day after is a day like any other: backed up again, one request each.
    town.office.ask(&["backup", town.place.path().join("backups").join("today").to_str().expect("UTF-8")]);
    assert_eq!(samir.ask(&["sync"])["requests"], 1);
}

/// Bytes in a directory, hidden or not; 0 when it is not there.
fn weight(directory: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(directory) else { return 0 };
    entries.filter_map(|entry| entry.ok()?.metadata().ok()).map(|found| found.len()).sum()
}

/// Kills a program once a directory weighs so much; false when it had ended before.
fn killed_when(mut program: Child, directory: &Path, weighs: u64) -> bool {
    loop {
        if program.try_wait().expect("a child").is_some() {
            return false;
        }
        if weight(directory) >= weighs {
            program.kill().expect("killed");
            program.wait().expect("gone");
            return true;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_backup_or_a_restore_that_is_killed_leaves_nothing_that_looks_whole() {
    let town = Town::on_this_machine();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let rows = town.rows("rows.csv", 0, ROWS);
    assert_eq!(ines.ask(&["import", &rows])["filed"], ROWS);
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    let stored = town.office.stored();
    let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let (backup, whole) = (town.place.path().join("backup"), town.place.path().join("whole"));
    town.office.ask(&["backup", &text(&whole)]);
    let full = weight(&whole);
    let (mut killed, rounds) = (0, 12);
    for round in 0..rounds {
        let making = town.office.start(&["backup", &text(&backup)]);
        let part = town.place.path().join(".backup.part");
        let died = killed_when(making, &part, full * round / rounds);
        killed += u64::from(died);
        assert!(!died || !backup.exists() || backup.join("manifest.json").exists(), "round {round}");
        let refused = town.office.run(&["restore", &text(&part), "--rehearse"]);
        assert!(refused.code != Some(0) || !died || weight(&part) >= full, "round {round}: {refused:?}");
        if backup.exists() {
            town.office.ask(&["restore", &text(&backup), "--rehearse"]);
            std::fs::remove_dir_all(&backup).expect("removed");
        }
    }
    town.office.ask(&["backup", &text(&backup)]);
    let to = town.place.path().join("elsewhere");
    for round in 0..rounds {
        let restoring = town.office.start(&["restore", &text(&backup), "--to", &text(&to)]);
        let part = town.place.path().join(".elsewhere.part");
        killed += u64::from(killed_when(restoring, &part, full * round / rounds));
        if to.exists() {
            assert_eq!(Office::at(&to).stored(), stored, "round {round}: it is whole or is not there");
            std::fs::remove_dir_all(&to).expect("removed");
        }
    }
    println!("{killed} of {} were killed", 2 * rounds);
    assert!(killed >= rounds, "too few were killed: move the moments");
    town.office.ask(&["restore", &text(&backup), "--to", &text(&to)]);
    assert_eq!(Office::at(&to).stored(), stored);
    drop(serving);
}
