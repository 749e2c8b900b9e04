//! The elements of a JSON list, one at a time in bounded memory, each with its line: a broken or
//! oversized one takes no other with it. Knows brackets and strings, not what they mean.

use std::io::{BufRead, ErrorKind};

use super::Refusal;

/// Largest element, bytes.
pub const MAX_ELEMENT: usize = 1024 * 1024;
/// Deepest nesting of an element.
pub const MAX_DEPTH: usize = 32;

/// One element, as its bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Element {
    /// Where it begins, from 1.
    pub line: u64,
    /// Which of the list, from 1.
    pub item: u64,
    /// Its JSON text, not yet parsed.
    pub bytes: Vec<u8>,
}

/// Reads elements.
pub struct Elements<R> {
    input: R,
    line: u64,
    item: u64,
    place: Place,
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Place {
    Before,
    /// In a list.
    Inside,
    /// A single object instead of a list.
    Alone,
    After,
}

/// The text is no list: what it begins with instead.
#[derive(Debug, thiserror::Error)]
pub enum NoList {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It begins otherwise.
    #[error("une liste JSON de demandes est attendue")]
    Otherwise,
}

/// How far one element has been read.
struct Reading {
    bytes: Vec<u8>,
    brackets: Vec<u8>,
    quoted: bool,
    escaped: bool,
    fault: Option<(&'static str, String)>,
}

impl<R: BufRead> Elements<R> {
    /// Reads from `input`.
    pub fn new(input: R) -> Self {
        Elements { input, line: 1, item: 0, place: Place::Before }
    }

    /// The next element, or why it is none; `None` at the end of the list.
    ///
    /// # Errors
    /// When the input cannot be read, or begins with something else than a list or an object.
    pub fn next_element(&mut self) -> Result<Option<Result<Element, Refusal>>, NoList> {
        if self.place == Place::Before {
            self.begin()?;
        }
        if self.place == Place::After {
            return Ok(None);
        }
        let Some(first) = self.peek_solid()? else {
            self.place = Place::After;
            return Ok(self.unended());
        };
        if self.place == Place::Inside && first == b']' {
            self.take()?;
            self.place = Place::After;
            return Ok(None);
        }
        self.item += 1;
        let (line, item) = (self.line, self.item);
        let reading = self.read_one()?;
        Ok(Some(match reading.fault {
            Some((code, reason)) => Err(Refusal::new(line, code, reason).of_item(item)),
            None => Ok(Element { line, item, bytes: reading.bytes }),
        }))
    }

    fn begin(&mut self) -> Result<(), NoList> {
        if self.peek()? == Some(0xef) {
            for _ in 0..3 {
                self.take()?;
            }
        }
        self.place = match self.peek_solid()? {
            Some(b'[') => Place::Inside,
            Some(b'{') => Place::Alone,
            _ => return Err(NoList::Otherwise),
        };
        if self.place == Place::Inside {
            self.take()?;
        }
        Ok(())
    }

    /// The list stopped without its closing bracket.
    fn unended(&self) -> Option<Result<Element, Refusal>> {
        Some(Err(Refusal::new(self.line, "syntax", "la liste s’arrête avant sa fin").of_item(self.item + 1)))
    }

    /// Reads to the comma or bracket that ends the element; the comma is taken.
    fn read_one(&mut self) -> Result<Reading, NoList> {
        let mut reading =
            Reading { bytes: Vec::new(), brackets: Vec::new(), quoted: false, escaped: false, fault: None };
        loop {
            let Some(byte) = self.peek()? else {
                let last = self.place == Place::Alone && reading.brackets.is_empty() && !reading.quoted;
                self.place = Place::After;
                if !last {
                    reading.fault = Some(("syntax", "le fichier s’arrête au milieu de la demande".into()));
                }
                return Ok(reading);
            };
            let outside = !reading.quoted && reading.brackets.is_empty();
            if outside && self.place == Place::Inside && byte == b']' {
                return Ok(reading);
            }
            self.take()?;
            if outside && byte == b',' {
                return Ok(reading);
            }
            reading.push(byte);
        }
    }

