//! The real programs, killed at any moment and started again: what was acknowledged is there, each
//! envelope once. `RONDE_KILLS` makes the loops longer.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use ronde_tests::processes::{Person, Town, Way, all_there};
use ronde_tests::world::Dice;
use serde_json::Value;

/// How many kills a loop makes: `RONDE_KILLS`, or the number given.
fn kills(usual: u64) -> u64 {
    let asked = std::env::var("RONDE_KILLS").ok().map(|text| text.parse().expect("RONDE_KILLS is a number"));
    asked.unwrap_or(usual)
}

/// What becomes of the server under load, and what the process says of its end.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Killed,
    Stopped,
}

/// One exchange after another in which the server meets its fate, and is opened again at once. The
/// first goes through whole and tells how many bytes there are to choose from.
fn meet(fate: Fate, rounds: u64) {
    let town = Town::over_tls();
    let seed = 2026;
    println!("{rounds} servers {fate:?}, seed {seed}");
    let dice = Dice::new(seed);
    let mut serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let samir = town.enrolled("Samir Morel", "pm-centre");
    let file = |round| {
        let rows = town.rows(&format!("round-{round}.csv"), round * 1_000, 40);
        assert_eq!(ines.ask(&["import", &rows])["filed"], 40);
        samir.file(&format!("Passage {round}"), "Rien à signaler.");
    };
    file(0);
    town.road.passed();
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    let (up, down) = town.road.passed();
    let mut met = 0;
    for round in 1..=rounds {
        file(round);
        let (way, most) = if dice.below(3) == 0 { (Way::Down, down) } else { (Way::Up, up.len() as u64) };
        let (tell, heard) = channel();
        let end: Box<dyn FnOnce() + Send> = match fate {
            Fate::Killed => Box::new(serving.killer()),
            Fate::Stopped => Box::new(serving.stopper()),
        };
        town.road.mine(way, dice.below(most), move || {
            end();
            let _gone = tell.send(());
        });
        let mut sync = ines.start(&["sync"]);
        if went_off(&mut sync, &heard) {
            met += 1;
            let status = serving.wait();
            if matches!(fate, Fate::Stopped) {
                assert_eq!(status.code(), Some(0), "{}", serving.log());
            }
            serving = town.opens();
        }
        town.road.disarm();
        let ended = sync.wait_with_output().expect("ended");
        match ended.status.code() {
            // What it calls complete is in the archive.
            Some(0) => assert_eq!(all_there(&ines, &town.office.stored()) as u64, 40 * (round + 1)),
            code => assert_eq!(code, Some(6), "{ended:?}"),
        }
        assert_eq!(samir.ask(&["sync"])["complete"], true);
    }
    println!("{met} of {rounds} fell within an exchange of {} bytes up and {down} down", up.len());
    assert!(met * 10 >= rounds * 9, "too few fell within an exchange: move the mines");
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(ines.ask(&["sync"])["requests"], 1);
    let stored = town.office.stored();
    let written = all_there(&ines, &stored) + all_there(&samir, &stored);
    assert_eq!(written, stored.len(), "nothing is stored that nobody wrote");
    // Hers, and one of Samir's a round, by the feed.
    assert_eq!(ines.reports().len() as u64, 41 * (rounds + 1));
}

