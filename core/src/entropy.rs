//! Randomness as a port, so that a simulation replays bit for bit.

use ronde_model::id::DocId;

/// Gives random bytes.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with bytes nobody can guess.
    ///
    /// # Errors
    /// In words, when the system has none to give: nothing is signed then.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), String>;
}

/// The operating system's.
#[derive(Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), String> {
        getrandom::fill(buffer).map_err(|error| error.to_string())
    }
}

/// Random bytes as an array.
pub fn random<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], crate::Error> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes).map_err(crate::Error::NoEntropy)?;
    Ok(bytes)
}

/// A UUIDv7: sorts by the moment it was drawn.
pub fn new_doc_id(entropy: &dyn Entropy, wall_ms: i64) -> Result<DocId, crate::Error> {
    let mut bytes = random::<16>(entropy)?;
    let millis = u64::try_from(wall_ms).unwrap_or(0).to_be_bytes();
    bytes[..6].copy_from_slice(&millis[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Ok(DocId(bytes))
}
