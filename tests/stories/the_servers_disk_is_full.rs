//! The disk of the server fills up, or takes no write any more, while phones push: nothing is
//! acknowledged that is not durable, the server says that it is not ready, phones wait and lose
//! nothing, and everything arrives once there is room again.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use ronde_model::id::Eid;
use ronde_server::error::{ArchiveError, ServerError};
use ronde_server::{Ports, Server};
use ronde_tests::disk::{Disk, Fate, Fault, Ordering, Variant};
use ronde_tests::world::{MINUTE, Phone, World};

/// Operations of the server's disk that fail together.
const WINDOW: usize = 3;

/// A world whose server keeps its archive on a disk that can fail.
struct Town {
    world: World,
    disk: Disk,
    home: PathBuf,
    _keys: tempfile::TempDir,
    phones: Vec<Phone>,
}

impl Town {
    fn new(seed: u64) -> Town {
        let mut world = World::new(seed);
        let disk = Disk::new(Ordering::Strict).unwrap();
        let keys = tempfile::TempDir::new().unwrap();
        let home = keys.path().join("server");
        let ports = ports(&world, &disk);
        Server::init(&home, "Agglomération des essais", ports.clone()).unwrap();
        world.server = Server::open(&home, ports).unwrap();
        world.address().hand_over_to(world.server.clone());
        let phones = vec![
            world.phone("Inès Benali", "pm-centre", "officer"),
            world.phone("Samir Morel", "pm-centre", "officer"),
        ];
        Town { world, disk, home, _keys: keys, phones }
    }

    fn file(&self, round: usize) {
        for phone in &self.phones {
            phone.file("waste.bags", &[("title", "Sacs".into())], &format!("Passage {round}."));
        }
    }

    /// Everything that phones were told is received is in the archive when the power goes now.
    fn nothing_acknowledged_is_lost(&self, when: &str) {
        let lost = Variant { writes: Fate::Lost, names: Fate::Lost };
        let found = self.disk.at(self.disk.operations(), lost).unwrap();
        let server = Server::open(&self.home, ports(&self.world, &found)).unwrap();
        let stored = eids(&server);
        for phone in &self.phones {
            for (eid, seq) in phone.notebook.own_ledger().unwrap() {
                assert!(seq.is_none() || stored.contains(&eid), "{when}: {eid} was acknowledged and is lost");
            }
        }
    }
}

fn ports(world: &World, disk: &Disk) -> Ports {
    Ports {
        clock: Arc::new(world.clock.clone()),
        entropy: Arc::new(world.dice.clone()),
        vfs: Some(disk.vfs().to_owned()),
    }
}

fn eids(server: &Server) -> BTreeSet<Eid> {
    server.stored().unwrap().iter().map(|stored| stored.eid).collect()
}

#[test]
fn a_disk_that_stays_full_or_read_only_is_said_and_phones_wait_until_it_is_mended() {
    for fault in [Fault::Full, Fault::Io, Fault::SyncIo] {
        let town = Town::new(31);
        town.file(0);
        town.phones.iter().for_each(|phone| assert!(phone.sync().unwrap().complete));
        town.world.server.check_ready().unwrap();
        town.world.server.is_ready().unwrap();
        let stored = eids(&town.world.server);
        town.file(1);

        town.disk.fail_within(town.disk.operations()..usize::MAX, fault);
        let unready = town.world.server.check_ready();
        let told = matches!(unready, Err(ServerError::Archive(ArchiveError::Full | ArchiveError::Failed(_))));
        assert!(told, "{fault:?}: {unready:?}");
        assert_eq!(
            matches!(unready, Err(ServerError::Archive(ArchiveError::Full))),
            fault == Fault::Full,
            "{fault:?}: {unready:?}"
        );
        // Whoever asks often is answered from the last proof, for a moment.
        town.world.server.is_ready().unwrap();
        town.world.clock.pass(MINUTE);
        assert!(town.world.server.is_ready().is_err(), "{fault:?}");
        assert!(town.world.server.is_ready().is_err(), "{fault:?}: a bad answer is not kept");
        for _ in 0..3 {
            for phone in &town.phones {
                let complete = phone.sync().is_ok_and(|report| report.complete);
                assert!(!complete, "{fault:?}: a phone was told that all is received");
                let status = phone.notebook.sync_status().unwrap();
                assert_eq!((status.waiting, status.needs_you), (1, 0), "{fault:?}: {status:?}");
            }
            town.world.clock.pass(10 * MINUTE);
        }
        assert!(!town.disk.struck().is_empty(), "{fault:?} never struck: this proves nothing");
        assert_eq!(eids(&town.world.server), stored, "{fault:?}: readers see what is durable");
        town.nothing_acknowledged_is_lost(&format!("{fault:?}"));

        town.disk.heal();
        town.world.clock.pass(10 * MINUTE);
        town.world.server.check_ready().unwrap();
        // The second round reads what the first of the other phones pushed.
        for _ in 0..2 {
            town.phones.iter().for_each(|phone| assert!(phone.sync().unwrap().complete, "{fault:?}"));
        }
        assert_eq!(eids(&town.world.server).len(), 4, "{fault:?}: each report once");
        town.nothing_acknowledged_is_lost(&format!("{fault:?}, mended"));
        for phone in &town.phones {
            let status = phone.notebook.sync_status().unwrap();
            assert_eq!((status.written, status.received, status.waiting), (2, 2, 0), "{fault:?}");
            assert_eq!(phone.notebook.list(None, 9).unwrap().items.len(), 4, "{fault:?}");
        }
    }
}

#[test]
fn a_write_of_the_server_that_fails_anywhere_acknowledges_nothing_that_is_not_durable() {
    for fault in [Fault::Full, Fault::Io, Fault::SyncIo] {
        let town = Town::new(32);
        let push = || town.phones.iter().filter(|phone| !phone.sync().is_ok_and(|r| r.complete)).count();
        town.file(0);
        let before = town.disk.operations();
        assert_eq!(push(), 0);
        let span = town.disk.operations() - before;
        let (mut rounds, mut refused) = (1, 0);
        for step in (0..span).step_by(WINDOW) {
            town.file(rounds);
            let from = town.disk.operations() + step;
            town.disk.fail_within(from..from + WINDOW, fault);
            refused += push();
            town.disk.heal();
            town.nothing_acknowledged_is_lost(&format!("{fault:?} at {step}"));
            town.world.clock.pass(10 * MINUTE);
            assert_eq!(push(), 0, "{fault:?} at {step}: it goes on afterwards");
            rounds += 1;
        }
        println!("{fault:?}: {} places in {span} operations, {refused} refused", rounds - 1);
        assert!(refused > 0, "{fault:?} was never met: this proves nothing");
        assert_eq!(eids(&town.world.server).len(), 2 * rounds, "{fault:?}: each report once");
    }
}
