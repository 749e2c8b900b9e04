//! Real files through the real programs, where this checkout has them beside it: every row one
//! report, every note one statement, every commune in its place, and a bad row never stops the rest.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use ronde_model::fact::FactValue;
use ronde_server::supervision::{Filter, MAX_PAGE, ReportDetail, Status};
use ronde_server::{Ports, Server};
use ronde_tests::processes::{Office, Person, Town, all_there, clock};
use serde_json::{Value, json};

/// A file beside the checkout, never in it.
fn beside(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: ../shared/data/{name} is not beside this checkout");
    None
}

/// Of every so many incidents one is taken, for who has less time: `RONDE_SAMPLE=5`.
const SAMPLE: &str = "RONDE_SAMPLE";

const DEVICES: [&str; 5] = ["Ines", "Samir", "Karim", "Lea", "Noe"];

/// What is counted.
type Counts = BTreeMap<String, u64>;

/// Runs `work` on each, two at a time, in the order of the list.
fn two_at_a_time<T: Send, R: Send>(each: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let count = each.len();
    let waiting: Mutex<VecDeque<(usize, T)>> = Mutex::new(each.into_iter().enumerate().collect());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().expect("whole").pop_front();
                    let Some((place, one)) = next else { return };
                    let answer = work(one);
                    done.lock().expect("whole").push((place, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("whole");
    assert_eq!(done.len(), count);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, answer)| answer).collect()
}

/// A town and its people, each of a unit of its own, enrolled and without coverage.
fn town_of(names: &[&str]) -> (Town, Vec<Person>) {
    let town = Town::on_this_machine();
    let serving = town.opens();
    let people =
        names.iter().map(|name| town.enrolled(name, &format!("pm-{}", name.to_lowercase()))).collect();
    town.road.lead_nowhere();
    drop(serving);
    (town, people)
}

/// The incidents of each device: the header and every fifth of the rows taken.
fn shares(incidents: &Path, every: usize) -> (Vec<String>, usize) {
    let text = std::fs::read_to_string(incidents).expect("UTF-8");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let rows: Vec<&str> = lines.step_by(every).collect();
    assert!(rows.iter().all(|row| row.matches('"').count() % 2 == 0), "no row goes over its line");
    let mut shares = vec![format!("{header}\n"); DEVICES.len()];
    for (place, row) in rows.iter().enumerate() {
        shares[place % DEVICES.len()].push_str(&format!("{row}\n"));
    }
    (shares, rows.len())
}

#[test]
fn ten_thousand_incidents_and_fifty_requests_become_one_report_a_row_and_one_statement_a_note() {
    let (Some(incidents), Some(requests)) =
        (beside("reports/houston-2010-10k.csv"), beside("reports/chicago-open311-50.json"))
    else {
        return;
    };
    let every = std::env::var(SAMPLE).map_or(1, |text| text.parse().expect("a number"));
    if every > 1 {
        println!("skipped: {} of every {every} incidents, as {SAMPLE} asks", every - 1);
    }
    let (town, people) = town_of(&DEVICES);
    let (shares, rows) = shares(&incidents, every);

    let (imports, filing_s) = clock::timed(|| file_offline(&town, &people, &shares, &requests));
    let sum = |key: &str| imports.iter().filter_map(|tally| tally[key].as_u64()).sum::<u64>();
    assert_eq!((sum("rows"), sum("filed"), sum("statements")), (rows as u64 + 50, rows as u64 + 50, 276));
    assert_eq!((sum("already"), sum("refused_total")), (0, 0), "{imports:?}");

    let _serving = town.opens();
    let (synced, syncing_s) =
        clock::timed(|| two_at_a_time(people.iter().collect(), |person: &Person| person.ask(&["sync"])));
    for told in &synced {
        assert_eq!((&told["complete"], &told["refused"]), (&true.into(), &0.into()), "{told}");
    }
    let sum = |key: &str| synced.iter().filter_map(|told| told[key].as_u64()).sum::<u64>();
    let envelopes = sum("pushed");
    assert_eq!(envelopes, rows as u64 + 50 + 276 - 50, "the first note of a request is sealed with it");

    let (found, reading_s) = clock::timed(|| {
        everything_is_received(&town, &people, rows + 50);
        on_the_server(&town.office)
    });
    assert_eq!(found.reports, rows + 50, "every row one report");
    compare(&found, &incidents, every, &requests);
    println!(
        "{} rows, {} reports, {} statements, {envelopes} envelopes: filed in {filing_s:.1} s, synchronised in \
         {syncing_s:.1} s ({} requests, {} bytes up, {} bytes down), read back in {reading_s:.1} s",
        rows + 50,
        found.reports,
        found.statements.len(),
        sum("requests"),
        sum("bytes_up"),
        sum("bytes_down"),
    );
}