/// Waits until the mine went off, or the program ended without.
fn went_off(program: &mut Child, heard: &Receiver<()>) -> bool {
    loop {
        if heard.try_recv().is_ok() {
            return true;
        }
        if program.try_wait().expect("a child").is_some() {
            return heard.try_recv().is_ok();
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_server_killed_while_it_takes_in_keeps_each_envelope_once() {
    meet(Fate::Killed, kills(12));
}

#[test]
fn a_server_told_to_stop_while_it_takes_in_ends_well_and_keeps_each_envelope_once() {
    meet(Fate::Stopped, kills(6));
}

/// Kills a program once the notebook's files have grown by some bytes; false when it had ended before.
fn kill_after(mut program: Child, directory: &Path, growth: u64) -> (bool, Vec<u8>) {
    let size = || {
        let file = |name: &str| std::fs::metadata(directory.join(name)).map_or(0, |found| found.len());
        file("notebook.db") + file("notebook.db-wal")
    };
    let start = size();
    let killed = loop {
        if program.try_wait().expect("a child").is_some() {
            break false;
        }
        if size() >= start + growth {
            program.kill().expect("killed");
            break true;
        }
        std::thread::yield_now();
    };
    let ended = program.wait_with_output().expect("ended");
    (killed, ended.stdout)
}

#[test]
fn an_import_that_was_killed_goes_on_where_it_stopped() {
    let town = Town::over_tls();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let rows = town.rows("rows.csv", 0, 500);
    let dice = Dice::new(7);
    let (mut before, mut killed) = (0, 0);
    for round in 0..8 {
        let import = ines.start(&["import", &rows]);
        killed += u32::from(kill_after(import, ines.directory(), dice.below(3_500_000)).0);
        let reports = ines.reports().len();
        assert!(reports >= before, "round {round}: what was filed stays");
        assert!(ines.ask(&["drafts"]).as_array().is_some_and(|drafts| drafts.len() <= 1), "the one in hand");
        if round == 3 {
            assert_eq!(ines.ask(&["sync"])["complete"], true);
            all_there(&ines, &town.office.stored());
        }
        before = reports;
    }
    println!("{killed} imports of 8 were killed, {before} reports were filed by them");
    assert!(killed >= 3, "too few were killed: move the moments");
    let whole = ines.ask(&["import", &rows]);
    assert_eq!((&whole["rows"], &whole["refused_total"]), (&500.into(), &0.into()));
    assert_eq!(whole["filed"].as_u64().unwrap() + whole["already"].as_u64().unwrap(), 500, "{whole}");
    assert_eq!(ines.reports().len(), 500);
    assert_eq!(ines.ask(&["drafts"]).as_array().map(Vec::len), Some(0), "no draft is left behind");
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(all_there(&ines, &town.office.stored()), 500);
    drop(serving);
}

#[test]
fn what_filing_answered_is_there_after_a_kill() {
    let town = Town::over_tls();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let dice = Dice::new(11);
    let (mut answered, mut killed) = (BTreeSet::new(), 0);
    let rounds = kills(40);
    for round in 0..rounds {
        let title = format!("title=Passage {round}");
        let filing = ines.start(&["new", "nuisance.noise_night", "--fact", &title, "--file"]);
        let (was_killed, said) = kill_after(filing, ines.directory(), dice.below(120_000));
        killed += u64::from(was_killed);
        if let Ok(said) = serde_json::from_slice::<Value>(&said)
            && let Some(doc) = said["filed"]["doc"].as_str()
        {
            answered.insert(doc.to_owned());
        }
    }
    println!("{killed} of {rounds} were killed, {} had answered", answered.len());
    assert!(killed * 4 > rounds, "too few were killed: move the moments");
    let reports = ines.reports();
    let there: BTreeSet<String> =
        reports.iter().filter_map(|report| report["doc"].as_str().map(str::to_owned)).collect();
    assert_eq!(answered.difference(&there).count(), 0, "what Déposer answered is there");
    // What was killed before it was filed is a draft, and can still be.
    for draft in ines.ask(&["drafts"]).as_array().expect("drafts") {
        ines.ask(&["file", draft["id"].as_str().expect("an id")]);
    }
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(all_there(&ines, &town.office.stored()), ines.reports().len());
    drop(serving);
}

/// What a person was told is done, by what names it.
#[derive(Default)]
struct Told {
    reports: BTreeSet<String>,
    envelopes: BTreeSet<String>,
}

impl Told {
    /// Hears one answer of the program, if it got as far as answering.
    fn hear(&mut self, said: &[u8]) {
        let Ok(said) = serde_json::from_slice::<Value>(said) else { return };
        for act in [&said, &said["filed"]] {
            self.reports.extend(act["doc"].as_str().map(str::to_owned));
            let envelope = act["eid"].as_str().or(act["envelope"].as_str());
            self.envelopes.extend(envelope.map(str::to_owned));
        }
    }

    /// Everything told is there; a second look finds each once.
    fn is_kept_by(&self, person: &Person, when: &str) {
        let reports = person.reports();
        let docs: BTreeSet<String> =
            reports.iter().filter_map(|report| report["doc"].as_str().map(str::to_owned)).collect();
        assert_eq!(docs.len(), reports.len(), "{when}: a report stands in the list once");
        assert_eq!(self.reports.difference(&docs).count(), 0, "{when}: every report told is there");
        let ledger: BTreeSet<String> = person.ledger().into_keys().collect();
        assert_eq!(self.envelopes.difference(&ledger).count(), 0, "{when}: every envelope told is there");
    }
}

/// Kills a synchronisation while its bytes are under way; false when it had ended before.
fn kill_on_the_road(town: &Town, person: &Person, way: Way, after: u64) -> bool {
    let program = Arc::new(Mutex::new(person.start(&["sync"])));
    let (mined, (tell, heard)) = (program.clone(), channel());
    town.road.mine(way, after, move || {
        mined.lock().expect("whole").kill().expect("killed");
        let _gone = tell.send(());
    });
    while program.lock().expect("whole").try_wait().expect("a child").is_none() {
        std::thread::yield_now();
    }
    town.road.disarm();
    heard.try_recv().is_ok()
}

/// One command of the phone's person, killed at a moment of its own; whether it was.
fn kill_one(town: &Town, person: &Person, dice: &Dice, round: u64, told: &mut Told) -> bool {
    let title = format!("title=Passage {round}");
    let count = format!("people_count={}", round + 2);
    let words = match (dice.below(5), told.reports.last()) {
        (0, _) => {
            let way = if dice.below(2) == 0 { Way::Up } else { Way::Down };
            return kill_on_the_road(town, person, way, dice.below(4_000));
        }
        (1, _) => vec!["sync"],
        (2, Some(report)) => vec!["correct", report, "--fact", &count],
        (3, _) => vec!["import", "rows.csv"],
        _ => vec!["new", "youth.brawl", "--fact", &title, "--file"],
    };
    let rows = town.rows("rows.csv", round * 100, 12);
    let words: Vec<&str> = words.iter().map(|word| if *word == "rows.csv" { &rows } else { *word }).collect();
    let most = if words == ["sync"] { 12_000 } else { 90_000 };
    let (killed, said) = kill_after(person.start(&words), person.directory(), dice.below(most));
    told.hear(&said);
    killed
}

/// R2 on the phone's side: filing, importing, correcting and synchronising, killed while they work.
#[test]
fn a_phone_killed_at_any_command_keeps_what_it_was_told_and_sends_each_envelope_once() {
    let town = Town::over_tls();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let samir = town.enrolled("Samir Morel", "pm-centre");
    let seed = 2_027;
    let wanted = kills(130);
    println!("{wanted} commands to kill, seed {seed}");
    let (dice, mut told, mut killed, mut round) = (Dice::new(seed), Told::default(), 0, 0);
    while killed < wanted {
        killed += u64::from(kill_one(&town, &ines, &dice, round, &mut told));
        round += 1;
        if round % 20 == 0 {
            // So that her synchronisations have something to apply.
            samir.file(&format!("Ronde {round}"), "Rien à signaler.");
            assert_eq!(samir.ask(&["sync"])["complete"], true);
            told.is_kept_by(&ines, &format!("round {round}"));
        }
        if round % 200 == 0 {
            println!("{killed} of {round} killed, {} reports told", told.reports.len());
            assert_eq!(ines.ask(&["sync"])["complete"], true);
        }
        assert!(killed * 4 + 40 > round, "too few were killed: move the moments");
    }
    let rounds = round;
    println!("{killed} of {rounds} were killed, {} reports had been told", told.reports.len());
    for draft in ines.ask(&["drafts"]).as_array().expect("drafts") {
        ines.ask(&["file", draft["id"].as_str().expect("an id")]);
    }
    told.is_kept_by(&ines, "in the end");
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(samir.ask(&["sync"])["complete"], true);
    let stored = town.office.stored();
    let written = all_there(&ines, &stored) + all_there(&samir, &stored);
    assert_eq!(written, stored.len(), "nothing is stored that nobody wrote");
    assert_eq!(samir.reports().len(), ines.reports().len(), "both see the same");
    drop(serving);
}
