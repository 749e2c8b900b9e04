//! What is begun about a report follows it when healing makes it anew or files it elsewhere. Knows
//! where a draft belongs and what its author saw, not what it says. Changes with what healing moves.

use std::collections::BTreeMap;

use ronde_model::id::{ChangeHash, DocId, Eid};

use super::wound::Wound;
use crate::capture::Draft;
use crate::error::Error;
use crate::store::Tx;

/// Points what was begun about a document at where its words belong now. `homes`: by envelope, where
/// what depends on it went; `stands`: by change, what stands there for it.
pub fn follow(
    tx: &Tx<'_>,
    doc: DocId,
    wound: &Wound,
    homes: &BTreeMap<Eid, DocId>,
    stands: &BTreeMap<ChangeHash, ChangeHash>,
) -> Result<(), Error> {
    for mut draft in Draft::load_all(tx)? {
        let saved_ms = draft.saved_ms;
        let Some(about) = draft.about.as_mut().filter(|about| about.doc == doc) else { continue };
        let seals = wound.roots.iter().filter(|root| root.is_seal);
        let moved = seals.filter(|seal| wound.stand_on(&about.shown, &seal.view.hash));
        let home = moved.filter_map(|seal| homes.get(&seal.eid)).next().copied().unwrap_or(doc);
        let Some(row) = tx.document(home)? else { continue };
        let Some(document) = tx.load(&row)? else { continue };
        let shown = wound.seen_by(&about.shown, &document, stands);
        if home == doc && (shown.is_empty() || shown == about.shown) {
            continue;
        }
        (about.doc, about.shown) = (home, shown);
        draft.save(tx, saved_ms)?;
    }
    Ok(())
}
