//! Changes with a good checksum, made of one honest correction and one edit (rule S9): what a
//! device sends whose program was tampered with. Changes when Automerge can be told another lie.

use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{ActorId, Change, ExpandedChange, ObjType, ScalarValue};
use ronde_model::document::Document;
use ronde_model::fact::FactValue;
use ronde_model::id::ChangeHash;

/// What the edits know: the colleague's seal, and the key of a statement in it.
pub struct Ground {
    pub seal: Change,
    pub statement: String,
}

impl Ground {
    pub fn new(seal: &[u8]) -> Self {
        let seal = Change::from_bytes(seal.to_vec()).unwrap();
        let is_statement = |op: &Op| matches!(&op.key, Key::Map(key) if key.starts_with("statement/"));
        let decoded = seal.decode();
        let Some(Op { key: Key::Map(statement), .. }) = decoded.operations.iter().find(|op| is_statement(op))
        else {
            panic!("the seal holds a statement")
        };
        Ground { statement: statement.to_string(), seal }
    }

    /// The operation of the seal that put a key.
    fn sealed(&self, key: &str) -> OpId {
        let change = self.seal.decode();
        let place = change.operations.iter().position(|op| op.key == Key::Map(key.into())).unwrap();
        OpId::new(change.start_op.get() + place as u64, &change.actor_id)
    }
}

pub type Edit = fn(&mut ExpandedChange, &Ground);

fn op(change: &mut ExpandedChange) -> &mut Op {
    &mut change.operations[0]
}

fn counter(value: u64) -> NonZeroU64 {
    NonZeroU64::new(value).unwrap()
}

fn rename(change: &mut ExpandedChange, key: &str) {
    op(change).key = Key::Map(key.into());
    op(change).pred = vec![].into();
}

/// Each is one lie about a correction of `facts/title` that is otherwise honest.
pub const FORGERIES: &[(&str, Edit)] = &[
    ("a predecessor of nobody", |c, _| op(c).pred = vec![OpId::new(3, &ActorId::from([9_u8; 16]))].into()),
    ("a predecessor never made", |c, g| op(c).pred = vec![OpId::new(4000, g.seal.actor_id())].into()),
    ("a predecessor of another key", |c, g| op(c).pred = vec![g.sealed("facts/type")].into()),
    ("a predecessor too many", |c, g| {
        op(c).pred = vec![g.sealed("facts/title"), g.sealed("facts/type")].into();
    }),
    ("a predecessor said twice", |c, g| {
        op(c).pred = vec![g.sealed("facts/title"), g.sealed("facts/title")].into();
    }),
    ("a predecessor left out", |c, _| op(c).pred = vec![].into()),
    ("itself as predecessor", |c, _| {
        op(c).pred = vec![OpId::new(c.start_op.get(), &c.actor_id.clone())].into();
    }),
    ("a gap in the sequence", |c, _| c.seq = 3),
    ("a sequence number used before", |c, _| c.seq = 1),
    ("sequence zero", |c, _| c.seq = 0),
    ("the last sequence number", |c, _| c.seq = u64::MAX),
    ("a counter behind", |c, _| c.start_op = counter(c.start_op.get() - 1)),
    ("a counter from one", |c, _| c.start_op = counter(1)),
    ("a counter ahead", |c, _| c.start_op = counter(c.start_op.get() + 1)),
    ("the last counter of 32 bits", |c, _| c.start_op = counter(u64::from(u32::MAX))),
    ("the last counter of 64 bits", |c, _| c.start_op = counter(u64::MAX)),
    ("a counter used on another branch", |c, g| {
        c.start_op = counter(g.seal.max_op() + 1);
        c.deps = vec![g.seal.hash()];
    }),
    ("a colleague's next number", |c, g| c.actor_id = g.seal.actor_id().clone()),
    ("a stranger's actor", |c, _| c.actor_id = ActorId::from([9_u8; 16])),
    ("no write at all", |c, _| c.operations.clear()),
    ("a delete", |c, _| op(c).action = OpType::Delete),
    ("a put, then a delete of it", |c, _| {
        let mut delete = op(c).clone();
        delete.action = OpType::Delete;
        delete.pred = vec![OpId::new(c.start_op.get(), &c.actor_id.clone())].into();
        c.operations.push(delete);
    }),
    ("a nested map", |c, _| op(c).action = OpType::Make(ObjType::Map)),
    ("a nested text", |c, _| op(c).action = OpType::Make(ObjType::Text)),
    ("an increment", |c, _| op(c).action = OpType::Increment(2)),
    ("a counter value", |c, _| op(c).action = OpType::Put(ScalarValue::counter(4))),
    ("a null", |c, _| op(c).action = OpType::Put(ScalarValue::Null)),
    ("an insertion", |c, _| op(c).insert = true),
    ("a write into no object", |c, g| op(c).obj = ObjectId::Id(g.sealed("facts/title"))),
    ("two puts of one key", |c, _| {
        let mut second = op(c).clone();
        second.pred = vec![OpId::new(c.start_op.get(), &c.actor_id.clone())].into();
        c.operations.push(second);
    }),
    ("a message", |c, _| c.message = Some("bonjour".into())),
    ("bytes after the operations", |c, _| c.extra_bytes = vec![1, 2, 3]),
    ("a time", |c, _| c.time = 1),
    ("a key that is no path", |c, _| rename(c, "title")),
    ("a key with a control character", |c, _| rename(c, "facts/ti\u{7}tle")),
    ("other words under a filed statement", |c, g| {
        rename(c, &g.statement.clone());
        op(c).action = OpType::Put(ScalarValue::Bytes(b"Je n'ai rien vu.".to_vec()));
    }),
    ("other words over a filed statement", |c, g| {
        rename(c, &g.statement.clone());
        op(c).action = OpType::Put(ScalarValue::Bytes(b"Je n'ai rien vu.".to_vec()));
        op(c).pred = vec![g.sealed(&g.statement)].into();
    }),
    ("other words beside a filed statement, made on nothing", |c, g| {
        rename(c, &g.statement.clone());
        op(c).action = OpType::Put(ScalarValue::Bytes(b"Je n'ai rien vu.".to_vec()));
        (c.seq, c.start_op, c.deps) = (1, counter(1), Vec::new());
    }),
];