    fn peek(&mut self) -> std::io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Ok(buffer) => return Ok(buffer.first().copied()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn take(&mut self) -> std::io::Result<()> {
        if self.peek()? == Some(b'\n') {
            self.line += 1;
        }
        self.input.consume(1);
        Ok(())
    }

    /// The next byte that is no white space.
    fn peek_solid(&mut self) -> std::io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.take()?;
        }
        Ok(None)
    }
}

impl Reading {
    fn push(&mut self, byte: u8) {
        if self.bytes.len() >= MAX_ELEMENT {
            self.fail("limit", format!("plus de {} Kio", MAX_ELEMENT / 1024));
        } else if self.fault.is_none() {
            self.bytes.push(byte);
        }
        if self.quoted {
            match (self.escaped, byte) {
                (true, _) => self.escaped = false,
                (false, b'\\') => self.escaped = true,
                (false, b'"') => self.quoted = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.quoted = true,
            b'{' | b'[' => {
                self.brackets.push(byte);
                if self.brackets.len() > MAX_DEPTH {
                    self.fail("limit", format!("plus de {MAX_DEPTH} niveaux"));
                }
            }
            b'}' | b']' => {
                let open = self.brackets.pop();
                if open != Some(if byte == b'}' { b'{' } else { b'[' }) {
                    self.fail("syntax", "accolades et crochets ne se répondent pas".into());
                }
            }
            _ => {}
        }
    }

    fn fail(&mut self, code: &'static str, reason: String) {
        if self.fault.is_none() {
            self.bytes = Vec::new();
            self.fault = Some((code, reason));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and text of each element, or line, place and why it is none.
    type Told = Result<(u64, String), (u64, Option<u64>, &'static str)>;

    fn read(text: &str) -> Vec<Told> {
        let mut elements = Elements::new(text.as_bytes());
        let mut told = Vec::new();
        while let Some(element) = elements.next_element().unwrap() {
            told.push(match element {
                Ok(element) => Ok((element.line, String::from_utf8(element.bytes).unwrap())),
                Err(refusal) => Err((refusal.line, refusal.item, refusal.code)),
            });
        }
        told
    }

    #[test]
    fn elements_are_told_apart_by_brackets_outside_strings() {
        let text = "\u{feff}[{\"a\":\"],}\\\"\"},\n {\"b\":[1,{}]} , 3,\n\"x\"]";
        let texts = ["{\"a\":\"],}\\\"\"}", "{\"b\":[1,{}]} ", "3", "\"x\""];
        let lines = [1, 2, 2, 3];
        let expected: Vec<_> =
            lines.iter().zip(texts).map(|(line, text)| Ok((*line, text.to_owned()))).collect();
        assert_eq!(read(text), expected);
        assert_eq!(read("[]"), vec![]);
        assert_eq!(read(" {\"a\":1}\n"), vec![Ok((1, "{\"a\":1}\n".to_owned()))]);
    }

    #[test]
    fn what_is_broken_is_told_by_line_and_place() {
        assert_eq!(read("[1,\n{\"a\":"), vec![Ok((1, "1".into())), Err((2, Some(2), "syntax"))]);
        assert_eq!(read("[1\n"), vec![Err((1, Some(1), "syntax"))]);
        assert_eq!(read("[1,\n"), vec![Ok((1, "1".into())), Err((2, Some(2), "syntax"))]);
        let wrong = read("[{\"a\":1]},2]");
        assert_eq!(wrong[0], Err((1, Some(1), "syntax")));
    }

    #[test]
    fn a_bomb_is_refused_in_bounded_memory_and_the_next_one_read() {
        let deep = format!("[{}{},2]", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep), vec![Err((1, Some(1), "limit")), Ok((1, "2".into()))]);
        let long = format!("[\"{}\",2]", "x".repeat(3 * MAX_ELEMENT));
        assert_eq!(read(&long), vec![Err((1, Some(1), "limit")), Ok((1, "2".into()))]);
    }

    #[test]
    fn something_else_than_a_list_is_no_list() {
        for text in ["", "  ", "null", "<html>", "\u{feff}"] {
            assert!(Elements::new(text.as_bytes()).next_element().is_err(), "{text}");
        }
    }
}
