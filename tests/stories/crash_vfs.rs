//! The disk of `ronde_tests::disk` under raw SQLCipher: the product's settings lose nothing at any
//! power cut, and two careless ones are caught, without which the disk would prove nothing.
//! Refuses to know the product: two small tables stand for it.

use std::collections::BTreeSet;
use std::time::Duration;

use ronde_tests::disk::{Disk, Fate, Fault, Mark, Ordering, Variant};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};

const PATH: &str = "/phone/notes.db";
const NOTES: u32 = 14;
const SEED: u64 = 20_260_214;

/// How a database is made and used: `PRAGMA synchronous` when it is opened empty, opened with its
/// tables there, and once WAL is on; and whether the tables come before the switch to WAL or after.
#[derive(Clone, Copy, Debug)]
struct Settings {
    created: &'static str,
    reopened: &'static str,
    running: &'static str,
    tables_in_wal: bool,
}

const PRODUCT: Settings =
    Settings { created: "EXTRA", reopened: "EXTRA", running: "FULL", tables_in_wal: false };

const CREATED_FULL: Settings = Settings { created: "FULL", reopened: "FULL", ..PRODUCT };

fn connect(disk: &Disk) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags_and_vfs(PATH, OpenFlags::default(), disk.vfs())?;
    let key = "5a".repeat(32);
    connection.execute_batch(&format!("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{key}'\";"))?;
    Ok(connection)
}

