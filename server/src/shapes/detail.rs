//! Everything a supervisor sees of one report. Changes when the detail shows more.

use ronde_model::catalogue::Language;
use ronde_model::divergence::Shown;
use ronde_model::lifecycle;
use ronde_model::projection::{StatementView, View};
use serde::Serialize;
use utoipa::ToSchema;

use super::label::{label_of, words_of};
use super::{Divergence, Fact, Held, ReportLine, Step, Who};
use crate::supervision::{self, CommentLine, ReportDetail};

/// One report.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Report {
    /// The report, hexadecimal.
    pub id: String,
    /// The official number.
    #[schema(example = "2026-000001")]
    pub number: Option<String>,
    /// `delivered`, `read`, `assigned` or `closed`.
    #[schema(example = "delivered")]
    pub status: String,
    /// When the seal was received, ms since 1970 UTC.
    pub received_ms: i64,
    /// The unit it belongs to, as a scope.
    #[schema(example = "unit:pm-centre")]
    pub home: String,
    /// Everybody who may read it, as scopes.
    pub scopes: Vec<String>,
    /// What stands in the report now, hexadecimal change hashes.
    pub heads: Vec<String>,
    /// The inbox's line; null while the seal itself is set aside.
    pub line: Option<ReportLine>,
    /// The facts, as shown.
    pub facts: Vec<ShownFact>,
    /// Version 1, as its author sealed it.
    pub first_version: Option<Step>,
    /// Statements side by side, verbatim, in causal order.
    pub statements: Vec<Statement>,
    /// Where people wrote apart.
    pub divergences: Vec<Divergence>,
    /// What became of it.
    pub lifecycle: Lifecycle,
    /// Comments of supervisors, in causal order.
    pub comments: Vec<Comment>,
    /// Its envelopes set aside or waiting.
    pub held: Vec<Held>,
}

/// What is shown under one key.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ShownFact {
    /// The key.
    #[schema(example = "facts/severity")]
    pub key: String,
    /// The key's field, in words.
    pub label: String,
    /// The value shown.
    pub value: Fact,
    /// The value as a person reads it.
    pub words: String,
    /// Who wrote it, when: an agent, or the person whose decision holds.
    pub who: Option<Who>,
    /// The other pins of a position that diverges.
    pub also: Vec<Fact>,
    /// An open divergence stands under this key.
    pub diverges: bool,
}

/// One agent's words.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Statement {
    /// Its id.
    pub id: String,
    /// Verbatim.
    pub text: String,
    /// A named author outside the service, when the words were taken over from elsewhere.
    pub source_author: Option<String>,
    /// The id of an earlier statement of the same agent; both stay shown.
    pub supersedes: Option<String>,
    /// When its author says it was written, ms since 1970 UTC.
    pub at_ms: i64,
    /// Who, when, from which device.
    pub who: Option<Who>,
}

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Lifecycle {
    /// First reading by a person with a supervisory role.
    pub read: Option<Act>,
    /// Latest assignment in force.
    pub assigned: Option<Act>,
    /// Closing in force.
    pub closed: Option<Act>,
    /// Latest approval; `heads` says of what.
    pub approved: Option<Act>,
    /// Envelopes released from quarantine, hexadecimal.
    pub released: Vec<String>,
    /// Reports of the same event, hexadecimal.
    pub linked: Vec<String>,
}

/// One act of a person on a report.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Act {
    /// `read`, `assign`, `close`, `reopen`, `approve`, or what a later version knows.
    pub what: String,
    /// When, ms since 1970 UTC by the author's clock.
    pub at_ms: i64,
    /// Why, in words.
    pub reason: Option<String>,
    /// Assigned to whom.
    pub assignee: Option<String>,
    /// What stood in the report then, hexadecimal change hashes.
    pub heads: Vec<String>,
    /// Who, when, from where.
    pub who: Option<Who>,
}

/// A word of a supervisor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// Verbatim.
    pub text: String,
    /// Who, when.
    pub who: Option<Who>,
}

