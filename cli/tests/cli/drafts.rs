//! Writing with no coverage and no enrolment: drafts survive, filing says what is missing.

use crate::terminal::Terminal;
use ronde_core::model::id::DocId;
use ronde_core::{About, Adding, Draft, Notebook, Ports};
use serde_json::json;

const FORM: [&str; 18] = [
    "new",
    "youth.brawl",
    "--fact",
    "people_count=12",
    "--fact",
    "minors=oui",
    "--fact",
    "title=Rixe, place Billard",
    "--at",
    "48.4469,1.4892,5",
    "--from",
    "2026-11-23T05:40:00+01:00",
    "--to",
    "2026-11-23T06:10:00+01:00",
    "--person",
    "role=témoin,description=grand, veste bleue",
    "--statement",
    "Vu depuis la place.\nDeux groupes.",
];

#[test]
fn a_draft_is_kept_as_it_was_typed() {
    let ines = Terminal::new();
    let made = ines.ask(&FORM);
    assert_eq!(made["filed"], json!(null));
    let drafts = ines.ask(&["drafts"]);
    assert_eq!(drafts.as_array().unwrap().len(), 1);
    let draft = &drafts[0];
    assert_eq!(draft["id"], made["draft"]["id"]);
    assert_eq!(draft["facts"]["people_count"], 12);
    assert_eq!(draft["facts"]["minors"], true);
    assert_eq!(draft["statement"], "Vu depuis la place.\nDeux groupes.");
    assert_eq!(draft["involved"][0]["fields"]["description"], "grand, veste bleue");
    // What is only missing is told and stands in the way of nothing.
    assert_eq!(draft["problems"][0]["reason"], "missing");
    let words = ines.run(&["drafts"]);
    assert!(words.out.contains("Rixe, place Billard"), "{}", words.out);
}

#[test]
fn a_draft_is_changed_by_the_end_of_its_id_and_answers_can_be_taken_back() {
    let ines = Terminal::new();
    let made = ines.ask(&FORM);
    let id = made["draft"]["id"].as_str().unwrap();
    let person = made["draft"]["involved"][0]["id"].as_str().unwrap();
    let edited = ines.ask(&[
        "edit",
        &id[24..],
        "--fact",
        "people_count=",
        "--fact",
        "injuries=light",
        "--drop",
        person,
        "--to",
        "2026-11-23T07:00:00+01:00",
        "--vehicle",
        "plate=AB-123-CD",
    ]);
    let draft = &edited["draft"];
    assert_eq!(draft["facts"].get("people_count"), None);
    assert_eq!(draft["facts"]["injuries"], "light");
    assert_ne!(draft["facts"]["occurred"], made["draft"]["facts"]["occurred"]);
    assert_eq!(draft["involved"].as_array().unwrap().len(), 1);
    assert_eq!(draft["involved"][0]["kind"], "vehicle");
    assert_eq!(draft["statement"], made["draft"]["statement"], "what is not named stays");
    let (code, error) = ines.refused(&["edit", id, "--drop", "zzzz"]);
    assert_eq!((code, error["code"].as_str()), (4, Some("not-found")));
}

#[test]
fn a_wrong_value_is_told_in_the_words_of_the_form_and_changes_nothing() {
    let ines = Terminal::new();
    let (code, error) =
        ines.refused(&["new", "youth.brawl", "--fact", "people_count=douze", "--fact", "severity=9"]);
    assert_eq!(
        (code, error["code"].as_str(), error["advice"].as_str()),
        (3, Some("fix-form"), Some("fix_form"))
    );
    assert_eq!(error["problems"].as_array().unwrap().len(), 2);
    assert_eq!(ines.ask(&["drafts"]), json!([]));
    let words = ines.run(&["new", "youth.brawl", "--fact", "severity=9"]);
    assert!(words.err.contains("Gravité") && words.err.contains("1 à 5"), "{}", words.err);
}

#[test]
fn half_a_communes_name_is_refused_and_a_code_is_taken() {
    let ines = Terminal::new();
    let (code, error) = ines.refused(&["new", "youth.brawl", "--fact", "commune=Char"]);
    assert_eq!((code, error["problems"][0]["field"].as_str()), (3, Some("commune")), "{error}");
    assert_eq!(ines.ask(&["drafts"]), json!([]));
    let made = ines.ask(&["new", "youth.brawl", "--fact", "commune=28085"]);
    assert_eq!(made["draft"]["facts"]["commune"], "28085");
}

#[test]
fn filing_needs_an_enrolment_and_keeps_the_draft() {
    let ines = Terminal::new();
    let mut form = FORM.to_vec();
    form.extend(["--file", "--json"]);
    let said = ines.run(&form);
    assert_eq!(said.code, 5);
    let told: serde_json::Value = serde_json::from_str(&said.err).unwrap();
    assert_eq!(
        (&told["error"]["code"], &told["error"]["advice"]),
        (&json!("not-enrolled"), &json!("sign_in_again"))
    );
    let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let id = answer["draft"]["id"].as_str().unwrap();
    assert_eq!(ines.ask(&["drafts"])[0]["id"], id, "the draft is kept");
    assert_eq!(ines.refused(&["file", id]).0, 5);
    for needs in [vec!["whoami"], vec!["sync"], vec!["import", "x.csv"]] {
        let code = ines.run(&needs).code;
        assert!(code == 5 || (needs[0] == "import" && code == 4), "{needs:?} ended with {code}");
    }
}

