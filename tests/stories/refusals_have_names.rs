//! Everything that can go wrong on a phone has a named error that says what to do, and nothing is
//! lost on the way.

use std::collections::BTreeMap;

use ronde_core::model::organisation::TypedCode;
use ronde_core::{Advice, Error, Settings, Status};
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, OrgFingerprint};
use ronde_tests::world::{HOUR, Wire, World, now};

const YEAR: i64 = 365 * 24 * HOUR;

#[test]
fn an_unknown_type_is_said_and_the_draft_stays() {
    let world = World::new(20);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let draft = ines.draft("waste.moon_dust", &[], "Poussière.");
    let error = ines.notebook.file(draft.id).unwrap_err();
    assert!(matches!(&error, Error::FixForm(problems) if problems[0].field == "type"), "{error}");
    assert!(matches!(error.advice(), Advice::FixForm { .. }));
    assert_eq!(ines.notebook.draft(draft.id).unwrap().statement, "Poussière.");
}

#[test]
fn filing_twice_answers_the_same_report() {
    let world = World::new(21);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let draft = ines.draft("waste.tyres", &[], "Pneus.");
    let first = ines.notebook.file(draft.id).unwrap();
    let second = ines.notebook.file(draft.id).unwrap();
    assert_eq!((first.doc, first.eid, first.again), (second.doc, second.eid, false));
    assert!(second.again);
    assert_eq!(ines.notebook.own_ledger().unwrap().len(), 1);
    assert_eq!(ines.notebook.save_draft(&draft), Err(Error::Sealed), "a filed draft is no draft any more");
}

#[test]
fn a_filed_statement_is_never_rewritten() {
    let world = World::new(22);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let doc = ines.file("waste.tyres", &[], "Douze pneus.");
    let detail = ines.notebook.read(doc).unwrap();
    let words = &detail.statements[0];
    let key = format!("statement/{}/{}", words.statement.by, words.id);
    let puts = BTreeMap::from([(key.clone(), FactValue::Text("Aucun pneu.".into()))]);
    assert_eq!(ines.notebook.correct(doc, &detail.heads, &puts), Err(Error::Sealed));
    assert_eq!(ines.notebook.decide(doc, &detail.heads, &key, "Aucun pneu.".into()), Err(Error::Sealed));
    let again = ines.notebook.state(doc, "Treize, après recompte.", None, Some(&words.id)).unwrap();
    assert_ne!(again, ines.notebook.own_ledger().unwrap()[0].0);
    let texts: Vec<String> =
        ines.notebook.read(doc).unwrap().statements.into_iter().map(|s| s.statement.text).collect();
    assert_eq!(texts, ["Douze pneus.", "Treize, après recompte."], "both stay shown");
}

#[test]
fn another_agent_does_not_void_or_correct_outside_the_unit() {
    let world = World::new(23);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let doc = ines.file("waste.tyres", &[], "Pneus.");
    ines.sync().unwrap();
    samir.sync().unwrap();
    assert!(matches!(samir.notebook.void(doc, "erreur"), Err(Error::NotAllowed { .. })));
    ines.notebook.void(doc, "saisi deux fois").unwrap();
    assert!(ines.notebook.read(doc).unwrap().item.row.voided);
    assert!(ines.sync().unwrap().complete);
}

#[test]
fn a_code_of_another_organisation_sends_nothing() {
    let world = World::new(24);
    let phone = world.unenrolled("Inès");
    let honest: TypedCode = world.code("Inès Benali", "pm-chartres", "officer", None).parse().unwrap();
    let foreign = TypedCode::new(&OrgFingerprint([7; 32]), honest.secret).to_string();
    let error = now(phone.notebook.enrol_over(&phone.wire, "https://ronde.example", &foreign)).unwrap_err();
    assert_eq!(error, Error::WrongOrganisation);
    assert_eq!(phone.wire.exchanges().len(), 1, "only the question who it is; nothing of the secret left");
    assert_eq!(phone.notebook.identity().unwrap(), None);
    assert_eq!(
        now(phone.notebook.enrol_over(&phone.wire, "https://ronde.example", "pas un code")).unwrap_err(),
        Error::NotACode
    );
}

#[test]
fn an_invitation_serves_once_and_not_for_ever() {
    let world = World::new(25);
    let code = world.code("Inès Benali", "pm-chartres", "officer", None);
    let enrol = |name: &str, code: &str| {
        let phone = world.unenrolled(name);
        now(phone.notebook.enrol_over(&phone.wire, "https://ronde.example", code)).map(|_| ())
    };
    enrol("première", &code).unwrap();
    let refused = |reason: &str| Err(Error::InvitationRefused { reason: reason.into() });
    assert_eq!(enrol("seconde", &code), refused("invitation-used"));
    let late = world.code("Samir Morel", "pm-chartres", "officer", None);
    world.clock.pass(48 * HOUR);
    assert_eq!(enrol("tardive", &late), refused("invitation-expired"));
}

