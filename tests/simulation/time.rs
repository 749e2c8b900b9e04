//! Time of a story: one true time, and a clock on each phone that may be wrong, jump and boot again.
//! Knows no wall clock. Changes when a phone's clock can be wrong in another way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use ronde_core::Clock;
use ronde_model::id::BootId;
use ronde_model::instant::{Instant, TimeSource};
use ronde_tests::world::WorldClock;

/// The clock of one phone.
#[derive(Clone)]
pub struct PhoneClock {
    truth: WorldClock,
    wrong_ms: Arc<AtomicI64>,
    boot: Arc<AtomicU64>,
    booted_ms: Arc<AtomicI64>,
}

impl PhoneClock {
    /// A clock that is right, just booted.
    pub fn new(truth: &WorldClock, boot: u64) -> Self {
        PhoneClock {
            truth: truth.clone(),
            wrong_ms: Arc::default(),
            boot: Arc::new(AtomicU64::new(boot)),
            booted_ms: Arc::new(AtomicI64::new(truth.true_ms())),
        }
    }

    /// A clock of its own that shows what this one shows now.
    pub fn twin(&self) -> Self {
        let twin = PhoneClock::new(&self.truth, self.boot_id());
        twin.wrong_ms.store(self.wrong_ms(), Ordering::SeqCst);
        twin.booted_ms.store(self.booted_ms.load(Ordering::SeqCst), Ordering::SeqCst);
        twin
    }

    /// Somebody sets the clock wrong by so much.
    pub fn mislead(&self, wrong_ms: i64) {
        self.wrong_ms.store(wrong_ms, Ordering::SeqCst);
    }

    /// By how much it is wrong, ms.
    pub fn wrong_ms(&self) -> i64 {
        self.wrong_ms.load(Ordering::SeqCst)
    }

    /// The boot it counts from.
    pub fn boot_id(&self) -> u64 {
        self.boot.load(Ordering::SeqCst)
    }

    /// The machine boots: its monotonic clock begins again.
    pub fn boot(&self, boot: u64) {
        self.boot.store(boot, Ordering::SeqCst);
        self.booted_ms.store(self.truth.true_ms(), Ordering::SeqCst);
    }
}

impl Clock for PhoneClock {
    fn now(&self) -> Instant {
        let true_ms = self.truth.true_ms();
        Instant {
            wall_ms: true_ms + self.wrong_ms(),
            mono_ms: u64::try_from(true_ms - self.booted_ms.load(Ordering::SeqCst)).unwrap_or(0),
            boot: BootId(self.boot_id().to_be_bytes()),
            source: TimeSource::System,
            zone_min: 60,
            skew_ms: None,
            err_ms: None,
        }
    }
}
