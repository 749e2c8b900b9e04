//! How long a run takes. The only file of the simulator that reads a clock. Changes never.

use std::time::Instant;

/// Since when.
pub struct Since(Instant);

impl Since {
    /// From now on.
    #[expect(clippy::disallowed_methods, reason = "this is the simulator's clock.rs")]
    pub fn now() -> Self {
        Since(Instant::now())
    }

    /// Seconds.
    #[expect(clippy::disallowed_methods, reason = "this is the simulator's clock.rs")]
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
