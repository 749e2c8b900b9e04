//! Sets what the real thing shows beside what the naive model says, and two real things beside each
//! other. Knows no story. Changes when a screen shows something more.

use std::collections::{BTreeMap, BTreeSet};

use ronde_core::Detail;
use ronde_model::divergence::{Divergence, Shown};
use ronde_model::fact::FactValue;
use ronde_model::id::{AgentId, Eid};
use ronde_model::lifecycle::Lifecycle;
use ronde_model::projection::{Row, StatementView};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::model::View;

/// What a phone or the server shows of one report.
pub struct Real<'a> {
    /// Under each key.
    pub facts: &'a BTreeMap<String, Shown>,
    /// Where people wrote apart.
    pub divergences: &'a [Divergence],
    /// Words.
    pub statements: &'a [StatementView],
    /// What became of it.
    pub lifecycle: &'a Lifecycle,
    /// The list's row.
    pub row: &'a Row,
    /// Comments, where they are shown.
    pub comments: Option<Vec<String>>,
}

impl<'a> Real<'a> {
    /// What a phone shows.
    pub fn of_phone(detail: &'a Detail) -> Self {
        Real {
            facts: &detail.facts,
            divergences: &detail.divergences,
            statements: &detail.statements,
            lifecycle: &detail.lifecycle,
            row: &detail.item.row,
            comments: None,
        }
    }
}

/// Whether the real thing shows what the model says.
///
/// # Errors
/// In words, what differs.
pub fn with_model(view: &View, real: &Real<'_>) -> Result<(), String> {
    let keys = |names: Vec<&String>| names.into_iter().cloned().collect::<BTreeSet<String>>();
    let (ours, theirs) = (keys(view.present.keys().collect()), keys(real.facts.keys().collect()));
    equal("keys", &ours, &theirs)?;
    let listed: BTreeMap<&str, &Divergence> = real.divergences.iter().map(|d| (d.key.as_str(), d)).collect();
    for (key, present) in &view.present {
        let shown = real.facts.get(key).ok_or("no key")?;
        fact(view, key, present, shown, listed.get(key.as_str()).copied())
            .map_err(|why| format!("{key}: {why}; the model: {present:?}; shown: {shown:?}"))?;
    }
    let mut ours: Vec<&str> = view.words.values().map(String::as_str).collect();
    let mut theirs: Vec<&str> = real.statements.iter().map(|s| s.statement.text.as_str()).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    equal("statements", &ours, &theirs)?;
    equal("voided", &view.voided, &real.row.voided)?;
    equal("read", &view.read, &real.lifecycle.read.is_some())?;
    let assigned = real.lifecycle.assigned.as_ref().and_then(|act| act.assignee.clone());
    equal("assigned", &view.assigned, &assigned)?;
    let closed = real.lifecycle.closed.as_ref().and_then(|act| act.reason.clone());
    equal("closed", &view.closed, &closed)?;
    if let Some(mut theirs) = real.comments.clone() {
        let mut ours: Vec<String> = view.comments.values().cloned().collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        equal("comments", &ours, &theirs)?;
    }
    let open = view.apart.values().filter(|settled| settled.is_none()).count();
    if view.several_of_one.is_empty() {
        equal("open divergences", &open, &(real.row.divergences as usize))?;
    }
    Ok(())
}

fn fact(
    view: &View,
    key: &str,
    present: &BTreeMap<Eid, (AgentId, FactValue)>,
    shown: &Shown,
    divergence: Option<&Divergence>,
) -> Result<(), String> {
    let values: Vec<&FactValue> = present.values().map(|(_, value)| value).collect();
    for voice in divergence.iter().flat_map(|d| &d.voices) {
        let eid = voice.provenance.as_ref().map(|p| p.eid);
        let written = eid.and_then(|eid| present.get(&eid)).map(|(_, value)| value);
        equal("a voice", &written, &Some(&voice.value))?;
    }
    if view.several_of_one.contains(key) {
        // Which of one person's own values speaks depends on that person's clocks.
        let union = is_union(&shown.value);
        return if union || values.contains(&&shown.value) || view.apart.contains_key(key) {
            Ok(())
        } else {
            Err(format!("{:?} stands nowhere", shown.value))
        };
    }
    match view.apart.get(key) {
        None => {
            equal("diverges", &false, &(shown.diverges || divergence.is_some()))?;
            equal("value", &true, &values.contains(&&shown.value))
        }
        Some(settled) => {
            let divergence = divergence.ok_or("no divergence is listed")?;
            let distinct = |values: &[&FactValue]| -> BTreeSet<String> {
                values.iter().map(|value| format!("{value:?}")).collect()
            };
            let voices: Vec<&FactValue> = divergence.voices.iter().map(|voice| &voice.value).collect();
            equal("voices", &distinct(&values), &distinct(&voices))?;
            equal("present", &present.len(), &divergence.present.len())?;
            equal("open", &settled.is_none(), &divergence.open)?;
            equal("diverges", &settled.is_none(), &shown.diverges)?;
            match settled {
                Some(value) => equal("decided", value, &shown.value),
                None if key == "facts/severity" => {
                    let highest = values.iter().filter_map(|value| value.as_integer()).max();
                    equal("highest", &highest, &shown.value.as_integer())
                }
                None if is_union(&shown.value) => Ok(()),
                None => equal("value", &true, &values.contains(&&shown.value)),
            }
        }
    }
}

/// A period may be shown as the union of several.
fn is_union(value: &FactValue) -> bool {
    value.as_bytes().is_some_and(|bytes| ronde_model::fact::Period::from_bytes(bytes).is_some())
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, model: &T, real: &T) -> Result<(), String> {
    if model == real { Ok(()) } else { Err(format!("{what}: the model says {model:?}, it shows {real:?}")) }
}

/// Everything shown of a report, but for when the server received it, which phones learn later.
pub fn digest(real: &Real<'_>) -> [u8; 32] {
    let mut whole = json!({
        "facts": real.facts, "divergences": real.divergences, "statements": real.statements,
        "lifecycle": real.lifecycle, "row": real.row,
    });
    forget(&mut whole, "received_ms");
    Sha256::digest(whole.to_string()).into()
}

fn forget(value: &mut Value, name: &str) {
    match value {
        Value::Object(object) => {
            object.remove(name);
            object.values_mut().for_each(|value| forget(value, name));
        }
        Value::Array(array) => array.iter_mut().for_each(|value| forget(value, name)),
        _ => {}
    }
}
