//! Random identifiers, times, scopes, envelopes and messages.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use ronde_model::envelope::{Envelope, Kind, VERSION};
use ronde_model::fact::FactValue;
use ronde_model::id::{AgentId, BootId, ChainId, DeviceId, DocId, Eid, HistoryId, LeaseId};
use ronde_model::instant::{Instant, TimeSource};
use ronde_model::lease::Lease;
use ronde_model::receipt::{Own, Receipt};
use ronde_model::rights::Right;
use ronde_model::scope::Scope;
use ronde_model::wire::{
    Answer, AnswerCode, Backfill, BlobState, Entry, Fork, LedgerLine, Next, Raw, Request, Response, Want,
};

macro_rules! ids {
    ($($function:ident: $kind:ident,)*) => {
        $(pub fn $function() -> impl Strategy<Value = $kind> { any::<[u8; size_of::<$kind>()]>().prop_map($kind) })*
    };
}

ids! {
    doc: DocId, lease_id: LeaseId, chain: ChainId, device: DeviceId, agent: AgentId, eid: Eid, history: HistoryId, boot: BootId,
}

pub fn instant() -> impl Strategy<Value = Instant> {
    let source = prop_oneof![
        Just(TimeSource::Unknown),
        Just(TimeSource::System),
        Just(TimeSource::Network),
        Just(TimeSource::Gnss),
        Just(TimeSource::Server)
    ];
    (
        any::<i64>(),
        any::<u64>(),
        boot(),
        source,
        any::<i16>(),
        option::of(any::<i64>()),
        option::of(any::<u32>()),
    )
        .prop_map(|(wall_ms, mono_ms, boot, source, zone_min, skew_ms, err_ms)| Instant {
            wall_ms,
            mono_ms,
            boot,
            source,
            zone_min,
            skew_ms,
            err_ms,
        })
}

pub fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        "[a-zé0-9-]{1,30}".prop_map(Scope::Unit),
        agent().prop_map(Scope::Author),
        device().prop_map(Scope::Device),
        Just(Scope::All),
        "(commune|axis|grant|case):[A-Z0-9]{1,12}".prop_map(Scope::Other),
    ]
}

pub fn envelope() -> impl Strategy<Value = Envelope> {
    // What a database column holds: beyond, an envelope is malformed.
    let count = || 0..=i64::MAX.unsigned_abs();
    let head = (count().prop_map(Kind::from_code), doc(), scope(), lease_id(), chain(), count(), eid());
    let tail = (instant(), any::<u32>(), 0_u8..=6, vec(eid(), 0..3), vec(any::<u8>(), 0..200));
    (head, tail).prop_map(
        |((kind, doc, home, lease, chain, n, prev), (t, schema, priority, replaces, body))| Envelope {
            version: VERSION,
            kind,
            doc,
            home,
            lease,
            chain,
            n,
            prev,
            t,
            schema,
            priority,
            replaces,
            body,
        },
    )
}

pub fn lease(author_key: [u8; 32]) -> impl Strategy<Value = Lease> {
    let right = prop_oneof![
        Just(Right::File),
        Just(Right::Statement),
        Just(Right::Decision),
        Just(Right::ReadAll),
        Just(Right::Server),
        "[a-z]{3,9}-v9".prop_map(Right::Unknown)
    ];
    let who = (device(), agent(), "\\PC{0,20}", "[a-z-]{1,20}", "[a-z_]{1,20}");
    (who, vec(right, 0..6), vec(scope(), 0..6), any::<i64>(), any::<i64>()).prop_map(
        move |((device, agent, name, unit, role), rights, scopes, not_before_s, expires_s)| Lease {
            device,
            agent,
            name,
            unit,
            role,
            rights,
            scopes,
            not_before_s,
            expires_s,
            author_key,
        },
    )
}

pub fn own() -> impl Strategy<Value = Own> {
    (any::<u64>(), any::<u128>()).prop_map(|(n, d)| Own { n, d })
}

pub fn receipt() -> impl Strategy<Value = Receipt> {
    (device(), own(), history(), any::<u64>(), any::<i64>(), vec((doc(), "[0-9]{4}-[0-9]{6}"), 0..4))
        .prop_map(|(device, own, history, seq, now_ms, numbers)| Receipt {
            device,
            own,
            history,
            seq,
            now_ms,
            numbers,
        })
}

pub fn raw(most: usize) -> impl Strategy<Value = Raw> {
    vec(any::<u8>(), 1..most).prop_map(Raw)
}

fn bid() -> impl Strategy<Value = Raw> {
    any::<[u8; 32]>().prop_map(|bytes| Raw(bytes.to_vec()))
}

pub fn want() -> impl Strategy<Value = Want> {
    let backfill = (scope(), any::<u64>()).prop_map(|(scope, after)| Backfill { scope, after });
    let bounds = (any::<u32>(), any::<u32>(), 0_u8..=50);
    (
        bounds,
        option::of(vec(doc(), 0..3)),
        option::of(backfill),
        option::of(any::<u64>()),
        option::of(vec(eid(), 0..3)),
    )
        .prop_map(|((max_bytes, max_items, live_s), first, backfill, ledger_after, bodies)| Want {
            max_bytes,
            max_items,
            live_s,
            first,
            backfill,
            ledger_after,
            bodies,
        })
}

