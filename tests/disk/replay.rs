//! What is durable after each operation, what is still in flight, and what a power cut makes of it.
//! Refuses to know how often and where to cut (`cuts`) and what the files mean.
//! Changes when our idea of what a disk may lose changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Ordering;
use super::contents::Contents;
use super::image::Image;
use super::log::{Change, Inode, Op, directory};
use super::seed::Draws;

const SECTOR: usize = 512;

/// What becomes of the changes in flight when the power goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// None reached the disk.
    Lost,
    /// All did.
    Kept,
    /// Some did, drawn from this seed; of a write perhaps some sectors of 512 bytes.
    Drawn(u64),
}

/// One way of losing power: the fate of unsynced writes and truncations, and that of unsynced
/// creations and deletions. `Lost` names undo a deletion: the file comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    pub writes: Fate,
    pub names: Fate,
}

pub(super) struct Replay {
    ordering: Ordering,
    files: BTreeMap<Inode, Written>,
    names: BTreeMap<Arc<str>, Named>,
    done: usize,
}

/// A file: what is durable, what is in flight in order, and both together.
#[derive(Default)]
struct Written {
    durable: Contents,
    flying: Vec<(Change, Reach)>,
    seen: Contents,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Unsynced,
    /// Its sync failed; a later one does not try again.
    Stranded,
    /// Synced, but above something stranded.
    Synced,
}

/// What a name stands for: the durable answer, then those in flight, oldest first.
#[derive(Default)]
struct Named {
    durable: Option<Inode>,
    flying: Vec<Option<Inode>>,
}

impl Replay {
    pub(super) fn new(ordering: Ordering, start: &Image) -> Self {
        let mut replay = Self { ordering, files: BTreeMap::new(), names: BTreeMap::new(), done: 0 };
        for (inode, (path, contents)) in start.files.iter().enumerate() {
            let (durable, seen) = (contents.clone(), contents.clone());
            let flying = Vec::new();
            replay.files.insert(inode, Written { durable, flying, seen });
            let (durable, flying) = (Some(inode), Vec::new());
            replay.names.insert(path.clone(), Named { durable, flying });
        }
        replay
    }

    /// Operations replayed: the index of a power cut made now.
    pub(super) fn done(&self) -> usize {
        self.done
    }

    pub(super) fn has_writes_in_flight(&self) -> bool {
        self.files.values().any(|file| !file.flying.is_empty())
    }

    pub(super) fn has_names_in_flight(&self) -> bool {
        self.names.values().any(|name| !name.flying.is_empty())
    }

    pub(super) fn apply(&mut self, op: &Op) {
        self.done += 1;
        match op {
            Op::Create { path, inode } => self.name(path).flying.push(Some(*inode)),
            Op::Delete { path } => self.name(path).flying.push(None),
            Op::Change { inode, change } => {
                let file = self.files.entry(*inode).or_default();
                change.apply(&mut file.seen);
                file.flying.push((change.clone(), Reach::Unsynced));
            }
            Op::Sync { inode } => {
                self.files.entry(*inode).or_default().sync();
                if self.ordering == Ordering::Strict {
                    self.names.values_mut().for_each(|name| name.keep(*inode));
                }
            }
            Op::SyncDirectory { directory: synced } => {
                let inside = self.names.iter_mut();
                let inside = inside.filter(|(path, _)| directory(path) == &**synced);
                inside.for_each(|(_, name)| name.settle());
            }
            Op::Refused => {}
            Op::SyncRefused { inode } => self.files.entry(*inode).or_default().strand(),
        }
    }

    /// The disk found after a power cut now.
    pub(super) fn image(&self, variant: Variant) -> Image {
        let mut names = variant.names.draws(self.done);
        let mut writes = variant.writes.draws(self.done);
        let mut files = BTreeMap::new();
        for (path, name) in &self.names {
            let Some(inode) = name.found(variant.names, &mut names) else {
                continue;
            };
            let contents = self.files.get(&inode);
            let contents = contents.map(|file| file.found(variant.writes, &mut writes));
            files.insert(path.clone(), contents.unwrap_or_default());
        }
        Image { files }
    }

    fn name(&mut self, path: &Arc<str>) -> &mut Named {
        self.names.entry(path.clone()).or_default()
    }
}

