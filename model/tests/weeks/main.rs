//! Ordinary weeks of crews of two: how often people are asked to settle what two of them wrote,
//! with the rules that spare them (S4) and without.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../crew/mod.rs"]
mod crew;
mod typing;
mod week;

use week::{Tally, Week};

const SEEDS: u64 = 100;

#[test]
fn ordinary_weeks_seldom_ask_anybody_to_settle_anything() {
    let mut all = Tally::default();
    let mut worst = (0, 0.0);
    for seed in 0..SEEDS {
        let tally = Week::new(seed).live();
        if tally.share(tally.diverging) > worst.1 {
            worst = (seed, tally.share(tally.diverging));
        }
        all.add(&tally);
    }
    let percent = |share: f64| format!("{:.2} %", share * 100.0);
    println!(
        "{SEEDS} weeks of a crew of two: {} reports, {} corrected",
        all.reports,
        percent(all.share(all.corrected))
    );
    println!(
        "corrected by both on one fact, apart: {} of those corrected",
        percent(all.share_of_corrected(all.apart))
    );
    println!("divergences to settle: {} of reports", percent(all.share(all.diverging)));
    println!("the same weeks, values compared byte for byte: {}", percent(all.share(all.raw)));
    println!("worst week: seed {}, {}", worst.0, percent(worst.1));
    assert!((0.04..=0.06).contains(&all.share(all.corrected)), "not the weeks meant");
    assert!(all.share_of_corrected(all.apart) >= 0.30, "not the weeks meant");
    assert!(all.share(all.diverging) <= 0.02);
    assert!(all.diverging > 0, "people who honestly disagree are asked");
    assert!(all.raw > all.diverging, "the rules spare nobody anything");
    assert_eq!(all.overlooked, 0, "people who honestly disagree and are not asked");
}

#[test]
fn a_seed_tells_a_whole_week() {
    assert_eq!(Week::new(7).live(), Week::new(7).live());
    assert_ne!(Week::new(7).live(), Week::new(8).live());
}
