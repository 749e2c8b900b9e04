//! The page for administrators (`docs/operations.md`) is enough: its marked blocks are run as they
//! stand, on a temporary directory, the machine burns in between, and the server is there again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The blocks of one chapter, in the order of the page: what stands between its fences.
fn blocks(page: &str, mark: &str) -> String {
    let (mut taken, mut inside, mut margin) = (String::new(), false, 0);
    for line in page.lines() {
        let text = line.trim_start();
        if !inside && text == format!("```sh essai:{mark}") {
            (inside, margin) = (true, line.len() - text.len());
        } else if inside && text == "```" {
            inside = false;
        } else if inside {
            taken.push_str(line.get(margin..).unwrap_or_default());
            taken.push('\n');
        }
    }
    assert!(!inside && !taken.is_empty(), "no block is marked {mark}");
    taken
}

struct Machine {
    folder: tempfile::TempDir,
    page: String,
}

impl Machine {
    fn new() -> Machine {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
        Machine { folder: tempfile::tempdir().unwrap(), page: fs::read_to_string(page).unwrap() }
    }

    fn path(&self, of_the_page: &str) -> PathBuf {
        self.folder.path().join(of_the_page.trim_start_matches('/'))
    }

    /// Runs the blocks of a chapter in one shell, as they stand but for where they work.
    fn follow(&self, mark: &str) -> String {
        let mut script = blocks(&self.page, mark);
        for place in ["/srv/ronde", "/var/backups/ronde"] {
            script = script.replace(place, self.path(place).to_str().unwrap());
        }
        let ended = self.shell(&script);
        assert!(ended.status.success(), "{mark}:\n{script}\n{ended:?}");
        String::from_utf8(ended.stdout).unwrap()
    }

    fn shell(&self, script: &str) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_ronde-server"));
        let path = std::env::var("PATH").unwrap();
        Command::new("sh")
            .args(["-eu", "-c", script])
            .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
            .env_remove("RONDE_SERVER_DIR")
            .env_remove("RONDE_TOKEN")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

#[test]
fn whoever_follows_the_page_has_a_server_again_after_the_fire() {
    let machine = Machine::new();
    machine.follow("installer");
    machine.follow("sauvegarder");
    let well = machine.shell(&format!(
        "ronde-server --json --data {} doctor || true",
        machine.path("/srv/ronde").display()
    ));
    let well: Value = serde_json::from_slice(&well.stdout).unwrap();
    let backup = well["findings"].as_array().unwrap().iter().find(|finding| finding["subject"] == "backup");
    assert_eq!(backup.unwrap()["state"], "ok", "{well}");
    machine.follow("mettre-a-jour");
    let supervisors = |machine: &Machine| {
        let data = machine.path("/srv/ronde");
        let listed = machine.shell(&format!("ronde-server --json --data {} supervisor list", data.display()));
        let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
        listed.as_array().unwrap().iter().map(|line| line["name"].clone()).collect::<Vec<_>>()
    };
    let before = supervisors(&machine);
    assert_eq!(before, ["Hélène Roy"]);

    fs::remove_dir_all(machine.path("/srv/ronde")).unwrap();
    let said = machine.follow("restaurer");
    for words in ["répétition réussie", "Ce qui se passe maintenant", "device revoke", "ronde enrol"] {
        assert!(said.contains(words), "{words:?} was not said:\n{said}");
    }
    assert_eq!(supervisors(&machine), before);
}

#[test]
fn the_doctors_block_runs_on_a_server_that_is_well_enough() {
    let machine = Machine::new();
    machine.follow("installer");
    machine.follow("sauvegarder");
    // The disk of the machine that runs this may be nearly full, and the doctor then says so.
    let script =
        blocks(&machine.page, "docteur").replace("/srv/ronde", machine.path("/srv/ronde").to_str().unwrap());
    let ended = machine.shell(&script);
    assert!(matches!(ended.status.code(), Some(0..=2)), "{ended:?}");
    let said = String::from_utf8(ended.stdout).unwrap();
    for subject in
        ["clés", "disque", "horloge", "certificat", "sauvegarde", "versions", "archive", "en suspens"]
    {
        assert!(said.contains(subject), "{subject} is not in:\n{said}");
    }
}

#[test]
fn every_refusal_of_the_page_is_one_that_the_program_makes() {
    let machine = Machine::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/command/failure.rs");
    let words = fs::read_to_string(source).unwrap();
    let table = machine.page.split("Ce que `restore` refuse").nth(1).unwrap();
    let table = table.split("\n\n").nth(1).unwrap();
    let mut named = 0;
    for row in table.lines().skip(2) {
        for word in row.split('|').nth(1).unwrap().split(',') {
            let word = word.trim().trim_matches('`');
            assert!(words.contains(&format!("\"{word}\"")), "{word} is no word of the program");
            named += 1;
        }
    }
    assert!(named >= 6, "{table}");
}