#[test]
fn a_lost_answer_to_an_enrolment_is_repaired_by_saying_it_again() {
    let world = World::new(26);
    let phone = world.unenrolled("Inès");
    let code = world.code("Inès Benali", "pm-chartres", "officer", None);
    let once = now(phone.notebook.enrol_over(&phone.wire, "https://ronde.example", &code));
    let whole = phone.wire.traffic();
    assert!(once.is_ok());
    let again = world.unenrolled("Samir");
    let code = world.code("Samir Morel", "pm-chartres", "officer", None);
    again.wire.cut_after(whole.up + whole.down - 60);
    assert!(now(again.notebook.enrol_over(&again.wire, "https://ronde.example", &code)).is_err());
    again.wire.plug();
    let identity = now(again.notebook.enrol_over(&again.wire, "https://ronde.example", &code)).unwrap();
    assert_eq!(identity.name, "Samir Morel");
    assert_eq!(world.server.devices().unwrap().len(), 2, "the same device, not a third");
}

#[test]
fn before_enrolment_drafts_work_and_filing_says_why_not() {
    let world = World::new(27);
    let phone = world.unenrolled("Inès");
    let draft = phone.draft("waste.tyres", &[], "Pneus.");
    assert_eq!(phone.notebook.file(draft.id), Err(Error::NotEnrolled));
    assert_eq!(phone.notebook.drafts().unwrap().len(), 1);
    assert_eq!(phone.notebook.read(DocId([1; 16])), Err(Error::NotFound(DocId([1; 16]))));
}

#[test]
fn after_the_leases_end_others_reports_lock_and_ones_own_work_goes_on() {
    let world = World::new(28);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let theirs = samir.file("nuisance.noise_night", &[], "Musique forte.");
    samir.sync().unwrap();
    ines.sync().unwrap();
    assert_eq!(ines.notebook.read(theirs).unwrap().statements.len(), 1);

    world.clock.pass(80 * HOUR);
    assert_eq!(ines.notebook.read(theirs), Err(Error::ReadingLocked));
    assert!(ines.notebook.list(None, 9).unwrap().items.is_empty());
    assert!(ines.notebook.search("musique", 9).unwrap().is_empty());
    let mine = ines.file("waste.tyres", &[], "Pneus.");
    assert_eq!(ines.notebook.read(mine).unwrap().statements.len(), 1);

    let report = ines.sync().expect("an expired lease never stops pushing");
    assert!(report.complete, "{report:?}");
    assert_eq!(ines.notebook.read(mine).unwrap().item.status, Status::Delivered);
    assert_eq!(ines.notebook.read(theirs).unwrap().statements.len(), 1, "a fresh lease came with the answer");
}

#[test]
fn a_clock_set_back_does_not_open_what_the_lease_locked() {
    let world = World::new(29);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let theirs = samir.file("nuisance.noise_night", &[], "Musique forte.");
    samir.sync().unwrap();
    ines.sync().unwrap();
    world.clock.pass(80 * HOUR);
    world.clock.mislead_phones(-200 * HOUR);
    // The phone believes that it is last week; its lease began after that.
    let locked = ines.notebook.read(theirs);
    assert_eq!(locked, Err(Error::ReadingLocked));
}

#[test]
fn a_clock_ten_years_off_loses_nothing_and_is_marked() {
    for years in [-10, 10] {
        let world = World::new(30);
        let ines = world.phone("Inès Benali", "pm-chartres", "officer");
        world.clock.mislead_phones(years * YEAR);
        let doc = ines.file("youth.brawl", &[], "Deux groupes.");
        assert!(ines.sync().unwrap().complete, "{years} years");
        ines.correct(doc, "severity", FactValue::Integer(5));
        assert!(ines.sync().unwrap().complete, "{years} years");
        let item = ines.notebook.read(doc).unwrap().item;
        assert_eq!(item.status, Status::Delivered, "{years} years");
        assert!(item.row.doubtful_time, "{years} years: a person should check the hour");
    }
}

