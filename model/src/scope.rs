//! Scopes: the names of what a device may read, as they stand in envelopes, leases and the feed.
//! Knows no right. Changes when a new kind of scope appears.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{AgentId, DeviceId};

/// Longest scope accepted, bytes.
pub const MAX_SCOPE_BYTES: usize = 96;

/// A named part of what can be read. Unknown kinds are kept as they came.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Everything homed in one unit.
    Unit(String),
    /// Everything an agent wrote, on whichever device.
    Author(AgentId),
    /// Implicit: what concerns one device alone (orders, quarantine, released).
    Device(DeviceId),
    /// What everyone of the agglomeration receives (territory, server leases).
    All,
    /// `commune: axis: grant: case:` and whatever a later version adds.
    Other(String),
}

/// The text is not a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a scope: {0:?} (expected kind:name of at most {MAX_SCOPE_BYTES} bytes, or all)")]
pub struct NotAScope(pub String);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Unit(unit) => write!(f, "unit:{unit}"),
            Scope::Author(agent) => write!(f, "author:{agent}"),
            Scope::Device(device) => write!(f, "device:{device}"),
            Scope::All => f.write_str("all"),
            Scope::Other(text) => f.write_str(text),
        }
    }
}

impl FromStr for Scope {
    type Err = NotAScope;
    fn from_str(text: &str) -> Result<Self, NotAScope> {
        let refuse = || NotAScope(text.chars().take(MAX_SCOPE_BYTES).collect());
        if text.len() > MAX_SCOPE_BYTES {
            return Err(refuse());
        }
        if text == "all" {
            return Ok(Scope::All);
        }
        match text.split_once(':') {
            Some((_, "")) | None => Err(refuse()),
            Some(("unit", unit)) => Ok(Scope::Unit(unit.to_owned())),
            Some(("author", id)) => id.parse().map(Scope::Author).map_err(|_| refuse()),
            Some(("device", id)) => id.parse().map(Scope::Device).map_err(|_| refuse()),
            Some(_) => Ok(Scope::Other(text.to_owned())),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl<C> minicbor::Encode<C> for Scope {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.to_string())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Scope {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.str()?.parse().map_err(|e: NotAScope| minicbor::decode::Error::message(e.to_string()))
    }
}
