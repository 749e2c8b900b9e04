//! The server over real connections: a listener on a free port of this machine, a real client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod devices;
mod guards;
mod interface;
mod listener;
mod phone;
mod raw;
mod supervisors;
mod terminal;
mod world;
