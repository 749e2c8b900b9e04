//! A page of the tests, with its files, and one that was never built.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http_body_util::BodyExt;

use super::*;

#[derive(RustEmbed)]
#[folder = "tests/page"]
struct Built;

#[derive(RustEmbed)]
#[folder = "tests/no-page"]
#[allow_missing = true]
struct Unbuilt;

fn parts(path: &str, headers: &[(&'static str, &str)]) -> Parts {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let here: SocketAddr = "127.0.0.1:5000".parse().unwrap();
    request.extension(ConnectInfo(here)).body(()).unwrap().into_parts().0
}

fn ask(path: &str, headers: &[(&'static str, &str)]) -> Response {
    serve_from::<Built>(&parts(path, headers))
}

fn said<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

async fn body(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

const SCRIPT: &str = "/assets/app-a1b2.js";

#[tokio::test]
async fn every_address_of_the_page_is_the_page() {
    for path in
        ["/", "/ouvrir", "/boite", "/boite?severity_min=3", "/carte", "/evenement", "/evenement/0123/x"]
    {
        let response = ask(path, &[]);
        assert_eq!(
            (response.status().as_u16(), said(&response, "content-type")),
            (200, "text/html; charset=utf-8")
        );
        assert_eq!(said(&response, "cache-control"), "no-cache", "{path}");
        assert!(body(response).await.contains("Ronde"), "{path}");
    }
}

#[test]
fn whatever_is_no_file_of_the_page_is_not_found_wherever_it_points() {
    for path in [
        "/nulle-part",
        "/Cargo.toml",
        "/assets/absent.js",
        "/../Cargo.toml",
        "/assets/../../Cargo.toml",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/assets/..%2f..%2fCargo.toml",
        "//etc/passwd",
        "/assets//app-a1b2.js",
        "/assets/./app-a1b2.js",
        "/.git/config",
        "/assets/app-a1b2.js.br",
        "/assets/app-a1b2.js/",
        "/assets\\app-a1b2.js",
        "/v1/nothing.js",
        "/v1/evenement/0123",
    ] {
        let Ok(uri) = path.parse::<axum::http::Uri>() else { continue };
        let response = ask(&uri.to_string(), &[]);
        assert_eq!(
            (response.status().as_u16(), said(&response, "content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
    }
    let long = format!("/{}.js", "a".repeat(300));
    assert_eq!(ask(&long, &[]).status(), 404);
}

#[tokio::test]
async fn whoever_opens_a_page_that_there_is_not_gets_the_page_which_says_so() {
    let html = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
    for path in ["/nulle-part", "/boite/", "/evenements/0123", "/assets/absent.js", "/%C3%A9"] {
        let response = ask(path, &[("accept", html), ("if-none-match", "*")]);
        assert_eq!(
            (response.status().as_u16(), said(&response, "content-type"), said(&response, "cache-control")),
            (404, "text/html; charset=utf-8", "no-store"),
            "{path}"
        );
        assert!(said(&response, "content-security-policy").starts_with("default-src 'none'"), "{path}");
        assert!(body(response).await.contains("Ronde"), "{path}");
    }
    for (path, accept) in [
        ("/nulle-part", "*/*"),
        ("/nulle-part", "application/json"),
        ("/nulle-part", "text/html;q=0"),
        ("/v1", html),
        ("/v1/nothing", html),
        ("/v1/events/0123/x", html),
    ] {
        let response = ask(path, &[("accept", accept)]);
        assert_eq!(
            (response.status().as_u16(), said(&response, "content-type")),
            (404, "application/problem+json"),
            "{path} {accept}"
        );
    }
    for accept in [html, "*/*"] {
        assert_eq!(said(&ask("/nulle-part", &[("accept", accept)]), "vary"), "Accept", "{accept}");
    }
    let mut post = parts("/nulle-part", &[("accept", html)]);
    post.method = Method::POST;
    assert_eq!(said(&serve_from::<Built>(&post), "content-type"), "application/problem+json");
    assert_eq!(serve_from::<Unbuilt>(&parts("/nulle-part", &[("accept", html)])).status(), 404);
}

#[tokio::test]
async fn the_smallest_encoding_that_the_browser_takes_is_sent() {
    for (takes, coding, bytes) in [
        ("", "", "console.log(\"plain\");\n"),
        ("identity", "", "console.log(\"plain\");\n"),
        ("gzip, deflate, br", "br", "br bytes"),
        ("gzip, deflate", "gzip", "gz bytes"),
        ("br;q=0, gzip", "gzip", "gz bytes"),
        ("br;q=0, gzip;q=0, *", "", "console.log(\"plain\");\n"),
        ("*", "br", "br bytes"),
        ("BR", "br", "br bytes"),
        ("zstd", "", "console.log(\"plain\");\n"),
    ] {
        let response = ask(SCRIPT, &[("accept-encoding", takes)]);
        assert_eq!(
            (response.status().as_u16(), said(&response, "content-encoding")),
            (200, coding),
            "{takes}"
        );
        assert_eq!(said(&response, "content-type"), "text/javascript; charset=utf-8", "{takes}");
        assert_eq!(said(&response, "vary"), "Accept-Encoding");
        assert_eq!(body(response).await, bytes, "{takes}");
    }
    let worker = ask("/assets/worker-c3d4.mjs", &[("accept-encoding", "br")]);
    assert_eq!(said(&worker, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(said(&worker, "content-encoding"), "", "it has no smaller form");
}

#[test]
fn a_hashed_file_is_kept_for_ever_and_the_page_is_asked_for_each_time() {
    assert_eq!(said(&ask(SCRIPT, &[]), "cache-control"), "public, max-age=31536000, immutable");
    let page = ask("/boite", &[]);
    let tag = said(&page, "etag").to_owned();
    assert!(tag.len() > 10, "{tag}");
    assert!(tag.starts_with("W/\""), "{tag}");
    let among = format!("\"other\", {tag}");
    for known in [tag.as_str(), among.as_str(), &tag[2..]] {
        let again = ask("/boite", &[("if-none-match", known)]);
        assert_eq!((again.status().as_u16(), said(&again, "cache-control")), (304, "no-cache"), "{known}");
    }
    assert_eq!(ask("/boite", &[("if-none-match", "\"other\"")]).status(), 200);
}

#[test]
fn the_page_may_load_from_here_alone_and_nothing_inline() {
    for path in ["/", SCRIPT] {
        let response = ask(path, &[]);
        let policy = said(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
        for never in ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"] {
            assert!(!policy.contains(never), "{never} in {policy}");
        }
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(said(&response, "cross-origin-opener-policy"), "same-origin");
        assert!(said(&response, "permissions-policy").contains("geolocation=()"));
    }
}

#[tokio::test]
async fn a_server_without_its_page_says_how_it_is_built() {
    let response = serve_from::<Unbuilt>(&parts("/boite", &[]));
    assert_eq!((response.status().as_u16(), said(&response, "cache-control")), (503, "no-store"));
    assert!(body(response).await.contains("cargo xtask console"));
    assert_eq!(serve_from::<Unbuilt>(&parts(SCRIPT, &[])).status(), 404);
}

#[test]
fn pages_are_for_this_machine_and_are_read_only() {
    let mut far = parts("/", &[]);
    let there: SocketAddr = "192.0.2.7:5000".parse().unwrap();
    far.extensions.insert(ConnectInfo(there));
    assert_eq!(serve_from::<Built>(&far).status(), 403);
    // Nor is another machine told what there is and what there is not.
    for path in ["/", SCRIPT, "/nulle-part", "/assets/absent.js"] {
        let relayed = ask(path, &[("accept", "text/html"), ("x-forwarded-for", "192.0.2.7")]);
        assert_eq!((relayed.status().as_u16(), said(&relayed, "vary")), (403, ""), "{path}");
    }
    let mut post = parts("/boite", &[]);
    post.method = Method::POST;
    assert_eq!(serve_from::<Built>(&post).status(), 405);
}
