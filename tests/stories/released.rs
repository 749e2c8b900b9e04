//! What a released version wrote is read for ever: `tests/released/vN` holds a server, notebooks and
//! messages made by that version's programs, and what those programs said about them. Everything here
//! opens copies. How a folder is made: `tests/released/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "released/day.rs"]
mod day;
#[path = "released/folder.rs"]
mod folder;
#[path = "released/golden.rs"]
mod golden;
#[path = "released/later.rs"]
mod later;
#[path = "released/making.rs"]
mod making;
#[path = "released/messages.rs"]
mod messages;
#[path = "released/opening.rs"]
mod opening;

/// Every release that left a folder.
const RELEASES: [&str; 1] = ["v0"];
