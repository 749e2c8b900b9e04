//! Which report a row becomes: the same row of the same source is the same report of one device,
//! however often it is imported; equal rows of one file are different reports.

use std::collections::HashMap;

use ronde_core::model::id::{DeviceId, DocId};
use sha2::{Digest, Sha256};

/// Names the reports of one pass over a file.
pub struct Names {
    device: DeviceId,
    /// How often each content was met, by the beginning of its digest.
    met: HashMap<u64, u32>,
}

impl Names {
    /// For a device: two devices that take over the same row file two reports.
    pub fn new(device: DeviceId) -> Self {
        Names { device, met: HashMap::new() }
    }

    /// A UUIDv7 of the moment of the facts and, for randomness, of the device, the row and how many
    /// equal ones came before it in this pass.
    pub fn name(&mut self, identity: &[u8], from_ms: Option<i64>) -> DocId {
        let content = Sha256::digest(identity);
        let mut short = [0; 8];
        short.copy_from_slice(&content[..8]);
        let met = self.met.entry(u64::from_be_bytes(short)).or_default();
        let digest = Sha256::new()
            .chain_update(b"ronde import 1")
            .chain_update(self.device.as_bytes())
            .chain_update(content)
            .chain_update(met.to_be_bytes())
            .finalize();
        *met += 1;
        let millis = u64::try_from(from_ms.unwrap_or(0)).unwrap_or(0).to_be_bytes();
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&millis[2..]);
        bytes[6..].copy_from_slice(&digest[..10]);
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        DocId(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(device: u8, rows: &[&[u8]]) -> Vec<DocId> {
        let mut names = Names::new(DeviceId([device; 16]));
        rows.iter().map(|row| names.name(row, Some(1_262_325_600_000))).collect()
    }

    #[test]
    fn the_same_file_names_the_same_reports_and_equal_rows_different_ones() {
        let rows: [&[u8]; 4] = [b"a", b"b", b"a", b"a"];
        let first = pass(1, &rows);
        assert_eq!(first, pass(1, &rows));
        let distinct: std::collections::BTreeSet<&DocId> = first.iter().collect();
        assert_eq!(distinct.len(), 4);
        assert!(pass(2, &rows).iter().all(|id| !first.contains(id)), "another device files its own");
    }

    #[test]
    fn a_name_is_a_uuid_that_sorts_by_the_moment_of_the_facts() {
        let mut names = Names::new(DeviceId([1; 16]));
        let early = names.name(b"a", Some(1_262_325_600_000));
        let late = names.name(b"a", Some(1_262_325_600_001));
        assert!(early < late);
        assert_eq!((early.0[6] >> 4, early.0[8] >> 6), (7, 2));
        assert_eq!(early.0[..6], [0x01, 0x25, 0xe8, 0x78, 0x0f, 0x00]);
        assert!(names.name(b"b", Some(-5)) < early, "before 1970, or unknown: first");
    }
}
