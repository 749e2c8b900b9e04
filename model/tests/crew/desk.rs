//! A judge and what it holds of one document, as a phone or the server would: accepts, keeps
//! waiting, sets aside, retries. Changes when the duties of a judge do.

use std::collections::BTreeSet;

use ronde_model::document::{Admission, Document, Reason, Standing, Waiting, admit};
use ronde_model::history::Provenances;
use ronde_model::id::{AgentId, Eid};
use ronde_model::scope::Scope;

use super::Parcel;

/// What became of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Accepted { late: bool, is_seal: bool },
    Pending(Waiting),
    Quarantined(Reason),
    Duplicate,
}

impl Verdict {
    pub const GOOD: Verdict = Verdict::Accepted { late: false, is_seal: false };
    pub const SEALED: Verdict = Verdict::Accepted { late: false, is_seal: true };
    pub const BAD: Verdict = Verdict::Quarantined(Reason::BadChange);
}

/// What one judge holds of one document.
#[derive(Default, Clone)]
pub struct Desk {
    pub document: Option<Document>,
    pub home: Option<Scope>,
    pub author: Option<AgentId>,
    pub sealed: bool,
    pub provenances: Provenances,
    pub aside: Vec<(Parcel, Reason)>,
    waiting: Vec<Parcel>,
    seen: BTreeSet<Eid>,
}

impl Desk {
    /// The desk of the handling of a report whose seal is stored.
    pub fn of_handling(home: &Scope, author: AgentId) -> Self {
        Desk { home: Some(home.clone()), author: Some(author), sealed: true, ..Desk::default() }
    }

    /// Judges a parcel; when it is accepted, judges again what waited.
    pub fn take(&mut self, parcel: &Parcel) -> Verdict {
        if !self.seen.insert(parcel.sealed.eid) {
            return Verdict::Duplicate;
        }
        let verdict = self.judge(parcel, false);
        while self.retry() {}
        verdict
    }

    /// A person releases what was set aside.
    pub fn release(&mut self, parcel: &Parcel) -> Verdict {
        self.aside.retain(|(other, _)| other.sealed.eid != parcel.sealed.eid);
        self.judge(parcel, true)
    }

    pub fn document(&self) -> &Document {
        self.document.as_ref().expect("the desk holds the document")
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn retry(&mut self) -> bool {
        let before = self.waiting.len();
        for parcel in std::mem::take(&mut self.waiting) {
            self.judge(&parcel, false);
        }
        self.waiting.len() < before
    }

    fn judge(&mut self, parcel: &Parcel, released: bool) -> Verdict {
        let standing = Standing {
            document: self.document.as_ref(),
            home: self.home.as_ref(),
            author: self.author,
            sealed: self.sealed,
        };
        match admit(standing, parcel.envelope(), &parcel.lease, released) {
            Admission::Accepted(admitted) => {
                if admitted.is_seal {
                    self.home = Some(parcel.envelope().home.clone());
                    self.author = Some(parcel.lease.agent);
                    self.sealed = true;
                }
                self.provenances.insert(admitted.hash, parcel.provenance(admitted.late));
                self.document = Some(admitted.document);
                Verdict::Accepted { late: admitted.late, is_seal: admitted.is_seal }
            }
            Admission::Pending(waiting) => {
                self.waiting.push(parcel.clone());
                Verdict::Pending(waiting)
            }
            Admission::Quarantined(reason) => {
                self.aside.push((parcel.clone(), reason));
                Verdict::Quarantined(reason)
            }
        }
    }
}
