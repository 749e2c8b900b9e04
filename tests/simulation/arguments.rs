//! What the simulator is asked for on its command line. Knows the flags; changes with them.

use std::ops::Range;

use crate::acts;
use crate::control::Control;
use crate::town::Plot;

/// What is asked for.
pub struct Arguments {
    /// How many seeds.
    pub count: u64,
    /// This one alone, its log printed.
    pub seed: Option<u64>,
    /// The first of them.
    pub first: u64,
    /// Each twice, the logs compared.
    pub doublecheck: bool,
    /// One object as the last line.
    pub json: bool,
    /// What each story is made of.
    pub plot: Plot,
}

impl Arguments {
    /// Reads the flags.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let plot = Plot { devices: 20, steps: 200, without: Vec::new(), control: None };
        let mut asked = Arguments { count: 300, seed: None, first: 1, doublecheck: false, json: false, plot };
        while let Some(flag) = words.next() {
            let mut number = || -> Result<u64, String> {
                let word = words.next().ok_or_else(|| format!("{flag} needs a number"))?;
                word.parse().map_err(|_| format!("{flag}: {word:?} is no number"))
            };
            match flag.as_str() {
                "--seeds" => asked.count = number()?,
                "--devices" => asked.plot.devices = number()?.clamp(1, 10_000) as usize,
                "--steps" => asked.plot.steps = number()?.min(10_000_000) as usize,
                "--seed" => asked.seed = Some(number()?),
                "--first" => asked.first = number()?,
                "--doublecheck" => asked.doublecheck = true,
                "--json" => asked.json = true,
                "--control" => {
                    let name = words.next().unwrap_or_default();
                    let known = Control::ALL.iter().find(|(known, _)| *known == name);
                    asked.plot.control =
                        Some(known.ok_or_else(|| format!("no control is called {name:?}"))?.1);
                }
                "--without" => {
                    let kind = words.next().ok_or("--without needs the name of an act")?;
                    if !acts::names().any(|name| name == kind) {
                        let names: Vec<&str> = acts::names().collect();
                        return Err(format!("no act is called {kind:?}: one of {}", names.join(", ")));
                    }
                    asked.plot.without.push(kind);
                }
                other => return Err(format!("unknown flag {other}")),
            }
        }
        Ok(asked)
    }

    /// The seeds to run.
    pub fn seeds(&self) -> Range<u64> {
        match self.seed {
            Some(seed) => seed..seed + 1,
            None => self.first..self.first + self.count,
        }
    }
}
