//! The rows of a CSV file, one at a time in bounded memory. A row that is not well formed is told
//! by its line and the next line begins anew, so that an unclosed quote takes no other row with it.

use std::io::Read;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::Refusal;

/// Longest row, bytes.
pub const MAX_ROW: usize = 64 * 1024;
/// Most columns.
const MAX_COLUMNS: usize = 512;
/// Bytes read ahead.
const WINDOW: usize = 4 * MAX_ROW;

/// A row that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it begins, from 1.
    pub line: u64,
    /// Its columns, verbatim.
    pub columns: Vec<String>,
}

/// Reads rows.
pub struct Rows<R> {
    input: R,
    delimiter: u8,
    parser: Reader,
    window: Vec<u8>,
    start: usize,
    ended: bool,
    line: u64,
    /// Columns of the header, once it is read.
    width: Option<usize>,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

enum Parsed {
    Row { bytes: usize, columns: usize },
    Unclosed,
    TooLong,
    TooWide,
}

impl<R: Read> Rows<R> {
    /// Reads from `input`; columns are separated by `delimiter`.
    pub fn new(input: R, delimiter: u8) -> Self {
        Rows {
            input,
            delimiter,
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            window: Vec::with_capacity(WINDOW),
            start: 0,
            ended: false,
            line: 1,
            width: None,
            fields: vec![0; MAX_ROW + 2],
            ends: vec![0; MAX_COLUMNS],
        }
    }

    /// The next row, or why it is none; `None` at the end. The first row that is read sets how many
    /// columns the others have.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn next_row(&mut self) -> std::io::Result<Option<Result<Row, Refusal>>> {
        self.fill()?;
        self.skip_blank_lines();
        self.fill()?;
        let rest = &self.window[self.start..];
        if rest.is_empty() {
            return Ok(None);
        }
        let line = self.line;
        let refused = match self.parse() {
            Parsed::Row { bytes, columns } => {
                let raw = &self.window[self.start..self.start + bytes];
                match self.accept(raw, columns) {
                    Ok(columns) => {
                        self.width = Some(columns.len());
                        self.advance(bytes);
                        return Ok(Some(Ok(Row { line, columns })));
                    }
                    // A row of one line is over; of one that went on, the next line is tried.
                    Err(refusal) => refusal,
                }
            }
            Parsed::Unclosed => Refusal::new(line, "quotes", "guillemet ouvert et jamais fermé"),
            Parsed::TooLong if self.line_is_short() => Refusal::new(
                line,
                "quotes",
                format!("guillemet ouvert et pas refermé en {} Kio", MAX_ROW / 1024),
            ),
            Parsed::TooLong => Refusal::new(line, "limit", format!("plus de {} Kio", MAX_ROW / 1024)),
            Parsed::TooWide => Refusal::new(line, "limit", format!("plus de {MAX_COLUMNS} colonnes")),
        };
        self.skip_line()?;
        Ok(Some(Err(refused)))
    }

    fn parse(&mut self) -> Parsed {
        self.parser.reset();
        let rest = &self.window[self.start..];
        let whole = rest.len() <= MAX_ROW && self.ended;
        let slice = &rest[..rest.len().min(MAX_ROW + 1)];
        let (result, bytes, written, columns) =
            self.parser.read_record(slice, &mut self.fields, &mut self.ends);
        match result {
            ReadRecordResult::Record if bytes <= MAX_ROW => Parsed::Row { bytes, columns },
            ReadRecordResult::InputEmpty if whole => {
                // The last line has no line feed: one more closes it, unless a quote is open.
                let (fields, ends) = (&mut self.fields[written..], &mut self.ends[columns..]);
                match self.parser.read_record(b"\n", fields, ends) {
                    (ReadRecordResult::Record, _, _, more) => Parsed::Row { bytes, columns: columns + more },
                    _ => Parsed::Unclosed,
                }
            }
            ReadRecordResult::OutputEndsFull => Parsed::TooWide,
            _ => Parsed::TooLong,
        }
    }

    fn accept(&self, raw: &[u8], columns: usize) -> Result<Vec<String>, Refusal> {
        let refuse = |code, reason: String| Err(Refusal::new(self.line, code, reason));
        if !is_well_quoted(raw, self.delimiter) {
            return refuse("quotes", "texte après un guillemet fermant".into());
        }
        if let Some(width) = self.width.filter(|width| *width != columns) {
            return refuse("columns", format!("{columns} colonnes au lieu de {width}"));
        }
        let mut texts = Vec::with_capacity(columns);
        let mut from = 0;
        for end in &self.ends[..columns] {
            match std::str::from_utf8(&self.fields[from..*end]) {
                Ok(text) => texts.push(text.to_owned()),
                Err(_) => return refuse("encoding", "texte qui n’est pas en UTF-8".into()),
            }
            from = *end;
        }
        Ok(texts)
    }

