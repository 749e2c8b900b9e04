//! Files what was read, offline, and counts. What an earlier import of this device filed is known
//! again and only completed. Changes with how a report is filed.

use ronde_core::model::fact::FactValue;
use ronde_core::model::id::{DeviceId, DocId};
use ronde_core::{Draft, Error, Notebook, Problem};

use super::identity::Names;
use super::{Entry, Note, Refusal, Tally};

/// Files entries.
pub struct Filing<'a> {
    notebook: &'a Notebook,
    names: Names,
    /// What was done so far.
    pub tally: Tally,
}

impl<'a> Filing<'a> {
    /// Files into a notebook, as its device.
    pub fn new(notebook: &'a Notebook, device: DeviceId) -> Self {
        Filing { notebook, names: Names::new(device), tally: Tally::default() }
    }

    /// Files one entry, or counts why there is none. Returns what was refused of it.
    ///
    /// # Errors
    /// What stands in the way of every other row too: no right, no room, a damaged file.
    pub fn take(&mut self, read: Result<Entry, Refusal>) -> Result<Vec<Refusal>, Error> {
        self.tally.rows += 1;
        let refused = match read {
            Ok(entry) => self.file(entry)?,
            Err(refusal) => vec![refusal],
        };
        refused.iter().cloned().for_each(|refusal| self.tally.refuse(refusal));
        Ok(refused)
    }

    fn file(&mut self, entry: Entry) -> Result<Vec<Refusal>, Error> {
        let id = self.names.name(&entry.identity, entry.from_ms);
        let (line, mut refused) = (entry.line, entry.refused);
        let mut notes = entry.notes.into_iter();
        let first = notes.next();
        let mut facts = entry.facts;
        if first.is_none() {
            // Nobody wrote words there: the report is not to be completed by whoever imports it.
            facts.insert("no_statement".into(), FactValue::Flag(true));
        }
        let (statement, source_author) = match first.clone() {
            Some(note) => (note.text, note.author),
            None => (String::new(), None),
        };
        let draft = Draft {
            id,
            report_type: entry.report_type,
            facts,
            involved: Vec::new(),
            statement,
            source_author,
            saved_ms: 0,
            focus: None,
            about: None,
        };
        let missing: Vec<Note> = match self.seal(&draft)? {
            Sealing::Refused(problems) => {
                refused.push(Refusal::new(line, "form", words(&problems)));
                return Ok(refused);
            }
            Sealing::Filed => {
                self.tally.filed += 1;
                self.tally.statements += u64::from(first.is_some());
                notes.collect()
            }
            Sealing::Already => {
                self.tally.already += 1;
                self.missing(id, first.into_iter().chain(notes).collect())?
            }
        };
        for note in missing {
            match self.notebook.state(id, &note.text, note.author.as_deref(), None) {
                Ok(_) => self.tally.statements += 1,
                Err(Error::FixForm(problems)) => refused.push(Refusal::new(line, "note", words(&problems))),
                Err(other) => return Err(other),
            }
        }
        Ok(refused)
    }

    fn seal(&self, draft: &Draft) -> Result<Sealing, Error> {
        match self.notebook.file_new(draft) {
            Ok(filed) if filed.again => Ok(Sealing::Already),
            Ok(_) => Ok(Sealing::Filed),
            Err(Error::Sealed) => Ok(Sealing::Already),
            Err(Error::FixForm(problems)) => Ok(Sealing::Refused(problems)),
            Err(other) => Err(other),
        }
    }

    /// The notes an earlier import did not come to. Each statement there answers for one note, so
    /// that two equal notes stay two.
    fn missing(&self, id: DocId, mut notes: Vec<Note>) -> Result<Vec<Note>, Error> {
        // The first note was sealed with the report: one alone is there.
        if notes.len() < 2 {
            return Ok(Vec::new());
        }
        for view in self.notebook.read(id)?.statements {
            let there = Note { text: view.statement.text, author: view.statement.source_author };
            if let Some(place) = notes.iter().position(|note| *note == there) {
                notes.remove(place);
            }
        }
        Ok(notes)
    }
}

enum Sealing {
    Filed,
    Already,
    Refused(Vec<Problem>),
}

fn words(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.fr.as_str()).collect::<Vec<_>>().join(" ")
}
