//! Disasters: processes killed, power lost, disks full or failing, machines put back as they were,
//! phones copied.

use std::collections::BTreeSet;

use ronde_model::id::Eid;
use ronde_tests::world::MINUTE;

use super::weather::ILLNESSES;
use super::{field, supervising, talking};
use crate::law::Held;
use crate::network::Weather;
use crate::office::{Cut, KILLED, enter};
use crate::town::{Town, UNITS, server_failed};

/// Operations of the server's disk that one intake makes, about.
const OPERATIONS: usize = 60;

/// Phones that are clones, at most.
const CLONES: usize = 2;

/// The app is killed between two acts.
pub fn kill(town: &mut Town) -> Held {
    let who = town.anybody();
    let index = town.phones[who].disk().operations();
    town.figures.count("faults.killed");
    town.power_goes(who, index, Cut { after: 0, variant: KILLED })
}

/// The battery dies between two acts.
pub fn cut_power(town: &mut Town) -> Held {
    let who = town.anybody();
    let index = town.phones[who].disk().operations();
    let cut = town.cut_within(0);
    town.power_goes(who, index, cut)
}

/// A disk is full, or fails, for some minutes.
pub fn make_ill(town: &mut Town) -> Held {
    let who = town.anybody();
    let fault = ILLNESSES[town.chance.below(ILLNESSES.len())];
    let minutes = town.chance.between(1, 90);
    let phone = &mut town.phones[who];
    let from = phone.disk().operations() + town.chance.below(12);
    phone.disk().fail_within(from..usize::MAX, fault);
    phone.ill_until = Some(town.clock.true_ms() + minutes * MINUTE);
    town.figures.count("faults.ill_disk");
    town.journal.note(format_args!("phone {who}: {fault:?} for {minutes} min"));
    Ok(())
}

/// The server's disk is full, or fails, for some minutes.
pub fn make_server_ill(town: &mut Town) -> Held {
    let fault = ILLNESSES[town.chance.below(ILLNESSES.len())];
    let minutes = town.chance.between(1, 40);
    let until_ms = town.clock.true_ms() + minutes * MINUTE;
    enter(&town.door).make_ill(town.chance.below(20), fault, until_ms);
    town.figures.count("faults.server_ill");
    town.journal.note(format_args!("server: {fault:?} for {minutes} min"));
    Ok(())
}

/// The app is closed and opened again, as after an update.
pub fn reopen(town: &mut Town) -> Held {
    let who = town.anybody();
    town.figures.count("faults.reopened");
    town.phones[who].reopen()?;
    town.phones[who].check_promises(&mut town.model)
}

/// The server's process is killed.
pub fn kill_server(town: &mut Town) -> Held {
    town.figures.count("crashes");
    town.figures.count("faults.server_killed");
    town.journal.note("server: killed");
    enter(&town.door).kill();
    town.settle_line()
}

/// The server loses power in the middle of what it does next.
pub fn cut_server(town: &mut Town) -> Held {
    let cut = town.cut_within(OPERATIONS);
    enter(&town.door).cut = Some(cut);
    town.figures.count("crashes");
    town.figures.count("faults.server_power_cut");
    town.journal.note("server: will lose power");
    if town.chance.percent(25) {
        supervising::act(town)?;
    } else {
        let who = town.anybody();
        talking::converse(town, who, Weather::default(), None)?;
    }
    enter(&town.door).cut = None;
    town.settle_line()
}

/// The server is backed up.
pub fn back_up_server(town: &mut Town) -> Held {
    if town.is_server_ill() {
        return Ok(());
    }
    if town.server_backup.is_none() || town.chance.percent(50) {
        // A backup holds what was committed. The log may still hold a commit that failed, which only
        // the next one overwrites, and which a mere copy of the files would bring to life.
        enter(&town.door).invite("Personne", UNITS[0], None, &[]);
        town.server_backup = Some(enter(&town.door).back_up());
        town.figures.count("faults.server_backed_up");
    }
    Ok(())
}