/// Five devices file their shares, and the first the requests too; what each import said.
fn file_offline(town: &Town, people: &[Person], shares: &[String], requests: &Path) -> Vec<Value> {
    let mut work: Vec<(&Person, PathBuf)> = Vec::new();
    for (person, share) in people.iter().zip(shares) {
        work.push((person, town.place.file(&format!("{}.csv", person.name), share.as_bytes())));
    }
    work.push((&people[0], requests.to_owned()));
    two_at_a_time(work, |(person, file)| person.ask(&["import", file.to_str().expect("UTF-8")]))
}

/// Every device lists its own, received; the archive holds what the ledgers say, each once.
fn everything_is_received(town: &Town, people: &[Person], reports: usize) {
    let stored = town.office.stored();
    let listed = two_at_a_time(people.iter().collect(), |person: &Person| {
        let written = all_there(person, &stored);
        let listed = person.reports();
        assert!(listed.iter().all(|report| report["status"]["state"] == "delivered"));
        (listed.len(), written)
    });
    assert_eq!(listed.iter().map(|(listed, _)| listed).sum::<usize>(), reports);
    assert_eq!(listed.iter().map(|(_, written)| written).sum::<usize>(), stored.len());
}

/// What the server shows of everything it holds.
#[derive(Default)]
struct Found {
    reports: usize,
    types: Counts,
    areas: Counts,
    statements: Vec<String>,
}

