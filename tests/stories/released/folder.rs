//! A copy of a release's folder under today's code: its notebooks and its server on one clock that
//! stands a minute after that day's last contact. Nothing released is ever written to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ronde_core::model::catalogue::Language;
use ronde_core::model::id::{BootId, DocId};
use ronde_core::{FileVault, Notebook, Ports};
use ronde_server::Server;
use ronde_server::people::Supervisor;
use ronde_server::shapes::{Held, History, Page, Report, ReportLine};
use ronde_server::supervision::Filter;
use ronde_tests::world::{Dice, MINUTE, Wire, WorldClock, copy_tree};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

const PASSPHRASE: &str = "une phrase pour les essais";

/// A path of this repository.
pub fn released(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("released").join(version)
}

/// A copy of a release.
pub struct Folder {
    directory: TempDir,
    /// What its programs said.
    pub expected: Value,
    /// The time.
    pub clock: WorldClock,
    dice: Dice,
}

impl Folder {
    /// A copy to write to.
    pub fn of(version: &str) -> Folder {
        let from = released(version);
        let directory = TempDir::new().expect("a directory");
        copy_tree(&from, directory.path()).expect("a copy");
        let text = std::fs::read_to_string(from.join("expected.json")).expect("what was said");
        let expected: Value = serde_json::from_str(&text).expect("JSON");
        let contact = expected["phones"]["ines"]["status"]["last_contact_ms"].as_i64().expect("a time");
        let (clock, dice) = (WorldClock::at(contact + MINUTE), Dice::new(contact.unsigned_abs()));
        Folder { directory, expected, clock, dice }
    }

    /// Where a part of it lies.
    pub fn path(&self, part: &str) -> PathBuf {
        self.directory.path().join(part)
    }

    /// A notebook, opened by today's code.
    pub fn notebook(&self, name: &str) -> Notebook {
        self.notebook_in(&self.path(name))
    }

    /// A notebook of any folder, made when there is none.
    pub fn notebook_in(&self, directory: &Path) -> Notebook {
        let mut boot = [0; 8];
        self.dice.roll(&mut boot);
        let ports = Ports {
            vault: Arc::new(FileVault::new(directory, PASSPHRASE)),
            clock: Arc::new(self.clock.booted(BootId(boot))),
            entropy: Arc::new(self.dice.clone()),
        };
        Notebook::open(directory, ports).expect("an old notebook opens")
    }

    /// The server, opened by today's code.
    pub fn server(&self) -> Server {
        let ports = ronde_server::Ports {
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(self.dice.clone()),
            ..ronde_server::Ports::default()
        };
        Server::open(&self.path("server"), ports).expect("an old archive opens")
    }

    /// The supervisor of that day, signed in with that day's token.
    pub fn supervisor(&self, server: &Server) -> Supervisor {
        server.sign_in(self.expected["server"]["token"].as_str().expect("a token")).expect("signed in")
    }

    /// A report by what happened to it.
    pub fn doc(&self, what: &str) -> DocId {
        self.expected["synced"][what].as_str().and_then(|id| id.parse().ok()).expect("an id")
    }
}

/// A wire to a server.
pub fn wire(server: &Server) -> Wire {
    Wire::new(server.clone())
}

/// All that a notebook says about itself, as `making` wrote it down.
pub fn told_by(notebook: &Notebook) -> Value {
    let list = notebook.list(None, 500).expect("a list").items;
    let of_each = |tell: &dyn Fn(DocId) -> Value| -> Value {
        list.iter().map(|item| (item.row.doc.to_string(), tell(item.row.doc))).collect::<Map<_, _>>().into()
    };
    let ledger = notebook.own_ledger().expect("a ledger");
    let mut status = json!(notebook.sync_status().expect("a status"));
    status["set_aside"] = json!(notebook.set_aside().expect("set aside"));
    json!({
        "whoami": json!(notebook.identity().expect("an identity")),
        "list": json!(list),
        "show": of_each(&|doc| {
            let mut detail = json!(notebook.read(doc).expect("a report"));
            detail["history"] = json!(notebook.history(doc).expect("a history"));
            detail
        }),
        "divergences": of_each(&|doc| json!(notebook.divergences(doc).expect("divergences"))),
        "receipts": of_each(&|doc| json!(notebook.receipt(doc).expect("a receipt"))),
        "drafts": json!(notebook.drafts().expect("drafts")),
        "ledger": ledger.iter().map(|(eid, seq)| json!({"eid": eid, "seq": seq})).collect::<Value>(),
        "status": status,
        "found": json!(notebook.search("musique", 50).expect("found")),
    })
}

/// All that a server says about its archive, likewise.
pub fn told_by_server(server: &Server, who: &Supervisor) -> Value {
    let list = server.reports(who, &Filter::default(), None, 200).expect("reports");
    let shown: Map<String, Value> = list
        .items
        .iter()
        .map(|line| {
            let doc = line.row.doc;
            let report = server.report(who, doc).expect("read").expect("a report");
            let history = server.history(who, doc).expect("read").expect("a history");
            let told =
                json!({"report": json!(Report::of(&report, Language::Fr)), "history": json!(History::of(&history, Language::Fr))});
            (doc.to_string(), told)
        })
        .collect();
    let quarantine = server.quarantine(who, None, 50).expect("quarantine");
    json!({
        "list": json!(Page::of(&list, |line| ReportLine::of(line, Language::Fr)))["items"],
        "show": shown,
        "stored": json!(server.stored().expect("envelopes")),
        "quarantine": json!(Page::of(&quarantine, Held::from)),
        "devices": json!(server.devices().expect("devices")),
        "supervisors": json!(server.supervisors().expect("supervisors")),
    })
}
