//! What is a divergence and what is not (S4), what a screen shows meanwhile, and which decision
//! holds.

use proptest::prelude::*;
use ronde_model::divergence::{Comparison, Divergence, find, same, show};
use ronde_model::document::key::Prefix;
use ronde_model::document::{Chosen, Decision, Document, grow_only_key};
use ronde_model::envelope::Kind;
use ronde_model::fact::{FactValue, Period, Position};
use ronde_model::id::{ChangeHash, DocId};
use ronde_model::words::fold;

use crate::crew::{Desk, Organisation, Person, Verdict, brawl, period, position};

/// Two officers who correct the same report apart, and a supervisor.
struct Apart {
    organisation: Organisation,
    ines: Person,
    karim: Person,
    helene: Person,
    doc: DocId,
    filed: Document,
    desk: Desk,
    handling: Desk,
}

impl Apart {
    fn new() -> Self {
        let organisation = Organisation::new();
        let mut ines = Person::new(&organisation, 11, "Inès", "pm", "officer");
        let karim = Person::new(&organisation, 12, "Karim", "pm", "officer");
        let helene = Person::new(&organisation, 15, "Hélène", "pm", "unit_supervisor");
        let (doc, mut desk) = (DocId([5; 16]), Desk::default());
        let (filed, seal) = ines.file(doc, &brawl());
        assert_eq!(desk.take(&seal), Verdict::SEALED);
        let handling = Desk::of_handling(&ines.home(), ines.agent());
        Apart { organisation, ines, karim, helene, doc, filed, desk, handling }
    }

    /// Inès and Karim each put a value on the filed version.
    fn both(key: &str, ines: FactValue, karim: FactValue) -> Self {
        let mut apart = Apart::new();
        apart.ines_puts(key, ines);
        apart.karim_puts(key, karim);
        apart
    }

    fn ines_puts(&mut self, key: &str, value: FactValue) -> ChangeHash {
        self.ines.restart();
        put(&mut self.ines, &self.filed, self.doc, &mut self.desk, key, value)
    }

    fn karim_puts(&mut self, key: &str, value: FactValue) -> ChangeHash {
        self.karim.restart();
        put(&mut self.karim, &self.filed, self.doc, &mut self.desk, key, value)
    }

    /// Hélène decides; answers the suffix of her decision.
    fn decides(&mut self, key: &str, chosen: Chosen, saw: &[ChangeHash], saw_decisions: &[String]) -> String {
        self.helene.restart();
        let decision = Decision {
            by: self.helene.agent(),
            at_ms: self.helene.clock_ms,
            salt: self.helene.salt(),
            key: key.to_owned(),
            chosen,
            saw: saw.to_vec(),
            saw_decisions: saw_decisions.to_vec(),
            reason: "appel à Karim".into(),
        };
        let entry = grow_only_key(Prefix::Decision, &decision);
        let id = entry.0.trim_start_matches("decision/").to_owned();
        let (_, change) = Document::start(self.helene.actor(), &[entry]).unwrap();
        let home = self.ines.home();
        let parcel = self.helene.send(Kind::Handling, DocId::handling_of(self.doc), &home, change.raw);
        assert_eq!(self.handling.take(&parcel), Verdict::GOOD);
        id
    }

    fn found(&self, comparison: Comparison) -> Vec<Divergence> {
        let handling = self.handling.document.as_ref().map(|document| (document, &self.handling.provenances));
        find(&self.desk.document().contents(), handling, &self.desk.provenances, comparison)
    }

