//! Incidents and requests as their sources write them, and as they must not be.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::PathBuf;

use ronde_core::model::fact::{FactValue, Period, Position};

use super::columns::Columns;
use super::incidents::{self, Fault, Incidents};
use super::mapping::Mapping;
use super::open311::{self, Requests};
use super::{Entry, Refusal};

type Told = Vec<Result<Entry, Refusal>>;

fn incidents(text: &[u8], given: &[(&str, &str)]) -> Result<Told, Fault> {
    let given: Vec<(String, String)> =
        given.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let columns = Columns::new(&incidents::DEFAULTS, &given).unwrap();
    let delimiter = incidents::delimiter_of(text);
    let mut source = Incidents::open(text, delimiter, &columns, &given, Mapping::default())?;
    Ok(std::iter::from_fn(|| source.next_entry().unwrap()).collect())
}

fn requests(text: &[u8]) -> Told {
    let columns = Columns::new(&open311::DEFAULTS, &[]).unwrap();
    let mut source = Requests::open(BufReader::new(text), columns, Mapping::default());
    std::iter::from_fn(|| source.next_entry().unwrap()).collect()
}

fn text<'a>(entry: &'a Entry, fact: &str) -> Option<&'a str> {
    entry.facts.get(fact).and_then(FactValue::as_text)
}

fn refused(told: &Told) -> Vec<(u64, Option<u64>, &'static str)> {
    told.iter().filter_map(|one| one.as_ref().err()).map(|one| (one.line, one.item, one.code)).collect()
}

const HEADER: &str = "time,offense,premise,beat,address,lon,lat\n";

#[test]
fn a_row_becomes_facts_and_its_own_type_and_area_are_verbatim() {
    let rows = format!(
        "{HEADER}2010-01-01T06:00:00Z, Theft ,20R,\"7C10, nord\", 150 dyna dr,-95.3157997,29.7792136\n"
    );
    let told = incidents(rows.as_bytes(), &[]).unwrap();
    let entry = told[0].as_ref().unwrap();
    assert_eq!((entry.line, entry.report_type.as_str()), (2, "other"));
    assert_eq!(text(entry, "source_type"), Some(" Theft "));
    assert_eq!(text(entry, "source_area"), Some("7C10, nord"));
    assert_eq!(text(entry, "address"), Some(" 150 dyna dr"));
    let position = Position::from_bytes(entry.facts["position"].as_bytes().unwrap()).unwrap();
    assert_eq!((position.lat_e7, position.lon_e7), (297_792_136, -953_157_997));
    assert_eq!(position.provider.as_deref(), Some("import"));
    let period = Period::from_bytes(entry.facts["occurred"].as_bytes().unwrap()).unwrap();
    assert_eq!((period.from_ms, period.to_ms), (1_262_325_600_000, 1_262_325_600_000));
}

#[test]
fn a_malformed_row_is_told_by_line_and_the_rest_is_read() {
    let rows = format!(
        "{HEADER}2010-01-01T06:00:00Z,theft,1,2,3,-95,29\nhier,theft,1,2,3,-95,29\n2010-01-01T06:00:00Z,theft,1,2,3,-195,29\n\
         2010-01-01T06:00:00Z,theft,1,2,3,-95\n2010-01-01T06:00:00Z,theft,1,2,3,,29\n2010-01-01T06:00:00Z,theft,1,2,3,,\n\
         2010-01-01T06:00:00Z,{},1,2,3,,\n",
        "x".repeat(3000)
    );
    let told = incidents(rows.as_bytes(), &[]).unwrap();
    assert_eq!(told.len(), 7);
    let expected = [(3, "date"), (4, "position"), (5, "columns"), (6, "position"), (8, "form")];
    assert_eq!(refused(&told), expected.map(|(line, code)| (line, None, code)));
}

#[test]
fn another_file_is_read_with_columns_given() {
    let file =
        "Réf;Nature;Le;Constat;Qui\nA-7;Dépôt sauvage;2026-11-23T05:40:00+01:00;Deux canapés;ASVP 4\n;;;;\n";
    let given = [
        ("source_id", "réf"),
        ("source_type", "Nature"),
        ("from", "Le"),
        ("statement", "Constat"),
        ("statement_author", "Qui"),
    ];
    let told = incidents(file.as_bytes(), &given).unwrap();
    let entry = told[0].as_ref().unwrap();
    assert_eq!(entry.report_type, "waste.bulky");
    assert_eq!(entry.identity, b"A-7");
    assert_eq!(
        (entry.notes[0].text.as_str(), entry.notes[0].author.as_deref()),
        ("Deux canapés", Some("ASVP 4"))
    );
    let blank = told[1].as_ref().unwrap();
    assert_eq!((blank.facts.len(), blank.report_type.as_str()), (0, "other"), "an empty cell is no fact");
}

#[test]
fn a_file_with_no_known_column_says_which_there_are() {
    for (file, given) in [("a,b\n1,2\n", [].as_slice()), ("time,b\n", &[("address", "rue")]), ("", &[])] {
        let Err(Fault::Shape(said)) = incidents(file.as_bytes(), given) else { panic!("{file:?} was read") };
        assert!(file.is_empty() || said.contains('b'), "{said}");
    }
    let odd = [("volume".to_owned(), "a".to_owned())];
    assert!(Columns::new(&incidents::DEFAULTS, &odd).is_err());
    let own = [("type".to_owned(), "a".to_owned())];
    assert!(Columns::new(&incidents::DEFAULTS, &own).is_err());
}

