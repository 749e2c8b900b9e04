//! What of a damaged database may be believed: signatures and leases decide, not the pages that
//! carried them. Knows rows and keys, no document. Changes with what is kept of a damaged notebook.

pub mod exchange;
mod losses;

pub use losses::{Loss, losses_of};

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::{SigningKey, VerifyingKey};
use ronde_model::config::Config;
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::id::{DocId, LeaseId, OrgFingerprint};
use ronde_model::lease::SignedLease;
use ronde_model::organisation::fingerprint_of;
use ronde_model::rights::Right;

use crate::capture::Draft;
use crate::store::Enrolment;
use crate::store::salvage::{Found, Trust};

/// Who the notebook writes as, proved by the leases found beside it.
pub struct Identity {
    /// What enrolment left.
    pub enrolment: Enrolment,
    /// The author key's seed.
    pub author: [u8; 32],
    organisation: OrgFingerprint,
    organisation_key: VerifyingKey,
    leases: BTreeMap<LeaseId, SignedLease>,
}

/// A configuration as it is kept.
pub struct KeptConfig {
    /// Its name.
    pub name: String,
    /// When it was made, ms UTC.
    pub made_ms: i64,
    /// Verbatim.
    pub signed: Vec<u8>,
}

/// What goes into the new database.
pub struct Chosen {
    /// Nothing when it could not be read or proved, or when there was none.
    pub identity: Option<Identity>,
    /// The author key of a device that was never enrolled: the next enrolment presents it again.
    pub author: Option<[u8; 32]>,
    /// The organisation's leases; without an identity, every one found.
    pub leases: Vec<Vec<u8>>,
    /// Envelopes, reports before handlings, older before newer.
    pub envelopes: Vec<SealedEnvelope>,
    /// Configurations that the server signed.
    pub configs: Vec<KeptConfig>,
    /// Drafts, and how far each may be believed.
    pub drafts: Vec<(Draft, Trust)>,
    /// Of these, the ones that their report held already: known once it is made again.
    pub done: Vec<DocId>,
}

impl Identity {
    /// Whether the author key signed it.
    pub fn wrote(&self, sealed: &SealedEnvelope) -> bool {
        let author = SigningKey::from_bytes(&self.author).verifying_key();
        sealed.verify(&self.organisation, &author).is_ok()
    }

    /// A lease, if the organisation signed it.
    pub fn open(&self, cwt: &[u8]) -> Option<SignedLease> {
        SignedLease::open(cwt.to_vec(), &self.organisation, &self.organisation_key).ok()
    }

    /// The proved leases.
    fn cwts(&self) -> Vec<Vec<u8>> {
        self.leases.values().map(|lease| lease.cwt.clone()).collect()
    }

    /// Whether the signature is right; nothing while its lease is not here.
    fn verifies(&self, sealed: &SealedEnvelope) -> Option<bool> {
        if self.wrote(sealed) {
            return Some(true);
        }
        let key = self.leases.get(&sealed.envelope.lease)?.lease.verifying_key().ok()?;
        Some(sealed.verify(&self.organisation, &key).is_ok())
    }
}

/// Chooses what is kept of what was found.
pub fn choose(found: &Found) -> Chosen {
    let identity = identity_of(found);
    let envelopes = envelopes_of(found, identity.as_ref());
    let filed: BTreeSet<DocId> = envelopes.iter().map(|sealed| sealed.envelope.doc).collect();
    let was_enrolled =
        !envelopes.is_empty() || !found.leases.is_empty() || named(found, "enrolment").next().is_some();
    let author = seeds(found).find(|(_, trust)| *trust != Trust::Unproven).map(|(seed, _)| seed);
    Chosen {
        // A key that was enrolled, of a device that is not any more, would write as nobody.
        author: author.filter(|_| !was_enrolled),
        leases: identity.as_ref().map_or_else(|| found.leases.to_vec(), Identity::cwts),
        configs: identity.as_ref().map_or_else(Vec::new, |identity| configs_of(found, identity)),
        drafts: drafts_of(found, &filed),
        done: Vec::new(),
        envelopes,
        identity,
    }
}

/// The latest enrolment that its lease proves, with the seed of the key which that lease binds.
fn identity_of(found: &Found) -> Option<Identity> {
    let mut written = named(found, "enrolment").collect::<Vec<_>>();
    written.sort_by_key(|(_, trust)| std::cmp::Reverse(*trust));
    written.into_iter().find_map(|(bytes, _)| {
        let mut enrolment: Enrolment = minicbor::decode(bytes).ok()?;
        let organisation_key = VerifyingKey::from_bytes(&enrolment.organisation_key).ok()?;
        let organisation = fingerprint_of(&organisation_key);
        let open = |cwt: &Vec<u8>| SignedLease::open(cwt.clone(), &organisation, &organisation_key).ok();
        let leases: BTreeMap<LeaseId, SignedLease> =
            found.leases.iter().filter_map(open).map(|lease| (lease.id, lease)).collect();
        let of_server = |lease: &&SignedLease| {
            lease.lease.allows(Right::Server) && lease.lease.author_key == enrolment.server_key
        };
        leases.values().find(of_server)?;
        // Another lease of the same device and key says the same of who writes.
        let own = |lease: &&SignedLease| lease.lease.device == enrolment.device;
        let lease = leases.get(&enrolment.lease).filter(own);
        let lease = lease.or_else(|| leases.values().filter(own).max_by_key(|l| l.lease.not_before_s))?;
        let bound = |seed: &[u8; 32]| {
            SigningKey::from_bytes(seed).verifying_key().to_bytes() == lease.lease.author_key
        };
        let author = seeds(found).map(|(seed, _)| seed).find(bound)?;
        enrolment.lease = lease.id;
        Some(Identity { enrolment, author, organisation, organisation_key, leases })
    })
}

