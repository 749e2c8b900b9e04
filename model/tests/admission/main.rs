//! Crafted changes (S9), told as stories: the bad one is refused with its reason, the good ones
//! around it are accepted, and the document still loads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../crew/mod.rs"]
mod crew;

mod form;
mod garbage;
mod order;
mod rights;
mod scene;
