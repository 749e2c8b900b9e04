use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::fact::{FactValue, Period, Position};

/// The contract's list, as the design writes it: `family.kind|kind`, or words alone.
const CONTRACT: &[(&str, &str)] = &[
    ("A1", "presence.contact|school|event|otv|assist"),
    ("A2", "video.fact_observed|preserve|requisition|outcome"),
    ("A3", "waste.bags|bulky|rubble|hazardous|tyres|green|vehicle|wreck|obstruction"),
    (
        "A4",
        "transit.no_ticket|refusal|insult|threat|assault_staff|assault_user|sexist_outrage|damage|projectile|tag|\
         smoking|noise|alarm|theft|package|intrusion|medical|disruption",
    ),
    ("A5", "youth.gathering|brawl_risk|brawl|school_area|runaway|minor_at_risk|fireworks|rodeo"),
    ("A6", "vigilance_referral"),
    ("A7", "nuisance.noise_night|noise_day|party|animal|roaming_dog|squat"),
    ("A7", "incivility.hall_occupation|alcohol_order|tag|damage|parking|scooter|illegal_sale"),
    ("A7", "traffic.deal_observed|use|cache|weapon_found|stolen_goods"),
    ("A8", "justice.arrest_handover|art40|rappel_ordre|transaction|follow_up"),
    (
        "A10",
        "cyber.phishing|ransomware|fraud_transfer|account_takeover|web_defacement|school_threat|training_session",
    ),
    ("A11", "sharing.alert|request|answer"),
    ("other", "other|lost_found|road_accident|medical|fire|suspicious"),
];

fn facts(given: &[(&str, FactValue)]) -> BTreeMap<String, FactValue> {
    given.iter().map(|(code, value)| ((*code).to_owned(), value.clone())).collect()
}

fn text(words: &str) -> FactValue {
    FactValue::Text(words.to_owned())
}

fn reasons(type_code: &str, given: &[(&str, FactValue)]) -> Vec<(String, Reason)> {
    let problems = Catalogue::shipped().check(type_code, &facts(given));
    problems
        .into_iter()
        .filter(|problem| problem.reason != Reason::Missing)
        .map(|problem| (problem.field, problem.reason))
        .collect()
}

fn filled_waste() -> Vec<(&'static str, FactValue)> {
    vec![("volume_m3", FactValue::Decimal(2.5)), ("hazard", text("asbestos"))]
}

fn every_field(catalogue: &Catalogue) -> impl Iterator<Item = &Field> {
    let of_types = catalogue.types.iter().flat_map(|known| &known.fields);
    let of_involved = catalogue.person.iter().chain(&catalogue.vehicle);
    catalogue.common.iter().chain(of_types).chain(of_involved)
}

#[test]
fn the_shipped_data_opens_without_fault() {
    assert_eq!(Catalogue::shipped().fault(), None);
}

#[test]
fn every_report_type_of_the_contract_is_there_on_its_axis_and_no_other() {
    let expected: BTreeSet<(String, String)> = CONTRACT
        .iter()
        .flat_map(|(axis, list)| {
            let (family, kinds) = list.split_once('.').map_or(("", *list), |(family, kinds)| (family, kinds));
            kinds.split('|').map(move |kind| {
                let code = if family.is_empty() { kind.to_owned() } else { format!("{family}.{kind}") };
                (code, (*axis).to_owned())
            })
        })
        .collect();
    let shipped =
        Catalogue::shipped().types().iter().map(|known| (known.code.clone(), known.axis.clone())).collect();
    assert_eq!(expected, shipped);
    assert_eq!(expected.len(), 84);
}

