//! The end of a story: everything heals, everybody synchronises over a good link, and what must hold
//! at the end is looked at whole. Changes when more must hold.

use std::collections::{BTreeMap, BTreeSet};

use ronde_core::{Detail, Status};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::id::{DocId, Eid};
use ronde_model::scope::Scope;
use ronde_model::wire::Entry;
use ronde_server::supervision::{Filter, MAX_PAGE, ReportDetail, StoredState};

use crate::acts::supervising::{self, Desk};
use crate::acts::{field, talking};
use crate::compare::{self, Real};
use crate::law::{Held, Law, broken, hold};
use crate::network::{Weather, listen};
use crate::office::enter;
use crate::town::{Town, UNITS, server_failed};

/// Rounds in which everybody synchronises once.
const ROUNDS: usize = 3;

/// Heals everything, lets everybody speak, looks at everything.
pub fn finish(town: &mut Town) -> Held {
    heal(town)?;
    let everybody_speaks = |town: &mut Town| {
        (0..town.phones.len()).try_for_each(|who| {
            town.clock.pass(1_000);
            talking::converse(town, who, Weather::default(), None)
        })
    };
    (0..ROUNDS).try_for_each(|_| everybody_speaks(town))?;
    revoke_again(town)?;
    // What was accepted of a device since revoked, and was lost with the server, comes back as set
    // aside: phones show it, and a person must let it in again.
    if town.figures.of("faults.server_restored") > 0 && supervising::release_all(town)? {
        (0..ROUNDS).try_for_each(|_| everybody_speaks(town))?;
    }
    for who in 0..town.phones.len() {
        check_is_quiet(town, who)?;
    }
    if let Some(control) = town.plot.control {
        control.spoil(town);
    }
    check_archive(town)?;
    let desks = check_server(town)?;
    for who in 0..town.phones.len() {
        check_phone(town, who, &desks)?;
    }
    for which in 0..town.forgers.len() {
        check_feed(town, which, &desks)?;
    }
    check_inboxes(town, &desks)
}

fn heal(town: &mut Town) -> Held {
    enter(&town.door).heal();
    for phone in &mut town.phones {
        phone.disk().heal();
        phone.ill_until = None;
    }
    while !listen(&town.line).delayed.is_empty() {
        talking::deliver(town)?;
    }
    Ok(())
}

/// A server restored from before a revocation knows nothing of it: once everybody is back, the
/// administrator revokes again.
fn revoke_again(town: &mut Town) -> Held {
    let known = enter(&town.door).revoked()?;
    for who in 0..town.phones.len() {
        let (device, revoked) = (town.phones[who].device, town.phones[who].revoked);
        if revoked && !known.contains(&device) {
            let server = enter(&town.door).server.clone();
            server.revoke_device(device).map_err(|e| server_failed("revoke again", e))?;
            talking::converse(town, who, Weather::default(), None)?;
        }
    }
    Ok(())
}

/// After the rounds nothing is left to say: one call, nothing sent, nothing fed.
fn check_is_quiet(town: &mut Town, who: usize) -> Held {
    let Some((answer, journey)) = town.converse(who, Weather::default(), None)? else { return Ok(()) };
    match answer {
        Ok(report) => {
            let quiet = report.complete && journey.calls == 1 && report.pushed == 0 && report.fed == 0;
            hold(quiet, Law::ConversationsEnd, || format!("phone {who} is not at rest: {report:?}"))
        }
        Err(e) => town.wrong(who, "synchronise at rest", &e),
    }
}

