//! The pen of a session: an author key and the chain it writes. A chain whose last envelope was not
//! stored is thrown away, so that no number is ever used for two contents (S10).

use std::sync::{Mutex, MutexGuard, PoisonError};

use ed25519_dalek::SigningKey;
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_model::id::{BootId, ChainId, DocId, Eid, LeaseId, OrgFingerprint};
use ronde_model::instant::{Instant, TimeSource};
use ronde_model::scope::Scope;

use crate::error::ServerError;
use crate::ground::Ground;

/// What supervisors write goes with ordinary changes.
const PRIORITY: u8 = 2;

/// An author key and its chain.
pub struct Pen {
    key: SigningKey,
    boot: BootId,
    began_ms: i64,
    chain: Mutex<Chain>,
}

struct Chain {
    id: ChainId,
    n: u64,
    prev: Eid,
}

/// The pen in somebody's hand: what is written with it is stored before it is put down.
pub struct Writing<'a> {
    pen: &'a Pen,
    chain: MutexGuard<'a, Chain>,
    now_ms: i64,
    kept: bool,
    next: ChainId,
}

impl Pen {
    /// A new pen, on a chain not yet begun.
    ///
    /// # Errors
    /// `NoEntropy`.
    pub fn new(ground: &Ground, key: SigningKey) -> Result<Self, ServerError> {
        let chain = Chain { id: ChainId::from_random(ground.random()?), n: 0, prev: Eid::default() };
        Ok(Pen { key, boot: BootId(ground.random()?), began_ms: ground.now_ms(), chain: Mutex::new(chain) })
    }

    /// Takes the pen: one act at a time.
    ///
    /// # Errors
    /// `NoEntropy`.
    pub fn take(&self, ground: &Ground) -> Result<Writing<'_>, ServerError> {
        let next = ChainId::from_random(ground.random()?);
        let chain = self.chain.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Writing { pen: self, chain, now_ms: ground.now_ms(), kept: false, next })
    }
}

impl Writing<'_> {
    /// The Automerge actor of what is written now.
    pub fn actor(&self) -> [u8; 16] {
        actor_of(&self.pen.key.verifying_key(), &self.chain.id)
    }

    /// When, ms UTC.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Signs one change of a handling.
    ///
    /// # Errors
    /// `Defect`.
    pub fn sign(
        &mut self,
        organisation: &OrgFingerprint,
        lease: LeaseId,
        doc: DocId,
        home: Scope,
        body: Vec<u8>,
    ) -> Result<SealedEnvelope, ServerError> {
        let t = Instant {
            wall_ms: self.now_ms,
            mono_ms: u64::try_from(self.now_ms.saturating_sub(self.pen.began_ms)).unwrap_or(0),
            boot: self.pen.boot,
            source: TimeSource::Server,
            zone_min: 0,
            skew_ms: Some(0),
            err_ms: Some(0),
        };
        let envelope = Envelope {
            version: VERSION,
            kind: Kind::Handling,
            doc,
            home,
            lease,
            chain: self.chain.id,
            n: self.chain.n,
            prev: self.chain.prev,
            t,
            schema: SCHEMA,
            priority: PRIORITY,
            replaces: Vec::new(),
            body,
        };
        let sealed = envelope
            .seal(organisation, &self.pen.key)
            .map_err(|error| ServerError::Defect(error.to_string()))?;
        self.chain.n += 1;
        self.chain.prev = sealed.eid;
        Ok(sealed)
    }

    /// What was signed is stored: the chain goes on.
    pub fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        if !self.kept {
            *self.chain = Chain { id: self.next, n: 0, prev: Eid::default() };
        }
    }
}
