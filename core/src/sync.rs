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
    /// The place in the feed was taken back; whether there was any further back to go.
    SteppedBack(bool),
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
    /// A walk through the ledger begins with it.
    pub walk_begun: bool,
    /// A walk found no way for both ledgers to agree.
    pub disputed: bool,
    /// The server does not know a lease that a pushed envelope names.
    pub lease_unknown: bool,
    /// Others' envelopes that a restored server may lack.
    pub offers: u64,
    /// Own envelopes that this device lost and has not asked for.
    pub lost: u64,
    /// The server was restored: what was known beyond the fork is void.
    pub rewound: bool,
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
        /// When the ledgers differ, a walk through the server's may begin.
        may_walk: bool,
    },
    /// Take the place in the feed back to the history before, then tell `SteppedBack`.
    StepBack,
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
    exchanges: u32,
    rewinds: u32,
    walks: u32,
    pages: u32,
    naming: Shrinking,
    outbox: Shrinking,
    offers: Shrinking,
    lost: Shrinking,
}

/// Exchanges in one conversation, at most; what is left then goes on with the next.
const MOST_EXCHANGES: u32 = 10_000;

/// Walks through the ledger in one conversation, at most: two ends that never agree do not talk for
/// ever.
const MOST_WALKS: u32 = 2;

/// Pages of the ledger in one conversation, at most.
const MOST_PAGES: u32 = 1_000;

/// Times in one conversation that a server may be restored, or a place in the feed taken back.
const MOST_REWINDS: u32 = 16;

/// Answers in a row after which as much waits as before: a server that takes everything and vouches
/// for nothing is not talked to for ever.
const MOST_STALLED: u32 = 8;

/// A number that must fall for the conversation to go on.
#[derive(Debug, Clone, Copy)]
struct Shrinking {
    last: u64,
    stalled: u32,
}

impl Shrinking {
    const NEW: Shrinking = Shrinking { last: u64::MAX, stalled: 0 };

    /// Whether it is worth another exchange.
    fn goes_on(&mut self, now: u64, patience: u32) -> bool {
        self.stalled = if now < self.last || now == 0 { 0 } else { self.stalled + 1 };
        self.last = now;
        now > 0 && self.stalled < patience
    }
}

impl Sync {
    /// A conversation that gives up after `attempts` failures in a row (at least one).
    pub fn new(attempts: u32) -> Self {
        Sync {
            budget: BATCH_BYTES,
            failures: 0,
            attempts: attempts.max(1),
            with_leases: false,
            leases_sent: false,
            exchanges: 0,
            rewinds: 0,
            walks: 0,
            pages: 0,
            naming: Shrinking::NEW,
            outbox: Shrinking::NEW,
            offers: Shrinking::NEW,
            lost: Shrinking::NEW,
        }
    }

    /// Takes an event, answers what to do. `jitter` is uniform in 0..1.
    pub fn step(&mut self, event: Event, jitter: f64) -> Effect {
        match event {
            Event::Begin | Event::SteppedBack(true) => self.exchange(),
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
            Event::CursorUnknown if self.rewind() => Effect::StepBack,
            Event::LeaseUnknown | Event::CursorUnknown | Event::SteppedBack(false) | Event::Refused => {
                Effect::Done(Outcome::Refused)
            }
            Event::Busy { after_ms } => self.failed(Some(after_ms), jitter),
            Event::Cancelled => Effect::Done(Outcome::Cancelled),
        }
    }

    fn exchange(&mut self) -> Effect {
        self.exchanges += 1;
        // Asked for once, they travel until an answer says that they arrived.
        let may_walk = self.walks < MOST_WALKS;
        Effect::Exchange { budget: self.budget, with_leases: self.with_leases, may_walk }
    }

    fn may_exchange(&self) -> bool {
        self.exchanges < MOST_EXCHANGES
    }

    /// Everything counts from the beginning again; whether once more is allowed.
    fn rewind(&mut self) -> bool {
        self.leases_sent = false;
        (self.naming, self.outbox, self.offers, self.lost) =
            (Shrinking::NEW, Shrinking::NEW, Shrinking::NEW, Shrinking::NEW);
        self.rewinds += 1;
        self.rewinds <= MOST_REWINDS
    }

