//! Conversations between phones and server, over links of every weather; and requests that arrive
//! late, or once more.

use ronde_core::{Call, Error, LinkFault};

use crate::law::{Held, Law, broken, hold};
use crate::network::{Weather, listen};
use crate::office::enter;
use crate::town::Town;

/// Operations of a disk that one conversation makes, about.
const OPERATIONS: usize = 90;

fn some_weather(town: &Town) -> Weather {
    match town.chance.below(8) {
        0..=3 => Weather::default(),
        4 => Weather { answer_lost: 40, ..Weather::default() },
        5 => Weather { request_lost: 40, ..Weather::default() },
        6 => Weather { delayed: 40, doubled: 30, ..Weather::default() },
        _ => Weather { request_lost: 15, answer_lost: 15, delayed: 10, doubled: 20 },
    }
}

/// A phone synchronises over some link.
pub fn synchronise(town: &mut Town) -> Held {
    let who = town.anybody();
    let (weather, cut) = (some_weather(town), town.perhaps_cut(OPERATIONS));
    converse(town, who, weather, cut)
}

/// One conversation and what may come of it.
pub fn converse(town: &mut Town, who: usize, weather: Weather, cut: Option<crate::office::Cut>) -> Held {
    // The power cut that may follow heals the disk.
    let (ill, server_ill) = (town.phones[who].ill_until.is_some(), town.is_server_ill());
    let Some((answer, journey)) = town.converse(who, weather, cut)? else { return Ok(()) };
    match answer {
        Ok(report) => {
            town.figures.count("acts.synchronised");
            town.figures.add("fed", report.fed);
            town.journal.note(format_args!(
                "phone {who}: synchronised, pushed {}, fed {}, complete {}",
                report.pushed, report.fed, report.complete
            ));
            town.phones[who].check_promises(&mut town.model)?;
            if report.complete { check_received(town, who) } else { Ok(()) }
        }
        Err(Error::Unreachable { .. }) if journey.troubled => {
            town.journal.note(format_args!("phone {who}: was cut off"));
            Ok(())
        }
        Err(Error::StorageFull | Error::Storage { .. }) if ill => Ok(()),
        Err(Error::ServerRefused { class, .. }) if server_ill && class == "retry" => {
            town.figures.count("faults.server_too_ill");
            Ok(())
        }
        Err(e) => town.wrong(who, "synchronise", &e),
    }
}

/// Complete means: the archive holds every envelope of this device.
fn check_received(town: &mut Town, who: usize) -> Held {
    let stored = enter(&town.door).server.stored();
    let stored = stored.map_err(|e| crate::town::server_failed("stored", e))?;
    let stored: std::collections::BTreeSet<_> = stored.into_iter().map(|line| line.eid).collect();
    match town.phones[who].own.iter().find(|eid| !stored.contains(eid)) {
        Some(eid) => broken(
            Law::NothingAcknowledgedIsLost,
            format!("phone {who} heard that all is received, and the archive lacks {eid}"),
        ),
        None => Ok(()),
    }
}

/// A request that was on its way arrives; its answer goes nowhere.
pub fn deliver(town: &mut Town) -> Held {
    let arriving = {
        let mut line = listen(&town.line);
        let count = line.delayed.len();
        if count == 0 { None } else { Some(line.delayed.swap_remove(town.chance.below(count))) }
    };
    let Some((who, body)) = arriving else { return Ok(()) };
    town.figures.count("faults.delivered_late");
    arrive(town, who, body)
}

/// Somebody says again what was said once.
pub fn replay(town: &mut Town) -> Held {
    let again = town.chance.of(&listen(&town.line).captured).cloned();
    let Some((who, body)) = again else { return Ok(()) };
    town.figures.count("faults.replayed");
    arrive(town, who, body)
}

fn arrive(town: &mut Town, who: usize, body: Vec<u8>) -> Held {
    let server_ill = town.is_server_ill();
    let answer = enter(&town.door).serve(Call::Sync(body));
    town.journal.note(format_args!("an old request of phone {who} arrives: {}", answer.is_ok()));
    town.settle_line()?;
    match answer {
        Ok(_) | Err(LinkFault::Cut(_)) => Ok(()),
        Err(LinkFault::Refused { code, .. }) => {
            // A renewed lease is not known before it was sent along once.
            let restored = town.figures.of("faults.server_restored") > 0;
            let known = code == "lease-unknown"
                || server_ill && code == "try-later"
                || code == "history-unknown" && restored;
            hold(known, Law::HonestIsNeverRefused, || {
                format!("an old request of phone {who} was refused: {code}")
            })
        }
    }
}
