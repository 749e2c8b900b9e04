//! What every archive must do, whatever the database: one suite, run on each implementation.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ed25519_dalek::SigningKey;
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION};
use ronde_model::id::{
    AgentId, ChainId, ChangeHash, DeviceId, DocId, Eid, HistoryId, LeaseId, OrgFingerprint,
};
use ronde_model::instant::Instant;
use ronde_model::receipt::Own;
use ronde_model::scope::Scope;

use super::*;
use crate::error::ServerError;
use crate::feed::Numbering;
use crate::supervision::StoredState;

const HISTORY: HistoryId = HistoryId([1; 8]);
const DEVICE: DeviceId = DeviceId([2; 16]);

fn begun(archive: &dyn Archive) {
    let organisation =
        OrganisationRow { name: "Ici".into(), fingerprint: OrgFingerprint([3; 32]), server_lease: vec![4] };
    write(archive, |unit| unit.begin(&organisation, &HISTORY)).unwrap();
    assert_eq!(read(archive, |unit| unit.organisation()).unwrap(), Some(organisation));
}

fn envelope(n: u64, doc: u8) -> SealedEnvelope {
    let home = Scope::Unit("pm".into());
    let (doc, lease, chain) = (DocId([doc; 16]), LeaseId([5; 16]), ChainId([6; 16]));
    let envelope = Envelope {
        version: VERSION,
        kind: Kind::Report,
        doc,
        home,
        lease,
        chain,
        n,
        prev: Eid::default(),
        t: Instant::default(),
        schema: SCHEMA,
        priority: 2,
        replaces: Vec::new(),
        body: vec![7; 10],
    };
    envelope.seal(&OrgFingerprint([3; 32]), &SigningKey::from_bytes(&[8; 32])).unwrap()
}

fn store(
    unit: &dyn Writes,
    sealed: &SealedEnvelope,
    settle: impl FnOnce(u64) -> Settlement,
) -> Result<bool, ServerError> {
    let mut numbering = Numbering::begin(unit)?;
    let seq = numbering.row(FeedKind::Kept, None, None, false, &[])?;
    let new = NewEnvelope {
        seq,
        sealed,
        report: Some(sealed.envelope.doc),
        device: DEVICE,
        agent: AgentId([9; 16]),
        home: &sealed.envelope.home,
        received_ms: 10,
        settlement: &settle(seq),
    };
    let stored = unit.put_envelope(&new)?;
    numbering.end()?;
    Ok(stored)
}

fn accepted(change: u8) -> impl FnOnce(u64) -> Settlement {
    move |place| Settlement::Accepted { place, change: Some(ChangeHash([change; 32])), late: false }
}