/// Everything ever acknowledged, and everything on any phone, is in the archive, once.
fn check_archive(town: &mut Town) -> Held {
    let server = enter(&town.door).server.clone();
    let stored = server.stored().map_err(|e| server_failed("stored", e))?;
    let states: BTreeMap<Eid, StoredState> = stored.iter().map(|line| (line.eid, line.state)).collect();
    let numbers: BTreeSet<u64> = stored.iter().map(|line| line.seq).collect();
    hold(states.len() == stored.len() && numbers.len() == stored.len(), Law::EachEnvelopeOnce, || {
        "an envelope is stored twice, or two under one number".into()
    })?;
    town.figures.add("archived", stored.len() as u64);
    for phone in &town.phones {
        let who = phone.who;
        for eid in &phone.own {
            hold(states.contains_key(eid), Law::NothingAcknowledgedIsLost, || {
                format!("the archive lacks {eid} of phone {who}")
            })?;
            // What was made on something beyond recovery waits for ever.
            let orphan = town.model.put(eid).is_some_and(|put| !put.saw.is_disjoint(&town.beyond_recovery));
            let is_accepted = |eid: &Eid| states.get(eid) == Some(&StoredState::Accepted);
            let stood_for = town.replaced.iter().any(|((_, old), new)| old == eid && is_accepted(new));
            let accepted = is_accepted(eid) || stood_for || orphan;
            hold(accepted || phone.revoked || phone.doubled, Law::HonestIsNeverRefused, || {
                format!("{eid} of phone {who} is {:?}", states.get(eid))
            })?;
        }
        // Whatever a phone holds, whoever signed it, was offered to a server that had lost it.
        if let Some(eid) = phone.holds().iter().find(|eid| !phone.revoked && !states.contains_key(eid)) {
            return broken(
                Law::NothingAcknowledgedIsLost,
                format!("phone {who} holds {eid}, not the archive"),
            );
        }
        if let Some(eid) = phone.unexplained.iter().find(|eid| town.model.put(eid).is_none()) {
            return broken(Law::AsTheModelSays, format!("phone {who}: nobody wrote own envelope {eid}"));
        }
    }
    let lost = |eid: &&Eid| !states.contains_key(eid) && !town.beyond_recovery.contains(eid);
    if let Some(eid) = town.strange.iter().find(lost) {
        return broken(Law::NothingAcknowledgedIsLost, format!("the archive lacks {eid} of a later version"));
    }
    Ok(())
}

/// Every report as the server shows it; one whose seal is set aside has a handling and nothing to show.
fn check_server(town: &mut Town) -> Held<BTreeMap<DocId, Desk>> {
    let chief = enter(&town.door).supervisor(0)?;
    let (mut desks, mut numbers) = (BTreeMap::new(), BTreeSet::new());
    for doc in town.model.docs().collect::<Vec<_>>() {
        if let Some(desk) = supervising::open(town, &chief, doc)? {
            let apart = desk.detail.view.as_ref().map_or(0, |view| view.divergences.len());
            town.figures.add("divergences", apart as u64);
            if let Some(number) = desk.detail.number.clone() {
                hold(numbers.insert(number), Law::EachEnvelopeOnce, || "a number is given twice".into())?;
            }
            desks.insert(doc, desk);
        }
    }
    Ok(desks)
}

fn is_shown(desk: &Desk) -> bool {
    desk.detail.view.is_some()
}

fn shown_by_server(detail: &ReportDetail) -> Option<[u8; 32]> {
    let view = detail.view.as_ref()?;
    Some(compare::digest(&Real {
        facts: &view.facts,
        divergences: &view.divergences,
        statements: &view.statements,
        lifecycle: &detail.lifecycle,
        row: &view.row,
        comments: None,
    }))
}

fn shown_by_phone(detail: &Detail) -> [u8; 32] {
    compare::digest(&Real::of_phone(detail))
}

