//! One story played once on disks that remember every operation, and what was promised at each.
//! Refuses to cut. Changes when a story is played otherwise.

use ronde_core::Settings;
use ronde_tests::disk::{Cut, Fate, Ordering, Variant};

use crate::picture::Picture;
use crate::scenario::{Scenario, Step};
use crate::stage::Stage;
use crate::trouble::Trouble;
use crate::watch::{Moment, Side, Watch};

/// Everything in flight reached the disk: what the running machine sees.
pub const KEPT: Variant = Variant { writes: Fate::Kept, names: Fate::Kept };
/// Nothing in flight did.
pub const LOST: Variant = Variant { writes: Fate::Lost, names: Fate::Lost };

/// A story that was played.
pub struct Life {
    pub scenario: &'static Scenario,
    pub steps: &'static [Step],
    pub seed: u64,
    /// What stood before, at rest.
    pub base: Stage,
    /// The stage after the last step, its programs still running.
    pub run: Stage,
    /// What was acknowledged, oldest first; never empty.
    pub moments: Vec<Moment>,
}

/// What a disk must show.
pub struct Promise<'a> {
    /// `None`: nothing yet, not even that it opens.
    pub kept: Option<&'a Picture>,
    /// What the step under way may have left whole.
    pub next: Vec<&'a Picture>,
    /// The moment it comes from.
    pub moment: &'a Moment,
}

impl Life {
    /// Plays a story for a seed, which also chooses the ordering and whether the disks were left hot.
    pub fn of(scenario: &'static Scenario, seed: u64) -> Result<Life, Trouble> {
        let ordering = if seed % 3 == 2 { Ordering::Unix } else { Ordering::Strict };
        let mut base = Stage::new(seed, ordering, Settings::default())?;
        (scenario.prepare)(&mut base)?;
        let hot = seed % 2 == 1 || scenario.needs_hot;
        Life::play(scenario, scenario.steps, seed, base.rest(hot)?)
    }

    /// The same with the phone's database opened carelessly.
    pub fn careless(scenario: &'static Scenario, seed: u64, settings: Settings) -> Result<Life, Trouble> {
        let mut base = Stage::new(seed, Ordering::Strict, settings)?;
        (scenario.prepare)(&mut base)?;
        Life::play(scenario, scenario.steps, seed, base.rest(false)?)
    }

    /// Goes on after a power cut of this life.
    pub fn after(&self, cut: &Cut) -> Result<Life, Trouble> {
        let found = self.found(cut)?;
        Life::play(self.scenario, self.scenario.recovery(), self.seed, found)
    }

    fn play(
        scenario: &'static Scenario,
        steps: &'static [Step],
        seed: u64,
        base: Stage,
    ) -> Result<Life, Trouble> {
        let mut run = base.copy()?;
        let watch = Watch::new(scenario.side);
        watch.note(&run, "before", standing(&base, scenario.side)?);
        run.watch = Some(watch.clone());
        for (number, step) in (1..).zip(steps) {
            watch.begin(number);
            step.run(&mut run).and_then(|()| run.noted(step.label)).map_err(|trouble| {
                Trouble::Astray(format!("{}, {}: {trouble}", scenario.name, step.label))
            })?;
        }
        Ok(Life { scenario, steps, seed, base, run, moments: watch.moments() })
    }

    pub fn side(&self) -> Side {
        self.scenario.side
    }

    /// Operations of the disk that is cut.
    pub fn operations(&self) -> usize {
        self.moments.last().map_or(0, |moment| moment.operations(self.side()))
    }

    /// What a cut after so many operations must show.
    pub fn promised(&self, index: usize) -> Promise<'_> {
        let known = self.moments.partition_point(|moment| moment.operations(self.side()) <= index);
        let moment = &self.moments[known.max(1) - 1];
        let next = self.moments.get(known).and_then(|moment| moment.picture.as_deref());
        Promise { kept: moment.picture.as_deref(), next: next.into_iter().collect(), moment }
    }

    /// What must show when a step ended badly.
    pub fn promised_within(&self, step: usize) -> Promise<'_> {
        let before = self.moments.partition_point(|moment| moment.step < step);
        let after = self.moments.partition_point(|moment| moment.step <= step);
        let moment = &self.moments[before.max(1) - 1];
        let next = self.moments[before..after].iter().filter_map(|moment| moment.picture.as_deref());
        Promise { kept: moment.picture.as_deref(), next: next.collect(), moment }
    }

    /// Both machines as the next start finds them: one after the cut, the other as it stood then.
    pub fn found(&self, cut: &Cut) -> Result<Stage, Trouble> {
        let moment = self.promised(cut.index).moment;
        let (phone, office) = match self.side() {
            Side::Phone => (cut.power_on()?, self.run.office.disk.at(moment.office, KEPT)?),
            Side::Server => (self.run.phone.disk.at(moment.phone, KEPT)?, cut.power_on()?),
        };
        let mut found = self.run.around(phone, office);
        found.notes.draft = None;
        Ok(found)
    }
}

/// What stands on a disk at rest; `None` for a server that was never made.
fn standing(base: &Stage, side: Side) -> Result<Option<Picture>, Trouble> {
    if side == Side::Server && base.office.disk.files().is_empty() {
        return Ok(None);
    }
    let mut opened = base.copy()?;
    opened.start(side)?;
    opened.look(side)
}
