//! The limits every message is held to before it is parsed. Changes with the protocol.

/// Largest body on the wire, compressed, bytes.
pub const MAX_BODY_BYTES: usize = 512 * 1024;

/// Largest body inflated, bytes.
pub const MAX_INFLATED_BYTES: usize = 4 * 1024 * 1024;

/// Largest ratio of inflated to compressed; a body that compresses better goes uncompressed.
pub const MAX_RATIO: usize = 64;

/// A push carries at most this, uncompressed bytes of envelopes; halved on a cut.
pub const BATCH_BYTES: usize = 128 * 1024;

/// Bodies under this are compressed with the trained dictionary, bytes.
pub const DICTIONARY_BELOW_BYTES: usize = 16 * 1024;

/// Envelopes in one push, at most.
pub const MAX_PUSH_ITEMS: usize = 4096;

/// Entries in one answer, at most.
pub const MAX_FEED_ITEMS: u32 = 4096;

/// What a client asks for in one answer when it has no reason for less, inflated bytes.
pub const FEED_BYTES: u32 = 1024 * 1024;

/// A configuration over this travels alone, bytes.
pub const CONFIG_ALONE_BYTES: usize = 64 * 1024;

/// Ledger lines in one answer, at most.
pub const MAX_LEDGER_LINES: usize = 1000;

/// Envelopes that one takes the place of, at most.
pub const MAX_REPLACES: usize = 1_000;

/// Forks in one answer, at most: restores between a device's history and the present one.
pub const MAX_FORKS: usize = 256;
