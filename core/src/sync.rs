//! What to say and when: events in, effects out. Pure: told what the store and the link said, given
//! the randomness it needs, it touches neither. It changes when the conversation changes.

use ronde_model::wire::limits::BATCH_BYTES;

/// Back-off: full jitter between nothing and this, ms, doubling from the first.
const FIRST_WAIT_MS: u64 = 1_000;
const LONGEST_WAIT_MS: u64 = 5 * 60 * 1_000;

/// What became of one exchange or one transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Begin a conversation.
    Begin,
    /// The server's answer was applied in one transaction.
    Applied(Applied),
    /// The link gave no answer, or half of one.
    Cut,
    /// The body was too large for the server.
    TooLarge,
    /// The server does not know the lease the request names.
    LeaseUnknown,
    /// The server never gave the number the feed was left at.
    CursorUnknown,
    /// The server asks to come again later.
    Busy {
        /// Not before, ms.
        after_ms: u64,
    },
    /// The server refuses, and will again.
    Refused,
    /// A person stopped it.
    Cancelled,
}

/// What the store says after an answer was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// The server holds more news.
    pub more: bool,
    /// Own envelopes that still wait.
    pub waiting: u64,
    /// Of the envelopes pushed, how many left the outbox.
    pub settled: u64,
    /// The ledgers differ: another page is to be asked for.
    pub repair: bool,
    /// The server does not know a lease that a pushed envelope names.
    pub lease_unknown: bool,
    /// Anything was pushed, fed or repaired at all.
    pub moved: bool,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Compose a request with at most this many bytes of envelopes, send it, apply the answer in
    /// one transaction, and tell.
    Exchange {
        /// Budget, bytes; at least one envelope goes.
        budget: usize,
        /// Send the CWTs of the leases named along.
        with_leases: bool,
        /// Ask for the feed from its beginning.
        from_start: bool,
    },
    /// Wait, then tell `Begin`.
    Wait {
        /// How long, ms.
        ms: u64,
    },
    /// The conversation is over.
    Done(Outcome),
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything of this device is receipted and the feed is read to its end.
    Complete,
    /// The link works and something still waits (for a person, or for later).
    Waiting,
    /// No link, after every attempt allowed.
    Offline,
    /// The server refuses.
    Refused,
    /// A person stopped it.
    Cancelled,
}

/// One conversation.
#[derive(Debug, Clone)]
pub struct Sync {
    budget: usize,
    failures: u32,
    attempts: u32,
    with_leases: bool,
    leases_sent: bool,
    started_over: bool,
    repairs: u32,
    waiting: u64,
    stalled: u32,
}

/// Pages of the ledger walked in one conversation, at most: two ends that never agree do not talk
/// for ever.
const MOST_REPAIRS: u32 = 1_000;

/// Answers in a row that take envelopes and vouch for none: a server that never gives a receipt is
/// not talked to for ever.
const MOST_STALLED: u32 = 8;

impl Sync {
    /// A conversation that gives up after `attempts` failures in a row (at least one).
    pub fn new(attempts: u32) -> Self {
        Sync {
            budget: BATCH_BYTES,
            failures: 0,
            attempts: attempts.max(1),
            with_leases: false,
            leases_sent: false,
            started_over: false,
            repairs: 0,
            waiting: u64::MAX,
            stalled: 0,
        }
    }

    /// Takes an event, answers what to do. `jitter` is uniform in 0..1.
    pub fn step(&mut self, event: Event, jitter: f64) -> Effect {
        match event {
            Event::Begin => self.exchange(),
            Event::Applied(applied) => self.applied(applied),
            Event::Cut => {
                // A batch that does not get through whole is halved; the floor is one envelope.
                self.budget = (self.budget / 2).max(1);
                self.failed(None, jitter)
            }
            Event::TooLarge => {
                let smaller = self.budget > 1;
                self.budget = (self.budget / 2).max(1);
                if smaller { self.exchange() } else { Effect::Done(Outcome::Refused) }
            }
            Event::LeaseUnknown if !self.leases_sent && !self.with_leases => {
                self.with_leases = true;
                self.exchange()
            }
            // What was read comes again and changes nothing; what was skipped comes at last.
            Event::CursorUnknown if !self.started_over => {
                self.started_over = true;
                Effect::Exchange { budget: self.budget, with_leases: false, from_start: true }
            }
            Event::LeaseUnknown | Event::CursorUnknown | Event::Refused => Effect::Done(Outcome::Refused),
            Event::Busy { after_ms } => self.failed(Some(after_ms), jitter),
            Event::Cancelled => Effect::Done(Outcome::Cancelled),
        }
    }

    fn exchange(&mut self) -> Effect {
        // Asked for once, they travel until an answer says that they arrived.
        Effect::Exchange { budget: self.budget, with_leases: self.with_leases, from_start: false }
    }

