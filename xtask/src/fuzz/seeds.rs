//! Seeds that are not ours: lists of hostile files, told to the fuzzer where they lie beside the
//! repository and never kept in it. Changes when such a list appears.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::shell::Shell;

/// A target its files are seeds of, and what stands before each.
type For = (&'static str, &'static [u8]);

/// A folder beside the repository, and what for.
const LISTS: [(&str, &[For]); 3] = [
    // Behind the byte that says where a change arrives: as a seal, and on a report.
    ("../shared/data/automerge", &[("admission", &[1]), ("admission", &[5])]),
    (
        "../shared/data/security/blns",
        &[("csv", b"time,offense\n"), ("record", b""), ("code", b""), ("open311", b"")],
    ),
    ("../shared/data/security/JSONTestSuite", &[("open311", b""), ("geojson", b"")]),
];

/// Longer files teach a fuzzer nothing, bytes.
const LONGEST: u64 = 64 * 1024;

/// Says which lists are not there.
pub fn tell_what_is_missing(shell: &Shell) {
    for (folder, targets) in LISTS {
        if !shell.root().join(folder).is_dir() {
            let mut names: Vec<&str> = targets.iter().map(|(name, _)| *name).collect();
            names.dedup();
            println!("fuzz: {folder} is not there, its seeds of {} are left out", names.join(", "));
        }
    }
}

/// Copies what there is for a target into a folder, under numbers.
pub fn gather(shell: &Shell, target: &str, into: &Path) -> Result<(), Failure> {
    let mut number = 0;
    for (folder, targets) in LISTS {
        let befores = targets.iter().filter(|(name, _)| *name == target).map(|(_, before)| *before);
        for before in befores {
            let mut found = Vec::new();
            walk(&shell.root().join(folder), &mut found);
            found.sort();
            for path in found {
                let bytes = fs::read(&path).map_err(|e| Failure::unreadable(&path, e))?;
                let copy = into.join(format!("{number:04}"));
                fs::write(&copy, [before, &bytes].concat()).map_err(|e| Failure::unreadable(&copy, e))?;
                number += 1;
            }
        }
    }
    Ok(())
}

/// Every file under a folder that is short enough; a folder that is not there has none.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.metadata() {
            Ok(about) if about.is_dir() => walk(&path, found),
            Ok(about) if about.len() <= LONGEST => found.push(path),
            _ => {}
        }
    }
}
