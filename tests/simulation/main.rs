//! `ronde-simulate`: whole towns on a virtual clock, network and disk, one seed a story, the real core
//! and server inside. Prints what broke and how to see it again. Changes when it takes another flag.

mod acts;
mod arguments;
mod behind;
mod chance;
mod clock;
mod compare;
mod control;
mod figures;
mod finish;
mod journal;
mod law;
mod model;
mod network;
mod office;
mod phone;
mod run;
mod time;
mod town;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use arguments::Arguments;
use clock::Since;
use figures::Figures;
use law::{Broken, Law};
use run::{Ended, run};

/// Seeds run side by side.
const THREADS: usize = 2;

/// Everything that came out.
#[derive(Default)]
struct Outcome {
    seeds: u64,
    figures: Figures,
    failures: Vec<(u64, usize, Broken)>,
}

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("ronde-simulate: {why}");
            return ExitCode::from(2);
        }
    };
    let since = Since::now();
    let outcome = run_all(&arguments, &since);
    report(&arguments, &outcome, since.seconds());
    if outcome.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run_all(arguments: &Arguments, since: &Since) -> Outcome {
    let seeds = arguments.seeds();
    let (next, outcome) = (AtomicU64::new(seeds.start), Mutex::new(Outcome::default()));
    std::thread::scope(|threads| {
        for _ in 0..THREADS.min((seeds.end - seeds.start) as usize) {
            threads.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let ended = twice_if_asked(arguments, seed);
                    let mut outcome = outcome.lock().expect("no panic while it is held");
                    note(arguments, &mut outcome, ended, since);
                }
            });
        }
    });
    let mut outcome = outcome.into_inner().expect("no panic while it is held");
    outcome.failures.sort_by_key(|(seed, ..)| *seed);
    outcome
}

fn twice_if_asked(arguments: &Arguments, seed: u64) -> Ended {
    let mut ended = run(seed, &arguments.plot, arguments.seed.is_some());
    if arguments.doublecheck && ended.broken.is_none() {
        let again = run(seed, &arguments.plot, false);
        if again.digest != ended.digest {
            let detail = "two runs of it were logged differently".to_owned();
            ended.broken = Some((arguments.plot.steps, Broken { law: Law::SameSeedSameStory, detail }));
        }
    }
    ended
}

fn note(arguments: &Arguments, outcome: &mut Outcome, ended: Ended, since: &Since) {
    outcome.seeds += 1;
    outcome.figures.merge(&ended.figures);
    if let Some((step, broken)) = ended.broken {
        let plot = &arguments.plot;
        eprintln!(
            "seed {} step {step}: {broken}\n  again: cargo xtask simulate --devices {} --steps {} --seed {}{}",
            ended.seed,
            plot.devices,
            plot.steps,
            ended.seed,
            plot.without.iter().map(|kind| format!(" --without {kind}")).collect::<String>(),
        );
        outcome.failures.push((ended.seed, step, broken));
    }
    if outcome.seeds.is_multiple_of(25) {
        eprintln!("{} seeds, {} failures, {:.0} s", outcome.seeds, outcome.failures.len(), since.seconds());
    }
}

fn report(arguments: &Arguments, outcome: &Outcome, seconds: f64) {
    let of = |laws: &[Law]| outcome.failures.iter().filter(|(_, _, b)| laws.contains(&b.law)).count();
    let mut object = outcome.figures.json();
    let plot = &arguments.plot;
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    put("seeds", json!(outcome.seeds));
    put("devices", json!(plot.devices));
    put("steps", json!(plot.steps));
    put("envelopes", json!(outcome.figures.of("envelopes")));
    put("crashes", json!(outcome.figures.of("crashes")));
    put("lost", json!(of(&[Law::NothingAcknowledgedIsLost, Law::NothingSavedIsLost])));
    put("duplicated", json!(of(&[Law::EachEnvelopeOnce])));
    put("diverged", json!(of(&[Law::EverybodyShowsTheSame, Law::AsTheModelSays])));
    put("out_of_scope", json!(of(&[Law::NothingOutOfScope])));
    put("failures", json!(outcome.failures.iter().map(|(seed, ..)| seed).collect::<Vec<_>>()));
    put("seconds", json!((seconds * 10.0).round() / 10.0));
    if arguments.json {
        println!("{}", Value::Object(object));
    } else {
        for (name, value) in &object {
            println!("{name}: {value}");
        }
    }
}