pub fn request() -> impl Strategy<Value = Request> {
    let who = (device(), lease_id(), "ronde [0-9]\\.[0-9]\\.[0-9]", (history(), any::<u64>()), own());
    let what = (vec(raw(60), 0..4), option::of(vec(raw(60), 0..2)), want());
    let blobs = option::of(vec((bid(), any::<u64>(), 0_u8..=6), 0..3));
    (who, what, blobs, any::<u64>(), instant()).prop_map(
        |((device, lease, app, cursor, own), (push, leases, want), blobs, waiting, t)| Request {
            version: 1,
            device,
            lease,
            app,
            cursor,
            own,
            push,
            leases,
            want,
            blobs,
            waiting,
            t,
        },
    )
}

/// Every kind of entry, those of a later version too.
pub fn entry() -> impl Strategy<Value = Entry> {
    let number = || option::of("[0-9]{4}-[0-9]{6}");
    let change = (option::of(any::<u64>()), raw(60), any::<i64>(), number());
    let later = (11_u64..256, any::<u64>(), vec(any::<u8>(), 0..9));
    prop_oneof![
        change.prop_map(|(seq, envelope, received_ms, number)| Entry::Change {
            seq,
            envelope,
            received_ms,
            number
        }),
        (any::<u64>(), raw(60)).prop_map(|(seq, cwt)| Entry::Lease { seq, cwt }),
        (any::<u64>(), eid(), "[a-z-]{1,20}").prop_map(|(seq, eid, reason)| Entry::Quarantine {
            seq,
            eid,
            reason
        }),
        (any::<u64>(), eid(), number()).prop_map(|(seq, eid, number)| Entry::Released { seq, eid, number }),
        (any::<u64>(), scope(), any::<u64>()).prop_map(|(seq, scope, until)| Entry::ScopeAdd {
            seq,
            scope,
            until
        }),
        (any::<u64>(), scope()).prop_map(|(seq, scope)| Entry::ScopeDrop { seq, scope }),
        (any::<u64>(), doc(), scope()).prop_map(|(seq, doc, scope)| Entry::DocDrop { seq, doc, scope }),
        (any::<u64>(), doc()).prop_map(|(seq, doc)| Entry::Erase { seq, doc }),
        (any::<u64>(), bid()).prop_map(|(seq, bid)| Entry::BlobWanted { seq, bid }),
        (any::<u64>(), "[a-z]{1,12}", bid(), raw(60)).prop_map(|(seq, name, sha256, signed)| Entry::Config {
            seq,
            name,
            sha256,
            signed
        }),
        (any::<u64>(), raw(60)).prop_map(|(seq, signed)| Entry::Order { seq, signed }),
        later.prop_map(|(kind, seq, rest)| {
            let mut raw = Vec::new();
            let mut e = minicbor::Encoder::new(&mut raw);
            e.array(3)
                .and_then(|e| e.u64(kind))
                .and_then(|e| e.u64(seq))
                .and_then(|e| e.bytes(&rest))
                .unwrap();
            Entry::Other { kind, seq, raw }
        }),
    ]
}

pub fn answer() -> impl Strategy<Value = Answer> {
    let code = prop_oneof![
        Just(AnswerCode::Accepted),
        Just(AnswerCode::Duplicate),
        Just(AnswerCode::Quarantined),
        Just(AnswerCode::Pending),
        Just(AnswerCode::TryLater),
        Just(AnswerCode::Malformed),
        (6_u8..).prop_map(AnswerCode::Other),
    ];
    (any::<[u8; 8]>(), code, option::of(any::<u64>()), option::of("[a-z-]{1,20}"))
        .prop_map(|(eid8, code, seq, reason)| Answer { eid8, code, seq, reason })
}

pub fn response() -> impl Strategy<Value = Response> {
    let blob = (bid(), option::of(any::<u64>()), raw(20)).prop_map(|(bid, offset, ticket)| BlobState {
        bid,
        offset,
        ticket,
    });
    let fork =
        (history(), history(), any::<u64>()).prop_map(|(history, parent, seq)| Fork { history, parent, seq });
    let line = (chain(), any::<u64>(), eid(), any::<u64>()).prop_map(|(chain, n, eid, seq)| LedgerLine {
        chain,
        n,
        eid,
        seq,
    });
    let next = (any::<u32>(), any::<u32>()).prop_map(|(after_s, jitter_s)| Next { after_s, jitter_s });
    let head =
        (any::<i64>(), (history(), any::<u64>()), any::<bool>(), vec(answer(), 0..4), vec(entry(), 0..6));
    let tail = (
        option::of(raw(60)),
        option::of(vec(blob, 0..3)),
        next,
        option::of(raw(60)),
        option::of(vec(fork, 0..3)),
        option::of(vec(line, 0..3)),
    );
    (head, tail).prop_map(
        |((now_ms, cursor, more, answers, feed), (lease, blobs, next, receipt, forks, ledger))| Response {
            version: 1,
            now_ms,
            cursor,
            more,
            answers,
            feed,
            lease,
            blobs,
            next,
            receipt,
            forks,
            ledger,
        },
    )
}

/// Values that can be compared with themselves.
pub fn value() -> impl Strategy<Value = FactValue> {
    prop_oneof![
        any::<bool>().prop_map(FactValue::Flag),
        any::<i64>().prop_map(FactValue::Integer),
        (-1e12_f64..1e12).prop_map(FactValue::Decimal),
        ".{0,40}".prop_map(FactValue::Text),
        vec(any::<u8>(), 0..40).prop_map(FactValue::Bytes),
    ]
}
