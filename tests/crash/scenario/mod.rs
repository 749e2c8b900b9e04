//! The stories whose every operation is a power cut and a refusal: what stands before, then steps, each
//! of which may be said again after an error. Changes when a story joins.

mod acts;
mod old;
mod phone;
mod server;

pub use phone::FIRST_DAY;

use crate::stage::Stage;
use crate::trouble::Trouble;
use crate::watch::Side;

/// One acknowledged act.
pub struct Step {
    pub label: &'static str,
    act: Act,
}

enum Act {
    Plain(fn(&mut Stage) -> Result<(), Trouble>),
    Sized(fn(&mut Stage, usize) -> Result<(), Trouble>, usize),
}

impl Step {
    const fn new(label: &'static str, act: fn(&mut Stage) -> Result<(), Trouble>) -> Step {
        Step { label, act: Act::Plain(act) }
    }

    /// An act of about this many bytes.
    const fn of(
        label: &'static str,
        act: fn(&mut Stage, usize) -> Result<(), Trouble>,
        bytes: usize,
    ) -> Step {
        Step { label, act: Act::Sized(act, bytes) }
    }

    /// Does it; said again after an error it is done once.
    pub fn run(&self, stage: &mut Stage) -> Result<(), Trouble> {
        match self.act {
            Act::Plain(act) => act(stage),
            Act::Sized(act, bytes) => act(stage, bytes),
        }
    }
}

/// A story.
pub struct Scenario {
    pub name: &'static str,
    /// Whose disk is cut.
    pub side: Side,
    /// What stands before and is not cut.
    pub prepare: fn(&mut Stage) -> Result<(), Trouble>,
    pub steps: &'static [Step],
    /// The disks are always found as a kill left them: a tidy end would undo what was prepared.
    pub needs_hot: bool,
    /// How much of the states it gets, beside the others.
    pub weight: usize,
}

impl Scenario {
    /// What this side does after a power cut.
    pub fn recovery(&self) -> &'static [Step] {
        match self.side {
            Side::Phone => phone::RECOVERY,
            Side::Server => server::RECOVERY,
        }
    }

    /// Every story there is.
    pub fn all() -> impl Iterator<Item = &'static Scenario> {
        phone::SCENARIOS.iter().chain([&old::MIGRATION]).chain(server::SCENARIOS)
    }
}
