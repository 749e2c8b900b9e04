//! The bytes of one file, in shared pages so that a copy of a disk costs pointers, not bytes.
//! Refuses to know names, operations and durability.
//! Changes when copies need to become cheaper.

use std::sync::Arc;

const PAGE: usize = 4096;

#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pages: Vec<Arc<[u8; PAGE]>>,
    len: usize,
}

impl Contents {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Fills `out` from `offset` and gives the number of bytes that existed; the rest is zeroed.
    pub(super) fn read(&self, offset: usize, out: &mut [u8]) -> usize {
        let there = self.len.saturating_sub(offset).min(out.len());
        out[there..].fill(0);
        let mut done = 0;
        while done < there {
            let (page, within) = ((offset + done) / PAGE, (offset + done) % PAGE);
            let step = (PAGE - within).min(there - done);
            out[done..done + step].copy_from_slice(&self.pages[page][within..within + step]);
            done += step;
        }
        there
    }

    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        if offset + bytes.len() > self.len {
            self.resize(offset + bytes.len());
        }
        let mut done = 0;
        while done < bytes.len() {
            let (page, within) = ((offset + done) / PAGE, (offset + done) % PAGE);
            let step = (PAGE - within).min(bytes.len() - done);
            Arc::make_mut(&mut self.pages[page])[within..within + step]
                .copy_from_slice(&bytes[done..done + step]);
            done += step;
        }
    }

    /// Cuts the file or lengthens it with zeros.
    pub(super) fn resize(&mut self, len: usize) {
        self.pages.resize_with(len.div_ceil(PAGE), || Arc::new([0; PAGE]));
        if len < self.len && !len.is_multiple_of(PAGE) {
            // What was cut off must not come back when the file grows again.
            Arc::make_mut(&mut self.pages[len / PAGE])[len % PAGE..].fill(0);
        }
        self.len = len;
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = vec![0; self.len];
        self.read(0, &mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::seed::Draws;
    use super::*;

    #[test]
    fn a_file_reads_like_plain_bytes_and_a_copy_stays_what_it_was() {
        let seed = 7;
        println!("seed {seed}");
        let mut draws = Draws::new(seed, 0);
        let (mut file, mut plain) = (Contents::default(), Vec::new());
        for step in 0..2_000 {
            let (before, bytes_before) = (file.clone(), plain.clone());
            let offset = draws.below(3 * PAGE);
            if draws.below(4) == 0 {
                file.resize(offset);
                plain.resize(offset, 0);
            } else {
                let bytes = vec![draws.next() as u8; draws.below(2 * PAGE)];
                let len = plain.len().max(offset + bytes.len());
                plain.resize(len, 0);
                plain[offset..offset + bytes.len()].copy_from_slice(&bytes);
                file.write(offset, &bytes);
            }
            assert!(file.bytes() == plain, "step {step}");
            assert!(before.bytes() == bytes_before, "copy, step {step}");
        }
    }
}
