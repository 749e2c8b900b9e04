//! The server over real connections: a listener on a free port of this machine, a real client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assigning;
mod browser;
mod crossing;
mod devices;
mod guards;
mod interface;
mod linking;
mod listener;
mod live;
mod naughty;
mod phone;
mod raw;
mod refusals;
mod signing_in;
mod supervisors;
mod terminal;
mod world;
