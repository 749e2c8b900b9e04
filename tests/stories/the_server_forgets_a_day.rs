//! The server is lost and yesterday's backup takes its place: the phones bring back all that it ever
//! acknowledged, whoever wrote it, and everybody ends with the same.

#[path = "healing/everybody.rs"]
mod everybody;
#[path = "merging/shown.rs"]
mod shown;

use std::collections::BTreeSet;
use std::sync::Mutex;

use ronde_core::{Answering, Call, KeyVault, Link, LinkFault, Status};
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};
use ronde_server::Server;
use ronde_tests::world::{Address, HOUR, MINUTE, Phone, Wire, World, WorldVault};
use tempfile::TempDir;

use crate::everybody::{everybody_is_equal, ledger, settle, stored, until_complete};

const POLICE: &str = "pm-chartres";

/// Three officers of a unit, what they filed, and copies of the server as the days began.
struct Town {
    world: World,
    ines: Phone,
    samir: Phone,
    karim: Phone,
    reports: Vec<DocId>,
}

impl Town {
    fn new(seed: u64) -> Town {
        let world = World::new(seed);
        let [ines, samir, karim] =
            ["Inès Benali", "Samir Morel", "Karim Haddad"].map(|name| world.phone(name, POLICE, "officer"));
        Town { world, ines, samir, karim, reports: Vec::new() }
    }

    fn phones(&self) -> [&Phone; 3] {
        [&self.ines, &self.samir, &self.karim]
    }

    /// Everybody synchronises, twice: whoever was first has read what the last one sent.
    fn meet(&self) {
        for phone in self.phones().into_iter().chain(self.phones()) {
            until_complete(phone);
        }
    }

    /// Everybody files, everybody writes on what the others filed, and the control room answers. All
    /// of it is acknowledged, and everybody has read it.
    fn day(&mut self) {
        let helene = self.world.supervisor("Hélène Marchand");
        let filed = self.phones().map(|phone| {
            self.world.clock.pass(MINUTE);
            phone.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.")
        });
        self.reports.extend(filed);
        self.meet();
        for phone in self.phones() {
            for doc in self.reports.iter().rev().take(4) {
                self.world.clock.pass(MINUTE);
                let people = FactValue::Integer(self.world.clock.true_ms() / MINUTE % 900);
                phone.correct(*doc, "people_count", people);
                phone.notebook.state(*doc, "Vu de plus près.", None, None).unwrap();
            }
            phone.sync().unwrap();
        }
        for doc in &self.reports {
            self.world.server.mark_read(&helene, *doc).unwrap();
            self.world.server.comment(&helene, *doc, "Précisez le lieu.").unwrap();
        }
        self.meet();
        self.world.clock.pass(10 * HOUR);
    }

    /// Ends when everybody has everything that `before` names, and more if more was written.
    #[track_caller]
    fn is_healed(&self, before: &BTreeSet<Eid>) {
        settle(&self.phones());
        let lost: Vec<_> = before.difference(&stored(&self.world)).copied().collect();
        assert_eq!(lost, [], "acknowledged once, and lost");
        everybody_is_equal(&self.world, &self.phones(), &self.reports);
    }
}

fn official_number(phone: &Phone, doc: DocId) -> u32 {
    let number = phone.notebook.read(doc).unwrap().item.number.expect("numbered");
    number.rsplit('-').next().unwrap().parse().unwrap()
}

