//! A town: phones, server and line of one seed, and what everybody may expect. Begins it; the acts
//! change it. Changes when a story holds something more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use ronde_core::{Error, SyncReport};
use ronde_model::id::{DocId, Eid};
use ronde_server::supervision::StoredState;
use ronde_tests::disk::{Disk, Fate, Variant};
use ronde_tests::world::{A_NIGHT, Dice, Forger, WorldClock, now};

use crate::acts::supervising::Desk;
use crate::chance::Chance;
use crate::control::Control;
use crate::figures::Figures;
use crate::journal::Journal;
use crate::law::{Broken, Held, Law, broken, hold};
use crate::model::{Model, Put, Says};
use crate::network::{Journey, Line, Replacement, Road, Shared, Weather, listen};
use crate::office::{Cut, Door, KILLED, Office, enter};
use crate::phone::{Backup, Phone, Told};
use crate::time::PhoneClock;

/// The units of the agglomeration.
pub const UNITS: [&str; 4] = ["pm-chartres", "pm-luce", "bus-filibus", "pm-mainvilliers"];

/// Steps before another unit is on duty.
const A_DUTY: usize = 50;

/// What a story is made of.
#[derive(Debug, Clone)]
pub struct Plot {
    /// Phones.
    pub devices: usize,
    /// Acts.
    pub steps: usize,
    /// Kinds of acts left out.
    pub without: Vec<String>,
    /// Wickedness done on purpose.
    pub control: Option<Control>,
}

/// A town.
pub struct Town {
    /// Devices enrolled by hand: they read the feed as it is, and write what no phone would.
    pub forgers: Vec<Forger>,
    /// Phones.
    pub phones: Vec<Phone>,
    /// The server.
    pub door: Door,
    /// The network.
    pub line: Shared,
    /// The truth of time.
    pub clock: WorldClock,
    /// Chance.
    pub chance: Chance,
    /// The log.
    pub journal: Journal,
    /// Counts.
    pub figures: Figures,
    /// The naive model.
    pub model: Model,
    /// What two disasters at once took with them: nobody had a copy left.
    pub beyond_recovery: BTreeSet<Eid>,
    /// By document, which envelope took the place of which.
    pub replaced: BTreeMap<(DocId, Eid), Eid>,
    /// A backup of the server.
    pub server_backup: Option<Disk>,
    /// Backups of phones.
    pub backups: BTreeMap<usize, Backup>,
    /// Envelopes that devices pushed which no phone would write.
    pub strange: BTreeSet<Eid>,
    /// The plot.
    pub plot: Plot,
    /// Reports that people work on now.
    pub hot: Vec<DocId>,
    /// A report that a supervisor left on screen a while ago.
    pub desk: Option<Desk>,
    words: u64,
}

impl Town {
    /// A town where everybody is enrolled and has nothing written yet.
    pub fn new(seed: u64, plot: &Plot, aloud: bool) -> Held<Self> {
        let (dice, clock) = (Dice::new(seed), WorldClock::at(A_NIGHT));
        let mut supervisors = vec![("agglomeration_supervisor", None); 2];
        supervisors.extend(UNITS.map(|unit| ("unit_supervisor", Some(unit))));
        let office = Office::new(&clock, &dice, &supervisors);
        let mut town = Town {
            forgers: Vec::new(),
            phones: Vec::new(),
            door: Arc::new(Mutex::new(office)),
            line: Arc::new(Mutex::new(Line::default())),
            clock,
            chance: Chance(dice),
            journal: Journal::new(aloud),
            figures: Figures::default(),
            model: Model::default(),
            beyond_recovery: BTreeSet::new(),
            replaced: BTreeMap::new(),
            server_backup: None,
            backups: BTreeMap::new(),
            strange: BTreeSet::new(),
            plot: plot.clone(),
            hot: Vec::new(),
            desk: None,
            words: 0,
        };
        (0..plot.devices).try_for_each(|_| town.enrol().map(|_| ()))?;
        for unit in UNITS {
            let (code, _) = enter(&town.door).invite("Forge", unit, None, &[]);
            let address = enter(&town.door).address.clone();
            town.forgers.push(Forger::enrol(&address, &town.clock, &town.chance.0, &code));
        }
        Ok(town)
    }

