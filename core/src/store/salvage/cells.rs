//! Rows out of the pages of SQLite's trees, without the trees: a leaf says what it holds even when
//! what leads to it is gone. Pure. Changes with SQLite's file format.

use super::cipher::{Page, USABLE};

/// A stored value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, or the row's own id.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text in UTF-8.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// A kind that the notebook does not write.
    Other,
}

/// A row, wherever it lay.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its columns.
    pub values: Vec<Value>,
    /// Every page that it lies on was sound.
    pub sound: bool,
}

/// Gives a page in clear, and whether it is sound.
pub type Fetch<'a> = dyn Fn(u32) -> Option<(Page, bool)> + 'a;

/// Largest row read, bytes: the shipped territory is a tenth of it.
const MAX_ROW: usize = 32 * 1024 * 1024;

/// Most columns of a row that is one of ours.
const MAX_COLUMNS: usize = 64;

const INTERIOR_INDEX: u8 = 0x02;
const LEAF_INDEX: u8 = 0x0a;
const LEAF_TABLE: u8 = 0x0d;

/// The rows whose cells begin on a page. Anything that is no cell is passed over.
pub fn rows_of(number: u32, page: &Page, sound: bool, fetch: &Fetch<'_>) -> Vec<Row> {
    let start = if number == 1 { 100 } else { 0 };
    let kind = page[start];
    let header = match kind {
        LEAF_INDEX | LEAF_TABLE => 8,
        INTERIOR_INDEX => 12,
        _ => return Vec::new(),
    };
    let count = usize::from(u16::from_be_bytes([page[start + 3], page[start + 4]]));
    let pointers = page[start + header..USABLE].chunks_exact(2).take(count);
    let cells = pointers.map(|pair| usize::from(u16::from_be_bytes([pair[0], pair[1]])));
    cells.filter_map(|at| row_at(page, kind, at, sound, fetch)).collect()
}

fn row_at(page: &Page, kind: u8, at: usize, sound: bool, fetch: &Fetch<'_>) -> Option<Row> {
    let mut rest = page.get(at..USABLE)?;
    if kind == INTERIOR_INDEX {
        rest = rest.get(4..)?;
    }
    let length = usize::try_from(varint(&mut rest)?).ok().filter(|length| *length <= MAX_ROW)?;
    if kind == LEAF_TABLE {
        varint(&mut rest)?;
    }
    let here = local(length, kind);
    let mut payload = rest.get(..here)?.to_vec();
    let mut sound = sound;
    if here < length {
        let mut next = number_at(rest, here)?;
        while payload.len() < length {
            let (page, is_sound) = fetch(next)?;
            sound &= is_sound;
            let take = (length - payload.len()).min(USABLE - 4);
            payload.extend_from_slice(&page[4..4 + take]);
            next = number_at(&page, 0)?;
        }
    }
    Some(Row { values: values_of(&payload)?, sound })
}

/// How much of a payload lies in its cell.
fn local(length: usize, kind: u8) -> usize {
    let most = if kind == LEAF_TABLE { USABLE - 35 } else { (USABLE - 12) * 64 / 255 - 23 };
    if length <= most {
        return length;
    }
    let least = (USABLE - 12) * 32 / 255 - 23;
    let fitting = least + (length - least) % (USABLE - 4);
    if fitting <= most { fitting } else { least }
}

fn values_of(payload: &[u8]) -> Option<Vec<Value>> {
    let mut rest = payload;
    let header = usize::try_from(varint(&mut rest)?).ok()?;
    let mut kinds = payload.get(payload.len() - rest.len()..header)?;
    let mut body = payload.get(header..)?;
    let mut values = Vec::new();
    while !kinds.is_empty() {
        if values.len() == MAX_COLUMNS {
            return None;
        }
        values.push(value(varint(&mut kinds)?, &mut body)?);
    }
    Some(values)
}

fn value(kind: u64, body: &mut &[u8]) -> Option<Value> {
    const WIDTHS: [usize; 7] = [0, 1, 2, 3, 4, 6, 8];
    Some(match kind {
        0 => Value::Null,
        1..=6 => {
            let bytes = take(body, WIDTHS[kind as usize])?;
            let sign = if bytes[0] & 0x80 != 0 { -1 } else { 0 };
            Value::Integer(bytes.iter().fold(sign, |number, byte| number << 8 | i64::from(*byte)))
        }
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        7 => {
            take(body, 8)?;
            Value::Other
        }
        10 | 11 => return None,
        _ => {
            let bytes = take(body, usize::try_from((kind - 12) / 2).ok()?)?;
            if kind.is_multiple_of(2) { Value::Blob(bytes.to_vec()) } else { text(bytes) }
        }
    })
}

fn text(bytes: &[u8]) -> Value {
    String::from_utf8(bytes.to_vec()).map_or(Value::Other, Value::Text)
}

fn take<'b>(body: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, rest) = body.split_at_checked(length)?;
    *body = rest;
    Some(taken)
}

fn number_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

/// SQLite's: seven bits a byte, the ninth whole.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for place in 0..9 {
        let byte = *bytes.get(place)?;
        if place == 8 || byte & 0x80 == 0 {
            let last = if place == 8 { number << 8 | u64::from(byte) } else { number << 7 | u64::from(byte) };
            *bytes = &bytes[place + 1..];
            return Some(last);
        }
        number = number << 7 | u64::from(byte & 0x7f);
    }
    None
}
