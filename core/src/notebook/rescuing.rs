//! Saving what a damaged database still holds into a new one, from which documents and rows are made
//! again. The damaged one is set aside. Changes with what a rescue hands back.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use ronde_model::envelope::SealedEnvelope;
use ronde_model::id::{DocId, Eid};
use ronde_model::lease::SignedLease;
use serde::Serialize;

use super::added::{forget_done, is_done};
use super::feed::Intake;
use super::understanding::each_that_reads;
use super::{Notebook, Ports, Settings, Signer, read_signer, sharing, wrapped_key};
use crate::capture::Draft;
use crate::error::Error;
use crate::rescue::{self, Chosen, Loss, exchange};
use crate::store::salvage::{self, Found};
use crate::store::{Cut, Position, Salvaged, Store, Tx, hold};

/// Envelopes written in one transaction.
const BATCH: usize = 200;

/// How far a rescue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum RescueStep {
    /// Reading pages.
    Reading {
        /// Done.
        done: u64,
        /// Of how many.
        of: u64,
    },
    /// Writing envelopes into the new database.
    Writing {
        /// Done.
        done: u64,
        /// Of how many.
        of: u64,
    },
}

/// What a rescue saved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rescued {
    /// Envelopes, verbatim.
    pub envelopes: u64,
    /// Written on this device.
    pub own: u64,
    /// Reports that can be read again.
    pub reports: u64,
    /// Drafts.
    pub drafts: u64,
    /// Leases.
    pub leases: u64,
    /// Envelopes that wait in the notebook for a new enrolment.
    pub waiting_for_enrolment: u64,
    /// The notebook writes as the same device.
    pub enrolled: bool,
    /// What could not be saved, or not as it was.
    pub unreadable: Vec<Loss>,
    /// The damaged database, in the same directory under this name.
    pub aside: String,
}

impl Notebook {
    /// Saves what the database of a directory still holds. It must not be open. The keys are left
    /// as they are; the next synchronisation gives back what the server has.
    ///
    /// # Errors
    /// `KeysUnavailable` when the key is missing, damaged or locked; `Busy` when the notebook is open
    /// anywhere; `StorageFull`, `Storage`: the damaged database is where it was then.
    pub fn rescue(directory: &Path, ports: &Ports, progress: &dyn Fn(RescueStep)) -> Result<Rescued, Error> {
        let _alone = sharing::alone(directory)?;
        let _out_of_use = sharing::out_of_use(directory)?;
        exchange::finish(directory).map_err(storage)?;
        let database = directory.join("notebook.db");
        let (_held, open) = hold(&database);
        if open {
            return Err(Error::Busy);
        }
        let key = wrapped_key(directory, ports)?;
        let found = salvage::read(&database, &key, &|done, of| progress(RescueStep::Reading { done, of }))?;
        let mut chosen = rescue::choose(&found);
        exchange::clear(directory).map_err(storage)?;
        let new = exchange::new_database(directory);
        // Synced as a whole before it takes its place.
        let hasty = Settings { created_with: Some("OFF"), synchronous: Some("OFF"), ..Settings::default() };
        let store = Store::open(&new, &key, &hasty)?;
        let mut saved = write(&store, &found, &mut chosen, progress)?;
        store.close()?;
        File::open(&new).and_then(|file| file.sync_all()).map_err(storage)?;
        let stamp = ports.clock.now().wall_ms;
        saved.aside = exchange::exchange(directory, stamp).map_err(storage)?;
        saved.unreadable = rescue::losses_of(&found, &chosen);
        Ok(saved)
    }

    /// A last writing was not whole when the database was opened: cut by the power, or damaged, which
    /// nobody can tell apart. What it held that can be believed is kept, and the fact is noted.
    pub(super) fn take_cut(&self) -> Result<(), Error> {
        let Some(found) = self.inner.store.take_cut() else { return Ok(()) };
        let now_ms = self.inner.ports.clock.now().wall_ms;
        self.inner.store.write(|tx| {
            let mut kept = 0;
            let signer = read_signer(tx)?;
            if let Some(signer) = &signer {
                let mut intake = Intake::new(tx, signer);
                for sealed in
                    rescue::proved(&found, &signer.organisation, &signer.author.verifying_key(), &|id| {
                        let cwt = tx.lease(id).ok()??;
                        SignedLease::open(cwt, &signer.organisation, &signer.organisation_key).ok()
                    })
                {
                    if !tx.holds_envelope(&sealed.eid)? {
                        take(tx, &mut intake, sealed.bytes, None, None)?;
                        kept += 1;
                    }
                }
                intake.finish()?;
            }
            for draft in rescue::sound_drafts(&found) {
                let held = Draft::load(tx, draft.id)?.map(|held| held.saved_ms);
                let done = match &signer {
                    _ if tx.document(draft.id)?.is_some() => true,
                    Some(signer) => is_done(tx, &signer.lease.lease.agent, &draft)?,
                    None => false,
                };
                if !done && held.is_none_or(|saved_ms| saved_ms < draft.saved_ms) {
                    draft.save(tx, draft.saved_ms)?;
                    kept += 1;
                }
            }
            tx.set_cut(&Cut { at_ms: now_ms, kept })
        })
    }

    /// Envelopes that a rescue saved without knowing whose they are: judged once the organisation is
    /// known. Whoever wrote them, this device may hand them over: the signature has the authority.
    /// Looked for at every opening, for an enrolment that was killed before they all had their place.
    pub(super) fn place_salvaged(&self) -> Result<(), Error> {
        match self.place_all_salvaged() {
            // They wait for the next opening, and the doctor says so: neither an enrolment that was
            // kept nor what can be read is refused for them.
            Err(Error::StorageFull | Error::Busy | Error::Corrupt { .. }) => Ok(()),
            other => other,
        }
    }

