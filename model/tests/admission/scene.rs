//! One report of one unit, three officers, a supervisor and a bus driver. Bruno is the one whose
//! phone was tampered with: his lease is good, his changes are not.

use automerge::legacy::OpId;
use automerge::{ActorId, Change, ExpandedChange};
use ronde_model::document::{Document, Statement};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::scope::Scope;

use crate::crew::{Desk, Organisation, Parcel, Person, Verdict, brawl, fact};

pub const POLICE: &str = "pm-chartres";

pub struct Scene {
    pub organisation: Organisation,
    pub ines: Person,
    pub karim: Person,
    pub bruno: Person,
    pub driver: Person,
    pub helene: Person,
    pub doc: DocId,
    pub home: Scope,
    pub seal: Parcel,
    pub statement: (String, FactValue),
    pub desk: Desk,
}

impl Scene {
    /// Inès filed; Bruno corrected once, honestly.
    pub fn new() -> Self {
        let organisation = Organisation::new();
        let mut ines = Person::new(&organisation, 11, "Inès", POLICE, "officer");
        let karim = Person::new(&organisation, 12, "Karim", POLICE, "officer");
        let mut bruno = Person::new(&organisation, 13, "Bruno", POLICE, "officer");
        let driver = Person::new(&organisation, 14, "Malik", "transport", "transport_agent");
        let helene = Person::new(&organisation, 15, "Hélène", POLICE, "unit_supervisor");
        let (doc, home) = (DocId([5; 16]), ines.home());
        let statement = ines.words("J'ai vu six jeunes se battre devant le portail.");
        let mut facts = brawl();
        facts.extend([statement.clone()]);
        let (_, seal) = ines.file(doc, &facts);
        let mut desk = Desk::default();
        assert_eq!(desk.take(&seal), Verdict::SEALED);
        let honest = bruno.correct(
            Kind::Report,
            doc,
            &home,
            desk.document(),
            &[fact("people_count", FactValue::Integer(7))],
        );
        assert_eq!(desk.take(&honest), Verdict::GOOD);
        Scene { organisation, ines, karim, bruno, driver, helene, doc, home, seal, statement, desk }
    }

    pub fn report(&self) -> &Document {
        self.desk.document()
    }

    /// Bruno's next change, honest until `edit` has passed over it.
    pub fn forge(&self, edit: impl FnOnce(&mut ExpandedChange, &Scene)) -> Vec<u8> {
        let raw = self.bruno.draft(self.report(), &[fact("title", "Rixe, place des Épars")]).raw;
        let mut change = Change::from_bytes(raw).unwrap().decode();
        edit(&mut change, self);
        Change::from(change).raw_bytes().to_vec()
    }

    /// The operation of the seal that put a key.
    pub fn sealed_op(&self, key: &str) -> OpId {
        let change = Change::from_bytes(self.seal.envelope().body.clone()).unwrap().decode();
        let place = change
            .operations
            .iter()
            .position(|op| op.key == automerge::legacy::Key::Map(key.into()))
            .unwrap();
        OpId::new(change.start_op.get() + place as u64, &change.actor_id)
    }

    pub fn actor(person: &Person) -> ActorId {
        ActorId::from(person.actor())
    }

    /// Bruno sends a body in a well-formed envelope.
    pub fn take_from_bruno(&mut self, body: Vec<u8>) -> Verdict {
        let parcel = self.bruno.send(Kind::Report, self.doc, &self.home, body);
        self.desk.take(&parcel)
    }

    /// The body is judged so, changes nothing, and everybody works on afterwards.
    #[track_caller]
    pub fn answers(&mut self, body: Vec<u8>, expected: Verdict) {
        let before = self.report().save();
        assert_eq!(self.take_from_bruno(body), expected);
        assert_eq!(self.report().save(), before, "the document moved");
        self.everybody_works_on();
    }

    /// Bruno, honest again, gives the report its title back.
    #[track_caller]
    pub fn puts_title_back(&mut self) {
        let both = [fact("title", "Rixe devant le lycée"), fact("audible_from", "street")];
        let parcel = self.bruno.correct(Kind::Report, self.doc, &self.home, self.desk.document(), &both);
        assert_eq!(self.desk.take(&parcel), Verdict::GOOD);
    }

    /// Karim corrects, Inès adds words, Bruno corrects in the same chain and in a new one; the
    /// report loads and holds all of it.
    #[track_caller]
    pub fn everybody_works_on(&mut self) {
        let (doc, home) = (self.doc, self.home.clone());
        let karims = self.karim.correct(
            Kind::Report,
            doc,
            &home,
            self.desk.document(),
            &[fact("outcome", "dispersed")],
        );
        assert_eq!(self.desk.take(&karims), Verdict::GOOD, "Karim's correction");
        let words = self.ines.words("Deux d'entre eux sont partis vers la gare.");
        let more =
            self.ines.correct(Kind::Report, doc, &home, self.desk.document(), std::slice::from_ref(&words));
        assert_eq!(self.desk.take(&more), Verdict::GOOD, "Inès's words");
        let same = [fact("people_count", FactValue::Integer(8))];
        let again = self.bruno.correct(Kind::Report, doc, &home, self.desk.document(), &same);
        assert_eq!(self.desk.take(&again), Verdict::GOOD, "Bruno's honest correction, same chain");
        self.bruno.restart();
        let fresh = self.bruno.correct(
            Kind::Report,
            doc,
            &home,
            self.desk.document(),
            &[fact("dispersed", FactValue::Flag(true))],
        );
        assert_eq!(self.desk.take(&fresh), Verdict::GOOD, "Bruno's honest correction, new chain");
        let loaded = Document::load(&self.report().save()).expect("the report loads");
        assert_eq!(loaded.heads(), self.report().heads());
        let contents = loaded.contents();
        let only = |key: &str| match contents.values.get(key).map(Vec::as_slice) {
            Some([one]) => one.value.clone(),
            other => panic!("{key}: {other:?}"),
        };
        assert_eq!(only("facts/outcome"), "dispersed".into());
        assert_eq!(only("facts/people_count"), FactValue::Integer(8));
        assert_eq!(only("facts/dispersed"), FactValue::Flag(true));
        assert_eq!(only("facts/title"), "Rixe devant le lycée".into());
        assert!(Statement::from_value(&only(&words.0)).is_some());
        assert_eq!(only(&self.statement.0), self.statement.1);
    }
}
