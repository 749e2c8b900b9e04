//! What stands before every route: tokens, this machine only, limits, problems in words.

use std::net::{IpAddr, UdpSocket};

use reqwest::Method;
use ronde_model::wire::MEDIA_TYPE;
use ronde_model::wire::limits::MAX_BODY_BYTES;
use ronde_server::http::openapi;
use serde_json::{Value, json};

use super::listener::certificate_for;
use super::raw::Connection;
use super::world::{World, read};

/// Every route that wants a token: (method, a path of it).
fn supervisors_routes() -> Vec<(Method, String)> {
    let description = serde_json::to_value(openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation.get("security").is_some() {
                let path = path.replace("{id}", &"00".repeat(16)).replace("{eid}", &"00".repeat(32));
                routes.push((method.to_uppercase().parse().unwrap(), path));
            }
        }
    }
    assert!(routes.len() >= 14, "{routes:?}");
    routes
}

#[tokio::test]
async fn without_a_good_token_no_route_of_the_supervisors_answers() {
    let world = World::start().await;
    for (method, path) in supervisors_routes() {
        for token in [None, Some("not-a-token"), Some("")] {
            let answer =
                world.ask(method.clone(), &path, token, Some(("application/json", b"{}".to_vec()))).await;
            let told = (answer.status.as_u16(), answer.problem());
            // A body is read before its token is looked up: either refusal gives nothing away.
            let refused = [(401, "not-signed-in".to_owned()), (400, "malformed".to_owned())];
            assert!(refused.contains(&told), "{method} {path} with {token:?}: {told:?}");
            assert!(token.is_some() || told.0 == 401, "{method} {path} without a token: {told:?}");
        }
    }
}

#[tokio::test]
async fn a_proxy_on_the_same_machine_does_not_open_the_inbox_to_others() {
    let world = World::start().await;
    let token = world.helene();
    let request = world.client.get(format!("{}/v1/reports", world.base)).bearer_auth(&token);
    let direct = read(request.try_clone().unwrap().send().await.unwrap()).await;
    assert_eq!(direct.status.as_u16(), 200);
    let relayed = read(request.header("x-forwarded-for", "192.0.2.7").send().await.unwrap()).await;
    assert_eq!((relayed.status.as_u16(), relayed.problem().as_str()), (403, "this-machine-only"));
}

/// An address of this machine that is not its loopback, as the system would use it to go out.
fn outer_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[tokio::test]
async fn from_another_address_a_good_token_opens_nothing_and_phones_are_still_answered() {
    let Some(address) = outer_address() else {
        println!("skipped: this machine has no address but its loopback");
        return;
    };
    let (listening, client, _files) = certificate_for(address);
    let world = World::start_on(&listening, client).await;
    let token = world.helene();
    let answer = world.get("/v1/reports", &token).await;
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (403, "this-machine-only"));
    let path = format!("/v1/organisation?nonce={}", "07".repeat(16));
    assert_eq!(world.ask(Method::GET, &path, None, None).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_it_is_sent() {
    let world = World::start().await;
    for (path, media_type, limit) in
        [("/v1/sync", MEDIA_TYPE, MAX_BODY_BYTES), ("/v1/enrol", "application/cbor", 4 * 1024)]
    {
        let mut said = Connection::open(world.address).await;
        let headers = format!("content-type: {media_type}\r\ncontent-length: {}\r\n", limit + 1);
        said.head("POST", path, &headers).await;
        let answer = said.answer().await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (413, "too-large"), "{path}");
        assert_eq!(answer.json()["retry"], "split");

        let mut unsaid = Connection::open(world.address).await;
        unsaid
            .head("POST", path, &format!("content-type: {media_type}\r\ntransfer-encoding: chunked\r\n"))
            .await;
        unsaid.send(format!("{:x}\r\n", limit + 1).as_bytes()).await;
        unsaid.send(&vec![0; limit + 1]).await;
        let answer = unsaid.answer().await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (413, "too-large"),
            "{path}, length unsaid"
        );
    }
}

#[tokio::test]
async fn a_comment_over_the_limit_is_refused_and_one_under_it_is_read() {
    let world = World::start().await;
    let token = world.helene();
    let path = format!("/v1/reports/{}/comments", "00".repeat(16));
    let heavy = world.post(&path, &token, json!({"text": "x".repeat(64 * 1024)})).await;
    assert_eq!(heavy.problem(), "too-large");
    let light = world.post(&path, &token, json!({"text": "x".repeat(8 * 1024)})).await;
    assert_eq!(light.problem(), "not-found", "there is no such report, and that is all there is to say");
}

#[tokio::test]
async fn each_mistake_is_a_problem_in_words() {
    let world = World::start().await;
    let token = world.helene();
    let report = format!("/v1/reports/{}", "00".repeat(16));
    let gets: [(&str, &str); 10] = [
        ("/nowhere", "not-found"),
        ("/v1/reports/not-an-id", "not-found"),
        (&report, "not-found"),
        ("/v1/reports?severity_min=6", "malformed"),
        ("/v1/reports?severity_min=many", "malformed"),
        ("/v1/reports?status=lost", "malformed"),
        ("/v1/reports?limit=0", "malformed"),
        ("/v1/reports?limit=201", "malformed"),
        ("/v1/reports?after=yesterday", "malformed"),
        ("/v1/reports?colour=red", "malformed"),
    ];
    for (path, code) in gets {
        assert_eq!(world.get(path, &token).await.problem(), code, "{path}");
    }
    let long = format!("/v1/reports?text={}", "x".repeat(201));
    assert_eq!(world.get(&long, &token).await.problem(), "malformed");
    assert_eq!(world.ask(Method::DELETE, "/v1/reports", Some(&token), None).await.problem(), "wrong-method");
    let close = format!("{report}/close");
    for (body, code) in
        [("{", "malformed"), ("{}", "malformed"), (r#"{"reason":"x","force":true}"#, "malformed")]
    {
        let sent = Some(("application/json", body.as_bytes().to_vec()));
        assert_eq!(world.ask(Method::POST, &close, Some(&token), sent).await.problem(), code, "{body}");
    }
    let form = Some(("text/plain", br#"{"reason":"x"}"#.to_vec()));
    assert_eq!(world.ask(Method::POST, &close, Some(&token), form).await.problem(), "wrong-media-type");
    let plain = Some(("application/json", Vec::new()));
    assert_eq!(world.ask(Method::POST, "/v1/sync", None, plain).await.problem(), "wrong-media-type");
    for nonce in ["", "00", "zz", &"00".repeat(17)] {
        let path = format!("/v1/organisation?nonce={nonce}");
        assert_eq!(world.ask(Method::GET, &path, None, None).await.problem(), "malformed", "{nonce}");
    }
}

#[tokio::test]
async fn health_tells_nobody_anything_but_health() {
    let world = World::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = world.ask(Method::GET, path, None, None).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0), "{path}");
    }
    let described: Value = world.ask(Method::GET, "/v1/openapi.json", None, None).await.json();
    assert_eq!(described, serde_json::to_value(openapi()).unwrap());
}
