//! What is measured, as a table for people and as one object for programs. Knows no measurement.
//! Changes with what `cargo xtask bench` prints.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// One target: the figure that decides, what it is made of, and the best peer measured.
#[derive(Debug, Clone)]
pub struct Figure {
    /// As in the design: `T1`.
    pub id: &'static str,
    /// What is measured.
    pub what: String,
    /// What was measured.
    pub value: f64,
    /// At most.
    pub limit: f64,
    /// Unit of both.
    pub unit: &'static str,
    /// What else belongs to it; a part with a limit must hold too.
    pub parts: Vec<Part>,
    /// The best peer measured, and how.
    pub peer: &'static str,
    /// The peer's figure.
    pub peer_value: f64,
    /// Unit of the peer's figure.
    pub peer_unit: &'static str,
    /// How it is known, and what it does not say.
    pub notes: Vec<String>,
}

/// A figure that belongs to a target.
#[derive(Debug, Clone)]
pub struct Part {
    what: String,
    value: f64,
    limit: Option<f64>,
    unit: &'static str,
}

impl Part {
    /// A figure that only tells.
    pub fn tells(what: impl Into<String>, value: f64, unit: &'static str) -> Part {
        Part { what: what.into(), value, limit: None, unit }
    }

    /// A figure that must not be higher.
    pub fn at_most(what: impl Into<String>, value: f64, limit: f64, unit: &'static str) -> Part {
        Part { what: what.into(), value, limit: Some(limit), unit }
    }

    fn met(&self) -> Option<bool> {
        self.limit.map(|limit| self.value <= limit)
    }
}

impl Figure {
    /// The figure and every part with a limit hold. NaN never does.
    pub fn met(&self) -> bool {
        self.value <= self.limit && self.parts.iter().all(|part| part.met() != Some(false))
    }

    fn json(&self) -> Value {
        let parts: Vec<Value> = self
            .parts
            .iter()
            .map(|part| {
                json!({
                    "what": part.what, "value": rounded(part.value), "limit": part.limit, "unit": part.unit,
                    "met": part.met(),
                })
            })
            .collect();
        json!({
            "what": self.what, "value": rounded(self.value), "limit": self.limit, "unit": self.unit,
            "met": self.met(), "peer": self.peer, "peer_value": self.peer_value, "peer_unit": self.peer_unit,
            "parts": parts, "notes": self.notes,
        })
    }
}

/// `{"targets": {"T1": {…}, …}}`
pub fn object(figures: &[Figure], more: Value) -> Value {
    let targets: Map<String, Value> = figures.iter().map(|f| (f.id.to_owned(), f.json())).collect();
    let met = figures.iter().filter(|figure| figure.met()).count();
    json!({ "targets": targets, "met": met, "missed": figures.len() - met, "run": more })
}

/// Every figure with its parts and its peer.
pub fn table(figures: &[Figure]) -> String {
    let mut text =
        format!("{:<9}{:<66}{:>12}{:>10}  {:<10}{}\n", "", "what", "value", "limit", "unit", "met");
    for figure in figures {
        let met = if figure.met() { "met" } else { "MISSED" };
        let (value, limit) = (told(figure.value), told(figure.limit));
        let _ = writeln!(
            text,
            "\n{:<9}{:<66}{value:>12}{limit:>10}  {:<10}{met}",
            figure.id, figure.what, figure.unit
        );
        for part in &figure.parts {
            let limit = part.limit.map(told).unwrap_or_default();
            let met = match part.met() {
                Some(false) => "MISSED",
                _ => "",
            };
            let (what, value) = (&part.what, told(part.value));
            let _ = writeln!(text, "{:<11}{what:<64}{value:>12}{limit:>10}  {:<10}{met}", "", part.unit);
        }
        let peer = told(figure.peer_value);
        let _ = writeln!(text, "{:<11}peer: {} {peer} {}", "", figure.peer, figure.peer_unit);
        for note in &figure.notes {
            let _ = writeln!(text, "{:<11}{note}", "");
        }
    }
    text
}

/// Three decimals are more than any of these figures can promise.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn told(value: f64) -> String {
    match value {
        v if v.fract() == 0.0 => format!("{v:.0}"),
        v if v.abs() >= 100.0 => format!("{v:.0}"),
        v if v.abs() >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}
