//! What a person does on a phone: drafts, filing, corrections, words. Each act is told to the model
//! as it was meant; the phone is then asked what it shows.

use std::collections::{BTreeMap, BTreeSet};

use ronde_core::{Draft, Error, Involved, InvolvedKind};
use ronde_model::catalogue::{Catalogue, FieldKind};
use ronde_model::document::Reason;
use ronde_model::fact::{FactValue, Period, Position};
use ronde_model::id::{DocId, Eid};

use crate::compare;
use crate::law::{Held, Law, broken, hold};
use crate::model::{Put, Says};
use crate::phone::{Screen, Told};
use crate::town::Town;

/// Operations of a disk that one act makes, about: a power cut falls within.
const OPERATIONS: usize = 30;

/// Reports that people work on at a time.
const HOT: usize = 3;

/// A form is opened, typed in, saved; sometimes edited again, discarded or left.
pub fn draft(town: &mut Town) -> Held {
    let who = town.anybody();
    let open: Vec<DocId> = town.phones[who].saved.keys().copied().collect();
    match town.chance.of(&open).copied() {
        Some(doc) if town.chance.percent(30) => discard(town, who, doc),
        Some(doc) if town.chance.percent(60) => {
            let mut draft = town.phones[who].saved[&doc].clone();
            fill(town, &mut draft);
            save(town, who, draft)
        }
        _ => begin(town, who).map(|_| ()),
    }
}

/// A new draft, saved; `None` when the disk or the power did not let it.
pub fn begin(town: &mut Town, who: usize) -> Held<Option<DocId>> {
    let types = Catalogue::shipped().types();
    let report_type = &types[town.chance.below(types.len())].code;
    let mut draft = match town.phones[who].notebook().new_draft(report_type) {
        Ok(draft) => draft,
        Err(e) if town.is_ill(who, &e) => return Ok(None),
        Err(e) => return town.wrong(who, "new draft", &e),
    };
    let doc = draft.id;
    town.phones[who].saved.insert(doc, draft.clone());
    fill(town, &mut draft);
    save(town, who, draft)?;
    Ok(town.phones[who].saved.contains_key(&doc).then_some(doc))
}

fn save(town: &mut Town, who: usize, draft: Draft) -> Held {
    let (cut, saving) = (town.perhaps_cut(OPERATIONS), draft.clone());
    town.phone_does(
        who,
        cut,
        |n| n.save_draft(&draft),
        |town, told| match told {
            Told::Answer(Ok(())) => {
                town.figures.count("acts.draft_saved");
                town.journal.note(format_args!("phone {who}: saved draft {}", saving.id));
                town.phones[who].note_saved(saving);
                Ok(())
            }
            Told::Answer(Err(e)) if town.is_ill(who, &e) => {
                // Not promised, and a power cut may show it all the same.
                town.phones[who].note_unheard_draft(saving.id, Some(saving));
                Ok(())
            }
            Told::Answer(Err(e)) => town.wrong(who, "save draft", &e),
            Told::Silence(_) => {
                town.phones[who].note_unheard_draft(saving.id, Some(saving));
                Ok(())
            }
        },
    )
}

fn discard(town: &mut Town, who: usize, doc: DocId) -> Held {
    let cut = town.perhaps_cut(OPERATIONS);
    town.phone_does(
        who,
        cut,
        |n| n.discard_draft(doc),
        |town, told| match told {
            Told::Answer(Ok(())) => {
                town.figures.count("acts.draft_discarded");
                town.phones[who].saved.remove(&doc);
                Ok(())
            }
            Told::Answer(Err(e)) if !town.is_ill(who, &e) => town.wrong(who, "discard draft", &e),
            Told::Answer(Err(_)) | Told::Silence(_) => {
                town.phones[who].note_unheard_draft(doc, None);
                Ok(())
            }
        },
    )
}

