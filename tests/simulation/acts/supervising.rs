//! What supervisors do: read, assign, close, comment, settle, release. Each looks at a report first,
//! and what the server shows is set beside the model.

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::divergence::Divergence;
use ronde_model::document::Chosen;
use ronde_model::id::{ChangeHash, DocId, Eid};
use ronde_server::error::{ActError, ServerError};
use ronde_server::people::Supervisor;
use ronde_server::supervision::{Filter, MAX_PAGE, ReportDetail};
use ronde_server::{Deciding, Server};

use crate::compare::{self, Real};
use crate::law::{Held, Law, broken};
use crate::model::{Put, Says};
use crate::office::enter;
use crate::town::{Town, server_failed};

/// A report as a supervisor has it on screen.
pub struct Desk {
    /// The report.
    pub doc: DocId,
    /// What is shown.
    pub detail: ReportDetail,
    /// The acts in it.
    pub knew: BTreeSet<Eid>,
    /// Which act made which change.
    pub acts: BTreeMap<ChangeHash, Eid>,
}

/// Opens a report at the server: shown as the model says.
pub fn open(town: &mut Town, who: &Supervisor, doc: DocId) -> Held<Option<Desk>> {
    let server = enter(&town.door).server.clone();
    let detail = server.report(who, doc).map_err(|e| server_failed("report", e))?;
    let history = server.history(who, doc).map_err(|e| server_failed("history", e))?;
    let (Some(detail), Some(history)) = (detail, history) else { return Ok(None) };
    let steps = history.report.into_iter().chain(history.handling);
    let acts: BTreeMap<ChangeHash, Eid> =
        steps.filter_map(|step| Some((step.change, step.provenance?.eid))).collect();
    let desk = Desk { doc, detail, knew: acts.values().copied().collect(), acts };
    check_shown(town, &desk)?;
    Ok(Some(desk))
}

fn check_shown(town: &mut Town, desk: &Desk) -> Held {
    let Some(view) = &desk.detail.view else { return Ok(()) };
    if !desk.knew.iter().all(|eid| town.model.put(eid).is_some()) {
        town.figures.count("compared.not_known_to_the_model");
        return Ok(());
    }
    town.figures.count("compared.server");
    let comments = desk.detail.comments.iter().map(|comment| comment.text.clone()).collect();
    let real = Real {
        facts: &view.facts,
        divergences: &view.divergences,
        statements: &view.statements,
        lifecycle: &desk.detail.lifecycle,
        row: &view.row,
        comments: Some(comments),
    };
    match compare::with_model(&town.model.view(&desk.knew), &real) {
        Ok(()) => Ok(()),
        Err(why) => broken(Law::AsTheModelSays, format!("server, report {}: {why}", desk.doc)),
    }
}

/// A supervisor looks at a report and acts.
pub fn act(town: &mut Town) -> Held {
    let which = town.chance.below(6);
    let who = enter(&town.door).supervisor(which)?;
    if town.chance.percent(10) {
        return release(town, &who);
    }
    let server = enter(&town.door).server.clone();
    let divergence = town.chance.percent(50).then_some(true);
    let mut page = server.reports(&who, &Filter { divergence, ..Filter::default() }, None, MAX_PAGE);
    if page.as_ref().is_ok_and(|page| page.items.is_empty()) {
        page = server.reports(&who, &Filter::default(), None, MAX_PAGE);
    }
    let page = page.map_err(|e| server_failed("reports", e))?;
    drop(server);
    let Some(line) = town.chance.of(&page.items) else { return Ok(()) };
    let Some(desk) = open(town, &who, line.row.doc)? else {
        return broken(Law::EverythingReadableArrives, "a report of the inbox does not open");
    };
    if desk.detail.view.is_none() {
        return Ok(());
    }
    let apart = desk.detail.view.as_ref().map(|view| view.divergences.clone()).unwrap_or_default();
    if let Some(divergence) = town.chance.of(&apart).cloned()
        && town.chance.percent(70)
    {
        return decide(town, &who, &desk, divergence);
    }
    let doc = desk.doc;
    match town.chance.below(5) {
        0 => write(town, &who, &desk, Says::Read, |s, w| s.mark_read(w, doc)),
        1 => {
            let to = town.words("Équipe");
            write(town, &who, &desk, Says::Assign(to.clone()), |s, w| s.assign(w, doc, &to, None).map(Some))
        }
        2 if desk.detail.lifecycle.closed.is_some() => {
            write(town, &who, &desk, Says::Reopen, |s, w| s.reopen(w, doc, "Repris").map(Some))
        }
        2 | 3 if town.chance.percent(60) => {
            let why = town.words("Traité");
            write(town, &who, &desk, Says::Close(why.clone()), |s, w| s.close(w, doc, &why).map(Some))
        }
        _ => {
            let words = town.words("Note");
            let says = Says::Comment(words.clone());
            write(town, &who, &desk, says, |s, w| s.comment(w, doc, &words).map(Some))
        }
    }
}

