//! What is on a disk at rest: names and contents, nothing in flight.
//! Refuses to know how it came about.
//! Changes when a disk at rest holds more than files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::contents::Contents;

#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) files: BTreeMap<Arc<str>, Contents>,
}

impl Image {
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.files.iter().map(|(path, contents)| (path.to_string(), contents.bytes())).collect()
    }
}
