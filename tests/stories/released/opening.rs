//! Today's phone and today's server on what each release left: nothing said then is unsaid, and what
//! had not travelled travels.

use std::collections::BTreeSet;
use std::path::Path;

use ronde_core::Notebook;
use ronde_model::fact::FactValue;
use ronde_model::wire::{Response, frame};
use ronde_server::Server;
use ronde_server::enrolment::Invitation;
use ronde_tests::processes::Place;
use ronde_tests::world::{Dice, HOUR, copy_tree, now};
use serde_json::Value;

use crate::RELEASES;
use crate::folder::{Folder, released, told_by, told_by_server, wire};
use crate::golden::missing;
use crate::messages::{Keys, tell};

#[track_caller]
fn nothing_missing(then: &Value, today: &Value) {
    let missing = missing(then, today);
    assert!(missing.is_empty(), "{} differ:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn a_notebook_of_every_release_says_what_it_said() {
    for version in RELEASES {
        let folder = Folder::of(version);
        for name in ["ines", "karim", "lea"] {
            println!("{version}/{name}");
            nothing_missing(&folder.expected["phones"][name], &told_by(&folder.notebook(name)));
            // Opened once more, after whatever the first opening made of it.
            nothing_missing(&folder.expected["phones"][name], &told_by(&folder.notebook(name)));
        }
    }
}

#[test]
fn a_server_of_every_release_says_what_it_said() {
    for version in RELEASES {
        let folder = Folder::of(version);
        for _ in 0..2 {
            let server = folder.server();
            let who = folder.supervisor(&server);
            nothing_missing(&without_territory(&folder.expected["server"]), &told_by_server(&server, &who));
            let territory = server.territory().unwrap().expect("a territory");
            let features = folder.expected["server"]["territory"]["features"].as_array().map(Vec::len);
            assert_eq!(Some(territory.communes().len()), features);
        }
    }
}

#[test]
fn the_caches_of_every_release_are_made_again_from_its_envelopes() {
    for version in RELEASES {
        let folder = Folder::of(version);
        let server = folder.server();
        server.rebuild().unwrap();
        let who = folder.supervisor(&server);
        nothing_missing(&without_territory(&folder.expected["server"]), &told_by_server(&server, &who));
    }
}

/// What the library answers in other words than the program, checked beside.
fn without_territory(server: &Value) -> Value {
    let mut server = server.clone();
    let object = server.as_object_mut().expect("an object");
    object.retain(|key, _| key != "territory" && key != "token");
    server
}

/// Synchronises until there is nothing more to say.
fn settle(notebook: &Notebook, server: &Server) {
    for _ in 0..6 {
        let told = now(notebook.sync_over(&wire(server))).unwrap();
        if told.complete && told.pushed == 0 && told.fed == 0 && told.requests == 1 {
            return;
        }
    }
    panic!("it never settles: {:?}", notebook.sync_status().unwrap());
}

fn eids(ledger: &Value) -> BTreeSet<(String, Option<u64>)> {
    let line = |line: &Value| (line["eid"].as_str().expect("an eid").to_owned(), line["seq"].as_u64());
    ledger.as_array().expect("lines").iter().map(line).collect()
}

#[test]
fn phones_of_every_release_hand_over_what_waited_to_a_server_of_that_release() {
    for version in RELEASES {
        let folder = Folder::of(version);
        let server = folder.server();
        let (ines, karim) = (folder.notebook("ines"), folder.notebook("karim"));
        for (name, notebook) in [("ines", &ines), ("karim", &karim)] {
            settle(notebook, &server);
            let status = notebook.sync_status().unwrap();
            assert_eq!(status.waiting, 0, "{version}/{name}: {status:?}");
            let stored: BTreeSet<(String, Option<u64>)> =
                server.stored().unwrap().iter().map(|e| (e.eid.to_string(), Some(e.seq))).collect();
            let then = eids(&folder.expected["phones"][name]["ledger"]);
            let today: BTreeSet<_> =
                notebook.own_ledger().unwrap().into_iter().map(|(eid, seq)| (eid.to_string(), seq)).collect();
            assert!(
                today.is_subset(&stored),
                "{version}/{name}: all it ever wrote is stored, under one number"
            );
            for (eid, seq) in then {
                let numbered =
                    today.iter().find(|(other, _)| *other == eid).expect("it is still in the ledger");
                assert!(seq.is_none() || numbered.1 == seq, "{eid}: {seq:?} then, {numbered:?} today");
            }
        }
        let who = folder.supervisor(&server);
        let unsent = server.report(&who, folder.doc("unsent")).unwrap().expect("it arrived");
        assert!(unsent.number.is_some());
        let brawl = ines.read(folder.doc("brawl")).unwrap();
        assert_eq!(brawl.facts["facts/people_count"].value, FactValue::Integer(14));
        // Official numbers never change.
        for line in folder.expected["server"]["list"].as_array().expect("lines") {
            let doc = line["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
            let today = server.report(&who, doc).unwrap().expect("it is there");
            assert_eq!(today.number.as_deref(), line["number"].as_str());
        }
        // Drafts are nobody else's: they stay.
        let drafts = |name: &str| folder.expected["phones"][name]["drafts"].as_array().map(Vec::len);
        assert_eq!(Some(ines.drafts().unwrap().len()), drafts("ines"));
        assert_eq!(Some(karim.drafts().unwrap().len()), drafts("karim"));
    }
}

#[test]
fn a_notebook_of_every_release_that_waited_for_months_still_hands_everything_over() {
    for version in RELEASES {
        let folder = Folder::of(version);
        let server = folder.server();
        folder.clock.pass(400 * 24 * HOUR);
        for name in ["ines", "karim"] {
            let notebook = folder.notebook(name);
            settle(&notebook, &server);
            assert_eq!(notebook.sync_status().unwrap().waiting, 0);
            nothing_missing(&folder.expected["phones"][name]["drafts"], &told_by(&notebook)["drafts"]);
        }
    }
}

#[test]
fn a_phone_of_today_reads_all_that_its_unit_wrote_in_an_archive_of_every_release() {
    for version in RELEASES {
        let folder = Folder::of(version);
        let server = folder.server();
        let invitation = Invitation {
            name: "Zoé Neuve".into(),
            agent: None,
            unit: "pm-centre".into(),
            role: "officer".into(),
            scopes: Vec::new(),
            valid_s: 3600,
        };
        let code = server.invite(&invitation).unwrap().code.to_string();
        let zoe = folder.notebook_in(&folder.path("zoe"));
        now(zoe.enrol_over(&wire(&server), "https://ronde.example", &code)).unwrap();
        settle(&zoe, &server);
        for then in folder.expected["server"]["list"].as_array().expect("lines") {
            let doc = then["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
            let today = zoe.read(doc).unwrap();
            assert_eq!(today.item.number.as_deref(), then["number"].as_str());
            assert_eq!(today.item.row.title, then["title"].as_str().expect("a title"));
            assert_eq!(Some(today.item.row.divergences.into()), then["divergences"].as_u64());
        }
        // And what it writes there is kept.
        let doc = folder.doc("theirs");
        zoe.state(doc, "Repassée ce matin.", None, None).unwrap();
        settle(&zoe, &server);
        let who = folder.supervisor(&server);
        let words =
            server.report(&who, doc).unwrap().and_then(|report| report.view).expect("shown").statements;
        assert!(words.iter().any(|view| view.statement.text == "Repassée ce matin."));
    }
}

/// Bytes of all the files of a folder.
fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).expect("a folder").filter_map(|file| file.ok()?.metadata().ok());
    files.map(|about| about.len()).sum()
}

#[test]
fn an_upgrade_killed_at_any_moment_goes_on() {
    let dice = Dice::new(17);
    let mut killed = 0;
    for version in RELEASES {
        let folder = Folder::of(version);
        for round in 0..10 {
            let place = Place::new();
            let ines = place.person("Inès Benali");
            copy_tree(&released(version).join("ines"), ines.directory()).expect("a copy");
            let (start, growth) = (size(ines.directory()), dice.below(260_000));
            let mut program = ines.start(&["list"]);
            while program.try_wait().expect("a child").is_none() {
                if size(ines.directory()) > start + growth {
                    program.kill().expect("killed");
                    killed += 1;
                    break;
                }
                std::thread::yield_now();
            }
            program.wait_with_output().expect("ended");
            println!("{version}, round {round}: {} bytes more", size(ines.directory()) - start);
            let today = told_by(&folder.notebook_in(ines.directory()));
            nothing_missing(&folder.expected["phones"]["ines"], &today);
        }
    }
    println!("{killed} were killed");
}

#[test]
fn messages_of_every_release_are_read_as_they_were() {
    for version in RELEASES {
        let folder = released(version).join("messages");
        let text = std::fs::read_to_string(folder.join("messages.json")).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        let keys = Keys::read(&expected);
        let files = expected["files"].as_object().expect("files");
        let on_disk = std::fs::read_dir(&folder).unwrap().count();
        assert_eq!(files.len() + 1, on_disk, "{version}: a message is told by nobody, or missing");
        for (name, then) in files {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            assert_eq!(*then, tell(name, &bytes, &keys), "{version}/{name}");
        }
    }
}

#[test]
fn an_answer_of_every_release_is_written_again_to_the_byte() {
    for version in RELEASES {
        let mut seen = 0;
        for file in std::fs::read_dir(released(version).join("messages")).unwrap() {
            let file = file.unwrap();
            if file.file_name().to_string_lossy().starts_with("response") {
                let message = frame::unpack(&std::fs::read(file.path()).unwrap()).unwrap();
                let response: Response = ronde_model::wire::decode(&message).unwrap();
                assert_eq!(minicbor::to_vec(&response).unwrap(), message, "{:?}", file.file_name());
                seen += 1;
            }
        }
        assert!(seen > 5, "{version}");
    }
}
