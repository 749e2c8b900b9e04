//! The server as one object: what the routes, the command line, the tests and the simulator call.
//! Synchronous and cheap to share. Holds no rule of its own. Changes when it can do one thing more.

mod console;

use std::path::Path;
use std::sync::Arc;

use ronde_model::divergence::Divergence;
use ronde_model::document::Chosen;
use ronde_model::id::{ChangeHash, DeviceId, DocId, Eid, HistoryId, OrgFingerprint};
use ronde_model::organisation::{NONCE_BYTES, fingerprint_of};
use ronde_model::scope::Scope;
use ronde_model::territory::Territory;

use crate::archive::sqlite::SqliteArchive;
use crate::archive::{self, Head, HistoryRow, OrganisationRow};
use crate::clock::{Clock, SystemClock};
use crate::configuration::TerritoryInForce;
use crate::devices::DeviceLine;
use crate::enrolment::{Invitation, Invited, check_name};
use crate::entropy::{Entropy, SystemEntropy, random};
use crate::error::{ActError, EnrolError, NotSignedIn, ServerError, SyncRefusal};
use crate::events::Kept;
use crate::feed::Numbering;
use crate::ground::Ground;
use crate::keys::{Keys, database};
use crate::organisation::Organisation;
use crate::people::{AddedSupervisor, Credential, NewSupervisor, Sessions, Supervisor, SupervisorLine};
use crate::readiness::Readiness;
use crate::supervision::{
    Filter, History, Page, PageKey, QuarantineLine, ReportDetail, ReportLine, StoredEnvelope,
};
use crate::{acts, configuration, devices, enrolment, histories, intake, people, reading};

/// What the server is given by its host.
#[derive(Clone)]
pub struct Ports {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Name of a registered SQLite VFS; `None`: the system's files.
    pub vfs: Option<String>,
}

impl Default for Ports {
    fn default() -> Self {
        Ports { clock: Arc::new(SystemClock), entropy: Arc::new(SystemEntropy), vfs: None }
    }
}

/// One agglomeration's server.
#[derive(Clone)]
pub struct Server {
    parts: Arc<Parts>,
}

struct Parts {
    ground: Ground,
    sessions: Sessions,
    territory: TerritoryInForce,
    readiness: Readiness,
    board: Kept,
}

impl Server {
    /// Makes an organisation in `directory`: organisation key, server key, archive key, an empty archive.
    ///
    /// # Errors
    /// `NotEmpty` when something is there; nothing is overwritten.
    pub fn init(directory: &Path, name: &str, ports: Ports) -> Result<OrgFingerprint, ServerError> {
        check_name("organisation's name", name)?;
        let keys = Keys::make(directory, ports.entropy.as_ref())?;
        let lease = Organisation::lease_of_server(&keys, name, ports.clock.now_ms())?;
        let organisation = OrganisationRow {
            name: name.trim().to_owned(),
            fingerprint: fingerprint_of(&keys.organisation.verifying_key()),
            server_lease: lease.cwt.clone(),
        };
        let history = HistoryId(random(ports.entropy.as_ref())?);
        let first = HistoryRow { history, parent: None, fork_seq: 0, opened_ms: ports.clock.now_ms() };
        let archive = SqliteArchive::create(&database(directory), keys.archive, ports.vfs.as_deref())?;
        archive::write(&archive, |archive| {
            archive.put_organisation(&organisation)?;
            archive.open_history(&first)?;
            archive.put_knowledge(intake::known())?;
            let mut numbering = Numbering::begin(archive)?;
            numbering.lease(&lease.id, Some(&lease.cwt), &[Scope::All])?;
            numbering.end()
        })?;
        Ok(organisation.fingerprint)
    }

    /// Opens what `init` made.
    ///
    /// # Errors
    /// `NotInitialised`, `KeyFile`, `ForeignKeys`, or the archive's `WrongKey`, `Newer`, `Corrupt`.
    pub fn open(directory: &Path, ports: Ports) -> Result<Server, ServerError> {
        let server = Server::open_as_it_is(directory, ports)?;
        if let Err(error) = intake::judge_again(server.ground()) {
            // A full disk must not keep a server from being read; the next opening goes on.
            tracing::error!(%error, "what waited for this program could not be judged again");
        }
        if let Err(error) = server.complete_rows() {
            tracing::error!(%error, "the inbox of an older program could not be made again");
        }
        Ok(server)
    }

