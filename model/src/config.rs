//! What the server tells every phone beside documents: the territory, and orders to one device.
//! Signed by the server key. Knows no storage.

use ed25519_dalek::{SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::id::{DeviceId, OrgFingerprint};
use crate::signing::{self, Context, Signed, SigningError};

/// A named configuration. Unknown names are kept.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Config {
    /// `territory`, `catalogue`, `roles`, `people`.
    #[n(0)]
    pub name: String,
    /// When it was made, ms UTC: the newest wins, an older one replayed is ignored.
    #[n(1)]
    pub made_ms: i64,
    /// The content, in that name's own encoding.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// What a device must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// Lost phone: reading ends, the outbox stays until receipted.
    #[n(0)]
    Lock,
    /// Stolen phone: everything goes at once.
    #[n(1)]
    Wipe,
    /// Revoked: stops reading others' reports, keeps and shows its own.
    #[n(2)]
    Revoked,
}

/// An order to one device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Order {
    /// Whom it concerns: an order for another device is ignored.
    #[n(0)]
    pub device: DeviceId,
    /// What to do.
    #[n(1)]
    pub kind: OrderKind,
    /// When it was given, ms UTC.
    #[n(2)]
    pub at_ms: i64,
}

macro_rules! signed_by_the_server {
    ($name:ident, $context:expr) => {
        impl $name {
            /// Signs with the server key.
            ///
            /// # Errors
            /// `Encoding` only.
            pub fn sign(
                &self,
                organisation: &OrgFingerprint,
                server: &SigningKey,
            ) -> Result<Vec<u8>, SigningError> {
                let payload = minicbor::to_vec(self).map_err(|_| SigningError::Encoding)?;
                signing::sign($context, organisation, server, payload)
            }

            /// Opens received bytes, checking the server key's signature.
            ///
            /// # Errors
            /// `Malformed` or `Signature`.
            pub fn open(
                bytes: &[u8],
                organisation: &OrgFingerprint,
                server: &VerifyingKey,
            ) -> Result<Self, SigningError> {
                let signed = Signed::parse(bytes)?;
                signed.verify($context, organisation, server)?;
                minicbor::decode(signed.payload()).map_err(|_| SigningError::Malformed)
            }
        }
    };
}

signed_by_the_server!(Config, Context::Config);
signed_by_the_server!(Order, Context::Order);
