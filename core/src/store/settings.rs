//! Single values: who this notebook writes as, where the feed was left, what the receipt covers.

use minicbor::{Decode, Encode};
use ronde_model::id::{BootId, DeviceId, HistoryId, LeaseId};
use ronde_model::receipt::Own;
use rusqlite::{OptionalExtension, params};

use super::{Tx, damaged, sql};
use crate::error::Error;

/// What enrolment left.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Enrolment {
    /// The server's address.
    #[n(0)]
    pub server: String,
    /// SHA-256 of the certificate to trust beside the public roots.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub certificate: Option<[u8; 32]>,
    /// The organisation's name.
    #[n(2)]
    pub organisation: String,
    /// The organisation's public key.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub organisation_key: [u8; 32],
    /// The server's public key, from its lease.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub server_key: [u8; 32],
    /// This device.
    #[n(5)]
    pub device: DeviceId,
    /// The lease in force.
    #[n(6)]
    pub lease: LeaseId,
    /// The device was revoked.
    #[n(7)]
    pub revoked: bool,
}

/// Where synchronisation stands.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Default)]
#[cbor(map)]
pub struct Position {
    /// The feed's history.
    #[n(0)]
    pub history: HistoryId,
    /// The feed's number.
    #[n(1)]
    pub seq: u64,
    /// Own envelopes covered by the receipt held.
    #[n(2)]
    pub own: Own,
    /// Last number the receipt covers.
    #[n(3)]
    pub receipt_seq: u64,
    /// When the receipt was signed, ms UTC by the server's clock.
    #[n(4)]
    pub receipt_ms: Option<i64>,
    /// The receipt, verbatim.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub receipt: Option<Vec<u8>>,
    /// Last answer of the server, ms UTC by its clock.
    #[n(6)]
    pub contact_ms: Option<i64>,
    /// The device's monotonic clock at that moment, ms, and the boot it counts from.
    #[n(11)]
    pub contact_mono: Option<(u64, BootId)>,
    /// Measured skew, ms (device minus server).
    #[n(7)]
    pub skew_ms: Option<i64>,
    /// Its uncertainty, ms.
    #[n(8)]
    pub skew_err_ms: Option<u32>,
    /// The server's CWT must travel with the next request.
    #[n(9)]
    pub send_lease: bool,
    /// The ledgers differ: pages are asked for after this number.
    #[n(10)]
    pub repair_after: Option<u64>,
    /// The feed was read to its end in this history.
    #[cbor(n(12), default)]
    pub feed_read: bool,
    /// A walk through the server's ledger did not make both ends agree.
    #[cbor(n(13), default)]
    pub disputed: bool,
}

impl Tx<'_> {
    pub(super) fn setting<T: for<'b> Decode<'b, ()>>(&self, name: &str) -> Result<Option<T>, Error> {
        let bytes: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT value FROM setting WHERE name = ?1")
            .and_then(|mut s| s.query_row([name], |row| row.get(0)).optional())
            .map_err(sql)?;
        bytes.map(|b| minicbor::decode(&b).map_err(|_| damaged(name))).transpose()
    }

    pub(super) fn set_setting<T: Encode<()>>(&self, name: &str, value: &T) -> Result<(), Error> {
        let bytes = minicbor::to_vec(value).map_err(|e| Error::bug("setting", e))?;
        self.connection
            .prepare_cached("INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2")
            .and_then(|mut s| s.execute(params![name, bytes]))
            .map_err(sql)?;
        Ok(())
    }

    /// The author key's seed.
    pub fn author_seed(&self) -> Result<Option<[u8; 32]>, Error> {
        let bytes: Option<minicbor::bytes::ByteVec> = self.setting("author")?;
        bytes.map(|b| b.as_slice().try_into().map_err(|_| damaged("author"))).transpose()
    }

    /// Keeps the author key's seed.
    pub fn set_author_seed(&self, seed: &[u8; 32]) -> Result<(), Error> {
        self.set_setting("author", &minicbor::bytes::ByteVec::from(seed.to_vec()))
    }

    /// What enrolment left.
    pub fn enrolment(&self) -> Result<Option<Enrolment>, Error> {
        self.setting("enrolment")
    }

    /// Keeps what enrolment left.
    pub fn set_enrolment(&self, enrolment: &Enrolment) -> Result<(), Error> {
        self.set_setting("enrolment", enrolment)
    }

    /// Where synchronisation stands.
    pub fn position(&self) -> Result<Position, Error> {
        Ok(self.setting("position")?.unwrap_or_default())
    }

    /// Keeps where synchronisation stands.
    pub fn set_position(&self, position: &Position) -> Result<(), Error> {
        self.set_setting("position", position)
    }

    /// What the program understood that judged this notebook last; 0: none ever said.
    pub fn knowledge(&self) -> Result<u32, Error> {
        Ok(self.setting("knowledge")?.unwrap_or_default())
    }

    /// Keeps what this program understands: everything was judged by it.
    pub fn set_knowledge(&self, knowledge: u32) -> Result<(), Error> {
        self.set_setting("knowledge", &knowledge)
    }
}
