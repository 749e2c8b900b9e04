//! Judging again, after an upgrade, what waited for a newer program. Goes on where it was stopped;
//! every step is one transaction. Changes when a program learns to judge something more.

use ronde_model::envelope::Kind;
use ronde_model::id::DocId;

use super::{apply, plan};
use crate::archive::Knowledge;
use crate::error::ServerError;
use crate::ground::Ground;

/// What this program knows of schemas, kinds and prefixes. One more whenever it judges something
/// that an older one had to leave as `newer-app`.
const KNOWLEDGE: u64 = 1;

/// Envelopes looked at together.
const STEP: usize = 64;

/// What an archive made now was judged with.
pub fn known() -> Knowledge {
    Knowledge { number: KNOWLEDGE, reached: 0 }
}

/// Judges again what waited for a program that knows more than the one before, if this is one.
///
/// # Errors
/// The archive's: what was done stays done, and the next opening goes on.
pub fn judge_again(ground: &Ground) -> Result<(), ServerError> {
    let (mut before, head) =
        ground.read(|archive| Ok::<_, ServerError>((archive.knowledge()?, archive.head()?)))?;
    if before.number >= KNOWLEDGE {
        return Ok(());
    }
    loop {
        let found = ground.read(|archive| archive.waiting_for_newer(before.reached, STEP))?;
        let Some((reached, ..)) = found.last() else { break };
        before.reached = *reached;
        let accepted = step(ground, found.iter().map(|(_, kind, doc)| (*kind, *doc)), before)?;
        tracing::info!(accepted, reached = before.reached, of = head.seq, "judging again after an upgrade");
    }
    ground.write(|archive| Ok::<_, ServerError>(archive.put_knowledge(known())?))
}

fn step(
    ground: &Ground,
    documents: impl Iterator<Item = (Kind, DocId)>,
    done: Knowledge,
) -> Result<usize, ServerError> {
    let now_ms = ground.now_ms();
    let plan = ground.read(|archive| plan::make_again(ground, archive, documents, now_ms))?;
    ground.write(|archive| {
        let plan = plan::renew(ground, archive, plan)?;
        apply::carry_out(archive, &plan)?;
        archive.put_knowledge(done)?;
        Ok::<_, ServerError>(plan.affairs.iter().map(|affair| affair.rulings.len()).sum())
    })
}
