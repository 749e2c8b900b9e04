//! The real programs, killed at any moment and started again: what was acknowledged is there, each
//! envelope once. `RONDE_KILLS` makes the loops longer.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};

use ronde_tests::processes::{Town, Way, all_there};
use ronde_tests::world::Dice;

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
        if let Ok(said) = serde_json::from_slice::<serde_json::Value>(&said)
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