fn named<'f>(found: &'f Found, name: &'f str) -> impl Iterator<Item = (&'f [u8], Trust)> {
    let latest_first = found.settings.iter().rev();
    latest_first.filter(move |setting| setting.0 == name).map(|(_, value, trust)| (value.as_slice(), *trust))
}

fn seeds(found: &Found) -> impl Iterator<Item = ([u8; 32], Trust)> {
    named(found, "author").filter_map(|(bytes, trust)| {
        let seed: minicbor::bytes::ByteVec = minicbor::decode(bytes).ok()?;
        Some((seed.as_slice().try_into().ok()?, trust))
    })
}

/// Envelopes whose signature is right, whatever the pages they lay on.
pub fn proved(
    found: &Found,
    organisation: &OrgFingerprint,
    author: &VerifyingKey,
    lease: &dyn Fn(&LeaseId) -> Option<SignedLease>,
) -> Vec<SealedEnvelope> {
    let parsed = found.bodies.keys().filter_map(|bytes| SealedEnvelope::parse(bytes.clone()).ok());
    let is_right = |sealed: &SealedEnvelope| {
        let of_lease = || lease(&sealed.envelope.lease)?.lease.verifying_key().ok();
        sealed.verify(organisation, author).is_ok()
            || of_lease().is_some_and(|key| sealed.verify(organisation, &key).is_ok())
    };
    in_order(parsed.filter(is_right).collect())
}

/// Drafts from sound pages, the latest of each.
pub fn sound_drafts(found: &Found) -> Vec<Draft> {
    let mut best: BTreeMap<DocId, Draft> = BTreeMap::new();
    for row in found.drafts.iter().filter(|row| row.trust != Trust::Unproven) {
        let draft = Draft::from_bytes(&row.body).ok().filter(|draft| draft.id == row.doc);
        let Some(draft) = draft else { continue };
        if best.get(&draft.id).is_none_or(|held| held.saved_ms <= draft.saved_ms) {
            best.insert(draft.id, draft);
        }
    }
    best.into_values().collect()
}

/// Every body that is an envelope and was not altered: its page vouches for it, or its signature,
/// or its row, which holds the hash.
fn envelopes_of(found: &Found, identity: Option<&Identity>) -> Vec<SealedEnvelope> {
    let parsed = found.bodies.iter().filter_map(|(bytes, trust)| {
        let sealed = SealedEnvelope::parse(bytes.clone()).ok()?;
        let vouched = *trust != Trust::Unproven
            || found.known.contains_key(&sealed.eid)
            || identity.and_then(|identity| identity.verifies(&sealed)) == Some(true);
        vouched.then_some(sealed)
    });
    in_order(parsed.collect())
}

fn in_order(mut envelopes: Vec<SealedEnvelope>) -> Vec<SealedEnvelope> {
    envelopes.sort_by_key(|sealed| {
        let envelope = &sealed.envelope;
        (envelope.kind != Kind::Report, envelope.t.wall_ms, envelope.chain, envelope.n)
    });
    envelopes
}

fn configs_of(found: &Found, identity: &Identity) -> Vec<KeptConfig> {
    let Ok(server) = VerifyingKey::from_bytes(&identity.enrolment.server_key) else { return Vec::new() };
    let opened = found.configs.iter().filter_map(|(name, signed)| {
        let config = Config::open(signed, &identity.organisation, &server).ok()?;
        (config.name == *name).then(|| KeptConfig {
            name: config.name,
            made_ms: config.made_ms,
            signed: signed.clone(),
        })
    });
    opened.collect()
}

/// The draft that was there last; where pages are missing, one that was there before.
fn drafts_of(found: &Found, filed: &BTreeSet<DocId>) -> Vec<(Draft, Trust)> {
    let mut best: BTreeMap<DocId, (Draft, Trust)> = BTreeMap::new();
    for row in &found.drafts {
        let believed = match row.trust {
            Trust::Present => true,
            Trust::Older => found.has_holes(),
            Trust::Unproven => found.unprovable,
        };
        let draft = Draft::from_bytes(&row.body).ok().filter(|draft| draft.id == row.doc);
        let Some(draft) = draft.filter(|_| believed && !filed.contains(&row.doc)) else { continue };
        let newer = best
            .get(&row.doc)
            .is_none_or(|(held, trust)| (row.trust, row.saved_ms) > (*trust, held.saved_ms));
        if newer {
            best.insert(row.doc, (draft, row.trust));
        }
    }
    best.into_values().collect()
}
