//! Incidents as a CSV file: a header, then every row one report.

use std::io::Read;

use ronde_core::model::words::fold;
use sha2::{Digest, Sha256};

use super::columns::{Cells, Columns};
use super::mapping::Mapping;
use super::rows::Rows;
use super::{Entry, Refusal};

/// What becomes what when nothing is said: the headers of the known incident lists.
pub const DEFAULTS: [(&str, &str); 8] = [
    ("from", "time"),
    ("source_type", "offense"),
    ("source_area", "beat"),
    ("source_id", "id"),
    ("address", "address"),
    ("tags", "location"),
    ("lat", "lat"),
    ("lon", "lon"),
];

/// Why a file is not one to take over.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is not what it should be, in words.
    #[error("{0}")]
    Shape(String),
}

/// Reads incidents.
pub struct Incidents<R> {
    rows: Rows<R>,
    /// Target and the number of its column.
    placed: Vec<(String, usize)>,
    mapping: Mapping,
}

impl<R: Read> Incidents<R> {
    /// Reads the header; `given` are the columns of `--column`.
    ///
    /// # Errors
    /// When the header names no column that can be taken over.
    pub fn open(
        input: R,
        delimiter: u8,
        columns: &Columns,
        given: &[(String, String)],
        mapping: Mapping,
    ) -> Result<Self, Fault> {
        let mut rows = Rows::new(input, delimiter);
        let header = match rows.next_row()? {
            Some(Ok(row)) => row.columns,
            Some(Err(refusal)) => return Err(Fault::Shape(format!("première ligne : {}", refusal.reason))),
            None => return Err(Fault::Shape("il est vide".into())),
        };
        let place = |name: &str| header.iter().position(|column| fold(column) == fold(name));
        let shown = header.join(", ");
        let placed = columns
            .place(given, place)
            .map_err(|missing| Fault::Shape(format!("pas de colonne {missing:?} parmi {shown}")))?;
        if placed.is_empty() {
            let hint = "dites laquelle avec --column FACT=HEADER, par exemple --column source_type=Nature";
            return Err(Fault::Shape(format!("aucune colonne connue parmi {shown} : {hint}")));
        }
        Ok(Incidents { rows, placed, mapping })
    }

    /// The next report, or why there is none for a row; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_entry(&mut self) -> std::io::Result<Option<Result<Entry, Refusal>>> {
        let Some(row) = self.rows.next_row()? else { return Ok(None) };
        Ok(Some(row.and_then(|row| {
            let cell = |place: &usize| row.columns.get(*place).cloned().unwrap_or_default();
            let cells =
                Cells(self.placed.iter().map(|(target, place)| (target.as_str(), cell(place))).collect());
            let identity =
                match cells.0.iter().find(|(target, text)| *target == "source_id" && !text.is_empty()) {
                    Some((_, reference)) => reference.clone().into_bytes(),
                    None => digest(&row.columns),
                };
            cells.into_entry(row.line, identity, &self.mapping)
        })))
    }
}

fn digest(columns: &[String]) -> Vec<u8> {
    let mut digest = Sha256::new();
    for column in columns {
        digest.update((column.len() as u64).to_be_bytes());
        digest.update(column.as_bytes());
    }
    digest.finalize().to_vec()
}

/// Comma or semicolon, as the header has more of.
pub fn delimiter_of(header: &[u8]) -> u8 {
    let line = header.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}
