//! Drafts on screen, and what filing one answers.

use ronde_core::model::catalogue::{Catalogue, Language};
use ronde_core::{Adding, Draft, Error, Filed, Problem};
use serde::Serialize;

use super::{fact, line, moment};
use crate::desk::Desk;
use crate::failure::Failure;
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
        // What is added to a report is judged when it is added: nothing of a whole form is missing.
        let problems = if draft.about.is_some() { Vec::new() } else { draft.problems() };
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
        let said = match &draft.about {
            Some(about) => format!("{} sur …{} : {}", begun(&about.adding), short(about.doc), typed(draft)),
            None => format!("{kind} {title}"),
        };
        let said = line(&said, WORDS);
        format!("…{}  {}  {said}\n", short(draft.id), moment::here(draft.saved_ms))
    });
    lines.collect()
}

/// What is begun about a report.
fn begun(adding: &Adding) -> &'static str {
    match adding {
        Adding::Statement => "Constatations commencées",
        Adding::Void => "Annulation commencée",
        Adding::Correction { .. } => "Correction commencée",
    }
}

/// What was typed of it.
fn typed(draft: &Draft) -> String {
    let facts = draft.facts.iter().map(|(name, value)| {
        let key = format!("facts/{name}");
        format!("{} : {}", fact::label(&key), fact::words(&key, value))
    });
    let words = (!draft.statement.is_empty()).then(|| draft.statement.clone());
    words.into_iter().chain(facts).collect::<Vec<_>>().join(", ")
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
            let asked = Catalogue::shipped().field_label(field, Language::Fr).to_lowercase();
            format!("{asked} : {}", fact::words(field, value))
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
