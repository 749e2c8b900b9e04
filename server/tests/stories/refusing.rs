//! Requests refused as a whole, each with a name and a retry class, and revoked devices.

use ed25519_dalek::SigningKey;
use ronde_model::config::{Order, OrderKind};
use ronde_model::envelope::Kind;
use ronde_model::id::{DocId, HistoryId};
use ronde_model::signing::{self, Context};
use ronde_model::wire::{AnswerCode, Entry, Raw, frame};
use ronde_server::Server;
use ronde_server::error::RetryClass::{self, Refresh, Restart, Split, StopAndTell, Upgrade};

use crate::phone::{changes, codes, only};
use crate::town::{HOUR_MS, Town};

fn refusal(server: &Server, body: &[u8]) -> (&'static str, RetryClass) {
    let refused = server.synchronise(body).unwrap_err();
    (refused.code(), refused.class())
}

#[test]
fn each_refusal_has_its_name_and_its_retry_class() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let karim = town.officer("Karim", "pm");
    let held = ines.file_dumping(&town);
    let good = ines.request(vec![held.seal.bytes.clone()]);
    let body = ines.body_of(&good);
    let server = &town.server;

    assert_eq!(refusal(server, b""), ("malformed", StopAndTell));
    assert_eq!(refusal(server, &body[..body.len() - 9]), ("malformed", StopAndTell));
    assert_eq!(refusal(server, &vec![0x5a; 600 * 1024]), ("too-large", Split));
    let bomb = zstd_bomb();
    assert_eq!(refusal(server, &bomb), ("too-large", Split));

    let mut newer = good.clone();
    newer.version = 9;
    assert_eq!(refusal(server, &ines.body_of(&newer)), ("version", Upgrade));

    let mut stranger = good.clone();
    stranger.lease.0[0] ^= 1;
    assert_eq!(refusal(server, &ines.body_of(&stranger)), ("lease-unknown", Refresh));

    let mut stolen = good.clone();
    (stolen.lease, stolen.device) = (karim.lease.id, karim.lease.lease.device);
    assert_eq!(refusal(server, &ines.body_of(&stolen)), ("signature", StopAndTell));
    stolen.lease = good.lease;
    assert_eq!(refusal(server, &ines.body_of(&stolen)), ("signature", StopAndTell));

    let mut elsewhere = good.clone();
    elsewhere.cursor = (HistoryId([3; 8]), 12);
    assert_eq!(refusal(server, &ines.body_of(&elsewhere)), ("history-unknown", Restart));
    elsewhere.cursor = (karim_history(&town), 1_000_000);
    assert_eq!(refusal(server, &ines.body_of(&elsewhere)), ("history-unknown", Restart));

    let mut many = good.clone();
    many.push = vec![Raw(vec![1]); 5_000];
    assert_eq!(refusal(server, &ines.body_of(&many)), ("too-large", Split));

    let mut greedy = good.clone();
    greedy.want.bodies = Some(vec![held.seal.eid; 1_001]);
    assert_eq!(refusal(server, &ines.body_of(&greedy)), ("too-large", Split));
    greedy.want.bodies = None;
    greedy.want.first = Some(vec![held.id; 1_001]);
    assert_eq!(refusal(server, &ines.body_of(&greedy)), ("too-large", Split));
    greedy.want.first = None;
    greedy.leases = Some(vec![Raw(vec![1]); 65]);
    assert_eq!(refusal(server, &ines.body_of(&greedy)), ("too-large", Split));
    greedy.leases = None;
    greedy.blobs = Some(vec![(Raw(vec![1]), 1, 0); 1_001]);
    assert_eq!(refusal(server, &ines.body_of(&greedy)), ("too-large", Split));

    let mut verbose = good.clone();
    verbose.app = "v".repeat(65);
    assert_eq!(refusal(server, &ines.body_of(&verbose)), ("malformed", StopAndTell));

    assert!(server.stored().unwrap().is_empty(), "a refused request leaves nothing");
    assert_eq!(only(&ines.push(&[&held.seal])), (AnswerCode::Accepted, None));
}

fn karim_history(town: &Town) -> HistoryId {
    let mut reader = town.officer("Maud", "pm");
    reader.pull();
    reader.cursor.0
}

/// Half a kilobyte that inflates beyond every limit: zeros, one frame, no dictionary.
fn zstd_bomb() -> Vec<u8> {
    // A frame of run-length blocks of 128 KiB of zeros: magic, descriptor, window, then blocks.
    let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58];
    for block in 0..100_u32 {
        let header = (128 * 1024) << 3 | 1 << 1 | u32::from(block == 99);
        bomb.extend_from_slice(&header.to_le_bytes()[..3]);
        bomb.push(0);
    }
    bomb
}

