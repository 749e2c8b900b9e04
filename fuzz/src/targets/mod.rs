//! One function a decoder. What must hold of what was read is asserted in it.
#![allow(clippy::panic, reason = "a broken promise is told to the fuzzer by a panic")]

mod admission;
mod maps;
mod messages;
mod signed;
mod tables;
mod wal;
mod words;

use crate::Target;

const fn target(name: &'static str, longest: usize, run: fn(&[u8])) -> Target {
    Target { name, run, longest }
}

/// Every target.
pub const ALL: &[Target] = &[
    target("admission", 8192, admission::admission),
    target("catalogue", 65_536, words::catalogue),
    target("code", 256, words::code),
    target("config", 8192, signed::config),
    target("csv", 16_384, tables::csv),
    target("cursor", 512, messages::cursor),
    target("enrolment", 2048, signed::enrolment),
    target("entry", 4096, messages::entry),
    target("envelope", 4096, signed::envelope),
    target("frame", 16_384, messages::frame),
    target("geojson", 16_384, maps::geojson),
    target("lease", 4096, signed::lease),
    target("open311", 16_384, tables::open311),
    target("receipt", 2048, signed::receipt),
    target("record", 4096, words::record),
    target("request", 8192, messages::request),
    target("response", 8192, messages::response),
    target("territory", 16_384, maps::territory),
    target("wal", 32_768, wal::wal),
];
