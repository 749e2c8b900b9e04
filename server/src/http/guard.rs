//! Who may use the supervisors' interface: somebody on this machine with a token that
//! `supervisor add` printed, or a browser's session. Knows headers and peers; what the person may
//! see is `access`. Changes when real sign-in comes.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use ronde_model::id::HistoryId;

use super::Api;
use super::problem::{FOREIGN_PAGE, NOT_SIGNED_IN, Problem, THIS_MACHINE_ONLY};
use crate::config::is_this_machine;
use crate::people::Credential;
use crate::sign_in::MAX_SECRET_BYTES;

/// Longest token read, bytes.
const MAX_TOKEN_BYTES: usize = 256;
/// Headers by which a proxy says that somebody else asks.
const RELAYED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// What signs in a request that came from this machine: a bearer token, or a session's cookie, which
/// changes nothing unless a page of ours sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// What signs in.
    pub credential: Credential,
    /// Whom the page shows: a browser has one cookie for all its pages, and somebody else may have
    /// signed in in another one meanwhile.
    pub meant: Option<String>,
}

/// By which a page says whom it shows, hexadecimal.
const MEANT: &str = "ronde-agent";

/// A request that came from this machine, and no page of another site sent it.
#[derive(Debug, Clone, Copy)]
pub struct Near;

impl FromRequestParts<Api> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        check_near(peer_of(parts), &parts.headers)?;
        let credential = admit(&parts.method, &parts.headers, &api.cookie)?;
        let meant =
            parts.headers.get(MEANT).map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned());
        Ok(Caller { credential, meant })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Near {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        check_near(peer_of(parts), &parts.headers)?;
        // A program says neither; a browser says at least one of them.
        if says_where(&parts.headers) && !is_own_page(&parts.headers) {
            return Err(foreign());
        }
        Ok(Near)
    }
}

/// The session's cookie. `__Host-`: set over TLS, by this host alone, for all of it. A browser keeps no
/// such cookie of plain HTTP, which never leaves this machine. Cookies know no port: each archive on a
/// machine has a name of its own, and one restored beside another has another history.
pub fn cookie_name(secure: bool, history: HistoryId) -> String {
    let prefix = if secure { "__Host-" } else { "" };
    format!("{prefix}ronde-{history}")
}

/// Without a peer the request did not come through the listener: deny by default.
pub fn peer_of(parts: &Parts) -> Option<SocketAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer)
}

/// The peer is this machine and nobody relays for somebody else.
pub fn check_near(peer: Option<SocketAddr>, headers: &HeaderMap) -> Result<(), Problem> {
    if !peer.is_some_and(|peer| is_this_machine(peer.ip())) {
        return Err(Problem::new(
            &THIS_MACHINE_ONLY,
            "until supervisors sign in for real, this interface answers on the server's own machine only: \
             use 127.0.0.1, for instance through ssh -L",
        ));
    }
    if let Some(relayed) = RELAYED.iter().find(|name| headers.contains_key(**name)) {
        let detail = format!(
            "the header {relayed} says that a proxy relays for another machine: this interface does not answer it"
        );
        return Err(Problem::new(&THIS_MACHINE_ONLY, detail));
    }
    Ok(())
}

fn admit(method: &Method, headers: &HeaderMap, cookie: &str) -> Result<Credential, Problem> {
    if headers.contains_key(header::AUTHORIZATION) {
        return token(headers).map(Credential::Token).ok_or_else(nobody);
    }
    let cookie = cookie_of(headers, cookie).ok_or_else(nobody)?;
    let changes_nothing = [Method::GET, Method::HEAD].contains(method);
    if changes_nothing || is_own_page(headers) { Ok(Credential::Cookie(cookie)) } else { Err(foreign()) }
}

fn nobody() -> Problem {
    Problem::new(
        &NOT_SIGNED_IN,
        "open a link printed by ronde-server supervisor link, or give the header Authorization: Bearer TOKEN, \
         with the token printed by ronde-server supervisor add",
    )
}

fn foreign() -> Problem {
    Problem::new(
        &FOREIGN_PAGE,
        "a page of another site asked for this in the name of whoever is signed in: nothing was done",
    )
}

fn token(headers: &HeaderMap) -> Option<String> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (only, another) = (given.next()?, given.next());
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    let fits = another.is_none()
        && scheme.eq_ignore_ascii_case("bearer")
        && (1..=MAX_TOKEN_BYTES).contains(&token.trim().len());
    fits.then(|| token.trim().to_owned())
}

/// The cookie of a name; none when it comes twice, for then another site may have set one.
fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut named = lines.flat_map(|line| line.split(';')).filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    });
    let (only, another) = (named.next()?, named.next());
    let fits = another.is_none() && (1..=MAX_SECRET_BYTES).contains(&only.len());
    fits.then(|| only.to_owned())
}

fn says_where(headers: &HeaderMap) -> bool {
    headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site")
}

