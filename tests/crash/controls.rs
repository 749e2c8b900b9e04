//! Careless settings that must be caught losing what was acknowledged: without them nothing here would
//! prove anything. Changes when another carelessness is worth catching.

use ronde_core::Settings;
use serde_json::{Value, json};

use crate::examine::{Depth, Wrong, examine};
use crate::life::Life;
use crate::scenario::FIRST_DAY;
use crate::trouble::Trouble;

/// States looked at before a carelessness counts as not caught.
const PATIENCE: usize = 240;

/// One carelessness and what became of it.
pub struct Control {
    pub name: &'static str,
    settings: Settings,
    /// States looked at, and those in which something acknowledged was lost or the whole damaged.
    pub states: usize,
    pub lost: usize,
}

impl Control {
    /// Every carelessness.
    pub fn all() -> Vec<Control> {
        let control = |name, created_with, synchronous| {
            let settings = Settings { created_with, synchronous, ..Settings::default() };
            Control { name, settings, states: 0, lost: 0 }
        };
        vec![
            control("normal", None, Some("NORMAL")),
            control("created_with_full", Some("FULL"), None),
            control("off", Some("OFF"), Some("OFF")),
        ]
    }

    /// Cuts a careless first day.
    pub fn run(&mut self, seed: u64) -> Result<(), Trouble> {
        let life = Life::careless(&FIRST_DAY, seed, self.settings.clone())?;
        let cuts = || life.run.phone.disk.cuts(seed);
        let step = cuts().count().div_ceil(PATIENCE).max(1);
        for cut in cuts().step_by(step) {
            let mut stage = life.found(&cut)?;
            self.states += 1;
            let verdict = examine(&mut stage, life.side(), &life.promised(cut.index), Depth::default());
            self.lost += usize::from(matches!(verdict, Err((Wrong::Lost | Wrong::Corrupt, _))));
        }
        Ok(())
    }

    pub fn is_caught(&self) -> bool {
        self.lost > 0
    }

    pub fn json(&self) -> Value {
        json!({ "states": self.states, "lost": self.lost, "caught": self.is_caught() })
    }
}
