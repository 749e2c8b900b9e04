//! What no phone of ours does by itself: a device of a later version writes what nobody here
//! understands, a colleague without the report adds words to it, an administrator revokes.

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::document::{Document, Salt, Statement};
use ronde_model::envelope::{Kind, SCHEMA};
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::scope::Scope;
use ronde_model::wire::AnswerCode;
use ronde_server::error::ServerError;
use ronde_tests::world::Forger;

use crate::law::{Held, Law, hold};
use crate::model::{Put, Says};
use crate::office::enter;
use crate::town::{Town, server_failed};

/// Phones enrolled in the course of a story, clones counted, at most.
const LATECOMERS: usize = 4;

/// Devices revoked, at most.
const REVOKED: usize = 2;

/// A device of a later version writes: kept, pending.
pub fn forge(town: &mut Town) -> Held {
    if town.is_server_ill() {
        return Ok(());
    }
    let which = town.chance.below(town.forgers.len());
    let forger = &mut town.forgers[which];
    let mut doc = DocId::default();
    town.chance.0.roll(&mut doc.0);
    doc.0[6] = 0x70 | (doc.0[6] & 0xf);
    let home = forger.home();
    let kind = town.chance.below(3);
    let key = if kind == 0 { "future/thing" } else { "facts/title" };
    let values = BTreeMap::from([(key.to_owned(), FactValue::Text("plus tard".into()))]);
    let (_, change) = Document::seal(forger.actor(), &values).expect("a change");
    let mut envelope = forger.envelope(Kind::Report, doc, &home, change.raw);
    match kind {
        1 => envelope.schema = SCHEMA + 1,
        2 => envelope.kind = Kind::Other(9),
        _ => {}
    }
    let sealed = forger.sign(envelope);
    let answers = forger.push(std::slice::from_ref(&sealed));
    let code = answers[0].code;
    town.strange.insert(sealed.eid);
    town.figures.count("acts.forged");
    town.journal.note(format_args!("a device of tomorrow writes {}", sealed.eid));
    hold(code == AnswerCode::Pending, Law::HonestIsNeverRefused, || {
        format!("what a later version wrote was answered {code:?}")
    })
}

/// A colleague who does not hold a report adds words to it: a reader from now on.
pub fn join(town: &mut Town) -> Held {
    if town.is_server_ill() {
        return Ok(());
    }
    let docs: Vec<DocId> = town.model.docs().collect();
    let Some(doc) = town.chance.of(&docs).copied() else { return Ok(()) };
    let acts = town.model.of(doc);
    let Some(unit) = town.model.seal_of(&acts).map(|(unit, _)| unit.to_owned()) else { return Ok(()) };
    let who = town.anybody();
    let phone = &town.phones[who];
    if phone.revoked {
        return Ok(());
    }
    let (agent, own_unit) = (phone.agent, phone.unit.clone());
    let (code, _) = enter(&town.door).invite("Collègue", &own_unit, Some(agent), &[]);
    let address = enter(&town.door).address.clone();
    let mut forger = Forger::enrol(&address, &town.clock, &town.chance.0, &code);
    let words = town.words("Présent aussi");
    let mut salt = Salt([0; 8]);
    town.chance.0.roll(&mut salt.0);
    let statement = Statement {
        by: agent,
        at_ms: town.clock.true_ms(),
        salt,
        text: words.clone(),
        role: "officer".into(),
        source_author: None,
        supersedes: None,
    };
    let values = BTreeMap::from([statement.entry()]);
    let (_, change) = Document::seal(forger.actor(), &values).expect("a change");
    let envelope = forger.envelope(Kind::Report, doc, &Scope::Unit(unit), change.raw);
    let sealed = forger.sign(envelope);
    town.model.add(sealed.eid, Put { doc, agent, at_ms: 0, saw: BTreeSet::new(), says: Says::Words(words) });
    let answers = forger.push(std::slice::from_ref(&sealed));
    let code = answers[0].code;
    town.figures.count("acts.joined");
    town.figures.count("envelopes");
    town.journal.note(format_args!("agent of phone {who} joins {doc}: {code:?}"));
    // Pending: the report itself is still on its author's phone.
    hold(matches!(code, AnswerCode::Accepted | AnswerCode::Pending), Law::HonestIsNeverRefused, || {
        format!("a colleague's words were answered {code:?}")
    })
}

/// Somebody gets a phone, or a second one.
pub fn enrol(town: &mut Town) -> Held {
    if town.is_server_ill() || town.phones.len() >= town.plot.devices + LATECOMERS {
        return Ok(());
    }
    town.figures.count("acts.enrolled_late");
    town.enrol().map(|_| ())
}

/// A device is revoked, with every copy of it.
pub fn revoke(town: &mut Town) -> Held {
    if town.is_server_ill() || town.phones.iter().filter(|phone| phone.revoked).count() >= REVOKED {
        return Ok(());
    }
    let device = town.phones[town.anybody()].device;
    let (answer, heard) = enter(&town.door).work(|server| server.revoke_device(device));
    match answer {
        // Enrolled after the backup that the server came back from, and not heard of since.
        Err(ServerError::Unknown(_)) if town.figures.of("faults.server_restored") > 0 => {
            town.figures.count("faults.revoked_too_early");
            return town.settle_line();
        }
        answer => answer.map_err(|e| server_failed("revoke", e))?,
    }
    town.settle_line()?;
    if heard {
        town.phones.iter_mut().filter(|phone| phone.device == device).for_each(|phone| phone.revoked = true);
    }
    town.figures.count("faults.revoked");
    town.journal.note(format_args!("device {device} is revoked"));
    Ok(())
}
