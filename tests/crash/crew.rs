//! Threads that take stories, one seed at a time, until every story had its states.
//! Changes when the work is shared out otherwise.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Stopwatch;
use crate::examine::Wrong;
use crate::explore;
use crate::life::Life;
use crate::scenario::Scenario;
use crate::tally::Tally;

/// States of one story under one seed, at most.
const SITTING: usize = 2_500;

/// Lines of progress over a whole run.
const LINES: usize = 20;

/// What is to be done.
pub struct Order {
    pub states: usize,
    pub seed: u64,
    /// Stories; all when empty.
    pub only: Vec<String>,
    pub threads: usize,
    /// One refusal in so many is tried, of the first seed's stories; 0: none.
    pub refusals: usize,
}

struct Work {
    scenario: &'static Scenario,
    seed: u64,
    left: usize,
}

struct Hall {
    work: VecDeque<Work>,
    tally: Tally,
    told: usize,
}

/// Does it.
pub fn run(order: &Order) -> Tally {
    let chosen: Vec<&Scenario> = Scenario::all()
        .filter(|scenario| order.only.is_empty() || order.only.iter().any(|name| name == scenario.name))
        .collect();
    let weights: usize = chosen.iter().map(|scenario| scenario.weight).sum();
    let mut left = order.states;
    let mut weights_left = weights.max(1);
    let mut work = VecDeque::new();
    for scenario in chosen {
        let share = left * scenario.weight / weights_left;
        (left, weights_left) = (left - share, weights_left - scenario.weight);
        work.push_back(Work { scenario, seed: order.seed, left: share });
    }
    let hall = Mutex::new(Hall { work, tally: Tally::default(), told: 0 });
    let watch = Stopwatch::start();
    std::thread::scope(|scope| {
        for _ in 0..order.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let next = lock(&hall).work.pop_front();
                    let Some(work) = next else { break };
                    sit(order, &hall, work);
                    tell(order, &hall, &watch);
                }
            });
        }
    });
    hall.into_inner().unwrap_or_else(PoisonError::into_inner).tally
}

fn sit(order: &Order, hall: &Mutex<Hall>, work: Work) {
    let mut tally = Tally::default();
    let played = catch_unwind(AssertUnwindSafe(|| Life::of(work.scenario, work.seed)));
    match played {
        Ok(Ok(life)) => {
            explore::cuts(&life, work.left.min(SITTING), &mut tally);
            if order.refusals > 0 && work.seed == order.seed {
                explore::refusals(&life, order.refusals, &mut tally);
            }
        }
        Ok(Err(trouble)) => tally.find(Wrong::Unusable, format!("seed {}: {trouble}", work.seed)),
        Err(_) => tally.find(
            Wrong::Unusable,
            format!("{}, seed {}: playing it panicked", work.scenario.name, work.seed),
        ),
    }
    // A story that cannot be played is over: it would fail for ever.
    let left = if tally.states == 0 { 0 } else { work.left.saturating_sub(tally.states) };
    tally.findings.iter().for_each(|finding| eprintln!("crash: {finding}"));
    let mut hall = lock(hall);
    hall.tally.add(tally);
    if left > 0 {
        hall.work.push_back(Work { seed: work.seed + 1, left, ..work });
    }
}

fn tell(order: &Order, hall: &Mutex<Hall>, watch: &Stopwatch) {
    let mut hall = lock(hall);
    let lines = hall.tally.states * LINES / order.states.max(1);
    if lines > hall.told {
        hall.told = lines;
        let tally = &hall.tally;
        eprintln!(
            "crash: {} of {} states, {} faults, {} findings, {:.0} s",
            tally.states,
            order.states,
            tally.faults,
            tally.findings.len(),
            watch.seconds()
        );
    }
}

fn lock(hall: &Mutex<Hall>) -> MutexGuard<'_, Hall> {
    hall.lock().unwrap_or_else(PoisonError::into_inner)
}
