//! Identifiers: fixed-size bytes, shown as lower-case hex, carried as CBOR byte strings.
//! Knows no meaning beyond the size. Changes when a new kind of identifier appears.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The text or bytes given are not an identifier of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {kind}: expected {size} bytes as {} hexadecimal digits", size * 2)]
pub struct NotAnId {
    /// Name of the identifier expected.
    pub kind: &'static str,
    /// Its size in bytes.
    pub size: usize,
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $size:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; $size]);

        impl $name {
            /// From exactly the identifier's size in bytes.
            ///
            /// # Errors
            /// When the slice has another length.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, NotAnId> {
                bytes.try_into().map(Self).map_err(|_| NotAnId { kind: stringify!($name), size: $size })
            }

            /// The identifier's bytes.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                data_encoding::HEXLOWER_PERMISSIVE
                    .decode(text.as_bytes())
                    .map_err(|_| NotAnId { kind: stringify!($name), size: $size })
                    .and_then(|bytes| Self::from_slice(&bytes))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                Self::from_slice(d.bytes()?).map_err(|e| minicbor::decode::Error::message(e.to_string()))
            }
        }
    };
}

identifier!(
    /// A document: a report's id is the UUIDv7 of its draft.
    DocId, 16);
identifier!(
    /// A lease: first 16 bytes of the SHA-256 of its CWT.
    LeaseId, 16);
identifier!(
    /// A chain: one run of a writer, fresh at every process start (S10).
    ChainId, 16);
identifier!(
    /// A device: a phone, a terminal, or a supervisor's session (UUIDv8).
    DeviceId, 16);
identifier!(
    /// A person who writes.
    AgentId, 16);
identifier!(
    /// An envelope: SHA-256 of its bytes, the idempotency key.
    Eid, 32);
identifier!(
    /// An Automerge change: its hash.
    ChangeHash, 32);
identifier!(
    /// An organisation: SHA-256 of its first public key, for ever.
    OrgFingerprint, 32);
identifier!(
    /// A history: a run of feed numbers between restores.
    HistoryId, 8);
identifier!(
    /// A boot of a device: monotonic times compare only inside one.
    BootId, 8);
identifier!(
    /// An invitation: first 8 bytes of the SHA-256 of its secret.
    InvitationId, 8);

impl Eid {
    /// The identity of an envelope: SHA-256 of its bytes as received.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The first 8 bytes, as an answer names an envelope of its request.
    pub fn short(&self) -> [u8; 8] {
        let mut short = [0; 8];
        short.copy_from_slice(&self.0[..8]);
        short
    }
}

impl DocId {
    /// The handling of a report: UUIDv8 of SHA-256("ronde handling" ‖ report id), so that two
    /// supervisors never make two.
    pub fn handling_of(report: DocId) -> DocId {
        let digest = Sha256::new().chain_update(b"ronde handling").chain_update(report.0).finalize();
        DocId(uuid8(&digest))
    }
}

impl DeviceId {
    /// The device of a supervisor's session: UUIDv8 of its secret's digest.
    pub fn of_session(secret: &[u8]) -> DeviceId {
        let digest = Sha256::new().chain_update(b"ronde session").chain_update(secret).finalize();
        DeviceId(uuid8(&digest))
    }
}

macro_rules! given_at_random {
    ($($name:ident)*) => {
        $(impl $name {
            /// A UUIDv8 of 62 random bits behind a head that never changes: unlike any other where
            /// it counts, and half the bytes of 128 random bits in a compressed message.
            pub fn from_random(random: [u8; 8]) -> Self {
                let mut bytes = [0; 16];
                bytes[8..].copy_from_slice(&random);
                Self(uuid8(&bytes))
            }
        })*
    };
}

given_at_random!(AgentId DeviceId ChainId);

fn uuid8(digest: &[u8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    *uuid::Builder::from_custom_bytes(bytes).as_uuid().as_bytes()
}

/// The suffix of a grow-only key: first 16 bytes of the SHA-256 of its value, base32 (RFC 4648),
/// lower case, unpadded: 26 characters.
pub fn content_suffix(value: &[u8]) -> String {
    data_encoding::BASE32_NOPAD.encode(&Sha256::digest(value)[..16]).to_ascii_lowercase()
}