/// Every kind of field, by chance.
fn fill(town: &mut Town, draft: &mut Draft) {
    let catalogue = Catalogue::shipped();
    let Some(of_type) = catalogue.report_type(&draft.report_type) else { return };
    let common =
        catalogue.common_fields().iter().filter(|f| !["type", "template"].contains(&f.code.as_str()));
    let own = of_type.fields.iter().filter(|f| !["type", "template"].contains(&f.code.as_str()));
    let fields: Vec<_> = if of_type.no_content { own.collect() } else { common.chain(own).collect() };
    for _ in 0..=town.chance.below(4) {
        let Some(field) = town.chance.of(&fields).copied() else { break };
        let value = value_of(town, &field.kind);
        draft.facts.insert(field.code.clone(), value);
    }
    if of_type.no_content {
        return;
    }
    if town.chance.percent(70) {
        draft.statement = town.words("Constatons");
    }
    if town.chance.percent(15) {
        let id = format!("{:026}", town.chance.0.number() % 1_000_000_000);
        let fields = BTreeMap::from([("plate".to_owned(), FactValue::Text(town.words("AB")))]);
        draft.involved.push(Involved { id, kind: InvolvedKind::Vehicle, fields });
    }
}

fn value_of(town: &mut Town, kind: &FieldKind) -> FactValue {
    match kind {
        FieldKind::Text { max_len } if *max_len < 24 => FactValue::Text("abc".into()),
        FieldKind::Reference { max_len, .. } if *max_len < 24 => FactValue::Text("28085".into()),
        FieldKind::Text { .. } | FieldKind::Reference { .. } | FieldKind::Unknown { .. } => {
            FactValue::Text(town.words("valeur"))
        }
        FieldKind::Integer { min, max } => {
            FactValue::Integer(town.chance.between(*min, (*max).min(*min + 6)))
        }
        FieldKind::Decimal { min, .. } => FactValue::Decimal(min + town.chance.below(9) as f64 + 0.5),
        FieldKind::Flag => FactValue::Flag(town.chance.percent(50)),
        FieldKind::Choice { choices } => FactValue::Text(choices[town.chance.below(choices.len())].clone()),
        FieldKind::Date => FactValue::Text(format!("2026-11-{:02}", 1 + town.chance.below(28))),
        FieldKind::Period => {
            // Hours apart: two of them never say the same minute unless they are equal.
            let from_ms = ronde_tests::world::A_NIGHT + town.chance.between(0, 90) * 3_600_000;
            let to_ms = from_ms + 3_600_000;
            FactValue::Bytes(Period { from_ms, to_ms, zone_min: 60, observed_ms: None }.to_bytes())
        }
        FieldKind::Position => {
            // Hundreds of metres apart, known to five.
            let lat = 48.4 + town.chance.below(500) as f64 * 0.01;
            let position = Position::from_degrees(lat, 1.48, 5.0);
            position.map_or(FactValue::Flag(true), |position| FactValue::Bytes(position.to_bytes()))
        }
    }
}

/// What a draft says once it is filed.
fn seal_of(unit: &str, draft: &Draft) -> Says {
    let mut facts: BTreeMap<String, FactValue> =
        draft.facts.iter().map(|(name, value)| (format!("facts/{name}"), value.clone())).collect();
    for one in &draft.involved {
        let word = if one.kind == InvolvedKind::Person { "person" } else { "vehicle" };
        facts.extend(one.fields.iter().map(|(f, value)| (format!("{word}/{}/{f}", one.id), value.clone())));
    }
    facts.insert("facts/type".into(), FactValue::Text(draft.report_type.clone()));
    facts.insert("facts/template".into(), FactValue::Integer(1));
    let words = (!draft.statement.is_empty()).then(|| draft.statement.clone());
    Says::Seal { unit: unit.to_owned(), facts, words }
}

/// Déposer: a draft of before, or one just typed.
pub fn file(town: &mut Town) -> Held {
    let who = town.anybody();
    let open: Vec<DocId> = town.phones[who].saved.keys().copied().collect();
    let doc = match town.chance.of(&open).copied() {
        Some(doc) if town.chance.percent(50) => doc,
        _ => match begin(town, who)? {
            Some(doc) => doc,
            None => return Ok(()),
        },
    };
    file_draft(town, who, doc)
}

