//! The order of the modules inside `core`: who may name whom through `crate::`.
//! Knows the table below and nothing of what the modules do. Changes when a module of the phone is born or moves.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::paths::{self, Path};
use super::syntax;
use super::tree::Source;

/// A module, and what it may name beside what those names may.
type Place = (&'static str, &'static [&'static str]);

/// `notebook → courier → sync, outbox, transport` · `notebook → capture, attachments, search` ·
/// `outbox, capture, attachments, search → store → model`. What may be named may also be reached through.
const ORDER: [Place; 20] = [
    (
        "notebook",
        &[
            "enrolment",
            "courier",
            "transport",
            "capture",
            "attachments",
            "search",
            "rescue",
            "status",
            "doctor",
        ],
    ),
    ("enrolment", &["link", "keys", "entropy"]),
    ("courier", &["sync", "outbox", "link", "clock"]),
    ("outbox", &["store"]),
    ("capture", &["store", "place", "involved"]),
    ("attachments", &["store"]),
    ("search", &["store"]),
    ("rescue", &["capture"]),
    ("doctor", &[]),
    ("store", &["keys", "clock", "entropy"]),
    ("keys", &["error"]),
    ("clock", &["error"]),
    ("entropy", &["error"]),
    ("status", &["store"]),
    ("place", &["error"]),
    ("involved", &[]),
    ("transport", &["link"]),
    ("link", &["error"]),
    ("sync", &[]),
    ("error", &[]),
];

/// Each place in `core/src` where a module names one that it may not know.
pub fn findings(sources: &[Source]) -> Vec<Finding> {
    let inside: Vec<&Source> =
        sources.iter().filter(|s| !s.test && s.is_rust() && s.path.starts_with("core/src/")).collect();
    let facade = inside.iter().find(|source| source.path == "core/src/lib.rs");
    let exports = facade.map_or_else(BTreeMap::new, |source| exports(&source.text));
    let mut found = Vec::new();
    for source in inside.iter().filter(|source| source.path != "core/src/lib.rs") {
        let home = module_path(&source.path);
        let Some(module) = home.first() else { continue };
        let Some(allowed) = reach(module) else {
            let rule =
                format!("module {module} has no place in the order: give it one in xtask/src/check/order.rs");
            found.push(Finding::new(&source.path, 1, rule));
            continue;
        };
        let tokens = syntax::tokens(&source.text);
        for path in paths::paths(&syntax::without_tests(&tokens).tokens) {
            let Some(name) = from_root(&path, home.len()) else {
                continue;
            };
            let named = exports.get(name).map_or(name, String::as_str);
            if named != *module && is_module(named, &inside) && !allowed.contains(&named) {
                let rule = format!("{module} may not know {named} (2-architecture, inside core)");
                let finding = Finding::new(&source.path, path.line, rule);
                if found.last() != Some(&finding) {
                    found.push(finding);
                }
            }
        }
    }
    found
}

/// Everything a module may name, directly or through what it names; nothing for a module without a place.
fn reach(module: &str) -> Option<Vec<&'static str>> {
    let (_, direct) = ORDER.iter().find(|(name, _)| *name == module)?;
    let mut all = direct.to_vec();
    for next in *direct {
        all.extend(reach(next).unwrap_or_default());
    }
    Some(all)
}

fn is_module(name: &str, inside: &[&Source]) -> bool {
    inside.iter().any(|source| module_path(&source.path).first() == Some(&name))
}

/// `core/src/store/rows.rs` is `["store", "rows"]`.
fn module_path(path: &str) -> Vec<&str> {
    let inner = path.trim_start_matches("core/src/").trim_end_matches(".rs");
    let mut parts: Vec<&str> = inner.split('/').collect();
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    parts
}

/// The name that a path starts with at the root of the crate, if it goes through the root.
fn from_root<'a>(path: &Path<'a>, depth: usize) -> Option<&'a str> {
    let ups = path.segments.iter().take_while(|segment| **segment == "super").count();
    match path.segments.first() {
        Some(&"crate") => path.segments.get(1).copied(),
        _ if ups > 0 && ups == depth => path.segments.get(ups).copied(),
        _ => None,
    }
}

/// The names that `lib.rs` exports, each with the module it comes from.
fn exports(text: &str) -> BTreeMap<String, String> {
    let tokens = syntax::tokens(text);
    let mut found = BTreeMap::new();
    for path in paths::paths(&syntax::without_tests(&tokens).tokens) {
        let segments = match path.segments.as_slice() {
            ["crate" | "self", rest @ ..] => rest,
            all => all,
        };
        if let [module, .., name] = segments {
            found.insert((*name).to_owned(), (*module).to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tree::source;
    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files.iter().map(|(path, text)| source(path, text)).collect();
        findings(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_module_that_looks_back_is_refused() {
        let files = [
            ("core/src/store/mod.rs", "use crate::error::Error;\nuse crate::outbox::Entry;"),
            ("core/src/outbox.rs", "use crate::store::Store;"),
            ("core/src/error.rs", ""),
        ];
        assert_eq!(
            told(&files),
            ["core/src/store/mod.rs:2: store may not know outbox (2-architecture, inside core)"]
        );
    }

    #[test]
    fn looking_back_through_super_or_through_the_facade_is_refused_too() {
        let lib = ("core/src/lib.rs", "mod notebook; pub use notebook::{Notebook, Shown};");
        let notebook = ("core/src/notebook.rs", "use crate::{store::Store, capture};");
        let capture = ("core/src/capture.rs", "");
        assert_eq!(told(&[lib, notebook, capture, ("core/src/store.rs", "use crate::Notebook;")]).len(), 1);
        assert_eq!(told(&[lib, notebook, ("core/src/store/a.rs", "use super::super::notebook;")]).len(), 1);
        assert_eq!(told(&[lib, notebook, ("core/src/store/a.rs", "use super::notebook;")]).len(), 0);
    }

    #[test]
    fn sync_knows_the_model_only() {
        let store = ("core/src/store.rs", "");
        assert_eq!(told(&[store, ("core/src/sync.rs", "use ronde_model::wire;")]).len(), 0);
        assert_eq!(told(&[store, ("core/src/sync.rs", "fn f() { crate::store::open() }")]).len(), 1);
        assert_eq!(told(&[store, ("core/src/sync.rs", "#[cfg(test)] use crate::store;")]).len(), 0);
    }

    #[test]
    fn a_module_without_a_place_is_named() {
        let told = told(&[("core/src/gadget.rs", "")]);
        assert!(told[0].contains("module gadget has no place"), "{told:?}");
    }

    #[test]
    fn nobody_can_reach_itself() {
        for (module, _) in ORDER {
            let reach = reach(module).unwrap();
            assert!(!reach.contains(&module), "{module} reaches itself");
            assert!(reach.iter().all(|name| ORDER.iter().any(|(place, _)| place == name)));
        }
    }
}
