//! Makes the folder of a release with that release's own programs: a day of three officers and a
//! supervisor, and what the programs say about it. Runs only when asked (`tests/released/README.md`).

use std::path::PathBuf;

use ronde_tests::processes::{Person, Serving, Town};
use ronde_tests::world::copy_tree;
use serde_json::{Value, json};

/// Names the folder to write.
const INTO: &str = "RONDE_RELEASE_INTO";

#[test]
#[ignore = "writes a folder: told how in tests/released/README.md"]
fn a_release_writes_its_folder() {
    let into = PathBuf::from(std::env::var_os(INTO).unwrap_or_else(|| panic!("name the folder in {INTO}")));
    std::fs::create_dir_all(&into).expect("a folder");
    assert!(!into.join("expected.json").exists(), "a release writes its folder once");
    let town = Town::on_this_machine();
    let (ines, karim, lea, token, kept) = day(&town);
    let expected = json!({
        "phones": {"ines": told_by(&ines), "karim": told_by(&karim), "lea": told_by(&lea)},
        "server": told_by_server(&town, &token),
        "synced": kept,
    });
    let text = serde_json::to_string_pretty(&expected).expect("JSON");
    std::fs::write(into.join("expected.json"), text + "\n").expect("written");
    for (name, directory) in [
        ("ines", ines.directory()),
        ("karim", karim.directory()),
        ("lea", lea.directory()),
        ("server", town.office.directory()),
    ] {
        copy_tree(directory, &into.join(name)).expect("copied");
        for file in std::fs::read_dir(into.join(name)).expect("a folder") {
            let file = file.expect("a file");
            let name = file.file_name().to_string_lossy().into_owned();
            assert!(!name.ends_with("-wal"), "{name}: a program was not closed");
            if name.ends_with(".lock") {
                std::fs::remove_file(file.path()).expect("removed");
            }
        }
    }
}

/// The day: (Inès, Karim who never synchronised, Léa who never enrolled, the supervisor's token,
/// the ids by what happened to them).
fn day(town: &Town) -> (Person, Person, Person, String, Value) {
    town.office.ask(&["territory", "draw"]);
    let token = town.office.supervisor("Hélène Roy");
    let serving = town.opens();
    let ines = town.enrolled("Inès Benali", "pm-centre");
    let samir = town.enrolled("Samir Morel", "pm-centre");
    let karim = town.enrolled("Karim Haddad", "pm-nord");
    let lea = town.place.person("Léa Petit");

    let brawl = brawl(&ines);
    let corrected = bulky(&ines);
    let divergent = ines.file("Musique forte", "Troisième étage, fenêtres ouvertes.");
    let decided = ines.file("Feux d’artifice", "Tirs depuis le parking.");
    let void = ines.file("Déposé par erreur", "Rien.");
    let handled = ines.file("Tapage — cœur de ville", "« Ça s’arrête ? » — non.");
    let theirs = samir.file("Chien errant", "Berger noir, sans collier.");
    sync(&ines);
    sync(&samir);
    sync(&ines);

    ines.ask(&["correct", &corrected, "--fact", "volume_m3=3"]);
    ines.ask(&["void", &void, "--reason", "Déposé deux fois"]);
    ines.ask(&[
        "state",
        &theirs,
        "--text",
        "Je l’ai vu aussi, rue de l’Œuvre.",
        "--source-author",
        "Mme Œil",
    ]);
    for (doc, key) in [(&divergent, "audible_from"), (&decided, "noise_source")] {
        let (one, other) = if key == "audible_from" { ("street", "courtyard") } else { ("party", "music") };
        ines.ask(&["correct", doc, "--fact", &format!("{key}={one}")]);
        samir.ask(&["correct", doc, "--fact", &format!("{key}={other}")]);
    }
    // A backup of the phone is given back after it has filed a draft, and files it once more.
    let twice = draft(&ines, "Vélo abandonné", &[]);
    let backup = town.place.person("Inès sauvegarde");
    copy_tree(ines.directory(), backup.directory()).expect("copied");
    backup.ask(&["edit", &twice, "--statement", "Déposé depuis la sauvegarde."]);
    backup.ask(&["file", &twice]);
    sync(&samir);
    sync(&backup);
    ines.ask(&["file", &twice]);
    sync(&ines);
    ines.ask(&["decide", &decided, "noise_source", "--take", "1"]);
    sync(&ines);
    supervise(&serving, &token, &handled, &divergent, &brawl);
    sync(&samir);
    sync(&ines);

    // What the server has not heard of.
    ines.ask(&["correct", &brawl, "--fact", "people_count=14"]);
    ines.ask(&["state", &handled, "--text", "Calme revenu à 2 h."]);
    let unsent = ines.file("Deuxième passage", "Toujours la même musique.");
    draft(&ines, "Brouillon en cours", &["--statement", "Je reviens dessus plus tard…"]);
    draft(&ines, "Autre brouillon", &["--at", "48.4469,1.4892,5", "--person", "role=témoin,age_band=18-25"]);
    karim.file("Tag sur l’école", "Mur nord, trois mètres.");
    let later = karim.file("Banc cassé", "Lame du milieu.");
    karim.ask(&["state", &later, "--text", "Revu à 17 h."]);
    draft(&karim, "Brouillon de Karim", &[]);
    draft(&lea, "Brouillon sans enrôlement", &["--statement", "Avant le premier code."]);
    assert_eq!(serving.stop().code(), Some(0));
    let kept = json!({
        "brawl": brawl, "corrected": corrected, "divergent": divergent, "decided": decided, "void": void,
        "handled": handled, "theirs": theirs, "twice": twice, "unsent": unsent,
    });
    (ines, karim, lea, token, kept)
}