    fn applied(&mut self, applied: Applied) -> Effect {
        self.failures = 0;
        self.budget = (self.budget * 2).min(BATCH_BYTES);
        self.leases_sent |= std::mem::take(&mut self.with_leases);
        let allowed = !applied.rewound || self.rewind();
        // The next of a push may name others than those that went along before.
        let naming = applied.lease_unknown && (!self.leases_sent || applied.settled > 0);
        let pressing = applied.waiting.saturating_add(applied.offers);
        if naming && allowed && self.may_exchange() && self.naming.goes_on(pressing, MOST_STALLED) {
            self.with_leases = true;
            return self.exchange();
        }
        self.walks += u32::from(applied.walk_begun);
        self.pages += u32::from(applied.repair);
        let repair = applied.repair && self.walks <= MOST_WALKS && self.pages <= MOST_PAGES;
        let emptying = self.outbox.goes_on(applied.waiting, MOST_STALLED) && applied.settled > 0;
        let talking = applied.moved && (applied.more || repair || emptying);
        // A rewind leaves work that no answer before it could have settled.
        let begun_again = applied.rewound && applied.waiting > 0;
        // Each answer says of those asked for that they came, or that none is there.
        let fetching = self.lost.goes_on(applied.lost, MOST_STALLED);
        // Others' leave behind one's own.
        let offering = !applied.more && !emptying && self.offers.goes_on(applied.offers, 2);
        let go_on = talking || begun_again || fetching || offering;
        if go_on && allowed && self.may_exchange() {
            return self.exchange();
        }
        let left = applied.more || applied.repair || applied.disputed;
        let complete = applied.waiting == 0 && applied.lost == 0 && !left;
        Effect::Done(if complete { Outcome::Complete } else { Outcome::Waiting })
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
    fn a_cursor_the_server_never_gave_steps_back_until_there_is_nothing_behind() {
        let mut sync = Sync::new(1);
        for _ in 0..3 {
            assert_eq!(sync.step(Event::CursorUnknown, 0.0), Effect::StepBack);
            assert!(matches!(sync.step(Event::SteppedBack(true), 0.0), Effect::Exchange { .. }));
        }
        assert_eq!(sync.step(Event::CursorUnknown, 0.0), Effect::StepBack);
        assert_eq!(sync.step(Event::SteppedBack(false), 0.0), Effect::Done(Outcome::Refused));
    }

    #[test]
    fn a_server_that_names_leases_for_ever_and_vouches_for_nothing_is_left_alone() {
        let nagging =
            Applied { waiting: 2, settled: 1, lease_unknown: true, moved: true, ..Applied::default() };
        let (count, end) = exchanges(Sync::new(1), nagging);
        assert_eq!(end, Effect::Done(Outcome::Waiting));
        assert!(count < 4 * MOST_STALLED, "{count} exchanges");
    }

    /// Exchanges until the conversation ends, when every answer is the same.
    fn exchanges(mut sync: Sync, applied: Applied) -> (u32, Effect) {
        let mut exchanges = 0;
        loop {
            match sync.step(Event::Applied(applied), 0.0) {
                Effect::Exchange { .. } => exchanges += 1,
                end => return (exchanges, end),
            }
            assert!(exchanges <= MOST_EXCHANGES, "they talk for ever");
        }
    }

    #[test]
    fn two_ends_that_never_agree_walk_twice_and_part() {
        let walk = Applied { repair: true, walk_begun: true, moved: true, ..Applied::default() };
        assert_eq!(exchanges(Sync::new(1), walk), (MOST_WALKS, Effect::Done(Outcome::Waiting)));
        let mut sync = Sync::new(1);
        let allowed = [(); 3].map(|()| match sync.step(Event::Applied(walk), 0.0) {
            Effect::Exchange { may_walk, .. } => may_walk,
            _ => false,
        });
        assert_eq!(allowed, [true, false, false]);
        let disputed = Applied { disputed: true, moved: true, ..Applied::default() };
        assert_eq!(exchanges(Sync::new(1), disputed), (0, Effect::Done(Outcome::Waiting)));
    }

    #[test]
    fn offers_go_on_while_they_shrink_and_never_keep_it_from_being_complete() {
        let mut sync = Sync::new(1);
        let left = |offers| Event::Applied(Applied { offers, ..Applied::default() });
        for offers in [3, 2, 1] {
            assert!(matches!(sync.step(left(offers), 0.0), Effect::Exchange { .. }), "{offers}");
        }
        assert_eq!(sync.step(left(0), 0.0), Effect::Done(Outcome::Complete));
        let stuck = Applied { offers: 3, ..Applied::default() };
        let (asked, end) = exchanges(Sync::new(1), stuck);
        assert_eq!((asked, end), (2, Effect::Done(Outcome::Complete)));
    }

    #[test]
    fn offers_wait_behind_a_long_outbox_and_leave_after_it() {
        let mut sync = Sync::new(1);
        for waiting in (1..6).rev() {
            let own = Applied { waiting, settled: 1, offers: 4, moved: true, ..Applied::default() };
            sync.step(Event::Applied(own), 0.0);
        }
        let emptied = Applied { settled: 1, offers: 4, moved: true, ..Applied::default() };
        assert!(matches!(sync.step(Event::Applied(emptied), 0.0), Effect::Exchange { .. }));
    }

    #[test]
    fn lost_bodies_are_asked_for_before_it_is_complete() {
        let mut sync = Sync::new(1);
        let left = |lost| Event::Applied(Applied { lost, ..Applied::default() });
        assert!(matches!(sync.step(left(300), 0.0), Effect::Exchange { .. }));
        assert!(matches!(sync.step(left(44), 0.0), Effect::Exchange { .. }));
        assert_eq!(sync.step(left(0), 0.0), Effect::Done(Outcome::Complete));
        let (asked, end) = exchanges(Sync::new(1), Applied { lost: 1, ..Applied::default() });
        assert_eq!((asked, end), (MOST_STALLED, Effect::Done(Outcome::Waiting)));
    }

    #[test]
    fn a_server_restored_at_every_answer_is_left_alone() {
        let rewound = Applied { rewound: true, waiting: 2, moved: true, ..Applied::default() };
        let (asked, end) = exchanges(Sync::new(1), rewound);
        assert_eq!((asked, end), (MOST_REWINDS, Effect::Done(Outcome::Waiting)));
    }

    #[test]
    fn a_feed_without_end_is_left_for_later() {
        let more = Applied { more: true, moved: true, ..Applied::default() };
        assert_eq!(exchanges(Sync::new(1), more).1, Effect::Done(Outcome::Waiting));
    }

    #[test]
    fn what_is_filed_during_a_long_conversation_still_leaves() {
        let mut sync = Sync::new(1);
        for _ in 0..20 {
            sync.step(Event::Applied(Applied { more: true, moved: true, ..Applied::default() }), 0.0);
        }
        let filed = Applied { waiting: 2, settled: 1, moved: true, ..Applied::default() };
        assert!(matches!(sync.step(Event::Applied(filed), 0.0), Effect::Exchange { .. }));
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
    fn leases_travel_again_for_the_next_of_a_push_and_not_for_ever() {
        let mut sync = Sync::new(1);
        let unknown = |settled| {
            Event::Applied(Applied { lease_unknown: true, settled, waiting: 9, ..Applied::default() })
        };
        let mut leases = |settled| match sync.step(unknown(settled), 0.0) {
            Effect::Exchange { with_leases, .. } => with_leases,
            _ => false,
        };
        assert_eq!([leases(0), leases(1), leases(1), leases(0)], [true, true, true, false]);
    }

    #[test]
    fn leases_travel_once_when_the_server_does_not_know_them() {
        let mut sync = Sync::new(1);
        assert!(matches!(sync.step(Event::LeaseUnknown, 0.0), Effect::Exchange { with_leases: true, .. }));
        assert_eq!(sync.step(Event::LeaseUnknown, 0.0), Effect::Done(Outcome::Refused));
    }
}
