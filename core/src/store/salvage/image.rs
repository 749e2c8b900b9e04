//! A damaged file and its log as versions of pages: which is present, which is sound, and what lies
//! beneath. Knows no row. Changes with the way a page is chosen.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::beside;
use super::cipher::{Page, PageCipher, SALT, find_salt};
use ronde_model::wal::{Index, Journal, PAGE, Verdict};

/// Pages asked in order to prove a salt.
const SAMPLES: u32 = 8;

/// Frames whose true number is looked for, at most.
const NUMBERS_SOUGHT: usize = 64;

/// Where a version of a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the database file.
    File,
    /// In this frame of the log.
    Frame(usize),
}

/// A version of a page.
#[derive(Debug, Clone, Copy)]
pub struct Version {
    /// Its number, found again when the one beside it was damaged.
    pub number: u32,
    /// Where it lies.
    pub place: Place,
    /// It is what was written.
    pub sound: bool,
}

/// The file and its log.
pub struct Image {
    file: Option<RefCell<File>>,
    log: Vec<u8>,
    journal: Journal,
    index: Option<Index>,
    cipher: PageCipher,
    /// Every version, oldest first.
    pub versions: Vec<Version>,
    present: BTreeMap<u32, Version>,
    /// Whole pages of the file.
    pub pages: u32,
    /// Bytes behind the last whole page.
    pub torn: bool,
    /// The salt was found with one byte of it mended.
    pub salt_mended: bool,
    /// Frames of the present run that are not sound.
    pub broken_frames: u32,
}

