//! The body of both messages: CBOR as it is, or one zstd frame, with the trained dictionary when
//! it is small. Self-describing by its first byte, limited before it is inflated.

use std::io::Read;

use super::limits::{DICTIONARY_BELOW_BYTES, MAX_BODY_BYTES, MAX_INFLATED_BYTES, MAX_RATIO};

/// Trained on synthetic exchanges (`cargo xtask dictionary`); its id stands in every frame that
/// needs it, so a later dictionary can be added beside it and this one is never removed.
const DICTIONARY: &[u8] = include_bytes!("dictionary-1.zdict");

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const LEVEL: i32 = 3;

/// Why a body was refused or could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Over [`MAX_BODY_BYTES`].
    #[error("body of {0} bytes: at most {MAX_BODY_BYTES}; split it")]
    TooLarge(usize),
    /// Over [`MAX_INFLATED_BYTES`] or [`MAX_RATIO`].
    #[error("body inflates beyond {MAX_INFLATED_BYTES} bytes or {MAX_RATIO} times; split it or send it plain")]
    Bomb,
    /// Not a frame.
    #[error("body is no frame of this protocol")]
    Malformed,
}

/// Compresses a message; a body that would compress beyond the ratio goes as it is.
///
/// # Errors
/// `TooLarge`, or `Bomb` for a message over the inflated limit: the caller makes a smaller batch.
pub fn pack(message: &[u8]) -> Result<Vec<u8>, FrameError> {
    if message.len() > MAX_INFLATED_BYTES {
        return Err(FrameError::Bomb);
    }
    let dictionary = if message.len() < DICTIONARY_BELOW_BYTES { DICTIONARY } else { &[] };
    let packed = zstd::bulk::Compressor::with_dictionary(LEVEL, dictionary)
        .and_then(|mut compressor| compressor.compress(message))
        .map_err(|_| FrameError::Malformed)?;
    let plain = packed.len() >= message.len() || packed.len().saturating_mul(MAX_RATIO) < message.len();
    let body = if plain { message.to_vec() } else { packed };
    if body.len() > MAX_BODY_BYTES { Err(FrameError::TooLarge(body.len())) } else { Ok(body) }
}

/// Inflates a received body, within the limits.
///
/// # Errors
/// `TooLarge`, `Bomb` or `Malformed`; nothing beyond the limit is ever inflated.
pub fn unpack(body: &[u8]) -> Result<Vec<u8>, FrameError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(FrameError::TooLarge(body.len()));
    }
    if !body.starts_with(&ZSTD_MAGIC) {
        return Ok(body.to_vec());
    }
    let limit = MAX_INFLATED_BYTES.min(body.len().saturating_mul(MAX_RATIO));
    let mut message = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_dictionary(body, dictionary_of(body)).map_err(|_| FrameError::Malformed)?;
    decoder.take(limit as u64 + 1).read_to_end(&mut message).map_err(|_| FrameError::Malformed)?;
    if message.len() > limit { Err(FrameError::Bomb) } else { Ok(message) }
}

/// The dictionary a frame names in its header, none when it names none.
fn dictionary_of(frame: &[u8]) -> &'static [u8] {
    match zstd::zstd_safe::get_dict_id_from_frame(frame) {
        Some(_) => DICTIONARY,
        None => &[],
    }
}