/// The server comes back as it was, and begins a new history.
pub fn restore_server(town: &mut Town) -> Held {
    if town.is_server_ill() {
        return Ok(());
    }
    let Some(backup) = town.server_backup.take() else { return Ok(()) };
    let before = stored(town)?;
    let kept = backup.copy().expect("a disk");
    enter(&town.door).start_on(backup);
    // Nobody's screen outlives the server it showed.
    town.desk = None;
    town.settle_line()?;
    let begun = enter(&town.door).server.begin_history();
    begun.map_err(|e| server_failed("begin history", e))?;
    let gone: BTreeSet<Eid> = before.difference(&stored(town)?).copied().collect();
    if town.chance.percent(30) {
        // The same backup may be needed again.
        town.server_backup = Some(kept);
    }
    town.figures.count("crashes");
    town.figures.count("faults.server_restored");
    town.journal.note(format_args!("server: restored, without {} envelopes", gone.len()));
    note_beyond_recovery(town, gone)
}

fn stored(town: &Town) -> Held<BTreeSet<Eid>> {
    let stored = enter(&town.door).server.stored().map_err(|e| server_failed("stored", e))?;
    Ok(stored.into_iter().map(|line| line.eid).collect())
}

/// A phone is backed up.
pub fn back_up_phone(town: &mut Town) -> Held {
    // Best where drafts are still open: some will be filed before the backup is needed.
    let drafting: Vec<usize> = town.phones.iter().filter(|p| !p.saved.is_empty()).map(|p| p.who).collect();
    let who = match town.chance.of(&drafting).filter(|_| town.chance.percent(70)) {
        Some(who) => *who,
        None => town.anybody(),
    };
    let backup = town.phones[who].back_up();
    town.backups.insert(who, backup);
    town.figures.count("faults.phone_backed_up");
    Ok(())
}

/// A phone comes back as it was.
pub fn restore_phone(town: &mut Town) -> Held {
    let holders: Vec<usize> = town.backups.keys().copied().collect();
    match town.chance.of(&holders).copied() {
        Some(who) => restore(town, who),
        None => Ok(()),
    }
}

fn restore(town: &mut Town, who: usize) -> Held {
    let Some(backup) = town.backups.remove(&who) else { return Ok(()) };
    let gone = town.phones[who].restore(&backup)?;
    town.figures.count("crashes");
    town.figures.count("faults.phone_restored");
    town.journal.note(format_args!("phone {who}: restored, without {} of its own", gone.len()));
    note_beyond_recovery(town, gone)?;
    town.phones[who].check_promises(&mut town.model)?;
    // Its owner finds the drafts of then, and files one again.
    let drafts: Vec<_> = town.phones[who].saved.keys().copied().collect();
    match town.chance.of(&drafts).copied() {
        Some(doc) if town.chance.percent(60) => field::file_draft(town, who, doc),
        _ => Ok(()),
    }
}

/// A phone files a draft that it filed before, because it came back as it was before that: two
/// reports, and nothing lost.
pub fn come_back_from_yesterday(town: &mut Town) -> Held {
    let who = town.anybody();
    let Some(doc) = field::begin(town, who)? else { return Ok(()) };
    let backup = town.phones[who].back_up();
    field::file_draft(town, who, doc)?;
    for _ in 0..town.chance.below(3) {
        let weather = Weather { answer_lost: 30, request_lost: 20, ..Weather::default() };
        talking::converse(town, who, weather, None)?;
        field::correct_as(town, who)?;
    }
    town.backups.insert(who, backup);
    restore(town, who)?;
    for _ in 0..town.chance.below(3) {
        field::correct_as(town, who)?;
    }
    Ok(())
}

/// Of what went with a disaster, what nobody else holds is beyond recovery.
fn note_beyond_recovery(town: &mut Town, gone: BTreeSet<Eid>) -> Held {
    if gone.is_empty() {
        return Ok(());
    }
    let mut left = stored(town)?;
    for phone in &town.phones {
        left.extend(phone.holds());
    }
    let lost: Vec<Eid> = gone.into_iter().filter(|eid| !left.contains(eid)).collect();
    town.figures.add("beyond_recovery", lost.len() as u64);
    town.beyond_recovery.extend(lost);
    Ok(())
}

/// Two phones are one: somebody copied the files.
pub fn clone_phone(town: &mut Town) -> Held {
    let clones = town.phones.len().saturating_sub(town.plot.devices);
    if clones >= CLONES {
        return Ok(());
    }
    let (of, who) = (town.anybody(), town.phones.len());
    let twin = town.phones[of].twin(who)?;
    town.phones.push(twin);
    town.figures.count("faults.cloned");
    town.journal.note(format_args!("phone {who}: a clone of {of}"));
    Ok(())
}
