//! The only place of xtask that reads the clock: how long a stage took, for a person to read.
//! Nothing here decides anything. Changes when a duration is told differently.

use std::fmt;
use std::time::Instant;

/// Runs from the moment it is made.
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this is xtask's clock.rs; no result depends on it")]
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    #[expect(clippy::disallowed_methods, reason = "this is xtask's clock.rs; no result depends on it")]
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

impl fmt::Display for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds();
        if seconds < 60.0 {
            write!(f, "{seconds:.1} s")
        } else {
            write!(f, "{} min {:02} s", seconds as u64 / 60, seconds as u64 % 60)
        }
    }
}
