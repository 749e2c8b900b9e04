//! What a person may type, and what is answered when it is not that.

use crate::terminal::{Terminal, said};

#[test]
fn help_teaches_with_examples_and_the_table_of_exit_codes() {
    let ines = Terminal::new();
    let help = said(ines.bare(&["--help"]));
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    for taught in ["ronde enrol --server", "ronde sync", "Exit codes:", "  70  ", "RONDE_PASSPHRASE"] {
        assert!(help.out.contains(taught), "{taught}");
    }
    let commands = [
        "enrol",
        "new",
        "edit",
        "file",
        "drafts",
        "list",
        "show",
        "search",
        "history",
        "correct",
        "state",
        "void",
        "divergences",
        "decide",
        "sync",
        "status",
        "receipt",
        "ledger",
        "import",
        "types",
        "whoami",
        "doctor",
        "rescue",
    ];
    for command in commands {
        assert!(help.out.contains(&format!("\n  {command} ")), "{command}");
        let own = said(ines.bare(&[command, "--help"]));
        assert_eq!((own.code, own.err.as_str()), (0, ""), "{command}");
    }
}

#[test]
fn a_mistake_in_the_arguments_ends_with_two() {
    let ines = Terminal::new();
    let mistakes: [&[&str]; 12] = [
        &[],
        &["rapport"],
        &["new"],
        &["new", "waste.bulky", "--fact", "volume"],
        &["new", "waste.bulky", "--person", "height=2"],
        &["new", "waste.bulky", "--at", "91,0"],
        &["new", "waste.bulky", "--from", "hier"],
        &["new", "waste.bulky", "--to", "2026-11-23T05:40:00Z"],
        &["list", "--limit", "0"],
        &["list", "--after", "demain"],
        &["state", "abcdef12"],
        &["import", "notes.txt"],
    ];
    for mistake in mistakes {
        let said = ines.run(mistake);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{mistake:?}: {}", said.err);
        let (code, error) = ines.refused(mistake);
        assert_eq!((code, error["code"].as_str()), (2, Some("usage")), "{mistake:?}");
    }
    assert!(
        !ines.path("notebook").exists() || ines.ask(&["drafts"]) == serde_json::json!([]),
        "nothing was begun"
    );
}

#[test]
fn the_catalogue_is_listed_without_a_notebook_or_a_passphrase() {
    let ines = Terminal::new();
    let types = said(ines.bare(&["types"]));
    assert_eq!(types.code, 0);
    assert!(types.out.contains("waste.bulky") && types.out.contains("Dépôt d’encombrants"), "{}", types.out);
    let fields = said(ines.bare(&["types", "waste.bulky"]));
    assert!(fields.out.contains("volume_m3") && fields.out.contains("Volume"), "{}", fields.out);
    let brawl = ines.ask(&["types", "youth.brawl"]);
    assert_eq!(brawl["code"], "youth.brawl");
    assert!(brawl["fields"].as_array().unwrap().iter().any(|field| field["code"] == "people_count"));
}

#[test]
fn the_types_of_other_services_that_are_known_are_listed() {
    let ines = Terminal::new();
    let known = ines.ask(&["import", "--types"]);
    assert_eq!(known["abandoned vehicle"], "waste.vehicle");
    assert!(
        known
            .as_object()
            .unwrap()
            .values()
            .all(|ours| ines.run(&["types", ours.as_str().unwrap()]).code == 0)
    );
}

#[test]
fn an_unknown_type_or_fact_is_answered_with_near_ones() {
    let ines = Terminal::new();
    let (code, error) = ines.refused(&["new", "rixe"]);
    assert_eq!((code, error["code"].as_str()), (3, Some("unknown-type")));
    assert!(error["detail"].as_str().unwrap().contains("youth.brawl"), "{error}");
    assert!(!ines.path("notebook").exists(), "a wrong type makes no notebook");
    let words = ines.run(&["new", "waste.bulky", "--fact", "volume=2"]);
    assert_eq!(words.code, 3);
    assert!(words.err.contains("volume_m3") && words.err.contains("n’est pas une donnée"), "{}", words.err);
}

#[test]
fn the_passphrase_is_never_an_argument_and_its_absence_is_said() {
    let ines = Terminal::new();
    let none = said(ines.bare(&["new", "other"]));
    assert_eq!(none.code, 2);
    assert!(none.err.contains("RONDE_PASSPHRASE"), "{}", none.err);
    assert_eq!(said(ines.bare(&["new", "other", "--passphrase", "x"])).code, 2);
    let empty = ines.write("empty", "\n");
    assert_eq!(said(ines.bare(&["new", "other", "--passphrase-file", &empty])).code, 2);
    assert_eq!(said(ines.bare(&["new", "other", "--passphrase-file", "/nowhere/at/all"])).code, 4);
    let kept = ines.write("kept", "une phrase\nautre ligne");
    assert_eq!(said(ines.bare(&["new", "other", "--passphrase-file", &kept])).code, 0);
    let mut same = ines.bare(&["drafts", "--json"]);
    same.env("RONDE_PASSPHRASE", "une phrase");
    let listed = said(same);
    assert_eq!(listed.code, 0, "the first line of the file is the passphrase: {}", listed.err);
    assert!(ines.path(".local/share/ronde/notebook.db").exists(), "the default directory");
}
