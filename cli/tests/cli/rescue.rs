//! A damaged notebook at the terminal: looked over, saved, looked over again.

use std::collections::BTreeSet;
use std::io::{Seek, SeekFrom, Write};

use ronde_core::{Notebook, Ports};

use crate::terminal::Terminal;

/// Spoils a kibibyte in the middle of the database.
fn spoil(ines: &Terminal, at: u64) {
    let mut file = std::fs::OpenOptions::new().write(true).open(ines.path("notebook/notebook.db")).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&[0xa5; 1024]).unwrap();
}

#[test]
fn a_damaged_notebook_is_saved_and_the_damaged_file_kept() {
    let ines = Terminal::new();
    for words in ["Premier brouillon.", "Second brouillon."] {
        ines.ask(&["new", "waste.bulky", "--statement", words]);
    }
    let checkup = ines.run(&["doctor", "--deep", "--json"]);
    assert_eq!(checkup.code, 1, "sound, and not enrolled: {checkup:?}");
    let sound = ines.ask(&["rescue"]);
    assert_eq!(sound["needed"], false);

    spoil(&ines, 1024);
    let (code, error) = ines.refused(&["drafts"]);
    assert_eq!((code, error["code"].as_str()), (7, Some("corrupt")), "{error}");
    let checkup = ines.run(&["doctor"]);
    assert_eq!(checkup.code, 7);
    assert!(checkup.out.contains("ronde rescue"), "{}", checkup.out);

    let rescued = ines.run(&["rescue", "--json"]);
    assert_eq!((rescued.code, rescued.err.as_str()), (1, ""), "a page is lost: {rescued:?}");
    let told: serde_json::Value = serde_json::from_str(&rescued.out).unwrap();
    assert_eq!((told["needed"].as_bool(), told["drafts"].as_u64()), (Some(true), Some(2)), "{told}");
    assert_eq!(told["unreadable"][0]["what"], "pages");
    assert!(ines.path("notebook").join(told["aside"].as_str().unwrap()).exists(), "never deleted");

    let drafts = ines.ask(&["drafts"]).to_string();
    assert!(drafts.contains("Premier brouillon.") && drafts.contains("Second brouillon."), "{drafts}");
    let checkup = ines.run(&["doctor", "--deep"]);
    assert!(checkup.code == 1 && checkup.out.contains("de côté"), "{checkup:?}");
}

#[test]
fn missing_keys_are_said_plainly_and_nothing_is_made_in_their_place() {
    for name in ["vault.cbor", "notebook.key"] {
        let ines = Terminal::new();
        ines.ask(&["new", "waste.bulky"]);
        let file = ines.path("notebook").join(name);
        std::fs::remove_file(&file).unwrap();
        let (code, error) = ines.refused(&["rescue"]);
        assert_eq!((code, error["code"].as_str()), (7, Some("keys-unavailable")), "{error}");
        assert!(error["detail"].as_str().unwrap().contains(name), "{error}");
        let checkup = ines.run(&["doctor"]);
        assert!(checkup.code == 7 && checkup.out.contains(name), "{checkup:?}");
        assert!(!file.exists(), "a fresh {name} would hide that the old one went");
    }
}

#[test]
fn a_database_that_is_gone_is_not_replaced_by_an_empty_one() {
    let ines = Terminal::new();
    ines.ask(&["new", "waste.bulky"]);
    std::fs::remove_file(ines.path("notebook/notebook.db")).unwrap();
    let (code, error) = ines.refused(&["drafts"]);
    assert_eq!((code, error["code"].as_str()), (7, Some("corrupt")), "{error}");
}

#[test]
fn a_notebook_that_another_program_has_open_is_not_rescued_under_its_hands() {
    let ines = Terminal::new();
    ines.ask(&["new", "waste.bulky"]);
    let directory = ines.path("notebook");
    let ports = || Ports::of_system(&directory, "lierre et glycine", 0).unwrap();
    let files = || -> BTreeSet<_> {
        std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    };
    let open = [(); 2].map(|()| Notebook::open(&directory, ports()).unwrap());
    let before = files();
    for notebook in open {
        let (code, error) = ines.refused(&["rescue", "--force"]);
        assert_eq!(error["code"], "busy", "{code} {error}");
        assert_eq!(files(), before, "nothing was moved");
        ines.ask(&["new", "waste.bulky"]);
        drop(notebook);
    }
    assert_eq!(ines.ask(&["rescue", "--force"])["drafts"], 3);
    assert_eq!(Notebook::open(&directory, ports()).unwrap().drafts().unwrap().len(), 3);
}

#[cfg(unix)]
#[test]
fn a_notebook_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let ines = Terminal::new();
    ines.ask(&["new", "waste.bulky"]);
    for name in ["notebook.db", "notebook.key", "vault.cbor"] {
        let mode = std::fs::metadata(ines.path("notebook").join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