    fn applied(&mut self, applied: Applied) -> Effect {
        self.failures = 0;
        self.budget = (self.budget * 2).min(BATCH_BYTES);
        self.leases_sent |= std::mem::take(&mut self.with_leases);
        if applied.lease_unknown && !self.leases_sent {
            self.with_leases = true;
            return self.exchange();
        }
        self.repairs += u32::from(applied.repair);
        let repair = applied.repair && self.repairs < MOST_REPAIRS;
        self.stalled = if applied.waiting < self.waiting { 0 } else { self.stalled + 1 };
        self.waiting = applied.waiting;
        let emptying = applied.waiting > 0 && applied.settled > 0 && self.stalled < MOST_STALLED;
        let go_on = applied.more || repair || emptying;
        match (go_on && applied.moved, applied.waiting) {
            (true, _) => self.exchange(),
            (false, 0) => Effect::Done(Outcome::Complete),
            (false, _) => Effect::Done(Outcome::Waiting),
        }
    }

    fn failed(&mut self, asked_ms: Option<u64>, jitter: f64) -> Effect {
        self.failures += 1;
        if self.failures >= self.attempts {
            return Effect::Done(Outcome::Offline);
        }
        let ceiling = FIRST_WAIT_MS.saturating_mul(1 << (self.failures - 1).min(16)).min(LONGEST_WAIT_MS);
        let ms = (ceiling as f64 * jitter.clamp(0.0, 1.0)) as u64;
        Effect::Wait { ms: ms.max(asked_ms.unwrap_or(0)).min(LONGEST_WAIT_MS) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(effect: &Effect) -> usize {
        match effect {
            Effect::Exchange { budget, .. } => *budget,
            other => panic!("expected an exchange, got {other:?}"),
        }
    }

    #[test]
    fn a_cut_halves_the_batch_and_an_answer_restores_it() {
        let mut sync = Sync::new(10);
        assert_eq!(budget(&sync.step(Event::Begin, 0.0)), BATCH_BYTES);
        assert_eq!(sync.step(Event::Cut, 1.0), Effect::Wait { ms: 1_000 });
        assert_eq!(budget(&sync.step(Event::Begin, 0.0)), BATCH_BYTES / 2);
        for _ in 0..7 {
            sync.step(Event::Cut, 1.0);
        }
        assert_eq!(budget(&sync.step(Event::Begin, 0.0)), BATCH_BYTES >> 8);
        let applied = Applied { more: true, moved: true, ..Applied::default() };
        for _ in 0..8 {
            sync.step(Event::Applied(applied), 0.0);
        }
        assert_eq!(budget(&sync.step(Event::Begin, 0.0)), BATCH_BYTES);
    }

    #[test]
    fn it_gives_up_after_the_attempts_allowed_and_never_waits_beyond_five_minutes() {
        let mut sync = Sync::new(40);
        let mut waits = 0;
        loop {
            match sync.step(Event::Cut, 1.0) {
                Effect::Wait { ms } => {
                    assert!(ms <= LONGEST_WAIT_MS);
                    waits += 1;
                }
                effect => {
                    assert_eq!((effect, waits), (Effect::Done(Outcome::Offline), 39));
                    break;
                }
            }
        }
    }

    #[test]
    fn an_answer_that_moves_nothing_ends_the_conversation() {
        let mut sync = Sync::new(1);
        let stuck = Applied { waiting: 3, ..Applied::default() };
        assert_eq!(sync.step(Event::Applied(stuck), 0.0), Effect::Done(Outcome::Waiting));
        assert_eq!(sync.step(Event::Applied(Applied::default()), 0.0), Effect::Done(Outcome::Complete));
    }

    #[test]
    fn a_cursor_the_server_never_gave_starts_over_once() {
        let mut sync = Sync::new(1);
        assert!(matches!(sync.step(Event::CursorUnknown, 0.0), Effect::Exchange { from_start: true, .. }));
        assert_eq!(sync.step(Event::CursorUnknown, 0.0), Effect::Done(Outcome::Refused));
    }

    #[test]
    fn a_server_that_takes_everything_and_vouches_for_nothing_is_left_alone() {
        let mut sync = Sync::new(1);
        let taken = Applied { waiting: 3, settled: 3, moved: true, ..Applied::default() };
        let mut exchanges = 0;
        while matches!(sync.step(Event::Applied(taken), 0.0), Effect::Exchange { .. }) {
            exchanges += 1;
            assert!(exchanges < 100, "they talk for ever");
        }
    }

    #[test]
    fn leases_travel_once_when_the_server_does_not_know_them() {
        let mut sync = Sync::new(1);
        assert!(matches!(sync.step(Event::LeaseUnknown, 0.0), Effect::Exchange { with_leases: true, .. }));
        assert_eq!(sync.step(Event::LeaseUnknown, 0.0), Effect::Done(Outcome::Refused));
    }
}
