//! The body of both messages: CBOR as it is, or one zstd frame, with the trained dictionary when
//! it is small. Self-describing by its first byte, limited before it is inflated.

use std::io::Read;
use std::sync::LazyLock;

use zstd::bulk::Compressor;
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::stream::read::Decoder;

use super::limits::{DICTIONARY_BELOW_BYTES, MAX_BODY_BYTES, MAX_INFLATED_BYTES, MAX_RATIO};

/// Trained on synthetic exchanges (`cargo run -p ronde-model --example train_dictionary`); its id
/// stands in every frame that needs it, so a later dictionary can be added beside it and this one
/// is never removed.
const DICTIONARY: &[u8] = include_bytes!("dictionary-1.zdict");

static ENCODER: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, SMALL_LEVEL));
static DECODER: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
const LEVEL: i32 = 3;
/// A small body costs 0.15 ms at the best level, and is a tenth smaller than at the usual one.
const SMALL_LEVEL: i32 = 19;

/// Why a body was refused or could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Over [`MAX_BODY_BYTES`].
    #[error("body of {0} bytes: at most {MAX_BODY_BYTES}; split it")]
    TooLarge(usize),
    /// Over [`MAX_INFLATED_BYTES`] or [`MAX_RATIO`].
    #[error(
        "body inflates beyond {MAX_INFLATED_BYTES} bytes or {MAX_RATIO} times; split it or send it plain"
    )]
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
    let small = message.len() < DICTIONARY_BELOW_BYTES;
    let compressor =
        if small { Compressor::with_prepared_dictionary(&ENCODER) } else { Compressor::new(LEVEL) };
    let packed = compressor
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
    inflate(body, limit).map_err(|_| FrameError::Malformed)?.ok_or(FrameError::Bomb)
}

/// One frame and nothing after it; `None` when it inflates beyond `limit`.
fn inflate(frame: &[u8], limit: usize) -> std::io::Result<Option<Vec<u8>>> {
    // A frame that names no dictionary was made without; one that names another fails.
    let decoder = match zstd::zstd_safe::get_dict_id_from_frame(frame) {
        Some(_) => Decoder::with_prepared_dictionary(frame, &DECODER)?,
        None => Decoder::with_buffer(frame)?,
    };
    let mut decoder = decoder.single_frame();
    // The memory a frame asks for is in its header, before any content.
    decoder.window_log_max(MAX_INFLATED_BYTES.ilog2())?;
    let mut message = Vec::new();
    decoder.by_ref().take(limit as u64 + 1).read_to_end(&mut message)?;
    if message.len() > limit {
        return Ok(None);
    }
    if decoder.get_ref().is_empty() { Ok(Some(message)) } else { Err(std::io::ErrorKind::InvalidData.into()) }
}