    /// One more phone: of somebody new, or the second of somebody known.
    pub fn enrol(&mut self) -> Held<usize> {
        let who = self.phones.len();
        let clock = PhoneClock::new(&self.clock, self.chance.0.number());
        let careless = self.plot.control == Some(Control::Careless);
        let mut phone = Phone::new(who, &self.chance.0, clock, careless)?;
        let of = self.chance.of(&self.phones).filter(|_| self.chance.percent(20));
        let (unit, agent) = match of {
            Some(known) => (known.unit.clone(), Some(known.agent)),
            None => (UNITS[self.chance.below(UNITS.len())].to_owned(), None),
        };
        let mut units = BTreeSet::from([unit.clone()]);
        let mut more = Vec::new();
        if self.chance.percent(15) {
            more.push(UNITS[self.chance.below(UNITS.len())].to_owned());
            units.extend(more.iter().cloned());
        }
        let (code, _) = enter(&self.door).invite(&format!("Agent {who}"), &unit, agent, &more);
        (phone.unit, phone.units) = (unit, units);
        // The answer may be lost: the same keys again get the same answer.
        let lost = if self.chance.percent(10) { 100 } else { 0 };
        for answer_lost in [lost, 0] {
            let weather = Weather { answer_lost, ..Weather::default() };
            let road = Road::new(&self.door, &self.line, &self.chance, who, weather, None);
            match now(phone.notebook().enrol_over(&road, "https://ronde.example", &code)) {
                Ok(identity) => {
                    phone.note_identity(&identity);
                    break;
                }
                Err(Error::Unreachable { .. }) if answer_lost > 0 => {}
                Err(e) => return broken(Law::CallsAnswerAsTheyMay, format!("enrol {who}: {e}")),
            }
        }
        self.journal
            .note(format_args!("phone {who}: {} of {:?}, {}", phone.agent, phone.units, phone.device));
        self.phones.push(phone);
        Ok(who)
    }

    /// Words that nobody ever said before.
    pub fn words(&mut self, what: &str) -> String {
        self.words += 1;
        format!("{what} n° {}", self.words)
    }

    /// Any phone; more often one of the unit on duty, so that people work on the same reports.
    pub fn anybody(&self) -> usize {
        let unit = UNITS[(self.journal.step / A_DUTY) % UNITS.len()];
        let on_duty: Vec<usize> = self.phones.iter().filter(|p| p.unit == unit).map(|p| p.who).collect();
        match self.chance.of(&on_duty).filter(|_| self.chance.percent(70)) {
            Some(who) => *who,
            None => self.chance.below(self.phones.len()),
        }
    }

    /// A way to lose power, within so many operations from now.
    pub fn cut_within(&self, operations: usize) -> Cut {
        let fates = [Fate::Lost, Fate::Kept, Fate::Drawn(self.chance.0.number())];
        let fate = || fates[self.chance.below(fates.len())];
        let variant = Variant { writes: fate(), names: fate() };
        Cut { after: self.chance.below(operations + 1), variant }
    }

    /// Once in a while, a power cut to come on a phone.
    pub fn perhaps_cut(&self, operations: usize) -> Option<Cut> {
        (self.may("power-cut") && self.chance.percent(6)).then(|| self.cut_within(operations))
    }

    /// Whether this kind of act is part of the plot.
    pub fn may(&self, kind: &str) -> bool {
        !self.plot.without.iter().any(|without| without == kind)
    }

    /// A phone does something; where its power goes meanwhile, `after` says what its owner did not
    /// hear, and then it starts again and keeps every promise.
    pub fn phone_does<T>(
        &mut self,
        who: usize,
        cut: Option<Cut>,
        work: impl FnOnce(&ronde_core::Notebook) -> Result<T, Error>,
        after: impl FnOnce(&mut Town, Told<T>) -> Held,
    ) -> Held {
        let begun = self.phones[who].disk().operations();
        let dies_at = cut.map(|cut| begun + cut.after);
        let told = self.phones[who].act(dies_at, work);
        after(self, told)?;
        let (Some(cut), Some(dies_at)) = (cut, dies_at) else { return Ok(()) };
        let index = dies_at.min(self.phones[who].disk().operations());
        self.power_goes(who, index, cut)
    }

    /// A phone's power goes at an operation; it starts again.
    pub fn power_goes(&mut self, who: usize, index: usize, cut: Cut) -> Held {
        let again = self.chance.percent(15).then(|| self.cut_within(40));
        self.figures.count("crashes");
        self.figures.count(if again.is_some() { "faults.power_cut_twice" } else { "faults.power_cut" });
        self.journal.note(format_args!("phone {who}: power cut, {:?}", cut.variant));
        if cut.variant != KILLED && self.chance.percent(70) {
            self.phones[who].clock.boot(self.chance.0.number());
        }
        self.phones[who].die(index, cut, again)?;
        self.phones[who].check_promises(&mut self.model)
    }

    /// An answer that no act may get here.
    pub fn wrong<T>(&self, who: usize, what: &str, error: &Error) -> Held<T> {
        let law = match error {
            Error::NotAllowed { .. } => Law::HonestIsNeverRefused,
            _ => Law::CallsAnswerAsTheyMay,
        };
        broken(law, format!("phone {who}: {what}: {error}"))
    }

    /// Whether a phone may refuse for its disk now.
    pub fn is_ill(&self, who: usize, error: &Error) -> bool {
        let ill = self.phones[who].ill_until.is_some();
        ill && matches!(error, Error::StorageFull | Error::Storage { .. })
    }

    /// Whether the server may refuse for its disk now.
    pub fn is_server_ill(&self) -> bool {
        enter(&self.door).ill_until.is_some()
    }

    /// Whether a phone may think that its lease is over.
    pub fn may_doubt_lease(&self, who: usize) -> bool {
        let phone = &self.phones[who];
        let expires = phone.notebook().identity().ok().flatten().map_or(0, |i| i.lease_expires_ms);
        phone.revoked || phone.clock.wrong_ms() != 0 || expires <= self.clock.true_ms() + 60_000
    }

