//! The conversations that are cut: each a world just before it, and what must be true after it.

use ronde_core::Status;
use ronde_model::document::Chosen;
use ronde_model::fact::FactValue;
use ronde_server::Deciding;
use ronde_tests::world::{Phone, World};

/// What the phone does.
pub enum Doing {
    /// One conversation.
    Synchronise,
    /// Introduction and enrolment, then one conversation.
    Enrol {
        /// The code typed.
        code: String,
    },
}

/// A world just before the conversation.
pub struct Scene {
    /// It.
    pub world: World,
    /// Whose link is cut.
    pub phone: Phone,
    /// What it does.
    pub doing: Doing,
    /// Envelopes at the server afterwards.
    pub envelopes: usize,
    /// Reports on the phone afterwards.
    pub reports: usize,
    /// Devices enrolled afterwards.
    pub devices: usize,
    /// What else is true afterwards.
    pub check: Check,
}

/// What is looked at in the end.
pub type Check = Box<dyn Fn(&World, &Phone) + Sync>;

fn scene(
    world: World,
    phone: Phone,
    (envelopes, reports, devices): (usize, usize, usize),
    check: Check,
) -> Scene {
    Scene { world, phone, doing: Doing::Synchronise, envelopes, reports, devices, check }
}

const COUNT: &str = "facts/people_count";

fn officers(seed: u64) -> (World, Phone, Phone) {
    let world = World::new(seed);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    (world, ines, samir)
}

/// A report to send, one to receive.
pub fn a_report_up_and_one_down() -> Scene {
    let (world, ines, samir) = officers(7);
    let theirs = samir.file("nuisance.noise_night", &[("title", "Musique".into())], "Musique forte.");
    samir.sync().unwrap();
    let mine = ines.file("youth.brawl", &[("severity", FactValue::Integer(4))], "Deux groupes.");
    let check = move |_: &World, ines: &Phone| {
        let item = ines.notebook.read(mine).unwrap().item;
        assert_eq!(item.status, Status::Delivered);
        assert!(item.number.is_some(), "no official number");
        assert_eq!(ines.notebook.read(theirs).unwrap().statements.len(), 1);
    };
    scene(world, ines, (2, 2, 2), Box::new(check))
}

/// A phone out of its box, a colleague's report waiting for it.
pub fn enrolment() -> Scene {
    let world = World::new(8);
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let theirs = samir.file("waste.bulky", &[("title", "Matelas".into())], "Deux matelas.");
    samir.sync().unwrap();
    let code = world.code("Inès Benali", "pm-chartres", "officer", None);
    let ines = world.unenrolled("Inès Benali");
    let check = move |world: &World, ines: &Phone| {
        let me = ines.notebook.identity().unwrap().expect("enrolled");
        assert!(world.server.devices().unwrap().iter().any(|line| line.device == me.device));
        assert_eq!(ines.notebook.read(theirs).unwrap().statements.len(), 1);
    };
    Scene { doing: Doing::Enrol { code }, ..scene(world, ines, (1, 1, 2), Box::new(check)) }
}

/// Both corrected one fact without coverage; the other's correction is at the server.
pub fn crossing_corrections() -> Scene {
    let (world, ines, samir) = officers(9);
    let brawl = ines.file("youth.brawl", &[("people_count", FactValue::Integer(4))], "Quatre individus.");
    ines.sync().unwrap();
    samir.sync().unwrap();
    samir.correct(brawl, "people_count", FactValue::Integer(6));
    samir.sync().unwrap();
    ines.correct(brawl, "people_count", FactValue::Integer(5));
    ines.wire.plug();
    let check = move |_: &World, ines: &Phone| {
        let detail = ines.notebook.read(brawl).unwrap();
        let [divergence] = detail.divergences.as_slice() else { panic!("{:?}", detail.divergences) };
        let mut said: Vec<_> =
            divergence.voices.iter().filter_map(|voice| voice.value.as_integer()).collect();
        said.sort();
        assert_eq!((divergence.key.as_str(), said), (COUNT, vec![5, 6]));
    };
    scene(world, ines, (3, 1, 2), Box::new(check))
}

/// A supervisor decided; the phone does not know yet.
pub fn a_decision() -> Scene {
    let Scene { world, phone: ines, .. } = crossing_corrections();
    ines.sync().unwrap();
    let brawl = ines.notebook.list(None, 1).unwrap().items[0].row.doc;
    let helene = world.supervisor("Hélène Marchand");
    let seen = world.server.divergences(&helene, brawl).unwrap().unwrap().remove(0);
    let six = seen.voices.iter().find(|voice| voice.value == FactValue::Integer(6)).unwrap();
    let deciding = Deciding {
        key: COUNT.into(),
        chosen: Chosen::Change(six.change),
        saw: seen.voices.iter().map(|voice| voice.change).collect(),
        saw_decisions: Vec::new(),
        reason: "Deux témoins en comptent six.".into(),
    };
    world.server.decide(&helene, brawl, deciding).unwrap();
    let check = move |_: &World, ines: &Phone| {
        let divergences = ines.notebook.read(brawl).unwrap().divergences;
        assert!(divergences.iter().all(|divergence| !divergence.open), "{divergences:?}");
    };
    scene(world, ines, (4, 1, 2), Box::new(check))
}

