//! SQLite's write-ahead log read by hand, for both ends: which frames SQLite would take, and whether
//! it would drop commits in silence, as it does behind a damaged frame. Pure: bytes in, judgement out.
//! Changes with SQLite's file formats.

use std::collections::BTreeSet;
use std::ops::Range;

/// Bytes of a page of our databases.
pub const PAGE: usize = 4096;

const HEADER: usize = 32;
const FRAME: usize = 24;
const MAGIC: u32 = 0x377f_0682;
const INDEX_VERSION: u32 = 3_007_000;

/// One frame of the log.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The page's number, as written beside it.
    pub number: u32,
    /// Pages of the database after this commit; zero inside a transaction.
    pub commit: u32,
    /// Where the page lies.
    pub page: Range<usize>,
    /// Belongs to the run that the header begins, as far as its salts tell.
    pub present: bool,
}

/// The log as it lies on the disk.
#[derive(Debug, Default)]
pub struct Journal {
    /// Every whole frame.
    pub frames: Vec<Frame>,
    /// How many of them SQLite takes: up to the last commit of an unbroken run of checksums.
    pub taken: usize,
    header_is_sound: bool,
    salts: [u32; 2],
}

/// What the shared-memory file says of the log: frames up to `last` were synced.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Index {
    /// Number of the last committed frame.
    pub last: usize,
    /// Frames already copied into the database.
    pub copied: usize,
    salts: [u32; 2],
}

/// What an opening would do to what is there.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing is lost by opening.
    Sound,
    /// The last writing is not whole: a power cut, or damage that nobody can tell from one. So many
    /// frames at the end are dropped by opening.
    Cut(usize),
    /// Commits that were durable would be dropped, or pages are missing.
    Damaged(&'static str),
}

impl Journal {
    /// Takes the log apart.
    pub fn read(bytes: &[u8]) -> Self {
        let Some(header) = bytes.get(..HEADER) else { return Journal::default() };
        let big_endian = word(header, 0) == MAGIC + 1;
        let mut sum = checksum([0; 2], &header[..24], big_endian);
        let salts = [word(header, 16), word(header, 20)];
        let header_is_sound = word(header, 0) & !1 == MAGIC
            && word(header, 8) as usize == PAGE
            && sum == [word(header, 24), word(header, 28)];
        let (mut frames, mut taken, mut unbroken) = (Vec::new(), 0, header_is_sound);
        for (place, frame) in bytes[HEADER..].chunks_exact(FRAME + PAGE).enumerate() {
            let own = [word(frame, 8), word(frame, 12)];
            let (number, commit) = (word(frame, 0), word(frame, 4));
            if unbroken {
                sum = checksum(checksum(sum, &frame[..8], big_endian), &frame[FRAME..], big_endian);
                unbroken = own == salts && number != 0 && sum == [word(frame, 16), word(frame, 20)];
            }
            if unbroken && commit != 0 {
                taken = place + 1;
            }
            let start = HEADER + place * (FRAME + PAGE) + FRAME;
            let present = own[0] == salts[0] || own[1] == salts[1];
            frames.push(Frame { number, commit, page: start..start + PAGE, present });
        }
        Journal { frames, taken, header_is_sound, salts }
    }

    /// How many frames belong to the present run; what follows was copied into the database before.
    pub fn present(&self) -> usize {
        self.frames.iter().rposition(|frame| frame.present).map_or(0, |last| last + 1)
    }

    /// What opening would do. `pages`: whole pages of the database file.
    pub fn verdict(&self, index: Option<&Index>, pages: usize) -> Verdict {
        let present = self.present();
        if !self.header_is_sound && present > 0 {
            return Verdict::Damaged("the log's header");
        }
        if let Some(index) = index.filter(|index| self.frames.is_empty() || index.salts == self.salts)
            && self.taken < index.last
            && (self.taken > 0 || index.copied < index.last)
        {
            return Verdict::Damaged("commits at the end of the log");
        }
        let rest = &self.frames[self.taken..present.max(self.taken)];
        if rest.iter().position(|frame| frame.commit != 0).is_some_and(|at| at + 1 < rest.len()) {
            // The next transaction began: this commit had been synced.
            return Verdict::Damaged("commits in the middle of the log");
        }
        if let Some(last) = self.taken.checked_sub(1) {
            let logged: BTreeSet<u32> = self.frames[..self.taken].iter().map(|frame| frame.number).collect();
            let from = u32::try_from(pages).unwrap_or(u32::MAX).saturating_add(1);
            if (from..=self.frames[last].commit).any(|number| !logged.contains(&number)) {
                return Verdict::Damaged("the end of the file");
            }
        }
        if rest.is_empty() { Verdict::Sound } else { Verdict::Cut(rest.len()) }
    }
}

impl Index {
    /// Takes the shared-memory file apart; nothing when it is not whole, as after a power cut.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (one, two) = (bytes.get(..48)?, bytes.get(48..96)?);
        let native = |bytes: &[u8], at: usize| -> Option<u32> {
            Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
        };
        let sum = checksum([0; 2], &one[..40], cfg!(target_endian = "big"));
        let sums = [native(one, 40)?, native(one, 44)?];
        let whole = one == two && native(one, 0)? == INDEX_VERSION && one[12] == 1 && sum == sums;
        let index = Index {
            last: native(one, 16)? as usize,
            copied: native(bytes, 96)? as usize,
            salts: [word(one, 32), word(one, 36)],
        };
        whole.then_some(index)
    }
}

/// SQLite's: two running sums over pairs of words.
fn checksum(mut sum: [u32; 2], bytes: &[u8], big_endian: bool) -> [u32; 2] {
    for pair in bytes.chunks_exact(8) {
        let read = |at: usize| {
            let word = word(pair, at);
            if big_endian { word } else { word.swap_bytes() }
        };
        sum[0] = sum[0].wrapping_add(read(0)).wrapping_add(sum[1]);
        sum[1] = sum[1].wrapping_add(read(4)).wrapping_add(sum[0]);
    }
    sum
}

/// A big-endian word; the caller has checked the length.
fn word(bytes: &[u8], at: usize) -> u32 {
    let mut four = [0; 4];
    four.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(four)
}
