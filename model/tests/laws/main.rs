//! Laws of the model, on cases drawn at random: proptest prints and keeps what broke one.
//! `PROPTEST_CASES` says how many cases a law is tried on (256 when nothing is said).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../crew/mod.rs"]
mod crew;

mod bytes;
mod divergences;
mod drawn;
mod frames;
mod merging;
mod writing;