    /// Keeps at least one longest row in the window.
    fn fill(&mut self) -> std::io::Result<()> {
        if self.ended || self.window.len() - self.start > MAX_ROW + 1 {
            return Ok(());
        }
        self.window.drain(..self.start);
        self.start = 0;
        while !self.ended && self.window.len() < WINDOW {
            let missing = u64::try_from(WINDOW - self.window.len()).unwrap_or(0);
            let read = self.input.by_ref().take(missing).read_to_end(&mut self.window)?;
            self.ended = read == 0;
        }
        Ok(())
    }

    /// Whether a row that is too long has a first line that is not: an open quote took the others.
    fn line_is_short(&self) -> bool {
        self.window[self.start..].iter().take(MAX_ROW).any(|byte| *byte == b'\n')
    }

    fn skip_blank_lines(&mut self) {
        let blank = self.window[self.start..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        self.advance(blank);
    }

    fn advance(&mut self, bytes: usize) {
        let passed = &self.window[self.start..self.start + bytes];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.start += bytes;
    }

    /// To the beginning of the next line, however far it is.
    fn skip_line(&mut self) -> std::io::Result<()> {
        loop {
            let rest = &self.window[self.start..];
            if let Some(place) = rest.iter().position(|byte| *byte == b'\n') {
                self.advance(place + 1);
                return Ok(());
            }
            self.advance(rest.len());
            self.fill()?;
            if self.start == self.window.len() {
                return Ok(());
            }
        }
    }
}

/// Whether every column that begins with a quote ends with one. Readers that forgive take what
/// follows as more of the column: that is no longer what the source said.
fn is_well_quoted(raw: &[u8], delimiter: u8) -> bool {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    let mut bytes = raw.iter().copied().peekable();
    loop {
        if bytes.next_if_eq(&b'"').is_some() {
            while let Some(byte) = bytes.next() {
                if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
                    break;
                }
            }
            match bytes.next() {
                None | Some(b'\r' | b'\n') => return true,
                Some(byte) if byte == delimiter => {}
                Some(_) => return false,
            }
        } else {
            match bytes.find(|byte| *byte == delimiter || matches!(byte, b'\r' | b'\n')) {
                Some(byte) if byte == delimiter => {}
                _ => return true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line of each row with its columns, or with why it is none.
    fn read(text: &[u8]) -> Vec<(u64, Result<Vec<String>, &'static str>)> {
        let mut rows = Rows::new(text, b',');
        let mut told = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            told.push(match row {
                Ok(row) => (row.line, Ok(row.columns)),
                Err(refusal) => (refusal.line, Err(refusal.code)),
            });
        }
        told
    }

    fn columns(texts: &[&str]) -> Result<Vec<String>, &'static str> {
        Ok(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn rows_are_read_verbatim_and_counted_by_line() {
        let told = read(b"\xef\xbb\xbfa,b\r\n\r\n 1 ,\"x,\"\"y\"\"\nz\"\n3,\n\n5,6");
        let expected = vec![
            (1, columns(&["a", "b"])),
            (3, columns(&[" 1 ", "x,\"y\"\nz"])),
            (5, columns(&["3", ""])),
            (7, columns(&["5", "6"])),
        ];
        assert_eq!(told, expected);
        assert_eq!(read(b""), vec![]);
        assert_eq!(read(b"\n\r\n"), vec![]);
    }

    #[test]
    fn a_malformed_row_never_takes_another_with_it() {
        let text = b"a,b\n1,2,3\n\"open,2\n4,5\n6,\"open\n7,\"8\"\n9\n\"q\"x,1\n\xff,1\n10,11\n";
        let expected = vec![
            (1, columns(&["a", "b"])),
            (2, Err("columns")),
            (3, Err("quotes")),
            (4, columns(&["4", "5"])),
            (5, Err("quotes")),
            (6, columns(&["7", "8"])),
            (7, Err("columns")),
            (8, Err("quotes")),
            (9, Err("encoding")),
            (10, columns(&["10", "11"])),
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn an_endless_row_costs_bounded_memory_and_one_line() {
        let mut text = b"a,b\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 3 * WINDOW));
        text.extend_from_slice(b"\n1,2\n");
        text.extend(std::iter::repeat_n(b',', MAX_COLUMNS + 1));
        text.extend_from_slice(b"\n\"open");
        text.extend(std::iter::repeat_n(b'\n', MAX_ROW));
        text.extend_from_slice(b"3,4");
        let mut rows = Rows::new(text.as_slice(), b',');
        let mut told = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            told.push(row.map(|row| row.line).map_err(|refusal| (refusal.line, refusal.code)));
        }
        let last = 5 + MAX_ROW as u64;
        assert_eq!(
            told,
            vec![Ok(1), Err((2, "limit")), Ok(3), Err((4, "limit")), Err((5, "quotes")), Ok(last)]
        );
        assert!(rows.window.capacity() <= 2 * WINDOW, "{}", rows.window.capacity());
    }

    #[test]
    fn a_quote_that_meets_another_rows_quote_swallows_nothing() {
        let told = read(b"a,b,c\n1,2,\"open\n4,5,\"closed\"\n7,8,9\n");
        let lines: Vec<(u64, bool)> = told.iter().map(|(line, row)| (*line, row.is_ok())).collect();
        assert_eq!(lines, vec![(1, true), (2, false), (3, true), (4, true)]);
    }
}
