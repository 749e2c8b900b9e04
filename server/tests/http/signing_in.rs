//! A supervisor's browser signs in with a link, stays signed in, and is signed out.

use reqwest::Method;
use serde_json::json;

use super::browser::{Browser, open};
use super::listener::certificate_for;
use super::supervisors::diverging;
use super::world::{World, read};

#[tokio::test]
async fn a_link_signs_in_once_and_its_second_use_is_told_so() {
    let world = World::start().await;
    world.helene();
    let link = world.server.sign_in_link("Hélène Roy").unwrap();
    assert!(link.address().ends_with(&format!("/ouvrir#{}", link.code)), "{}", link.address());
    assert_eq!(link.code.len(), 43, "256 bits");
    let first = open(&world, &link.code).await;
    assert_eq!(first.status().as_u16(), 204);
    let cookie = first.headers()["set-cookie"].to_str().unwrap();
    for rule in ["ronde-", "; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=43200"] {
        assert!(cookie.contains(rule), "{rule} in {cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains(&link.code), "{cookie}");
    let again = read(open(&world, &link.code).await).await;
    assert_eq!((again.status.as_u16(), again.problem().as_str()), (401, "link-used"));
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_this_host_and_no_other_name_of_it_counts() {
    let (listening, client, _files) = certificate_for("127.0.0.1".parse().unwrap());
    let world = World::start_on(&listening, client).await;
    world.helene();
    let link = world.server.sign_in_link("Hélène Roy").unwrap();
    let cookie = open(&world, &link.code).await.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-ronde-") && cookie.contains("; Secure;"), "{cookie}");
    let browser = Browser { cookie: cookie.split(';').next().unwrap().to_owned() };
    assert_eq!(browser.get(&world, "/v1/me").await.status.as_u16(), 200);
    let plain = Browser { cookie: browser.cookie.replace("__Host-", "") };
    assert_eq!(plain.get(&world, "/v1/me").await.problem(), "not-signed-in");
}

#[tokio::test]
async fn a_link_ends_and_one_that_nobody_made_is_unknown() {
    let world = World::start().await;
    world.helene();
    let (late, in_time) = (world.server.sign_in_link("Hélène Roy").unwrap(), "0".repeat(43));
    world.pass_minutes(15);
    assert_eq!(read(open(&world, &late.code).await).await.problem(), "link-ended");
    for code in [in_time.as_str(), "", "é", &"a".repeat(60_000)] {
        assert_eq!(read(open(&world, code).await).await.problem(), "link-unknown");
    }
    // Remembered for a week, so that it is said to have ended; then it is as if nobody had made it.
    world.pass_minutes(8 * 24 * 60);
    world.server.sign_in_link("Hélène Roy").unwrap();
    assert_eq!(read(open(&world, &late.code).await).await.problem(), "link-unknown");
}

#[tokio::test]
async fn two_people_of_one_name_are_told_apart_by_their_id() {
    let world = World::start().await;
    let [one, other] = [world.helene(), world.helene()];
    assert!(world.server.sign_in_link("Hélène Roy").is_err());
    assert!(world.server.sign_in_link("Personne").is_err());
    for token in [one, other] {
        let id = world.server.sign_in(&token).unwrap().agent().to_string();
        let browser = Browser::sign_in(&world, &id).await;
        assert_eq!(browser.get(&world, "/v1/me").await.json()["agent"], id);
    }
}

#[tokio::test]
async fn a_session_outlives_a_restart_and_ends_after_twelve_hours() {
    let mut world = World::start().await;
    world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let me = browser.get(&world, "/v1/me").await.json();
    assert_eq!((me["initials"].as_str(), me["rights"]["decide"].as_bool()), (Some("HR"), Some(true)));
    world.restart().await;
    assert_eq!(browser.get(&world, "/v1/me").await.json()["session_ends_ms"], me["session_ends_ms"]);
    world.pass_minutes(12 * 60);
    assert_eq!(browser.get(&world, "/v1/me").await.problem(), "not-signed-in");
}

#[tokio::test]
async fn whoever_signs_out_is_signed_out_everywhere_and_nobody_else_is() {
    let world = World::start().await;
    world.helene();
    let (one, other) =
        (Browser::sign_in(&world, "Hélène Roy").await, Browser::sign_in(&world, "Hélène Roy").await);
    assert_ne!(one.cookie, other.cookie);
    assert_eq!(one.ask(&world, Method::DELETE, "/v1/session", None).await.status.as_u16(), 204);
    assert_eq!(one.get(&world, "/v1/events").await.problem(), "not-signed-in");
    assert_eq!(other.get(&world, "/v1/events").await.status.as_u16(), 200);
}

/// Cookies know no port: a browser keeps one of each name for a machine, and gives each server all of them.
#[tokio::test]
async fn two_servers_on_one_machine_sign_nobody_out_of_the_other() {
    let (valbrume, other) = (World::start().await, World::start().await);
    let mut jar = std::collections::BTreeMap::new();
    for world in [&valbrume, &other] {
        world.helene();
        let signed_in = Browser::sign_in(world, "Hélène Roy").await;
        let (name, value) = signed_in.cookie.split_once('=').unwrap();
        jar.insert(name.to_owned(), value.to_owned());
    }
    let all: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let browser = Browser { cookie: all.join("; ") };
    for world in [&valbrume, &other] {
        assert_eq!(browser.get(world, "/v1/me").await.json()["name"], "Hélène Roy", "{all:?}");
    }
    browser.ask(&other, Method::DELETE, "/v1/session", None).await;
    assert_eq!(browser.get(&valbrume, "/v1/me").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_cookie_of_nobody_signs_nobody_in() {
    let world = World::start().await;
    let token = world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let (name, value) = browser.cookie.split_once('=').unwrap();
    for cookie in ["ronde=AAAA", "NAME=AAAA", &format!("NAME={token}"), "__Host-NAME=AAAA", "NAME="] {
        let browser = Browser { cookie: cookie.replace("NAME", name) };
        assert_eq!(browser.get(&world, "/v1/me").await.problem(), "not-signed-in", "{cookie}");
    }
    // Nor is a cookie a token.
    assert_eq!(world.get("/v1/me", value).await.problem(), "not-signed-in");
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing_with_the_cookie() {
    let world = World::start().await;
    world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let doc = diverging(&world).await;
    let close = format!("/v1/reports/{doc}/close");
    let other_port = format!("http://127.0.0.1:{}", world.address.port() ^ 1);
    for origin in [other_port.as_str(), "http://localhost", "https://evil.example", "null"] {
        let reason = Some(json!({"reason": "réglé"}));
        let answer = browser.ask_from(&world, origin, Method::POST, &close, reason).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "foreign-page"), "{origin}");
        let out = browser.ask_from(&world, origin, Method::DELETE, "/v1/session", None).await;
        assert_eq!(out.problem(), "foreign-page", "{origin}");
    }
    assert_eq!(browser.get(&world, &format!("/v1/reports/{doc}")).await.json()["status"], "delivered");
    // Nor does it sign a browser in as somebody else.
    let link = world.server.sign_in_link("Hélène Roy").unwrap();
    let request = world.client.post(format!("{}/v1/session", world.base)).header("origin", other_port);
    let request = request.header("content-type", "application/json");
    let answer = request.body(json!({"code": link.code}).to_string()).send().await.unwrap();
    assert_eq!(read(answer).await.problem(), "foreign-page");
    assert_eq!(browser.post(&world, &close, json!({"reason": "réglé"})).await.status.as_u16(), 201);
}

#[tokio::test]
async fn a_restored_archive_signs_nobody_in() {
    let world = World::start().await;
    world.helene();
    let browser = Browser::sign_in(&world, "Hélène Roy").await;
    let link = world.server.sign_in_link("Hélène Roy").unwrap();
    world.server.begin_history().unwrap();
    assert_eq!(browser.get(&world, "/v1/me").await.problem(), "not-signed-in");
    assert_eq!(read(open(&world, &link.code).await).await.problem(), "link-ended");
}

#[tokio::test]
async fn a_page_of_somebody_else_does_nothing_in_the_name_of_whoever_signed_in_last() {
    let world = World::start().await;
    let id = world.server.sign_in(&world.helene()).unwrap().agent().to_string();
    let browser = Browser::sign_in(&world, &id).await;
    let asked = |meant: String| {
        let request = world.client.get(format!("{}/v1/me", world.base));
        request.header("cookie", &browser.cookie).header("ronde-agent", meant).send()
    };
    assert_eq!(read(asked(id.clone()).await.unwrap()).await.status.as_u16(), 200);
    let other = read(asked("0".repeat(id.len())).await.unwrap()).await;
    assert_eq!((other.status.as_u16(), other.problem().as_str()), (401, "not-signed-in"));
}
