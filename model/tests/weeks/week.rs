//! A week of one crew: two phones that work without coverage most of the time, and what the server
//! holds at its end. Everything passes through the real seals, envelopes and judgements.

use std::collections::BTreeMap;

use ronde_model::divergence::{Comparison, find};
use ronde_model::document::Document;
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;

use crate::crew::dice::Dice;
use crate::crew::{Desk, MONDAY_MS, Organisation, Parcel, Person, Verdict, brawl};
use crate::typing::Mistake;

const REPORTS: usize = 40;
const WEEK_MIN: usize = 7 * 24 * 60;
const CORRECTED: f64 = 0.05;
/// Corrections that both make, from the same conversation.
const BY_BOTH: f64 = 0.5;
/// Minutes without coverage, on average.
const DARK_MIN: f64 = 120.0;
/// Within so many minutes of each other, when both make one.
const TALK_MIN: usize = 30;
const JOINED: f64 = 0.1;

/// What was counted, in reports.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Tally {
    pub reports: usize,
    pub corrected: usize,
    /// Both wrote one fact, neither having seen the other's.
    pub apart: usize,
    /// Somebody is asked to settle a divergence.
    pub diverging: usize,
    /// Somebody would be, if values were compared byte for byte.
    pub raw: usize,
    /// They honestly disagree and nobody is asked.
    pub overlooked: usize,
}

impl Tally {
    pub fn share(&self, count: usize) -> f64 {
        count as f64 / self.reports.max(1) as f64
    }

    pub fn share_of_corrected(&self, count: usize) -> f64 {
        count as f64 / self.corrected.max(1) as f64
    }

    pub fn add(&mut self, other: &Tally) {
        self.reports += other.reports;
        self.corrected += other.corrected;
        self.apart += other.apart;
        self.diverging += other.diverging;
        self.raw += other.raw;
        self.overlooked += other.overlooked;
    }
}

/// What happens, in the order of time.
enum Event {
    File { who: usize, report: usize },
    Join { who: usize, report: usize },
    Correct { who: usize, report: usize, key: &'static str, value: FactValue },
    Coverage { who: usize },
}

/// A phone or the server: desks by report, and how far it has read the server's feed.
#[derive(Default)]
struct Holder {
    desks: BTreeMap<DocId, Desk>,
    outbox: Vec<Parcel>,
    read: usize,
}

impl Holder {
    fn take(&mut self, parcel: &Parcel) -> Verdict {
        self.desks.entry(parcel.envelope().doc).or_default().take(parcel)
    }

    fn report(&self, doc: DocId) -> Option<&Document> {
        self.desks.get(&doc)?.document.as_ref()
    }
}

pub struct Week {
    dice: Dice,
    crew: [Person; 2],
    phones: [Holder; 2],
    server: Holder,
    feed: Vec<Parcel>,
    docs: Vec<DocId>,
    plan: BTreeMap<(usize, usize), Event>,
    mistakes: BTreeMap<usize, (&'static str, bool)>,
}

/// A UUIDv7, as drafts have.
fn report_id(dice: &mut Dice) -> DocId {
    let mut id: [u8; 16] = dice.bytes();
    id[6] = 0x70 | (id[6] & 0x0f);
    DocId(id)
}

impl Week {
    pub fn new(seed: u64) -> Self {
        let organisation = Organisation::new();
        let mut dice = Dice::new(seed);
        let mut crew = [("Inès", 11), ("Karim", 12)]
            .map(|(name, id)| Person::new(&organisation, id, name, "pm", "officer"));
        // A week is longer than a lease: the phones had it renewed on the way.
        crew.iter_mut().for_each(|person| person.lease.lease.expires_s += 14 * 24 * 3600);
        let docs = (0..REPORTS).map(|_| report_id(&mut dice)).collect();
        let mut week = Week {
            dice,
            crew,
            phones: [Holder::default(), Holder::default()],
            server: Holder::default(),
            feed: Vec::new(),
            docs,
            plan: BTreeMap::new(),
            mistakes: BTreeMap::new(),
        };
        week.plan();
        week
    }

    fn at(&mut self, minute: usize, event: Event) {
        let place = self.plan.len();
        self.plan.insert((minute, place), event);
    }

