//! Ways in which files come to harm between the day they are written and the day they are needed.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use ronde_server::backup::{BackupError, Step};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Everything below a directory, by its path there.
pub fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.insert(path.strip_prefix(directory).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The names in a directory, hidden ones too.
pub fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

pub fn copy_of(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for (name, bytes) in contents(from) {
        fs::write(to.join(name), bytes).unwrap();
    }
}

/// Does the work until its step of that number, where the process dies. `None` when it ended before.
pub fn killed_at_step<T>(
    step: usize,
    work: impl FnOnce(&mut dyn FnMut(Step)) -> Result<T, BackupError>,
) -> Option<T> {
    let mut steps = 0;
    let ended = catch_unwind(AssertUnwindSafe(|| {
        work(&mut |_| {
            if steps == step {
                // No destructor of ours removes anything: the files stand as after a kill.
                std::panic::resume_unwind(Box::new("killed"));
            }
            steps += 1;
        })
    }));
    ended.ok().map(|ended| ended.unwrap())
}

/// Rewrites a manifest so that it describes the files that lie there now.
pub fn describe_again(backup: &Path) {
    let path = backup.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for line in manifest["files"].as_array_mut().unwrap() {
        let bytes = fs::read(backup.join(line["name"].as_str().unwrap())).unwrap();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        line["bytes"] = bytes.len().into();
        line["sha256"] = digest.into();
    }
    fs::write(&path, manifest.to_string()).unwrap();
}

/// Changes one word of a manifest.
pub fn say(backup: &Path, key: &str, value: Value) {
    let path = backup.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest[key] = value;
    fs::write(&path, manifest.to_string()).unwrap();
}
