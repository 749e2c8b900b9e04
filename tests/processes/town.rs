//! One organisation behind a road that phones find at one address, whatever becomes of the server.
//! Changes when a story needs something more of a town.

use std::collections::BTreeMap;

use super::{Certificate, Office, Person, Place, Road, Serving};

/// The town.
pub struct Town {
    /// Its folder; removed at the end.
    pub place: Place,
    /// Its server, running or not.
    pub office: Office,
    /// What vouches for the server; without one it speaks plain HTTP to this machine.
    pub certificate: Option<Certificate>,
    /// The way there; nowhere until the doors open.
    pub road: Road,
}

impl Town {
    /// Over TLS, with a certificate that only its fingerprint vouches for.
    pub fn over_tls() -> Town {
        let mut town = Town::on_this_machine();
        town.certificate = Some(Certificate::made(town.place.path(), "server"));
        town
    }

    /// Over plain HTTP.
    pub fn on_this_machine() -> Town {
        let place = Place::new();
        let office = place.office();
        Town { place, office, certificate: None, road: Road::new() }
    }

    /// Opens the doors at the end of the road.
    pub fn opens(&self) -> Serving {
        let serving = self.office.opens(self.certificate.as_ref());
        self.road.lead_to(serving.address());
        serving
    }

    /// The address phones are given.
    pub fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.road.address())
    }

    /// What the certificate is named by.
    pub fn fingerprint(&self) -> Option<&str> {
        self.certificate.as_ref().map(|certificate| certificate.fingerprint.as_str())
    }

    /// An officer with an enrolled notebook; the doors must be open.
    pub fn enrolled(&self, name: &str, unit: &str) -> Person {
        let person = self.place.person(name);
        let code = self.office.invite(name, unit, "officer");
        let identity = person.enrol(&self.url(), &code, self.fingerprint());
        assert_eq!(identity["name"], name);
        person
    }

    /// A CSV file of rows that are all different, numbered from `first`; its path.
    pub fn rows(&self, name: &str, first: u64, count: u64) -> String {
        let row = |n: u64| format!("2026-11-20T08:{:02}:00Z,bruit {n},secteur {},rue {n}\n", n % 60, n % 7);
        let text: String = (first..first + count).map(row).collect();
        let path = self.place.file(name, format!("time,offense,beat,address\n{text}").as_bytes());
        path.to_str().expect("UTF-8").to_owned()
    }
}

/// Everything a notebook wrote is in the archive, under the number the notebook was told; how much.
pub fn all_there(person: &Person, stored: &BTreeMap<String, u64>) -> usize {
    let ledger = person.ledger();
    for (eid, seq) in &ledger {
        assert!(seq.is_some(), "{eid} of {} was never answered", person.name);
        assert_eq!(stored.get(eid), seq.as_ref(), "{eid} of {}", person.name);
    }
    ledger.len()
}