    fn plan(&mut self) {
        for report in 0..REPORTS {
            let (who, filed) = (self.dice.below(2), self.dice.below(WEEK_MIN));
            self.at(filed, Event::File { who, report });
            if self.dice.chance(JOINED) {
                let later = filed + self.dice.below(600);
                self.at(later, Event::Join { who: 1 - who, report });
            }
            if self.dice.chance(CORRECTED) {
                let mistake = Mistake::new(&mut self.dice);
                let noticed = filed + 60 + self.dice.below(600);
                let first = if self.dice.chance(0.5) { who } else { 1 - who };
                self.at(
                    noticed,
                    Event::Correct { who: first, report, key: mistake.key, value: mistake.first },
                );
                let by_both = self.dice.chance(BY_BOTH);
                self.mistakes.insert(report, (mistake.key, by_both && mistake.honest));
                if by_both {
                    let then = noticed + self.dice.below(TALK_MIN);
                    self.at(
                        then,
                        Event::Correct { who: 1 - first, report, key: mistake.key, value: mistake.second },
                    );
                }
            }
        }
        for who in 0..2 {
            let mut minute = 0.0;
            while minute < 2.0 * WEEK_MIN as f64 {
                minute += -DARK_MIN * (1.0 - self.dice.share()).ln();
                self.at(minute as usize, Event::Coverage { who });
            }
        }
    }

    /// Lives the week and counts.
    pub fn live(mut self) -> Tally {
        for ((minute, _), event) in std::mem::take(&mut self.plan) {
            let clock_ms = MONDAY_MS + minute as i64 * 60_000;
            self.crew.iter_mut().for_each(|person| person.clock_ms = clock_ms);
            self.happen(event);
        }
        for who in [0, 1, 0] {
            self.synchronise(who);
        }
        self.count()
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::File { who, report } => {
                let facts = brawl();
                let (_, parcel) = self.crew[who].file(self.docs[report], &facts);
                self.keep(who, parcel);
            }
            Event::Join { who, report } => {
                let words = self.crew[who].words("J'étais présent, je confirme.");
                self.write(who, report, words);
            }
            Event::Correct { who, report, key, value } => self.write(who, report, (key.to_owned(), value)),
            Event::Coverage { who } => self.synchronise(who),
        }
    }

    /// One change on what this phone holds; a report not held yet is fetched first, where there is
    /// coverage for it.
    fn write(&mut self, who: usize, report: usize, put: (String, FactValue)) {
        let doc = self.docs[report];
        if self.phones[who].report(doc).is_none() {
            self.synchronise(1 - who);
            self.synchronise(who);
        }
        let mut document = self.phones[who].report(doc).expect("fetched").clone();
        let Some(change) = document.write(self.crew[who].actor(), &[put]).unwrap() else { return };
        let home = self.crew[who].home();
        let parcel = self.crew[who].send(Kind::Report, doc, &home, change.raw);
        self.keep(who, parcel);
    }

    fn keep(&mut self, who: usize, parcel: Parcel) {
        assert!(matches!(self.phones[who].take(&parcel), Verdict::Accepted { late: false, .. }));
        self.phones[who].outbox.push(parcel);
    }

    /// The outbox goes up, the feed comes down.
    fn synchronise(&mut self, who: usize) {
        for parcel in std::mem::take(&mut self.phones[who].outbox) {
            assert!(matches!(self.server.take(&parcel), Verdict::Accepted { late: false, .. }));
            self.feed.push(parcel);
        }
        let read = std::mem::replace(&mut self.phones[who].read, self.feed.len());
        for parcel in &self.feed[read..] {
            let verdict = self.phones[who].take(parcel);
            assert!(matches!(verdict, Verdict::Accepted { .. } | Verdict::Duplicate), "{verdict:?}");
        }
    }

    fn count(&self) -> Tally {
        let mut tally = Tally { reports: REPORTS, ..Tally::default() };
        for (report, doc) in self.docs.iter().enumerate() {
            let desk = &self.server.desks[doc];
            for phone in &self.phones {
                assert_eq!(
                    phone.report(*doc).unwrap().heads(),
                    desk.document().heads(),
                    "a phone missed something"
                );
            }
            let contents = desk.document().contents();
            let open =
                |comparison| find(&contents, None, &desk.provenances, comparison).iter().any(|d| d.open);
            let apart = contents.values.values().any(|standing| standing.len() > 1);
            let (diverging, raw) = (open(Comparison::Normalised), open(Comparison::Raw));
            tally.corrected += usize::from(self.mistakes.contains_key(&report));
            tally.apart += usize::from(apart);
            tally.diverging += usize::from(diverging);
            tally.raw += usize::from(raw);
            let disagree = self.mistakes.get(&report).is_some_and(|(_, honest)| *honest);
            tally.overlooked += usize::from(apart && disagree && !diverging);
        }
        tally
    }
}
