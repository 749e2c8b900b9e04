//! The acts that stories are made of. Each may be said again after an error. Changes with the acts of
//! a notebook or a supervisor.

use std::collections::BTreeMap;

use ronde_core::{Draft, Error, Notebook};
use ronde_model::document::Chosen;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_server::Deciding;
use ronde_tests::world::MINUTE;

use crate::stage::Stage;
use crate::trouble::Trouble;

pub type Done = Result<(), Trouble>;

/// The fact two people write apart.
pub const APART: &str = "facts/people_count";

pub fn open(stage: &mut Stage) -> Done {
    stage.notebook().map(|_| ())
}

pub fn open_server(stage: &mut Stage) -> Done {
    stage.server().map(|_| ())
}

pub fn close(stage: &mut Stage) -> Done {
    stage.close();
    Ok(())
}

fn in_hand(stage: &mut Stage) -> Result<Draft, Trouble> {
    let notebook = stage.notebook()?;
    let draft = match stage.notes.draft {
        Some(id) => notebook.draft(id)?,
        None => notebook.new_draft("youth.brawl")?,
    };
    stage.notes.draft = Some(draft.id);
    stage.noted("drafted")?;
    Ok(draft)
}

/// The draft in hand, saved with words of about this many bytes; made when there is none.
pub fn draft(stage: &mut Stage, bytes: usize) -> Done {
    stage.clock.pass(MINUTE);
    let mut draft = in_hand(stage)?;
    draft.facts.insert("title".into(), "Bagarre place des Épars".into());
    draft.facts.insert("people_count".into(), FactValue::Integer(4));
    let bytes = bytes / 2 + usize::try_from(stage.dice.below(bytes as u64)).unwrap_or_default();
    draft.statement = stage.words(bytes);
    stage.notebook()?.save_draft(&draft)?;
    stage.noted("saved")
}

/// Déposer.
pub fn file(stage: &mut Stage) -> Done {
    let Some(draft) = stage.notes.draft else { return Ok(()) };
    let doc = stage.notebook()?.file(draft)?.doc;
    stage.notes.draft = None;
    stage.notes.docs.push(doc);
    stage.noted("filed")
}

/// A report of this many bytes, written and filed.
pub fn report(stage: &mut Stage, bytes: usize) -> Done {
    // Filed although the answer was an error: it is not written once more, only answered again.
    let notebook = stage.notebook()?;
    if stage.notes.draft.is_none_or(|id| notebook.read(id).is_err()) {
        draft(stage, bytes)?;
    }
    file(stage)
}

/// Writes a report, and files it when there is somebody to file as.
pub fn go_on(stage: &mut Stage) -> Done {
    stage.notes.draft = None;
    draft(stage, 200)?;
    if stage.notebook()?.identity()?.is_some() { file(stage) } else { Ok(()) }
}

/// Forgets the newest draft there is.
pub fn discard(stage: &mut Stage) -> Done {
    let notebook = stage.notebook()?;
    match notebook.drafts()?.first() {
        Some(draft) => Ok(notebook.discard_draft(draft.id)?),
        None => Err(Trouble::Astray("no draft to discard".into())),
    }
}

/// Corrects a fact of a report from what is on screen.
pub fn correct(notebook: &Notebook, doc: DocId, value: i64) -> Result<(), Error> {
    let shown = notebook.read(doc)?.heads;
    let puts = BTreeMap::from([(APART.to_owned(), FactValue::Integer(value))]);
    notebook.correct(doc, &shown, &puts).map(|_| ())
}

/// The first own report.
pub fn first(stage: &Stage) -> Result<DocId, Trouble> {
    stage.notes.docs.first().copied().ok_or_else(|| Trouble::Astray("no report yet".into()))
}

/// A colleague files reports here and hands them in; their ids join the notes.
pub fn colleague_files(stage: &mut Stage, reports: usize, bytes: usize) -> Done {
    let samir = stage.colleague("Samir Morel")?;
    for number in 0..reports {
        let mut draft = samir.notebook.new_draft("waste.bulky")?;
        draft.statement = stage.words(bytes);
        samir.notebook.save_draft(&draft)?;
        let doc = samir.notebook.file(draft.id)?.doc;
        if number % 2 == 0 {
            samir.notebook.state(doc, &stage.words(80), None, None)?;
        }
        stage.notes.theirs.push(doc);
    }
    stage.hand_in(&samir)
}

/// A colleague and this phone write one fact of the first own report apart, and hand it in.
pub fn write_apart(stage: &mut Stage) -> Done {
    let doc = first(stage)?;
    let samir = stage.colleague("Samir Morel")?;
    stage.hand_in(&samir)?;
    correct(&samir.notebook, doc, 6)?;
    samir.notebook.state(doc, &stage.words(60), None, None)?;
    correct(&stage.notebook()?, doc, 5)?;
    stage.hand_in(&samir)?;
    stage.synchronise()
}

/// The supervisor settles what was written apart.
pub fn decide(stage: &mut Stage) -> Done {
    let (who, doc) = (stage.supervisor()?, first(stage)?);
    let server = stage.server()?;
    let apart = server.divergences(&who, doc)?.unwrap_or_default();
    let divergence = apart.iter().find(|divergence| divergence.key == APART);
    let divergence = divergence.ok_or_else(|| Trouble::Astray("nothing was written apart".into()))?;
    let chosen = divergence.voices.last().map(|voice| voice.change);
    let deciding = Deciding {
        key: APART.into(),
        chosen: Chosen::Change(chosen.ok_or_else(|| Trouble::Astray("no voice".into()))?),
        saw: divergence.voices.iter().map(|voice| voice.change).collect(),
        saw_decisions: divergence.decisions.iter().map(|decision| decision.id.clone()).collect(),
        reason: "Deux témoins.".into(),
    };
    server.decide(&who, doc, deciding)?;
    Ok(())
}
