//! One seed from its beginning to its end, or to the law it breaks. Deterministic: its log digests to
//! the same for ever.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::acts;
use crate::figures::Figures;
use crate::finish::finish;
use crate::law::{Broken, Law};
use crate::town::{Plot, Town};

/// What became of a seed.
pub struct Ended {
    /// The seed.
    pub seed: u64,
    /// The step and the law, when one was broken.
    pub broken: Option<(usize, Broken)>,
    /// Digest of the log.
    pub digest: [u8; 32],
    /// Counts.
    pub figures: Figures,
}

/// Runs one seed.
pub fn run(seed: u64, plot: &Plot, aloud: bool) -> Ended {
    let mut town = match catch_unwind(AssertUnwindSafe(|| Town::new(seed, plot, aloud))) {
        Ok(Ok(town)) => town,
        Ok(Err(broken)) => return stillborn(seed, broken),
        Err(panic) => return stillborn(seed, panicked(&*panic)),
    };
    let mut broken = None;
    for step in 0..=plot.steps {
        town.journal.step = step;
        let last = step == plot.steps;
        let done = catch_unwind(AssertUnwindSafe(|| match last {
            true => finish(&mut town),
            false => acts::step(&mut town),
        }));
        if let Err(breach) = done.unwrap_or_else(|panic| Err(panicked(&*panic))) {
            town.journal.note(&breach);
            broken = Some((step, breach));
            break;
        }
    }
    let (_, digest, figures) = town.end();
    Ended { seed, broken, digest, figures }
}

fn stillborn(seed: u64, broken: Broken) -> Ended {
    Ended { seed, broken: Some((0, broken)), digest: [0; 32], figures: Figures::default() }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Broken {
    let words = panic.downcast_ref::<String>().cloned();
    let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
    Broken { law: Law::NothingPanics, detail: words.unwrap_or_else(|| "a panic".into()) }
}
