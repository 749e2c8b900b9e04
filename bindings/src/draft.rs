//! Drafts as a form edits them, and what Déposer answers. Changes with what a form holds.

use ronde_core::model::id::{ChangeHash, DocId, Eid};
use ronde_core::{About, Adding, Draft, Filed, Involved, InvolvedKind, Problem};

use crate::value::Facts;

enums! {
    /// What is involved.
    InvolvedKind { Person, Vehicle }
    /// What is added to a report: the draft's statement, as words or as a reason, or its facts.
    Adding { Statement, Void, Correction { key: String } }
}

records! {
    /// A person or a vehicle involved, under an id of `Notebook.new_ulid`.
    Involved { id: String, kind: InvolvedKind, fields: Facts }
    /// The report that a draft is about; `shown`: the version on screen when it was begun.
    About { doc: DocId, adding: Adding, shown: Vec<ChangeHash>, begun_ms: i64 }
    /// A report being written, or what is begun `about` one. Facts by short name: `title`, `position`…
    Draft {
        id: DocId, report_type: String, facts: Facts, involved: Vec<Involved>, statement: String,
        source_author: Option<String>, saved_ms: i64, focus: Option<String>,
        about: Option<About>,
    }
    /// The report is durable; `again`: it had been filed before.
    Filed { doc: DocId, eid: Eid, again: bool }
}

/// What a form shows beside its fields while it is filled; empty when nothing is to be said.
#[uniffi::export]
pub fn problems_of(draft: Draft) -> Vec<Problem> {
    draft.problems()
}
