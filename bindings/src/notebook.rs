//! The one object of the border. Each verb is core's verb of the same name. Calls block, except
//! those that use the network. Changes when core gains a verb that a screen needs.

use std::path::Path;
use std::sync::Arc;

use ronde_core::model::fact::FactValue;
use ronde_core::model::history::Step;
use ronde_core::model::id::{ChangeHash, DocId, Eid};
use ronde_core::{
    Adding, Detail, Draft, Error, Filed, Identity, ListItem, Page, PageKey, Ports, ReceiptView, Rescued,
    SetAside, SyncReport, SyncStatus,
};

use crate::error::NotebookError;
use crate::host::{KeyVault, Observer, Screen, Vault};
use crate::place::Commune;
use crate::value::{CertificateHash, Facts};

type Answer<T> = Result<T, NotebookError>;

/// An officer's notebook on this device; closed when the last reference to it goes.
#[derive(uniffi::Object)]
pub struct Notebook {
    core: ronde_core::Notebook,
}

/// Verbs: each is one call of core, whose error becomes the border's.
macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident($($given:ident: $kind:ty),*) -> $answer:ty = |$core:ident| $call:expr;)*) => {
        #[uniffi::export]
        impl Notebook { $(
            $(#[$doc])*
            pub fn $verb(&self, $($given: $kind),*) -> Answer<$answer> {
                let call = |$core: &ronde_core::Notebook| -> Result<$answer, Error> { $call };
                Ok(call(&self.core)?)
            }
        )* }
    };
}

verbs! {
    /// Who this notebook writes as; nobody before it is enrolled.
    identity() -> Option<Identity> = |core| core.identity();
    /// A new draft, saved at once.
    new_draft(report_type: String) -> Draft = |core| core.new_draft(&report_type);
    /// Saves a draft; refused once it was filed.
    save_draft(draft: Draft) -> () = |core| core.save_draft(&draft);
    /// One draft.
    draft(id: DocId) -> Draft = |core| core.draft(id);
    /// Every draft.
    drafts() -> Vec<Draft> = |core| core.drafts();
    /// Throws a draft away.
    discard_draft(id: DocId) -> () = |core| core.discard_draft(id);
    /// Déposer: durable when it returns; a filed draft answers the same report.
    file(draft: DocId) -> Filed = |core| core.file(draft);
    /// What was begun of this about a report, or a blank draft of it, saved when something is in it.
    begin(doc: DocId, adding: Adding, shown: Vec<ChangeHash>) -> Draft = |core| core.begin(doc, adding, &shown);
    /// Everything begun about reports, latest saved first.
    begun() -> Vec<Draft> = |core| core.begun();
    /// Adds what was begun to its report; nothing when it changes nothing.
    add(draft: DocId) -> Option<Eid> = |core| core.add(draft);
    /// Corrects facts, by key (`facts/people_count`), from the version on screen (`Detail.heads`);
    /// nothing when nothing changed.
    correct(doc: DocId, shown: Vec<ChangeHash>, puts: Facts) -> Option<Eid> = |core| core.correct(doc, &shown, &puts);
    /// Adds one's own words to a report.
    state(doc: DocId, text: String, source_author: Option<String>, supersedes: Option<String>) -> Eid =
        |core| core.state(doc, &text, source_author.as_deref(), supersedes.as_deref());
    /// Voids a mistaken filing.
    void(doc: DocId, reason: String) -> Eid = |core| core.void(doc, &reason);
    /// Settles a divergence from the author's side.
    decide(doc: DocId, shown: Vec<ChangeHash>, key: String, value: FactValue) -> Option<Eid>
        = |core| core.decide(doc, &shown, &key, value);
    /// A page of reports, newest first.
    list(after: Option<PageKey>, limit: u32) -> Page = |core| core.list(after, limit);
    /// One report as the list shows it; nothing when it is not one of the list.
    item(doc: DocId) -> Option<ListItem> = |core| core.item(doc);
    /// A report, whole.
    read(doc: DocId) -> Detail = |core| core.read(doc);
    /// Who wrote what, when, from which device.
    history(doc: DocId) -> Vec<Step> = |core| core.history(doc);
    /// Reports that hold every word of the query.
    search(query: String, limit: u32) -> Vec<ListItem> = |core| core.search(&query, limit);
    /// What proves that the server holds a report.
    receipt(doc: DocId) -> ReceiptView = |core| core.receipt(doc);
    /// How far everything is.
    sync_status() -> SyncStatus = |core| core.sync_status();
    /// What a person must look at.
    set_aside() -> Vec<SetAside> = |core| core.set_aside();
    /// The communes of the territory; none before the server sent it.
    communes() -> Vec<Commune> =
        |core| Ok(core.territory()?.iter().flat_map(|map| map.communes()).map(Commune::from).collect());
    /// The commune a position is in, degrees.
    commune_at(lon: f64, lat: f64) -> Option<Commune> =
        |core| Ok(core.territory()?.as_ref().and_then(|map| map.commune_at(lon, lat)).map(Commune::from));
    /// An id for a person or a vehicle of a draft.
    new_ulid() -> String = |core| core.new_ulid();
}

#[uniffi::export]
impl Notebook {
    /// Opens the notebook of a directory, or makes it. Nothing is readable without the vault.
    /// `zone_min`: offset of local time from UTC, minutes.
    #[uniffi::constructor]
    pub fn open(directory: String, vault: Arc<dyn KeyVault>, zone_min: i16) -> Answer<Arc<Self>> {
        let system = Ports::of_system(Path::new(&directory), "", zone_min)?;
        open(&directory, Ports { vault: Arc::new(Vault(vault)), ..system })
    }

    /// Opens it with a vault kept in a file under a passphrase: for desktops and tests.
    #[uniffi::constructor]
    pub fn open_with_passphrase(directory: String, passphrase: String, zone_min: i16) -> Answer<Arc<Self>> {
        open(&directory, Ports::of_system(Path::new(&directory), &passphrase, zone_min)?)
    }

    /// Tells an observer of every change from now on; none stops it.
    pub fn observe(&self, observer: Option<Arc<dyn Observer>>) {
        self.core.observe(observer.map(|screen| Arc::new(Screen(screen)) as Arc<dyn ronde_core::Observer>));
    }

    /// Stops the synchronisation under way; everything stays here.
    pub fn cancel_sync(&self) {
        self.core.cancel_sync();
    }
}

fn open(directory: &str, ports: Ports) -> Answer<Arc<Notebook>> {
    Ok(Arc::new(Notebook { core: ronde_core::Notebook::open(Path::new(directory), ports)? }))
}

/// Saves what a damaged notebook, which must not be open, still holds; the damaged file is kept.
#[uniffi::export]
pub fn rescue(directory: String, vault: Arc<dyn KeyVault>, zone_min: i16) -> Answer<Rescued> {
    let system = Ports::of_system(Path::new(&directory), "", zone_min)?;
    let ports = Ports { vault: Arc::new(Vault(vault)), ..system };
    Ok(ronde_core::Notebook::rescue(Path::new(&directory), &ports, &|_| {})?)
}

#[uniffi::export(async_runtime = "tokio")]
impl Notebook {
    /// Enrols this device with the code of an invitation, which may name the server's certificate.
    pub async fn enrol(
        &self,
        server: String,
        code: String,
        pin: Option<CertificateHash>,
    ) -> Answer<Identity> {
        Ok(self.core.enrol(&server, &code, pin).await?)
    }

    /// One synchronisation with the server.
    pub async fn sync(&self) -> Answer<SyncReport> {
        Ok(self.core.sync().await?)
    }
}