/// Déposer.
pub fn file_draft(town: &mut Town, who: usize, doc: DocId) -> Held {
    let phone = &town.phones[who];
    let says = seal_of(&phone.unit, &phone.saved[&doc]);
    let put = Put { doc, agent: phone.agent, at_ms: 0, saw: BTreeSet::new(), says };
    let cut = town.perhaps_cut(OPERATIONS);
    town.phone_does(
        who,
        cut,
        |n| n.file(doc),
        move |town, told| match told {
            Told::Answer(Ok(filed)) if filed.again => {
                let before = town.model.put(&filed.eid);
                let sealed =
                    before.is_some_and(|put| put.doc == doc && matches!(put.says, Says::Seal { .. }));
                town.figures.count("acts.filed_again");
                town.phones[who].saved.remove(&doc);
                hold(sealed, Law::AsTheModelSays, || {
                    format!("phone {who}: {doc} was filed before, and {} did not file it", filed.eid)
                })
            }
            Told::Answer(Ok(filed)) => {
                town.figures.count("acts.filed");
                // A draft that differs from the report filed of it before becomes one of its own.
                note_write(town, who, filed.eid, Put { doc: filed.doc, ..put });
                town.phones[who].saved.remove(&doc);
                check_shown(town, who, filed.doc)
            }
            Told::Answer(Err(e)) if !town.is_ill(who, &e) => town.wrong(who, "file", &e),
            Told::Answer(Err(_)) | Told::Silence(Err(_)) => {
                town.phones[who].note_ghost(put);
                Ok(())
            }
            Told::Silence(Ok(filed)) => {
                town.model.add(filed.eid, Put { doc: filed.doc, ..put });
                town.phones[who].note_unheard_write(filed.eid, Some(doc));
                Ok(())
            }
        },
    )
}

fn note_write(town: &mut Town, who: usize, eid: Eid, put: Put) {
    town.figures.count("envelopes");
    town.journal.note(format_args!("phone {who}: wrote {eid} in {}: {:?}", put.doc, put.says));
    town.journal.note(format_args!("    having seen {:?}", put.saw));
    town.model.add(eid, put);
    town.phones[who].own.insert(eid);
}

/// A report on a phone's list.
pub fn some_report(town: &mut Town, who: usize) -> Held<Option<DocId>> {
    let page = match town.phones[who].notebook().list(None, 40) {
        Ok(page) => page,
        Err(e) => return town.wrong(who, "list", &e),
    };
    let listed: Vec<DocId> = page.items.iter().map(|item| item.row.doc).collect();
    // People work on the same few reports at a time.
    let hot: Vec<DocId> = listed.iter().filter(|doc| town.hot.contains(doc)).copied().collect();
    if town.chance.percent(85)
        && let Some(doc) = town.chance.of(&hot)
    {
        return Ok(Some(*doc));
    }
    let doc = town.chance.of(&listed).copied();
    town.hot.extend(doc);
    if town.hot.len() > HOT {
        town.hot.remove(0);
    }
    Ok(doc)
}

/// Looks at a report: on screen from now on.
pub fn open(town: &mut Town, who: usize, doc: DocId) -> Held<Option<Screen>> {
    let phone = &town.phones[who];
    match (phone.notebook().read(doc), phone.known(doc)) {
        (Ok(detail), Ok(knew)) => Ok(Some(Screen { doc, heads: detail.heads, knew })),
        (Err(Error::ReadingLocked), _) if town.may_doubt_lease(who) => Ok(None),
        (Err(e), _) | (_, Err(e)) => town.wrong(who, "read", &e),
    }
}

/// Somebody opens a report and leaves it on screen; it shows what the model says.
pub fn look(town: &mut Town) -> Held {
    let who = town.anybody();
    let Some(doc) = some_report(town, who)? else { return Ok(()) };
    let Some(screen) = open(town, who, doc)? else { return Ok(()) };
    let screens = &mut town.phones[who].screens;
    if screens.len() > 3 {
        screens.remove(0);
    }
    screens.push(screen);
    check_shown(town, who, doc)
}

/// A screen of a while ago, or one just opened.
fn some_screen(town: &mut Town, who: usize) -> Held<Option<Screen>> {
    let kept = town.chance.of(&town.phones[who].screens).cloned();
    if kept.is_some() && town.chance.percent(40) {
        return Ok(kept);
    }
    match some_report(town, who)? {
        Some(doc) => open(town, who, doc),
        None => Ok(None),
    }
}

