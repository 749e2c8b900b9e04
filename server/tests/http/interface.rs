//! The interface's description: every route is in it, and what it says of a route is so.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use ronde_server::http::openapi;
use serde_json::Value;

use super::world::World;

/// The contract: a route that is not here was born, or died, without anybody saying so.
const ROUTES: [&str; 30] = [
    "DELETE /v1/session",
    "GET /healthz",
    "GET /readyz",
    "GET /v1/assignees",
    "GET /v1/catalogue",
    "GET /v1/events",
    "GET /v1/events/{id}",
    "GET /v1/live",
    "GET /v1/me",
    "GET /v1/openapi.json",
    "GET /v1/organisation",
    "GET /v1/points",
    "GET /v1/quarantine",
    "GET /v1/reports",
    "GET /v1/reports/{id}",
    "GET /v1/reports/{id}/divergences",
    "GET /v1/reports/{id}/history",
    "GET /v1/summary",
    "GET /v1/territory",
    "POST /v1/enrol",
    "POST /v1/quarantine/{eid}/release",
    "POST /v1/reports/{id}/assign",
    "POST /v1/reports/{id}/close",
    "POST /v1/reports/{id}/comments",
    "POST /v1/reports/{id}/decisions",
    "POST /v1/reports/{id}/links",
    "POST /v1/reports/{id}/read",
    "POST /v1/reports/{id}/reopen",
    "POST /v1/session",
    "POST /v1/sync",
];

fn described() -> Value {
    serde_json::to_value(openapi()).unwrap()
}

fn operations(description: &Value) -> BTreeMap<String, Value> {
    let paths = description["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| -> Vec<(String, Value)> {
        let methods = item.as_object().unwrap().iter();
        methods
            .map(|(method, operation)| (format!("{} {path}", method.to_uppercase()), operation.clone()))
            .collect()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn the_description_holds_exactly_the_routes_of_the_contract() {
    let described: BTreeSet<String> = operations(&described()).into_keys().collect();
    let contract: BTreeSet<String> = ROUTES.iter().map(|route| (*route).to_owned()).collect();
    assert_eq!(described, contract);
}

/// The routes are written where `http/mod.rs` lists them and each says its own path: one that is
/// written and not listed, or listed past the description, would be a secret one.
#[test]
fn no_route_is_written_that_is_not_listed() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    let mut written = 0;
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        written += text.matches("#[utoipa::path(").count();
        for past in [".route(\"", ".route_service(", ".nest(", ".nest_service(", ".fallback_service("] {
            assert!(!text.contains(past), "{past} adds a route that the description does not know");
        }
    }
    assert_eq!(written, ROUTES.len());
}

/// The console's types are generated from this file: a build of the console needs no server.
#[test]
fn the_consoles_copy_of_the_description_is_this_one() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../console/openapi.json");
    let kept: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(
        kept,
        described(),
        "run `ronde-server openapi > console/openapi.json`, and `npm run check` there"
    );
}

#[tokio::test]
async fn every_route_described_is_there_and_no_other_method_is() {
    let world = World::start().await;
    let description = described();
    for (path, item) in description["paths"].as_object().unwrap() {
        let here = path.replace("{id}", &"00".repeat(16)).replace("{eid}", &"00".repeat(32));
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let answer = world.ask(method.parse::<Method>().unwrap(), &here, None, None).await;
            let is_described = item.get(method.to_lowercase()).is_some();
            let refused = answer.status.as_u16() == 405;
            assert_eq!(is_described, !refused, "{method} {path}: {answer:?}");
            let nowhere = answer.body.windows(22).any(|words| words == b"there is no such route");
            assert!(!nowhere, "{method} {path} is described and not there");
        }
    }
}

#[test]
fn the_description_is_openapi_3_1_and_points_nowhere_that_is_not() {
    let description = described();
    assert_eq!(description["openapi"], "3.1.0");
    assert!(!description["info"]["version"].as_str().unwrap().is_empty());
    let mut names = BTreeSet::new();
    for (route, operation) in operations(&description) {
        assert!(
            names.insert(operation["operationId"].as_str().unwrap().to_owned()),
            "{route}: its name is taken"
        );
        assert!(
            operation["summary"].as_str().is_some_and(|words| !words.is_empty()),
            "{route} says nothing of itself"
        );
        let in_path = route.matches('{').count();
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let described = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
        assert_eq!(in_path, described, "{route}: its path's parameters");
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{route} never succeeds");
        for scheme in operation["security"].as_array().into_iter().flatten().filter_map(Value::as_object) {
            for name in scheme.keys() {
                assert!(description["components"]["securitySchemes"].get(name).is_some(), "{route}: {name}");
            }
        }
        let can_fail = !["GET /healthz", "GET /v1/openapi.json"].contains(&route.as_str());
        if can_fail {
            assert!(
                answers["default"]["content"].get("application/problem+json").is_some(),
                "{route}: its problems"
            );
        }
    }
    let mut waiting = vec![&description];
    while let Some(value) = waiting.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(description.pointer(pointer).is_some(), "{reference} points nowhere");
        }
        match value {
            Value::Object(members) => waiting.extend(members.values()),
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
}
