//! "ronde-sync/1": the one message pair, its entries, its frame and its limits. Shapes only: what
//! is said and what is done with it is decided by `sync` on the phone and `intake` on the server.
//! `ronde-sync.cddl` is normative.

mod answer;
mod entry;
pub mod frame;
pub mod limits;
mod messages;
mod raw;

pub use answer::{Answer, AnswerCode};
pub use entry::Entry;
pub use messages::{Backfill, BlobState, Fork, LedgerLine, Next, Request, Response, Want, decode};
pub use raw::Raw;

/// The media type of both messages.
pub const MEDIA_TYPE: &str = "application/vnd.ronde.sync+cbor";

/// Version of the message pair.
pub const VERSION: u8 = 1;

/// The normative grammar of the messages.
pub const CDDL: &str = include_str!("ronde-sync.cddl");
