//! What can happen in a step, and how often. Each file holds the acts of one kind of actor.

mod apart;
mod disasters;
pub mod field;
mod strange;
pub mod supervising;
pub mod talking;
mod weather;

use crate::law::Held;
use crate::town::Town;

type Act = fn(&mut Town) -> Held;

/// Weight, name (to leave it out), act.
const MENU: &[(u64, &str, Act)] = &[
    (18, "file", field::file),
    (8, "draft", field::draft),
    (26, "correct", field::correct),
    (14, "state", field::state),
    (5, "decide", field::decide),
    (5, "apart", apart::write_apart),
    (1, "void", field::void),
    (8, "look", field::look),
    (64, "sync", talking::synchronise),
    (5, "deliver", talking::deliver),
    (4, "replay", talking::replay),
    (20, "supervise", supervising::act),
    (4, "kill", disasters::kill),
    (4, "power-cut", disasters::cut_power),
    (3, "ill-disk", disasters::make_ill),
    (4, "reopen", disasters::reopen),
    (2, "server-ill", disasters::make_server_ill),
    (2, "server-kill", disasters::kill_server),
    (3, "server-cut", disasters::cut_server),
    (2, "server-backup", disasters::back_up_server),
    (2, "server-restore", disasters::restore_server),
    (3, "phone-backup", disasters::back_up_phone),
    (2, "phone-restore", disasters::restore_phone),
    (1, "yesterday", disasters::come_back_from_yesterday),
    (1, "clone", disasters::clone_phone),
    (4, "clock", weather::jump),
    (1, "days", weather::let_days_pass),
    (1, "revoke", strange::revoke),
    (1, "enrol", strange::enrol),
    (4, "forge", strange::forge),
    (3, "join", strange::join),
];

/// One step: time passes, somebody does something.
pub fn step(town: &mut Town) -> Held {
    weather::let_time_pass(town);
    let menu: Vec<(u64, Act)> =
        MENU.iter().filter(|(_, name, _)| town.may(name)).map(|(weight, _, act)| (*weight, *act)).collect();
    let act = town.chance.weighted(&menu);
    act(town)
}

/// Every name of the menu.
pub fn names() -> impl Iterator<Item = &'static str> {
    MENU.iter().map(|(_, name, _)| *name)
}
