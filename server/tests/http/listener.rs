//! The listener: certificates, and stopping without cutting anybody off.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::Method;
use ronde_model::wire::MEDIA_TYPE;
use ronde_server::config::Listening;
use ronde_server::http::{Bound, ListenError};
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::phone::Phone;
use super::raw::Connection;
use super::world::{World, read};

/// A certificate of our own for an address, and a client that trusts it alone.
pub fn certificate_for(address: IpAddr) -> (Listening, reqwest::ClientBuilder, TempDir) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([address.to_string()]).unwrap();
    let files = TempDir::new().unwrap();
    let write = |name: &str, pem: String| -> PathBuf {
        let path = files.path().join(name);
        std::fs::write(&path, pem).unwrap();
        path
    };
    let (chain, key) = (write("chain.pem", cert.pem()), write("key.pem", signing_key.serialize_pem()));
    let listening = Listening::new(SocketAddr::new(address, 0), Some(chain), Some(key)).unwrap();
    let trusted = reqwest::Certificate::from_pem(cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([trusted]);
    (listening, client, files)
}

fn this_machine() -> IpAddr {
    "127.0.0.1".parse().unwrap()
}

#[tokio::test]
async fn with_a_certificate_a_phone_enrols_and_files_over_tls_1_3() {
    let (listening, client, _files) = certificate_for(this_machine());
    let world = World::start_on(&listening, client.tls_version_min(reqwest::tls::Version::TLS_1_3)).await;
    assert!(world.base.starts_with("https://"), "{}", world.base);
    let mut phone = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    phone.file(1, &[("type", "waste.bulky".into())], None);
    assert_eq!(phone.sync(&world).await.answers.len(), 1);

    let stranger = reqwest::Client::builder().no_proxy().build().unwrap();
    let distrusted = stranger.get(format!("{}/healthz", world.base)).send().await;
    assert!(distrusted.is_err(), "a certificate nobody vouches for was trusted");
    let plain = stranger.get(format!("http://{}/healthz", world.address)).send().await;
    assert!(plain.is_err(), "plain HTTP was answered on a port with a certificate");
}

#[tokio::test]
async fn tls_1_2_is_not_spoken() {
    let (listening, client, _files) = certificate_for(this_machine());
    let world = World::start_on(&listening, client.tls_version_max(reqwest::tls::Version::TLS_1_2)).await;
    let old = world.client.get(format!("{}/healthz", world.base)).send().await;
    assert!(old.is_err(), "TLS 1.2 was spoken");
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_told_before_anything_listens() {
    let (listening, _, files) = certificate_for(this_machine());
    let files_of = |chain: &str, key: &str| {
        let path = |name: &str| Some(files.path().join(name));
        Listening::new(listening.address(), path(chain), path(key)).unwrap()
    };
    std::fs::write(files.path().join("empty.pem"), "no PEM at all").unwrap();
    let (_, _, others) = certificate_for(this_machine());
    std::fs::copy(others.path().join("key.pem"), files.path().join("other.pem")).unwrap();
    for (chain, key, told) in [
        ("absent.pem", "key.pem", "absent.pem"),
        ("empty.pem", "key.pem", "certificate chain"),
        ("chain.pem", "empty.pem", "private key"),
        ("chain.pem", "other.pem", "do not go together"),
    ] {
        let refused = Bound::bind(&files_of(chain, key)).unwrap_err();
        assert!(matches!(refused, ListenError::Tls(_)), "{refused:?}");
        assert!(refused.to_string().contains(told), "{refused}");
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let world = World::start().await;
    let taken = Listening::new(world.address, None, None).unwrap();
    let refused = Bound::bind(&taken).unwrap_err();
    assert!(refused.to_string().contains(&world.address.to_string()), "{refused}");
}

#[tokio::test]
async fn a_server_told_to_stop_finishes_the_request_in_flight_and_takes_no_other() {
    let mut world = World::start().await;
    let mut phone = Phone::enrol(&world, "Inès Fabre", "pm-centre", 1).await;
    phone.file(1, &[("type", "waste.bulky".into())], None);
    let body = phone.request();
    let (first, rest) = body.split_at(body.len() / 2);

    let mut connection = Connection::open(world.address).await;
    let length = body.len();
    let headers =
        format!("content-type: {MEDIA_TYPE}\r\ncontent-length: {length}\r\nexpect: 100-continue\r\n");
    connection.head("POST", "/v1/sync", &headers).await;
    assert_eq!(connection.answer().await.status.as_u16(), 100, "the server reads the body: it is in flight");
    connection.send(first).await;

    world.tell_to_stop();
    while TcpStream::connect(world.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    connection.send(rest).await;
    let answer = connection.answer().await;
    assert_eq!((answer.status.as_u16(), answer.media_type.as_str()), (200, MEDIA_TYPE), "{answer:?}");
    world.stopped().await;
    let stored = world.server.stored().unwrap();
    assert_eq!(stored.len(), 1, "what was answered is stored");
}

#[tokio::test]
async fn many_requests_on_one_connection_are_answered() {
    let world = World::start().await;
    for _ in 0..20 {
        let request = world.client.request(Method::GET, format!("{}/healthz", world.base));
        assert_eq!(read(request.send().await.unwrap()).await.status.as_u16(), 204);
    }
}