/// Whether a phone may write the facts of a report: its author's, and their unit's.
fn may_correct(town: &Town, who: usize, doc: DocId) -> bool {
    let phone = &town.phones[who];
    let acts = town.model.of(doc);
    town.model.seal_of(&acts).is_some_and(|(unit, agent)| unit == phone.unit || agent == phone.agent)
}

fn wrote_it(town: &Town, who: usize, doc: DocId) -> bool {
    let acts = town.model.of(doc);
    town.model.seal_of(&acts).is_some_and(|(_, agent)| agent == town.phones[who].agent)
}

/// Corrects a fact or two from what is on screen.
pub fn correct(town: &mut Town) -> Held {
    let who = town.anybody();
    correct_as(town, who)
}

/// The same on a given phone.
pub fn correct_as(town: &mut Town, who: usize) -> Held {
    let Some(screen) = some_screen(town, who)? else { return Ok(()) };
    let mut puts = BTreeMap::new();
    for _ in 0..=town.chance.below(2) {
        let (key, value) = match town.chance.below(6) {
            0 | 4 => ("facts/severity", FactValue::Integer(town.chance.between(1, 5))),
            1 => ("facts/people_count", FactValue::Integer(town.chance.between(0, 3))),
            2 | 5 => ("facts/title", FactValue::Text(town.words("Titre"))),
            _ => ("facts/address", FactValue::Text(town.words("Rue"))),
        };
        puts.insert(key.to_owned(), value);
    }
    correct_from(town, who, screen, puts)
}

/// Corrects facts from a screen.
pub fn correct_from(town: &mut Town, who: usize, screen: Screen, puts: BTreeMap<String, FactValue>) -> Held {
    let (doc, heads, says) = (screen.doc, screen.heads, Says::Facts(puts.clone()));
    let put = Put { doc, agent: town.phones[who].agent, at_ms: 0, saw: screen.knew, says };
    let allowed = may_correct(town, who, doc);
    change(town, who, put, allowed, "correct", |n| n.correct(doc, &heads, &puts))
}

/// Adds words.
pub fn state(town: &mut Town) -> Held {
    let who = town.anybody();
    let Some(doc) = some_report(town, who)? else { return Ok(()) };
    let saw = match town.phones[who].known(doc) {
        Ok(saw) => saw,
        Err(Error::ReadingLocked) if town.may_doubt_lease(who) => return Ok(()),
        Err(e) => return town.wrong(who, "history", &e),
    };
    let words = town.words("Vu");
    let put = Put { doc, agent: town.phones[who].agent, at_ms: 0, saw, says: Says::Words(words.clone()) };
    change(town, who, put, true, "state", |n| n.state(doc, &words, None, None).map(Some))
}

/// The author takes a report back.
pub fn void(town: &mut Town) -> Held {
    let who = town.anybody();
    let Some(screen) = some_screen(town, who)? else { return Ok(()) };
    let doc = screen.doc;
    let Ok(saw) = town.phones[who].known(doc) else { return Ok(()) };
    let put = Put { doc, agent: town.phones[who].agent, at_ms: 0, saw, says: Says::Void };
    let allowed = wrote_it(town, who, doc);
    change(town, who, put, allowed, "void", |n| n.void(doc, "Déposé par erreur").map(Some))
}

/// The author's side settles a divergence that is on screen.
pub fn decide(town: &mut Town) -> Held {
    let who = town.anybody();
    for _ in 0..4 {
        let Some(doc) = some_report(town, who)? else { return Ok(()) };
        let Some(screen) = open(town, who, doc)? else { return Ok(()) };
        let Ok(divergences) = town.phones[who].notebook().divergences(doc) else { return Ok(()) };
        let Some(divergence) = town.chance.of(&divergences).cloned() else { continue };
        let Some(voice) = town.chance.of(&divergence.voices).cloned() else { continue };
        let (key, value) = (divergence.key, voice.value);
        let says = Says::Facts(BTreeMap::from([(key.clone(), value.clone())]));
        let put = Put { doc, agent: town.phones[who].agent, at_ms: 0, saw: screen.knew, says };
        let allowed = may_correct(town, who, doc);
        let heads = screen.heads;
        return change(town, who, put, allowed, "decide", |n| n.decide(doc, &heads, &key, value));
    }
    Ok(())
}