#[test]
fn every_code_has_words_in_both_languages_and_no_words_are_left_over() {
    let catalogue = Catalogue::shipped();
    let fields = || every_field(catalogue);
    let types: BTreeSet<String> = catalogue.types.iter().map(|known| known.code.clone()).collect();
    let axes: BTreeSet<String> = catalogue.axes.iter().cloned().collect();
    let field_codes: BTreeSet<String> = fields().map(|field| field.code.clone()).collect();
    // The same field may be asked of a person with some choices, of a vehicle with others.
    let mut choices: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for field in fields() {
        if let FieldKind::Choice { choices: some } = &field.kind {
            choices.entry(field.code.clone()).or_default().extend(some.iter().cloned());
        }
    }
    for language in [Language::Fr, Language::En] {
        let labels = catalogue.labels(language);
        let codes = |of: &BTreeMap<String, String>| of.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(codes(&labels.r#type), types, "{language:?} types");
        assert_eq!(codes(&labels.axis), axes, "{language:?} axes");
        assert_eq!(codes(&labels.field), field_codes, "{language:?} fields");
        let labelled: BTreeMap<_, _> =
            labels.choice.iter().map(|(field, words)| (field.clone(), codes(words))).collect();
        assert_eq!(labelled, choices, "{language:?} choices");
        assert!((1..=5).all(|severity| catalogue.severity_label(severity, language).is_some()));
        assert_eq!(labels.severity.len(), 5);
        assert_eq!(
            codes(&labels.sensitivity),
            ["internal", "protected", "restricted"].map(str::to_owned).into()
        );
    }
}

#[test]
fn words_are_written_as_the_style_asks_and_tell_types_apart() {
    let catalogue = Catalogue::shipped();
    for language in [Language::Fr, Language::En] {
        let labels = catalogue.labels(language);
        let choices = labels.choice.values().flat_map(BTreeMap::values);
        let plain = [&labels.r#type, &labels.axis, &labels.field].into_iter().flat_map(BTreeMap::values);
        for words in plain.chain(choices) {
            assert!(!words.trim().is_empty() && words.trim() == words, "{words:?} has blanks around it");
            assert!(!words.contains('\''), "{words:?} has a straight apostrophe");
            assert!(words.chars().count() <= 50, "{words:?} is too long for a row");
        }
        let distinct: BTreeSet<&String> = labels.r#type.values().collect();
        assert_eq!(distinct.len(), labels.r#type.len(), "{language:?}: two types have the same words");
    }
}

#[test]
fn every_line_of_the_data_says_only_what_the_catalogue_understands() {
    let data: toml::Table = toml::from_str(include_str!("types.toml")).unwrap();
    let assert_keys = |entry: &toml::Value, known: &[&str]| {
        for key in entry.as_table().unwrap().keys() {
            assert!(known.contains(&key.as_str()), "{key} in {entry} is read by nobody");
        }
    };
    for entry in data["types"].as_array().unwrap() {
        assert_keys(entry, &["code", "axis", "severity", "sensitivity", "icon", "groups", "no_content"]);
        let sensitivity = entry["sensitivity"].as_str().unwrap();
        assert_eq!(Sensitivity::from_code(sensitivity).code(), sensitivity);
    }
    for group in data["group"].as_table().unwrap().values() {
        assert_keys(group, &["fields", "required"]);
    }
    let catalogue = Catalogue::shipped();
    for asked in data["involved"].as_table().unwrap().values().flat_map(|asked| asked.as_array().unwrap()) {
        assert_keys(asked, &["code", "choices"]);
    }
    let used: BTreeSet<&str> = every_field(catalogue).map(|field| field.code.as_str()).collect();
    for (code, field) in data["field"].as_table().unwrap() {
        assert_keys(field, &["kind", "max_len", "min", "max", "choices", "register"]);
        assert!(used.contains(code.as_str()), "field {code} belongs to no type and nobody involved");
    }
    for known in every_field(catalogue) {
        assert!(!matches!(known.kind, FieldKind::Unknown { .. }), "{} has an unknown kind", known.code);
    }
}

#[test]
fn six_types_have_full_fields() {
    let catalogue = Catalogue::shipped();
    for (type_code, field_codes) in [
        ("waste.bulky", "volume_m3 hazard owner_clue land_owner removal_date removal_cost_eur"),
        (
            "transit.assault_staff",
            "line stop vehicle direction service_impact onboard_camera victim_role injuries weapons",
        ),
        ("youth.brawl", "people_count weapons injuries minors filmed"),
        ("nuisance.noise_night", "noise_source audible_from repeated measured_db"),
        ("presence.contact", "contact_kind people_count subject"),
        ("video.preserve", "camera footage deletion_date requested_by purpose"),
    ] {
        let own = &catalogue.report_type(type_code).unwrap().fields;
        for code in field_codes.split(' ') {
            assert!(own.iter().any(|field| field.code == code), "{type_code} lacks {code}");
        }
        assert!(own.iter().any(|field| field.required), "{type_code} asks for nothing");
    }
    let waste = catalogue.types().iter().filter(|known| known.axis == "A3");
    let shared: Vec<_> = waste.map(|known| &known.fields).collect();
    assert!(shared.windows(2).all(|pair| pair[0] == pair[1]), "the waste family shares its fields");
}

#[test]
fn a_complete_report_has_nothing_to_correct() {
    let position = Position::from_degrees(48.45, 1.49, 12.0).unwrap();
    let hour = Period { from_ms: 1_000, to_ms: 3_601_000, zone_min: 60, observed_ms: None };
    let mut given = filled_waste();
    given.extend([
        ("title", text("Encombrants rue du Puits")),
        ("severity", FactValue::Integer(2)),
        ("urgent", FactValue::Flag(false)),
        ("commune", text("28085")),
        ("removal_date", text("2028-02-29")),
        ("removal_cost_eur", FactValue::Integer(180)),
        ("position", FactValue::Bytes(position.to_bytes())),
        ("occurred", FactValue::Bytes(hour.to_bytes())),
        ("source_type", text("Sanitation Code Violation")),
        ("source_area", text("Ward 27")),
    ]);
    assert_eq!(Catalogue::shipped().check("waste.bulky", &facts(&given)), []);
}

#[test]
fn a_known_field_takes_only_its_kind_within_its_limits() {
    let expects = |code, value: FactValue, expected| {
        let mut given = filled_waste();
        given.retain(|(known, _)| *known != code);
        given.push((code, value));
        assert_eq!(reasons("waste.bulky", &given), [(code.to_owned(), Reason::WrongKind { expected })]);
    };
    expects("title", FactValue::Integer(3), "text");
    expects("severity", FactValue::Decimal(2.0), "integer");
    expects("severity", text("3"), "integer");
    expects("urgent", text("oui"), "flag");
    expects("volume_m3", text("2,5"), "decimal");
    expects("hazard", FactValue::Flag(true), "choice");
    expects("removal_date", text("2026-02-30"), "date");
    expects("occurred", FactValue::Bytes(vec![0xa0]), "period");
    expects("position", FactValue::Bytes(vec![0xff, 0x00]), "position");

    let out = |code, value: FactValue, min, max| {
        assert_eq!(
            reasons("waste.bulky", &[(code, value)]),
            [(code.to_owned(), Reason::OutOfRange { min, max })]
        );
    };
    out("severity", FactValue::Integer(0), 1.0, 5.0);
    out("severity", FactValue::Integer(6), 1.0, 5.0);
    out("volume_m3", FactValue::Decimal(-0.1), 0.0, 10_000.0);
    out("volume_m3", FactValue::Decimal(f64::NAN), 0.0, 10_000.0);
    out("volume_m3", FactValue::Decimal(f64::INFINITY), 0.0, 10_000.0);
    out("removal_cost_eur", FactValue::Integer(i64::MAX), 0.0, 1_000_000.0);
}

#[test]
fn a_text_is_counted_in_characters_and_stops_at_its_limit() {
    let limited = |code, limit: usize| {
        assert_eq!(reasons("other", &[(code, text(&"é".repeat(limit)))]), []);
        let over = Reason::TooLong { length: limit + 1, limit };
        assert_eq!(reasons("other", &[(code, text(&"é".repeat(limit + 1)))]), [(code.to_owned(), over)]);
    };
    limited("title", 300);
    limited("address", 2_000);
    limited("line", 200);
    limited("a_field_nobody_described", 2_000);
}

#[test]
fn a_period_that_ends_before_it_starts_is_refused() {
    let backwards = Period { from_ms: 2_000, to_ms: 1_000, zone_min: 0, observed_ms: None };
    let given = [("footage", FactValue::Bytes(backwards.to_bytes()))];
    assert_eq!(reasons("video.preserve", &given), [("footage".to_owned(), Reason::EndsBeforeStart)]);
}

#[test]
fn an_unknown_type_choice_or_field_is_readable_and_only_capture_says_so() {
    let catalogue = Catalogue::shipped();
    assert_eq!(catalogue.label("drone.sighting", Language::Fr), "drone.sighting");
    assert_eq!(catalogue.choice_label("hazard", "radioactive", Language::En), "radioactive");
    assert!(catalogue.report_type("drone.sighting").is_none());
    assert!(catalogue.field("drone.sighting", "title").is_some(), "common fields stay readable");
    assert_eq!(reasons("drone.sighting", &[]), [("type".to_owned(), Reason::UnknownType)]);
    let problems = reasons("waste.bulky", &[("hazard", text("radioactive")), ("brand_new", text("?"))]);
    assert!(matches!(&problems[..], [(field, Reason::NotAChoice { choices })]
        if field == "hazard" && choices.contains(&"asbestos".to_owned())));
}

#[test]
fn an_empty_required_field_is_said_but_never_prevents_filing() {
    let catalogue = Catalogue::shipped();
    for given in [vec![], vec![("hazard", text("  ")), ("volume_m3", text(""))]] {
        let problems = catalogue.check("waste.bulky", &facts(&given));
        let said: Vec<_> = problems.iter().map(|problem| problem.fr.as_str()).collect();
        assert_eq!(said, ["Volume (m³)\u{a0}: à compléter.", "Danger\u{a0}: à compléter."]);
        assert!(problems.iter().all(|problem| !problem.prevents_filing()));
    }
    assert_eq!(catalogue.check("waste.bulky", &facts(&filled_waste())), []);
}

#[test]
fn a_vigilance_referral_keeps_no_content() {
    let catalogue = Catalogue::shipped();
    assert!(catalogue.report_type("vigilance_referral").unwrap().no_content);
    let kept = [("channel", text("prefecture")), ("reference", text("2026-17"))];
    assert_eq!(catalogue.check("vigilance_referral", &facts(&kept)), []);
    for stray in ["title", "address", "position", "commune", "tags", "a_field_nobody_described"] {
        let given = [("channel", text("prefecture")), (stray, text("…"))];
        assert_eq!(reasons("vigilance_referral", &given), [(stray.to_owned(), Reason::NoContent)]);
    }
}

#[test]
fn a_problem_says_in_two_languages_what_to_do() {
    let given = facts(&[
        ("title", text(&"x".repeat(412))),
        ("volume_m3", FactValue::Decimal(-1.5)),
        ("hazard", text("none")),
    ]);
    let problems = Catalogue::shipped().check("waste.bulky", &given);
    let said = |language| problems.iter().map(|problem| problem.sentence(language)).collect::<Vec<_>>();
    assert_eq!(
        said(Language::Fr),
        [
            "Titre\u{a0}: 412\u{a0}signes, 300 au plus. Raccourcissez le texte.",
            "Volume (m³)\u{a0}: donnez un nombre de 0 à 10000."
        ]
    );
    assert_eq!(
        said(Language::En),
        [
            "Title: 412 characters, at most 300. Shorten the text.",
            "Volume (m³): give a number from 0 to 10000."
        ]
    );
    assert!(problems.iter().all(Problem::prevents_filing));
    let json = serde_json::to_value(&problems[0]).unwrap();
    assert_eq!(
        (&json["field"], &json["reason"], &json["limit"]),
        (&"title".into(), &"too_long".into(), &300.into())
    );
}

#[test]
fn typed_words_become_the_value_of_their_field() {
    let catalogue = Catalogue::shipped();
    let read = |code, typed| catalogue.field("waste.bulky", code).unwrap().kind.read(typed);
    assert_eq!(read("volume_m3", "2,5"), Ok(FactValue::Decimal(2.5)));
    assert_eq!(read("volume_m3", " 2.5 "), Ok(FactValue::Decimal(2.5)));
    assert_eq!(read("severity", "4"), Ok(FactValue::Integer(4)));
    assert_eq!(read("recurrent", "Oui"), Ok(FactValue::Flag(true)));
    assert_eq!(read("recurrent", "false"), Ok(FactValue::Flag(false)));
    assert_eq!(read("hazard", " asbestos "), Ok(text("asbestos")));
    assert_eq!(read("title", " kept as typed "), Ok(text(" kept as typed ")));
    assert_eq!(read("removal_date", "2026-12-21"), Ok(text("2026-12-21")));
    assert_eq!(read("volume_m3", ""), Ok(text("")), "an answer can be taken back");
    assert_eq!(read("volume_m3", "beaucoup"), Err(Reason::WrongKind { expected: "decimal" }));
    assert_eq!(read("volume_m3", "nan"), Err(Reason::OutOfRange { min: 0.0, max: 10_000.0 }));
    assert_eq!(read("recurrent", "peut-être"), Err(Reason::WrongKind { expected: "flag" }));
    assert_eq!(read("occurred", "hier"), Err(Reason::WrongKind { expected: "period" }));
}

#[test]
fn a_fact_is_shown_in_words() {
    let words = |code, value: FactValue, language| Catalogue::shipped().words(code, &value, language);
    assert_eq!(words("hazard", text("asbestos"), Language::Fr), "Amiante");
    assert_eq!(words("hazard", text("radioactive"), Language::Fr), "radioactive");
    assert_eq!(words("title", text("other"), Language::Fr), "other");
    assert_eq!(words("volume_m3", FactValue::Decimal(2.5), Language::Fr), "2,5");
    assert_eq!(words("volume_m3", FactValue::Decimal(2.5), Language::En), "2.5");
    assert_eq!(words("urgent", FactValue::Flag(true), Language::Fr), "oui");
    assert_eq!(words("urgent", FactValue::Flag(false), Language::En), "no");
    assert_eq!(words("type", text("youth.brawl"), Language::Fr), "Rixe");
    assert_eq!(words("type", text("drone.sighting"), Language::Fr), "drone.sighting");
    assert_eq!(words("severity", FactValue::Integer(4), Language::Fr), "Grave");
    assert_eq!(words("severity", FactValue::Integer(400), Language::Fr), "400");
}

#[test]
fn whoever_is_involved_is_shown_in_words_and_free_words_as_they_were_typed() {
    let catalogue = Catalogue::shipped();
    for (field, code, fr, en) in [
        ("age_band", "adult", "Majeur", "Adult"),
        ("age_band", "over_65", "Plus de 65 ans", "Over 65"),
        ("role", "witness", "Témoin", "Witness"),
        ("role", "fleeing", "En fuite", "Fleeing"),
        ("role", "témoin principal", "témoin principal", "témoin principal"),
        ("age_band", "la trentaine", "la trentaine", "la trentaine"),
    ] {
        assert_eq!(catalogue.words(field, &text(code), Language::Fr), fr);
        assert_eq!(catalogue.words(field, &text(code), Language::En), en);
    }
    let asked =
        |fields: &[Field]| fields.iter().map(|field| field.code.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(asked(catalogue.person_fields()), "role age_band description");
    assert_eq!(asked(catalogue.vehicle_fields()), "plate make colour role description");
    assert!(catalogue.person_fields()[0].kind.refuses(&text("parked")).is_some(), "a person is not parked");
}

#[test]
fn only_days_of_the_calendar_are_dates() {
    for day in ["2026-12-21", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
        assert!(check::is_day(day), "{day}");
    }
    for no_day in [
        "",
        "2026-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-04-31",
        "26-04-30",
        "2026-4-30",
        "+026-04-30",
        "2026-04-30T",
        "2026-04-3\u{661}",
        "2026-04-30-01",
    ] {
        assert!(!check::is_day(no_day), "{no_day}");
    }
}

#[test]
fn a_newer_catalogue_opens_and_its_new_kinds_accept_anything() {
    let newer = r#"
        version = 7
        shiny = true
        axes = ["A1"]
        common = ["mood"]
        types = [{ code = "a.b", axis = "A1", severity = 3, sensitivity = "secret", icon = "x", colour = "red" }]
        [field.mood]
        kind = "hologram"
        [involved]
        person = [{ code = "mood", choices = ["blue"] }]
    "#;
    let catalogue = Catalogue::parse(newer, "[tone]\na = \"b\"", "").unwrap();
    assert_eq!(catalogue.version(), 7);
    let known = catalogue.report_type("a.b").unwrap();
    assert_eq!(known.sensitivity, Sensitivity::Protected, "an unknown sensitivity is the most closed");
    assert_eq!(catalogue.check("a.b", &facts(&[("mood", FactValue::Bytes(vec![1]))])), []);
}

#[test]
fn a_broken_catalogue_names_its_broken_line() {
    let with = |types: &str, rest: &str| {
        let text = format!("version = 1\naxes = [\"A1\"]\ncommon = []\ntypes = [{types}]\n[field]\n{rest}");
        Catalogue::parse(&text, "", "").map(|_| ()).unwrap_err()
    };
    let one = |axis: &str, severity: u8, groups: &str| {
        format!(
            r#"{{ code = "a", axis = "{axis}", severity = {severity}, sensitivity = "internal", icon = "x", groups = [{groups}] }}"#
        )
    };
    let undefined = |user: &str, what, name: &str| CatalogueError::Undefined {
        user: user.into(),
        what,
        name: name.into(),
    };
    assert_eq!(with(&one("A9", 1, ""), ""), undefined("a", "axis", "A9"));
    assert_eq!(with(&one("A1", 6, ""), ""), CatalogueError::Severity { code: "a".into(), severity: 6 });
    assert_eq!(with(&one("A1", 1, "\"g\""), ""), undefined("a", "group", "g"));
    assert_eq!(with(&one("A1", 1, "\"g\""), "[group.g]\nfields = [\"f\"]"), undefined("g", "field", "f"));
    let stray = "[group.g]\nfields = []\nrequired = [\"f\"]";
    assert_eq!(with(&one("A1", 1, "\"g\""), stray), undefined("g", "field", "f"));
    let empty =
        |kind: &str| with(&one("A1", 1, "\"g\""), &format!("f = {{ {kind} }}\n[group.g]\nfields = [\"f\"]"));
    for kind in ["kind = \"choice\"", "kind = \"integer\", min = 3, max = 2", "kind = \"text\", max_len = 0"]
    {
        assert_eq!(empty(kind), CatalogueError::EmptyField { code: "f".into() }, "{kind}");
    }
    for (field, stray) in [("kind = \"choice\", choices = [\"a\"]", "b"), ("kind = \"flag\"", "a")] {
        let person =
            format!("f = {{ {field} }}\n[involved]\nperson = [{{ code = \"f\", choices = [\"{stray}\"] }}]");
        assert_eq!(with("", &person), undefined("person", "choice", stray), "{field}");
    }
    let twice = format!("{}, {}", one("A1", 1, ""), one("A1", 1, ""));
    assert_eq!(with(&twice, ""), CatalogueError::DuplicateType { code: "a".into() });
    assert!(matches!(with("nonsense", ""), CatalogueError::Syntax { file: "types", .. }));
    let huge = "#".repeat(600 * 1024);
    let too_large = Catalogue::parse("version = 1\naxes = []\ncommon = []\ntypes = []\n[field]", &huge, "");
    assert_eq!(
        too_large.map(|_| ()).unwrap_err(),
        CatalogueError::TooLarge { file: "labels.fr", bytes: huge.len() }
    );
}

proptest! {
    #[test]
    fn capture_and_parsing_answer_whatever_they_are_given(code in ".{0,40}", words in ".{0,400}", toml in ".{0,200}") {
        let _ = Catalogue::parse(&toml, &toml, &toml);
        for known in Catalogue::shipped().types() {
            let given = facts(&[(&code, text(&words)), ("title", text(&words)), ("removal_date", text(&words))]);
            for problem in Catalogue::shipped().check(&known.code, &given) {
                prop_assert!(!problem.fr.is_empty() && !problem.en.is_empty());
            }
            for field in &known.fields {
                if let Ok(value) = field.kind.read(&words) {
                    prop_assert_eq!(field.kind.refuses(&value), None);
                }
            }
        }
    }
}
