//! `ronde-server` as an administrator and a script use it: real processes on a real directory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

struct Place {
    data: PathBuf,
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = TempDir::new().unwrap();
        Place { data: folder.path().join("server"), folder }
    }

    /// With an organisation made in it.
    fn made() -> Place {
        let place = Place::new();
        let made = place.json(&["init", "--name", "Valbrume Métropole"]);
        assert_eq!(made["fingerprint"].as_str().unwrap().len(), 64);
        place
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ronde-server"));
        command
            .args(arguments)
            .env_remove("RONDE_TOKEN")
            .env("RONDE_SERVER_DIR", &self.data)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command answers with `--json`; it must succeed.
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The exit code of a command that fails, and the code of its error.
    fn failure(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.stdout.is_empty(), "{arguments:?} answered: {output:?}");
        let error: Value = serde_json::from_slice(&output.stderr).unwrap_or_else(|_| panic!("{output:?}"));
        assert!(!error["error"]["detail"].as_str().unwrap().is_empty());
        (output.status.code().unwrap(), error["error"]["code"].as_str().unwrap().to_owned())
    }

    fn serve(&self, more: &[&str]) -> (Child, Value) {
        let mut child = self
            .command(&[&["serve", "--json"], more].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        (child, serde_json::from_str(&line).unwrap_or_else(|_| panic!("serve said {line:?}")))
    }
}

/// Status and body of a GET, over a connection of its own.
fn get(url: &str, path: &str, headers: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: ronde.test\r\nconnection: close\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split_whitespace().nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

/// Status and head of the answer to a POST.
fn post(url: &str, path: &str, body: &Value) -> (u16, String) {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let body = body.to_string();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: ronde.test\r\nconnection: close\r\ncontent-type: application/json\r\n"
    );
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split_whitespace().nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().0.to_owned())
}

fn terminate(child: &Child) {
    // The shell's own kill: the program of that name is not on every machine.
    let killed = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status().unwrap();
    assert!(killed.success());
}

