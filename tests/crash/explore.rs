//! The walk over the cuts of one story, and over the cuts of what follows a cut.
//! Refuses to judge. Changes when states are chosen otherwise.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ronde_tests::disk::{Cut, Fate, Variant};

use crate::examine::{Depth, Verdict, Wrong, examine};
use crate::faults;
use crate::life::{LOST, Life};
use crate::tally::Tally;

/// Of this many states, one is asked for its integrity, and another for a whole synchronisation.
const INTEGRITY: usize = 8;
const MEETING: usize = 16;

/// Random fates wherever something is in flight.
const DRAWS: usize = 3;

/// States after one cut beside those of what follows a cut, in parts of ten.
const FIRST_CUTS: usize = 6;

/// Cuts of one story that are followed by a recovery that is cut in turn.
const RECOVERIES: usize = 6;

/// Examines up to `budget` states of a story, spread over all of its operations.
pub fn cuts(life: &Life, budget: usize, tally: &mut Tally) {
    tally.lives += 1;
    let own = (budget * FIRST_CUTS).div_ceil(10);
    let done = walk(life, own, "", tally);
    let left = budget.saturating_sub(done);
    if left == 0 {
        return;
    }
    let all = life.operations() + 1;
    // Not the same places for every seed.
    let offset = life.seed as usize * 7;
    let (each, mut spent) = (left.div_ceil(RECOVERIES), 0);
    for number in 0..RECOVERIES {
        let index = (offset + number * all / RECOVERIES) % all;
        if life.promised(index).kept.is_none() {
            continue;
        }
        let draw = Fate::Drawn(life.seed ^ number as u64);
        let variant = if number % 2 == 0 { LOST } else { Variant { writes: draw, names: draw } };
        let cut = life.run.disk(life.side()).cut(index, variant);
        let budget = each.min(left - spent);
        let place = format!("first cut {index} {:?}, then ", cut.variant);
        let found = catch_unwind(AssertUnwindSafe(|| life.after(&cut)));
        match found {
            Ok(Ok(second)) => {
                tally.lives += 1;
                let done = walk(&second, budget, &place, tally);
                tally.repeated += done;
                spent += done;
            }
            Ok(Err(trouble)) => tally.find(Wrong::Unusable, told(life, &place, &cut, &trouble.to_string())),
            Err(_) => tally.find(Wrong::Unusable, told(life, &place, &cut, "panicked")),
        }
    }
}

/// Examines at most `budget` cuts of a life, evenly; how many there were.
fn walk(life: &Life, budget: usize, place: &str, tally: &mut Tally) -> usize {
    // Nothing was done to the disk since the last moment, so every cut of it is of this life.
    let cuts = || life.run.disk(life.side()).cuts(life.seed).with_draws(DRAWS);
    let step = cuts().count().div_ceil(budget.max(1)).max(1);
    let mut done = 0;
    for cut in cuts().skip(life.seed as usize % step).step_by(step).take(budget) {
        done += 1;
        tally.states += 1;
        let scenario = tally.scenarios.entry(life.scenario.name).or_default();
        scenario.0 += 1;
        let depth = Depth {
            integrity: tally.states.is_multiple_of(INTEGRITY),
            meeting: tally.states.is_multiple_of(MEETING),
        };
        tally.meetings += usize::from(depth.meeting);
        if let Err((wrong, words)) = one(life, &cut, depth) {
            tally.find(wrong, told(life, place, &cut, &words));
        }
    }
    done
}

fn one(life: &Life, cut: &Cut, depth: Depth) -> Verdict {
    let examined = catch_unwind(AssertUnwindSafe(|| {
        let mut stage = life.found(cut).map_err(|trouble| (Wrong::Unusable, trouble.to_string()))?;
        examine(&mut stage, life.side(), &life.promised(cut.index), depth)
    }));
    examined.unwrap_or_else(|_| Err((Wrong::Unusable, "panicked".into())))
}

fn told(life: &Life, place: &str, cut: &Cut, words: &str) -> String {
    let step = life.promised(cut.index).moment.label;
    let (name, seed) = (life.scenario.name, life.seed);
    format!("{name}, seed {seed}, {place}cut {} {:?} after \"{step}\": {words}", cut.index, cut.variant)
}

/// Plays a story once for each refusal of one part in `parts`.
pub fn refusals(life: &Life, parts: usize, tally: &mut Tally) {
    for refusal in faults::refusals(life).into_iter().skip(life.seed as usize % parts).step_by(parts) {
        tally.faults += 1;
        tally.scenarios.entry(life.scenario.name).or_default().1 += 1;
        let endured = catch_unwind(AssertUnwindSafe(|| {
            let mut told = Tally::default();
            let outcome = faults::endure(life, refusal, &mut told);
            (outcome, told)
        }));
        let (outcome, told) =
            endured.unwrap_or_else(|_| (Err((Wrong::Unusable, "panicked".into())), Tally::default()));
        tally.add(told);
        if let Err((wrong, words)) = outcome {
            tally.find(wrong, format!("{}, seed {}, {refusal:?}: {words}", life.scenario.name, life.seed));
        }
    }
}
