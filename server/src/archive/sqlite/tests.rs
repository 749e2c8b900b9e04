//! The contract, on SQLCipher.

use super::{ArchiveKey, SqliteArchive};
use crate::archive::{Archive, contract};

fn on_a_new_archive(test: fn(&dyn Archive)) {
    let folder = tempfile::tempdir().unwrap();
    let archive = SqliteArchive::create(&folder.path().join("archive"), ArchiveKey([1; 32]), None).unwrap();
    test(&archive);
}

macro_rules! contract {
    ($($name:ident,)*) => {
        $(
            #[test]
            fn $name() {
                on_a_new_archive(contract::$name);
            }
        )*
    };
}

contract! {
    a_unit_of_work_is_kept_whole_or_not_at_all,
    an_envelope_is_stored_once,
    numbers_have_no_gap,
    held_envelopes_are_found_until_they_are_settled,
    a_replacement_answers_what_it_took_the_place_of,
    a_ledger_goes_on_by_number,
    the_feed_is_read_by_scope,
    official_numbers_begin_again_each_year,
    a_reading_sees_one_state,
    a_history_goes_on_from_its_parent,
    what_waits_for_a_newer_program_is_found,
    chains_that_interleave_are_found,
    links_and_sessions_are_found_until_they_end,
}

#[test]
fn nothing_of_the_file_is_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = SqliteArchive::create(&path, ArchiveKey([1; 32]), None).unwrap();
    contract::an_envelope_is_stored_once(&archive);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for word in [&b"SQLite format 3"[..], b"CREATE TABLE", b"unit:pm"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word));
        }
    }
}

#[test]
fn nothing_is_chained_to_a_log_that_another_process_left() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let archive = SqliteArchive::create(&at("archive"), ArchiveKey([1; 32]), None).unwrap();
    contract::an_envelope_is_stored_once(&archive);
    // As a killed process leaves it.
    for end in ["", "-wal"] {
        std::fs::copy(at(&format!("archive{end}")), at(&format!("left{end}"))).unwrap();
    }
    let log = || std::fs::metadata(at("left-wal")).unwrap().len();
    assert!(log() > 0);
    let again = SqliteArchive::open(&at("left"), ArchiveKey([1; 32]), None).unwrap();
    // What it held is in its place; one page begins it anew, so that the old one cannot come back.
    assert_eq!(log(), 32 + 24 + 4096);
    let head = |archive: &SqliteArchive| crate::archive::read(archive, |unit| unit.head()).unwrap();
    assert_eq!(head(&again), head(&archive));
}
