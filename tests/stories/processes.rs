//! The real programs over real TLS: what is filed while the server is away arrives once, whoever
//! is killed and whenever; what must be refused is refused by its exit code, and before anything
//! was said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::mpsc::channel;

use ronde_tests::processes::{Certificate, Office, Person, Place, Road, Serving, Way};
use ronde_tests::world::Dice;

/// One server behind a road that phones find at one address, whatever becomes of the server.
struct Town {
    place: Place,
    office: Office,
    certificate: Certificate,
    road: Road,
}

impl Town {
    fn new() -> Town {
        let place = Place::new();
        let office = place.office();
        let certificate = Certificate::made(place.path(), "server");
        Town { place, office, certificate, road: Road::new() }
    }

    /// Opens the doors at the end of the road.
    fn opens(&self) -> Serving {
        let serving = self.office.opens(Some(&self.certificate));
        self.road.lead_to(serving.address());
        serving
    }

    fn url(&self) -> String {
        format!("https://{}", self.road.address())
    }

    /// A person with an enrolled notebook; the doors must be open.
    fn enrolled(&self, name: &str, unit: &str) -> Person {
        let person = self.place.person(name);
        let code = self.office.invite(name, unit, "officer");
        let identity = person.enrol(&self.url(), &code, Some(&self.certificate.fingerprint));
        assert_eq!(identity["name"], name);
        person
    }

    /// A CSV file of rows that are all different, numbered from `first`.
    fn rows(&self, name: &str, first: u64, count: u64) -> String {
        let row = |n: u64| format!("2026-11-20T08:{:02}:00Z,bruit {n},secteur {},rue {n}\n", n % 60, n % 7);
        let text: String = (first..first + count).map(row).collect();
        let path = self.place.file(name, format!("time,offense,beat,address\n{text}").as_bytes());
        path.to_str().expect("UTF-8").to_owned()
    }
}

/// How many kills a loop makes: `RONDE_KILLS`, or the number given.
fn kills(usual: u64) -> u64 {
    let asked = std::env::var("RONDE_KILLS").ok().map(|text| text.parse().expect("RONDE_KILLS is a number"));
    asked.unwrap_or(usual)
}

/// The eids a notebook wrote, all of them in the archive under the number it was told.
fn all_there(person: &Person, stored: &BTreeMap<String, u64>) -> usize {
    let ledger = person.ledger();
    for (eid, seq) in &ledger {
        assert_eq!(stored.get(eid).copied(), *seq, "{eid} of {}", person.name);
    }
    ledger.len()
}

#[test]
fn what_is_filed_while_the_server_is_away_arrives_once_it_is_back() {
    let town = Town::new();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    assert_eq!(serving.stop().code(), Some(0), "told to stop, it stops well");
    town.road.lead_nowhere();

    let first = ines.file("Musique forte", "Troisième étage, fenêtres ouvertes.");
    let second = ines.file("Deuxième passage", "Toujours la même musique.");
    ines.ask(&["state", &first, "--text", "Le calme est revenu à 2 h."]);
    let before = ines.ledger();
    assert_eq!((before.len(), before.values().flatten().count()), (3, 0));
    let offline = ines.run(&["sync"]);
    assert_eq!(offline.failure(), (6, "unreachable".to_owned()));
    let told = offline.json();
    assert_eq!((&told["complete"], &told["status"]["waiting"]), (&false.into(), &3.into()), "{told}");
    assert_eq!(ines.ledger(), before, "nothing was lost");
    assert!(ines.reports().iter().all(|report| report["status"]["state"] == "stored"));

    let serving = town.opens();
    let told = ines.ask(&["sync"]);
    assert_eq!((&told["complete"], &told["pushed"]), (&true.into(), &3.into()), "{told}");
    let reports = ines.reports();
    let seen: BTreeSet<&str> = reports.iter().filter_map(|report| report["doc"].as_str()).collect();
    assert_eq!(seen, BTreeSet::from([first.as_str(), second.as_str()]));
    for report in &reports {
        assert_eq!(report["status"]["state"], "delivered", "{report}");
        assert!(report["number"].is_string(), "{report}");
    }
    assert_eq!(all_there(&ines, &town.office.stored()), 3);
    let again = ines.ask(&["sync"]);
    assert_eq!((&again["requests"], &again["pushed"]), (&1.into(), &0.into()), "{again}");

    // The address itself is gone now: refused instead of turned away, and still only "later".
    drop(serving);
    let Town { place, road, .. } = town;
    drop(road);
    ines.file("Troisième passage", "Rien.");
    assert_eq!(ines.run(&["sync"]).failure().0, 6);
    assert_eq!(ines.reports().len(), 3);
    drop(place);
}

