//! Which package may depend on which, read from what `cargo metadata` says of the manifests.
//! Refuses to know the source. Changes when a package is born or a library gets another home.

use std::path::Path;

use serde_json::Value;
use toml::Table;

use super::finding::Finding;

/// A package of the workspace and the packages of the workspace it may depend on, in any way.
const PACKAGES: [(&str, &[&str]); 9] = [
    ("ronde-model", &[]),
    ("ronde-core", &["ronde-model"]),
    ("ronde-bindings", &["ronde-core"]),
    ("ronde-bindgen", &[]),
    ("ronde-server", &["ronde-model"]),
    ("ronde-cli", &["ronde-core"]),
    ("ronde-tests", &["ronde-model", "ronde-core", "ronde-bindings", "ronde-server", "ronde-cli"]),
    ("ronde-fuzz", &["ronde-model", "ronde-core", "ronde-server"]),
    ("xtask", &[]),
];

/// A library and the packages that may depend on it. The tests may use anything.
const LIBRARIES: [(&str, &[&str]); 5] = [
    ("automerge", &["ronde-model"]),
    ("rusqlite", &["ronde-core", "ronde-server"]),
    ("reqwest", &["ronde-core"]),
    ("uniffi", &["ronde-bindings", "ronde-bindgen"]),
    ("axum", &["ronde-server"]),
];

/// All that xtask is made of, so that it builds in seconds.
const XTASK: [&str; 4] = ["clap", "serde_json", "toml", "ureq"];

/// What uniffi generates and the disk that crashes need `unsafe`, which nobody can allow over a `forbid`.
const OWN_LINTS: [&str; 2] = ["ronde-bindings", "ronde-tests"];

/// Libraries that would make the rules both ends share wait, open or connect.
const IMPURE: [&str; 3] = ["tokio", "hyper", "rustls"];

/// Each dependency that a package must not have. `manifest` gives the text of a manifest by its path.
pub fn findings(metadata: &Value, root: &Path, manifest: impl Fn(&Path) -> String) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let file = Path::new(package["manifest_path"].as_str().unwrap_or_default());
        let shown = file.strip_prefix(root).unwrap_or(file).to_string_lossy().into_owned();
        let text = manifest(file);
        if !PACKAGES.iter().any(|(known, _)| *known == name) {
            let rule = format!("package {name} has no place: give it one in xtask/src/check/packages.rs");
            found.push(Finding::new(&shown, 1, rule));
        }
        if !takes_lints(name, &text) {
            found.push(Finding::new(
                &shown,
                1,
                "every package says [lints] workspace = true (unsafe code is forbidden)",
            ));
        }
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let on = dependency["name"].as_str().unwrap_or_default();
            let in_tests = dependency["kind"].as_str() == Some("dev");
            if let Some(rule) = breach(name, on, in_tests) {
                found.push(Finding::new(&shown, line_of(&text, on, in_tests), rule));
            }
        }
    }
    found
}

/// Whether a manifest takes the workspace's lints, or is one of those that may hold some unsafe code.
fn takes_lints(name: &str, manifest: &str) -> bool {
    let table: Table = manifest.parse().unwrap_or_default();
    let taken = table.get("lints").and_then(|lints| lints.get("workspace")).and_then(|all| all.as_bool());
    taken == Some(true) || OWN_LINTS.contains(&name)
}

/// The rule that the dependency of package `name` on `on` breaks.
fn breach(name: &str, on: &str, in_tests: bool) -> Option<String> {
    let allowed = PACKAGES.iter().find(|(known, _)| *known == name).map(|(_, allowed)| *allowed);
    if PACKAGES.iter().any(|(known, _)| *known == on) {
        let permitted = allowed.is_some_and(|allowed| allowed.contains(&on));
        return (!permitted).then(|| format!("{name} may not depend on {on} (2-architecture)"));
    }
    if name == "xtask" && !XTASK.contains(&on) {
        return Some(format!("xtask builds in seconds: {} and not {on}", XTASK.join(", ")));
    }
    if in_tests || name == "ronde-tests" {
        return None;
    }
    if name == "ronde-model" && IMPURE.contains(&on) {
        return Some(format!("model is pure: {on} is not"));
    }
    let (_, homes) = LIBRARIES.iter().find(|(library, _)| *library == on)?;
    (!homes.contains(&name)).then(|| format!("{on} belongs to {}", homes.join(" and ")))
}

