//! What could not be saved, in words: what comes back from the server, what is lost, what is to be
//! looked at again. Decides nothing. Changes with what people are told after a rescue.

use std::collections::BTreeSet;

use ronde_model::id::{DocId, Eid};
use serde::Serialize;

use super::Chosen;
use crate::store::salvage::{Found, Trust};

/// One kind of loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// `pages`, `log`, `truncated`, `unproven`, `identity`, `received`, `leases`,
    /// `reports_return`, `own_lost`, `drafts_lost`, `drafts_older`.
    pub what: String,
    /// How many.
    pub count: u64,
    /// What a person reads, in French.
    pub sentence: String,
}

/// Everything that could not be saved, or not as it was.
pub fn losses_of(found: &Found, chosen: &Chosen) -> Vec<Loss> {
    let mut losses = Vec::new();
    let mut tell = |what: &str, count: usize, sentence: &dyn Fn(&str) -> String| {
        if count > 0 {
            let many = if count > 1 { "s" } else { "" };
            losses.push(Loss { what: what.to_owned(), count: count as u64, sentence: sentence(many) });
        }
    };
    let pages = found.pages.1 as usize;
    tell("pages", pages, &|s| format!("{pages} page{s} illisible{s}"));
    let frames = found.broken_frames as usize;
    tell("log", frames, &|s| format!("{frames} écriture{s} récente{s} illisible{s} dans le journal"));
    let cut = usize::from(frames == 0 && found.log.is_some());
    tell("log", cut, &|_| "la fin du journal manque : les derniers gestes peuvent manquer".into());
    tell("truncated", usize::from(found.torn), &|_| "le fichier est coupé".into());
    tell("unproven", usize::from(found.unprovable), &|_| {
        "le début du fichier est perdu : les brouillons repris ne peuvent être prouvés, relisez-les".into()
    });
    let nobody = chosen.identity.is_none() && chosen.author.is_none();
    let enrolled = !chosen.envelopes.is_empty() || !chosen.leases.is_empty();
    tell("identity", usize::from(nobody && enrolled), &|_| {
        "l’enrôlement est illisible : demandez une nouvelle invitation ; ce qui est repris attend dans le carnet et partira ensuite"
            .into()
    });
    tell("identity", usize::from(nobody && !enrolled && found.has_holes()), &|_| {
        "aucun enrôlement n’a pu être lu : s’il y en avait un, demandez une nouvelle invitation".into()
    });
    let moments = without_moment(found, chosen);
    tell("received", moments, &|s| {
        format!("{moments} moment{s} de réception : le serveur le{s} redira à la prochaine synchronisation")
    });
    let unsigned = without_lease(chosen);
    tell("leases", unsigned, &|s| {
        format!(
            "{unsigned} écrit{s} repris sans le bail de qui l’a signé : rien n’en est montré avant la prochaine synchronisation"
        )
    });
    let gone = Gone::of(found, chosen);
    let back = gone.returning.len();
    tell("reports_return", back, &|s| {
        format!("{back} rapport{s} {} du serveur à la prochaine synchronisation", return_(back))
    });
    let own = gone.own;
    tell("own_lost", own, &|s| format!("{own} écrit{s} de vous, pas encore au serveur, perdu{s}"));
    let older = chosen.drafts.iter().filter(|(_, trust)| *trust == Trust::Older);
    let older = older.filter(|(draft, _)| !chosen.done.contains(&draft.id)).count();
    tell("drafts_older", older, &|s| {
        format!("{older} brouillon{s} repris dans une version antérieure : relisez, puis jetez ou complétez")
    });
    let drafts = gone.drafts;
    tell("drafts_lost", drafts, &|s| format!("{drafts} brouillon{s} perdu{s}"));
    losses
}

/// Envelopes that nobody can verify yet, of a notebook that is enrolled.
fn without_lease(chosen: &Chosen) -> usize {
    let Some(identity) = &chosen.identity else { return 0 };
    chosen.envelopes.iter().filter(|sealed| identity.verifies(sealed).is_none()).count()
}

/// Envelopes whose row is gone: when the server received them stood there.
fn without_moment(found: &Found, chosen: &Chosen) -> usize {
    let has_row = |eid: &Eid| found.known.get(eid).is_some_and(|known| known.doc.is_some());
    chosen.envelopes.iter().filter(|sealed| !has_row(&sealed.eid)).count()
}

fn return_(count: usize) -> &'static str {
    if count > 1 { "reviendront" } else { "reviendra" }
}

/// What rows and indexes name and nothing holds.
struct Gone {
    returning: BTreeSet<DocId>,
    own: usize,
    drafts: usize,
}

impl Gone {
    fn of(found: &Found, chosen: &Chosen) -> Gone {
        let held: BTreeSet<Eid> = chosen.envelopes.iter().map(|sealed| sealed.eid).collect();
        let lost: Vec<_> = found.known.iter().filter(|(eid, _)| !held.contains(*eid)).collect();
        let own = lost.iter().filter(|(_, known)| known.own && !known.covered).count();
        let away = lost.iter().filter(|(_, known)| !known.own || known.covered);
        // An index names the envelope alone: it counts for a report of its own.
        let returning = away.map(|(eid, known)| known.doc.unwrap_or_else(|| of_eid(eid))).collect();
        let reports = chosen.envelopes.iter().map(|sealed| sealed.envelope.doc);
        let reports = reports.chain(found.known.values().filter_map(|known| known.doc));
        let reports: BTreeSet<DocId> = reports.flat_map(|doc| [doc, DocId::handling_of(doc)]).collect();
        let drafts: BTreeSet<DocId> = chosen.drafts.iter().map(|(draft, _)| draft.id).collect();
        let is_lost = |doc: &&DocId| !reports.contains(*doc) && !drafts.contains(*doc);
        // While envelopes are unaccounted for, an id may be one of their reports.
        let nameless = lost.iter().filter(|(_, known)| known.doc.is_none()).count();
        let missing = found.named.iter().filter(is_lost).count().saturating_sub(nameless);
        Gone { returning, own, drafts: missing }
    }
}

fn of_eid(eid: &Eid) -> DocId {
    let mut id = [0; 16];
    id.copy_from_slice(&eid.0[..16]);
    DocId(id)
}