    fn place_all_salvaged(&self) -> Result<(), Error> {
        let store = &self.inner.store;
        loop {
            let some = store.read(|tx| tx.salvaged(BATCH))?;
            if some.is_empty() {
                return Ok(());
            }
            let signer = match self.signer() {
                Err(Error::NotEnrolled) => return Ok(()),
                other => other?,
            };
            each_that_reads(
                &some,
                |some| store.write(|tx| place(tx, &signer, some)),
                |(row, one)| {
                    store.write(|tx| {
                        let (Salvaged::Lease(bytes) | Salvaged::Envelope(bytes)) = one;
                        tx.set_aside(None, None, "unreadable", bytes)?;
                        tx.forget_salvaged(*row)
                    })
                },
            )?;
        }
    }
}

fn place(tx: &Tx<'_>, signer: &Signer, some: &[(i64, Salvaged)]) -> Result<(), Error> {
    let mut intake = Intake::new(tx, signer);
    for (row, one) in some {
        match one {
            Salvaged::Lease(cwt) => add_lease(tx, signer, cwt)?,
            // Fed since, it has its moment and its number.
            Salvaged::Envelope(bytes) if tx.holds_envelope(&Eid::of(bytes))? => {}
            Salvaged::Envelope(bytes) => take(tx, &mut intake, bytes.clone(), None, None)?,
        }
        tx.forget_salvaged(*row)?;
    }
    intake.finish()?;
    // Nobody says that the server has them; what the feed gave until now stays as it is.
    tx.rewind(tx.position()?.seq)
}

fn storage(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull => Error::StorageFull,
        _ => Error::Storage { detail: error.to_string() },
    }
}

fn write(
    store: &Store,
    found: &Found,
    chosen: &mut Chosen,
    progress: &dyn Fn(RescueStep),
) -> Result<Rescued, Error> {
    let signer = store.write(|tx| {
        for (draft, _) in &chosen.drafts {
            draft.save(tx, draft.saved_ms)?;
        }
        let Some(identity) = &chosen.identity else {
            if let Some(seed) = &chosen.author {
                tx.set_author_seed(seed)?;
            }
            chosen.leases.iter().try_for_each(|cwt| tx.keep_salvaged(&Salvaged::Lease(cwt.clone())))?;
            return Ok(None);
        };
        tx.set_author_seed(&identity.author)?;
        tx.set_enrolment(&identity.enrolment)?;
        chosen
            .leases
            .iter()
            .try_for_each(|cwt| identity.open(cwt).map_or(Ok(()), |l| tx.add_lease(&l).map(drop)))?;
        for config in &chosen.configs {
            tx.put_config(&config.name, config.made_ms, &config.signed)?;
        }
        tx.set_position(&Position::default())?;
        read_signer(tx)
    })?;
    let of = chosen.envelopes.len() as u64;
    let mut done = 0;
    for batch in chosen.envelopes.chunks(BATCH) {
        progress(RescueStep::Writing { done, of });
        store.write(|tx| match &signer {
            Some(signer) => rebuild(tx, signer, batch, found),
            None => batch
                .iter()
                .try_for_each(|sealed| tx.keep_salvaged(&Salvaged::Envelope(sealed.bytes.clone()))),
        })?;
        done += batch.len() as u64;
    }
    progress(RescueStep::Writing { done, of });
    // Nobody says that the server has them: what the feed does not name is offered.
    chosen.done = store.write(|tx| {
        tx.rewind(0)?;
        match &signer {
            Some(signer) => forget_done(tx, &signer.lease.lease.agent),
            None => Ok(Vec::new()),
        }
    })?;
    count(store, chosen)
}

fn count(store: &Store, chosen: &Chosen) -> Result<Rescued, Error> {
    store.read(|tx| {
        Ok(Rescued {
            envelopes: chosen.envelopes.len() as u64,
            own: tx.own_state()?.written,
            reports: tx.report_count()?,
            drafts: (chosen.drafts.len() - chosen.done.len()) as u64,
            leases: chosen.leases.len() as u64,
            waiting_for_enrolment: tx.salvaged_count()?,
            enrolled: chosen.identity.is_some(),
            unreadable: Vec::new(),
            aside: String::new(),
        })
    })
}

fn add_lease(tx: &Tx<'_>, signer: &Signer, cwt: &[u8]) -> Result<(), Error> {
    match SignedLease::open(cwt.to_vec(), &signer.organisation, &signer.organisation_key) {
        Ok(lease) => tx.add_lease(&lease).map(drop),
        Err(_) => tx.set_aside(None, None, "lease-unverified", cwt),
    }
}

fn rebuild(tx: &Tx<'_>, signer: &Signer, batch: &[SealedEnvelope], found: &Found) -> Result<(), Error> {
    let mut intake = Intake::new(tx, signer);
    let numbers: &BTreeMap<DocId, String> = &found.numbers;
    for sealed in batch {
        let received_ms = found.known.get(&sealed.eid).and_then(|known| known.received_ms);
        let number = numbers.get(&sealed.envelope.doc).cloned();
        take(tx, &mut intake, sealed.bytes.clone(), received_ms, number)?;
    }
    intake.finish()
}

/// As if the server had fed it, without a number of its own.
fn take(
    tx: &Tx<'_>,
    intake: &mut Intake<'_, '_>,
    bytes: Vec<u8>,
    received_ms: Option<i64>,
    number: Option<String>,
) -> Result<(), Error> {
    let eid = Eid::of(&bytes);
    intake.change(None, bytes, received_ms.unwrap_or_default(), number)?;
    tx.set_received(&eid, received_ms)
}