    /// The same, and nothing is judged: what a backup held must get no number in its old history.
    ///
    /// # Errors
    /// As [`Server::open`].
    pub(crate) fn open_as_it_is(directory: &Path, ports: Ports) -> Result<Server, ServerError> {
        let keys = Keys::open(directory)?;
        let file = database(directory);
        if ports.vfs.is_none() && !file.exists() {
            return Err(ServerError::NotInitialised(directory.to_owned()));
        }
        let archive = SqliteArchive::open(&file, keys.archive.clone(), ports.vfs.as_deref())?;
        let row = archive::read(&archive, |archive| Ok::<_, ServerError>(archive.organisation()?))?
            .ok_or_else(|| ServerError::NotInitialised(directory.to_owned()))?;
        let organisation = Organisation::open(keys, row.name, row.fingerprint, row.server_lease)?;
        let ground =
            Ground { archive: Box::new(archive), organisation, clock: ports.clock, entropy: ports.entropy };
        let (sessions, territory) = (Sessions::default(), TerritoryInForce::default());
        let readiness = Readiness::of(ports.vfs.is_none().then_some(directory));
        Ok(Server {
            parts: Arc::new(Parts { ground, sessions, territory, readiness, board: Kept::default() }),
        })
    }

    /// The organisation's fingerprint.
    pub fn fingerprint(&self) -> OrgFingerprint {
        self.ground().organisation.fingerprint
    }

    /// The organisation's name.
    pub fn name(&self) -> &str {
        &self.ground().organisation.name
    }

    /// Who this server is, over the device's nonce, signed by the server key (`Introduction`).
    ///
    /// # Errors
    /// `Defect` only.
    pub fn introduction(&self, nonce: [u8; NONCE_BYTES]) -> Result<Vec<u8>, ServerError> {
        self.ground().organisation.introduce(nonce)
    }

    /// Invites a person's device. The same agent may be invited again (a new phone).
    ///
    /// # Errors
    /// `Invalid` for an unknown role or an impossible name.
    pub fn invite(&self, invitation: &Invitation) -> Result<Invited, ServerError> {
        enrolment::invite(self.ground(), invitation)
    }

    /// Takes an `Enrolment` (CBOR) and answers an `Enrolled` (CBOR).
    ///
    /// # Errors
    /// [`EnrolError`], each with its code.
    pub fn enrol(&self, body: &[u8]) -> Result<Vec<u8>, EnrolError> {
        enrolment::enrol(self.ground(), body)
    }

    /// Takes a framed request and answers a framed response.
    ///
    /// # Errors
    /// [`SyncRefusal`], each with its code and retry class; nothing was stored then.
    pub fn synchronise(&self, body: &[u8]) -> Result<Vec<u8>, SyncRefusal> {
        intake::synchronise(self.ground(), body)
    }

    /// Every device enrolled, in the order of enrolment.
    ///
    /// # Errors
    /// The archive's.
    pub fn devices(&self) -> Result<Vec<DeviceLine>, ServerError> {
        devices::list(self.ground())
    }

    /// Revokes a device: from now on what it sends is set aside, and it is told so. Twice is once.
    ///
    /// # Errors
    /// `Unknown`.
    pub fn revoke_device(&self, device: DeviceId) -> Result<(), ServerError> {
        devices::revoke(self.ground(), device)
    }

    /// Gives every phone this territory. The one already in force writes nothing (`false`).
    ///
    /// # Errors
    /// `Invalid` for a territory too large to travel.
    pub fn put_territory(&self, territory: &Territory) -> Result<bool, ServerError> {
        configuration::put_territory(self.ground(), territory)
    }

    /// The territory in force.
    ///
    /// # Errors
    /// The archive's.
    pub fn territory(&self) -> Result<Option<Arc<Territory>>, ServerError> {
        self.parts.territory.get(self.ground())
    }

    /// Adds a supervisor; only the hash of the token answered is stored.
    ///
    /// # Errors
    /// `Invalid` for an unknown role, an impossible name, or a unit supervisor without unit.
    pub fn add_supervisor(&self, supervisor: &NewSupervisor) -> Result<AddedSupervisor, ServerError> {
        people::add(self.ground(), supervisor)
    }

    /// Every supervisor.
    ///
    /// # Errors
    /// The archive's.
    pub fn supervisors(&self) -> Result<Vec<SupervisorLine>, ServerError> {
        people::list(self.ground())
    }

    /// Signs a supervisor in: a session with a key, chain and lease of its own. Cheap to call with
    /// each request: the session of a token goes on until it ends or the program does.
    ///
    /// # Errors
    /// `UnknownToken`.
    pub fn sign_in(&self, token: &str) -> Result<Supervisor, NotSignedIn> {
        self.sign_in_with(&Credential::Token(token.to_owned()))
    }

    /// The inbox, newest arrival first.
    ///
    /// # Errors
    /// The archive's.
    pub fn reports(
        &self,
        who: &Supervisor,
        filter: &Filter,
        after: Option<PageKey>,
        limit: usize,
    ) -> Result<Page<ReportLine>, ServerError> {
        reading::reports(self.ground(), who, filter, after, limit)
    }

    /// One report; `None` when there is none or it may not be read.
    ///
    /// # Errors
    /// The archive's.
    pub fn report(&self, who: &Supervisor, doc: DocId) -> Result<Option<ReportDetail>, ServerError> {
        reading::report(self.ground(), who, doc)
    }

