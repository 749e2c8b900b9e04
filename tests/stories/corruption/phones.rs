//! A phone's database and its log, spoilt at places that a seed draws.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use ronde_core::{Error, Rescued};
use ronde_model::id::DocId;
use tempfile::TempDir;

use super::scene::{Everything, Scene, everything};
use super::truth::{Damage, Truth};

/// How often each thing came.
pub type Counts = BTreeMap<String, u32>;

const FILES: [&str; 5] =
    ["notebook.db", "notebook.db-wal", "notebook.db-shm", "notebook.key", "notebook.made"];

/// What is spoilt again and again.
pub struct Bench {
    pub scene: Scene,
    pub files: BTreeMap<&'static str, Vec<u8>>,
    pub before: Everything,
    pub truth: Truth,
}

/// One case.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub file: &'static str,
    pub damage: Damage,
    /// The power went too: what was never synced is gone.
    pub without_index: bool,
}

impl Bench {
    /// As a killed phone leaves its files, or `closed` in order.
    pub fn new(seed: u64, closed: bool) -> Bench {
        let scene = Scene::new(seed);
        let copy = scene.copy();
        if closed {
            drop(scene.open(copy.path()).expect("opens"));
        }
        let read = |name: &&'static str| Some((*name, std::fs::read(copy.path().join(name)).ok()?));
        let files: BTreeMap<_, _> = FILES.iter().filter_map(read).collect();
        let expected = if closed { 3 } else { FILES.len() };
        assert_eq!(files.len(), expected, "a killed phone leaves all of them");
        let before = everything(&scene.open(copy.path()).expect("opens")).expect("reads");
        let spoilt = in_memory().expect("a directory");
        for (name, bytes) in &files {
            std::fs::write(spoilt.path().join(name), bytes).expect("written");
        }
        let truth = Truth::of(spoilt.path(), &raw_key(&files["notebook.key"]));
        Bench { scene, files, before, truth }
    }

    fn lay_out(&self, case: Case) -> TempDir {
        let directory = in_memory().expect("a directory");
        for (name, bytes) in &self.files {
            let mut bytes = bytes.clone();
            if *name == case.file {
                case.damage.apply(&mut bytes);
            }
            if *name != "notebook.db-shm" || !case.without_index {
                std::fs::write(directory.path().join(name), bytes).expect("written");
            }
        }
        directory
    }

