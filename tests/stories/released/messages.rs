//! What is read out of the messages of a release, field by field, as JSON: what was read then is read
//! for ever. Knows how each file is told by the beginning of its name. Changes with a new kind of file.

use ed25519_dalek::VerifyingKey;
use ronde_model::config::{Config, Order};
use ronde_model::document::Document;
use ronde_model::envelope::SealedEnvelope;
use ronde_model::id::OrgFingerprint;
use ronde_model::lease::SignedLease;
use ronde_model::organisation::{Enrolled, Enrolment, Introduction, TypedCode, fingerprint_of};
use ronde_model::receipt::Receipt;
use ronde_model::signing::{Context, Signed};
use ronde_model::territory::Territory;
use ronde_model::wire::{self, Entry, Raw, Request, Response, frame};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Whose messages they are.
pub struct Keys {
    pub fingerprint: OrgFingerprint,
    pub organisation: VerifyingKey,
    pub server: VerifyingKey,
    pub author: VerifyingKey,
}

impl Keys {
    /// From what `messages.json` says.
    pub fn read(all: &Value) -> Keys {
        let key = |name: &str| {
            let text = all[name].as_str().expect("a key");
            let digit = |at: usize| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal");
            VerifyingKey::from_bytes(&std::array::from_fn(digit)).expect("a key")
        };
        let organisation = key("organisation_key");
        let fingerprint = fingerprint_of(&organisation);
        Keys { fingerprint, organisation, server: key("server_key"), author: key("author_key") }
    }
}

/// Bytes by their digest: what they say is told where they are a file of their own.
fn digest(bytes: &[u8]) -> Value {
    let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    json!([bytes.len(), digest])
}

fn raws(raws: &[Raw]) -> Value {
    raws.iter().map(|raw| digest(&raw.0)).collect()
}

/// What a file says.
pub fn tell(name: &str, bytes: &[u8], keys: &Keys) -> Value {
    let (organisation, server) = (&keys.fingerprint, &keys.server);
    match name.split(['-', '.']).next().expect("a name") {
        "request" => {
            let message = frame::unpack(bytes).expect("a frame");
            let signed = Signed::parse(&message).expect("signed");
            signed.verify(Context::Request, organisation, &keys.author).expect("by its author");
            request(&wire::decode(signed.payload()).expect("a request"))
        }
        "response" => response(&wire::decode(&frame::unpack(bytes).expect("a frame")).expect("an answer")),
        "envelope" => {
            let envelope = SealedEnvelope::parse(bytes.to_vec()).expect("an envelope");
            envelope.verify(organisation, &keys.author).expect("by its author");
            told_envelope(&envelope)
        }
        "lease" => {
            let signed =
                SignedLease::open(bytes.to_vec(), organisation, &keys.organisation).expect("a lease");
            json!({"id": signed.id, "lease": signed.lease, "key": digest(&signed.lease.author_key)})
        }
        "receipt" => {
            let receipt = Receipt::open(bytes, organisation, server).expect("a receipt");
            json!({
                "device": receipt.device, "own": receipt.own, "history": receipt.history, "seq": receipt.seq,
                "now_ms": receipt.now_ms, "numbers": receipt.numbers,
            })
        }
        "config" => {
            let config = Config::open(bytes, organisation, server).expect("a configuration");
            let territory = Territory::from_bytes(&config.body).expect("a territory");
            json!({
                "name": config.name, "made_ms": config.made_ms, "territory": territory.name(),
                "communes": territory.communes().iter().map(|c| c.insee.clone()).collect::<Vec<_>>(),
                "vertices": territory.vertices(),
            })
        }
        "order" => {
            let order = Order::open(bytes, organisation, server).expect("an order");
            json!({"device": order.device, "kind": order.kind, "at_ms": order.at_ms})
        }
        "introduction" => {
            Introduction::verify(bytes, organisation, server).expect("by the server");
            let said = Introduction::parse(bytes).expect("an introduction");
            json!({
                "name": said.name, "key": digest(&said.organisation_key), "nonce": digest(&said.nonce),
                "lease": digest(&said.server_lease),
            })
        }
        "enrolment" => {
            let said: Enrolment = minicbor::decode(bytes).expect("an enrolment");
            json!({
                "invitation": said.invitation, "author_key": digest(&said.author_key),
                "vault_key": digest(&said.vault_key), "nonce": digest(&said.nonce), "mac": digest(&said.mac),
            })
        }
        "enrolled" => {
            let said: Enrolled = minicbor::decode(bytes).expect("an answer");
            json!({"lease": digest(&said.lease)})
        }
        "code" => {
            let text = std::str::from_utf8(bytes).expect("text");
            let code: TypedCode = text.trim().parse().expect("a code");
            json!({
                "ours": code.is_of(organisation), "invitation": code.secret.invitation(),
                "again": code.to_string(),
            })
        }
        other => panic!("nobody knows how to read {other}"),
    }
}