#[test]
fn equal_rows_are_known_by_their_content_alone() {
    let rows = format!("{HEADER},theft,,A,,,\n,theft,A,,,,\n,theft,,A,,,\n");
    let told = incidents(rows.as_bytes(), &[]).unwrap();
    let identity = |place: usize| told[place].as_ref().unwrap().identity.clone();
    assert_eq!(identity(0), identity(2));
    assert_ne!(identity(0), identity(1), "the same words in other columns are another row");
}

const REQUEST: &str = r#"{
  "service_request_id": "14-7", "service_name": "Abandoned Vehicle", "agency_responsible": "Streets",
  "requested_datetime": "2014-05-09T19:02:21-05:00", "address": "1200 W 81ST ST", "lat": 41.7468, "long": -87.6536,
  "extended_attributes": {"ward": "21", "police": "6"},
  "notes": [
    {"datetime": "2014-05-09T19:02:21-05:00", "summary": "Request opened", "type": "opened"},
    {"datetime": "2014-07-29T14:11:00-05:00", "summary": "Final  Outcome", "description": " Survey\nTransfer",
     "extended_attributes": {"agency_responsible": "Water"}}
  ]}"#;

#[test]
fn a_request_becomes_a_report_and_each_note_a_statement_with_its_author() {
    let told = requests(format!("[{REQUEST}]").as_bytes());
    let entry = told[0].as_ref().unwrap();
    assert_eq!(
        (entry.report_type.as_str(), entry.identity.as_slice()),
        ("waste.vehicle", b"14-7".as_slice())
    );
    assert_eq!(text(entry, "source_type"), Some("Abandoned Vehicle"));
    assert_eq!(text(entry, "source_area"), Some("21"));
    assert_eq!(text(entry, "source_id"), Some("14-7"));
    let notes: Vec<(&str, Option<&str>)> =
        entry.notes.iter().map(|note| (note.text.as_str(), note.author.as_deref())).collect();
    let expected = [
        ("[2014-05-09T19:02:21-05:00] Request opened", Some("Streets")),
        ("[2014-07-29T14:11:00-05:00] Final  Outcome\n\n Survey\nTransfer", Some("Water")),
    ];
    assert_eq!(notes, expected);
}

#[test]
fn a_malformed_request_or_note_is_told_by_line_and_the_rest_is_read() {
    let text = format!(
        "[7,\n{REQUEST},\n{{\"lat\": 95, \"long\": 0}},\n{{\"requested_datetime\": \"hier\"}},\n{{\"a\" 1}},\n\
         {{\"notes\": [{{\"summary\": \"a\", \"datetime\": \"hier\"}}, 3, {{\"type\": \"b\"}}, {{\"summary\": \"c\"}}]}},\n\
         {{\"notes\": {{}}}}]"
    );
    let told = requests(text.as_bytes());
    let codes: Vec<&str> = refused(&told).iter().map(|(_, _, code)| *code).collect();
    assert_eq!(codes, ["not-an-object", "position", "date", "syntax"]);
    assert_eq!(refused(&told)[1], (11, Some(3), "position"));
    let notes = told[5].as_ref().unwrap();
    assert_eq!((notes.notes.len(), notes.refused.len()), (1, 3));
    assert_eq!((notes.refused[1].item, notes.refused[1].code), (Some(6), "note"));
    assert_eq!(told[6].as_ref().unwrap().refused.len(), 1);
}

/// A file of the real world, where this checkout has it beside it.
fn real(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/reports").join(name);
    let read = std::fs::read(&path);
    if read.is_err() {
        println!("skipped: {name} is not beside this checkout");
    }
    read.ok()
}

fn counts(told: &Told, fact: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in told.iter().flatten() {
        *counts.entry(text(entry, fact).unwrap_or_default().to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn ten_thousand_real_incidents_are_all_read() {
    let Some(file) = real("houston-2010-10k.csv") else { return };
    let told = incidents(&file, &[]).unwrap();
    assert_eq!((told.len(), refused(&told).len()), (10_000, 0));
    let types = counts(&told, "source_type");
    assert_eq!((types["theft"], types["murder"], types.len()), (5_364, 14, 7));
    assert_eq!(counts(&told, "source_area")["19G10"], 255);
    assert!(
        told.iter().flatten().all(|entry| entry.facts.contains_key("position") && entry.from_ms.is_some())
    );
}

#[test]
fn fifty_real_requests_and_their_notes_are_all_read() {
    let Some(file) = real("chicago-open311-50.json") else { return };
    let told = requests(&file);
    assert_eq!((told.len(), refused(&told).len()), (50, 0));
    let notes: usize = told.iter().flatten().map(|entry| entry.notes.len()).sum();
    assert_eq!(notes, 276);
    assert!(told.iter().flatten().all(|entry| entry.refused.is_empty()));
    assert_eq!(counts(&told, "source_type")["Building Violation"], 35);
    assert_eq!(counts(&told, "source_area")["28"], 6);
}
