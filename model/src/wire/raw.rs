//! A byte string on the wire. `Vec<u8>` alone would be an array of numbers.

use minicbor::{Decode, Encode};

/// Bytes carried as one CBOR byte string.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Default)]
#[cbor(transparent)]
pub struct Raw(#[cbor(n(0), with = "minicbor::bytes")] pub Vec<u8>);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} B", self.0.len())
    }
}

impl From<Vec<u8>> for Raw {
    fn from(bytes: Vec<u8>) -> Self {
        Raw(bytes)
    }
}
