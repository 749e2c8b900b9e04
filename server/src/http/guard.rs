//! Who may use the supervisors' interface: somebody on this machine with a token that
//! `supervisor add` printed. Knows headers and peers; what the person may see is `access`.
//! Changes when real sign-in comes.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::problem::{NOT_SIGNED_IN, Problem, THIS_MACHINE_ONLY};
use crate::config::is_this_machine;

/// Longest token read, bytes.
const MAX_TOKEN_BYTES: usize = 256;
/// Headers by which a proxy says that somebody else asks.
const RELAYED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// The bearer token of a request that came from this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Without a peer the request did not come through the listener: deny by default.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        admit(peer, &parts.headers)
    }
}

/// The token, if the peer is this machine and nobody relays for somebody else.
fn admit(peer: Option<SocketAddr>, headers: &HeaderMap) -> Result<Bearer, Problem> {
    let relayed = RELAYED.iter().find(|name| headers.contains_key(**name));
    if !peer.is_some_and(|peer| is_this_machine(peer.ip())) {
        return Err(Problem::new(
            &THIS_MACHINE_ONLY,
            "until supervisors sign in for real, this interface answers on the server's own machine only: \
             use 127.0.0.1, for instance through ssh -L",
        ));
    }
    if let Some(relayed) = relayed {
        let detail = format!(
            "the header {relayed} says that a proxy relays for another machine: this interface does not answer it"
        );
        return Err(Problem::new(&THIS_MACHINE_ONLY, detail));
    }
    token(headers).ok_or_else(|| {
        Problem::new(
            &NOT_SIGNED_IN,
            "give the header Authorization: Bearer TOKEN, with the token printed by ronde-server supervisor add",
        )
    })
}

fn token(headers: &HeaderMap) -> Option<Bearer> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (only, another) = (given.next()?, given.next());
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    let fits = another.is_none()
        && scheme.eq_ignore_ascii_case("bearer")
        && (1..=MAX_TOKEN_BYTES).contains(&token.trim().len());
    fits.then(|| Bearer(token.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn problem(peer: &str, pairs: &[(&'static str, &str)]) -> serde_json::Value {
        let peer = peer.parse().ok();
        serde_json::to_value(admit(peer, &headers(pairs)).unwrap_err()).unwrap()["type"].clone()
    }

    const TOKEN: (&str, &str) = ("authorization", "Bearer abc");

    #[test]
    fn a_token_opens_on_this_machine_and_nowhere_else() {
        for near in ["127.0.0.1:5000", "[::1]:5000", "[::ffff:127.0.0.1]:5000"] {
            assert_eq!(admit(near.parse().ok(), &headers(&[TOKEN])), Ok(Bearer("abc".to_owned())), "{near}");
        }
        for far in ["192.0.2.7:5000", "[2001:db8::1]:5000", "10.0.0.1:5000", "no peer"] {
            assert_eq!(problem(far, &[TOKEN]), "urn:ronde:problem:this-machine-only", "{far}");
        }
    }

    #[test]
    fn a_proxy_on_this_machine_does_not_open_it_for_another() {
        for name in RELAYED {
            let told = problem("127.0.0.1:5000", &[TOKEN, (name, "192.0.2.7")]);
            assert_eq!(told, "urn:ronde:problem:this-machine-only", "{name}");
        }
    }

    #[test]
    fn nothing_but_one_bearer_token_is_a_token() {
        let long = format!("Bearer {}", "a".repeat(MAX_TOKEN_BYTES + 1));
        let bad: [&[(&str, &str)]; 6] = [
            &[],
            &[("authorization", "Basic abc")],
            &[("authorization", "Bearer ")],
            &[("authorization", "Bearer")],
            &[TOKEN, ("authorization", "Bearer other")],
            &[("authorization", &long)],
        ];
        for pairs in bad {
            assert_eq!(problem("127.0.0.1:5000", pairs), "urn:ronde:problem:not-signed-in", "{pairs:?}");
        }
    }
}
