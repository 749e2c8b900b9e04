//! The server told as stories, with real signed requests and a clock that the story sets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod clock;
mod depositing;
mod enrolling;
mod feeding;
mod finding;
mod healing;
mod ledger;
mod phone;
mod refusing;
mod supervising;
mod throughput;
mod town;
mod upkeep;
mod waiting;
