//! What `ronde` does for a person or a script that never met a server; the stories with one are in
//! the package of the whole system.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on fails")]

mod arguments;
mod drafts;
mod notebook;
mod rescue;
mod terminal;