#[test]
fn an_administrator_makes_a_server_runs_it_and_stops_it() {
    let place = Place::made();
    let drawn = place.json(&["territory", "draw"]);
    assert_eq!(
        (&drawn["communes"], &drawn["force_unknown"], &drawn["changed"]),
        (&json!(7), &json!(0), &json!(true))
    );
    assert_eq!(place.json(&["territory", "draw"])["changed"], false, "the map in force writes nothing");
    let port_file = place.folder.path().join("port");
    let (mut server, told) = place.serve(&["--log", "debug", "--port-file", port_file.to_str().unwrap()]);
    let url = told["listening"].as_str().unwrap();
    assert_eq!(told["supervisors"], "this machine only");
    let port: u16 = fs::read_to_string(&port_file).unwrap().trim().parse().unwrap();
    assert!(url.ends_with(&format!(":{port}")), "{url}");
    assert_eq!(get(url, "/readyz", "").0, 204);

    // While it runs: a supervisor is added beside it, and is known at once.
    let added =
        place.json(&["supervisor", "add", "--name", "Hélène Roy", "--role", "agglomeration_supervisor"]);
    assert_eq!(added["accepted_from"], "this machine only");
    let token = added["token"].as_str().unwrap();
    let (status, map) = get(url, "/v1/territory", &format!("authorization: Bearer {token}\r\n"));
    assert_eq!(status, 200, "{map}");
    assert_eq!(get(url, "/v1/reports", "authorization: Bearer wrong\r\n").0, 401);
    let search = get(url, "/v1/reports?text=MOTCHERCHE", &format!("authorization: Bearer {token}\r\n"));
    assert_eq!((search.0, search.1.as_str()), (200, r#"{"items":[],"next":null}"#));
    // A browser is signed in by the link, which is whole because the server said where it listens.
    let link = added["link"].as_str().unwrap();
    let code = link.strip_prefix(&format!("{url}/ouvrir#")).unwrap_or_else(|| panic!("{link}"));
    assert!(added["link_ends_ms"].is_i64(), "{added}");
    let (status, head) = post(url, "/v1/session", &json!({"code": code}));
    assert_eq!(status, 204, "{head}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(get(url, "/v1/me", &format!("cookie: {cookie}\r\n")).0, 200);
    let another = place.json(&["supervisor", "link", "Hélène Roy"]);
    assert!(another["link"].as_str().unwrap().starts_with(&format!("{url}/ouvrir#")), "{another}");
    assert_eq!(place.failure(&["supervisor", "link", "Personne"]).0, 4);
    let listed = place.json(&["supervisor", "list"]);
    assert_eq!(listed[0]["name"], "Hélène Roy");
    assert!(!listed.to_string().contains(token), "a token is shown once");
    assert_eq!(place.json(&["report", "list", "--token", token]), json!({"items": [], "next": null}));
    assert_eq!(place.json(&["quarantine", "list", "--token", token]), json!({"items": [], "next": null}));

    terminate(&server);
    let status = server.wait().unwrap();
    assert_eq!(status.code(), Some(0), "told to stop, it stops well");
    let mut log = String::new();
    server.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.lines().count() >= 3, "{log}");
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        assert!(entry["level"].is_string(), "{line}");
    }
    assert!(log.contains("/v1/reports"), "the log names routes: {log}");
    for secret in [token, "MOTCHERCHE", code, cookie.split_once('=').unwrap().1] {
        assert!(!log.contains(secret), "{secret} stands in the log: {log}");
    }
}

#[test]
fn an_invitation_is_a_code_and_the_whole_command_to_type() {
    let place = Place::made();
    let invited = place.json(&[
        "invite",
        "--name",
        "Inès Fabre",
        "--unit",
        "pm-centre",
        "--role",
        "officer",
        "--valid-hours",
        "2",
        "--server",
        "https://ronde.example",
    ]);
    let code = invited["code"].as_str().unwrap();
    assert_eq!(code.len(), 29);
    assert_eq!(invited["command"], format!("ronde enrol --server https://ronde.example --code {code}"));
    let again = place.json(&[
        "invite",
        "--name",
        "Inès Fabre",
        "--unit",
        "pm-centre",
        "--role",
        "officer",
        "--agent",
        invited["agent"].as_str().unwrap(),
    ]);
    assert_eq!(again["agent"], invited["agent"], "a new phone of the same person");
    assert_ne!(again["code"], invited["code"]);
    assert_eq!(place.json(&["device", "list"]), json!([]), "an invitation is no device yet");
}

#[test]
fn a_map_is_imported_with_its_police_zone_or_said_to_be_without() {
    let place = Place::made();
    let square = |insee: &str, lon: f64| {
        json!({"type": "Feature", "properties": {"insee": insee, "nom": format!("Commune {insee}")},
            "geometry": {"type": "Polygon", "coordinates":
                [[[lon, 48.0], [lon + 0.1, 48.0], [lon + 0.1, 48.1], [lon, 48.1], [lon, 48.0]]]}})
    };
    let map = json!({"type": "FeatureCollection", "name": "Deux-Rives",
        "features": [square("99101", 1.0), square("99102", 1.1)]});
    let file = place.folder.path().join("map.geojson");
    fs::write(&file, map.to_string()).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(place.json(&["territory", "import", file])["force_unknown"], 2);
    let words = String::from_utf8(place.run(&["territory", "import", file]).stdout).unwrap();
    assert!(words.contains("force zone unknown in 2 communes"), "{words}");
    let said = place.json(&["territory", "import", file, "--police", "99102"]);
    assert_eq!((&said["communes"], &said["force_unknown"]), (&json!(2), &json!(0)));
    let shown = place.json(&["territory", "show"]);
    let forces: Vec<&Value> =
        shown["features"].as_array().unwrap().iter().map(|feature| &feature["properties"]["force"]).collect();
    assert_eq!(forces, [&json!("gendarmerie"), &json!("police")]);
    assert_eq!(
        place.failure(&["territory", "import", file, "--police", "28085"]),
        (3, "not-importable".to_owned())
    );
    assert_eq!(place.failure(&["territory", "import", "/nowhere.geojson"]), (4, "file".to_owned()));
}

#[test]
fn the_66_communes_are_imported_from_the_command_line() {
    let map = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/communes/chartres-metropole-66.geojson");
    if !map.exists() {
        println!("skipped: ../shared/data/communes is not here, so the 66 communes are not imported");
        return;
    }
    let place = Place::made();
    let told = place.json(&["territory", "import", map.to_str().unwrap()]);
    assert_eq!(
        (&told["communes"], &told["force_unknown"], &told["warnings"]),
        (&json!(66), &json!(66), &json!([]))
    );
}

#[test]
fn every_way_to_fail_has_its_exit_code_and_its_word() {
    let place = Place::new();
    assert_eq!(place.failure(&["device", "list"]), (7, "not-initialised".to_owned()));
    place.json(&["init", "--name", "Valbrume Métropole"]);
    assert_eq!(place.failure(&["init", "--name", "Encore"]), (7, "not-empty".to_owned()));
    assert_eq!(place.failure(&["report", "list"]), (2, "usage".to_owned()));
    assert_eq!(place.failure(&["report", "list", "--token", "nobody"]), (5, "not-signed-in".to_owned()));
    assert_eq!(place.failure(&["device", "revoke", &"00".repeat(16)]), (4, "not-found".to_owned()));
    assert_eq!(place.failure(&["device", "revoke", "short"]), (2, "usage".to_owned()));
    assert_eq!(place.failure(&["territory", "show"]), (4, "not-found".to_owned()));
    assert_eq!(place.failure(&["serve", "--listen", "0.0.0.0:0"]), (2, "unsafe-listening".to_owned()));
    assert_eq!(place.failure(&["serve", "--tls-cert", "a.pem"]), (2, "usage".to_owned()));
    let absent = ["serve", "--tls-cert", "/nowhere/a.pem", "--tls-key", "/nowhere/b.pem"];
    assert_eq!(place.failure(&absent), (3, "certificate".to_owned()));
    assert_eq!(
        place.failure(&["supervisor", "add", "--name", "Hélène Roy", "--role", "emperor"]),
        (3, "invalid".to_owned())
    );
    let token =
        place.json(&["supervisor", "add", "--name", "H", "--role", "agglomeration_supervisor"])["token"]
            .clone();
    let token = token.as_str().unwrap();
    assert_eq!(
        place.failure(&["report", "show", &"00".repeat(16), "--token", token]),
        (4, "not-found".to_owned())
    );
    let release = ["quarantine", "release", &"00".repeat(32), "--reason", "x", "--token", token];
    assert_eq!(place.failure(&release), (4, "not-found".to_owned()));
    let output = place.command(&["device", "list"]).env_remove("RONDE_SERVER_DIR").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "no directory was named: {output:?}");
}