fn on_the_server(office: &Office) -> Found {
    let token = office.supervisor("Hélène Roy");
    let server = Server::open(office.directory(), Ports::default()).expect("the archive opens");
    let helene = server.sign_in(&token).expect("signed in");
    let (mut docs, mut after) = (Vec::new(), None);
    loop {
        let page = server.reports(&helene, &Filter::default(), after, MAX_PAGE).expect("a page");
        for line in page.items {
            assert_eq!((line.status, line.quarantined, line.pending), (Status::Delivered, 0, 0));
            docs.push(line.row.doc);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let halves: Vec<_> = docs.chunks(docs.len().div_ceil(2).max(1)).collect();
    let mut found = Found::default();
    for half in two_at_a_time(halves, |docs| {
        let mut found = Found::default();
        for doc in docs {
            found.count(&server.report(&helene, *doc).expect("readable").expect("there"));
        }
        found
    }) {
        found.add(half);
    }
    assert_eq!(found.reports, docs.len());
    found.statements.sort();
    found
}

impl Found {
    fn count(&mut self, report: &ReportDetail) {
        let view = report.view.as_ref().expect("sealed");
        let fact = |name: &str| view.facts.get(&format!("facts/{name}")).map(|shown| shown.value.clone());
        let text = |name: &str| match fact(name) {
            None => String::new(),
            Some(FactValue::Text(text)) => text,
            Some(other) => panic!("{name} is {other:?}"),
        };
        self.reports += 1;
        *self.types.entry(text("source_type")).or_default() += 1;
        *self.areas.entry(text("source_area")).or_default() += 1;
        for said in &view.statements {
            assert!(said.statement.source_author.is_some(), "a note names who said it: {said:?}");
            self.statements.push(said.statement.text.clone());
        }
    }

    fn add(&mut self, other: Found) {
        self.reports += other.reports;
        for (name, count) in other.types {
            *self.types.entry(name).or_default() += count;
        }
        for (name, count) in other.areas {
            *self.areas.entry(name).or_default() += count;
        }
        self.statements.extend(other.statements);
    }
}

/// The same counted by another program, in another language, over the files themselves.
fn compare(found: &Found, incidents: &Path, every: usize, requests: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories/counts.py");
    let mut python = Command::new("python3");
    python.arg(script).arg(incidents).arg(every.to_string()).arg(requests);
    let Ok(output) = python.output() else {
        println!("skipped: python3 is not here, so nobody counted the files beside us");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counted: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(counted["rows"], found.reports);
    assert_eq!(counted["type"], json!(found.types), "reports by the source's own type");
    assert_eq!(counted["area"], json!(found.areas), "reports by the source's own area");
    assert_eq!(counted["notes"], json!(found.statements), "every note one statement, verbatim");
}

const HEADER: &str = "time,offense,premise,location,address,beat,lon,lat\n";

/// Rows between which nothing is wrong, and why each other row is none.
fn spoilt() -> (Vec<u8>, Vec<(u64, &'static str)>) {
    let good = |n: usize| format!("2026-01-01T0{n}:00:00Z,theft,20R,,rue {n},7C10,1.49,48.44\n").into_bytes();
    let bad: [(&[u8], &str); 10] = [
        (b"2026-01-01T00:00:00Z,theft,20R\n", "columns"),
        (b"2026-01-01T00:00:00Z,theft,20R,,rue,7C10,1.49,48.44,more\n", "columns"),
        (b"yesterday,theft,20R,,rue,7C10,1.49,48.44\n", "date"),
        (b"2026-02-30T00:00:00Z,theft,20R,,rue,7C10,1.49,48.44\n", "date"),
        (b"2026-01-01T00:00:00Z,theft,20R,,rue,7C10,181,48.44\n", "position"),
        (b"2026-01-01T00:00:00Z,theft,20R,,rue,7C10,1.49,NaN\n", "position"),
        (b"2026-01-01T00:00:00Z,theft,20R,,r\xffe,7C10,1.49,48.44\n", "encoding"),
        (b"2026-01-01T00:00:00Z,theft,20R,,\"rue,7C10,1.49,48.44\n", "quotes"),
        (b"HUGE", "limit"),
        (b"LONG", "form"),
    ];
    let (mut file, mut line, mut refused) = (HEADER.as_bytes().to_vec(), 1, Vec::new());
    for (n, (row, why)) in bad.into_iter().enumerate() {
        file.extend(good(n % 10));
        let long = |bytes| format!("2026-01-01T00:00:00Z,theft,20R,,{},7C10,1.49,48.44\n", "x".repeat(bytes));
        match row {
            b"HUGE" => file.extend(long(100_000).into_bytes()),
            b"LONG" => file.extend(long(5_000).into_bytes()),
            row => file.extend(row),
        }
        line += 2;
        refused.push((line, why));
    }
    file.extend(b"2026-01-01T23:00:00Z,the last one,20R,,rue,7C10,1.49,48.44");
    (file, refused)
}

#[test]
fn a_malformed_row_is_told_by_its_line_and_never_stops_the_rest() {
    let (town, people) = town_of(&["Ines"]);
    let (ines, (spoilt, refused)) = (&people[0], spoilt());
    let file = town.place.file("spoilt.csv", &spoilt);
    let file = file.to_str().expect("UTF-8");
    let told = ines.ask(&["import", file]);
    let lines: Vec<(u64, &str)> = told["refused"]
        .as_array()
        .expect("refusals")
        .iter()
        .map(|one| (one["line"].as_u64().expect("a line"), one["code"].as_str().expect("a code")))
        .collect();
    assert_eq!(lines, refused);
    assert_eq!((&told["rows"], &told["filed"], &told["refused_total"]), (&json!(21), &json!(11), &json!(10)));
    let titles: Vec<Value> = ines.reports().iter().map(|report| report["title"].clone()).collect();
    assert_eq!(titles.len(), 11);
    assert!(titles.contains(&json!("the last one")), "{titles:?}");

    // In words, by line; and nothing is filed twice.
    let again = ines.run_in_words(&["import", file]);
    assert_eq!(again.code, Some(0), "{again:?}");
    for (line, _) in refused {
        let said = again.words.lines().filter(|words| words.starts_with(&format!("ligne {line} : "))).count();
        assert_eq!(said, 1, "line {line} in {}", again.words);
    }
    assert_eq!(ines.run(&["import", file, "--strict"]).failure(), (3, "rows-refused".to_owned()));
    assert_eq!(ines.reports().len(), 11);

    let _serving = town.opens();
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(town.office.stored().len(), 11);
}

#[test]
fn a_malformed_request_or_note_is_told_by_its_line_and_never_stops_the_rest() {
    let (town, people) = town_of(&["Ines"]);
    let ines = &people[0];
    let note = |summary: &str| format!("{{\"datetime\":\"2026-01-01T00:00:00Z\",\"summary\":\"{summary}\"}}");
    let good = |id: &str, notes: &str| {
        format!("{{\"service_request_id\":\"{id}\",\"service_name\":\"Pothole\",\"notes\":[{notes}]}}")
    };
    let (deep, wide) = (["[".repeat(40), "]".repeat(40)].concat(), "x".repeat(1_100_000));
    let text = [
        "[",
        &good("1", &note("first")),
        ",42",
        ",{\"service_name\": oops}",
        &format!(",{{\"service_name\":\"{wide}\"}}"),
        &format!(",{}", good("2", &format!("{},7,{{\"datetime\":\"never\"}}", note("second")))),
        ",{\"lat\":1e400,\"long\":0}",
        &format!(",{}", good("3", "")),
        &format!(",{deep}"),
        ",{\"service_name\":\"the file ends here",
    ]
    .join("\n");
    let file = town.place.file("spoilt.json", text.as_bytes());
    let told = ines.ask(&["import", file.to_str().expect("UTF-8")]);
    let lines: Vec<(u64, &str)> = told["refused"]
        .as_array()
        .expect("refusals")
        .iter()
        .map(|one| (one["line"].as_u64().expect("a line"), one["code"].as_str().expect("a code")))
        .collect();
    let expected = [
        (3, "not-an-object"),
        (4, "syntax"),
        (5, "limit"),
        (6, "note"),
        (6, "note"),
        (7, "syntax"),
        (9, "limit"),
        (10, "syntax"),
    ];
    assert_eq!(lines, expected, "{told}");
    assert_eq!((&told["filed"], &told["statements"]), (&json!(3), &json!(2)), "{told}");
    assert_eq!(ines.reports().len(), 3);
}

#[test]
fn the_66_communes_reach_a_phone_and_every_label_answers_its_own() {
    let Some(map) = beside("communes/chartres-metropole-66.geojson") else { return };
    let map = map.to_str().expect("UTF-8");
    let (town, people) = town_of(&["Ines"]);
    let ines = &people[0];
    assert_eq!(ines.notebook().territory().unwrap(), None);
    let told = town.office.ask(&["territory", "import", map]);
    assert_eq!(
        (&told["communes"], &told["force_unknown"], &told["changed"]),
        (&json!(66), &json!(66), &json!(true))
    );
    assert_eq!(told["warnings"], json!([]));

    let _serving = town.opens();
    ines.ask(&["sync"]);
    let territory = ines.notebook().territory().unwrap().expect("received as configuration");
    assert_eq!((territory.communes().len(), territory.communes_without_force()), (66, 66));
    for commune in territory.communes() {
        let found = territory.commune_at(commune.label[0], commune.label[1]).map(|found| &found.insee);
        assert_eq!(found, Some(&commune.insee), "the label of {}", commune.name);
        assert_eq!(commune.force, None, "nobody said the force of {}", commune.name);
    }
    let said = |words: &[&str]| town.office.run(words).answer;
    assert!(said(&["territory", "show"]).contains("\"force\":null"));

    // Said by somebody, it is known; the phone is given the new map and keeps no other.
    let told = town.office.ask(&["territory", "import", map, "--police", "28085,28220"]);
    assert_eq!((&told["force_unknown"], &told["changed"]), (&json!(0), &json!(true)));
    assert_eq!(town.office.ask(&["territory", "import", map, "--police", "28085,28220"])["changed"], false);
    ines.ask(&["sync"]);
    let territory = ines.notebook().territory().unwrap().expect("received");
    let police = territory
        .communes()
        .iter()
        .filter(|commune| commune.force == Some(ronde_model::territory::Force::Police));
    let police: Vec<&str> = police.map(|commune| commune.insee.as_str()).collect();
    assert_eq!((police, territory.communes_without_force()), (vec!["28085", "28220"], 0));
    assert_eq!(town.office.run(&["territory", "import", map, "--police", "75056"]).failure().0, 3);
}
