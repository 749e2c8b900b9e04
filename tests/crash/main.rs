//! `ronde-crash`: the whole core and the whole server on disks whose every operation is a power cut and
//! a refusal. Started by `cargo xtask crash`. Knows the options and the verdict; the stories are in
//! `scenario`. Changes when an option or a key of the answer does.

mod clock;
mod controls;
mod crew;
mod examine;
mod explore;
mod faults;
mod life;
mod picture;
mod scenario;
mod stage;
mod tally;
mod trouble;
mod watch;

use std::process::ExitCode;

use serde_json::json;

use clock::Stopwatch;
use controls::Control;
use crew::Order;

const USAGE: &str = "\
ronde-crash [--states N] [--seed X] [--only STORY]… [--threads N] [--no-faults] [--json]
  --states N     disks found after a power cut, each opened and examined (default 50000)
  --seed X       first seed (default 1); a story's seed, ordering and sizes follow from it
  --only STORY   this story only; may be given more than once (`--stories` names them)
  --threads N    side by side (default: as many as the machine has)
  --no-faults    no refused operations (disk full, EIO, failed sync)
  --no-controls  no careless settings that must be caught
  --json         one object as the last line";

/// Faults are tried whole beside this many states, and in part beside fewer.
const WHOLE: usize = 50_000;

/// The controls' seed: they are to be caught always, not sometimes.
const CONTROL_SEED: u64 = 11;

struct Arguments {
    order: Order,
    controls: bool,
    json: bool,
}

fn read() -> Result<Option<Arguments>, String> {
    let threads = std::thread::available_parallelism().map_or(2, |number| number.get());
    let mut order = Order { states: WHOLE, seed: 1, only: Vec::new(), threads, refusals: 1 };
    let (mut json, mut faults, mut controls) = (false, true, true);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value\n{USAGE}"));
        let number = |text: String| text.parse::<usize>().map_err(|e| format!("{word} {text}: {e}\n{USAGE}"));
        match word.as_str() {
            "--states" => order.states = number(value()?)?,
            "--seed" => order.seed = number(value()?)? as u64,
            "--only" => order.only.push(value()?),
            "--threads" => order.threads = number(value()?)?,
            "--no-faults" => faults = false,
            "--no-controls" => controls = false,
            "--json" => json = true,
            "--stories" => {
                scenario::Scenario::all().for_each(|scenario| println!("{}", scenario.name));
                return Ok(None);
            }
            _ => return Err(format!("{word} is not known\n{USAGE}")),
        }
    }
    if let Some(name) = order.only.iter().find(|name| !scenario::Scenario::all().any(|s| s.name == **name)) {
        return Err(format!("there is no story \"{name}\": --stories names them\n{USAGE}"));
    }
    order.refusals = match (faults, order.only.is_empty()) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => WHOLE.div_ceil(order.states.max(1)).max(1),
    };
    Ok(Some(Arguments { order, controls, json }))
}

fn main() -> ExitCode {
    match read() {
        Ok(Some(arguments)) => run(&arguments),
        Ok(None) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("ronde-crash: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> ExitCode {
    let watch = Stopwatch::start();
    let mut controls = if arguments.controls { Control::all() } else { Vec::new() };
    for control in &mut controls {
        if let Err(trouble) = control.run(CONTROL_SEED) {
            eprintln!("crash: control {}: {trouble}", control.name);
        }
        let caught = if control.is_caught() { "caught" } else { "NOT CAUGHT" };
        println!("control {}: {caught} ({} of {} states)", control.name, control.lost, control.states);
    }
    let caught = controls.iter().filter(|control| control.is_caught()).count();
    eprintln!("crash: {caught} of {} controls caught, {:.0} s", controls.len(), watch.seconds());
    let tally = crew::run(&arguments.order);
    let good = tally.is_clean() && caught == controls.len() && tally.states >= arguments.order.states;
    println!(
        "{} states of {} stories played {} times, {} refusals: {}",
        tally.states,
        tally.scenarios.len(),
        tally.lives,
        tally.faults,
        if good { "nothing lost, nothing torn" } else { "FAILED" }
    );
    if arguments.json {
        let mut object = tally.json();
        object["controls_caught"] = json!(caught);
        object["controls"] = controls.iter().map(|control| (control.name, control.json())).collect();
        object["seed"] = json!(arguments.order.seed);
        object["seconds"] = json!(watch.seconds().round());
        println!("{object}");
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
