//! What a person calls a report or a draft: its id, the beginning or the end of it, or the official
//! number. An id begins with the moment it was drawn, so its end is what tells two apart.

use ronde_core::model::id::DocId;
use ronde_core::{Notebook, PageKey};

use crate::failure::Failure;

/// Fewest digits of an abbreviation.
const FEWEST: usize = 6;
/// Reports looked through at a time.
const PAGE: u32 = 500;
/// How many of an ambiguous abbreviation are named.
const NAMED: usize = 5;
/// Digits shown of an id.
const SHOWN: usize = 8;

/// The end of an id, as lists show it.
pub fn short(doc: DocId) -> String {
    let text = doc.to_string();
    text[text.len() - SHOWN..].to_owned()
}

/// The report a person means.
///
/// # Errors
/// `NoSuch`, `Ambiguous`, `Usage` for a text that can be no name.
pub fn report(notebook: &Notebook, text: &str) -> Result<DocId, Failure> {
    match Name::read(text)? {
        Name::Whole(doc) => Ok(doc),
        name => one(text, reports(notebook, &name)?),
    }
}

/// The draft a person means; a report when it was filed, so that filing again answers it.
///
/// # Errors
/// `NoSuch`, `Ambiguous`, `Usage` for a text that can be no name.
pub fn draft(notebook: &Notebook, text: &str) -> Result<DocId, Failure> {
    let name = Name::read(text)?;
    if let Name::Whole(doc) = name {
        return Ok(doc);
    }
    let drafts = notebook.drafts()?.into_iter().chain(notebook.begun()?).map(|draft| draft.id);
    let drafts: Vec<DocId> = drafts.filter(|id| name.fits(*id, None)).collect();
    if drafts.is_empty() { one(text, reports(notebook, &name)?) } else { one(text, drafts) }
}

fn one(text: &str, found: Vec<DocId>) -> Result<DocId, Failure> {
    match found.as_slice() {
        [] => Err(Failure::NoSuch(text.to_owned())),
        [only] => Ok(*only),
        several => Err(Failure::Ambiguous {
            reference: text.to_owned(),
            matches: several.iter().take(NAMED).map(DocId::to_string).collect(),
        }),
    }
}

fn reports(notebook: &Notebook, name: &Name) -> Result<Vec<DocId>, Failure> {
    let mut found = Vec::new();
    let mut after: Option<PageKey> = None;
    loop {
        let page = notebook.list(after, PAGE)?;
        for item in &page.items {
            if name.fits(item.row.doc, item.number.as_deref()) {
                found.push(item.row.doc);
            }
        }
        // One more than a person could mean is enough to say so.
        if page.next.is_none() || found.len() > NAMED {
            return Ok(found);
        }
        after = page.next;
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Name {
    Whole(DocId),
    Part(String),
    Number(String),
}

impl Name {
    fn read(text: &str) -> Result<Name, Failure> {
        let text = text.trim().trim_start_matches('…');
        let digits = if looks_like_uuid(text) { text.replace('-', "") } else { text.to_owned() };
        if let Ok(doc) = digits.parse() {
            return Ok(Name::Whole(doc));
        }
        if is_official_number(text) {
            return Ok(Name::Number(text.to_owned()));
        }
        let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hexadecimal && (FEWEST..32).contains(&digits.len()) {
            return Ok(Name::Part(digits.to_ascii_lowercase()));
        }
        Err(Failure::Usage(format!(
            "{text:?} names no report: give its number, its id, or at least {FEWEST} digits of its beginning or end"
        )))
    }

    fn fits(&self, doc: DocId, number: Option<&str>) -> bool {
        match self {
            Name::Whole(whole) => *whole == doc,
            Name::Number(wanted) => number == Some(wanted.as_str()),
            Name::Part(part) => {
                let id = doc.to_string();
                id.starts_with(part.as_str()) || id.ends_with(part.as_str())
            }
        }
    }
}

fn looks_like_uuid(text: &str) -> bool {
    let sizes: Vec<usize> = text.split('-').map(str::len).collect();
    sizes == [8, 4, 4, 4, 12]
}

/// `2026-000012`: a year, and a number in it.
fn is_official_number(text: &str) -> bool {
    let digits = |part: &str| part.len() >= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-').is_some_and(|(year, number)| year.len() == 4 && digits(year) && digits(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "019abcde123470008000aabbccddeeff";

    #[test]
    fn a_report_is_called_by_its_id_its_number_or_a_part() {
        let doc: DocId = ID.parse().unwrap();
        assert_eq!(Name::read(ID).unwrap(), Name::Whole(doc));
        assert_eq!(Name::read("019ABCDE-1234-7000-8000-AABBCCDDEEFF").unwrap(), Name::Whole(doc));
        assert_eq!(Name::read("2026-000012").unwrap(), Name::Number("2026-000012".into()));
        for part in ["019abc", "ddeeff", "…CCDDEEFF"] {
            assert!(Name::read(part).unwrap().fits(doc, None), "{part}");
        }
        assert!(!Name::read("1234700").unwrap().fits(doc, None), "the middle is no abbreviation");
        assert_eq!(short(doc), "ccddeeff");
    }

    #[test]
    fn too_short_or_foreign_a_name_is_refused_in_words() {
        for text in ["", "12345", "zzzzzz", "-", "2026-", &"a".repeat(33)] {
            assert!(matches!(Name::read(text), Err(Failure::Usage(_))), "{text}");
        }
    }
}