    /// Spoils, opens, reads, rescues; what it came to, or what went wrong.
    pub fn try_out(&self, case: Case) -> Result<&'static str, String> {
        let directory = self.lay_out(case);
        let read = self.scene.open(directory.path()).and_then(|notebook| everything(&notebook));
        match read {
            Ok(read) if read == self.before => Ok("harmless"),
            // Nobody can tell this from a power cut: what could be saved was, and the fact is told.
            Ok(_) if case.without_index && self.is_told(directory.path()) => Ok("a cut, told"),
            Ok(read) if case.without_index && matches!(case.damage, Damage::Cut(_)) => {
                if read.own.is_subset(&self.before.own) { Ok("an earlier state") } else { Err("new".into()) }
            }
            Ok(read) => Err(format!("changed in silence: {}", difference(&self.before, &read))),
            Err(Error::NotEnrolled) if case.without_index && matches!(case.damage, Damage::Cut(_)) => {
                Ok("an earlier state")
            }
            Err(error) if !is_typed(&error) => Err(format!("told as {error:?}")),
            Err(_) => {
                let directory = self.lay_out(case);
                let rescued = self.scene.rescue(directory.path()).map_err(|e| format!("rescue: {e:?}"))?;
                self.judge(case, directory.path(), &rescued)
            }
        }
    }

    fn is_told(&self, directory: &Path) -> bool {
        let checkup = self.scene.open(directory).and_then(|notebook| notebook.doctor(false));
        checkup.is_ok_and(|checkup| checkup.findings.iter().any(|finding| finding.subject == "log"))
    }

    fn judge(&self, case: Case, directory: &Path, rescued: &Rescued) -> Result<&'static str, String> {
        let spoilt = match case.file {
            "notebook.db" => self.truth.spoilt_in_file(case.damage, self.files[case.file].len()),
            _ => self.truth.spoilt_in_log(case.damage),
        };
        let after = |e: Error| format!("after the rescue: {e:?}");
        let notebook = self.scene.open(directory).map_err(after)?;
        let drafts: Vec<String> =
            notebook.drafts().map_err(after)?.iter().map(|draft| json!(draft)).collect();
        let told = |what: &[&str]| rescued.unreadable.iter().any(|loss| what.contains(&loss.what.as_str()));
        let held = crate::scene::envelopes(directory, &raw_key(&self.files["notebook.key"]));
        let intact = self.truth.envelopes.iter().filter(|(_, pages)| pages.is_disjoint(&spoilt));
        if let Some((eid, pages)) = intact.clone().find(|(eid, _)| !held.contains(*eid)) {
            return Err(format!("{eid} lay on {pages:?}, intact, and was not saved: {rescued:?}"));
        }
        for (doc, pages) in &self.truth.drafts {
            let draft = self.before.drafts.iter().find(|draft| draft.contains(&doc.to_string()));
            let same = drafts.contains(draft.expect("it was there"));
            let told = told(&["drafts_lost", "drafts_older", "log", "identity"]);
            if !same && (pages.is_disjoint(&spoilt) || !told) {
                return Err(format!("draft {doc} on {pages:?}: {rescued:?}"));
            }
        }
        let lost: BTreeSet<_> = self.truth.envelopes.keys().filter(|eid| !held.contains(*eid)).collect();
        if !lost.is_empty() && rescued.unreadable.is_empty() {
            return Err(format!("{lost:?} went and nobody was told"));
        }
        if !rescued.enrolled {
            return if told(&["identity", "log"]) {
                Ok("enrolment lost")
            } else {
                Err(format!("{rescued:?}"))
            };
        }
        if told(&["leases", "received"]) {
            return Ok("rescued, a lease or moments to come");
        }
        if lost.is_empty() && case.damage.place().is_multiple_of(3) {
            let read = everything(&notebook).map_err(after)?;
            let differing = |(doc, text): &(&DocId, &String)| read.contents.get(*doc) != Some(*text);
            if let Some((doc, was)) = self.before.contents.iter().find(differing) {
                return Err(format!("{doc}: {was}\n{:?}\n{rescued:?}", read.contents.get(doc)));
            }
        }
        Ok(if lost.is_empty() { "rescued whole" } else { "rescued in part" })
    }
}

fn is_typed(error: &Error) -> bool {
    matches!(error, Error::Corrupt { .. })
}

pub fn raw_key(wrapped: &[u8]) -> String {
    let digits: String = wrapped.iter().map(|byte| format!("{:02x}", byte ^ 0x5a)).collect();
    format!("x'{digits}'")
}

fn difference(before: &Everything, after: &Everything) -> String {
    let mut parts = Vec::new();
    if before.drafts != after.drafts {
        parts.push(format!("drafts {} → {}", before.drafts.len(), after.drafts.len()));
    }
    if before.contents != after.contents {
        parts.push(format!("reports {} → {}", before.contents.len(), after.contents.len()));
    }
    if before.own != after.own {
        parts.push(format!("own {} → {}", before.own.len(), after.own.len()));
    }
    if before.list != after.list || before.told != after.told {
        parts.push("list or status".into());
    }
    parts.join(", ")
}

/// Runs cases on two threads; each is told as a word, or as what went wrong.
pub fn run<C: Copy + std::fmt::Debug + Sync>(
    name: &str,
    cases: &[C],
    try_out: impl Fn(C) -> Result<&'static str, String> + Sync,
) -> (Counts, Vec<String>) {
    let told = Mutex::new((Counts::new(), Vec::new()));
    std::thread::scope(|scope| {
        for half in cases.chunks(cases.len().div_ceil(2).max(1)) {
            let (told, try_out) = (&told, &try_out);
            scope.spawn(move || {
                for case in half {
                    let result = try_out(*case);
                    let mut told = told.lock().expect("no panic");
                    match result {
                        Ok(word) => *told.0.entry(format!("{name}: {word}")).or_default() += 1,
                        Err(wrong) => told.1.push(format!("{case:?}: {wrong}")),
                    }
                }
            });
        }
    });
    told.into_inner().expect("no panic")
}

/// A directory whose syncs cost nothing where the system has one: no test here cuts the power.
pub fn in_memory() -> std::io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }
}