/// The line of a dependency in its manifest, 1 if it cannot be found.
fn line_of(manifest: &str, dependency: &str, in_tests: bool) -> usize {
    let mut dev = false;
    for (at, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            dev = line.contains("dev-dependencies");
        }
        let rest = line.trim_start_matches('[').trim_start_matches("dependencies.").trim_start();
        let named = rest.strip_prefix(dependency).is_some_and(|rest| rest.starts_with([' ', '.', '=', ']']));
        if named && dev == in_tests {
            return at + 1;
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LINTS: &str = "\n[lints]\nworkspace = true\n";

    fn told(name: &str, manifest: &str, dependencies: &Value) -> Vec<String> {
        let manifest = format!("{manifest}{LINTS}");
        let metadata = json!({ "packages": [{
            "name": name, "manifest_path": "/r/x/Cargo.toml", "dependencies": dependencies,
        }]});
        findings(&metadata, Path::new("/r"), |_| manifest.clone()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_server_never_depends_on_the_phone() {
        let manifest =
            "[package]\nname = \"ronde-server\"\n[dependencies]\nronde-core = { workspace = true }\n";
        assert_eq!(
            told("ronde-server", manifest, &json!([{"name": "ronde-core", "kind": null}])),
            ["x/Cargo.toml:4: ronde-server may not depend on ronde-core (2-architecture)"]
        );
        assert_eq!(told("ronde-server", "", &json!([{"name": "ronde-core", "kind": "dev"}])).len(), 1);
    }

    #[test]
    fn automerge_belongs_to_the_model_and_to_tests() {
        let normal = json!([{"name": "automerge", "kind": null}]);
        let dev = json!([{"name": "automerge", "kind": "dev"}]);
        assert!(told("ronde-model", "", &normal).is_empty());
        assert_eq!(told("ronde-core", "", &normal), ["x/Cargo.toml:1: automerge belongs to ronde-model"]);
        assert!(told("ronde-tests", "", &dev).is_empty());
    }

    #[test]
    fn the_model_is_pure_and_xtask_small() {
        assert_eq!(told("ronde-model", "", &json!([{"name": "tokio", "kind": null}])).len(), 1);
        assert_eq!(told("xtask", "", &json!([{"name": "syn", "kind": null}])).len(), 1);
        assert!(told("xtask", "", &json!([{"name": "clap", "kind": null}])).is_empty());
    }

    #[test]
    fn a_package_without_a_place_is_named() {
        assert!(told("ronde-new", "", &json!([]))[0].contains("package ronde-new has no place"));
    }

    #[test]
    fn a_package_that_leaves_the_lints_is_named_unless_it_needs_unsafe_code() {
        assert!(takes_lints("ronde-core", LINTS));
        assert!(!takes_lints("ronde-core", "[package]\nname = \"ronde-core\""));
        assert!(!takes_lints("ronde-core", "[lints]\nworkspace = false"));
        assert!(takes_lints("ronde-tests", "[lints.rust]\nunsafe_code = \"deny\""));
    }

    #[test]
    fn the_line_is_that_of_the_right_section() {
        let manifest =
            "[dependencies]\ntokio-util = \"1\"\ntokio = \"1\"\n[dev-dependencies]\ntokio.workspace = true\n";
        assert_eq!(line_of(manifest, "tokio", false), 3);
        assert_eq!(line_of(manifest, "tokio", true), 5);
        assert_eq!(line_of("[dependencies.tokio]\nversion = \"1\"", "tokio", false), 1);
    }
}