/// A phone holds what it may read, all of it, nothing else, and shows what the server shows.
fn check_phone(town: &mut Town, who: usize, desks: &BTreeMap<DocId, Desk>) -> Held {
    let listed = listed(town, who)?;
    let phone = &town.phones[who];
    let may = |desk: &Desk| town.model.may_read(&desk.knew, &phone.units, phone.agent);
    if !phone.revoked {
        for (doc, desk) in desks.iter().filter(|(_, desk)| is_shown(desk) && may(desk)) {
            hold(listed.contains(doc), Law::EverythingReadableArrives, || {
                let holds = phone.holds();
                let here: Vec<&Eid> = desk.knew.iter().filter(|eid| holds.contains(eid)).collect();
                let mut aside = phone.notebook().set_aside().unwrap_or_default();
                aside.retain(|aside| {
                    aside.doc == Some(*doc) || aside.eid.is_some_and(|e| desk.knew.contains(&e))
                });
                let line = listen(&town.line);
                let fed: Vec<_> = desk.knew.iter().map(|eid| (eid, line.last_fed(who, *eid))).collect();
                format!("phone {who} lacks {doc}; it holds {here:?}; was fed {fed:?}; aside {aside:?}")
            })?;
        }
    }
    let revoked = phone.revoked;
    for doc in listed {
        let phone = &town.phones[who];
        let Some(desk) = desks.get(&doc).filter(|desk| is_shown(desk)) else {
            // Its own, set aside by the server; or a colleague's that was.
            let own = town.model.of(doc).iter().any(|eid| phone.own.contains(eid));
            hold(own, Law::NothingOutOfScope, || {
                let stored = enter(&town.door).server.stored().unwrap_or_default();
                let known = phone.known(doc).unwrap_or_default();
                let there: Vec<_> = stored.into_iter().filter(|line| known.contains(&line.eid)).collect();
                format!("phone {who} holds {doc} ({known:?}), the server shows none: {there:?}")
            })?;
            continue;
        };
        hold(may_hold(town, who, desk), Law::NothingOutOfScope, || format!("phone {who} holds {doc}"))?;
        if revoked {
            field::check_shown(town, who, doc)?;
            continue;
        }
        let phone = &town.phones[who];
        let detail = match phone.notebook().read(doc) {
            Ok(detail) => detail,
            Err(e) => return town.wrong(who, "read at the end", &e),
        };
        let same = Some(shown_by_phone(&detail)) == shown_by_server(&desk.detail);
        hold(same, Law::EverybodyShowsTheSame, || {
            let knew = phone.known(doc).unwrap_or_default();
            let lacks: Vec<&Eid> = desk.knew.difference(&knew).collect();
            let more: Vec<&Eid> = knew.difference(&desk.knew).collect();
            format!("phone {who}, report {doc}: it lacks {lacks:?}, has more {more:?}")
        })?;
        check_standing(town, who, &detail, desk)?;
        town.figures.count("compared.at_the_end");
    }
    Ok(())
}

/// The ladder's word, and the official number: what the server gave.
fn check_standing(town: &Town, who: usize, detail: &Detail, desk: &Desk) -> Held {
    let doc = desk.doc;
    let (ours, theirs) = (&detail.item.number, &desk.detail.number);
    hold(ours == theirs, Law::EverybodyShowsTheSame, || {
        format!("phone {who}, report {doc}: number {ours:?}, the server says {theirs:?}")
    })?;
    let received = match &detail.item.status {
        Status::Stored | Status::Draft => false,
        Status::NeedsYou { .. } => town.phones[who].doubled,
        _ => true,
    };
    hold(received, Law::NothingAcknowledgedIsLost, || {
        format!("phone {who}, report {doc}: everything is received, and it is {:?}", detail.item.status)
    })
}

fn may_hold(town: &Town, who: usize, desk: &Desk) -> bool {
    let phone = &town.phones[who];
    town.model.may_read(&town.model.of(desk.doc), &phone.units, phone.agent)
}