fn sync(person: &Person) {
    let told = person.ask(&["sync"]);
    assert_eq!(told["complete"], true, "{}: {told}", person.name);
}

fn draft(person: &Person, title: &str, more: &[&str]) -> String {
    let title = format!("title={title}");
    let words = [&["new", "nuisance.noise_night", "--fact", &title], more].concat();
    let made = person.ask(&words);
    made["draft"]["id"].as_str().unwrap_or_else(|| panic!("no draft in {made}")).to_owned()
}

fn filed(person: &Person, words: &[&str]) -> String {
    let made = person.ask(words);
    made["filed"]["doc"].as_str().unwrap_or_else(|| panic!("no report in {made}")).to_owned()
}

fn brawl(person: &Person) -> String {
    filed(
        person,
        &[
            "new",
            "youth.brawl",
            "--fact",
            "title=Rixe devant le lycée",
            "--fact",
            "people_count=12",
            "--fact",
            "injuries=light",
            "--at",
            "48.4469,1.4892,5",
            "--from",
            "2026-11-20T05:40:00+01:00",
            "--to",
            "2026-11-20T06:10:00+01:00",
            "--person",
            "role=témoin,age_band=18-25,description=Blouson « rouge »",
            "--vehicle",
            "plate=AB-123-CD,colour=bleu,make=Renault",
            "--statement",
            "Vu depuis la place.\nDeux groupes — l’un part par la passerelle.",
            "--file",
        ],
    )
}

fn bulky(person: &Person) -> String {
    let words = ["new", "waste.bulky", "--fact", "volume_m3=2,5", "--statement", "Deux canapés.", "--file"];
    filed(person, &words)
}

/// Reads, takes on, closes, comments, links and decides, as a supervisor's program does.
fn supervise(serving: &Serving, token: &str, handled: &str, divergent: &str, brawl: &str) {
    let post = |path: &str, body: Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!(
            "POST /v1/reports/{path} HTTP/1.1\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}",
            body.len()
        );
        let (status, said) = serving.answer(&head, body.as_bytes());
        assert!((200..300).contains(&status), "{path}: {status} {said}");
    };
    post(&format!("{handled}/read"), Value::Null);
    post(&format!("{handled}/assign"), json!({"to": "pm-centre", "reason": "secteur"}));
    post(&format!("{handled}/comments"), json!({"text": "Vu avec le bailleur."}));
    post(&format!("{handled}/links"), json!({"other": divergent, "linked": true}));
    post(&format!("{handled}/close"), json!({"reason": "Sans suite"}));
    post(&format!("{brawl}/read"), Value::Null);
    let head = format!("GET /v1/reports/{divergent}/divergences HTTP/1.1\r\nauthorization: Bearer {token}");
    let (status, found) = serving.answer(&head, b"");
    assert_eq!(status, 200, "{found}");
    let found: Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
}

/// All that a notebook says about itself.
fn told_by(person: &Person) -> Value {
    let whoami = person.run(&["whoami"]);
    let reports = person.reports();
    let docs: Vec<&str> = reports.iter().filter_map(|report| report["doc"].as_str()).collect();
    let of_each = |command: &str| -> Value {
        docs.iter()
            .map(|doc| ((*doc).to_owned(), person.ask(&[command, doc])))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    json!({
        "whoami": if whoami.code == Some(0) { whoami.json() } else { Value::Null },
        "list": reports,
        "show": of_each("show"),
        "divergences": of_each("divergences"),
        "receipts": of_each("receipt"),
        "drafts": person.ask(&["drafts"]),
        "ledger": person.ask(&["ledger"]),
        "status": person.ask(&["status"]),
        "found": person.ask(&["search", "musique"]),
    })
}

/// All that the server says about its archive.
fn told_by_server(town: &Town, token: &str) -> Value {
    let ask = |words: &[&str]| town.office.ask(words);
    let list = ask(&["report", "list", "--limit", "200", "--token", token]);
    let docs: Vec<&str> =
        list["items"].as_array().expect("items").iter().filter_map(|l| l["id"].as_str()).collect();
    assert!(!docs.is_empty(), "{list}");
    let shown: serde_json::Map<String, Value> = docs
        .iter()
        .map(|doc| ((*doc).to_owned(), ask(&["report", "show", doc, "--history", "--token", token])))
        .collect();
    let stored = town.office.run(&["archive", "eids"]);
    let stored: Vec<Value> =
        stored.answer.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    json!({
        "token": token,
        "list": list["items"],
        "show": shown,
        "stored": stored,
        "quarantine": ask(&["quarantine", "list", "--token", token]),
        "devices": ask(&["device", "list"]),
        "supervisors": ask(&["supervisor", "list"]),
        "territory": ask(&["territory", "show"]),
    })
}