#[test]
fn a_revoked_device_keeps_its_own_and_reads_no_others() {
    let world = World::new(31);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let theirs = samir.file("nuisance.noise_night", &[], "Musique forte.");
    samir.sync().unwrap();
    ines.sync().unwrap();
    let device = ines.notebook.identity().unwrap().unwrap().device;
    world.server.revoke_device(device).unwrap();
    let mine = ines.file("waste.tyres", &[], "Pneus.");
    let later = samir.file("waste.green", &[], "Branches.");
    samir.sync().unwrap();
    ines.sync().unwrap();
    assert!(ines.notebook.identity().unwrap().unwrap().revoked);
    assert_eq!(ines.notebook.read(theirs), Err(Error::ReadingLocked));
    assert_eq!(ines.notebook.read(later), Err(Error::NotFound(later)));
    let own = ines.notebook.read(mine).unwrap();
    assert_eq!(own.item.status, Status::NeedsYou { reason: "revoked".into() });
    assert_eq!(ines.notebook.sync_status().unwrap().waiting, 0, "the server holds it, for a person");
}

#[test]
fn a_wrong_key_a_newer_database_and_a_damaged_file_are_told_apart_and_left_untouched() {
    let world = World::new(32);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    ines.file("waste.tyres", &[], "Pneus.");
    let directory = ines.directory().to_owned();
    let database = directory.join("notebook.db");
    ines.restart();
    drop(ines);

    let key = std::fs::read(directory.join("notebook.key")).unwrap();
    std::fs::write(directory.join("notebook.key"), [0; 32]).unwrap();
    let before = std::fs::read(&database).unwrap();
    let open = || world.open_notebook(&directory, Settings::default()).map(|_| ());
    assert_eq!(open(), Err(Error::WrongKey));
    assert_eq!(std::fs::read(&database).unwrap(), before);

    std::fs::write(directory.join("notebook.key"), &key).unwrap();
    assert_eq!(open(), Ok(()), "nothing was spoilt by the wrong key");
    {
        let newer = rusqlite::Connection::open(&database).unwrap();
        let raw: String = key.iter().map(|byte| format!("{:02x}", byte ^ 0x5a)).collect();
        newer.pragma_update(None, "key", format!("x'{raw}'")).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
    }
    let before = std::fs::read(&database).unwrap();
    assert_eq!(open(), Err(Error::NewerDatabase { found: 99, known: 3 }));
    assert_eq!(std::fs::read(&database).unwrap(), before);

    std::fs::write(&database, &before[..before.len() / 2 + 1]).unwrap();
    let truncated = std::fs::read(&database).unwrap();
    let error = open().unwrap_err();
    assert!(matches!(error, Error::Corrupt { .. } | Error::NewerDatabase { .. }), "{error}");
    assert_eq!(std::fs::read(&database).unwrap(), truncated, "set aside by a person, never deleted");

    std::fs::write(&database, &before).unwrap();
    std::fs::remove_file(directory.join("notebook.key")).unwrap();
    let error = open().unwrap_err();
    assert!(matches!(error, Error::KeysUnavailable { .. }), "a fresh key would lock it for ever: {error}");
}

#[test]
fn a_text_over_the_limit_is_said_and_nothing_is_cut() {
    let world = World::new(33);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let words = "é".repeat(70_000);
    let draft = ines.draft("waste.tyres", &[], &words);
    assert!(matches!(ines.notebook.file(draft.id), Err(Error::FixForm(_))));
    assert_eq!(ines.notebook.draft(draft.id).unwrap().statement, words);
    let doc = ines.file("waste.tyres", &[], &"é".repeat(60_000));
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.notebook.read(doc).unwrap().item.status, Status::Delivered);
}

#[test]
fn the_wire_of_another_server_is_noticed_before_anything_is_taken_over() {
    let world = World::new(34);
    let other = World::new(35);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    ines.file("waste.tyres", &[], "Pneus.");
    let astray = Wire::new(other.server.clone());
    let error = now(ines.notebook.sync_over(&astray)).unwrap_err();
    assert!(matches!(error, Error::ServerRefused { .. }), "{error}");
    assert_eq!(ines.notebook.sync_status().unwrap().waiting, 1);
    assert!(ines.sync().unwrap().complete);
    assert_eq!(other.server.stored().unwrap().len(), 0);
}

/// A wire on which the person stops the synchronisation while the server is silent.
struct Silent(ronde_core::Notebook);

impl ronde_core::Link for Silent {
    fn exchange(&self, _call: ronde_core::Call) -> ronde_core::Answering<'_> {
        self.0.cancel_sync();
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_person_stops_a_silent_synchronisation_at_once_and_nothing_is_lost() {
    let world = World::new(36);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let doc = ines.file("waste.tyres", &[], "Pneus.");
    let silent = Silent(ines.notebook.clone());
    assert_eq!(now(ines.notebook.sync_over(&silent)), Err(Error::Cancelled));
    assert_eq!(ines.notebook.read(doc).unwrap().item.status, Status::Stored);
    assert!(ines.sync().unwrap().complete, "the next one goes through");
}