/// Every report on a phone's list.
fn listed(town: &Town, who: usize) -> Held<BTreeSet<DocId>> {
    let (mut listed, mut after) = (BTreeSet::new(), None);
    loop {
        let page = match town.phones[who].notebook().list(after, 500) {
            Ok(page) => page,
            Err(e) => return town.wrong(who, "list at the end", &e),
        };
        let before = listed.len();
        let many = page.items.len();
        listed.extend(page.items.into_iter().map(|item| item.row.doc));
        hold(listed.len() == before + many, Law::EachEnvelopeOnce, || {
            format!("phone {who} lists a report twice")
        })?;
        after = page.next;
        if after.is_none() {
            return Ok(listed);
        }
    }
}

/// The feed as a device of a unit reads it from its beginning.
fn check_feed(town: &mut Town, which: usize, desks: &BTreeMap<DocId, Desk>) -> Held {
    let forger = &town.forgers[which];
    let (mut fed, mut cursor) = (BTreeSet::new(), Default::default());
    loop {
        let mut request = forger.request(&[]);
        request.cursor = cursor;
        let body = ronde_model::wire::frame::pack(&forger.message(&request)).expect("fits");
        let response = forger.post(&body).map_err(|e| server_failed("feed", e))?;
        let mut last = cursor.1;
        for entry in response.feed {
            let seq = entry.seq().unwrap_or(0);
            hold(seq > last, Law::EachEnvelopeOnce, || format!("number {seq} comes after {last}"))?;
            last = seq;
            let Entry::Change { envelope, .. } = entry else { continue };
            let Ok(sealed) = SealedEnvelope::parse(envelope.0) else {
                return broken(Law::CallsAnswerAsTheyMay, "an envelope of the feed does not parse");
            };
            hold(fed.insert(sealed.eid), Law::EachEnvelopeOnce, || {
                format!("{} is twice in the feed of {}", sealed.eid, UNITS[which])
            })?;
            debug_assert!(matches!(sealed.envelope.kind, Kind::Report | Kind::Handling));
        }
        cursor = response.cursor;
        if !response.more {
            break;
        }
    }
    let unit = Scope::Unit(UNITS[which].to_owned());
    let home = |desk: &&Desk| desk.detail.home == unit;
    let expected: BTreeSet<Eid> = desks.values().filter(home).flat_map(|desk| desk.knew.clone()).collect();
    if let Some(eid) = expected.difference(&fed).next() {
        return broken(
            Law::EverythingReadableArrives,
            format!("{eid} is not in the feed of {}", UNITS[which]),
        );
    }
    match fed.difference(&expected).next() {
        Some(eid) => {
            let put = town.model.put(eid);
            broken(Law::NothingOutOfScope, format!("{eid} is in the feed of {}: {put:?}", UNITS[which]))
        }
        None => Ok(()),
    }
}

/// Each unit's supervisor finds the unit's reports, and no other.
fn check_inboxes(town: &mut Town, desks: &BTreeMap<DocId, Desk>) -> Held {
    for (which, unit) in UNITS.iter().enumerate() {
        let who = enter(&town.door).supervisor(2 + which)?;
        let server = enter(&town.door).server.clone();
        let (mut found, mut after) = (BTreeSet::new(), None);
        loop {
            let page = server.reports(&who, &Filter::default(), after, MAX_PAGE);
            let page = page.map_err(|e| server_failed("reports", e))?;
            found.extend(page.items.into_iter().map(|line| line.row.doc));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let home = |desk: &&Desk| town.model.seal_of(&desk.knew).is_some_and(|(u, _)| u == *unit);
        let expected: BTreeSet<DocId> =
            desks.values().filter(home).filter(|desk| is_shown(desk)).map(|desk| desk.doc).collect();
        hold(expected.is_subset(&found), Law::EverythingReadableArrives, || {
            format!("the inbox of {unit} lacks {:?}", expected.difference(&found).next())
        })?;
        hold(found.is_subset(&expected), Law::NothingOutOfScope, || {
            format!("the inbox of {unit} shows {:?}", found.difference(&expected).next())
        })?;
    }
    Ok(())
}
