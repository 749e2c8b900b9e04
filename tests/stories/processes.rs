//! The real programs over real TLS: what is filed while the server is away arrives once it is back;
//! what must be refused is refused by its exit code, and before anything was said.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read, Write};

use ronde_tests::processes::{Certificate, Place, Town, all_there};

#[test]
fn what_is_filed_while_the_server_is_away_arrives_once_it_is_back() {
    let town = Town::over_tls();
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
    let town = Town::over_tls();
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
    for named in [None, town.fingerprint()] {
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
    samir.enrol(&town.url(), &code, town.fingerprint());
    assert_eq!(all_there(&ines, &town.office.stored()), 2);
}

#[test]
fn programs_that_share_a_notebook_make_it_once_and_lose_nothing() {
    let town = Town::over_tls();
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
    ines.enrol(&town.url(), &code, town.fingerprint());
    let rows = town.rows("rows.csv", 0, 400);
    let mut import = ines.start(&["import", &rows]);
    let (mut synced, mut busy) = (0, 0);
    while import.try_wait().expect("a child").is_none() {
        let sync = ines.run(&["sync"]);
        match sync.code {
            Some(0) => synced += 1,
            // The other program held the notebook for longer than one waits: nothing was kept of it.
            _ => {
                assert!(sync.words.contains("database is locked"), "{sync:?}");
                busy += 1;
            }
        }
    }
    let imported = import.wait_with_output().expect("ended");
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    println!("during one import: {synced} synchronisations, {busy} told to come back");
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
    assert_eq!(office.refuses_to_open().failure(), (7, "newer-archive".to_owned()));
    let every: [&[&str]; 5] = [
        &["invite", "--name", "Inès", "--unit", "pm", "--role", "officer"],
        &["report", "list", "--token", token],
        &["territory", "draw"],
        &["archive", "eids"],
        &["archive", "rebuild"],
    ];
    for words in every {
        let refused = office.run(words);
        assert_eq!(refused.failure(), (7, "newer-archive".to_owned()), "{words:?}");
        assert!(refused.answer.is_empty(), "{words:?}");
    }
    assert!(std::fs::read(&archive).unwrap() == before, "the file was touched");
}

#[test]
fn a_wrong_passphrase_ends_with_seven_and_nothing_is_said_to_the_server() {
    let town = Town::over_tls();
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
    let every: [&[&str]; 4] = [&["sync"], &["list"], &["whoami"], &["new", "other", "--file"]];
    for words in every {
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
    let town = Town::on_this_machine();
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
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
    for mut stream in slow {
        stream.set_nonblocking(true).unwrap();
        let still = stream.read(&mut [0; 1]).map_err(|none| none.kind());
        assert_eq!(
            still,
            Err(ErrorKind::WouldBlock),
            "it was given up first: the phone had to wait for that"
        );
    }
}

#[test]
fn the_commune_follows_the_place_unless_somebody_named_another() {
    let town = Town::on_this_machine();
    town.office.ask(&["territory", "draw"]);
    let _serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    ines.ask(&["sync"]);
    let made = ines.ask(&["new", "waste.bulky", "--at", "48.45,1.5,5"]);
    assert_eq!(made["draft"]["facts"]["commune"], "99001", "Valbrume-le-Grand: {made}");
    let id = made["draft"]["id"].as_str().expect("an id");
    let commune =
        |words: &[&str]| ines.ask(&[&["edit", id], words].concat())["draft"]["facts"]["commune"].clone();
    assert_eq!(commune(&["--at", "48.4851,1.53,5"]), "99003", "Croix-Tournesol");
    assert_eq!(commune(&["--fact", "commune=99004"]), "99004", "she knows better");
    assert_eq!(commune(&["--at", "48.45,1.5,5"]), "99004", "and is not corrected");
}