/// The longest TLS record that holds an alert and nothing else: header, alert, content type, tag.
const ALERT: usize = 5 + 2 + 1 + 16;

/// The protected records among what a client sent.
fn protected(mut sent: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    while let [kind, _, _, high, low, ..] = *sent {
        let length = 5 + usize::from(u16::from_be_bytes([high, low]));
        if kind == 23 {
            found.push(length);
        }
        sent = &sent[length.min(sent.len())..];
    }
    found
}

#[test]
fn a_server_with_another_certificate_gets_no_byte_of_a_request() {
    let town = Town::new();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let doc = ines.file("Musique forte", "Troisième étage.");
    ines.ask(&["sync"]);
    let (sent, _) = town.road.passed();
    assert!(protected(&sent).iter().any(|length| *length > 200), "an honest request is seen as one");
    drop(serving);

    // The organisation's own keys and archive, and a certificate nobody named.
    let other = Certificate::made(town.place.path(), "other");
    let impostor = town.office.opens(Some(&other));
    town.road.lead_to(impostor.address());
    ines.ask(&["state", &doc, "--text", "Deuxième passage."]);
    let refused = ines.run(&["sync"]);
    assert_eq!(refused.failure(), (6, "unreachable".to_owned()));
    assert!(refused.words.contains("certificate"), "{}", refused.words);
    let samir = town.place.person("Samir Morel");
    let code = town.office.invite("Samir Morel", "pm-centre", "officer");
    for named in [None, Some(town.certificate.fingerprint.as_str())] {
        let refused = samir.try_to_enrol(&town.url(), &code, named);
        assert_eq!(refused.failure().0, 6, "with the certificate {named:?}");
    }
    let (sent, _) = town.road.passed();
    assert!(!sent.is_empty());
    assert!(protected(&sent).iter().all(|length| *length <= ALERT), "{:?}", protected(&sent));
    assert!(!impostor.log().contains("/v1/"), "{}", impostor.log());
    drop(impostor);

    let _serving = town.opens();
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    samir.enrol(&town.url(), &code, Some(&town.certificate.fingerprint));
    assert_eq!(all_there(&ines, &town.office.stored()), 2);
}

/// What becomes of the server under load, and what the process says of its end.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Killed,
    Stopped,
}

