//! Where the processor's time of one filing goes outside the database: each step of `Notebook::file`
//! that the model offers, on the same reports. What the steps leave over is the store's.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use ronde_core::model::document::{Admission, Document, Salt, Standing, Statement, admit};
use ronde_core::model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_core::model::fact::FactValue;
use ronde_core::model::history::{Provenance, Provenances};
use ronde_core::model::id::{AgentId, ChainId, DeviceId, DocId, Eid, LeaseId};
use ronde_core::model::instant::Instant;
use ronde_core::model::lease::Lease;
use ronde_core::model::organisation::fingerprint_of;
use ronde_core::model::projection;
use ronde_core::model::rights::Roles;
use ronde_core::model::words::fold;
use ronde_core::{Draft, Involved};

use crate::Outcome;
use crate::clock::{median, timed};
use crate::figure::Part;
use crate::workload::Case;

const STEPS: [&str; 7] = [
    "of which the form's check",
    "of which the change (Automerge)",
    "of which the envelope (sign, hash)",
    "of which admission (parse, judge, load again)",
    "of which the snapshot's bytes",
    "of which the projection",
    "of which folding the words",
];

/// The steps' processor time, each the median over the cases, and their sum.
pub fn parts(cases: &[Case]) -> Outcome<Vec<Part>> {
    let mut costs: [Vec<f64>; STEPS.len()] = Default::default();
    for case in cases {
        for (step, cost) in steps(case)?.into_iter().enumerate() {
            costs[step].push(cost);
        }
    }
    let medians: Vec<f64> = costs.into_iter().map(median).collect();
    let sum: f64 = medians.iter().sum();
    let mut parts: Vec<Part> =
        STEPS.iter().zip(&medians).map(|(name, cost)| Part::tells(*name, *cost, "µs")).collect();
    parts.push(Part::tells("sum of these, the rest is the store's", sum, "µs"));
    Ok(parts)
}

/// Wall time of each step, µs: none of them sleeps.
fn steps(case: &Case) -> Outcome<[f64; STEPS.len()]> {
    let key = SigningKey::from_bytes(&[3; 32]);
    let organisation = fingerprint_of(&SigningKey::from_bytes(&[1; 32]).verifying_key());
    let lease = lease(&key)?;
    let chain = ChainId([5; 16]);
    let actor = actor_of(&key.verifying_key(), &chain);
    let draft = draft(case);
    let (values, check) = timed(|| Ok(draft.values()?))?;
    let mut values: BTreeMap<String, FactValue> = values;
    values.extend([statement(case, &lease).entry()]);
    let ((_, change), seal) = timed(|| Ok(Document::seal(actor, &values)?))?;
    let envelope = Envelope {
        version: VERSION,
        kind: Kind::Report,
        doc: DocId([9; 16]),
        home: lease.home(),
        lease: LeaseId([2; 16]),
        chain,
        n: 0,
        prev: Eid::default(),
        t: Instant::default(),
        schema: SCHEMA,
        priority: 2,
        replaces: Vec::new(),
        body: change.raw.clone(),
    };
    let (sealed, sign) = timed(|| Ok(envelope.seal(&organisation, &key)?))?;
    let standing = Standing { document: None, home: None, author: None, sealed: false };
    let (admitted, admission) = timed(|| match admit(standing, &sealed.envelope, &lease, false) {
        Admission::Accepted(admitted) => Ok(admitted),
        other => Err(format!("an honest report was refused: {other:?}").into()),
    })?;
    let (_, save) = timed(|| Ok(admitted.document.save()))?;
    let provenances = provenances(&sealed, &lease, change.hash);
    let (view, project) = timed(|| {
        projection::project(sealed.envelope.doc, &admitted.document, None, &provenances)
            .ok_or("nothing to show".into())
    })?;
    let (_, folding) = timed(|| {
        let mut words: Vec<&str> = view.facts.values().filter_map(|shown| shown.value.as_text()).collect();
        words.extend(view.statements.iter().map(|one| one.statement.text.as_str()));
        Ok(fold(&words.join("\n")))
    })?;
    Ok([check, seal, sign, admission, save, project, folding].map(|cost| cost.wall_us))
}

fn draft(case: &Case) -> Draft {
    let named = |fields: &[(&'static str, FactValue)]| {
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    };
    let involved = case.involved.iter().enumerate().map(|(place, (kind, fields))| Involved {
        id: format!("0{place:025}"),
        kind: *kind,
        fields: named(fields),
    });
    Draft {
        id: DocId([9; 16]),
        report_type: case.report_type.clone(),
        facts: named(&case.facts),
        involved: involved.collect(),
        statement: case.statement.clone(),
        source_author: None,
        saved_ms: 0,
        focus: None,
        about: None,
    }
}

fn statement(case: &Case, lease: &Lease) -> Statement {
    Statement {
        by: lease.agent,
        at_ms: 0,
        salt: Salt([4; 8]),
        text: case.statement.clone(),
        role: lease.role.clone(),
        source_author: None,
        supersedes: None,
    }
}

fn lease(key: &SigningKey) -> Outcome<Lease> {
    let role = Roles::shipped().get("officer").ok_or("no such role")?;
    Ok(Lease {
        device: DeviceId([6; 16]),
        agent: AgentId([8; 16]),
        name: "Inès Benali".to_owned(),
        unit: "pm-valmorin".to_owned(),
        role: role.fr.clone(),
        rights: role.rights.clone(),
        scopes: Vec::new(),
        not_before_s: 0,
        expires_s: i64::MAX,
        author_key: key.verifying_key().to_bytes(),
    })
}

fn provenances(
    sealed: &SealedEnvelope,
    lease: &Lease,
    change: ronde_core::model::id::ChangeHash,
) -> Provenances {
    let provenance = Provenance {
        eid: sealed.eid,
        agent: lease.agent,
        name: lease.name.clone(),
        unit: lease.unit.clone(),
        role: lease.role.clone(),
        device: lease.device,
        t: sealed.envelope.t,
        received_ms: None,
        late: false,
    };
    Provenances::from([(change, provenance)])
}