/// What came from a phone already revoked was set aside; a supervisor has released it.
pub fn a_release() -> Scene {
    let (world, ines, samir) = officers(10);
    let theirs = samir.file("nuisance.noise_night", &[("title", "Musique".into())], "Musique forte.");
    let device = samir.notebook.identity().unwrap().unwrap().device;
    world.server.revoke_device(device).unwrap();
    samir.sync().unwrap();
    ines.sync().unwrap();
    assert_eq!(ines.notebook.list(None, 9).unwrap().items.len(), 0, "nothing that is set aside is fed");
    let helene = world.supervisor("Hélène Marchand");
    let held = world.server.quarantine(&helene, None, 9).unwrap().items.remove(0);
    world.server.release(&helene, held.eid, "Vu avec l’agent.").unwrap();
    let mine = ines.file("waste.bulky", &[("title", "Matelas".into())], "Deux matelas.");
    let check = move |_: &World, ines: &Phone| {
        assert_eq!(ines.notebook.read(theirs).unwrap().statements.len(), 1);
        assert_eq!(ines.notebook.read(mine).unwrap().item.status, Status::Delivered);
    };
    // The report, its release, and the report that leaves.
    scene(world, ines, (3, 2, 2), Box::new(check))
}

/// Revoked while a report waits: it is set aside and counted, and the phone is told.
pub fn a_revocation() -> Scene {
    let (world, ines, samir) = officers(11);
    samir.file("nuisance.noise_night", &[("title", "Musique".into())], "Musique forte.");
    samir.sync().unwrap();
    let mine = ines.file("waste.bulky", &[("title", "Matelas".into())], "Deux matelas.");
    world.server.revoke_device(ines.notebook.identity().unwrap().unwrap().device).unwrap();
    let check = move |_: &World, ines: &Phone| {
        assert!(ines.notebook.identity().unwrap().unwrap().revoked);
        assert_eq!(ines.notebook.read(mine).unwrap().statements.len(), 1, "one's own is kept and shown");
    };
    scene(world, ines, (2, 1, 2), Box::new(check))
}

/// A phone put back from yesterday's backup: its ledger and its reports come back, the new one leaves.
pub fn a_restored_phone() -> Scene {
    let (world, mut ines, samir) = officers(12);
    ines.file("waste.bulky", &[("title", "Matelas".into())], "Hier.");
    ines.sync().unwrap();
    let yesterday = ines.back_up();
    let lost = ines.file("waste.tyres", &[("title", "Pneus".into())], "Aujourd’hui.");
    ines.sync().unwrap();
    samir.file("nuisance.noise_night", &[("title", "Musique".into())], "Musique forte.");
    samir.sync().unwrap();
    ines.restore(&yesterday);
    let mine = ines.file("youth.brawl", &[("title", "Bagarre".into())], "Après la restauration.");
    ines.wire.forget();
    let check = move |_: &World, ines: &Phone| {
        assert_eq!(ines.notebook.read(lost).unwrap().statements.len(), 1, "what the backup had not");
        assert_eq!(ines.notebook.read(mine).unwrap().item.status, Status::Delivered);
    };
    scene(world, ines, (4, 4, 2), Box::new(check))
}

/// The server was restored from yesterday: what it forgot, this phone's and a colleague's, goes
/// back to it.
pub fn a_restored_server() -> Scene {
    let (mut world, ines, samir) = officers(13);
    ines.file("waste.bulky", &[("title", "Matelas".into())], "Hier.");
    ines.sync().unwrap();
    let yesterday = world.back_up_server();
    let theirs = samir.file("nuisance.noise_night", &[("title", "Musique".into())], "Aujourd’hui.");
    samir.sync().unwrap();
    let mine = ines.file("waste.tyres", &[("title", "Pneus".into())], "Aujourd’hui aussi.");
    ines.sync().unwrap();
    world.restore_server(&yesterday);
    assert_eq!(world.server.stored().unwrap().len(), 1, "the server forgot a day");
    ines.wire.plug();
    let mut phone = ines;
    phone.wire.forget();
    let check = move |world: &World, ines: &Phone| {
        assert_eq!(ines.notebook.read(mine).unwrap().item.status, Status::Delivered);
        let helene = world.supervisor("Hélène Marchand");
        for doc in [mine, theirs] {
            let detail = world.server.report(&helene, doc).unwrap().expect("given back");
            assert_eq!(detail.view.expect("shown").statements.len(), 1);
            assert!(detail.number.is_some_and(|number| number.as_str() > "2026-001000"), "a jump");
        }
    };
    scene(world, phone, (3, 3, 2), Box::new(check))
}