/// One exchange after another in which the server meets its fate, and is opened again at once. The
/// first goes through whole and tells how many bytes there are to choose from.
fn meet(fate: Fate, rounds: u64) {
    let town = Town::new();
    let seed = 2026;
    println!("{rounds} servers {fate:?}, seed {seed}");
    let dice = Dice::new(seed);
    let mut serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let samir = town.enrolled("Samir Morel", "pm-centre");
    let file = |round| {
        let rows = town.rows(&format!("round-{round}.csv"), round * 1_000, 40);
        assert_eq!(ines.ask(&["import", &rows])["filed"], 40);
        samir.file(&format!("Passage {round}"), "Rien à signaler.");
    };
    file(0);
    town.road.passed();
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    let (up, down) = town.road.passed();
    let mut met = 0;
    for round in 1..=rounds {
        file(round);
        let (way, most) = if dice.below(3) == 0 { (Way::Down, down) } else { (Way::Up, up.len() as u64) };
        let (tell, heard) = channel();
        let end: Box<dyn FnOnce() + Send> = match fate {
            Fate::Killed => Box::new(serving.killer()),
            Fate::Stopped => Box::new(serving.stopper()),
        };
        town.road.mine(way, dice.below(most), move || {
            end();
            let _gone = tell.send(());
        });
        let mut sync = ines.start(&["sync"]);
        if went_off(&mut sync, &heard) {
            met += 1;
            let status = serving.wait();
            if matches!(fate, Fate::Stopped) {
                assert_eq!(status.code(), Some(0), "{}", serving.log());
            }
            serving = town.opens();
        }
        town.road.disarm();
        let ended = sync.wait_with_output().expect("ended");
        assert!(matches!(ended.status.code(), Some(0 | 6)), "{ended:?}");
        assert_eq!(samir.ask(&["sync"])["complete"], true);
    }
    println!("{met} of {rounds} fell within an exchange of {} bytes up and {down} down", up.len());
    assert!(met * 10 >= rounds * 9, "too few fell within an exchange: move the mines");
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(ines.ask(&["sync"])["requests"], 1);
    let stored = town.office.stored();
    let written = all_there(&ines, &stored) + all_there(&samir, &stored);
    assert_eq!(written, stored.len(), "nothing is stored that nobody wrote");
    // Hers, and one of Samir's a round, by the feed.
    assert_eq!(ines.reports().len() as u64, 41 * (rounds + 1));
}