fn prepare(connection: &Connection, settings: Settings) -> rusqlite::Result<()> {
    let tables: u32 = connection.query_one("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let level = if tables == 0 { settings.created } else { settings.reopened };
    connection.execute_batch(&format!("PRAGMA synchronous = {level};"))?;
    if settings.tables_in_wal {
        switch_to_wal(connection)?;
    }
    connection.execute_batch(
        "BEGIN IMMEDIATE;
         CREATE TABLE IF NOT EXISTS note (n INTEGER PRIMARY KEY, body BLOB NOT NULL);
         CREATE TABLE IF NOT EXISTS tally (one INTEGER PRIMARY KEY, notes INTEGER NOT NULL);
         INSERT OR IGNORE INTO tally VALUES (1, 0);
         COMMIT;",
    )?;
    switch_to_wal(connection)?;
    connection.execute_batch(&format!("PRAGMA synchronous = {};", settings.running))
}

/// The switch commits after its row: `execute_batch` and `query_row` stop at the row and would swallow
/// a commit that failed; `query_one` goes on to the end.
fn switch_to_wal(connection: &Connection) -> rusqlite::Result<()> {
    let mode: String = connection.query_one("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    assert_eq!(mode, "wal");
    Ok(())
}

fn open(disk: &Disk, settings: Settings) -> rusqlite::Result<Connection> {
    let connection = connect(disk)?;
    prepare(&connection, settings)?;
    Ok(connection)
}

fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_one("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// From a handful of bytes to several pages, different for each note.
fn body(n: u32) -> Vec<u8> {
    (0..n * n * 71 % 9_000).map(|i| (i * 7 + n) as u8).collect()
}

/// One transaction of two writes, so that half of it can be seen.
fn write(connection: &mut Connection, n: u32) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute("INSERT INTO note VALUES (?1, ?2)", params![n, body(n)])?;
    transaction.execute("UPDATE tally SET notes = notes + 1", [])?;
    transaction.commit()
}

/// A phone's life: made and written; closed and opened again; checkpointed in the midst of its
/// notes; a second connection beside the first. Each mark is the number of notes acknowledged.
fn live(disk: &Disk, settings: Settings) -> rusqlite::Result<()> {
    let mut connection = open(disk, settings)?;
    disk.mark("0");
    for n in 1..=NOTES {
        if n == NOTES / 3 {
            drop(connection);
            connection = open(disk, settings)?;
        }
        if n == NOTES / 2 {
            checkpoint(&connection)?;
        }
        let reader = open(disk, settings)?;
        write(&mut connection, n)?;
        disk.mark(n.to_string());
        let seen: u32 = reader.query_row("SELECT notes FROM tally", [], |row| row.get(0))?;
        assert_eq!(seen, n, "a second connection sees the commit");
    }
    Ok(())
}

/// What is wrong with a disk found after a power cut.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wrong {
    /// The acknowledged creation of the database is not there.
    Uncreated,
    /// This many acknowledged notes cannot be read back as they were written.
    Lost(u32),
    /// A transaction is there by half, or a note that nobody wrote.
    Torn,
    /// SQLite or SQLCipher says so.
    Corrupt(String),
}

/// Opens what a cut left, as the product would, and holds it against what was acknowledged (`None` =
/// not even the database's creation) and against the highest note that was ever begun.
fn examine(found: &Disk, promised: Option<u32>, begun: u32) -> BTreeSet<Wrong> {
    let mut wrong = BTreeSet::new();
    if let Err(error) = examine_into(&mut wrong, found, promised, begun) {
        let lost = promised.filter(|&notes| notes > 0).map(Wrong::Lost);
        wrong.extend(lost.into_iter().chain([Wrong::Corrupt(error.to_string())]));
    }
    wrong
}

fn examine_into(
    wrong: &mut BTreeSet<Wrong>,
    found: &Disk,
    promised: Option<u32>,
    begun: u32,
) -> rusqlite::Result<()> {
    let connection = connect(found)?;
    let tally = "SELECT notes FROM tally";
    let count = |sql| connection.query_row(sql, [], |row| row.get::<_, u32>(0));
    if promised.is_some() && count(tally).is_err() {
        wrong.insert(Wrong::Uncreated);
    }
    prepare(&connection, PRODUCT)?;
    let promised = promised.unwrap_or(0);
    let same = |&n: &u32| {
        let note = connection.query_row("SELECT body FROM note WHERE n = ?1", [n], |row| row.get(0));
        note == Ok(body(n))
    };
    let kept = (1..=promised).filter(same).count() as u32;
    if kept < promised {
        wrong.insert(Wrong::Lost(promised - kept));
    }
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if check != "ok" {
        wrong.insert(Wrong::Corrupt(check));
        return Ok(());
    }
    let written = count("SELECT count(*) FROM note")?;
    if count(tally)? != written || written > begun || !(promised + 1..=written).all(|n| same(&n)) {
        wrong.insert(Wrong::Torn);
    }
    Ok(())
}

/// The notes acknowledged by the last of these marks.
fn notes(marks: &[Mark]) -> Option<u32> {
    let last = marks.last()?;
    Some(last.label.parse().expect("labels are numbers"))
}

#[derive(Default, Debug)]
struct Count {
    operations: usize,
    states: usize,
    uncreated: usize,
    lost: usize,
    torn: usize,
    corrupt: usize,
    first: Option<String>,
}

impl Count {
    fn add(&mut self, wrong: BTreeSet<Wrong>, story: impl Fn() -> String) {
        self.states += 1;
        for what in &wrong {
            *match what {
                Wrong::Uncreated => &mut self.uncreated,
                Wrong::Lost(_) => &mut self.lost,
                Wrong::Torn => &mut self.torn,
                Wrong::Corrupt(_) => &mut self.corrupt,
            } += 1;
        }
        if self.first.is_none() && !wrong.is_empty() {
            self.first = Some(format!("{wrong:?} {}", story()));
        }
    }

    fn assert_nothing_wrong(&self) {
        assert_eq!(self.first, None, "{self:?}");
    }
}

fn explore(ordering: Ordering, settings: Settings, draws: usize) -> Count {
    let disk = Disk::new(ordering).expect("registered");
    live(&disk, settings).expect("a sound disk takes everything");
    let mut count = Count { operations: disk.operations(), ..Count::default() };
    for cut in disk.cuts(SEED).with_draws(draws) {
        let promised = notes(cut.marks());
        let begun = promised.map_or(0, |notes| notes + 1);
        let wrong = examine(&cut.power_on().expect("registered"), promised, begun);
        count.add(wrong, || format!("at {} {:?}, promised {promised:?}", cut.index, cut.variant));
    }
    println!("seed {SEED}, {ordering:?}, {settings:?}: {count:?}");
    count
}

fn both_ways(settings: Settings) -> [Settings; 2] {
    [false, true].map(|tables_in_wal| Settings { tables_in_wal, ..settings })
}

#[test]
fn the_products_settings_lose_no_acknowledged_commit_at_any_power_cut() {
    for ordering in [Ordering::Strict, Ordering::Unix] {
        for settings in both_ways(PRODUCT) {
            let count = explore(ordering, settings, 4);
            count.assert_nothing_wrong();
            assert!(count.operations > 100 && count.states > 4 * count.operations, "{count:?}");
        }
    }
}

/// Why that control needs strict ordering: on SQLite's own unix VFS the first sync of the WAL also
/// syncs the directory, and with it the deletion of the journal.
#[test]
fn on_the_unix_vfs_the_wals_first_sync_already_makes_the_journals_deletion_last() {
    for settings in both_ways(CREATED_FULL) {
        explore(Ordering::Unix, settings, 1).assert_nothing_wrong();
    }
}

#[test]
fn synchronous_normal_is_caught_losing_acknowledged_commits() {
    for ordering in [Ordering::Strict, Ordering::Unix] {
        for settings in both_ways(PRODUCT) {
            let count = explore(ordering, Settings { running: "NORMAL", ..settings }, 1);
            assert!(count.lost > 0, "the control must lose: {count:?}");
            assert_eq!((count.torn, count.corrupt), (0, 0), "it loses whole commits: {:?}", count.first);
        }
    }
}

#[test]
fn a_database_created_with_full_is_caught_losing_acknowledged_commits() {
    for settings in both_ways(CREATED_FULL) {
        let count = explore(Ordering::Strict, settings, 1);
        assert!(count.lost > 0, "the control must lose: {count:?}");
    }
}

/// A machine that loses power, recovers, writes notes and checkpoints them, and loses power again.
fn explore_twice(settings: Settings, step: usize) -> Count {
    let disk = Disk::new(Ordering::Strict).expect("registered");
    live(&disk, settings).expect("a sound disk takes everything");
    let mut count = Count::default();
    for first in disk.cuts(SEED).step_by(step) {
        let found = first.power_on().expect("registered");
        let mut connection = open(&found, settings).expect("recovers");
        let sql = "SELECT count(*) FROM note";
        let written: u32 = connection.query_one(sql, [], |row| row.get(0)).expect("the table is there");
        for n in written + 1..=written + 6 {
            write(&mut connection, n).expect("usable after a power cut");
            found.mark(n.to_string());
        }
        checkpoint(&connection).expect("usable after a power cut");
        drop(connection);
        for second in found.cuts(SEED) {
            let promised = notes(second.marks()).or(notes(first.marks()));
            let wrong = examine(&second.power_on().expect("registered"), promised, written + 6);
            count.add(wrong, || {
                let (one, two) = (&first, &second);
                format!("at {} {:?}, then {} {:?}", one.index, one.variant, two.index, two.variant)
            });
        }
    }
    println!("seed {SEED}, twice, {settings:?}: {count:?}");
    count
}

#[test]
fn a_second_power_cut_during_or_after_a_recovery_loses_nothing_either() {
    let count = explore_twice(PRODUCT, 11);
    count.assert_nothing_wrong();
    assert!(count.states > 5_000, "{count:?}");
}

/// The first cut falls between the tables and the switch to WAL; the switch is then made with FULL.
#[test]
fn extra_only_while_the_database_is_empty_is_caught_losing_acknowledged_commits() {
    let count = explore_twice(Settings { reopened: "FULL", ..PRODUCT }, 11);
    assert!(count.lost > 0, "the control must lose: {count:?}");
}

/// Each operation of a phone's life refused once, in each way it can be, and the power cut at the end.
#[test]
fn a_refused_operation_costs_an_error_and_no_acknowledged_note() {
    let sound = Disk::new(Ordering::Strict).expect("registered");
    live(&sound, PRODUCT).expect("a sound disk takes everything");
    let lost = Variant { writes: Fate::Lost, names: Fate::Lost };
    let (mut struck, mut told) = (0, BTreeSet::new());
    for fault in [Fault::Full, Fault::Io, Fault::SyncIo] {
        for index in 0..sound.operations() {
            let disk = Disk::new(Ordering::Strict).expect("registered");
            disk.fail_at(index, fault);
            let result = live(&disk, PRODUCT);
            let story = format!("{fault:?} at {index}: {result:?}");
            if let Err(error) = result {
                let code = error.sqlite_error_code().expect("an error of SQLite's");
                assert_eq!(disk.struck(), [index], "{story}");
                told.insert((fault, format!("{code:?}")));
            }
            struck += disk.struck().len();
            let acknowledged = notes(&disk.marks());
            let cut = disk.at(disk.operations(), lost).expect("registered");
            for found in [&disk, &cut] {
                assert_eq!(examine(found, acknowledged, NOTES), BTreeSet::new(), "{story}");
            }
        }
    }
    println!("{struck} operations refused, told {told:?}");
    assert!(struck > sound.operations(), "{struck}");
    for (fault, code) in
        [(Fault::Full, "DiskFull"), (Fault::Io, "SystemIoFailure"), (Fault::SyncIo, "SystemIoFailure")]
    {
        assert!(told.contains(&(fault, code.to_owned())), "{fault:?} as {code}: {told:?}");
    }
}

#[test]
fn a_disk_that_stays_full_refuses_until_it_is_healed_and_keeps_what_it_had() {
    let disk = Disk::new(Ordering::Strict).expect("registered");
    let mut connection = open(&disk, PRODUCT).expect("opens");
    write(&mut connection, 1).expect("there is room");
    disk.fail_within(disk.operations()..usize::MAX, Fault::Full);
    for _ in 0..3 {
        let refused = write(&mut connection, 2).expect_err("there is no room");
        assert_eq!(refused.sqlite_error_code(), Some(ErrorCode::DiskFull));
    }
    disk.heal();
    write(&mut connection, 2).expect("there is room again");
    drop(connection);
    assert_eq!(examine(&disk, Some(2), 2), BTreeSet::new());
}

#[test]
fn the_same_index_and_variant_give_the_same_disk_again() {
    let disk = Disk::new(Ordering::Strict).expect("registered");
    live(&disk, PRODUCT).expect("a sound disk takes everything");
    let mut different = BTreeSet::new();
    for cut in disk.cuts(SEED).step_by(5) {
        let found = cut.power_on().expect("registered").files();
        let again = disk.at(cut.index, cut.variant).expect("registered").files();
        assert!(found == again, "{} {:?}", cut.index, cut.variant);
        different.insert(found);
    }
    assert!(different.len() > 50, "{} different disks", different.len());
}

#[test]
fn disks_do_not_see_each_other_and_one_dropped_early_still_serves_its_connection() {
    let (first, second) = (Disk::new(Ordering::Strict), Disk::new(Ordering::Strict));
    let (first, second) = (first.expect("registered"), second.expect("registered"));
    let mut connection = open(&first, PRODUCT).expect("opens");
    write(&mut connection, 1).expect("writes");
    assert!(second.files().is_empty() && !first.files().is_empty());
    let name = first.vfs().to_owned();
    drop(first);
    write(&mut connection, 2).expect("still writes");
    drop(connection);
    let gone = Connection::open_with_flags_and_vfs(PATH, OpenFlags::default(), name.as_str());
    assert!(gone.is_err(), "the name went with the disk");
}

#[test]
fn two_writers_take_turns_as_on_a_real_disk() {
    let disk = Disk::new(Ordering::Strict).expect("registered");
    let mut first = open(&disk, PRODUCT).expect("opens");
    let mut second = open(&disk, PRODUCT).expect("opens");
    second.busy_timeout(Duration::ZERO).expect("set");
    let transaction = first.transaction_with_behavior(TransactionBehavior::Immediate).expect("begins");
    let busy = write(&mut second, 1).expect_err("the other one writes");
    assert_eq!(busy.sqlite_error_code(), Some(ErrorCode::DatabaseBusy));
    transaction.commit().expect("commits");
    write(&mut second, 1).expect("its turn");
    write(&mut first, 2).expect("its turn again");
}

#[test]
fn a_reader_holds_back_a_commit_to_a_rollback_journal_and_a_writer_another_writer() {
    let disk = Disk::new(Ordering::Strict).expect("registered");
    let [writer, other, late] = [(), (), ()].map(|()| connect(&disk).expect("opens"));
    for connection in [&writer, &other, &late] {
        connection.busy_timeout(Duration::ZERO).expect("set");
    }
    let busy = |result: rusqlite::Result<()>| {
        let code = result.expect_err("locked").sqlite_error_code();
        assert_eq!(code, Some(ErrorCode::DatabaseBusy));
    };
    writer.execute_batch("CREATE TABLE t (a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1);").expect("writes");
    busy(other.execute_batch("BEGIN IMMEDIATE"));
    other.execute_batch("BEGIN; SELECT * FROM t;").expect("reads beside a writer that has not committed");
    busy(writer.execute_batch("COMMIT"));
    busy(late.execute_batch("SELECT * FROM t"));
    other.execute_batch("COMMIT").expect("ends its reading");
    writer.execute_batch("COMMIT").expect("the last reader is gone");
    let seen: u32 = other.query_one("SELECT count(*) FROM t", [], |row| row.get(0)).expect("reads");
    assert_eq!(seen, 1);
}