#[test]
fn two_servers_on_one_address_are_one_server_and_an_error() {
    let place = Place::made();
    let (mut server, told) = place.serve(&[]);
    let address = told["listening"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
    assert_eq!(place.run(&["serve", "--listen", &address]).status.code(), Some(6));
    terminate(&server);
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[test]
fn the_interface_is_described_and_the_ledger_is_listed() {
    let place = Place::new();
    let described = place.json(&["openapi"]);
    assert_eq!(described["openapi"], "3.1.0");
    let place = Place::made();
    let eids = place.run(&["archive", "eids"]);
    assert!(eids.status.success() && eids.stdout.is_empty(), "{eids:?}");
    assert_eq!(place.json(&["archive", "rebuild"]), json!({"reports": 0}));
}

#[test]
fn help_teaches_and_says_the_exit_codes() {
    let place = Place::new();
    let help = String::from_utf8(place.run(&["--help"]).stdout).unwrap();
    for words in
        ["ronde-server init", "ronde-server invite", "Exit codes", "70  a defect", "RONDE_SERVER_DIR"]
    {
        assert!(help.contains(words), "{words} is not in --help");
    }
    let serve = String::from_utf8(place.run(&["serve", "--help"]).stdout).unwrap();
    assert!(serve.contains("this machine only"), "{serve}");
}

#[test]
fn a_server_is_backed_up_while_it_runs_restored_and_examined() {
    let place = Place::made();
    let (mut server, told) = place.serve(&[]);
    let path = |name: &str| place.folder.path().join(name).to_str().unwrap().to_owned();
    let made = place.json(&["backup", &path("backup")]);
    assert_eq!(made["backup"], path("backup"));
    assert_eq!(made["manifest"]["program"], env!("CARGO_PKG_VERSION"));
    assert_eq!(get(told["listening"].as_str().unwrap(), "/readyz", "").0, 204);
    terminate(&server);
    assert_eq!(server.wait().unwrap().code(), Some(0));

    let rehearsed = place.json(&["restore", &path("backup"), "--rehearse", "--under", &path("")]);
    assert_eq!((&rehearsed["rehearsed"], &rehearsed["first_page"]), (&json!(true), &json!(0)));
    let restored = place.json(&["restore", &path("backup"), "--to", &path("other")]);
    assert_ne!(restored["history"], restored["manifest"]["history"]);
    let words = place.command(&["restore", &path("backup"), "--to", &path("third")]).output().unwrap();
    let (said, beside) = (String::from_utf8(words.stdout).unwrap(), String::from_utf8(words.stderr).unwrap());
    assert!(said.contains("Ce qui se passe maintenant") && said.contains("device revoke"), "{said}");
    assert!(beside.contains("vérification") && beside.contains("mise en place"), "{beside}");

    // The restored one was never backed up itself.
    let doctor = place.run(&["doctor", "--json", "--deep", "--data", &path("other")]);
    let found: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let code = match found["state"].as_str().unwrap() {
        "ok" => 0,
        "attention" => 1,
        _ => 2,
    };
    assert_eq!(doctor.status.code(), Some(code), "{found}");
    assert!(code >= 1 && doctor.stderr.is_empty(), "{doctor:?}");
    let backup = found["findings"].as_array().unwrap().iter().find(|finding| finding["subject"] == "backup");
    assert_eq!(backup.unwrap()["state"], "attention");
    assert_eq!(place.run(&["doctor", "--data", &path("nowhere")]).status.code(), Some(2), "broken");
}

#[test]
fn what_cannot_be_restored_is_refused_by_its_word_and_its_exit_code() {
    let place = Place::made();
    let path = |name: &str| place.folder.path().join(name).to_str().unwrap().to_owned();
    let (backup, to) = (path("backup"), path("to"));
    place.json(&["backup", &backup]);
    let restore = ["restore", &backup, "--to", &to];
    assert_eq!(place.failure(&["backup", &backup]), (7, "not-empty".to_owned()));
    assert_eq!(place.failure(&["restore", &backup, "--to", &backup]), (7, "not-empty".to_owned()));
    assert_eq!(place.failure(&["restore", &backup]), (2, "usage".to_owned()));
    assert_eq!(place.failure(&["restore", &backup, "--to", &to, "--rehearse"]), (2, "usage".to_owned()));
    assert_eq!(place.failure(&["restore", &path(""), "--to", &to]), (3, "half-backup".to_owned()));
    assert_eq!(
        place.failure(&["backup", &path("x"), "--data", &path("y")]),
        (7, "not-initialised".to_owned())
    );
    let manifest = fs::read_to_string(Path::new(&backup).join("manifest.json")).unwrap();
    let say = |text: &str| fs::write(Path::new(&backup).join("manifest.json"), text).unwrap();
    say(&manifest.replace("\"schema\": ", "\"schema\": 9"));
    assert_eq!(place.failure(&restore), (7, "newer-backup".to_owned()));
    say("{}");
    assert_eq!(place.failure(&restore), (3, "bad-manifest".to_owned()));
    say(&manifest);
    fs::write(Path::new(&backup).join("server.key"), "0".repeat(64) + "\n").unwrap();
    assert_eq!(place.failure(&restore), (3, "altered-backup".to_owned()));
    fs::remove_file(Path::new(&backup).join("server.key")).unwrap();
    assert_eq!(place.failure(&restore), (3, "half-backup".to_owned()));
    assert!(!Path::new(&to).exists());
}

#[test]
fn an_archive_whose_log_is_damaged_is_not_backed_up_without_what_stood_behind_the_damage() {
    let place = Place::made();
    let (mut server, _) = place.serve(&[]);
    for name in ["Hélène Roy", "Paul Roux", "Anne Petit"] {
        place.json(&["supervisor", "add", "--name", name, "--role", "agglomeration_supervisor"]);
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let log = place.data.join("archive.sqlite-wal");
    let mut bytes = fs::read(&log).unwrap();
    // Each command empties the log of those before it: the last one's commit stands there.
    assert!(bytes.len() > 4096, "nothing stands in the log: this proves nothing");
    bytes[32 + 24 + 1_000] ^= 1;
    fs::write(&log, bytes).unwrap();
    let into = place.folder.path().join("backup");
    assert_eq!(place.failure(&["backup", into.to_str().unwrap()]), (7, "corrupt".to_owned()));
    assert!(!into.exists());
}

#[test]
fn before_the_server_ran_a_link_is_its_end_and_says_behind_what_it_goes() {
    let place = Place::made();
    let add = ["supervisor", "add", "--name", "Hélène Roy", "--role", "agglomeration_supervisor"];
    let told = place.run(&add);
    let words = String::from_utf8(told.stdout).unwrap();
    assert!(words.contains("behind the address that `ronde-server serve` prints"), "{words}");
    assert!(words.contains("\n  /ouvrir#") && words.contains("Authorization: Bearer ronde-"), "{words}");
    let link = place.json(&["supervisor", "link", "Hélène Roy"]);
    assert!(link["link"].as_str().unwrap().starts_with("/ouvrir#"), "{link}");
}