    /// One conversation of a phone over a link of this weather. `None`: nobody heard how it ended.
    pub fn converse(
        &mut self,
        who: usize,
        weather: Weather,
        cut: Option<Cut>,
    ) -> Held<Option<(Result<SyncReport, Error>, Journey)>> {
        let disk = self.phones[who].disk().clone();
        let dies_at = cut.map(|cut| disk.operations() + cut.after);
        let dies = dies_at.map(|index| (disk.clone(), index));
        let road = Road::new(&self.door, &self.line, &self.chance, who, weather, dies);
        let answer = now(self.phones[who].notebook().sync_over(&road));
        let journey = road.journey();
        drop(road);
        self.settle_line()?;
        hold(!journey.endless, Law::ConversationsEnd, || {
            format!("phone {who} talks for ever: {} calls", journey.calls)
        })?;
        if answer.is_ok() {
            self.phones[who].contact_boot = Some(self.phones[who].clock.boot_id());
        } else if journey.calls > 0 {
            // An answer in the middle may have been heard.
            self.phones[who].contact_boot = None;
        }
        let silent = dies_at.is_some_and(|index| index < disk.operations());
        if silent {
            self.phones[who].contact_boot = None;
        }
        if let (Some(cut), Some(dies_at)) = (cut, dies_at) {
            let index = dies_at.min(disk.operations());
            drop(disk);
            self.power_goes(who, index, cut)?;
        }
        Ok((!silent).then_some((answer, journey)))
    }

    /// After anything went over the line: the server still opens, nothing was fed twice or to
    /// somebody who may not read it, and what takes another's place is understood.
    pub fn settle_line(&mut self) -> Held {
        let closed = enter(&self.door).closed_for_ever.take();
        if let Some(why) = closed {
            return broken(Law::EverythingOpensAgain, format!("server: {why}"));
        }
        let (replacements, fed, twice) = {
            let mut line = listen(&self.line);
            let replacements = std::mem::take(&mut line.replacements);
            (replacements, std::mem::take(&mut line.fed_now), std::mem::take(&mut line.twice))
        };
        if let Some((who, eid)) = twice.first() {
            return broken(Law::EachEnvelopeOnce, format!("phone {who} was fed {eid} under two numbers"));
        }
        replacements.into_iter().for_each(|replacement| self.understand(replacement));
        let handlings: BTreeMap<DocId, DocId> =
            self.model.docs().map(|doc| (DocId::handling_of(doc), doc)).collect();
        for (who, doc) in fed {
            let doc = handlings.get(&doc).copied().unwrap_or(doc);
            let (phone, acts) = (&self.phones[who], self.model.of(doc));
            let may = acts.is_empty() || self.model.may_read(&acts, &phone.units, phone.agent);
            hold(may, Law::NothingOutOfScope, || format!("phone {who} was fed {doc}"))?;
        }
        Ok(())
    }

    /// The same act once more, under another name: what it had seen is now what took its place. The
    /// last envelope named is the one said again; those before it had nothing left to say.
    fn understand(&mut self, replacement: Replacement) {
        let Replacement { eid, doc, replaces } = replacement;
        self.journal.note(format_args!("{eid} in {doc} takes the place of {replaces:?}"));
        let known = replaces.iter().rev().find_map(|old| self.model.put(old)).cloned();
        let (Some(put), None) = (known, self.model.put(&eid)) else { return };
        self.figures.count("replaced");
        let saw = put.saw.iter().map(|old| self.stands_for(doc, *old)).collect();
        self.replaced.extend(replaces.into_iter().map(|old| ((doc, old), eid)));
        let again = self.model.as_done(Put { doc, saw, ..put });
        self.model.add(eid, again);
    }

    /// What stands in a report for an act of before: what took its place, or the seal that says the
    /// same as a second one.
    fn stands_for(&self, doc: DocId, old: Eid) -> Eid {
        if let Some(new) = self.replaced.get(&(doc, old)) {
            return *new;
        }
        let Some(seal) = self.model.put(&old).filter(|put| matches!(put.says, Says::Seal { .. })) else {
            return old;
        };
        let stored = enter(&self.door).server.stored().unwrap_or_default();
        let accepted = stored.into_iter().filter(|line| line.state == StoredState::Accepted);
        let same = |eid: &Eid| self.model.put(eid).is_some_and(|put| put.doc == doc && put.says == seal.says);
        accepted.map(|line| line.eid).find(same).unwrap_or(old)
    }

    /// Ends the story: the log's length and digest, the counts.
    pub fn end(mut self) -> (u64, [u8; 32], Figures) {
        let line = listen(&self.line).figures.clone();
        self.figures.merge(&line);
        let (lines, digest) = self.journal.end();
        (lines, digest, self.figures)
    }
}

/// The server's own refusal, as a breach.
pub fn server_failed(what: &str, error: impl std::fmt::Display) -> Broken {
    Broken { law: Law::CallsAnswerAsTheyMay, detail: format!("server: {what}: {error}") }
}
