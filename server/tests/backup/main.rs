//! A server is copied while it serves, lost, and brought back; and what its doctor says of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod damage;
mod doctor;
mod page;
mod restoring;
mod taking;
mod upgrading;
mod yesterday;

#[path = "../stories/clock.rs"]
mod clock;
#[path = "../stories/phone.rs"]
#[allow(dead_code, reason = "written for the stories; a part of it serves here")]
mod phone;
#[path = "../stories/town.rs"]
#[allow(dead_code, reason = "written for the stories; a part of it serves here")]
mod town;
