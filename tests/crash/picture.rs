//! Everything a person could see, as text by name, so that two moments can be held against each other.
//! Knows what list, documents, search and ledger owe one another. Changes when there is more to see.

use std::collections::{BTreeMap, BTreeSet};

use ronde_core::{Error, Notebook};
use ronde_model::id::{DocId, Eid};
use ronde_model::territory::Territory;
use ronde_server::Server;
use ronde_server::error::NotSignedIn;
use ronde_server::supervision::Filter;
use serde::Serialize;

use crate::trouble::Trouble;

/// Every report's words hold one that begins so: one search finds them all.
pub const TOKEN: &str = "jeton";

const MOST: u32 = 500;

/// What there is to see, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture(BTreeMap<String, String>);

/// How a picture differs from what was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// Something acknowledged is not there, or not as it was.
    Lost,
    /// Half of the step under way is there.
    Torn,
}

impl Picture {
    /// Of a phone. `Astray` when its parts do not agree.
    pub fn of_phone(notebook: &Notebook) -> Result<Picture, Trouble> {
        let mut seen = BTreeMap::new();
        let mut see = |name: String, what: String| seen.insert(name, what);
        see("identity".into(), text(&notebook.identity()?));
        for draft in notebook.drafts()? {
            see(format!("draft {}", draft.id), text(&draft));
        }
        let listed = notebook.list(None, MOST)?.items;
        let found = notebook.search(TOKEN, MOST)?;
        let ledger = notebook.own_ledger()?;
        let mut own = BTreeSet::new();
        for item in &listed {
            let doc = item.row.doc;
            let (detail, receipt) = (notebook.read(doc)?, notebook.receipt(doc)?);
            let steps = notebook.history(doc)?;
            agree(&detail.item == item, || format!("list and document of {doc}"))?;
            let written: BTreeSet<Eid> =
                steps.iter().filter_map(|step| step.provenance.as_ref()).map(|p| p.eid).collect();
            for (eid, _) in &receipt.envelopes {
                agree(written.contains(eid), || format!("{eid} is in no history of {doc}"))?;
                agree(own.insert(*eid), || format!("{eid} stands twice"))?;
            }
            agree(notebook.draft(doc).is_err(), || format!("{doc} is a report and a draft"))?;
            see(format!("report {doc}"), format!("{}\n{}\n{}", text(&detail), text(&receipt), text(&steps)));
        }
        let docs = |items: &[ronde_core::ListItem]| -> BTreeSet<DocId> {
            items.iter().map(|item| item.row.doc).collect()
        };
        agree(docs(&listed) == docs(&found), || "list and search".to_owned())?;
        let eids: BTreeSet<Eid> = ledger.iter().map(|(eid, _)| *eid).collect();
        agree(eids.len() == ledger.len(), || "an envelope stands in the ledger twice".to_owned())?;
        agree(eids == own, || "documents and ledger".to_owned())?;
        see("list".into(), text(&listed.iter().map(|item| item.row.doc).collect::<Vec<_>>()));
        see("ledger".into(), text(&ledger));
        // Not its sentences: they also tell what this process met on its disk and on its road.
        let status = notebook.sync_status()?;
        let counts = [status.written, status.received, status.waiting, status.needs_you];
        let reports = [status.reports, status.reports_received, status.reports_waiting];
        let moments = (status.waiting_since_ms, status.last_contact_ms);
        see("status".into(), text(&(counts, reports, moments)));
        see("set aside".into(), text(&notebook.set_aside()?));
        let territory = match notebook.territory() {
            Err(Error::NotEnrolled) => None,
            known => known?,
        };
        see("territory".into(), ground(territory.as_ref()));
        Ok(Picture(seen))
    }

