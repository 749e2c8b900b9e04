//! The one place that reads the system's clocks. Everything else is told what time it is.

use std::time::{Instant as Monotonic, SystemTime, UNIX_EPOCH};

use ronde_model::id::BootId;
use ronde_model::instant::{Instant, TimeSource};

/// Gives the time. A host may know better than the system (network, satellites).
pub trait Clock: Send + Sync {
    /// A reading without skew: the notebook adds the skew it measured against the server.
    fn now(&self) -> Instant;
}

/// The system's clocks; the boot is this process.
#[derive(Debug)]
pub struct SystemClock {
    started: Monotonic,
    boot: BootId,
    zone_min: i16,
}

impl SystemClock {
    /// A clock for one process run. `boot` must be random; `zone_min` is the offset of local time
    /// from UTC, minutes.
    #[expect(clippy::disallowed_methods, reason = "the clock port's one implementation")]
    pub fn new(boot: BootId, zone_min: i16) -> Self {
        SystemClock { started: Monotonic::now(), boot, zone_min }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the clock port's one implementation")]
    fn now(&self) -> Instant {
        // Before 1970 the wall clock counts below zero: it is never a reason to refuse.
        let wall = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        };
        Instant {
            wall_ms: wall,
            mono_ms: u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            boot: self.boot,
            source: TimeSource::System,
            zone_min: self.zone_min,
            skew_ms: None,
            err_ms: None,
        }
    }
}