impl Image {
    /// Reads where everything lies; nothing is changed.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn read(database: &Path, key: &[u8; 32]) -> io::Result<Self> {
        // The log alone may be left of a file that went.
        let file = match File::open(database) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            other => Some(other?),
        };
        let length = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|about| about.len()))?;
        let pages = u32::try_from(length / PAGE as u64).unwrap_or(u32::MAX - 1);
        let log = absent_is_empty(fs::read(beside(database, "-wal")))?;
        let index = Index::read(&absent_is_empty(fs::read(beside(database, "-shm")))?);
        let mut image = Image {
            file: file.map(RefCell::new),
            journal: Journal::read(&log),
            index,
            log,
            cipher: PageCipher::new(key, None),
            versions: Vec::new(),
            present: BTreeMap::new(),
            pages,
            torn: length % PAGE as u64 != 0,
            salt_mended: false,
            broken_frames: 0,
        };
        let found = image.salt(key);
        image.salt_mended = found.is_some_and(|(_, mended)| mended);
        image.cipher = PageCipher::new(key, found.as_ref().map(|(salt, _)| salt));
        image.find_versions();
        Ok(image)
    }

    /// Whether anything can be proved of any page.
    pub fn is_provable(&self) -> bool {
        self.cipher.has_salt()
    }

    /// What opening would drop in silence, if anything.
    pub fn damage(&self) -> Option<&'static str> {
        match self.journal.verdict(self.index.as_ref(), self.pages as usize) {
            Verdict::Damaged(what) => Some(what),
            Verdict::Sound | Verdict::Cut(_) => None,
        }
    }

    /// Versions in frames of the present run that SQLite does not take.
    pub fn dropped(&self) -> Vec<Version> {
        let range = self.journal.taken..self.journal.present();
        let is_dropped =
            |version: &&Version| matches!(version.place, Place::Frame(at) if range.contains(&at));
        self.versions.iter().filter(is_dropped).copied().collect()
    }

    /// Whether this is the version that a reader is to see.
    pub fn is_present(&self, version: &Version) -> bool {
        self.present.get(&version.number).is_some_and(|present| present.place == version.place)
    }

    /// Present pages that are not what was written.
    pub fn broken_pages(&self) -> u32 {
        self.present.values().filter(|version| !version.sound).count() as u32
    }

    /// A version in clear.
    pub fn clear(&self, version: &Version) -> Option<Page> {
        Some(self.cipher.decrypt(version.number, &self.raw(version.place, version.number)?))
    }

    /// The present version of a page in clear, and whether it is sound.
    pub fn fetch(&self, number: u32) -> Option<(Page, bool)> {
        let version = self.present.get(&number)?;
        Some((self.clear(version)?, version.sound))
    }

    /// The first pages that claim to begin the file give their salt; other pages prove it.
    fn salt(&self, key: &[u8; 32]) -> Option<([u8; SALT], bool)> {
        let firsts = self.journal.frames.iter().filter(|frame| frame.number == 1);
        let firsts = firsts.filter_map(|frame| page_of(&self.log, frame.page.start));
        let firsts: Vec<Page> = self.raw(Place::File, 1).into_iter().chain(firsts).collect();
        let found: Vec<[u8; SALT]> = firsts.iter().map(|page| std::array::from_fn(|at| page[at])).collect();
        let in_file = (1..=self.pages.min(SAMPLES)).filter_map(|n| Some((n, self.raw(Place::File, n)?)));
        let in_log = self.journal.frames.iter().take(SAMPLES as usize);
        let in_log = in_log.filter_map(|frame| Some((frame.number, page_of(&self.log, frame.page.start)?)));
        let samples: Vec<(u32, Page)> = in_file.chain(in_log).collect();
        let samples: Vec<(u32, &Page)> = samples.iter().map(|(number, page)| (*number, page)).collect();
        find_salt(key, &found, &samples)
    }

    fn find_versions(&mut self) {
        for number in 1..=self.pages {
            let Some(page) = self.raw(Place::File, number) else { continue };
            let sound = self.cipher.is_sound(number, &page);
            let version = Version { number, place: Place::File, sound };
            self.versions.push(version);
            self.present.insert(number, version);
        }
        let logged = self.journal.frames.iter().map(|frame| frame.number).max().unwrap_or(0);
        let most = logged.min(self.pages.saturating_add(self.journal.frames.len() as u32)).max(self.pages);
        let (run, mut sought) = (self.journal.present(), 0);
        for place in 0..self.journal.frames.len() {
            let frame = &self.journal.frames[place];
            let Some(page) = page_of(&self.log, frame.page.start) else { continue };
            let (mut number, mut sound) = (frame.number, self.cipher.is_sound(frame.number, &page));
            if !sound && sought < NUMBERS_SOUGHT {
                sought += 1;
                (number, sound) = self.cipher.number_of(&page, most).map_or((number, false), |n| (n, true));
            }
            let version = Version { number, place: Place::Frame(place), sound };
            self.versions.push(version);
            if place < run {
                self.broken_frames += u32::from(!sound);
                self.note(version, self.index.is_some_and(|index| place < index.copied));
            }
        }
        self.versions.sort_by_key(|version| version.place);
    }

    /// A frame of the present run is what a reader sees, unless it is broken above a sound page, or
    /// known to be copied into a file that is newer now.
    fn note(&mut self, version: Version, copied: bool) {
        let beneath = self.present.get(&version.number);
        let stays =
            beneath.is_some_and(|old| old.sound && (!version.sound || copied && old.place == Place::File));
        if !stays && version.number > 0 {
            self.present.insert(version.number, version);
        }
    }

    fn raw(&self, place: Place, number: u32) -> Option<Page> {
        match place {
            Place::Frame(frame) => page_of(&self.log, self.journal.frames.get(frame)?.page.start),
            Place::File => {
                let mut page = [0; PAGE];
                let mut file = self.file.as_ref()?.borrow_mut();
                file.seek(SeekFrom::Start(u64::from(number.checked_sub(1)?) * PAGE as u64)).ok()?;
                file.read_exact(&mut page).ok()?;
                Some(page)
            }
        }
    }
}

fn page_of(log: &[u8], start: usize) -> Option<Page> {
    log.get(start..start + PAGE)?.try_into().ok()
}

fn absent_is_empty(read: io::Result<Vec<u8>>) -> io::Result<Vec<u8>> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other,
    }
}