    /// Of a server, as a supervisor of the whole agglomeration sees it.
    pub fn of_server(server: &Server, token: Option<&str>) -> Result<Picture, Trouble> {
        let mut seen = BTreeMap::new();
        let mut see = |name: String, what: String| seen.insert(name, what);
        see("organisation".into(), format!("{} {:?}", server.name(), server.fingerprint()));
        see("devices".into(), text(&server.devices()?));
        see("supervisors".into(), text(&server.supervisors()?));
        see("territory".into(), ground(server.territory()?.as_deref()));
        let stored = server.stored()?;
        let (eids, numbers): (BTreeSet<Eid>, BTreeSet<u64>) =
            stored.iter().map(|envelope| (envelope.eid, envelope.seq)).unzip();
        agree(eids.len() == stored.len(), || "an envelope is stored twice".to_owned())?;
        agree(numbers.len() == stored.len(), || "a number is given twice".to_owned())?;
        for envelope in &stored {
            see(format!("envelope {}", envelope.eid), text(envelope));
        }
        let who = match token.map(|token| server.sign_in(token)) {
            None | Some(Err(NotSignedIn::UnknownToken)) => None,
            Some(signed_in) => Some(signed_in?),
        };
        see("signed in".into(), who.is_some().to_string());
        if let Some(who) = who {
            let page = server.reports(&who, &Filter::default(), None, MOST as usize)?;
            agree(page.next.is_none(), || "more reports than a page holds".to_owned())?;
            for line in &page.items {
                let doc = line.row.doc;
                let detail = server.report(&who, doc)?;
                let detail =
                    detail.ok_or_else(|| Trouble::Astray(format!("{doc} is listed and not there")))?;
                let history = server.history(&who, doc)?;
                let history = history.ok_or_else(|| Trouble::Astray(format!("{doc} has no history")))?;
                for step in history.report.iter().chain(&history.handling) {
                    let known = step.provenance.as_ref().is_some_and(|p| eids.contains(&p.eid));
                    agree(known, || format!("a step of {doc} is in no ledger"))?;
                }
                let seen_of_it = format!("{}\n{}\n{}", text(line), text(&detail), text(&history));
                see(format!("report {doc}"), seen_of_it);
            }
            see("inbox".into(), text(&page.items.iter().map(|line| line.row.doc).collect::<Vec<_>>()));
            see("quarantine".into(), text(&server.quarantine(&who, None, MOST as usize)?));
        }
        Ok(Picture(seen))
    }

    /// How what was found differs from what was promised; `next` is what the step under way would leave,
    /// which may be there whole. `None`: it is one of the two.
    pub fn difference(&self, promised: &Picture, next: &[&Picture]) -> Option<(Difference, String)> {
        if self == promised || next.contains(&self) {
            return None;
        }
        let mut names: BTreeSet<&String> = self.0.keys().chain(promised.0.keys()).collect();
        names.extend(next.iter().flat_map(|next| next.0.keys()));
        let other = |name: &&&String| self.0.get(**name) != promised.0.get(**name);
        let strange = names.iter().filter(other).find(|name| {
            let mine = self.0.get(**name);
            next.iter().all(|next| next.0.get(**name) != mine)
        });
        Some(match strange {
            Some(name) => (Difference::Lost, self.told(name, promised)),
            None => {
                let half =
                    names.iter().find(other).map_or_else(String::new, |name| self.told(name, promised));
                (Difference::Torn, half)
            }
        })
    }

    fn told(&self, name: &str, promised: &Picture) -> String {
        let short =
            |text: Option<&String>| text.map_or("absent".to_owned(), |t| t.chars().take(400).collect());
        format!("{name}: found {}, promised {}", short(self.0.get(name)), short(promised.0.get(name)))
    }
}

fn agree(true_of_it: bool, what: impl Fn() -> String) -> Result<(), Trouble> {
    if true_of_it { Ok(()) } else { Err(Trouble::Astray(format!("do not agree: {}", what()))) }
}

fn text(what: &impl Serialize) -> String {
    serde_json::to_string(what).unwrap_or_else(|error| error.to_string())
}

fn ground(territory: Option<&Territory>) -> String {
    territory.map_or("none".into(), |known| format!("{}: {} communes", known.name(), known.communes().len()))
}