impl Fate {
    fn draws(self, index: usize) -> Draws {
        match self {
            Self::Drawn(seed) => Draws::new(seed, index),
            Self::Lost | Self::Kept => Draws::new(0, index),
        }
    }
}

impl Named {
    fn settle(&mut self) {
        if let Some(last) = self.flying.pop() {
            self.durable = last;
            self.flying.clear();
        }
    }

    /// Makes this name durable up to the moment it stood for `inode`, if it is one of its names.
    fn keep(&mut self, inode: Inode) {
        if let Some(at) = self.flying.iter().rposition(|&entry| entry == Some(inode)) {
            self.durable = self.flying[at];
            self.flying.drain(..=at);
        }
    }

    fn found(&self, fate: Fate, draws: &mut Draws) -> Option<Inode> {
        let kept = match fate {
            Fate::Lost => 0,
            Fate::Kept => self.flying.len(),
            Fate::Drawn(_) => draws.below(self.flying.len() + 1),
        };
        match kept {
            0 => self.durable,
            kept => self.flying[kept - 1],
        }
    }
}

impl Written {
    fn sync(&mut self) {
        for (_, reach) in &mut self.flying {
            if *reach == Reach::Unsynced {
                *reach = Reach::Synced;
            }
        }
        let stranded = |(_, reach): &(Change, Reach)| *reach == Reach::Stranded;
        let settled = self.flying.iter().position(stranded);
        for (change, _) in self.flying.drain(..settled.unwrap_or(self.flying.len())) {
            change.apply(&mut self.durable);
        }
    }

    fn strand(&mut self) {
        for (_, reach) in &mut self.flying {
            if *reach == Reach::Unsynced {
                *reach = Reach::Stranded;
            }
        }
    }

    fn found(&self, fate: Fate, draws: &mut Draws) -> Contents {
        if fate == Fate::Kept {
            return self.seen.clone();
        }
        let mut found = self.durable.clone();
        for (change, reach) in &self.flying {
            match (reach, fate) {
                (Reach::Synced, _) => change.apply(&mut found),
                (_, Fate::Drawn(_)) => change.apply_partly(&mut found, draws),
                _ => {}
            }
        }
        found
    }
}

impl Change {
    fn apply(&self, contents: &mut Contents) {
        match self {
            Self::Write { offset, bytes } => contents.write(*offset, bytes),
            Self::Resize { len } => contents.resize(*len),
        }
    }

