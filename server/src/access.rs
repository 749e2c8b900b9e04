//! A right to read, turned into a query filter: the only bridge from `Reading` to the archive.
//! Deny by default. Changes when reading is filtered by something more than scopes.

use std::collections::BTreeSet;

use ronde_model::id::DeviceId;
use ronde_model::lease::Lease;
use ronde_model::rights::read::Reading;
use ronde_model::scope::Scope;

use crate::archive::DeviceRow;
use crate::enrolment::lease_of;

/// What a query may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grants {
    reading: Reading,
    device: DeviceId,
}

impl Grants {
    /// Of a device, by what it is entitled to now: its lease may be older.
    pub fn of_device(device: &DeviceRow) -> Self {
        Grants::of(&lease_of(device, 0))
    }

    /// Of a lease.
    pub fn of(lease: &Lease) -> Self {
        Grants { reading: Reading::of(lease), device: lease.device }
    }

    /// Whether a document standing in these scopes may be read.
    pub fn cover(&self, scopes: &BTreeSet<Scope>) -> bool {
        self.reading.covers(scopes)
    }

    /// The same, of scopes in a list.
    pub fn cover_any(&self, scopes: &[Scope]) -> bool {
        match &self.reading {
            Reading::Everything => true,
            Reading::Within(mine) => scopes.iter().any(|scope| mine.contains(scope)),
        }
    }

    /// Whether every document of the agglomeration may be read.
    pub fn everything(&self) -> bool {
        self.reading == Reading::Everything
    }

    /// The scopes by name. For a reader of everything: what concerns this device alone.
    pub fn scopes(&self) -> Vec<String> {
        match &self.reading {
            Reading::Everything => vec![Scope::Device(self.device).to_string()],
            Reading::Within(scopes) => scopes.iter().map(Scope::to_string).collect(),
        }
    }

    /// The scopes as a JSON array, for a query's parameter.
    pub fn as_json(&self) -> String {
        serde_json::json!(self.scopes()).to_string()
    }
}
