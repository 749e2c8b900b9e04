//! Two copies of one device: a phone restored onto a second one while the first goes on. Each copy
//! writes a chain of its own, and one goes on after the other was heard of. Nothing is refused: the
//! device's line says it. Changes with what counts as proof.

use std::collections::BTreeMap;

use ronde_model::id::{ChainId, DeviceId};
use ronde_model::instant::Instant;

use crate::archive::{ChainRow, Writes};
use crate::error::ArchiveError;

/// How far the wall clock and the monotonic one may differ over one chain before it was set, ms.
const JUMP_MS: u64 = 5 * 60 * 1000;
/// What claims to be written later than this after it was received has a clock ahead, ms.
const AHEAD_MS: i64 = 30 * 1000;
/// A chain goes on, for sure, when it is written this long after the other one was received, ms:
/// more than `AHEAD_MS` by as much as the batches of one push take.
const SURE_MS: i64 = 60 * 1000;

/// Chains of one device watched in one transaction. A phone sends a few, one for each start of its
/// program; whoever sends a crowd of them is not worth everybody else's wait.
const MOST_CHAINS: usize = 64;

/// What was stored in one transaction, chain by chain.
#[derive(Default)]
pub struct Watch(BTreeMap<(DeviceId, ChainId), Vec<(Instant, i64)>>);

impl Watch {
    /// Notes an envelope that is stored.
    pub fn note(&mut self, device: DeviceId, chain: ChainId, t: Instant, received_ms: i64) {
        self.0.entry((device, chain)).or_default().push((t, received_ms));
    }

    /// Keeps the spans, and the alarm where two of them interleave.
    ///
    /// # Errors
    /// The archive's.
    pub fn close(self, archive: &dyn Writes, now_ms: i64) -> Result<(), ArchiveError> {
        let mut watched: BTreeMap<DeviceId, usize> = BTreeMap::new();
        for ((device, chain), written) in self.0 {
            let watched = watched.entry(device).or_default();
            *watched += 1;
            if *watched > MOST_CHAINS {
                if *watched == MOST_CHAINS + 1 {
                    tracing::warn!(%device, "more chains than are watched for copies came at once");
                }
                continue;
            }
            // Sessions of supervisors are no devices; and what is known is known.
            if archive.device(&device)?.is_none_or(|row| row.copied_ms.is_some()) {
                continue;
            }
            let before = archive.chain(&device, &chain)?;
            let span = written
                .iter()
                .fold(before, |span, (t, received_ms)| extended(span, device, chain, t, *received_ms));
            let Some(span) = span.filter(|span| Some(*span) != before) else { continue };
            archive.put_chain(&span)?;
            // One began after the other and was received, and the other was written afterwards all
            // the same. A clock set back between two starts makes spans overlap too: but then what
            // overlaps was received after both, so it proves nothing.
            if archive.is_interleaved(&span, SURE_MS)? {
                tracing::warn!(%device, "two copies of this device are in use: revoke it and invite its agent again");
                archive.put_copied(&device, now_ms)?;
            }
        }
        Ok(())
    }
}

/// The span with one more envelope, unless its clock was set meanwhile or is ahead.
fn extended(
    span: Option<ChainRow>,
    device: DeviceId,
    chain: ChainId,
    t: &Instant,
    received_ms: i64,
) -> Option<ChainRow> {
    let at_ms = t.corrected_ms();
    if at_ms > received_ms.saturating_add(AHEAD_MS) {
        return span;
    }
    let Some(span) = span else {
        return Some(ChainRow {
            device,
            chain,
            boot: t.boot,
            anchor_ms: at_ms,
            anchor_mono_ms: t.mono_ms,
            first_ms: at_ms,
            last_ms: at_ms,
            received_ms,
        });
    };
    let walked = i128::from(at_ms) - i128::from(span.anchor_ms);
    let ran = i128::from(t.mono_ms) - i128::from(span.anchor_mono_ms);
    if t.boot != span.boot || (walked - ran).unsigned_abs() > u128::from(JUMP_MS) {
        return Some(span);
    }
    Some(ChainRow {
        first_ms: span.first_ms.min(at_ms),
        last_ms: span.last_ms.max(at_ms),
        received_ms: span.received_ms.min(received_ms),
        ..span
    })
}
