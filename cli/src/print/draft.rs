//! Drafts on screen, and what filing one answers.

use ronde_core::model::catalogue::{Catalogue, Language};
use ronde_core::{Draft, Error, Filed, Problem};
use serde::Serialize;

use super::{fact, line, moment};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::involved;
use crate::reference::short;

const WORDS: usize = 72;

/// A draft and what stands in its way.
#[derive(Serialize)]
pub struct DraftAnswer {
    #[serde(flatten)]
    draft: Draft,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Made<'a> {
    draft: &'a DraftAnswer,
    filed: Option<&'a Filed>,
}

impl DraftAnswer {
    /// Checks the draft.
    pub fn new(draft: Draft) -> Self {
        let problems = draft.problems();
        DraftAnswer { draft, problems }
    }
}

/// Answers `new` and `edit`: the draft first, so that its id is known even when filing failed.
///
/// # Errors
/// The one of filing.
pub fn answer(desk: &Desk, answer: DraftAnswer, filed: Option<Result<Filed, Error>>) -> Result<(), Failure> {
    let (filed, failed) = match filed {
        None => (None, None),
        Some(Ok(filed)) => (Some(filed), None),
        Some(Err(error)) => (None, Some(error)),
    };
    desk.answer(&Made { draft: &answer, filed: filed.as_ref() }, || {
        filed.as_ref().map_or_else(|| page(&answer), self::filed)
    })?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// After Déposer.
pub fn filed(filed: &Filed) -> String {
    let again = if filed.again {
        "Déjà déposé, c’est le même rapport"
    } else {
        "Déposé, sur ce téléphone"
    };
    format!("{again} : {} (…{})\n", filed.doc, short(filed.doc))
}

/// Every draft, a line each.
pub fn table(drafts: &[DraftAnswer]) -> String {
    if drafts.is_empty() {
        return "Aucun brouillon.\n".into();
    }
    let lines = drafts.iter().map(|answer| {
        let draft = &answer.draft;
        let title =
            draft.facts.get("title").map(|title| fact::words("facts/title", title)).unwrap_or_default();
        let kind = Catalogue::shipped().label(&draft.report_type, Language::Fr);
        let said = line(&format!("{kind} {title}"), WORDS);
        format!("…{}  {}  {said}\n", short(draft.id), moment::here(draft.saved_ms))
    });
    lines.collect()
}

fn page(answer: &DraftAnswer) -> String {
    let draft = &answer.draft;
    let kind = Catalogue::shipped().label(&draft.report_type, Language::Fr);
    let mut text = format!("Brouillon {} (…{}) · {kind}\n", draft.id, short(draft.id));
    for (name, value) in &draft.facts {
        let key = format!("facts/{name}");
        text.push_str(&format!("  {} : {}\n", fact::label(&key), line(&fact::words(&key, value), WORDS)));
    }
    for one in &draft.involved {
        let fields = one.fields.iter().map(|(field, value)| {
            format!("{} : {}", involved::label(one.kind, field), fact::words(field, value))
        });
        let fields = fields.collect::<Vec<_>>().join(", ");
        text.push_str(&format!("  {} {} — {}\n", fact::noun(one.kind), one.id, line(&fields, WORDS)));
    }
    if !draft.statement.is_empty() {
        text.push_str(&format!("  Constatations : {}\n", line(&draft.statement, WORDS)));
    }
    for problem in &answer.problems {
        let mark = if problem.prevents_filing() { "À corriger" } else { "À compléter" };
        text.push_str(&format!("  {mark} — {}\n", problem.fr));
    }
    text
}