#[test]
fn what_the_lost_day_acknowledged_comes_back_from_the_phones() {
    let mut town = Town::new(500);
    town.day();
    let yesterday = town.world.back_up_server();
    town.day();
    let before = stored(&town.world);
    let (kept, lost) = (town.reports[0], town.reports[3]);
    assert_eq!(official_number(&town.ines, lost), 4);

    town.world.restore_server(&yesterday);
    assert!(stored(&town.world).len() < before.len() / 2 + 1);
    // Of one answer: what the lost day received is received no longer.
    town.ines.wire.cut_after_calls(1);
    town.ines.sync().unwrap_err();
    assert_eq!(town.ines.notebook.read(lost).unwrap().item.status, Status::Stored);
    let receipt = town.ines.notebook.receipt(lost).unwrap();
    assert!(!receipt.covered && receipt.received_ms.is_none(), "{receipt:?}");
    let status = town.ines.notebook.sync_status().unwrap();
    assert_eq!(status.received, 7, "the first day's are covered still, by a receipt of the new history");
    assert_eq!(status.written, status.received + status.waiting, "{status:?}");
    town.ines.wire.plug();

    town.is_healed(&before);
    assert_eq!(official_number(&town.karim, kept), 1);
    assert!(official_number(&town.karim, lost) > 1_000, "no number is given twice");
    let receipt = town.ines.notebook.receipt(lost).unwrap();
    assert!(receipt.covered && receipt.signed.is_some(), "{receipt:?}");

    // Life goes on.
    town.day();
    let after = stored(&town.world);
    town.is_healed(&after);
}

#[test]
fn what_one_phone_alone_had_read_is_offered_by_it() {
    let mut town = Town::new(501);
    town.day();
    let yesterday = town.world.back_up_server();
    let report = town.karim.file("waste.tyres", &[("title", "Pneus".into())], "Huit pneus.");
    until_complete(&town.karim);
    until_complete(&town.ines);
    town.ines.notebook.state(report, "J’en compte neuf.", None, None).unwrap();
    until_complete(&town.ines);
    town.reports.push(report);
    let before = stored(&town.world);
    // Karim's phone is lost with the server; Inès holds his report and its lease.
    town.world.restore_server(&yesterday);
    let phones = [&town.ines, &town.samir];
    settle(&phones);
    assert_eq!(before.difference(&stored(&town.world)).count(), 0);
    everybody_is_equal(&town.world, &phones, &town.reports);
    let helene = town.world.supervisor("Hélène Marchand");
    let detail = town.world.server.report(&helene, report).unwrap().unwrap();
    assert!(
        serde_json::to_string(&detail).unwrap().contains("Karim Haddad"),
        "signed by him, carried by her"
    );
}

#[test]
fn nothing_is_offered_that_the_feed_already_says() {
    let mut town = Town::new(502);
    town.day();
    let yesterday = town.world.back_up_server();
    town.day();
    // More than one answer brings.
    for _ in 0..24 {
        town.karim.file("waste.tyres", &[], &"Pneus. ".repeat(8_000));
    }
    town.meet();
    let before = stored(&town.world);
    town.world.restore_server(&yesterday);
    let first = until_complete(&town.ines).pushed as usize;
    let missing = before.difference(&stored(&town.world)).count();
    assert_eq!(missing, 0, "she had read all of it");
    let own = ledger(&town.samir).len() as u64;
    let second = until_complete(&town.samir).pushed;
    assert!(second < own, "his own alone: {second} of {own}, after {first}");
    assert_eq!(until_complete(&town.samir).pushed, 0);
}

#[test]
fn restored_twice_in_a_row() {
    let mut town = Town::new(503);
    town.day();
    let monday = town.world.back_up_server();
    town.day();
    let before = stored(&town.world);
    town.world.restore_server(&monday);
    // One of three has spoken with it when it is lost again.
    until_complete(&town.samir);
    town.world.restore_server(&monday);
    town.is_healed(&before);
    let tuesday = town.world.back_up_server();
    town.day();
    let before = stored(&town.world);
    town.world.restore_server(&tuesday);
    until_complete(&town.ines);
    let wednesday = town.world.back_up_server();
    town.world.restore_server(&wednesday);
    town.is_healed(&before);
}

