//! Whoever lies is told apart from whoever is merely late: a tampered device against the server, a
//! tampered server against a phone, and any byte of the wire against both. Nothing unverified is
//! shown, nothing unsent is dropped, the good ones around are seen, and honesty heals.

#[path = "hostile/bytes.rs"]
mod bytes;
#[path = "hostile/crafted.rs"]
mod crafted;
#[path = "hostile/devices.rs"]
mod devices;
#[path = "hostile/flood.rs"]
mod flood;
#[path = "hostile/servers.rs"]
mod servers;
#[path = "hostile/town.rs"]
mod town;
#[path = "hostile/vouchers.rs"]
mod vouchers;