/// The words of every forgery that writes text: never to be shown.
pub const FORGED: &str = "Titre contrefait";

/// The actor's next change, honest until `edit` has passed over it.
pub fn forge(document: &Document, actor: [u8; 16], ground: &Ground, edit: Edit) -> Vec<u8> {
    let puts = [("facts/title".to_owned(), FactValue::from(FORGED))];
    let raw = document.clone().write(actor, &puts).unwrap().unwrap().raw;
    let mut change = Change::from_bytes(raw).unwrap().decode();
    edit(&mut change, ground);
    Change::from(change).raw_bytes().to_vec()
}

/// The same change, deflated: another body of the same hash.
pub fn deflated(document: &Document, actor: [u8; 16]) -> Vec<u8> {
    let puts = [("facts/title".to_owned(), FactValue::from(FORGED.repeat(40).as_str()))];
    let raw = document.clone().write(actor, &puts).unwrap().unwrap().raw;
    let mut change = Change::from_bytes(raw.clone()).unwrap();
    let deflated = change.bytes().to_vec();
    assert_ne!(deflated, raw);
    deflated
}

/// A change of 150 bytes whose columns claim a million million operations each.
pub fn bomb() -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let leb = |mut value: u64| {
        let mut bytes = Vec::new();
        while value > 0x3f {
            bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    };
    let run = 1_u64 << 40;
    let of = |value: &[u8]| [leb(run), value.to_vec()].concat();
    let columns =
        [(0x15, of(b"\x07facts/x")), (0x34, leb(run)), (0x42, of(&[1])), (0x56, of(&[0])), (0x70, of(&[0]))];
    let mut content = vec![0, 16];
    content.extend([9; 16]);
    content.extend([1, 1, 0, 0, 0, columns.len() as u8]);
    columns.iter().for_each(|(specification, data)| content.extend([*specification, data.len() as u8]));
    columns.iter().for_each(|(_, data)| content.extend(data));
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, content.len() as u8];
    chunk.extend(content);
    let digest = Sha256::digest(&chunk[8..]);
    chunk[4..8].copy_from_slice(&digest[..4]);
    chunk
}

/// The hash of a raw change.
pub fn hash_of(body: &[u8]) -> ChangeHash {
    ChangeHash(Change::from_bytes(body.to_vec()).unwrap().hash().0)
}
