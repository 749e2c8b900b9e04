//! R4: bits flip and files end early, in the database, its log, the archive and what was exported.
//! Everything is told or harmless, and a rescue saves every intact envelope.

macro_rules! json {
    ($value:expr) => {
        serde_json::to_string(&$value).expect("plain records")
    };
}

#[path = "corruption/cuts.rs"]
mod cuts;
#[path = "corruption/judged.rs"]
mod judged;
#[path = "corruption/older.rs"]
mod older;
#[path = "corruption/phones.rs"]
mod phones;
#[path = "corruption/saved.rs"]
mod saved;
#[path = "corruption/scene.rs"]
mod scene;
#[path = "corruption/servers.rs"]
mod servers;
#[path = "corruption/truth.rs"]
mod truth;

use phones::{Bench, Case, Counts};
use scene::Scene;
use servers::Archive;
use truth::Damage;

const SEED: u64 = 404;

/// A die of our own: the same places for the same seed.
struct Die(u64);

impl Die {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % most
    }

    /// One bit of nine, the end of the file the tenth time.
    fn damage(&mut self, length: usize) -> Damage {
        let (cut, at) = (self.below(10) == 0, self.below(length));
        if cut { Damage::Cut(at) } else { Damage::Flip(at, self.below(8) as u8) }
    }
}

fn damages(salt: u64, length: usize, count: usize) -> Vec<Damage> {
    let mut die = Die(SEED ^ salt << 32);
    (0..count).map(|_| die.damage(length)).collect()
}

/// Adds up what came of some cases; nothing may have gone wrong.
fn settle(total: &mut Counts, (counts, wrong): (Counts, Vec<String>)) {
    for (word, count) in counts {
        *total.entry(word).or_default() += count;
    }
    for wrong in &wrong {
        println!("{}", wrong.chars().take(600).collect::<String>());
    }
    assert_eq!(wrong.len(), 0, "seed {SEED}: see above");
}

#[test]
fn two_thousand_flips_and_cuts_are_told_or_harmless_and_intact_envelopes_are_saved() {
    println!("seed {SEED}");
    let mut total = Counts::new();
    for (salt, closed, file, count) in
        [(1, true, "notebook.db", 600), (2, false, "notebook.db", 250), (3, false, "notebook.db-wal", 550)]
    {
        let bench = Bench::new(402, closed);
        let length = if salt == 3 { bench.truth.log_bytes() } else { bench.files[file].len() };
        let of = |damage| Case { file, damage, without_index: false };
        let cases: Vec<Case> = damages(salt, length, count).into_iter().map(of).collect();
        let name = format!("{file}{}", if closed { ", closed" } else { "" });
        settle(&mut total, phones::run(&name, &cases, |case| bench.try_out(case)));
    }
    let archive = Archive::new(Scene::new(403));
    for (salt, file, count) in [(4, "archive.sqlite", 250), (5, "archive.sqlite-wal", 200)] {
        let cases = damages(salt, archive.files[file].len(), count);
        settle(&mut total, phones::run(file, &cases, |damage| archive.try_out(file, damage)));
    }
    for (salt, (file, bytes)) in (6..).zip(&archive.backup) {
        let cases = damages(salt, bytes.len(), if bytes.len() > 4096 { 110 } else { 10 });
        let name = format!("backup {file}");
        settle(&mut total, phones::run(&name, &cases, |damage| archive.try_backup(file, damage)));
    }
    println!("{total:#?}");
    let tried: u32 = total.values().sum();
    let told: u32 = total.iter().filter(|(word, _)| !word.ends_with("harmless")).map(|(_, n)| n).sum();
    println!("{tried} tried, {told} told, {} harmless", tried - told);
    assert!(tried >= 2_000 && told > 1_000, "{tried} tried, {told} told");
}

/// The power went too, and with it the index that says how much of the log was synced: a flipped bit
/// in the last commit looks like a commit that the power cut.
#[test]
fn after_a_power_cut_what_the_last_writing_held_is_kept_and_told() {
    let bench = Bench::new(405, false);
    let of = |damage| Case { file: "notebook.db-wal", damage, without_index: true };
    let whole: Vec<Case> = damages(20, bench.truth.log_bytes(), 60).into_iter().map(of).collect();
    let mut die = Die(SEED);
    let last = bench.truth.last_commit();
    let in_last = (0..60).map(|_| Damage::Flip(last.start + die.below(last.len()), 3)).map(of);
    let cases: Vec<Case> = whole.into_iter().chain(in_last).collect();
    let mut total = Counts::new();
    settle(&mut total, phones::run("log without index", &cases, |case| bench.try_out(case)));
    println!("{total:#?}");
    assert!(total.contains_key("log without index: a cut, told"), "{total:?}");
}