/// One change of a report, and what may come of it.
fn change(
    town: &mut Town,
    who: usize,
    put: Put,
    allowed: bool,
    what: &'static str,
    work: impl FnOnce(&ronde_core::Notebook) -> Result<Option<Eid>, Error>,
) -> Held {
    let cut = town.perhaps_cut(OPERATIONS);
    let (doc, put) = (put.doc, town.model.as_done(put));
    town.phone_does(who, cut, work, move |town, told| match told {
        Told::Answer(Ok(Some(eid))) => {
            hold(allowed, Law::NothingOutOfScope, || {
                format!("phone {who}: {what} of {doc} was allowed, and must not be")
            })?;
            town.figures.count("acts.changed");
            note_write(town, who, eid, put);
            check_shown(town, who, doc)
        }
        Told::Answer(Ok(None)) => check_unchanged(who, &put),
        Told::Silence(Ok(Some(eid))) => {
            town.model.add(eid, put);
            town.phones[who].note_unheard_write(eid, None);
            Ok(())
        }
        Told::Silence(Ok(None)) => Ok(()),
        // Healing made it anew, after a restore: the person looks again.
        Told::Answer(Err(Error::Outdated(of))) if of == doc && was_healed(town, who, doc) => {
            town.figures.count("acts.outdated");
            town.phones[who].screens.retain(|screen| screen.doc != doc);
            Ok(())
        }
        Told::Answer(Err(Error::NotAllowed { reason: Reason::NoRight })) if !allowed => {
            town.figures.count("acts.not_allowed");
            Ok(())
        }
        Told::Answer(Err(Error::NotAllowed { reason: Reason::ExpiredLease }))
            if town.may_doubt_lease(who) && !wrote_it(town, who, doc) =>
        {
            Ok(())
        }
        Told::Answer(Err(e)) if !town.is_ill(who, &e) => town.wrong(who, what, &e),
        Told::Answer(Err(_)) | Told::Silence(Err(_)) => {
            town.phones[who].note_ghost(put);
            Ok(())
        }
    })
}

/// Whether a report was made anew under its reader: something of it stands elsewhere now.
fn was_healed(town: &Town, who: usize, doc: DocId) -> bool {
    let aside = town.phones[who].notebook().set_aside().unwrap_or_default();
    !town.replaced.is_empty() || aside.iter().any(|one| one.own && one.doc == Some(doc))
}

/// "Nothing changed" is true only when every value stood there.
fn check_unchanged(who: usize, put: &Put) -> Held {
    let nothing = matches!(&put.says, Says::Facts(facts) if facts.is_empty());
    hold(nothing, Law::AsTheModelSays, || format!("phone {who}: {:?} changed nothing", put.says))
}

/// What a phone shows of a report is what the model says of the acts the phone knows.
pub fn check_shown(town: &mut Town, who: usize, doc: DocId) -> Held {
    let phone = &town.phones[who];
    let (detail, knew) = match (phone.notebook().read(doc), phone.known(doc)) {
        (Ok(detail), Ok(knew)) => (detail, knew),
        (Err(Error::ReadingLocked), _) if town.may_doubt_lease(who) => return Ok(()),
        (Err(e), _) | (_, Err(e)) => return town.wrong(who, "read", &e),
    };
    let others = !knew.iter().any(|eid| town.model.put(eid).is_some_and(|put| put.agent == phone.agent));
    let must_lock = others && phone.must_lock(town.clock.true_ms());
    hold(!must_lock, Law::NothingOutOfScope, || {
        format!("phone {who} opens {doc} of others after the end of its lease")
    })?;
    if !knew.iter().all(|eid| town.model.put(eid).is_some()) {
        town.figures.count("compared.not_known_to_the_model");
        return Ok(());
    }
    town.figures.count("compared.phone");
    match compare::with_model(&town.model.view(&knew), &compare::Real::of_phone(&detail)) {
        Ok(()) => Ok(()),
        Err(why) => broken(Law::AsTheModelSays, format!("phone {who}, report {doc}: {why}")),
    }
}