#[test]
fn a_request_under_a_lease_that_the_server_forgot_works_once_the_lease_comes_along() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    town.pass(40 * HOUR_MS);
    let fresh = ines.push(&[]).lease;
    assert!(fresh.is_some(), "past half its life every answer carries a fresh lease");
    assert!(ines.push(&[]).lease.is_none(), "and the fresh one is good");

    // A restarted server never stored the fresh lease: no envelope named it.
    let restarted = Server::open(&town.directory(), town.ports()).unwrap();
    let request = ines.request(Vec::new());
    assert_eq!(refusal(&restarted, &ines.body_of(&request)), ("lease-unknown", Refresh));
    let mut again = request.clone();
    again.leases = Some(vec![Raw(ines.lease.cwt.clone())]);
    restarted.synchronise(&ines.body_of(&again)).unwrap();
    restarted.synchronise(&ines.body_of(&request)).unwrap();
}

#[test]
fn a_phone_of_another_organisation_is_told_so() {
    let town = Town::found();
    let other = Town::found();
    let other = {
        // Another organisation has other keys.
        let _ = other.chance.draw::<8>();
        let directory = other.directory().with_file_name("elsewhere");
        Server::init(&directory, "Ailleurs", other.ports()).unwrap();
        (Server::open(&directory, other.ports()).unwrap(), other)
    };
    let ines = town.officer("Inès", "pm");
    let mut request = ines.request(Vec::new());
    assert_eq!(refusal(&other.0, &ines.body_of(&request)), ("lease-unknown", Refresh));
    request.leases = Some(vec![Raw(ines.lease.cwt.clone())]);
    assert_eq!(refusal(&other.0, &ines.body_of(&request)), ("wrong-organisation", StopAndTell));
}

#[test]
fn a_request_signed_for_another_purpose_is_none() {
    let town = Town::found();
    let ines = town.officer("Inès", "pm");
    let payload = minicbor::to_vec(ines.request(Vec::new())).unwrap();
    let signed = signing::sign(Context::Envelope, &ines.organisation, &ines.key, payload.clone()).unwrap();
    assert_eq!(refusal(&town.server, &frame::pack(&signed).unwrap()), ("signature", StopAndTell));
    let thief = SigningKey::from_bytes(&[8; 32]);
    let signed = signing::sign(Context::Request, &ines.organisation, &thief, payload).unwrap();
    assert_eq!(refusal(&town.server, &frame::pack(&signed).unwrap()), ("signature", StopAndTell));
}

#[test]
fn a_revoked_device_is_answered_keeps_depositing_and_reads_nothing() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let before = ines.file_dumping(&town);
    ines.push(&[&before.seal]);
    town.server.revoke_device(ines.lease.lease.device).unwrap();
    town.server.revoke_device(ines.lease.lease.device).unwrap();
    let others = karim.file_dumping(&town);
    karim.push(&[&others.seal]);
    let late = ines.file_dumping(&town);
    let device = DocId(ines.lease.lease.device.0);
    let purge = ines.envelope(Kind::Device, device, vec![0xa0]);
    town.pass(50 * HOUR_MS);

    let response = ines.push(&[&late.seal, &purge]);

    assert_eq!(codes(&response), [AnswerCode::Quarantined, AnswerCode::Accepted]);
    assert_eq!(response.answers[0].reason.as_deref(), Some("revoked"));
    let [Entry::Order { signed, .. }] = response.feed.as_slice() else { panic!("{:?}", response.feed) };
    let order = Order::open(&signed.0, &ines.organisation, &ines.server_key).unwrap();
    assert_eq!((order.kind, order.device), (OrderKind::Revoked, ines.lease.lease.device));
    assert!(response.lease.is_none(), "no fresh lease for a revoked device");
    assert_eq!(ines.own.n, 3, "what it deposits is covered all the same");
    assert!(ines.push(&[]).feed.is_empty());
    assert_eq!(changes(&karim.pull()), [], "nothing of what came after");
    let helene = town.supervisor("Hélène", "pm");
    let [aside] = town.server.quarantine(&helene, None, 10).unwrap().items.try_into().unwrap();
    assert_eq!((aside.eid, aside.reason.as_str(), aside.releasable), (late.seal.eid, "revoked", true));

    town.server.release(&helene, late.seal.eid, "téléphone retrouvé").unwrap();
    assert_eq!(changes(&karim.pull()).len(), 2, "the release and the report");
}

#[test]
fn an_unknown_device_cannot_be_revoked() {
    let town = Town::found();
    assert!(town.server.revoke_device(ronde_model::id::DeviceId([1; 16])).is_err());
}