/// Two restores lie between, and Samir was away for both.
#[test]
fn a_phone_that_missed_two_restores_follows_both() {
    let mut town = Town::new(504);
    town.day();
    let monday = town.world.back_up_server();
    town.day();
    let before = stored(&town.world);
    town.world.restore_server(&monday);
    until_complete(&town.ines);
    let tuesday = town.world.back_up_server();
    until_complete(&town.karim);
    town.world.restore_server(&tuesday);
    town.is_healed(&before);
}

#[test]
fn a_backup_older_than_the_history_spoken_takes_the_phones_back_to_its_parent() {
    let mut town = Town::new(505);
    town.day();
    let monday = town.world.back_up_server();
    town.day();
    let tuesday = town.world.back_up_server();
    town.day();
    town.world.restore_server(&tuesday);
    settle(&town.phones());
    town.day();
    let before = stored(&town.world);
    // The history everybody speaks began after this copy was made.
    town.world.restore_server(&monday);
    let lost = before.difference(&stored(&town.world)).count();
    assert_eq!(
        until_complete(&town.ines).pushed as usize,
        lost,
        "what lies beyond the copy, and nothing else"
    );
    town.is_healed(&before);
}

#[test]
fn a_phone_that_knows_no_parent_begins_again_and_offers_all() {
    let mut town = Town::new(506);
    town.day();
    let monday = town.world.back_up_server();
    town.day();
    let tuesday = town.world.back_up_server();
    town.world.restore_server(&tuesday);
    settle(&town.phones());
    // A phone that was enrolled in the second history, and never heard of the first.
    let lea = town.world.phone("Léa Fontaine", POLICE, "officer");
    let report = lea.file("waste.green", &[("title", "Branches".into())], "Sur la voie.");
    town.reports.push(report);
    until_complete(&lea);
    town.meet();
    let before = stored(&town.world);
    town.world.restore_server(&monday);
    let phones = [&lea, &town.ines, &town.samir, &town.karim];
    assert!(until_complete(&lea).requests < 20);
    settle(&phones);
    assert_eq!(before.difference(&stored(&town.world)).count(), 0);
    everybody_is_equal(&town.world, &phones, &town.reports);
}

/// What an old version kept: no number of what others wrote.
fn forget_numbers(phone: &mut Phone) {
    let copy = phone.back_up();
    let wrapped = std::fs::read(copy.path().join("notebook.key")).unwrap();
    let key: String = WorldVault.unwrap(&wrapped).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let database = rusqlite::Connection::open(copy.path().join("notebook.db")).unwrap();
    database.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    let forgotten = database.execute("UPDATE envelope SET seq = NULL WHERE own = 0", []).unwrap();
    assert!(forgotten > 0);
    database.execute("UPDATE lease SET seq = NULL", []).unwrap();
    drop(database);
    phone.restore(&copy);
}

#[test]
fn an_old_notebook_that_kept_no_numbers_offers_all() {
    let mut town = Town::new(508);
    town.day();
    let yesterday = town.world.back_up_server();
    town.day();
    let before = stored(&town.world);
    forget_numbers(&mut town.ines);
    town.world.restore_server(&yesterday);
    let kept = stored(&town.world).len();
    let mine = ledger(&town.ines);
    let own_lost = mine.iter().filter(|eid| !stored(&town.world).contains(*eid)).count();
    let others = before.len() - mine.len();
    assert_eq!(until_complete(&town.ines).pushed as usize, own_lost + others, "{kept} were kept");
    assert_eq!(stored(&town.world), before);
    town.is_healed(&before);
    // The answers told their numbers: at the next restore only what lies beyond is offered.
    let today = town.world.back_up_server();
    town.world.restore_server(&today);
    assert_eq!(until_complete(&town.ines).pushed, 0);
}

/// A wire whose server is replaced by another after some calls.
struct Interrupted {
    wire: Wire,
    address: Address,
    after: u64,
    next: Mutex<Option<Server>>,
}

