//! What became of one pushed envelope. The codes are open: one of a later version is kept as it is.

use minicbor::{Decode, Encode};
use serde::{Serialize, Serializer};

/// What became of one pushed envelope.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Answer {
    /// First 8 bytes of its eid.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub eid8: [u8; 8],
    /// What became of it.
    #[n(1)]
    pub code: AnswerCode,
    /// Its ledger number, for codes 0 to 3.
    #[n(2)]
    pub seq: Option<u64>,
    /// Why, for codes 2 to 5.
    #[n(3)]
    pub reason: Option<String>,
}

impl Answer {
    /// Whether the server holds the envelope now. A code of a later version says so by its number.
    pub fn is_stored(&self) -> bool {
        match self.code {
            AnswerCode::TryLater | AnswerCode::Malformed => false,
            AnswerCode::Other(_) => self.seq.is_some(),
            _ => true,
        }
    }

    /// Whether the envelope is to be sent again.
    pub fn is_to_be_sent_again(&self) -> bool {
        matches!(self.code, AnswerCode::TryLater | AnswerCode::Other(_)) && !self.is_stored()
    }
}

/// What became of a pushed envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerCode {
    /// Stored and applied.
    Accepted,
    /// Stored before.
    Duplicate,
    /// Stored, set aside for a person.
    Quarantined,
    /// Stored, waits for something.
    Pending,
    /// Not stored: send it again.
    TryLater,
    /// Not stored, never will be.
    Malformed,
    /// A code of a later version.
    Other(u8),
}

impl<C> Encode<C> for AnswerCode {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let code = match self {
            AnswerCode::Accepted => 0,
            AnswerCode::Duplicate => 1,
            AnswerCode::Quarantined => 2,
            AnswerCode::Pending => 3,
            AnswerCode::TryLater => 4,
            AnswerCode::Malformed => 5,
            AnswerCode::Other(code) => *code,
        };
        e.u8(code)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for AnswerCode {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(match d.u8()? {
            0 => AnswerCode::Accepted,
            1 => AnswerCode::Duplicate,
            2 => AnswerCode::Quarantined,
            3 => AnswerCode::Pending,
            4 => AnswerCode::TryLater,
            5 => AnswerCode::Malformed,
            code => AnswerCode::Other(code),
        })
    }
}

impl Serialize for AnswerCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            AnswerCode::Accepted => serializer.serialize_str("accepted"),
            AnswerCode::Duplicate => serializer.serialize_str("duplicate"),
            AnswerCode::Quarantined => serializer.serialize_str("quarantined"),
            AnswerCode::Pending => serializer.serialize_str("pending"),
            AnswerCode::TryLater => serializer.serialize_str("try-later"),
            AnswerCode::Malformed => serializer.serialize_str("malformed"),
            AnswerCode::Other(code) => serializer.collect_str(&format_args!("other-{code}")),
        }
    }
}
