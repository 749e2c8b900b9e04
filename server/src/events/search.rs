//! What a person types into the search: each word stands somewhere in the event, in any order — in what was
//! written, in the number, in the name of an author, of a unit or of a commune.
//! Changes when a word is looked for somewhere else.

use std::collections::{HashMap, HashSet};

use ronde_model::territory::Territory;
use ronde_model::words::{fold, fold_reference};

use super::event::Event;
use crate::archive::{BoardRow, Reads};
use crate::error::ArchiveError;

/// The words, folded.
pub struct Search(Vec<Word>);

struct Word {
    text: String,
    /// Without its signs, of one with a digit and signs: a plate is typed in many ways.
    plain: Option<String>,
    /// The codes of the communes whose name holds it.
    communes: HashSet<String>,
}

/// Folded names, each folded once.
#[derive(Default)]
struct Names<'b>(HashMap<&'b str, String>);

impl<'b> Names<'b> {
    fn hold(&mut self, name: &'b str, text: &str) -> bool {
        self.0.entry(name).or_insert_with(|| fold(name)).contains(text)
    }
}

impl Search {
    /// Of a text as it was typed.
    pub fn of(text: &str, territory: Option<&Territory>) -> Self {
        let communes = |text: &str| {
            let all = territory.into_iter().flat_map(Territory::communes);
            all.filter(|commune| fold(&commune.name).contains(text))
                .map(|commune| commune.insee.clone())
                .collect()
        };
        // Letters, figures and signs: a plate. "7,5" and "3/11" are looked for as they stand.
        let is_plate = |plain: &str| {
            let has = |is: fn(&char) -> bool| plain.chars().any(|c| is(&c));
            plain.len() >= 4 && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic)
        };
        let plain = |text: &str| Some(fold_reference(text)).filter(|plain| plain != text && is_plate(plain));
        let word = |text: &str| Word { text: text.to_owned(), plain: plain(text), communes: communes(text) };
        Search(fold(text).split_whitespace().map(word).collect())
    }

    /// The events that hold every word.
    ///
    /// # Errors
    /// The archive's: a long text is looked up there.
    pub fn keep<'b>(
        &self,
        events: Vec<Event<'b>>,
        archive: &dyn Reads,
    ) -> Result<Vec<Event<'b>>, ArchiveError> {
        let mut names = Names::default();
        let mut kept = Vec::new();
        for event in events {
            if self.is_in(&event, archive, &mut names)? {
                kept.push(event);
            }
        }
        Ok(kept)
    }

    fn is_in<'b>(
        &self,
        event: &Event<'b>,
        archive: &dyn Reads,
        names: &mut Names<'b>,
    ) -> Result<bool, ArchiveError> {
        for word in &self.0 {
            let mut found = false;
            for member in event.members() {
                found = found || word.names(member, names) || word.is_written(member, archive)?;
            }
            if !found {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Word {
    fn names<'b>(&self, member: &'b BoardRow, names: &mut Names<'b>) -> bool {
        let report = &member.report;
        report.number.as_ref().is_some_and(|number| number.contains(&self.text))
            || report.row.commune.as_ref().is_some_and(|code| self.communes.contains(code))
            || names.hold(&report.row.author_name, &self.text)
            || names.hold(&report.row.unit, &self.text)
    }

    fn is_written(&self, member: &BoardRow, archive: &dyn Reads) -> Result<bool, ArchiveError> {
        for text in [Some(&self.text), self.plain.as_ref()].into_iter().flatten() {
            let is_there = match &member.words {
                Some(words) => words.contains(text),
                None => archive.says(member.report.place, text)?,
            };
            if is_there {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
