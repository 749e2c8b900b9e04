use crate::Outcome;
use crate::workload::Case;
use ronde_core::model::document::Document;
use ronde_core::model::envelope::SealedEnvelope;
use ronde_core::model::fact::FactValue;
use ronde_core::model::id::Eid;
use ronde_core::model::signing::Signed;
use ronde_core::model::wire::{Request, frame};
use std::collections::BTreeMap;
fn z(all: &[Vec<u8>], level: i32) -> f64 {
    zstd::encode_all(all.concat().as_slice(), level).unwrap().len() as f64 / all.len() as f64
}
fn zc(cols: &[Vec<u8>], n: usize) -> f64 {
    zstd::encode_all(cols.concat().as_slice(), 3).unwrap().len() as f64 / n as f64
}
pub fn run(exchanges: &[(Vec<u8>, Vec<u8>)], cases: &[Case]) -> Outcome<()> {
    let mut all = Vec::new();
    let mut downs = 0;
    let mut ups = 0;
    for (up, down) in exchanges {
        let m = frame::unpack(up)?;
        let signed = Signed::parse(&m).map_err(|e| format!("{e}"))?;
        let r: Request = minicbor::decode(signed.payload())?;
        eprintln!(
            "request up {} inflated {} push {} down {} inflated {}",
            up.len(),
            m.len(),
            r.push.len(),
            down.len(),
            frame::unpack(down)?.len()
        );
        ups += up.len();
        downs += down.len();
        all.extend(r.push.into_iter().map(|raw| raw.0));
    }
    eprintln!("up {ups} down {downs}");
    let n = all.len();
    eprintln!("envelopes raw mean {:.0}", all.iter().map(Vec::len).sum::<usize>() as f64 / n as f64);
    for level in [1, 3, 6, 9, 12, 15, 19] {
        eprintln!("one stream level {level}: {:.1}", z(&all, level));
    }
    let sealed: Vec<SealedEnvelope> =
        all.iter().map(|b| SealedEnvelope::parse(b.clone())).collect::<Result<_, _>>()?;
    let nosig: Vec<Vec<u8>> = all
        .iter()
        .map(|b| {
            let mut b = b.clone();
            let l = b.len();
            b[l - 64..].fill(0);
            b
        })
        .collect();
    eprintln!("sig zeroed: {:.1}", z(&nosig, 3));
    let re = |f: &dyn Fn(&mut ronde_core::model::envelope::Envelope)| -> Vec<Vec<u8>> {
        sealed
            .iter()
            .map(|s| {
                let mut e = s.envelope.clone();
                f(&mut e);
                minicbor::to_vec(&e).unwrap()
            })
            .collect()
    };
    eprintln!("payloads: {:.1}", z(&re(&|_| {}), 3));
    eprintln!("payloads prev 0: {:.1}", z(&re(&|e| e.prev = Eid::default()), 3));
    eprintln!(
        "payloads prev 0 doc 0: {:.1}",
        z(
            &re(&|e| {
                e.prev = Eid::default();
                e.doc = ronde_core::model::id::DocId([0; 16]);
            }),
            3
        )
    );
    eprintln!(
        "payloads prev 0 doc 0 t 0: {:.1}",
        z(
            &re(&|e| {
                e.prev = Eid::default();
                e.doc = ronde_core::model::id::DocId([0; 16]);
                e.t = Default::default();
            }),
            3
        )
    );
    let bodies: Vec<Vec<u8>> = sealed.iter().map(|s| s.envelope.body.clone()).collect();
    eprintln!(
        "bodies: {:.1}, raw {:.0}",
        z(&bodies, 3),
        bodies.iter().map(Vec::len).sum::<usize>() as f64 / n as f64
    );
    // columnar: all heads first, then bodies, then signatures
    let heads = re(&|e| e.body.clear());
    let mut cols = heads.clone();
    cols.extend(bodies.clone());
    eprintln!("heads then bodies (no sig): {:.1}", zc(&cols, n));
    // variants of the body
    let actor = [7u8; 16];
    let variant = |name: &str, f: &dyn Fn(usize, &Case) -> BTreeMap<String, FactValue>| {
        let v: Vec<Vec<u8>> =
            cases.iter().enumerate().map(|(i, c)| Document::seal(actor, &f(i, c)).unwrap().1.raw).collect();
        eprintln!(
            "body {name}: {:.1} raw {:.0}",
            z(&v, 3),
            v.iter().map(Vec::len).sum::<usize>() as f64 / n as f64
        );
    };
    let facts = |c: &Case| -> BTreeMap<String, FactValue> {
        let mut m: BTreeMap<String, FactValue> =
            c.facts.iter().map(|(k, v)| (format!("facts/{k}"), v.clone())).collect();
        m.insert("facts/type".into(), FactValue::Text(c.report_type.clone()));
        m.insert("facts/template".into(), FactValue::Integer(1));
        m
    };
    let dice = ronde_tests::world::Dice::new(5);
    let ulid = |ms: u64| -> String {
        const L: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut bits =
            (u128::from(ms) << 80) | (u128::from(dice.number()) << 16) | u128::from(dice.below(65536));
        let mut t = [0u8; 26];
        for p in t.iter_mut().rev() {
            *p = L[(bits & 31) as usize];
            bits >>= 5;
        }
        String::from_utf8(t.to_vec()).unwrap()
    };
    let inv = |c: &Case, ids: &[String]| -> Vec<(String, FactValue)> {
        c.involved
            .iter()
            .zip(ids)
            .flat_map(|((k, fs), id)| {
                let w = if *k == ronde_core::InvolvedKind::Person { "person" } else { "vehicle" };
                fs.iter().map(move |(f, v)| (format!("{w}/{id}/{f}"), v.clone())).collect::<Vec<_>>()
            })
            .collect()
    };
    let hexid: String = "00000000000000000000000000".into();
    variant("facts only", &|_, c| facts(c));
    variant("facts+text statement const key", &|_, c| {
        let mut m = facts(c);
        m.insert("statement/x".into(), FactValue::Text(c.statement.clone()));
        m
    });
    variant("facts+text+involved e0..", &|_, c| {
        let mut m = facts(c);
        m.insert("statement/x".into(), FactValue::Text(c.statement.clone()));
        m.extend(inv(c, &["e0".into(), "e1".into(), "e2".into()]));
        m
    });
    variant("facts+text+involved ulid", &|i, c| {
        let mut m = facts(c);
        m.insert("statement/x".into(), FactValue::Text(c.statement.clone()));
        let ids: Vec<String> = (0..3).map(|_| ulid(1_795_467_600_000 + i as u64 * 120_000)).collect();
        m.extend(inv(c, &ids));
        m
    });
    let _ = hexid;
    variant("facts+text+involved e0 as one bytes record", &|_, c| {
        let mut m = facts(c);
        m.insert("statement/x".into(), FactValue::Text(c.statement.clone()));
        for (p, (_, fs)) in c.involved.iter().enumerate() {
            let mut b = Vec::new();
            let mut e = minicbor::Encoder::new(&mut b);
            for (k, v) in fs {
                e.str(k).unwrap();
                e.encode(v).unwrap();
            }
            m.insert(format!("person/e{p}"), FactValue::Bytes(b));
        }
        m
    });
    Ok(())
}
pub fn proposals(exchanges: &[(Vec<u8>, Vec<u8>)], cases: &[Case]) -> Outcome<()> {
    use ronde_core::model::document::{Salt, Statement};
    let mut real = Vec::new();
    for (up, _) in exchanges {
        let m = frame::unpack(up)?;
        let signed = Signed::parse(&m).map_err(|e| format!("{e}"))?;
        let r: Request = minicbor::decode(signed.payload())?;
        for raw in r.push {
            real.push(SealedEnvelope::parse(raw.0)?);
        }
    }
    let dice = ronde_tests::world::Dice::new(6);
    let mut sig = || {
        let mut s = [0u8; 64];
        dice.roll(&mut s);
        s
    };
    let make = |seq_ids: bool, no_prev: bool, sig: &mut dyn FnMut() -> [u8; 64]| -> Vec<Vec<u8>> {
        real.iter()
            .zip(cases)
            .map(|(s, c)| {
                let mut e = s.envelope.clone();
                if seq_ids {
                    let mut m: BTreeMap<String, FactValue> =
                        c.facts.iter().map(|(k, v)| (format!("facts/{k}"), v.clone())).collect();
                    m.insert("facts/type".into(), FactValue::Text(c.report_type.clone()));
                    m.insert("facts/template".into(), FactValue::Integer(1));
                    for (p, (k, fs)) in c.involved.iter().enumerate() {
                        let w = if *k == ronde_core::InvolvedKind::Person { "person" } else { "vehicle" };
                        for (f, v) in fs {
                            m.insert(format!("{w}/{p:026}/{f}"), v.clone());
                        }
                    }
                    let mut salt = [0; 8];
                    dice.roll(&mut salt);
                    let st = Statement {
                        by: ronde_core::model::id::AgentId([8; 16]),
                        at_ms: e.t.wall_ms,
                        salt: Salt(salt),
                        text: c.statement.clone(),
                        role: "Agent".into(),
                        source_author: None,
                        supersedes: None,
                    };
                    m.extend([st.entry()]);
                    e.body = Document::seal([7; 16], &m).unwrap().1.raw;
                }
                if no_prev {
                    e.prev = Eid::default();
                }
                let mut b = minicbor::to_vec(&e).unwrap();
                b.extend([0x84, 0x43, 0xa1, 1, 0x27, 0xa0]);
                b.extend(sig());
                b
            })
            .collect()
    };
    for (name, ids, prev) in
        [("as is", false, false), ("ids 0..2", true, false), ("prev out", false, true), ("both", true, true)]
    {
        let v = make(ids, prev, &mut sig);
        for level in [3, 6, 9, 12, 19] {
            let mut line = format!("{name} level {level}:");
            for kib in [128usize, 256, 512, 1024, 4096] {
                let mut total = 0;
                let mut batch: Vec<u8> = Vec::new();
                for b in &v {
                    if batch.len() + b.len() > kib * 1024 {
                        total += zstd::encode_all(batch.as_slice(), level)?.len() + 150;
                        batch.clear();
                    }
                    batch.extend(b);
                }
                total += zstd::encode_all(batch.as_slice(), level)?.len() + 150;
                line += &format!("  {kib}K {:.1}", total as f64 / v.len() as f64);
            }
            eprintln!("{line}");
        }
    }
    Ok(())
}
pub fn pages(db: &std::path::Path, key: &[u8; 32], name: &str) -> Outcome<()> {
    let wal = std::fs::read(db.with_extension("db-wal"))?;
    let c = crate::raw::open(db, key)?;
    let mut owner: BTreeMap<u32, String> = BTreeMap::new();
    let mut roots: BTreeMap<String, u32> = BTreeMap::new();
    match c.prepare("SELECT name, pageno, pagetype FROM dbstat") {
        Ok(mut st) => {
            let mut rows = st.query([])?;
            while let Some(r) = rows.next()? {
                owner.insert(r.get(1)?, format!("{} {}", r.get::<_, String>(0)?, r.get::<_, String>(2)?));
            }
        }
        Err(e) => {
            eprintln!("no dbstat: {e}");
            let mut st = c.prepare("SELECT name, rootpage FROM sqlite_schema")?;
            let mut rows = st.query([])?;
            while let Some(r) = rows.next()? {
                roots.insert(r.get(0)?, r.get(1)?);
            }
        }
    }
    // frames: 32 B header, then 24 + 4096; salt must match the header's
    let salt = &wal[16..24];
    let mut commits: Vec<Vec<u32>> = vec![vec![]];
    let mut at = 32;
    while at + 24 + 4096 <= wal.len() {
        let h = &wal[at..at + 24];
        if &h[8..16] != salt {
            break;
        }
        let no = u32::from_be_bytes(h[0..4].try_into()?);
        let commit = u32::from_be_bytes(h[4..8].try_into()?);
        commits.last_mut().ok_or("x")?.push(no);
        if commit != 0 {
            commits.push(vec![]);
        }
        at += 24 + 4096;
    }
    let big: Vec<&Vec<u32>> = commits.iter().filter(|c| c.len() >= 10).collect();
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    for c in &big {
        for p in c.iter() {
            *tally.entry(owner.get(p).cloned().unwrap_or_else(|| format!("? {p}"))).or_default() += 1;
        }
    }
    eprintln!(
        "{name}: {} commits, {} of >= 10 pages, mean {:.1}",
        commits.len(),
        big.len(),
        big.iter().map(|c| c.len()).sum::<usize>() as f64 / big.len() as f64
    );
    let mut t: Vec<_> = tally.into_iter().collect();
    t.sort_by_key(|x| std::cmp::Reverse(x.1));
    let mut other = 0;
    for (k, v) in t {
        if v * 20 < big.len() {
            other += v;
            continue;
        }
        eprintln!("   {:.2} {k}", v as f64 / big.len() as f64);
    }
    eprintln!("   {:.2} other", other as f64 / big.len() as f64);
    let small: Vec<&Vec<u32>> = commits.iter().filter(|c| c.len() < 10).collect();
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    for c in &small {
        for p in c.iter() {
            *tally.entry(owner.get(p).cloned().unwrap_or_else(|| format!("? {p}"))).or_default() += 1;
        }
    }
    let mut t: Vec<_> = tally.into_iter().collect();
    t.sort_by_key(|x| std::cmp::Reverse(x.1));
    t.truncate(8);
    eprintln!("   small commits {}: {:?}", small.len(), t);
    Ok(())
}
