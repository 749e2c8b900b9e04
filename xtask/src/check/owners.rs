//! Who may name what in the source: each library, the clock and `unsafe` have one home.
//! Knows the homes; refuses to know the packages' manifests. Changes when a home moves.

use super::finding::Finding;
use super::paths::{self, Path};
use super::syntax::{self, Token};
use super::tree::Source;

enum Name {
    /// A path that begins so.
    Path(&'static [&'static str]),
    /// A path that ends so.
    Call(&'static [&'static str]),
    Word(&'static str),
}

struct Owner {
    name: Name,
    /// True for the files where the name may stand.
    home: fn(&str) -> bool,
    /// True if the rule holds for test code too.
    tests_too: bool,
    rule: &'static str,
}

impl Owner {
    const fn of(name: Name, home: fn(&str) -> bool, rule: &'static str) -> Owner {
        Owner { name, home, tests_too: false, rule }
    }

    const fn strictly(name: Name, home: fn(&str) -> bool, rule: &'static str) -> Owner {
        Owner { name, home, tests_too: true, rule }
    }
}

const TIME: &str = "time comes from a file named clock.rs";
const PURE: &str = "model and core's sync are pure: they are told everything and touch nothing";

const OWNERS: [Owner; 13] = [
    Owner::of(Name::Path(&["automerge"]), is_document, "automerge is known to model/src/document only"),
    Owner::of(
        Name::Path(&["rusqlite"]),
        is_database,
        "rusqlite is known to core/src/store and server/src/archive/sqlite only",
    ),
    Owner::of(
        Name::Path(&["reqwest"]),
        |path| path == "core/src/transport.rs",
        "reqwest is known to core/src/transport.rs only",
    ),
    Owner::of(
        Name::Path(&["uniffi"]),
        |path| path.starts_with("bindings/"),
        "uniffi is known to bindings only",
    ),
    Owner::strictly(Name::Call(&["SystemTime", "now"]), is_clock, TIME),
    Owner::strictly(Name::Call(&["Instant", "now"]), is_clock, TIME),
    Owner::strictly(
        Name::Word("unsafe"),
        |path| path.starts_with("tests/disk"),
        "unsafe code is for tests/disk only",
    ),
    Owner::of(Name::Path(&["std", "fs"]), may_touch, PURE),
    Owner::of(Name::Path(&["std", "net"]), may_touch, PURE),
    Owner::of(Name::Path(&["std", "env"]), may_touch, PURE),
    Owner::of(Name::Path(&["std", "process"]), may_touch, PURE),
    Owner::of(Name::Path(&["std", "thread"]), may_touch, PURE),
    Owner::of(Name::Path(&["tokio"]), may_touch, PURE),
];

fn is_document(path: &str) -> bool {
    path == "model/src/document.rs" || path.starts_with("model/src/document/")
}

fn is_database(path: &str) -> bool {
    path == "core/src/store.rs"
        || path.starts_with("core/src/store/")
        || path.starts_with("server/src/archive/sqlite")
}

fn is_clock(path: &str) -> bool {
    path.rsplit('/').next() == Some("clock.rs")
}

fn may_touch(path: &str) -> bool {
    let pure =
        path.starts_with("model/src/") || path == "core/src/sync.rs" || path.starts_with("core/src/sync/");
    !pure
}

/// Each place of a Rust file where a name stands outside its home.
pub fn findings(source: &Source) -> Vec<Finding> {
    let all = syntax::tokens(&source.text);
    let code = if source.test { Vec::new() } else { syntax::without_tests(&all).tokens };
    let (all_paths, code_paths) = (paths::paths(&all), paths::paths(&code));
    let mut found = Vec::new();
    for owner in OWNERS.iter().filter(|owner| !(owner.home)(&source.path)) {
        let (tokens, paths) = if owner.tests_too { (&all, &all_paths) } else { (&code, &code_paths) };
        let lines = lines_naming(&owner.name, tokens, paths);
        found.extend(lines.into_iter().map(|line| Finding::new(&source.path, line, owner.rule)));
    }
    found.sort_by_key(|finding| finding.line);
    found
}

fn lines_naming(name: &Name, tokens: &[Token<'_>], paths: &[Path<'_>]) -> Vec<usize> {
    let such = |named: &dyn Fn(&Path<'_>) -> bool| -> Vec<usize> {
        paths.iter().filter(|path| named(path)).map(|path| path.line).collect()
    };
    let mut lines = match name {
        Name::Path(start) => such(&|path| path.starts_with(start)),
        Name::Call(end) => such(&|path| path.segments.ends_with(end)),
        Name::Word(word) => tokens.iter().filter(|t| t.text == *word).map(|t| t.line).collect(),
    };
    lines.dedup();
    lines
}

#[cfg(test)]
mod tests {
    use super::super::tree::source;
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        findings(&source(path, text)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_library_outside_its_home_is_refused_with_its_line() {
        assert_eq!(
            told("model/src/envelope.rs", "//! automerge::x\n\nuse automerge::{Change, ActorId};"),
            ["model/src/envelope.rs:3: automerge is known to model/src/document only"]
        );
        assert_eq!(told("core/src/outbox.rs", "fn f(c: &rusqlite::Connection) {}").len(), 1);
        assert_eq!(told("server/src/http/webhook.rs", "use reqwest as http;").len(), 1);
        assert_eq!(told("core/src/error.rs", "#[derive(uniffi::Error)] enum E {}").len(), 1);
    }

    #[test]
    fn a_library_at_home_or_in_tests_is_fine() {
        assert!(told("model/src/document/report.rs", "use automerge::Change;").is_empty());
        assert!(told("core/src/store/rows.rs", "use rusqlite::Row;").is_empty());
        assert!(told("server/src/archive/sqlite.rs", "use rusqlite::Row;").is_empty());
        assert!(told("tests/disk/vfs.rs", "use rusqlite::ffi; unsafe fn f() {}").is_empty());
        assert!(told("model/src/rights.rs", "#[cfg(test)] mod tests { use automerge::Change; }").is_empty());
        assert!(told("core/src/outbox.rs", "fn f() { self.rusqlite(); crate::rusqlite::x(); }").is_empty());
    }

    #[test]
    fn the_clock_is_read_in_clock_rs_only_even_by_tests() {
        let now = "fn f() { std::time::Instant::now(); let s = SystemTime::now(); }";
        assert!(told("core/src/clock.rs", now).is_empty());
        assert_eq!(told("tests/sync.rs", now).len(), 2);
        assert_eq!(told("core/src/sync.rs", "#[test] fn t() { SystemTime::now(); }").len(), 1);
    }

    #[test]
    fn unsafe_code_and_outside_things_in_pure_modules_are_refused() {
        assert_eq!(told("core/src/keys.rs", "unsafe { f() }").len(), 1);
        assert!(told("core/src/keys.rs", "let unsafely = \"unsafe\"; // unsafe").is_empty());
        assert_eq!(told("model/src/territory.rs", "use std::{fmt, fs::File};").len(), 1);
        assert_eq!(told("core/src/sync/push.rs", "async { tokio::time::sleep(d).await }").len(), 1);
        assert!(told("core/src/courier.rs", "use tokio::sync::Notify; use std::fs;").is_empty());
    }
}
