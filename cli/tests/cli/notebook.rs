//! A notebook that is absent, locked, damaged or empty: each is said, and nothing is made or lost.

use crate::terminal::{Terminal, said};
use serde_json::json;

#[test]
fn reading_where_there_is_no_notebook_makes_none() {
    let ines = Terminal::new();
    let readers: [&[&str]; 7] = [
        &["list"],
        &["drafts"],
        &["status"],
        &["sync"],
        &["whoami"],
        &["show", "2026-000001"],
        &["search", "rixe"],
    ];
    for reader in readers {
        let (code, error) = ines.refused(reader);
        assert_eq!((code, error["code"].as_str()), (4, Some("no-notebook")), "{reader:?}");
    }
    assert!(!ines.path("notebook").exists());
}

#[test]
fn an_empty_notebook_answers_in_the_same_shapes() {
    let ines = Terminal::new();
    ines.ask(&["new", "other"]);
    assert_eq!(ines.ask(&["list"]), json!({"items": [], "next": null}));
    assert_eq!(ines.ask(&["list", "--all"]), json!({"items": [], "next": null}));
    assert_eq!(ines.ask(&["search", "rixe"]), json!([]));
    assert_eq!(ines.ask(&["divergences"]), json!([]));
    assert_eq!(ines.ask(&["ledger"]), json!([]));
    let status = ines.ask(&["status"]);
    assert_eq!(
        (&status["written"], &status["waiting"], &status["set_aside"]),
        (&json!(0), &json!(0), &json!([]))
    );
    assert!(status["sentence"].is_string());
    for reader in
        [["show", "2026-000001"], ["receipt", "abcdef"], ["history", "0123456789abcdef0123456789abcdef"]]
    {
        assert_eq!(ines.refused(&reader).0, 4, "{reader:?}");
    }
    assert_eq!(ines.refused(&["show", "abc"]).0, 2);
    assert_eq!(ines.run(&["list"]).out, "Aucun rapport.\n");
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let ines = Terminal::new();
    ines.ask(&["new", "other"]);
    let before = std::fs::read(ines.path("notebook/notebook.db")).unwrap();
    let mut wrong = ines.bare(&["drafts", "--json"]);
    wrong.env("RONDE_PASSPHRASE", "glycine").env("RONDE_NOTEBOOK", ines.path("notebook"));
    let said = said(wrong);
    assert_eq!((said.code, said.out.as_str()), (7, ""), "{}", said.err);
    assert_eq!(std::fs::read(ines.path("notebook/notebook.db")).unwrap(), before);
    assert_eq!(ines.ask(&["drafts"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_damaged_notebook_is_left_as_it_is() {
    let ines = Terminal::new();
    ines.ask(&["new", "other"]);
    let database = ines.path("notebook/notebook.db");
    let mut bytes = std::fs::read(&database).unwrap();
    for byte in &mut bytes[..64] {
        *byte ^= 0x55;
    }
    std::fs::write(&database, &bytes).unwrap();
    let (code, _) = ines.refused(&["drafts"]);
    assert_eq!(code, 7);
    assert_eq!(std::fs::read(&database).unwrap(), bytes);
}

#[test]
fn nothing_of_a_draft_is_readable_on_the_disk() {
    let ines = Terminal::new();
    let canary = "canari-en-clair-3141592653";
    ines.ask(&["new", "other", "--statement", canary, "--fact", &format!("title={canary}")]);
    let wide: Vec<u8> = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for entry in std::fs::read_dir(ines.path("notebook")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(!holds(canary.as_bytes()) && !holds(&wide));
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let ines = Terminal::new();
    let mut types = ines.bare(&["types"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    types.stdout(writer).stderr(std::process::Stdio::piped());
    let ended = types.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[test]
fn enrolling_refuses_what_is_no_code_and_no_safe_address() {
    let ines = Terminal::new();
    let code = "ABCD-EFGH-IJKL-MNOP-QRST-UVWX";
    let (ended, error) = ines.refused(&["enrol", "--server", "https://127.0.0.1:1", "--code", "XXXX"]);
    assert_eq!((ended, error["code"].as_str()), (2, Some("not-a-code")));
    let (ended, error) = ines.refused(&["enrol", "--server", "http://ronde.example", "--code", code]);
    assert_eq!((ended, error["code"].as_str()), (2, Some("unsafe-address")));
    let (ended, error) = ines.refused(&["enrol", "--server", "http://127.0.0.1:1", "--code", code]);
    assert_eq!(
        (ended, error["code"].as_str(), error["advice"].as_str()),
        (6, Some("unreachable"), Some("try_later"))
    );
    assert_eq!(ines.run(&["enrol", "--server", "x", "--code", code, "--certificate", "abcd"]).code, 2);
}
