//! Randomness of the server: keys, identifiers, secrets. The only place that asks the system; a
//! simulation gives a seeded source. Changes never.

use crate::error::ServerError;

/// Where randomness comes from.
pub trait Entropy: Send + Sync {
    /// Fills the whole slice.
    ///
    /// # Errors
    /// `NoEntropy` when the source fails: nothing may be made without it.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ServerError>;
}

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ServerError> {
        getrandom::fill(bytes).map_err(|error| ServerError::NoEntropy(error.to_string()))
    }
}

/// `N` random bytes.
///
/// # Errors
/// As [`Entropy::fill`].
pub fn random<const N: usize>(source: &dyn Entropy) -> Result<[u8; N], ServerError> {
    let mut bytes = [0; N];
    source.fill(&mut bytes)?;
    Ok(bytes)
}