    /// Who wrote what when, on both sides; `None` as [`Server::report`].
    ///
    /// # Errors
    /// The archive's.
    pub fn history(&self, who: &Supervisor, doc: DocId) -> Result<Option<History>, ServerError> {
        reading::history(self.ground(), who, doc)
    }

    /// Where people wrote apart; `None` as [`Server::report`].
    ///
    /// # Errors
    /// The archive's.
    pub fn divergences(&self, who: &Supervisor, doc: DocId) -> Result<Option<Vec<Divergence>>, ServerError> {
        reading::divergences(self.ground(), who, doc)
    }

    /// Settles a divergence, naming what was on screen. Answers the decision's id.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn decide(&self, who: &Supervisor, doc: DocId, decision: Deciding) -> Result<Eid, ActError> {
        acts::decide(self.ground(), who, doc, decision)
    }

    /// Marks a report read; `None` when this person already had read what stands there now.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn mark_read(&self, who: &Supervisor, doc: DocId) -> Result<Option<Eid>, ActError> {
        self.mark_read_as_seen(who, doc, None)
    }

    /// Puts somebody in charge.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn assign(
        &self,
        who: &Supervisor,
        doc: DocId,
        to: &str,
        reason: Option<&str>,
    ) -> Result<Eid, ActError> {
        self.assign_as_seen(who, doc, (to, reason), None)
    }

    /// Closes, with a reason.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn close(&self, who: &Supervisor, doc: DocId, reason: &str) -> Result<Eid, ActError> {
        self.close_as_seen(who, doc, reason, None)
    }

    /// Opens again.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn reopen(&self, who: &Supervisor, doc: DocId, reason: &str) -> Result<Eid, ActError> {
        self.reopen_as_seen(who, doc, reason, None)
    }

    /// Adds a comment.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn comment(&self, who: &Supervisor, doc: DocId, text: &str) -> Result<Eid, ActError> {
        acts::comment(self.ground(), who, doc, text)
    }

    /// Says that two reports are one event, or no longer; both must be readable.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn link(&self, who: &Supervisor, doc: DocId, other: DocId, linked: bool) -> Result<(), ActError> {
        acts::link(self.ground(), who, doc, other, linked)
    }

    /// Releases a quarantined envelope: it is applied and reaches its readers.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn release(&self, who: &Supervisor, eid: Eid, reason: &str) -> Result<Eid, ActError> {
        acts::release(self.ground(), who, eid, reason)
    }

    /// What was set aside, and what has waited for more than a day, newest first.
    ///
    /// # Errors
    /// The archive's.
    pub fn quarantine(
        &self,
        who: &Supervisor,
        after: Option<PageKey>,
        limit: usize,
    ) -> Result<Page<QuarantineLine>, ServerError> {
        reading::quarantine(self.ground(), who, after, limit)
    }

    /// Every stored envelope by its ledger number: what a device's ledger is compared with.
    ///
    /// # Errors
    /// The archive's.
    pub fn stored(&self) -> Result<Vec<StoredEnvelope>, ServerError> {
        reading::stored(self.ground())
    }

    /// Begins a new history, as a restored archive must before anybody meets it: numbers go on in it,
    /// official ones with a jump, and invitations nobody used are void. Answers the new history, and
    /// the number where it forks from the one before.
    ///
    /// # Errors
    /// The archive's: nothing was changed then.
    pub fn begin_history(&self) -> Result<Head, ServerError> {
        histories::begin(self.ground())
    }

    /// Drops every cache (snapshots, rows) and makes it again from the envelopes. Answers how many
    /// reports there are.
    ///
    /// # Errors
    /// The archive's.
    pub fn rebuild(&self) -> Result<u64, ServerError> {
        intake::rebuild(self.ground())
    }

    /// Whether a push could be taken in now: the archive is read, and a page of it written for good.
    ///
    /// # Errors
    /// `Full`, `ReadOnly`, or whatever else keeps the archive from it.
    pub fn check_ready(&self) -> Result<(), ServerError> {
        self.parts.readiness.prove(self.ground())
    }

    /// The same, answered from a proof of a moment ago: whoever asks often costs no write each time.
    ///
    /// # Errors
    /// As [`Server::check_ready`].
    pub fn is_ready(&self) -> Result<(), ServerError> {
        self.parts.readiness.check(self.ground())
    }
}

impl Server {
    fn ground(&self) -> &Ground {
        &self.parts.ground
    }

    /// An older program kept rows without what was done about their reports: they are made again.
    fn complete_rows(&self) -> Result<(), ServerError> {
        let reports = intake::complete(self.ground())?;
        if reports > 0 {
            tracing::info!(reports, "rows of an older program were made again");
        }
        Ok(())
    }
}

/// A decision as the console sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deciding {
    /// The key that diverges.
    pub key: String,
    /// What holds.
    pub chosen: Chosen,
    /// The changes whose values were on screen.
    pub saw: Vec<ChangeHash>,
    /// The ids of the decisions on screen.
    pub saw_decisions: Vec<String>,
    /// Why.
    pub reason: String,
}
