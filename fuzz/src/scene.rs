//! An organisation, an officer and reports, the same in every run, for the targets that need something
//! to judge by: keys, a lease, a document. Changes when a judgement asks for more.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ed25519_dalek::{SigningKey, VerifyingKey};
use ronde_model::document::{Document, NewChange};
use ronde_model::envelope::{Envelope, Kind, SCHEMA, VERSION, actor_of};
use ronde_model::fact::FactValue;
use ronde_model::history::{Provenance, Provenances};
use ronde_model::id::{AgentId, BootId, ChainId, ChangeHash, DeviceId, DocId, Eid, OrgFingerprint};
use ronde_model::instant::{Instant, TimeSource};
use ronde_model::lease::Lease;
use ronde_model::organisation::fingerprint_of;
use ronde_model::rights::Roles;
use ronde_model::scope::Scope;

static ORGANISATION: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[1; 32]));
static SERVER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[2; 32]));
static FINGERPRINT: LazyLock<OrgFingerprint> =
    LazyLock::new(|| fingerprint_of(&ORGANISATION.verifying_key()));

/// The organisation's key, which signs leases.
pub fn organisation() -> &'static SigningKey {
    &ORGANISATION
}

/// The server's key, which signs receipts, orders and configurations.
pub fn server() -> &'static SigningKey {
    &SERVER
}

/// The organisation's fingerprint.
pub fn fingerprint() -> OrgFingerprint {
    *FINGERPRINT
}

/// The officer's public author key.
pub fn author() -> VerifyingKey {
    SigningKey::from_bytes(&[3; 32]).verifying_key()
}

/// The chain the fuzzed change claims to be of.
pub const CHAIN: ChainId = ChainId([4; 16]);

/// The report.
pub const DOC: DocId = DocId([5; 16]);

/// The officer's lease: every right a role gives.
pub static LEASE: LazyLock<Lease> = LazyLock::new(|| Lease {
    device: DeviceId([6; 16]),
    agent: AgentId([7; 16]),
    name: "Inès".into(),
    unit: "pm".into(),
    role: "officer".into(),
    rights: Roles::shipped().get("officer").map(|role| role.rights.clone()).unwrap_or_default(),
    scopes: vec![Scope::Unit("pm".into())],
    not_before_s: 0,
    expires_s: 2_000_000_000,
    author_key: author().to_bytes(),
});

/// The officer's clock.
pub fn now() -> Instant {
    Instant {
        wall_ms: 1_795_467_600_000,
        mono_ms: 7,
        boot: BootId([8; 8]),
        source: TimeSource::System,
        zone_min: 60,
        skew_ms: None,
        err_ms: None,
    }
}

/// The envelope that carries a body, signed or not.
pub fn envelope(kind: Kind, body: Vec<u8>) -> Envelope {
    let doc = if kind == Kind::Handling { DocId::handling_of(DOC) } else { DOC };
    Envelope {
        version: VERSION,
        kind,
        doc,
        home: LEASE.home(),
        lease: Default::default(),
        chain: CHAIN,
        n: 0,
        prev: Eid::default(),
        t: now(),
        schema: SCHEMA,
        priority: 2,
        replaces: Vec::new(),
        body,
    }
}

/// Where a change came from, for those who show it.
pub fn provenances(document: &Document) -> Provenances {
    let of = |change: ChangeHash| Provenance {
        eid: Eid(change.0),
        agent: LEASE.agent,
        name: LEASE.name.clone(),
        unit: LEASE.unit.clone(),
        role: LEASE.role.clone(),
        device: LEASE.device,
        t: now(),
        received_ms: None,
        late: false,
    };
    document.changes().into_iter().map(|change| (change.hash, of(change.hash))).collect()
}

/// What the officer files.
pub fn facts() -> BTreeMap<String, FactValue> {
    BTreeMap::from([
        ("facts/type".to_owned(), "youth.brawl".into()),
        ("facts/title".to_owned(), "Rixe devant le lycée".into()),
        ("facts/people_count".to_owned(), FactValue::Integer(6)),
        ("facts/urgent".to_owned(), FactValue::Flag(true)),
    ])
}

/// The actor of the fuzzed change.
pub fn actor() -> [u8; 16] {
    actor_of(&author(), &CHAIN)
}

/// A report sealed by the officer in an earlier chain and diverging since: its changes, oldest first.
pub static REPORT: LazyLock<Option<(Document, Vec<NewChange>)>> = LazyLock::new(|| {
    let actor = |chain: u8| actor_of(&author(), &ChainId([chain; 16]));
    let title = |words: &str| [("facts/title".to_owned(), FactValue::from(words))];
    let (mut document, seal) = Document::seal(actor(10), &facts()).ok()?;
    let heads = document.heads();
    let one = document.write(actor(10), &title("Rixe")).ok()??;
    let other = document.write_at(&heads, actor(11), &title("Bagarre")).ok()??;
    Some((document, vec![seal, one, other]))
});
