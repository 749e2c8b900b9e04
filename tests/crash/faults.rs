//! Each operation of a story refused once, in each way it can be, and a disk that stays refused: the
//! error has a name, everything acknowledged is there, the same act goes through afterwards.
//! Changes when a disk can refuse in another way.

use ronde_tests::disk::{Cut, Fate, Fault, Variant};

use crate::examine::{Depth, Wrong, examine};
use crate::life::{LOST, Life, Promise};
use crate::picture::Picture;
use crate::stage::Stage;
use crate::tally::Tally;
use crate::trouble::Trouble;
use crate::watch::{Side, Watch};

/// Every way a disk refuses.
pub const FAULTS: [Fault; 3] = [Fault::Full, Fault::Io, Fault::SyncIo];

/// One refusal of one story.
#[derive(Debug, Clone, Copy)]
pub struct Refusal {
    pub fault: Fault,
    pub index: usize,
    /// Until it is healed, instead of once.
    pub lasting: bool,
    /// The program is killed right after the error and started again, instead of going on.
    pub killed: bool,
}

/// Most refusals of one story: writing a long log back is a thousand times the same write.
const MOST: usize = 700;

/// Every refusal a story can meet, every seventh also as one that lasts, every fifth followed by a kill;
/// of a very long story a part.
pub fn refusals(life: &Life) -> Vec<Refusal> {
    let disk = life.run.disk(life.side());
    let mut refusals = Vec::new();
    for fault in FAULTS {
        for (count, index) in disk.strikable(fault).into_iter().enumerate() {
            if index < life.operations() {
                let refusal = Refusal { fault, index, lasting: false, killed: false };
                refusals.push(refusal);
                if count % 7 == 0 {
                    refusals.push(Refusal { lasting: true, ..refusal });
                }
                // A failed sync is the one whose bytes a new process reads and no disk holds.
                if count % 5 == 0 || fault == Fault::SyncIo {
                    refusals.push(Refusal { killed: true, ..refusal });
                }
            }
        }
    }
    let step = refusals.len().div_ceil(MOST).max(1);
    refusals.into_iter().step_by(step).collect()
}

type Outcome = Result<(), (Wrong, String)>;

/// Plays the story once more with one refusal.
pub fn endure(life: &Life, refusal: Refusal, tally: &mut Tally) -> Outcome {
    let side = life.side();
    let mut stage = life.base.copy().map_err(astray)?;
    // Looking at a server signs somebody in, which throws the die: looked at as the first time, so that it
    // falls as it did then. Looking at a phone throws none.
    stage.watch = (side == Side::Server).then(|| Watch::new(side));
    let until = if refusal.lasting { usize::MAX } else { refusal.index + 1 };
    stage.disk(side).fail_within(refusal.index..until, refusal.fault);
    for (number, step) in (1..).zip(life.steps) {
        let done = |stage: &mut Stage| step.run(stage).and_then(|()| stage.noted(step.label));
        let Err(trouble) = done(&mut stage) else { continue };
        tally.told(refusal.fault, &trouble);
        if stage.disk(side).struck().is_empty() {
            return Err((Wrong::Unusable, format!("{}: nothing was refused, and {trouble}", step.label)));
        }
        if !trouble.is_of_a_disk() {
            return Err((Wrong::Unusable, format!("{}: not told as a disk's fault: {trouble}", step.label)));
        }
        keeps(life, &stage, &life.promised_within(number), refusal)
            .map_err(|(wrong, words)| (wrong, format!("{} ({trouble}): {words}", step.label)))?;
        if refusal.lasting {
            // Once more into the wall: still an error with a name, or nothing left to refuse.
            if let Err(again) = done(&mut stage)
                && !again.is_of_a_disk()
            {
                return Err((Wrong::Unusable, format!("{}, again: {again}", step.label)));
            }
        }
        stage.disk(side).heal();
        if refusal.killed {
            let disk = stage.disk(side).clone();
            disk.kill(|| stage.close());
        }
        done(&mut stage)
            .map_err(|after| (Wrong::Unusable, format!("{}, after it healed: {after}", step.label)))?;
        tally.healed += 1;
    }
    stage.disk(side).heal();
    ends(&mut stage, life)
}

/// Right after the error: what runs shows what was acknowledged, and so does the next start after a cut.
fn keeps(life: &Life, stage: &Stage, promise: &Promise<'_>, refusal: Refusal) -> Outcome {
    if let (Some(kept), Some(seen)) = (promise.kept, stage.look(life.side()).map_err(astray)?)
        && let Some((_, words)) = seen.difference(kept, &promise.next)
    {
        return Err((Wrong::Lost, format!("after the error: {words}")));
    }
    let disk = stage.disk(life.side());
    next_start(stage, life, &disk.cut(disk.operations(), LOST), promise, refusal.index.is_multiple_of(4))?;
    if refusal.index.is_multiple_of(3) {
        let draw = Fate::Drawn(life.seed ^ refusal.index as u64);
        let torn = disk.cut(disk.operations(), Variant { writes: draw, names: draw });
        next_start(stage, life, &torn, promise, false)?;
    }
    Ok(())
}

fn next_start(stage: &Stage, life: &Life, cut: &Cut, promise: &Promise<'_>, integrity: bool) -> Outcome {
    let found = cut.power_on().map_err(unregistered)?;
    let mut next = match life.side() {
        Side::Phone => stage.around(found, stage.office.disk.copy().map_err(unregistered)?),
        Side::Server => stage.around(stage.phone.disk.copy().map_err(unregistered)?, found),
    };
    examine(&mut next, life.side(), promise, Depth { integrity, meeting: false })
        .map_err(|(wrong, words)| (wrong, format!("cut then ({:?}): {words}", cut.variant)))
}

/// Everything was acknowledged in the end: a cut loses nothing of it.
fn ends(stage: &mut Stage, life: &Life) -> Outcome {
    stage.start(life.side()).map_err(astray)?;
    let seen: Picture = stage.look(life.side()).map_err(astray)?.unwrap_or_default();
    let moment = &life.moments[life.moments.len() - 1];
    let promise = Promise { kept: Some(&seen), next: Vec::new(), moment };
    let disk = stage.disk(life.side());
    let cut = disk.cut(disk.operations(), LOST);
    next_start(stage, life, &cut, &promise, false)
}

fn astray(trouble: Trouble) -> (Wrong, String) {
    match trouble {
        Trouble::Astray(words) => (Wrong::Torn, words),
        other => (Wrong::Unusable, other.to_string()),
    }
}

fn unregistered(error: ronde_tests::disk::Unregistered) -> (Wrong, String) {
    (Wrong::Unusable, error.to_string())
}