impl Link for Interrupted {
    fn exchange(&self, call: Call) -> Answering<'_> {
        if self.wire.traffic().requests == self.after
            && let Some(next) = self.next.lock().unwrap().take()
        {
            self.address.hand_over_to(next);
        }
        let answer: Result<Vec<u8>, LinkFault> = ronde_tests::world::now(self.wire.exchange(call));
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn a_restore_in_the_middle_of_a_conversation_does_not_end_it() {
    for after in 1..4 {
        let mut town = Town::new(510 + after);
        town.day();
        let copy: TempDir = town.world.back_up_server();
        let forgotten: Vec<_> =
            (0..9).map(|_| town.samir.file("waste.tyres", &[], &"Pneus. ".repeat(8_000))).collect();
        until_complete(&town.samir);
        town.reports.extend(forgotten);
        // Enough for several requests, both ways.
        for _ in 0..9 {
            town.reports.push(town.ines.file("waste.green", &[], &"Branches. ".repeat(5_500)));
        }
        let before = stored(&town.world);
        let next = town.world.stand_by(&copy);
        town.world.server = next.clone();
        let address = town.world.address().clone();
        town.ines.wire.forget();
        let wire = town.ines.wire.clone();
        let link = Interrupted { wire, address, after, next: Mutex::new(Some(next)) };
        let report = town.ines.sync_over(&link).unwrap();
        assert!(link.next.lock().unwrap().is_none(), "{after}: it was over before");
        assert!(report.complete, "{after}: {report:?}");
        town.is_healed(&before);
    }
}

/// What is restored in a random month: a server at any time, a phone while others hold what it sent.
fn a_month(seed: u64) {
    let mut town = Town::new(seed);
    town.day();
    let mut servers = vec![town.world.back_up_server()];
    let mut phones: [Vec<TempDir>; 3] = town.phones().map(|phone| vec![phone.back_up()]);
    let mut written = BTreeSet::new();
    for _ in 0..60 {
        town.world.clock.pass(MINUTE);
        let who = town.world.dice.below(3) as usize;
        match town.world.dice.below(20) {
            0..2 => {
                let doc = town.phones()[who].file("waste.tyres", &[("title", "Pneus".into())], "Huit pneus.");
                town.reports.push(doc);
            }
            2..8 => {
                let phone = town.phones()[who];
                let known = phone.notebook.list(None, 100).unwrap().items;
                let doc = known[town.world.dice.below(known.len() as u64) as usize].row.doc;
                let people = FactValue::Integer(town.world.dice.below(900) as i64);
                let shown = phone.notebook.read(doc).unwrap().heads;
                let puts = [("facts/people_count".to_owned(), people)].into();
                phone.notebook.correct(doc, &shown, &puts).unwrap();
            }
            8..13 => {
                town.phones()[who].sync().unwrap();
            }
            13..15 => {
                let phone = town.phones()[who];
                phone.wire.cut_after(town.world.dice.below(6_000));
                let _ = phone.sync();
                phone.wire.plug();
            }
            15 => servers.push(town.world.back_up_server()),
            16 => phones[who].push(town.phones()[who].back_up()),
            17 => {
                let copy = town.world.dice.below(servers.len() as u64) as usize;
                town.world.restore_server(&servers[copy]);
            }
            18 => {
                // What it alone holds would be lost with it.
                town.meet();
                let copy = town.world.dice.below(phones[who].len() as u64) as usize;
                let phone = [&mut town.ines, &mut town.samir, &mut town.karim].into_iter().nth(who).unwrap();
                phone.restore(&phones[who][copy]);
            }
            _ => [&mut town.ines, &mut town.samir, &mut town.karim].into_iter().nth(who).unwrap().restart(),
        }
        town.phones().iter().for_each(|phone| written.extend(ledger(phone)));
    }
    for phone in town.phones().into_iter().chain(town.phones()) {
        phone.sync().unwrap();
    }
    town.is_healed(&written);
}

#[test]
fn whatever_is_restored_and_when_everybody_ends_with_the_same() {
    for seed in 600..603 {
        a_month(seed);
    }
}
