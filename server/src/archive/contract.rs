//! What every archive must do, whatever the database: one suite, run on each implementation.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ed25519_dalek::SigningKey;
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION};
use ronde_model::id::{
    AgentId, BootId, ChainId, ChangeHash, DeviceId, DocId, Eid, HistoryId, LeaseId, OrgFingerprint,
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
    write(archive, |unit| {
        unit.put_organisation(&organisation)?;
        unit.open_history(&HistoryRow { history: HISTORY, parent: None, fork_seq: 0, opened_ms: 7 })
    })
    .unwrap();
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
    store_of(unit, sealed, Some(sealed.envelope.doc), settle)
}

fn store_of(
    unit: &dyn Writes,
    sealed: &SealedEnvelope,
    report: Option<DocId>,
    settle: impl FnOnce(u64) -> Settlement,
) -> Result<bool, ServerError> {
    let mut numbering = Numbering::begin(unit)?;
    let seq = numbering.row(FeedKind::Kept, None, None, false, &[])?;
    let new = NewEnvelope {
        seq,
        sealed,
        report,
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
    assert_eq!(read(archive, |unit| unit.head()).unwrap(), Head { history: HISTORY, seq: 0, made: 0 });

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
    let last = || read(archive, |unit| unit.last_held(&doc, Kind::Report)).unwrap();
    let portion = |after, items, bytes| {
        read(archive, |unit| unit.pending(&doc, Kind::Report, after, Portion { items, bytes })).unwrap()
    };
    let pending = || portion(None, 9, 9_999);
    let of_device = |limit| read(archive, |unit| unit.pending_of(&DEVICE, limit)).unwrap();
    assert_eq!((last(), of_device(9)), (0, 0));
    for n in [1, 0] {
        let wait = |_| Settlement::Pending("missing-parent".into());
        write(archive, |unit| store(unit, &envelope(n, 1), wait)).unwrap();
    }
    write(archive, |unit| store(unit, &envelope(2, 1), |_| Settlement::Quarantined("no-right".into())))
        .unwrap();
    write(archive, |unit| store(unit, &envelope(0, 2), accepted(1))).unwrap();
    assert_eq!((last(), of_device(9), of_device(1)), (3, 2, 1));
    let held = pending();
    let eids: Vec<Eid> = held.iter().map(|held| Eid::of(&held.bytes)).collect();
    assert_eq!(eids, [envelope(0, 1).eid, envelope(1, 1).eid], "by chain and place in it");
    assert_eq!(eids, held.iter().map(|held| held.eid).collect::<Vec<_>>());
    for first in [portion(None, 1, 9_999), portion(None, 9, 1)] {
        assert_eq!(first[..], held[..1], "one always fits");
        assert_eq!(portion(Some(first[0].place), 9, 9_999), held[1..], "the rest comes after it");
    }

    let settled = accepted(2)(5);
    write(archive, |unit| unit.settle(held[0].stored.seq, Some(&doc), &settled)).unwrap();
    write(archive, |unit| unit.put_replacement(&envelope(1, 1).eid, &AgentId([9; 16]))).unwrap();
    assert_eq!((last(), of_device(9)), (3, 0));
    let replaced = read(archive, |unit| unit.stored(&envelope(1, 1).eid)).unwrap().unwrap();
    assert_eq!(replaced.reason.as_deref(), Some("replaced"), "said of it, so that no index holds it");
    assert!(pending().is_empty(), "one settled, one replaced");
    let lines = read(archive, |unit| unit.accepted(&doc, Kind::Report)).unwrap();
    assert_eq!(
        lines.iter().map(|line| (line.eid, line.change)).collect::<Vec<_>>(),
        [(eids[0], ChangeHash([2; 32]))]
    );
}

/// What a replacement took the place of is answered once, and only when a report loses a mark by it.
pub fn a_replacement_answers_what_it_took_the_place_of(archive: &dyn Archive) {
    begun(archive);
    let held: [fn(u64) -> Settlement; 3] = [
        |_| Settlement::Pending("missing-parent".into()),
        |_| Settlement::Quarantined("foreign-home".into()),
        |place| Settlement::Accepted { place, change: Some(ChangeHash([1; 32])), late: false },
    ];
    for (n, settle) in held.into_iter().enumerate() {
        write(archive, |unit| store(unit, &envelope(n as u64, n as u8 + 1), settle)).unwrap();
    }
    let loose = envelope(3, 9);
    write(archive, |unit| store_of(unit, &loose, None, held[0])).unwrap();
    let put = |eid: &Eid, agent: u8| {
        write(archive, |unit| unit.put_replacement(eid, &AgentId([agent; 16]))).unwrap()
    };
    let eid = |n: u64| envelope(n, n as u8 + 1).eid;
    assert_eq!(put(&eid(0), 8), None, "another agent's takes no place");
    assert_eq!(put(&eid(0), 9), Some((1, DocId([1; 16]))), "it waited");
    assert_eq!(put(&eid(1), 9), Some((2, DocId([2; 16]))), "it was set aside");
    assert_eq!((put(&eid(0), 9), put(&eid(1), 9)), (None, None), "that is no news");
    assert_eq!(put(&eid(2), 9), None, "it was accepted");
    assert_eq!(put(&envelope(7, 7).eid, 9), None, "it is not here");
    assert_eq!(put(&loose.eid, 9), None, "it is of no report");
    let known = read(archive, |unit| unit.is_replaced(&envelope(7, 7).eid, &AgentId([9; 16])));
    assert!(known.unwrap(), "kept all the same: it may still come");
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

/// A history goes on where its parent ends, and each is found again.
pub fn a_history_goes_on_from_its_parent(archive: &dyn Archive) {
    begun(archive);
    write(archive, |unit| store(unit, &envelope(0, 1), accepted(1))).unwrap();
    let next = HistoryRow { history: HistoryId([2; 8]), parent: Some(HISTORY), fork_seq: 1, opened_ms: 9 };
    write(archive, |unit| unit.open_history(&next)).unwrap();
    assert_eq!(read(archive, |unit| unit.head()).unwrap(), Head { history: next.history, seq: 1, made: 0 });
    let found = |history| read(archive, |unit| unit.history(&history)).unwrap();
    assert_eq!(found(next.history), Some(next));
    let first = HistoryRow { history: HISTORY, parent: None, fork_seq: 0, opened_ms: 7 };
    assert_eq!(found(HISTORY), Some(first));
    assert_eq!(found(HistoryId([3; 8])), None);
    write(archive, |unit| store(unit, &envelope(1, 1), accepted(2))).unwrap();
    assert_eq!(read(archive, |unit| unit.head()).unwrap().seq, 2);
    assert_eq!(read(archive, |unit| unit.last_row()).unwrap(), 2);
}

/// What waits for a newer program is found by ledger number, and nothing else is.
pub fn what_waits_for_a_newer_program_is_found(archive: &dyn Archive) {
    begun(archive);
    for (n, why) in ["newer-app", "missing-seal", "newer-app"].into_iter().enumerate() {
        let wait = |_| Settlement::Pending(why.into());
        write(archive, |unit| store(unit, &envelope(n as u64, n as u8 + 1), wait)).unwrap();
    }
    let found = |after| read(archive, |unit| unit.waiting_for_newer(after, 9)).unwrap();
    let line = |n: u8| (u64::from(n), Kind::Report, DocId([n; 16]));
    assert_eq!(found(0), [line(1), line(3)]);
    assert_eq!(found(1), [line(3)]);
    let known = Knowledge { number: 4, reached: 2 };
    assert_eq!(read(archive, |unit| unit.knowledge()).unwrap(), Knowledge::default());
    write(archive, |unit| unit.put_knowledge(known)).unwrap();
    assert_eq!(read(archive, |unit| unit.knowledge()).unwrap(), known);
}

/// Two chains of one device interleave when one goes on after the other, begun meanwhile, was
/// received; and for no other reason.
pub fn chains_that_interleave_are_found(archive: &dyn Archive) {
    begun(archive);
    let span = |device: DeviceId, chain: u8, (first_ms, last_ms, received_ms)| ChainRow {
        device,
        chain: ChainId([chain; 16]),
        boot: BootId([chain; 8]),
        anchor_ms: first_ms,
        anchor_mono_ms: u64::MAX - u64::from(chain),
        first_ms,
        last_ms,
        received_ms,
    };
    let outer = span(DEVICE, 1, (10, 40, 12));
    write(archive, |unit| unit.put_chain(&outer)).unwrap();
    let holds = |row: &ChainRow| read(archive, |unit| unit.is_interleaved(row, 5)).unwrap();
    assert!(!holds(&outer), "with itself it does not");
    for (inner, expected) in [
        ((20, 20, 35), true),
        ((20, 90, 35), true),
        ((20, 20, 36), false),
        ((10, 20, 15), false),
        ((40, 50, 41), false),
        ((50, 60, 51), false),
        // The other way round: the one that is held begins within this one.
        ((5, 17, 90), true),
        ((5, 16, 90), false),
        ((5, 9, 6), false),
    ] {
        let inner = span(DEVICE, 2, inner);
        assert_eq!(holds(&inner), expected, "{inner:?}");
        assert!(!holds(&ChainRow { boot: outer.boot, ..inner }), "one boot is one phone: {inner:?}");
        assert!(!holds(&ChainRow { device: DeviceId([9; 16]), ..inner }), "{inner:?}");
    }
    let longer = ChainRow { last_ms: 45, ..outer };
    write(archive, |unit| unit.put_chain(&longer)).unwrap();
    assert_eq!(read(archive, |unit| unit.chain(&DEVICE, &longer.chain)).unwrap(), Some(longer));
    assert_eq!(read(archive, |unit| unit.chain(&DeviceId([9; 16]), &longer.chain)).unwrap(), None);
    assert!(holds(&span(DEVICE, 2, (20, 20, 40))));
}

/// A link is used once and a session ends; what ended long ago is forgotten, and a restore ends all.
pub fn links_and_sessions_are_found_until_they_end(archive: &dyn Archive) {
    begun(archive);
    let person = SupervisorRow {
        agent: AgentId([1; 16]),
        name: "Hélène".into(),
        role: "administrator".into(),
        unit: "pm".into(),
        token_hash: [2; 32],
    };
    let link = LinkRow { code_hash: [3; 32], agent: person.agent, ends_ms: 100, used_ms: None };
    let session = |hash: u8, ends_ms| SessionRow { cookie_hash: [hash; 32], agent: person.agent, ends_ms };
    write(archive, |unit| {
        unit.put_supervisor(&person)?;
        unit.put_link(&link)?;
        unit.put_serving("http://127.0.0.1:1")?;
        unit.put_serving("http://127.0.0.1:2")?;
        unit.put_session(&session(4, 200))?;
        unit.put_session(&session(5, 300))
    })
    .unwrap();
    let found = |hash: u8| read(archive, |unit| unit.session(&[hash; 32])).unwrap();
    assert_eq!(found(4), Some((session(4, 200), person.clone())));
    assert_eq!(found(6), None);
    assert_eq!(read(archive, |unit| unit.serving()).unwrap().as_deref(), Some("http://127.0.0.1:2"));
    let known = || read(archive, |unit| unit.link(&[3; 32])).unwrap();
    write(archive, |unit| unit.use_link(&[3; 32], 50)).unwrap();
    assert_eq!(known(), Some(LinkRow { used_ms: Some(50), ..link }));
    write(archive, |unit| unit.end_session(&[4; 32]).and_then(|()| unit.end_session(&[9; 32]))).unwrap();
    assert_eq!((found(4), found(5).is_some()), (None, true));
    write(archive, |unit| unit.forget_ended(100)).unwrap();
    assert!(known().is_some(), "it ended then, not before");
    write(archive, |unit| unit.end_all_sessions()).unwrap();
    assert_eq!((found(5), known().map(|link| link.ends_ms)), (None, Some(0)));
    assert_eq!(read(archive, |unit| unit.serving()).unwrap(), None, "the copy listens elsewhere");
    write(archive, |unit| unit.forget_ended(100)).unwrap();
    assert_eq!(known(), None);
}
