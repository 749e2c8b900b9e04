//! A write-ahead log and its index as they may lie on a damaged disk. An input is a byte, the index (136
//! bytes), then the log; an even byte makes the checksums of the log good, so that what they guard is reached.

use ronde_model::wal::{Index, Journal, PAGE, Verdict};

const INDEX: usize = 136;
const HEADER: usize = 32;
const FRAME: usize = 24;

/// What opening would do is said of any bytes, and of what it says nothing lies outside the log.
pub fn wal(input: &[u8]) {
    let Some((way, input)) = input.split_first() else { return };
    let (index, log) = input.split_at(input.len().min(INDEX));
    let mut log = log.to_vec();
    if way & 1 == 0 {
        make_good(&mut log);
    }
    let journal = Journal::read(&log);
    assert!(journal.taken <= journal.frames.len() && journal.present() <= journal.frames.len());
    for frame in &journal.frames {
        assert!(frame.page.len() == PAGE && log.get(frame.page.clone()).is_some());
    }
    for pages in [0, 1, usize::MAX] {
        for index in [None, Index::read(index)] {
            let verdict = journal.verdict(index.as_ref(), pages);
            if let Verdict::Cut(frames) = verdict {
                assert_eq!(
                    journal.taken + frames,
                    journal.present(),
                    "what is cut off is present and not taken"
                );
            }
        }
    }
}

/// Header and frames with SQLite's checksums, and the frames with the header's salts.
fn make_good(log: &mut [u8]) {
    let Some((header, frames)) = log.split_at_mut_checked(HEADER) else { return };
    let big_endian = header.get(3).is_some_and(|last| last & 1 == 1);
    let mut sums = [0_u32; 2];
    let (said, room) = header.split_at_mut(24);
    add(&mut sums, said, big_endian);
    write(room, sums);
    let salts: Vec<u8> = said.iter().skip(16).copied().collect();
    for frame in frames.chunks_exact_mut(FRAME + PAGE) {
        let (head, page) = frame.split_at_mut(FRAME);
        let (said, room) = head.split_at_mut(8);
        add(&mut sums, said, big_endian);
        add(&mut sums, page, big_endian);
        let (salt, room) = room.split_at_mut(8);
        salt.copy_from_slice(&salts);
        write(room, sums);
    }
}

fn add(sums: &mut [u32; 2], bytes: &[u8], big_endian: bool) {
    let word = |four: &[u8]| {
        let four = four.try_into().unwrap_or_default();
        if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    };
    for pair in bytes.chunks_exact(8) {
        let (one, two) = pair.split_at(4);
        sums[0] = sums[0].wrapping_add(word(one)).wrapping_add(sums[1]);
        sums[1] = sums[1].wrapping_add(word(two)).wrapping_add(sums[0]);
    }
}

fn write(room: &mut [u8], sums: [u32; 2]) {
    for (place, byte) in room.iter_mut().zip(sums.iter().flat_map(|sum| sum.to_be_bytes())) {
        *place = byte;
    }
}
