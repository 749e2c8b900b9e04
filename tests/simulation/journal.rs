//! Everything that happened in one story, line by line: printed when a seed is replayed, digested
//! so that two runs can be compared. Knows no meaning. Changes never.

use std::fmt::Display;

use sha2::{Digest, Sha256};

/// The event log of one seed.
pub struct Journal {
    digest: Sha256,
    lines: u64,
    aloud: bool,
    /// The step under way.
    pub step: usize,
}

impl Journal {
    /// An empty log; `aloud`: each line is printed on standard error.
    pub fn new(aloud: bool) -> Self {
        Journal { digest: Sha256::new(), lines: 0, aloud, step: 0 }
    }

    /// Notes an event.
    pub fn note(&mut self, event: impl Display) {
        let line = format!("{:>5} {event}\n", self.step);
        self.digest.update(line.as_bytes());
        self.lines += 1;
        if self.aloud {
            eprint!("{line}");
        }
    }

    /// How many lines, and what they digest to.
    pub fn end(self) -> (u64, [u8; 32]) {
        (self.lines, self.digest.finalize().into())
    }
}