/// Waits until the mine went off, or the program ended without.
fn went_off(program: &mut std::process::Child, heard: &std::sync::mpsc::Receiver<()>) -> bool {
    loop {
        if heard.try_recv().is_ok() {
            return true;
        }
        if program.try_wait().expect("a child").is_some() {
            return heard.try_recv().is_ok();
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_server_killed_while_it_takes_in_keeps_each_envelope_once() {
    meet(Fate::Killed, kills(12));
}

#[test]
fn a_server_told_to_stop_while_it_takes_in_ends_well_and_keeps_each_envelope_once() {
    meet(Fate::Stopped, kills(6));
}

/// Kills a program once the notebook's files have grown by some bytes; false when it had ended before.
fn kill_after(mut program: std::process::Child, directory: &Path, growth: u64) -> (bool, Vec<u8>) {
    let size = || {
        let file = |name: &str| std::fs::metadata(directory.join(name)).map_or(0, |found| found.len());
        file("notebook.db") + file("notebook.db-wal")
    };
    let start = size();
    let killed = loop {
        if program.try_wait().expect("a child").is_some() {
            break false;
        }
        if size() >= start + growth {
            program.kill().expect("killed");
            break true;
        }
        std::thread::yield_now();
    };
    let ended = program.wait_with_output().expect("ended");
    (killed, ended.stdout)
}

#[test]
fn an_import_that_was_killed_goes_on_where_it_stopped() {
    let town = Town::new();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let rows = town.rows("rows.csv", 0, 300);
    let dice = Dice::new(7);
    let (mut before, mut killed) = (0, 0);
    for round in 0..8 {
        let import = ines.start(&["import", &rows]);
        killed += u32::from(kill_after(import, ines.directory(), dice.below(5_000_000)).0);
        let reports = ines.reports().len();
        assert!(reports >= before, "round {round}: what was filed stays");
        assert!(ines.ask(&["drafts"]).as_array().is_some_and(|drafts| drafts.len() <= 1), "the one in hand");
        if round == 3 {
            assert_eq!(ines.ask(&["sync"])["complete"], true);
            all_there(&ines, &town.office.stored());
        }
        before = reports;
    }
    println!("{killed} imports of 8 were killed, {before} reports were filed by them");
    assert!(killed >= 3, "too few were killed: move the moments");
    let whole = ines.ask(&["import", &rows]);
    assert_eq!((&whole["rows"], &whole["refused_total"]), (&300.into(), &0.into()));
    assert_eq!(whole["filed"].as_u64().unwrap() + whole["already"].as_u64().unwrap(), 300, "{whole}");
    assert_eq!(ines.reports().len(), 300);
    assert_eq!(ines.ask(&["drafts"]).as_array().map(Vec::len), Some(0), "no draft is left behind");
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(all_there(&ines, &town.office.stored()), 300);
    drop(serving);
}

#[test]
fn what_filing_answered_is_there_after_a_kill() {
    let town = Town::new();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let dice = Dice::new(11);
    let (mut answered, mut killed) = (BTreeSet::new(), 0);
    let rounds = kills(40);
    for round in 0..rounds {
        let title = format!("title=Passage {round}");
        let filing = ines.start(&["new", "nuisance.noise_night", "--fact", &title, "--file"]);
        let (was_killed, said) = kill_after(filing, ines.directory(), dice.below(120_000));
        killed += u64::from(was_killed);
        if let Ok(said) = serde_json::from_slice::<serde_json::Value>(&said)
            && let Some(doc) = said["filed"]["doc"].as_str()
        {
            answered.insert(doc.to_owned());
        }
    }
    println!("{killed} of {rounds} were killed, {} had answered", answered.len());
    assert!(killed * 4 > rounds, "too few were killed: move the moments");
    let reports = ines.reports();
    let there: BTreeSet<String> =
        reports.iter().filter_map(|report| report["doc"].as_str().map(str::to_owned)).collect();
    assert_eq!(answered.difference(&there).count(), 0, "what Déposer answered is there");
    // What was killed before it was filed is a draft, and can still be.
    for draft in ines.ask(&["drafts"]).as_array().expect("drafts") {
        ines.ask(&["file", draft["id"].as_str().expect("an id")]);
    }
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(all_there(&ines, &town.office.stored()), ines.reports().len());
    drop(serving);
}

#[test]
fn programs_that_share_a_notebook_make_it_once_and_lose_nothing() {
    let town = Town::new();
    let serving = town.opens();
    let ines = town.place.person("Inès Benali");
    // Three at once, and no notebook yet.
    let begin = |n: usize| ines.start(&["new", "other", "--fact", &format!("title=Brouillon {n}")]);
    let begun: Vec<_> = (0..3).map(begin).collect();
    for program in begun {
        let ended = program.wait_with_output().expect("ended");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert_eq!(ines.ask(&["drafts"]).as_array().map(Vec::len), Some(3));

    let code = town.office.invite("Inès Benali", "pm-centre", "officer");
    ines.enrol(&town.url(), &code, Some(&town.certificate.fingerprint));
    let rows = town.rows("rows.csv", 0, 400);
    let mut import = ines.start(&["import", &rows]);
    let mut syncs = 0;
    while import.try_wait().expect("a child").is_none() {
        ines.ask(&["sync"]);
        syncs += 1;
    }
    let imported = import.wait_with_output().expect("ended");
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    println!("{syncs} synchronisations during one import");
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(all_there(&ines, &town.office.stored()), 400);
    drop(serving);
}

#[test]
fn an_archive_of_a_newer_version_is_refused_and_left_as_it_is() {
    let place = Place::new();
    let office = place.office();
    let archive = office.directory().join("archive.sqlite");
    let key = std::fs::read_to_string(office.directory().join("archive.key")).unwrap();
    {
        let newer = rusqlite::Connection::open(&archive).unwrap();
        newer.pragma_update(None, "key", format!("x'{}'", key.trim())).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
    }
    let before = std::fs::read(&archive).unwrap();
    let token = "nobody's";
    let every: [&[&str]; 6] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["invite", "--name", "Inès", "--unit", "pm", "--role", "officer"],
        &["report", "list", "--token", token],
        &["territory", "draw"],
        &["archive", "eids"],
        &["archive", "rebuild"],
    ];
    for words in every {
        let refused = office.run(words);
        // `serve` has a log before its error.
        assert_eq!(refused.failure(), (7, "newer-archive".to_owned()), "{words:?}");
        assert!(refused.answer.is_empty(), "{words:?}");
    }
    assert!(std::fs::read(&archive).unwrap() == before, "the file was touched");
}

#[test]
fn a_wrong_passphrase_ends_with_seven_and_nothing_is_said_to_the_server() {
    let town = Town::new();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    ines.file("Musique forte", "Troisième étage.");
    town.road.passed();
    let files = || -> BTreeMap<_, _> {
        let entries = std::fs::read_dir(ines.directory()).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    };
    let before = files();
    let every: [&[&str]; 5] = [
        &["sync"],
        &["list"],
        &["whoami"],
        &["new", "other", "--file"],
        &["import", "/dev/null", "--format", "csv"],
    ];
    for words in &every[..4] {
        assert_eq!(
            ines.run_under("une autre phrase", words).failure(),
            (7, "wrong-key".to_owned()),
            "{words:?}"
        );
    }
    assert!(files() == before, "a file was touched");
    assert!(town.road.passed().0.is_empty());
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    drop(serving);
}

#[test]
fn a_body_over_the_limit_is_answered_with_a_problem() {
    let place = Place::new();
    let serving = place.office().opens(None);
    let head = |length: usize| {
        format!(
            "POST /v1/sync HTTP/1.1\r\ncontent-type: application/vnd.ronde.sync+cbor\r\ncontent-length: {length}"
        )
    };
    let over = vec![0x28; 512 * 1024 + 1];
    let chunked = "POST /v1/sync HTTP/1.1\r\ncontent-type: application/vnd.ronde.sync+cbor\r\ntransfer-encoding: chunked";
    let chunk = [format!("{:x}\r\n", over.len()).as_bytes(), &over, b"\r\n0\r\n\r\n"].concat();
    for (case, (status, body)) in [
        ("its length says so", serving.answer(&head(over.len()), &[])),
        ("a length nobody can send", serving.answer(&head(usize::MAX / 2), &[])),
        ("it goes on for longer than it may", serving.answer(chunked, &chunk)),
    ] {
        assert_eq!(status, 413, "{case}: {body}");
        let problem: serde_json::Value =
            serde_json::from_str(&body).unwrap_or_else(|e| panic!("{case}: {e}: {body}"));
        assert_eq!(problem["type"], "urn:ronde:problem:too-large", "{case}");
        assert_eq!((&problem["status"], &problem["retry"]), (&413.into(), &"split".into()), "{case}");
        assert!(problem["detail"].as_str().is_some_and(|words| words.contains("524288")), "{problem}");
    }
    let (status, body) = serving.answer(&head(4), b"\x28\xb5\x2f\xfd");
    assert_eq!(status, 400, "it goes on answering: {body}");
}

#[test]
fn clients_that_send_half_a_request_hold_up_nobody() {
    use std::io::Write;
    let town = Town::new();
    let serving = town.office.opens(None);
    town.road.lead_to(serving.address());
    let ines = town.place.person("Inès Benali");
    let code = town.office.invite("Inès Benali", "pm-centre", "officer");
    ines.enrol(&format!("http://{}", town.road.address()), &code, None);
    // Three times as many as are served at once: half a head, half a body, nothing at all.
    let mut slow = Vec::new();
    for part in [
        "POST /v1/sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/vnd.ronde.sync+cbor\r\ncontent-length: 4000\r\n\r\nab",
        "GET /v1/organisation?nonce=00",
        "",
    ] {
        for _ in 0..16 {
            let mut stream = serving.connect();
            stream.write_all(part.as_bytes()).unwrap();
            slow.push(stream);
        }
    }
    ines.file("Musique forte", "Troisième étage.");
    assert_eq!(ines.ask(&["sync"])["complete"], true);
    assert_eq!(all_there(&ines, &town.office.stored()), 1);
    assert!(slow.iter().all(|stream| stream.peer_addr().is_ok()), "they were there all the while");
}
