//! The rules both ends of Ronde share: what a report is, who may write what, how two writings
//! merge, and the bytes that travel. Pure: no I/O, no clock, no randomness, no SQLite, no HTTP.
//! It changes when a rule of the design changes.
#![warn(missing_docs)]

pub mod catalogue;
pub mod config;
pub mod divergence;
pub mod document;
pub mod envelope;
pub mod fact;
pub mod history;
pub mod id;
pub mod instant;
pub mod lease;
pub mod lifecycle;
pub mod organisation;
pub mod projection;
pub mod receipt;
pub mod rights;
pub mod scope;
pub mod signing;
pub mod territory;
pub mod wal;
pub mod wire;
pub mod words;
