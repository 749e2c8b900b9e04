//! Taking reports over from elsewhere: every row or request one report, filed offline. Knows the
//! shape all sources share; the sources have a file each. Changes with that shape.

pub mod columns;
pub mod elements;
pub mod filing;
pub mod identity;
pub mod incidents;
pub mod mapping;
pub mod open311;
pub mod rows;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use ronde_core::model::fact::FactValue;
use serde::Serialize;

/// Largest file, bytes.
pub const MAX_FILE: u64 = 256 * 1024 * 1024;
/// Accuracy of a position taken over from a list of addresses, metres.
pub const ACCURACY_M: f64 = 50.0;
/// Longest note, characters: what a statement may hold.
pub const MAX_NOTE_CHARS: usize = 60_000;

/// One row or request, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// What tells it from any other of the same source: its reference there, else its content.
    pub identity: Vec<u8>,
    /// Its type here.
    pub report_type: String,
    /// Its facts.
    pub facts: BTreeMap<String, FactValue>,
    /// When the facts began, ms UTC, if it says so.
    pub from_ms: Option<i64>,
    /// Words taken over, each one statement.
    pub notes: Vec<Note>,
    /// Notes that could not be taken over.
    pub refused: Vec<Refusal>,
}

/// Words taken over from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Verbatim.
    pub text: String,
    /// Whose, as named there.
    pub author: Option<String>,
}

/// What was not taken over, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// Which request of the list, from 1; rows have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<u64>,
    /// A stable word: `columns`, `quotes`, `encoding`, `limit`, `syntax`, `date`, `position`,
    /// `not-an-object`, `note`, `form`.
    pub code: &'static str,
    /// Why, in French.
    pub reason: String,
}

impl Refusal {
    /// Of a row.
    pub fn new(line: u64, code: &'static str, reason: impl Into<String>) -> Self {
        Refusal { line, item: None, code, reason: reason.into() }
    }

    /// Of a request of a list.
    pub fn of_item(self, item: u64) -> Self {
        Refusal { item: Some(item), ..self }
    }
}

/// What an import did.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows or requests met.
    pub rows: u64,
    /// Reports filed.
    pub filed: u64,
    /// Reports that an earlier import of this device had filed.
    pub already: u64,
    /// Statements written.
    pub statements: u64,
    /// What was not taken over: the first ten thousand.
    pub refused: Vec<Refusal>,
    /// How many were not.
    pub refused_total: u64,
}

impl Tally {
    /// Most refusals kept in memory.
    const KEPT: usize = 10_000;

    /// Counts one that was not taken over.
    pub fn refuse(&mut self, refusal: Refusal) {
        self.refused_total += 1;
        if self.refused.len() < Self::KEPT {
            self.refused.push(refusal);
        }
    }
}
