//! Drafts as a form edits them, and what Déposer answers. Changes with what a form holds.

use ronde_core::model::id::{DocId, Eid};
use ronde_core::{Draft, Filed, Involved, InvolvedKind, Problem};

use crate::value::Facts;

enums! {
    /// What is involved.
    InvolvedKind { Person, Vehicle }
}

records! {
    /// A person or a vehicle involved, under an id of `Notebook.new_ulid`.
    Involved { id: String, kind: InvolvedKind, fields: Facts }
    /// A report being written. Facts by short name: `title`, `severity`, `position`…
    Draft {
        id: DocId, report_type: String, facts: Facts, involved: Vec<Involved>, statement: String,
        source_author: Option<String>, saved_ms: i64, focus: Option<String>,
    }
    /// The report is durable; `again`: it had been filed before.
    Filed { doc: DocId, eid: Eid, again: bool }
}

/// What a form shows beside its fields while it is filled; empty when nothing is to be said.
#[uniffi::export]
pub fn problems_of(draft: Draft) -> Vec<Problem> {
    draft.problems()
}