/// An error, or a panic, inside a unit of work leaves nothing of it.
pub fn a_unit_of_work_is_kept_whole_or_not_at_all(archive: &dyn Archive) {
    begun(archive);
    let sealed = envelope(0, 1);
    let failed = write(archive, |unit| {
        store(unit, &sealed, accepted(1))?;
        Err::<(), ServerError>(ServerError::Unknown("thing"))
    });
    assert!(matches!(failed, Err(ServerError::Unknown(_))));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        write(archive, |unit| -> Result<(), ServerError> {
            store(unit, &sealed, accepted(1))?;
            panic!("a defect")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(read(archive, |unit| unit.stored(&sealed.eid)).unwrap(), None);
    assert_eq!(read(archive, |unit| unit.head()).unwrap(), Head { history: HISTORY, seq: 0 });

    write(archive, |unit| store(unit, &sealed, accepted(1))).unwrap();
    assert_eq!(read(archive, |unit| unit.head()).unwrap().seq, 1);
    assert_eq!(read(archive, |unit| unit.body(1)).unwrap().as_deref(), Some(&sealed.bytes[..]));
}

/// The eid is the idempotency key.
pub fn an_envelope_is_stored_once(archive: &dyn Archive) {
    begun(archive);
    let sealed = envelope(0, 1);
    assert!(write(archive, |unit| store(unit, &sealed, accepted(1))).unwrap());
    assert!(!write(archive, |unit| store(unit, &sealed, accepted(1))).unwrap());
    let stored = read(archive, |unit| unit.stored(&sealed.eid)).unwrap().unwrap();
    assert_eq!((stored.seq, stored.state, stored.device), (1, StoredState::Accepted, DEVICE));
}

/// A number without row is refused, so that the feed has no gap.
pub fn numbers_have_no_gap(archive: &dyn Archive) {
    begun(archive);
    let gap = write(archive, |unit| {
        let mut numbering = Numbering::begin(unit)?;
        numbering.next();
        numbering.end()
    });
    assert!(matches!(gap, Err(ServerError::Defect(_))));
    assert_eq!(read(archive, |unit| unit.head()).unwrap().seq, 0);
}

/// What is pending or set aside is found by document until it is settled, and the mark tells.
pub fn held_envelopes_are_found_until_they_are_settled(archive: &dyn Archive) {
    begun(archive);
    let doc = DocId([1; 16]);
    let mark = || {
        read(archive, |unit| unit.held_mark(&[doc, DocId([7; 16])], [Kind::Report, Kind::Handling])).unwrap()
    };
    let pending = || read(archive, |unit| unit.pending(&doc, Kind::Report)).unwrap();
    assert_eq!(mark(), (0, 0));
    for n in [1, 0] {
        let wait = |_| Settlement::Pending("missing-parent".into());
        write(archive, |unit| store(unit, &envelope(n, 1), wait)).unwrap();
    }
    write(archive, |unit| store(unit, &envelope(2, 1), |_| Settlement::Quarantined("no-right".into())))
        .unwrap();
    write(archive, |unit| store(unit, &envelope(0, 2), accepted(1))).unwrap();
    assert_eq!(mark(), (3, 3));
    let held = pending();
    let eids: Vec<Eid> = held.iter().map(|held| Eid::of(&held.bytes)).collect();
    assert_eq!(eids, [envelope(0, 1).eid, envelope(1, 1).eid], "by chain and place in it");

    let settled = accepted(2)(5);
    write(archive, |unit| unit.settle(held[0].stored.seq, Some(&doc), &settled)).unwrap();
    write(archive, |unit| unit.put_replacement(&envelope(1, 1).eid, &AgentId([9; 16]))).unwrap();
    assert_eq!(mark(), (2, 3));
    assert!(pending().is_empty(), "one settled, one replaced");
    let lines = read(archive, |unit| unit.accepted(&doc, Kind::Report)).unwrap();
    assert_eq!(
        lines.iter().map(|line| (line.eid, line.change)).collect::<Vec<_>>(),
        [(eids[0], ChangeHash([2; 32]))]
    );
}

/// The ledger of a device goes on by number, and its digest is what was put.
pub fn a_ledger_goes_on_by_number(archive: &dyn Archive) {
    begun(archive);
    for n in 0..5 {
        write(archive, |unit| store(unit, &envelope(n, 1), accepted(n as u8))).unwrap();
    }
    let lines = read(archive, |unit| unit.ledger_after(&DEVICE, 2, 2)).unwrap();
    assert_eq!(lines.iter().map(|line| (line.seq, line.n)).collect::<Vec<_>>(), [(3, 2), (4, 3)]);
    assert!(read(archive, |unit| unit.ledger_after(&DeviceId([0; 16]), 0, 9)).unwrap().is_empty());
    let own = Own { n: 5, d: u128::MAX - 3 };
    assert_eq!(read(archive, |unit| unit.own(&DEVICE)).unwrap(), Own::default());
    write(archive, |unit| unit.put_own(&DEVICE, &own)).unwrap();
    assert_eq!(read(archive, |unit| unit.own(&DEVICE)).unwrap(), own);
}

/// A row is found in its scopes, by rising number, and nowhere else.
pub fn the_feed_is_read_by_scope(archive: &dyn Archive) {
    begun(archive);
    let (pm, bus) = (Scope::Unit("pm".into()), Scope::Unit("bus".into()));
    write(archive, |unit| {
        let mut numbering = Numbering::begin(unit)?;
        numbering.row(FeedKind::Change, None, None, false, std::slice::from_ref(&pm))?;
        numbering.row(FeedKind::Change, None, None, false, &[pm.clone(), bus.clone()])?;
        numbering.row(FeedKind::Order, None, Some(b"x"), false, &[Scope::Device(DEVICE)])?;
        numbering.row(FeedKind::Config, None, Some(b"territory"), false, &[Scope::All])?;
        numbering.end()
    })
    .unwrap();
    let numbers = |scope: &Scope, after, limit| {
        read(archive, |unit| unit.numbers_in(&scope.to_string(), after, limit)).unwrap()
    };
    assert_eq!(numbers(&pm, 0, 9), [1, 2]);
    assert_eq!(numbers(&pm, 1, 9), [2]);
    assert_eq!(numbers(&pm, 0, 1), [1]);
    assert_eq!(numbers(&bus, 0, 9), [2]);
    assert_eq!(numbers(&Scope::Device(DEVICE), 0, 9), [3]);
    assert_eq!(read(archive, |unit| unit.numbers_of_everyone(0, 9)).unwrap(), [1, 2, 4]);
    assert!(read(archive, |unit| unit.stands_in(&bus.to_string(), 2)).unwrap());
    write(archive, |unit| unit.hide_feed(4, &Scope::All)).unwrap();
    assert_eq!(read(archive, |unit| unit.numbers_of_everyone(2, 9)).unwrap(), Vec::<u64>::new());
    assert_eq!(read(archive, |unit| unit.feed_row(3)).unwrap().unwrap().item.as_deref(), Some(&b"x"[..]));
}

/// Official numbers count by year.
pub fn official_numbers_begin_again_each_year(archive: &dyn Archive) {
    begun(archive);
    let next = |year| write(archive, |unit| unit.next_official_number(year)).unwrap();
    assert_eq!([next(2026), next(2026), next(2027), next(2026)], [1, 2, 1, 3]);
}

/// A reader sees the state in which its work began, whatever is written meanwhile.
pub fn a_reading_sees_one_state(archive: &dyn Archive) {
    begun(archive);
    read(archive, |unit| {
        assert_eq!(unit.head()?.seq, 0);
        write(archive, |unit| store(unit, &envelope(0, 1), accepted(1))).unwrap();
        assert_eq!(unit.head()?.seq, 0, "what was written since is not of this state");
        Ok::<_, crate::error::ArchiveError>(())
    })
    .unwrap();
    assert_eq!(read(archive, |unit| unit.head()).unwrap().seq, 1);
}
