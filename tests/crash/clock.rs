//! How long a run took, for what it prints: never for what it checks. The only file of the explorer
//! that reads a clock.

use std::time::Instant;

/// Runs from its making.
#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is the explorer's clock.rs")]
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// Seconds since then.
    #[expect(clippy::disallowed_methods, reason = "this is the explorer's clock.rs")]
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
