//! The receipt: one constant-size signature by which the server vouches for everything a device
//! ever deposited. `own` is the digest both ends compare.

use ed25519_dalek::{SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::id::{DeviceId, DocId, Eid, HistoryId, OrgFingerprint};
use crate::signing::{self, Context, Signed, SigningError};

/// Digest of a set of envelopes: their number, and the wrapping sum of the last 16 bytes of each
/// eid read as a big-endian u128. Order and repetition of the sum's terms do not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Own {
    /// How many envelopes.
    pub n: u64,
    /// Wrapping sum.
    #[serde(serialize_with = "hexadecimal")]
    pub d: u128,
}

fn hexadecimal<S: serde::Serializer>(d: &u128, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{d:032x}"))
}

impl Own {
    /// Adds one envelope.
    pub fn add(&mut self, eid: &Eid) {
        let mut last = [0; 16];
        last.copy_from_slice(&eid.0[16..]);
        self.n += 1;
        self.d = self.d.wrapping_add(u128::from_be_bytes(last));
    }

    /// The digest of a set.
    pub fn of<'a>(eids: impl IntoIterator<Item = &'a Eid>) -> Self {
        let mut own = Own::default();
        eids.into_iter().for_each(|eid| own.add(eid));
        own
    }
}

impl<C> Encode<C> for Own {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(2)?.u64(self.n)?.bytes(&self.d.to_be_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Own {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let wrong = || minicbor::decode::Error::message("own: expected [count, 16 bytes]");
        if d.array()? != Some(2) {
            return Err(wrong());
        }
        let n = d.u64()?;
        let bytes: [u8; 16] = d.bytes()?.try_into().map_err(|_| wrong())?;
        Ok(Own { n, d: u128::from_be_bytes(bytes) })
    }
}

/// What the server vouches for. It covers what was accepted, quarantined or left pending.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Receipt {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Everything of this device that the server holds.
    #[n(1)]
    pub own: Own,
    /// The history `seq` counts in.
    #[n(2)]
    pub history: HistoryId,
    /// The last feed number: an own envelope is covered when its ledger number is not beyond.
    #[n(3)]
    pub seq: u64,
    /// The server's clock, ms UTC.
    #[n(4)]
    pub now_ms: i64,
    /// Official numbers of the documents sealed in this push.
    #[n(5)]
    pub numbers: Vec<(DocId, String)>,
}

impl Receipt {
    /// Signs with the server key.
    ///
    /// # Errors
    /// `Encoding` only.
    pub fn sign(&self, organisation: &OrgFingerprint, server: &SigningKey) -> Result<Vec<u8>, SigningError> {
        let payload = minicbor::to_vec(self).map_err(|_| SigningError::Encoding)?;
        signing::sign(Context::Receipt, organisation, server, payload)
    }

    /// Opens a received receipt, checking the server key's signature.
    ///
    /// # Errors
    /// `Malformed` or `Signature`.
    pub fn open(
        bytes: &[u8],
        organisation: &OrgFingerprint,
        server: &VerifyingKey,
    ) -> Result<Self, SigningError> {
        let signed = Signed::parse(bytes)?;
        signed.verify(Context::Receipt, organisation, server)?;
        minicbor::decode(signed.payload()).map_err(|_| SigningError::Malformed)
    }
}
