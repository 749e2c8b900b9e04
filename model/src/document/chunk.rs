//! The outline of a change's bytes, looked at before Automerge reads them: it inflates deflated
//! chunks and follows run lengths without a limit, so that 150 bytes can cost hours or all memory.
//! Knows columns and counts, no operation. Changes with Automerge's storage format.

use sha2::{Digest, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;
const DEFLATED: u64 = 0b1000;

/// Whether the bytes are exactly one uncompressed change with its checksum, of which no column
/// claims more items than the bytes there are (an honest operation takes several).
pub(super) fn is_bounded(bytes: &[u8]) -> bool {
    columns_are_bounded(bytes).unwrap_or(false)
}

fn columns_are_bounded(bytes: &[u8]) -> Option<bool> {
    let mut rest = Rest(bytes);
    let (magic, checksum) = (rest.take(4)?, rest.take(4)?);
    if magic != MAGIC || Sha256::digest(rest.0).get(..4)? != checksum || rest.take(1)? != [CHANGE] {
        return None;
    }
    if rest.number()? != rest.0.len() as u64 {
        return None;
    }
    let dependencies = rest.number()?;
    rest.skip(dependencies.checked_mul(32)?)?;
    rest.skip_prefixed()?; // actor
    rest.number()?; // sequence
    rest.number()?; // first operation
    rest.number()?; // time
    rest.skip_prefixed()?; // message
    for _ in 0..rest.number()? {
        rest.skip_prefixed()?; // actors of predecessors
    }
    let mut columns = Vec::new();
    for _ in 0..rest.number()? {
        columns.push((rest.number()?, rest.number()?));
    }
    for (specification, length) in columns {
        let mut column = Rest(rest.take(length)?);
        if specification & DEFLATED != 0 || column.items(specification & 0b111)? > bytes.len() as u64 {
            return Some(false);
        }
    }
    Some(true)
}

/// What was not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, length: u64) -> Option<()> {
        self.take(length).map(|_| ())
    }

    fn skip_prefixed(&mut self) -> Option<()> {
        let length = self.number()?;
        self.skip(length)
    }

    /// An unsigned LEB128; a signed one, when only its length matters.
    fn number(&mut self) -> Option<u64> {
        self.leb128().map(|(value, _, _)| value)
    }

    fn signed(&mut self) -> Option<i64> {
        let (value, shift, last) = self.leb128()?;
        let sign = if last & 0x40 != 0 && shift < 64 { u64::MAX << shift } else { 0 };
        Some((value | sign).cast_signed())
    }

    fn leb128(&mut self) -> Option<(u64, u32, u8)> {
        let (mut value, mut shift) = (0, 0);
        loop {
            let [byte] = *self.take(1)? else { return None };
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some((value, shift, byte));
            }
        }
    }

    /// How many items a column of this type claims to hold.
    fn items(&mut self, column_type: u64) -> Option<u64> {
        match column_type {
            4 => self.runs_of_booleans(),
            7 => Some(0), // the values themselves: as long as they are
            _ => self.runs(column_type == 5),
        }
    }

    fn runs_of_booleans(&mut self) -> Option<u64> {
        let mut items = 0_u64;
        while !self.0.is_empty() {
            items = items.checked_add(self.number()?)?;
        }
        Some(items)
    }

    fn runs(&mut self, of_strings: bool) -> Option<u64> {
        let mut items = 0_u64;
        while !self.0.is_empty() {
            let run = self.signed()?;
            let (claimed, written) = match run {
                0 => (self.number()?, 0),
                1.. => (run.unsigned_abs(), 1),
                _ => (run.unsigned_abs(), run.unsigned_abs()),
            };
            items = items.checked_add(claimed)?;
            for _ in 0..written {
                if of_strings { self.skip_prefixed()? } else { self.number().map(|_| ())? }
            }
        }
        Some(items)
    }
}