/// Whether a page of the very host that is asked sent it: by `Origin` when there is one, else by
/// `Sec-Fetch-Site`; neither is no.
fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(str::to_owned);
    if let Some(site) = headers.get("sec-fetch-site")
        && text(site).as_deref() != Some("same-origin")
    {
        return false;
    }
    match headers.get(header::ORIGIN) {
        None => headers.contains_key("sec-fetch-site"),
        Some(origin) => {
            let host = headers.get(header::HOST).and_then(text);
            let origin = text(origin);
            let named = origin.as_deref().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
            named.is_some() && named == host.as_deref()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn code(problem: &Problem) -> serde_json::Value {
        serde_json::to_value(problem).unwrap()["type"].clone()
    }

    fn near(peer: &str, pairs: &[(&'static str, &str)]) -> Result<(), serde_json::Value> {
        check_near(peer.parse().ok(), &headers(pairs)).map_err(|problem| code(&problem))
    }

    fn admitted(method: Method, pairs: &[(&'static str, &str)]) -> Result<Credential, serde_json::Value> {
        admit(&method, &headers(pairs), "ronde").map_err(|problem| code(&problem))
    }

    const TOKEN: (&str, &str) = ("authorization", "Bearer abc");
    const COOKIE: (&str, &str) = ("cookie", "theme=dark; ronde=xyz");
    const HOST: (&str, &str) = ("host", "127.0.0.1:8443");

    #[test]
    fn this_machine_is_near_and_nothing_else_is() {
        for here in ["127.0.0.1:5000", "[::1]:5000", "[::ffff:127.0.0.1]:5000"] {
            assert_eq!(near(here, &[TOKEN]), Ok(()), "{here}");
        }
        for far in ["192.0.2.7:5000", "[2001:db8::1]:5000", "10.0.0.1:5000", "no peer"] {
            assert_eq!(near(far, &[TOKEN]).unwrap_err(), "urn:ronde:problem:this-machine-only", "{far}");
        }
    }

    #[test]
    fn a_proxy_on_this_machine_does_not_open_it_for_another() {
        for name in RELAYED {
            let told = near("127.0.0.1:5000", &[TOKEN, (name, "192.0.2.7")]).unwrap_err();
            assert_eq!(told, "urn:ronde:problem:this-machine-only", "{name}");
        }
    }

    #[test]
    fn nothing_but_one_bearer_token_is_a_token() {
        assert_eq!(admitted(Method::POST, &[TOKEN]), Ok(Credential::Token("abc".to_owned())));
        let long = format!("Bearer {}", "a".repeat(MAX_TOKEN_BYTES + 1));
        let bad: [&[(&str, &str)]; 7] = [
            &[],
            &[("authorization", "Basic abc")],
            &[("authorization", "Bearer ")],
            &[("authorization", "Bearer")],
            &[TOKEN, ("authorization", "Bearer other")],
            &[("authorization", &long)],
            // A bad token is not made good by a cookie.
            &[("authorization", "Basic abc"), COOKIE],
        ];
        for pairs in bad {
            assert_eq!(
                admitted(Method::GET, pairs).unwrap_err(),
                "urn:ronde:problem:not-signed-in",
                "{pairs:?}"
            );
        }
    }

    #[test]
    fn a_cookie_reads_alone_and_changes_something_from_our_own_page_only() {
        let cookie = Ok(Credential::Cookie("xyz".to_owned()));
        assert_eq!(admitted(Method::GET, &[COOKIE, HOST]), cookie);
        let own: [&[(&str, &str)]; 3] = [
            &[COOKIE, HOST, ("origin", "http://127.0.0.1:8443")],
            &[COOKIE, HOST, ("sec-fetch-site", "same-origin")],
            &[COOKIE, HOST, ("origin", "http://127.0.0.1:8443"), ("sec-fetch-site", "same-origin")],
        ];
        for pairs in own {
            assert_eq!(admitted(Method::POST, pairs), cookie, "{pairs:?}");
        }
        let foreign: [&[(&str, &str)]; 7] = [
            &[COOKIE, HOST],
            &[COOKIE, HOST, ("origin", "null")],
            &[COOKIE, HOST, ("origin", "http://127.0.0.1:9999")],
            &[COOKIE, HOST, ("origin", "http://localhost:8443")],
            &[COOKIE, HOST, ("origin", "https://evil.example")],
            &[COOKIE, HOST, ("sec-fetch-site", "same-site")],
            &[COOKIE, HOST, ("origin", "http://127.0.0.1:8443"), ("sec-fetch-site", "cross-site")],
        ];
        for method in [Method::POST, Method::DELETE] {
            for pairs in foreign {
                let told = admitted(method.clone(), pairs).unwrap_err();
                assert_eq!(told, "urn:ronde:problem:foreign-page", "{method} {pairs:?}");
            }
        }
    }

    #[test]
    fn a_cookie_that_comes_twice_or_too_long_or_under_another_name_is_none() {
        let long = format!("ronde={}", "a".repeat(MAX_SECRET_BYTES + 1));
        let bad: [&[(&str, &str)]; 5] = [
            &[("cookie", "ronde=a; ronde=b")],
            &[("cookie", "ronde=a"), ("cookie", "ronde=b")],
            &[("cookie", "ronde=")],
            &[("cookie", &long)],
            &[("cookie", "__Host-ronde=a; xronde=b; Ronde=c")],
        ];
        for pairs in bad {
            let told = admitted(Method::GET, pairs).unwrap_err();
            assert_eq!(told, "urn:ronde:problem:not-signed-in", "{pairs:?}");
        }
    }
}