fn request(said: &Request) -> Value {
    let want = &said.want;
    json!({
        "version": said.version, "device": said.device, "lease": said.lease, "app": said.app,
        "cursor": said.cursor, "own": said.own, "push": raws(&said.push),
        "leases": said.leases.as_deref().map(raws),
        "want": {
            "max_bytes": want.max_bytes, "max_items": want.max_items, "live_s": want.live_s,
            "first": want.first, "ledger_after": want.ledger_after, "bodies": want.bodies,
            "backfill": want.backfill.as_ref().map(|fill| json!([fill.scope, fill.after])),
        },
        "blobs": said.blobs.as_ref().map(|blobs| {
            blobs.iter().map(|(bid, size, priority)| json!([digest(&bid.0), size, priority])).collect::<Value>()
        }),
        "waiting": said.waiting, "t": said.t,
    })
}

fn response(said: &Response) -> Value {
    json!({
        "version": said.version, "now_ms": said.now_ms, "cursor": said.cursor, "more": said.more,
        "answers": said.answers.iter()
            .map(|answer| json!([digest(&answer.eid8), answer.code, answer.seq, answer.reason]))
            .collect::<Value>(),
        "feed": said.feed.iter().map(entry).collect::<Value>(),
        "lease": said.lease.as_ref().map(|lease| digest(&lease.0)),
        "blobs": said.blobs.as_ref().map(|blobs| {
            blobs.iter().map(|blob| json!([digest(&blob.bid.0), blob.offset, digest(&blob.ticket.0)])).collect::<Value>()
        }),
        "next": [said.next.after_s, said.next.jitter_s],
        "receipt": said.receipt.as_ref().map(|receipt| digest(&receipt.0)),
        "forks": said.forks.as_ref().map(|forks| {
            forks.iter().map(|fork| json!([fork.history, fork.parent, fork.seq])).collect::<Value>()
        }),
        "ledger": said.ledger.as_ref().map(|lines| {
            lines.iter().map(|line| json!([line.chain, line.n, line.eid, line.seq])).collect::<Value>()
        }),
    })
}

fn entry(entry: &Entry) -> Value {
    match entry {
        Entry::Change { seq, envelope, received_ms, number } => {
            json!(["change", seq, digest(&envelope.0), received_ms, number])
        }
        Entry::Lease { seq, cwt } => json!(["lease", seq, digest(&cwt.0)]),
        Entry::Quarantine { seq, eid, reason } => json!(["quarantine", seq, eid, reason]),
        Entry::Released { seq, eid, number } => json!(["released", seq, eid, number]),
        Entry::ScopeAdd { seq, scope, until } => json!(["scope_add", seq, scope, until]),
        Entry::ScopeDrop { seq, scope } => json!(["scope_drop", seq, scope]),
        Entry::DocDrop { seq, doc, scope } => json!(["doc_drop", seq, doc, scope]),
        Entry::Erase { seq, doc } => json!(["erase", seq, doc]),
        Entry::BlobWanted { seq, bid } => json!(["blob_wanted", seq, digest(&bid.0)]),
        Entry::Config { seq, name, sha256, signed } => {
            json!(["config", seq, name, digest(&sha256.0), digest(&signed.0)])
        }
        Entry::Order { seq, signed } => json!(["order", seq, digest(&signed.0)]),
        Entry::Other { kind, seq, raw } => json!(["other", seq, kind, digest(raw)]),
    }
}

fn told_envelope(sealed: &SealedEnvelope) -> Value {
    let said = &sealed.envelope;
    // Only what stands alone is a document: a seal, or the first change of a handling.
    let written = Document::load(&said.body).ok().filter(|document| !document.heads().is_empty());
    json!({
        "eid": sealed.eid, "version": said.version, "kind": said.kind, "doc": said.doc, "home": said.home,
        "lease": said.lease, "chain": said.chain, "n": said.n, "prev": said.prev, "t": said.t,
        "schema": said.schema, "priority": said.priority, "replaces": said.replaces,
        "body": digest(&said.body),
        "heads": written.as_ref().map(Document::heads),
        "writes": written.as_ref().map(|document| {
            document.changes().into_iter().flat_map(|change| change.writes)
                .map(|(key, value)| json!([key, value])).collect::<Value>()
        }),
    })
}
