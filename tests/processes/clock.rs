//! How long a part of a story took, for the figures it prints: never for what it checks.
//! The only file of the stories that reads a clock.

use std::time::Instant;

/// Runs `work`; its answer and the seconds it took.
#[expect(clippy::disallowed_methods, reason = "this is the stories' clock.rs")]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let answer = work();
    (answer, start.elapsed().as_secs_f64())
}
