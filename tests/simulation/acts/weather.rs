//! Time and clocks: what happens to everybody, or to one phone's idea of the hour.

use ronde_tests::disk::Fault;
use ronde_tests::world::{HOUR, MINUTE};

use crate::law::Held;
use crate::office::enter;
use crate::town::Town;

/// Ten years, ms.
const TEN_YEARS: i64 = 3_652 * 24 * HOUR;

/// Seconds or minutes pass; a disk that was ill heals.
pub fn let_time_pass(town: &mut Town) {
    let ms = if town.chance.percent(70) { 30_000 } else { 20 * MINUTE };
    town.clock.pass(town.chance.between(200, ms));
    let now_ms = town.clock.true_ms();
    if enter(&town.door).ill_until.is_some_and(|until| until <= now_ms) {
        enter(&town.door).heal();
    }
    for phone in &mut town.phones {
        if phone.ill_until.is_some_and(|until| until <= now_ms) {
            phone.ill_until = None;
            phone.disk().heal();
        }
    }
}

/// More than a lease lasts.
pub fn let_days_pass(town: &mut Town) -> Held {
    let hours = if town.chance.percent(50) { 73 } else { 40 };
    town.clock.pass(hours * HOUR);
    town.figures.count("faults.days_pass");
    town.journal.note(format_args!("{hours} hours pass"));
    Ok(())
}

/// One phone's clock jumps, or is set right; perhaps by a boot.
pub fn jump(town: &mut Town) -> Held {
    let who = town.anybody();
    let chance = &town.chance;
    let wrong_ms = match chance.below(6) {
        0 | 1 => 0,
        2 => chance.between(-30, 30) * MINUTE,
        3 => chance.between(-48, 48) * HOUR,
        4 => HOUR,
        _ => chance.between(-TEN_YEARS, TEN_YEARS),
    };
    let boots = chance.percent(30);
    if boots {
        town.phones[who].clock.boot(town.chance.0.number());
        town.phones[who].reopen()?;
        town.phones[who].check_promises(&mut town.model)?;
    }
    town.phones[who].clock.mislead(wrong_ms);
    town.figures.count("faults.clock_jump");
    town.journal.note(format_args!("phone {who}: clock wrong by {wrong_ms} ms, boot {boots}"));
    Ok(())
}

/// The faults of a disk that is ill.
pub const ILLNESSES: [Fault; 3] = [Fault::Full, Fault::Io, Fault::SyncIo];
