//! Laws of the model, on cases drawn at random; a case that broke one is kept in `proptest-regressions`.
//! Each law is tried on [`CASES`] or [`STORIES`], or as many as `PROPTEST_CASES` says, drawn from a seed that is
//! printed; `PROPTEST_RNG_SEED` tells the same ones again. Which rule of the design each file holds: S1 and
//! S5 `documents`, S2, S3 and S10 `filing`, S4 `divergences` and `deciding`, S6 and S7 `handling`, S8 `later`,
//! S9 `order`, and all of them under any delivery `merging`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../crew/mod.rs"]
mod crew;

mod bytes;
mod deciding;
mod divergences;
mod documents;
mod drawn;
mod filing;
mod frames;
mod handling;
mod later;
mod merging;
mod order;
mod writing;

use std::hash::{BuildHasher, RandomState};

use proptest::test_runner::{Config, RngSeed};

/// How many cases each law is tried on.
const CASES: u32 = 10_000;

/// How many stories of several people, 2 to 6 ms each, each law of stories is tried on.
const STORIES: u32 = 10_000;

/// What every law is tried with.
fn tried() -> Config {
    with(CASES)
}

/// What the laws of stories are tried with.
fn told() -> Config {
    with(STORIES)
}

fn with(cases: u32) -> Config {
    let mut config = Config::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(RandomState::new().hash_one("a seed"));
    }
    if let RngSeed::Fixed(seed) = config.rng_seed {
        println!("{} cases, PROPTEST_RNG_SEED={seed}", config.cases);
    }
    config
}
