//! What a phone does, with its own disk cut. Changes when a phone learns to do something more.

use ronde_model::territory::Territory;
use ronde_tests::world::{Wire, now};

use super::acts::{self, Done};
use super::{Scenario, Step};
use crate::stage::Stage;
use crate::trouble::Trouble;
use crate::watch::Side;

const OPEN: Step = Step::new("opened", acts::open);
const CLOSE: Step = Step::new("closed", acts::close);
const ENROL: Step = Step::new("enrolled", enrol);
const SYNC: Step = Step::new("synchronised", Stage::synchronise);
const FILE: Step = Step::new("filed", acts::file);
const CORRECT: Step = Step::new("corrected", correct);
const STATE: Step = Step::new("stated", state);
const VOID: Step = Step::new("voided", void);
const DISCARD: Step = Step::new("discarded", acts::discard);

const fn draft(bytes: usize) -> Step {
    Step::of("saved", acts::draft, bytes)
}

const fn scenario(
    name: &'static str,
    weight: usize,
    prepare: fn(&mut Stage) -> Done,
    steps: &'static [Step],
) -> Scenario {
    Scenario { name, side: Side::Phone, prepare, steps, needs_hot: false, weight }
}

/// In the order of a phone's life.
pub const SCENARIOS: &[Scenario] = &[
    scenario("first creation", 2, organisation, &[OPEN, draft(40), draft(900), CLOSE, OPEN]),
    scenario("enrolment", 2, unenrolled, &[OPEN, ENROL, draft(40), FILE]),
    scenario("capture", 3, enrolled, &[OPEN, draft(20), draft(600), draft(5_000), draft(12_000), draft(30)]),
    scenario("filing", 4, enrolled, &[OPEN, draft(300), FILE, draft(9_000), FILE]),
    scenario("correcting", 3, with_reports, &[OPEN, CORRECT, STATE, CORRECT, VOID]),
    scenario("feed of others", 3, with_news, &[OPEN, SYNC, CORRECT]),
    scenario("conversation", 4, unsent, &[OPEN, SYNC, draft(200), FILE, CORRECT, SYNC, SYNC]),
    scenario("discard", 2, with_drafts, &[OPEN, DISCARD, DISCARD, draft(3_000), DISCARD]),
    scenario("closing", 3, with_reports, &[OPEN, draft(500), FILE, CLOSE, OPEN, CORRECT, CLOSE, OPEN]),
    Scenario { needs_hot: true, ..scenario("checkpoint", 1, log_nearly_full, CHECKPOINT) },
];

const CHECKPOINT: &[Step] =
    &[OPEN, Step::of("filed a long one", acts::report, 40_000), draft(100), FILE, CLOSE];

/// A whole first day on one disk, so that the creation is among what a cut may undo: what careless
/// settings are caught by.
pub const FIRST_DAY: Scenario = scenario(
    "first day",
    1,
    organisation,
    &[OPEN, ENROL, Step::new("filed a week", week), CLOSE, OPEN, draft(300), FILE],
);

/// What a phone does after a power cut.
pub const RECOVERY: &[Step] = &[OPEN, Step::new("went on", acts::go_on), CLOSE, OPEN];

fn organisation(stage: &mut Stage) -> Done {
    stage.found()?;
    stage.notes.code = Some(stage.invite("Inès Benali", None)?);
    Ok(())
}

fn unenrolled(stage: &mut Stage) -> Done {
    organisation(stage)?;
    acts::open(stage)
}

pub(super) fn enrolled(stage: &mut Stage) -> Done {
    organisation(stage)?;
    stage.enrol()?;
    acts::report(stage, 400)?;
    acts::report(stage, 1_500)
}

pub(super) fn with_reports(stage: &mut Stage) -> Done {
    enrolled(stage)?;
    stage.synchronise()?;
    acts::report(stage, 700)
}

fn with_news(stage: &mut Stage) -> Done {
    enrolled(stage)?;
    stage.synchronise()?;
    acts::colleague_files(stage, 5, 500)?;
    let (who, doc) = (stage.supervisor()?, acts::first(stage)?);
    let server = stage.server()?;
    server.put_territory(&Territory::drawn())?;
    server.mark_read(&who, doc)?;
    server.assign(&who, doc, "brigade du centre", None)?;
    Ok(())
}

pub(super) fn unsent(stage: &mut Stage) -> Done {
    enrolled(stage)?;
    acts::report(stage, 2_500)?;
    correct(stage)?;
    acts::colleague_files(stage, 2, 300)
}

fn with_drafts(stage: &mut Stage) -> Done {
    enrolled(stage)?;
    for bytes in [200, 9_000, 30_000] {
        stage.notes.draft = None;
        acts::draft(stage, bytes)?;
    }
    stage.notes.draft = None;
    Ok(())
}

/// SQLite writes the log back into the database once it holds 1,000 pages; this many come close.
const NEARLY: usize = 960 * (4096 + 24);

fn log_nearly_full(stage: &mut Stage) -> Done {
    enrolled(stage)?;
    let log = stage.phone.directory.join("notebook.db-wal");
    let log = log.to_string_lossy().into_owned();
    while stage.phone.disk.files().get(&log).map_or(0, Vec::len) < NEARLY {
        acts::draft(stage, 30_000)?;
    }
    Ok(())
}

fn enrol(stage: &mut Stage) -> Done {
    if stage.notebook()?.identity()?.is_some() {
        return Ok(());
    }
    stage.enrol()
}

pub(super) fn correct(stage: &mut Stage) -> Done {
    let value = 5 + i64::try_from(stage.dice.below(500)).unwrap_or_default();
    acts::correct(&stage.notebook()?, acts::first(stage)?, value)?;
    stage.noted("corrected")
}

fn state(stage: &mut Stage) -> Done {
    let words = stage.words(900);
    stage.notebook()?.state(acts::first(stage)?, &words, None, None)?;
    Ok(())
}

fn void(stage: &mut Stage) -> Done {
    stage.notebook()?.void(acts::first(stage)?, "saisi deux fois")?;
    Ok(())
}

fn week(stage: &mut Stage) -> Done {
    while stage.notes.docs.len() < 12 {
        acts::report(stage, 600)?;
    }
    Ok(())
}

impl Stage {
    /// A colleague's phone synchronises.
    pub fn hand_in(&mut self, colleague: &crate::stage::Colleague) -> Result<(), Trouble> {
        now(colleague.notebook.sync_over(&Wire::new(self.server()?)))?;
        Ok(())
    }
}
