//! The source files of the repository, read once: path from the root, text, and whether it is test code.
//! Refuses to know any rule about them. Changes when a language or a generated folder joins the tree.

use std::collections::BTreeSet;
use std::path::Path;

use super::syntax;
use crate::failure::Failure;

/// Longer files are refused before they are read: no source is that long.
const LONGEST: u64 = 4 << 20;
/// Folders that hold nothing a person wrote.
const GENERATED: [&str; 5] = ["target", "node_modules", "generated", "dist", "build"];
/// What is looked through for forgotten work; the first four are also measured.
const LANGUAGES: [&str; 11] = ["rs", "kt", "ts", "svelte", "swift", "py", "sql", "cddl", "toml", "sh", "yml"];

pub struct Source {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
    /// True for a file in which everything is a test.
    pub test: bool,
}

impl Source {
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub fn is_measured(&self) -> bool {
        !self.test && LANGUAGES[..4].iter().any(|language| self.path.ends_with(&format!(".{language}")))
    }
}

/// Every source file under the root, in the order of their paths.
pub fn sources(root: &Path) -> Result<Vec<Source>, Failure> {
    let mut found = Vec::new();
    walk(root, "", &mut found)?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    mark_test_modules(&mut found);
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<Source>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder).map_err(|e| Failure::unreadable(folder, e))? {
        let entry = entry.map_err(|e| Failure::unreadable(folder, e))?;
        let kind = entry.file_type().map_err(|e| Failure::unreadable(&entry.path(), e))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{prefix}{name}");
        if kind.is_dir() && !name.starts_with('.') && !GENERATED.contains(&name.as_str()) {
            walk(&entry.path(), &format!("{path}/"), found)?;
        } else if kind.is_file() && is_source(&path) {
            let size = entry.metadata().map_err(|e| Failure::unreadable(&entry.path(), e))?.len();
            if size > LONGEST {
                return Err(Failure::unreadable(&entry.path(), format!("{size} bytes is no source file")));
            }
            let text =
                std::fs::read_to_string(entry.path()).map_err(|e| Failure::unreadable(&entry.path(), e))?;
            found.push(Source { test: is_test(&path), path, text });
        }
    }
    Ok(())
}

fn is_source(path: &str) -> bool {
    let language = path.rsplit_once('.').map(|(_, language)| language);
    language.is_some_and(|language| LANGUAGES.contains(&language))
        && !path.starts_with("bindings/python/ronde/")
}

fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.split('/').any(|part| part == "tests")
        || path.contains("src/test/kotlin/")
        || name == "tests.rs"
        || name.ends_with(".test.ts")
        || name.ends_with(".spec.ts")
        || name.starts_with("test_")
}

/// `#[cfg(test)] mod laws;` makes `laws.rs` and all of `laws/` test code.
fn mark_test_modules(sources: &mut [Source]) {
    let mut homes = BTreeSet::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let tokens = syntax::tokens(&source.text);
        for module in syntax::without_tests(&tokens).test_modules {
            homes.insert(format!("{}{module}", folder_of_children(&source.path)));
        }
    }
    for source in sources.iter_mut() {
        let inside = |home: &String| {
            source.path.strip_prefix(home).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        source.test |= homes.iter().any(inside);
    }
}

/// Where the modules that a file declares live, with a `/` at the end.
fn folder_of_children(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    match name {
        "mod.rs" | "lib.rs" | "main.rs" => format!("{folder}/"),
        _ => format!("{}/", path.trim_end_matches(".rs")),
    }
}

#[cfg(test)]
pub fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned(), test: is_test(path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_known_by_their_place() {
        let tests = [
            "tests/world/link.rs",
            "core/tests/draft.rs",
            "model/src/rights/tests.rs",
            "console/src/list.test.ts",
        ];
        assert!(tests.iter().all(|path| is_test(path)));
        assert!(!is_test("xtask/src/test/mod.rs") && !is_test("model/src/attest.rs"));
    }

    #[test]
    fn a_module_declared_for_tests_is_test_code_in_its_own_file() {
        let mut sources = [
            source("model/src/document.rs", "#[cfg(test)]\nmod laws;\nmod report;"),
            source("model/src/document/laws.rs", ""),
            source("model/src/document/laws/more.rs", ""),
            source("model/src/document/report.rs", ""),
        ];
        mark_test_modules(&mut sources);
        assert_eq!(sources.map(|source| source.test), [false, true, true, false]);
    }

    #[test]
    fn only_code_is_measured() {
        assert!(source("console/src/list.svelte", "").is_measured());
        assert!(!source("core/src/store/001_first.sql", "").is_measured());
        assert!(!source("tests/story.rs", "").is_measured());
    }
}