    /// All, nothing, or of a write some sectors; the file may have grown before its bytes came.
    fn apply_partly(&self, contents: &mut Contents, draws: &mut Draws) {
        match (draws.below(3), self) {
            (0, _) => {}
            (1, change) => change.apply(contents),
            (_, Self::Resize { len }) => {
                if draws.coin() {
                    contents.resize(*len);
                }
            }
            (_, Self::Write { offset, bytes }) => {
                let end = offset + bytes.len();
                if draws.coin() && end > contents.len() {
                    contents.resize(end);
                }
                let mut from = *offset;
                while from < end {
                    let to = ((from / SECTOR + 1) * SECTOR).min(end);
                    if draws.coin() {
                        contents.write(from, &bytes[from - offset..to - offset]);
                    }
                    from = to;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Variant = Variant { writes: Fate::Lost, names: Fate::Lost };
    const KEPT: Variant = Variant { writes: Fate::Kept, names: Fate::Kept };

    fn create(path: &str, inode: Inode) -> Op {
        Op::Create { path: path.into(), inode }
    }

    fn write(inode: Inode, offset: usize, bytes: &[u8]) -> Op {
        let change = Change::Write { offset, bytes: bytes.into() };
        Op::Change { inode, change }
    }

    fn delete(path: &str) -> Op {
        Op::Delete { path: path.into() }
    }

    fn replayed(ordering: Ordering, ops: &[Op]) -> Replay {
        let mut replay = Replay::new(ordering, &Image::default());
        ops.iter().for_each(|op| replay.apply(op));
        replay
    }

    fn found(ordering: Ordering, ops: &[Op], variant: Variant) -> BTreeMap<String, Vec<u8>> {
        replayed(ordering, ops).image(variant).files()
    }

    fn files<const N: usize>(files: [(&str, &[u8]); N]) -> BTreeMap<String, Vec<u8>> {
        files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).into()
    }

    #[test]
    fn only_synced_bytes_survive_for_sure() {
        let ops = [create("/a", 0), write(0, 0, b"old"), Op::Sync { inode: 0 }, write(0, 0, b"new")];
        assert_eq!(found(Ordering::Strict, &ops, LOST), files([("/a", b"old")]));
        assert_eq!(found(Ordering::Strict, &ops, KEPT), files([("/a", b"new")]));
    }

    #[test]
    fn a_synced_file_keeps_its_name_under_strict_ordering_and_needs_its_directory_under_unix() {
        let mut ops = vec![create("/d/a", 0), Op::Sync { inode: 0 }];
        assert_eq!(found(Ordering::Strict, &ops, LOST), files([("/d/a", b"")]));
        assert_eq!(found(Ordering::Unix, &ops, LOST), files([]));
        ops.push(Op::SyncDirectory { directory: "/other".into() });
        assert_eq!(found(Ordering::Unix, &ops, LOST), files([]));
        ops.push(Op::SyncDirectory { directory: "/d".into() });
        assert_eq!(found(Ordering::Unix, &ops, LOST), files([("/d/a", b"")]));
    }

    #[test]
    fn a_deleted_file_may_come_back_until_its_directory_is_synced() {
        let mut ops = vec![create("/a", 0), write(0, 0, b"x"), Op::Sync { inode: 0 }, delete("/a")];
        // Another file of the directory does not settle it: nobody asked for that.
        ops.extend([create("/b", 1), Op::Sync { inode: 1 }]);
        assert_eq!(found(Ordering::Strict, &ops, LOST), files([("/a", b"x"), ("/b", b"")]));
        assert_eq!(found(Ordering::Strict, &ops, KEPT), files([("/b", b"")]));
        ops.push(Op::SyncDirectory { directory: "".into() });
        assert_eq!(found(Ordering::Strict, &ops, LOST), files([("/b", b"")]));
    }

    #[test]
    fn a_name_given_to_a_new_synced_file_never_goes_back_to_the_old_one() {
        let mut ops = vec![create("/a", 0), write(0, 0, b"1"), Op::Sync { inode: 0 }, delete("/a")];
        ops.extend([create("/a", 1), write(1, 0, b"2"), Op::Sync { inode: 1 }]);
        assert_eq!(found(Ordering::Strict, &ops, LOST), files([("/a", b"2")]));
    }

    #[test]
    fn bytes_stranded_by_a_failed_sync_are_not_saved_by_the_next_one() {
        let mut ops = vec![create("/a", 0), Op::Sync { inode: 0 }, write(0, 0, b"aaaa")];
        ops.extend([Op::SyncRefused { inode: 0 }, write(0, 2, b"bb"), Op::Sync { inode: 0 }]);
        assert_eq!(found(Ordering::Strict, &ops, LOST), files([("/a", b"\0\0bb")]));
        assert_eq!(found(Ordering::Strict, &ops, KEPT), files([("/a", b"aabb")]));
    }

    #[test]
    fn a_write_is_torn_between_sectors_and_never_inside_one() {
        let ops = [create("/a", 0), write(0, 0, &[1; 2048]), Op::Sync { inode: 0 }];
        let mut replay = replayed(Ordering::Strict, &ops);
        replay.apply(&write(0, 256, &[2; 1536]));
        let mut torn = 0;
        for seed in 0..100 {
            let variant = Variant { writes: Fate::Drawn(seed), names: Fate::Kept };
            let file = replay.image(variant).files().remove("/a").expect("the file is synced");
            assert_eq!(replay.image(variant).files()["/a"], file, "seed {seed} draws twice alike");
            assert_eq!(file.len(), 2048, "seed {seed}");
            let edges = [0, 256, 512, 1024, 1536, 1792, 2048];
            let parts: Vec<_> = edges.windows(2).map(|edge| &file[edge[0]..edge[1]]).collect();
            assert!(parts.iter().all(|part| part.iter().all(|&byte| byte == part[0])), "seed {seed}");
            assert_eq!((parts[0][0], parts[5][0]), (1, 1), "seed {seed}");
            torn += usize::from(parts[1..5].iter().any(|part| part[0] != parts[1][0]));
        }
        assert!(torn > 10, "{torn} of 100 torn");
    }
}