/// One act, told to the model when it was done, whether or not its answer was heard.
fn write(
    town: &mut Town,
    who: &Supervisor,
    desk: &Desk,
    says: Says,
    work: impl FnOnce(&Server, &Supervisor) -> Result<Option<Eid>, ActError>,
) -> Held {
    let (doc, saw, at_ms) = (desk.doc, desk.knew.clone(), town.clock.true_ms());
    let ill = town.is_server_ill();
    let (answer, heard) = enter(&town.door).work(|server| work(server, who));
    match answer {
        Ok(Some(eid)) => {
            town.figures.count("acts.supervised");
            town.figures.count("envelopes");
            town.journal.note(format_args!("supervisor: {says:?} in {doc}, heard {heard}"));
            town.model.add(eid, Put { doc, agent: who.agent(), at_ms, saw, says });
        }
        Ok(None) => {}
        Err(ActError::Server(ServerError::Archive(_))) if ill => town.figures.count("faults.server_too_ill"),
        Err(e) => return Err(server_failed("act", e)),
    }
    town.settle_line()
}

fn decide(town: &mut Town, who: &Supervisor, desk: &Desk, divergence: Divergence) -> Held {
    let Some(voice) = town.chance.of(&divergence.voices).cloned() else { return Ok(()) };
    let by_change = town.chance.percent(50);
    let chosen = if by_change { Chosen::Change(voice.change) } else { Chosen::Value(voice.value.clone()) };
    let decisions =
        divergence.decisions.iter().filter_map(|d| d.provenance.as_ref().map(|p| p.eid)).collect();
    let says = Says::Decide {
        key: divergence.key.clone(),
        value: voice.value,
        values: divergence.present.iter().filter_map(|change| desk.acts.get(change).copied()).collect(),
        decisions,
    };
    let deciding = Deciding {
        key: divergence.key,
        chosen,
        saw: divergence.present,
        saw_decisions: divergence.decisions.into_iter().map(|decided| decided.id).collect(),
        reason: "Constaté sur place".into(),
    };
    town.figures.count("acts.decided");
    let doc = desk.doc;
    write(town, who, desk, says, |server, who| server.decide(who, doc, deciding).map(Some))
}

/// A supervisor settles one divergence of what is on screen, which may be the screen of a while ago.
pub fn settle(town: &mut Town, who: &Supervisor, desk: &Desk) -> Held {
    let apart = desk.detail.view.as_ref().map(|view| view.divergences.clone()).unwrap_or_default();
    match town.chance.of(&apart).cloned() {
        Some(divergence) => decide(town, who, desk, divergence),
        None => Ok(()),
    }
}

/// The chief lets in everything that was set aside. Whether there was anything.
pub fn release_all(town: &mut Town) -> Held<bool> {
    let who = enter(&town.door).supervisor(0)?;
    let server = enter(&town.door).server.clone();
    let held = server.quarantine(&who, None, MAX_PAGE).map_err(|e| server_failed("quarantine", e))?;
    drop(server);
    let lines: Vec<_> = held.items.into_iter().filter(|line| line.releasable).collect();
    for line in &lines {
        // Another release may have let it in.
        if let Some(report) = line.report
            && let Some(desk) = open(town, &who, report)?
            && desk.detail.held.iter().any(|held| held.eid == line.eid && held.releasable)
        {
            let eid = line.eid;
            write(town, &who, &desk, Says::Release(eid), |s, who| s.release(who, eid, "Vérifié").map(Some))?;
        }
    }
    Ok(!lines.is_empty())
}

/// A supervisor lets in what was set aside.
fn release(town: &mut Town, who: &Supervisor) -> Held {
    let server = enter(&town.door).server.clone();
    let held = server.quarantine(who, None, MAX_PAGE).map_err(|e| server_failed("quarantine", e))?;
    drop(server);
    let lines: Vec<_> = held.items.into_iter().filter(|line| line.releasable).collect();
    let Some((eid, Some(report))) = town.chance.of(&lines).map(|line| (line.eid, line.report)) else {
        return Ok(());
    };
    let Some(desk) = open(town, who, report)? else { return Ok(()) };
    town.figures.count("acts.released");
    write(town, who, &desk, Says::Release(eid), |server, who| server.release(who, eid, "Vérifié").map(Some))
}