impl Report {
    /// Of the server's detail, with words of a language.
    pub fn of(detail: &ReportDetail, language: Language) -> Self {
        let view = detail.view.as_ref();
        Report {
            id: detail.doc.to_string(),
            number: detail.number.clone(),
            status: detail.status.code().to_owned(),
            received_ms: detail.received_ms,
            home: detail.home.to_string(),
            scopes: detail.scopes.iter().map(ToString::to_string).collect(),
            heads: detail.heads.iter().map(ToString::to_string).collect(),
            line: view.map(|view| line(detail, view, language)),
            facts: view.map(|view| facts(detail, view, language)).unwrap_or_default(),
            first_version: detail.first_version.as_ref().map(|step| Step::of(step, language)),
            statements: view
                .map(|v| v.statements.iter().map(|said| Statement::of(said, language)).collect())
                .unwrap_or_default(),
            divergences: view
                .map(|v| v.divergences.iter().map(|found| Divergence::of(found, language)).collect())
                .unwrap_or_default(),
            lifecycle: Lifecycle::of(&detail.lifecycle, language),
            comments: detail.comments.iter().map(|line| Comment::of(line, language)).collect(),
            held: detail.held.iter().map(Held::from).collect(),
        }
    }
}

fn line(detail: &ReportDetail, view: &View, language: Language) -> ReportLine {
    let count = |state| detail.held.iter().filter(|held| held.state == state).count();
    let count = |state| u32::try_from(count(state)).unwrap_or(u32::MAX);
    let line = supervision::ReportLine {
        row: view.row.clone(),
        number: detail.number.clone(),
        status: detail.status,
        received_ms: detail.received_ms,
        quarantined: count(supervision::StoredState::Quarantined),
        pending: count(supervision::StoredState::Pending),
    };
    ReportLine::of(&line, language)
}

fn facts(detail: &ReportDetail, view: &View, language: Language) -> Vec<ShownFact> {
    let who = |key: &String| detail.wrote.get(key).map(|who| Who::of(who, language));
    view.facts.iter().map(|(key, shown)| shown_fact(key, shown, who(key), language)).collect()
}

fn shown_fact(key: &str, shown: &Shown, who: Option<Who>, language: Language) -> ShownFact {
    ShownFact {
        key: key.to_owned(),
        label: label_of(key, language),
        value: Fact::from(&shown.value),
        words: words_of(key, &shown.value, language),
        who,
        also: shown.also.iter().map(Fact::from).collect(),
        diverges: shown.diverges,
    }
}

impl Statement {
    fn of(view: &StatementView, language: Language) -> Self {
        Statement {
            id: view.id.clone(),
            text: view.statement.text.clone(),
            source_author: view.statement.source_author.clone(),
            supersedes: view.statement.supersedes.clone(),
            at_ms: view.statement.at_ms,
            who: view.provenance.as_ref().map(|who| Who::of(who, language)),
        }
    }
}

impl Lifecycle {
    fn of(lifecycle: &lifecycle::Lifecycle, language: Language) -> Self {
        let act = |act: &Option<lifecycle::Act>| act.as_ref().map(|act| Act::of(act, language));
        Lifecycle {
            read: act(&lifecycle.read),
            assigned: act(&lifecycle.assigned),
            closed: act(&lifecycle.closed),
            approved: act(&lifecycle.approved),
            released: lifecycle.released.iter().map(ToString::to_string).collect(),
            linked: lifecycle.linked.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Act {
    fn of(act: &lifecycle::Act, language: Language) -> Self {
        Act {
            what: act.what.clone(),
            at_ms: act.at_ms,
            reason: act.reason.clone(),
            assignee: act.assignee.clone(),
            heads: act.heads.iter().map(ToString::to_string).collect(),
            who: act.provenance.as_ref().map(|who| Who::of(who, language)),
        }
    }
}

impl Comment {
    fn of(line: &CommentLine, language: Language) -> Self {
        let who = line.provenance.as_ref().map(|who| Who::of(who, language));
        Comment { id: line.id.clone(), text: line.text.clone(), who }
    }
}
