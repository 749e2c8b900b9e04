//! Open311 (GeoReport v2) requests as a JSON list: every request one report, every dated note one
//! statement whose named author is data.

use std::io::BufRead;

use serde_json::Value;

use super::columns::{Cells, Columns};
use super::elements::{Element, Elements, NoList};
use super::mapping::Mapping;
use super::{Entry, MAX_NOTE_CHARS, Note, Refusal};
use crate::moment;

/// What becomes what when nothing is said: a dot goes into an object, `|` is the first that is there.
pub const DEFAULTS: [(&str, &str); 7] = [
    ("from", "requested_datetime"),
    ("source_type", "service_name"),
    ("source_area", "extended_attributes.ward|extended_attributes.police"),
    ("source_id", "service_request_id"),
    ("address", "address"),
    ("lat", "lat"),
    ("lon", "long"),
];
/// Who is named as the author of a request's own description.
const REQUESTER: &str = "requester";

/// Reads requests.
pub struct Requests<R> {
    elements: Elements<R>,
    columns: Columns,
    mapping: Mapping,
}

impl<R: BufRead> Requests<R> {
    /// Reads from `input`.
    pub fn open(input: R, columns: Columns, mapping: Mapping) -> Self {
        Requests { elements: Elements::new(input), columns, mapping }
    }

    /// The next report, or why there is none for a request; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read or is no list.
    pub fn next_entry(&mut self) -> Result<Option<Result<Entry, Refusal>>, NoList> {
        let Some(element) = self.elements.next_element()? else { return Ok(None) };
        Ok(Some(element.and_then(|element| self.entry(&element))))
    }

    fn entry(&self, element: &Element) -> Result<Entry, Refusal> {
        let refuse = |code, reason: String| Refusal::new(element.line, code, reason).of_item(element.item);
        let request: Value = serde_json::from_slice(&element.bytes)
            .map_err(|error| refuse("syntax", format!("JSON illisible : {error}")))?;
        if !request.is_object() {
            return Err(refuse("not-an-object", "ce n’est pas une demande".into()));
        }
        let cells =
            self.columns.iter().filter_map(|(target, source)| Some((target, text_at(&request, source)?)));
        let cells = Cells(cells.collect());
        let reference =
            cells.0.iter().find(|(target, text)| *target == "source_id" && !text.trim().is_empty());
        let identity = reference.map_or_else(|| element.bytes.clone(), |(_, text)| text.clone().into_bytes());
        let mut entry = cells
            .into_entry(element.line, identity, &self.mapping)
            .map_err(|refusal| refusal.of_item(element.item))?;
        place_words(&request, &mut entry, element.item);
        Ok(entry)
    }
}

fn place_words(request: &Value, entry: &mut Entry, item: u64) {
    let responsible = text_at(request, "agency_responsible");
    if let Some(text) = text_at(request, "description").filter(|text| !text.trim().is_empty()) {
        entry.notes.push(Note { text, author: Some(REQUESTER.into()) });
    }
    let refuse = |place: usize, reason: &str| {
        Refusal::new(entry.line, "note", format!("note {} : {reason}", place + 1)).of_item(item)
    };
    match request.get("notes") {
        None | Some(Value::Null) => {}
        Some(Value::Array(notes)) => {
            for (place, note) in notes.iter().enumerate() {
                match read_note(note, responsible.as_deref()) {
                    Ok(note) => entry.notes.push(note),
                    Err(reason) => entry.refused.push(refuse(place, reason)),
                }
            }
        }
        Some(_) => entry.refused.push(refuse(0, "« notes » n’est pas une liste")),
    }
}

/// The note's own date, verbatim, before its summary; its description after a blank line.
fn read_note(note: &Value, responsible: Option<&str>) -> Result<Note, &'static str> {
    if !note.is_object() {
        return Err("ce n’est pas un objet");
    }
    let part = |name: &str| text_at(note, name).filter(|text| !text.trim().is_empty());
    let dated = part("datetime");
    if dated.as_deref().is_some_and(|text| moment::read(text).is_none()) {
        return Err("date illisible");
    }
    let (summary, description) = (part("summary"), part("description"));
    if summary.is_none() && description.is_none() {
        return Err("ni résumé ni description");
    }
    let words: Vec<String> = [summary, description].into_iter().flatten().collect();
    let date = dated.map(|text| format!("[{text}] ")).unwrap_or_default();
    let text = format!("{date}{}", words.join("\n\n"));
    if text.chars().count() > MAX_NOTE_CHARS {
        return Err("trop longue pour des constatations");
    }
    let own = text_at(note, "extended_attributes.agency_responsible").or_else(|| part("author"));
    Ok(Note { text, author: own.or_else(|| responsible.map(str::to_owned)) })
}

/// The text at a path, verbatim; numbers and flags as JSON writes them.
fn text_at(value: &Value, paths: &str) -> Option<String> {
    paths.split('|').find_map(|path| {
        let found = path.split('.').try_fold(value, |value, name| value.get(name))?;
        match found {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    })
}