#[test]
fn words_come_from_a_file_and_may_be_anything_but_endless() {
    let ines = Terminal::new();
    let naughty = "\u{1b}[2J\u{202e}œuvre d’art\r\n\t--file\u{0}";
    let file = ines.write("words.txt", naughty);
    let made = ines.ask(&["new", "other", "--statement-file", &file, "--fact", "title=--json = 'x'"]);
    assert_eq!(made["draft"]["statement"], naughty, "verbatim");
    assert_eq!(made["draft"]["facts"]["title"], "--json = 'x'");
    let shown = ines.run(&["edit", made["draft"]["id"].as_str().unwrap()]);
    assert!(
        !shown.out.contains('\u{1b}') && shown.out.contains('␛'),
        "a text commands no terminal: {}",
        shown.out
    );
    let endless = ines.write("endless.txt", "é".repeat(200_000));
    assert_eq!(ines.run(&["new", "other", "--statement-file", &endless]).code, 2);
    let not_text = ines.write("photo.jpg", [0xff, 0xd8, 0xff]);
    assert_eq!(ines.run(&["new", "other", "--statement-file", &not_text]).code, 4);
    assert_eq!(ines.run(&["new", "other", "--statement-file", &file, "--statement", "x"]).code, 2);
}

#[test]
fn a_draft_can_be_thrown_away_and_is_then_not_found() {
    let ines = Terminal::new();
    let made = ines.ask(&["new", "other"]);
    let id = made["draft"]["id"].as_str().unwrap();
    assert_eq!(ines.ask(&["drafts", "--discard", id]), json!([]));
    let (code, error) = ines.refused(&["edit", id]);
    assert_eq!(
        (code, error["code"].as_str(), error["advice"].as_str()),
        (4, Some("not-found"), Some("not_found"))
    );
    assert_eq!(ines.refused(&["edit", &id[24..]]).0, 4);
}

#[test]
fn two_drafts_of_the_same_hour_are_told_apart_or_said_to_be_several() {
    let ines = Terminal::new();
    let first = ines.ask(&["new", "other"])["draft"]["id"].as_str().unwrap().to_owned();
    let second = ines.ask(&["new", "fire"])["draft"]["id"].as_str().unwrap().to_owned();
    let same = first.bytes().zip(second.bytes()).take_while(|(a, b)| a == b).count();
    assert!(same >= 6, "two ids of one hour begin alike: {first} {second}");
    let (code, error) = ines.refused(&["edit", &first[..same]]);
    assert_eq!((code, error["code"].as_str()), (2, Some("ambiguous")));
    assert_eq!(ines.ask(&["edit", &second[24..]])["draft"]["report_type"], "fire");
}

#[test]
fn roles_typed_in_words_are_kept_as_codes_and_a_plate_too_long_is_said_when_it_is_filed() {
    let ines = Terminal::new();
    let made = ines.ask(&FORM);
    assert_eq!(made["draft"]["involved"][0]["fields"]["role"], "witness");
    let plate = format!("plate={},role=vu de loin", "A".repeat(41));
    let made = ines.ask(&["new", "waste.vehicle", "--vehicle", &plate]);
    let vehicle = &made["draft"]["involved"][0];
    assert_eq!(vehicle["fields"]["role"], "vu de loin");
    let field = format!("vehicle/{}/plate", vehicle["id"].as_str().unwrap());
    let problems = made["draft"]["problems"].as_array().unwrap();
    let told = problems.iter().find(|problem| problem["field"] == field.as_str()).expect("told");
    assert_eq!((told["reason"].as_str(), told["limit"].as_u64()), (Some("too_long"), Some(40)));
}

#[test]
fn words_begun_about_a_report_are_listed_and_thrown_away_and_never_edited_as_a_draft() {
    let ines = Terminal::new();
    let made = ines.ask(&["new", "waste.bulky", "--statement", "Un canapé."]);
    let directory = ines.path("notebook");
    let notebook =
        Notebook::open(&directory, Ports::of_system(&directory, "lierre et glycine", 0).unwrap()).unwrap();
    let draft = notebook.drafts().unwrap().remove(0);
    let about = About { doc: DocId([7; 16]), adding: Adding::Statement, shown: Vec::new(), begun_ms: 1 };
    let id: DocId = "0193a1b2c3d47e5f8a6b7c8d9eabcdef".parse().unwrap();
    let statement = "Un homme part en courant.".to_owned();
    notebook.save_draft(&Draft { id, about: Some(about), statement, ..draft }).unwrap();
    drop(notebook);

    let drafts = ines.ask(&["drafts"]);
    assert_eq!(drafts.as_array().unwrap().len(), 2);
    let begun = drafts.as_array().unwrap().iter().find(|one| one.get("about").is_some()).expect("marked");
    assert_eq!((&begun["problems"], &begun["id"]), (&json!([]), &json!(id.to_string())));
    let words = ines.run(&["drafts"]).out;
    let line = words.lines().find(|line| line.contains("commencées")).expect("marked");
    assert!(line.contains("sur …07070707") && line.contains("Un homme part"), "{line}");
    for reference in [id.to_string(), "9eabcdef".to_owned()] {
        for command in [["edit", &reference, "--statement=Autre"].as_slice(), &["file", &reference]] {
            let (_, error) = ines.refused(command);
            assert!(["not-found", "not-enrolled"].contains(&error["code"].as_str().unwrap()), "{error}");
        }
        assert_eq!(ines.refused(&["edit", &reference]).1["code"], "not-found");
    }
    let left = ines.ask(&["drafts", "--discard", "9eabcdef"]);
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["id"], made["draft"]["id"]);
}
