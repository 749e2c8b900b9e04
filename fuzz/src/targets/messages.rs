//! The message pair and its parts. What is read is read again from what is written of it.

use std::fmt::Debug;

use minicbor::{Decode, Encode};
use ronde_model::id::HistoryId;
use ronde_model::receipt::Own;
use ronde_model::signing::Signed;
use ronde_model::wire::limits::{MAX_INFLATED_BYTES, MAX_RATIO};
use ronde_model::wire::{self, Entry, Fork, LedgerLine, Request, Response, Want, frame as framed};

fn returns<T: for<'b> Decode<'b, ()> + Encode<()> + PartialEq + Debug>(input: &[u8]) {
    let Ok(read) = wire::decode::<T>(input) else { return };
    let written = minicbor::to_vec(&read).unwrap_or_default();
    assert_eq!(wire::decode::<T>(&written).ok().as_ref(), Some(&read), "written again it reads otherwise");
}

/// A request, bare or as it travels: framed and signed (the signature itself is judged later).
pub fn request(input: &[u8]) {
    returns::<Request>(input);
    if let Ok(message) = framed::unpack(input)
        && let Ok(signed) = Signed::parse(&message)
    {
        returns::<Request>(signed.payload());
    }
}

/// An answer, bare or framed.
pub fn response(input: &[u8]) {
    returns::<Response>(input);
    if let Ok(message) = framed::unpack(input) {
        returns::<Response>(&message);
    }
}

/// One entry of the feed.
pub fn entry(input: &[u8]) {
    if let Ok(entry) = wire::decode::<Entry>(input) {
        assert!(matches!(entry, Entry::Change { .. }) || entry.seq().is_some());
    }
    returns::<Entry>(input);
}

/// Where a feed was left, and the other small parts.
pub fn cursor(input: &[u8]) {
    returns::<(HistoryId, u64)>(input);
    returns::<Want>(input);
    returns::<Fork>(input);
    returns::<LedgerLine>(input);
    returns::<Own>(input);
}

/// A body on the wire, and any bytes as a message to put in one.
pub fn frame(input: &[u8]) {
    if let Ok(message) = framed::unpack(input) {
        let inflated = message.len() <= input.len().saturating_mul(MAX_RATIO).min(MAX_INFLATED_BYTES);
        assert!(inflated, "{} bytes out of {}", message.len(), input.len());
    }
    // No message begins like a frame: it is a CBOR array or map.
    if !input.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let body = framed::pack(input).map(|body| framed::unpack(&body));
        assert_eq!(body, Ok(Ok(input.to_vec())));
    }
}