    fn only(&self) -> Divergence {
        let mut found = self.found(Comparison::Normalised);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    fn shown(&self, key: &str) -> (FactValue, Vec<FactValue>, bool) {
        let contents = self.desk.document().contents();
        let shown = show(&contents, &self.found(Comparison::Normalised), &self.desk.provenances)[key].clone();
        (shown.value, shown.also, shown.diverges)
    }

    fn changes(&self, key: &str) -> Vec<ChangeHash> {
        self.desk.document().contents().values[key].iter().map(|written| written.change).collect()
    }
}

fn put(
    person: &mut Person,
    on: &Document,
    doc: DocId,
    desk: &mut Desk,
    key: &str,
    value: FactValue,
) -> ChangeHash {
    let change = person.draft(on, &[(key.to_owned(), value)]);
    let home = desk.home.clone().unwrap();
    let parcel = person.send(Kind::Report, doc, &home, change.raw);
    assert_eq!(desk.take(&parcel), Verdict::GOOD);
    change.hash
}

const TITLE: &str = "facts/title";

#[track_caller]
fn is_none(key: &str, a: FactValue, b: FactValue) {
    let apart = Apart::both(key, a, b);
    assert_eq!(apart.found(Comparison::Normalised), vec![]);
    assert_eq!(apart.found(Comparison::Raw).len(), 1, "equal as bytes: the rule is not tried");
    assert!(!apart.shown(key).2);
}

#[track_caller]
fn is_one(key: &str, a: FactValue, b: FactValue) {
    let apart = Apart::both(key, a.clone(), b.clone());
    let divergence = apart.only();
    assert!(divergence.open);
    let mut said: Vec<_> = divergence.voices.iter().map(|voice| format!("{:?}", voice.value)).collect();
    let mut expected = vec![format!("{a:?}"), format!("{b:?}")];
    said.sort();
    expected.sort();
    assert_eq!(said, expected);
    assert!(divergence.voices.iter().all(|voice| voice.provenance.is_some()));
    assert!(divergence.voices.is_sorted_by_key(|voice| voice.change), "a value leads");
}

#[test]
fn until_somebody_decides_words_are_shown_by_the_lower_hash_and_marked() {
    let mut first_wins = 0;
    for count in 0..12 {
        let mut apart = Apart::new();
        let (hers, his) = (format!("Rixe n° {count}"), format!("Jeu n° {count}"));
        let ines = apart.ines_puts(TITLE, hers.as_str().into());
        let karim = apart.karim_puts(TITLE, his.as_str().into());
        let expected: FactValue = if ines < karim { hers.as_str().into() } else { his.as_str().into() };
        assert_eq!(apart.shown(TITLE), (expected, vec![], true));
        let changes = apart.changes(TITLE);
        assert!(changes.is_sorted());
        first_wins += usize::from(ines < karim);
    }
    assert!((1..12).contains(&first_wins), "the same side every time: nothing was tried");
}

#[test]
fn the_same_words_typed_two_ways_are_no_divergence() {
    for (a, b) in [
        ("Rixe au lycée", "rixe au lycee"),
        ("Rixe au lycée", "  RIXE  au lycée. "),
        ("Œuvre d’art volée", "oeuvre d'art volee"),
        ("Place des Épars ;", "place des epars"),
    ] {
        is_none(TITLE, a.into(), b.into());
    }
}

#[test]
fn other_words_are_a_divergence() {
    is_one(TITLE, "Rixe au lycée".into(), "Rixe au collège".into());
    is_one("facts/commune", "28218".into(), "28220".into());
    is_one(TITLE, "Rixe".into(), FactValue::Integer(7));
}

#[test]
fn a_plate_is_its_letters_and_digits() {
    let plate = "vehicle/01j9z3k4m5n6p7q8r9s0t1v2w3/plate";
    is_none(plate, "AB-123-CD".into(), "ab 123 cd".into());
    is_one(plate, "AB-123-CD".into(), "AB-124-CD".into());
    is_one(TITLE, "AB-123-CD".into(), "AB 123 CD".into());
}

#[test]
fn a_number_is_the_same_with_and_without_decimals() {
    is_none("facts/volume_m3", FactValue::Decimal(3.0), FactValue::Integer(3));
    is_one("facts/volume_m3", FactValue::Decimal(3.5), FactValue::Integer(3));
    is_one("facts/people_count", FactValue::Integer(7), FactValue::Integer(8));
}

#[test]
fn a_period_is_the_same_to_the_minute() {
    let seconds = |from: i64, to: i64| {
        let base =
            Period { from_ms: 1_000_000_020_000, to_ms: 1_000_000_080_000, zone_min: 60, observed_ms: None };
        FactValue::Bytes(
            Period { from_ms: base.from_ms + from * 1000, to_ms: base.to_ms + to * 1000, ..base }.to_bytes(),
        )
    };
    is_none("facts/occurred", seconds(0, 0), seconds(59, 1));
    is_one("facts/occurred", seconds(0, 0), seconds(0, 60));
}

#[test]
fn positions_within_each_others_accuracy_are_no_divergence() {
    // One thousandth of a degree of latitude is 111 metres.
    is_none("facts/position", position(48.4469, 1.4900, 12.0), position(48.44699, 1.4900, 15.0));
    is_one("facts/position", position(48.4469, 1.4900, 12.0), position(48.4479, 1.4900, 15.0));
    // Each within the other's: a rough fix does not swallow a precise one.
    is_one("facts/position", position(48.4469, 1.4900, 12.0), position(48.4479, 1.4900, 500.0));
    is_none("facts/position", position(48.4469, 1.4900, 300.0), position(48.4479, 1.4900, 500.0));
}

#[test]
fn one_agents_own_values_are_no_divergence_and_the_later_is_shown() {
    for minutes in (-6..=6).filter(|minutes| *minutes != 0) {
        let mut apart = Apart::new();
        let mut tablet = Person::with_device(&apart.organisation, 11, 33, "Inès", "pm", "officer");
        tablet.clock_ms = apart.ines.clock_ms + minutes * 60_000;
        put(&mut tablet, &apart.filed, apart.doc, &mut apart.desk, TITLE, "Depuis la tablette".into());
        apart.ines_puts(TITLE, "Depuis le téléphone".into());
        assert_eq!(apart.changes(TITLE).len(), 2);
        assert_eq!(apart.found(Comparison::Normalised), vec![]);
        let expected = if minutes > 0 { "Depuis la tablette" } else { "Depuis le téléphone" };
        assert_eq!(apart.shown(TITLE), (expected.into(), vec![], false));
    }
}

#[test]
fn against_a_colleague_an_agent_has_one_voice_the_latest() {
    let mut apart = Apart::both(TITLE, "Une rixe".into(), "Un jeu".into());
    let mut tablet = Person::with_device(&apart.organisation, 11, 33, "Inès", "pm", "officer");
    tablet.clock_ms = apart.ines.clock_ms + 3_600_000;
    put(&mut tablet, &apart.filed, apart.doc, &mut apart.desk, TITLE, "Une bagarre".into());
    let divergence = apart.only();
    let mut said: Vec<_> = divergence.voices.iter().filter_map(|voice| voice.value.as_text()).collect();
    said.sort_unstable();
    assert_eq!(said, ["Un jeu", "Une bagarre"]);
}

#[test]
fn a_correction_of_a_seen_value_is_no_divergence() {
    let mut apart = Apart::new();
    apart.ines_puts(TITLE, "Une rixe".into());
    let seen = apart.desk.document().clone();
    put(&mut apart.karim, &seen, apart.doc, &mut apart.desk, TITLE, "Un jeu".into());
    assert_eq!(apart.found(Comparison::Raw), vec![]);
    assert_eq!(apart.shown(TITLE).0, "Un jeu".into());
}

#[test]
fn until_somebody_decides_the_gravest_is_shown() {
    let apart = Apart::both("facts/severity", FactValue::Integer(2), FactValue::Integer(5));
    assert_eq!(apart.shown("facts/severity"), (FactValue::Integer(5), vec![], true));
    let apart = Apart::both("facts/severity", FactValue::Integer(4), FactValue::Integer(1));
    assert_eq!(apart.shown("facts/severity"), (FactValue::Integer(4), vec![], true));
}

#[test]
fn until_somebody_decides_the_whole_time_and_both_pins_are_shown() {
    let apart = Apart::both("facts/occurred", period(601, 620), period(610, 650));
    assert_eq!(apart.shown("facts/occurred"), (period(601, 650), vec![], true));
    let (a, b) = (position(48.4469, 1.4900, 12.0), position(48.46, 1.4900, 12.0));
    let (pin, also, diverges) = Apart::both("facts/position", a.clone(), b.clone()).shown("facts/position");
    assert!(diverges && also.len() == 1);
    assert!([&a, &b].contains(&&pin) && [&a, &b].contains(&&also[0]) && pin != also[0]);
}

#[test]
fn a_decision_that_saw_everything_holds() {
    let mut apart = Apart::both(TITLE, "Une rixe".into(), "Un jeu".into());
    let saw = apart.changes(TITLE);
    let contents = apart.desk.document().contents();
    let chosen =
        contents.values[TITLE].iter().find(|written| written.value == "Un jeu".into()).unwrap().change;
    apart.decides(TITLE, Chosen::Change(chosen), &saw, &[]);
    let divergence = apart.only();
    assert!(!divergence.open && divergence.decisions.len() == 1 && divergence.voices.len() == 2);
    assert_eq!(apart.shown(TITLE), ("Un jeu".into(), vec![], false));
}

#[test]
fn a_decision_may_say_a_third_thing() {
    let mut apart = Apart::both("facts/severity", FactValue::Integer(2), FactValue::Integer(5));
    let saw = apart.changes("facts/severity");
    apart.decides("facts/severity", Chosen::Value(FactValue::Integer(3)), &saw, &[]);
    assert_eq!(apart.shown("facts/severity"), (FactValue::Integer(3), vec![], false));
}

#[test]
fn a_decision_that_did_not_see_a_value_leaves_it_open() {
    let mut apart = Apart::both(TITLE, "Une rixe".into(), "Un jeu".into());
    let saw = apart.changes(TITLE);
    apart.decides(TITLE, Chosen::Change(saw[0]), &saw[..1], &[]);
    assert!(apart.only().open);
    apart.decides("facts/commune", Chosen::Change(saw[0]), &saw, &[]);
    assert!(apart.only().open, "a decision about another fact");
    apart.decides(TITLE, Chosen::Change(saw[0]), &saw, &[]);
    assert!(!apart.only().open);
    // A value that stood on no screen arrives: open again, all shown.
    let mut bruno = Person::new(&apart.organisation, 13, "Bruno", "pm", "officer");
    put(&mut bruno, &apart.filed, apart.doc, &mut apart.desk, TITLE, "Une altercation".into());
    let divergence = apart.only();
    assert!(divergence.open && divergence.voices.len() == 3 && divergence.decisions.is_empty());
}

#[test]
fn two_decisions_apart_that_differ_stay_open_and_both_are_shown() {
    let mut apart = Apart::both(TITLE, "Une rixe".into(), "Un jeu".into());
    let saw = apart.changes(TITLE);
    let first = apart.decides(TITLE, Chosen::Change(saw[0]), &saw, &[]);
    let second = apart.decides(TITLE, Chosen::Change(saw[1]), &saw, &[]);
    let divergence = apart.only();
    assert!(divergence.open);
    let mut shown: Vec<_> = divergence.decisions.iter().map(|decided| decided.id.clone()).collect();
    let mut both = vec![first.clone(), second.clone()];
    shown.sort();
    both.sort();
    assert_eq!(shown, both);
    assert!(apart.shown(TITLE).2);
    // A third that saw the two settles it.
    let third = apart.decides(TITLE, Chosen::Value("Une altercation".into()), &saw, &[first, second]);
    let divergence = apart.only();
    assert!(!divergence.open);
    assert_eq!(divergence.decisions.iter().map(|d| &d.id).collect::<Vec<_>>(), [&third]);
    assert_eq!(apart.shown(TITLE), ("Une altercation".into(), vec![], false));
}

#[test]
fn two_decisions_apart_that_agree_hold() {
    let mut apart = Apart::both(TITLE, "Une rixe".into(), "Un jeu".into());
    let saw = apart.changes(TITLE);
    apart.decides(TITLE, Chosen::Value("Altercation".into()), &saw, &[]);
    apart.decides(TITLE, Chosen::Value("altercation.".into()), &saw, &[]);
    assert!(!apart.only().open);
    assert!(!apart.shown(TITLE).2);
}

#[test]
fn a_decision_that_saw_the_other_wins_over_it() {
    let mut apart = Apart::both(TITLE, "Une rixe".into(), "Un jeu".into());
    let saw = apart.changes(TITLE);
    let first = apart.decides(TITLE, Chosen::Change(saw[0]), &saw, &[]);
    apart.decides(TITLE, Chosen::Value("Autre chose".into()), &saw, &[first]);
    assert!(!apart.only().open);
    assert_eq!(apart.shown(TITLE).0, "Autre chose".into());
}

#[test]
fn a_decision_for_a_change_that_does_not_stand_there_leaves_it_open() {
    let mut apart = Apart::both(TITLE, "Une rixe".into(), "Un jeu".into());
    let saw = apart.changes(TITLE);
    apart.decides(TITLE, Chosen::Change(ChangeHash([7; 32])), &saw, &[]);
    assert!(apart.only().open);
}

#[test]
fn a_put_over_both_settles_without_a_decision() {
    let mut apart = Apart::both(TITLE, "Une rixe".into(), "Un jeu".into());
    let seen = apart.desk.document().clone();
    put(&mut apart.karim, &seen, apart.doc, &mut apart.desk, TITLE, "Un jeu".into());
    assert_eq!(apart.found(Comparison::Raw), vec![]);
    assert_eq!(apart.shown(TITLE), ("Un jeu".into(), vec![], false));
}

fn text() -> impl Strategy<Value = FactValue> {
    prop_oneof!["[A-Za-zéÉœæß' .;-]{0,12}".prop_map(FactValue::Text), crate::drawn::value()]
}

proptest! {
    #![proptest_config(crate::tried())]

    #[test]
    fn sameness_is_mutual_and_holds_of_oneself(a in text(), b in text(), plate in any::<bool>()) {
        let key = if plate { "vehicle/x/plate" } else { TITLE };
        for comparison in [Comparison::Normalised, Comparison::Raw] {
            prop_assert!(same(key, &a, &a, comparison));
            prop_assert_eq!(same(key, &a, &b, comparison), same(key, &b, &a, comparison));
        }
        prop_assert!(!same(key, &a, &b, Comparison::Raw) || same(key, &a, &b, Comparison::Normalised));
    }

    #[test]
    fn positions_are_the_same_only_within_the_smaller_accuracy(
        lat in -80.0_f64..80.0, lon in -170.0_f64..170.0, north in -900.0_f64..900.0, r1 in 0.0_f64..600.0, r2 in 0.0_f64..600.0,
    ) {
        let a = Position::from_degrees(lat, lon, r1).unwrap();
        let b = Position::from_degrees(lat + north / 111_194.9, lon, r2).unwrap();
        prop_assume!((north.abs() - r1.min(r2)).abs() > 0.2);
        let expected = north.abs() < r1.min(r2);
        let is_same = same("facts/position", &FactValue::Bytes(a.to_bytes()), &FactValue::Bytes(b.to_bytes()), Comparison::Normalised);
        prop_assert_eq!(is_same, expected);
    }

    #[test]
    fn a_position_and_a_period_come_back(lat in any::<i32>(), lon in any::<i32>(), dm in any::<u32>(), from in any::<i64>(), to in any::<i64>()) {
        let position = Position { lat_e7: lat, lon_e7: lon, accuracy_dm: dm, age_s: None, provider: Some("gnss".into()), mocked: None };
        prop_assert_eq!(Position::from_bytes(&position.to_bytes()), Some(position.clone()));
        let period = Period { from_ms: from, to_ms: to, zone_min: -60, observed_ms: Some(3) };
        prop_assert_eq!(Period::from_bytes(&period.to_bytes()), Some(period.clone()));
        prop_assert_eq!(Period::from_bytes(&position.to_bytes()), None);
        prop_assert_eq!(Position::from_bytes(&period.to_bytes()), None);
        prop_assert!(position.distance_m(&position) == 0.0 && !FactValue::Bytes(position.to_bytes()).to_words().is_empty());
    }

    #[test]
    fn folding_twice_folds_once(text in ".{0,60}") {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }
}
