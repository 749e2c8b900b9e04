//! Bytes over HTTPS: the only place that knows reqwest. Trusts the public roots plus the one
//! certificate an invitation named; knows nothing of what it carries.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Url};
use ronde_model::wire::MEDIA_TYPE;
use ronde_model::wire::limits::MAX_INFLATED_BYTES;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::link::{Answering, Call, Link, LinkFault};

/// A link that gives nothing for this long is cut.
const SILENCE: Duration = Duration::from_secs(30);
const CONNECT: Duration = Duration::from_secs(15);
/// The media type of enrolment, both ways.
const CBOR: &str = "application/cbor";

/// The agglomeration server over HTTPS.
pub struct HttpLink {
    client: Client,
    server: Url,
}

impl HttpLink {
    /// A link to `server`: `https://…`, or `http://` to this machine only.
    ///
    /// # Errors
    /// `UnsafeAddress`, or `Bug` when TLS cannot be set up.
    pub fn new(server: &str, certificate: Option<[u8; 32]>) -> Result<Self, Error> {
        Self::patient(server, certificate, SILENCE)
    }

    /// The same, cut after another silence: for a person who waits less, and for tests.
    ///
    /// # Errors
    /// As [`HttpLink::new`].
    pub fn patient(server: &str, certificate: Option<[u8; 32]>, silence: Duration) -> Result<Self, Error> {
        let refuse = || Error::UnsafeAddress { url: server.chars().take(200).collect() };
        let mut url = Url::parse(server).map_err(|_| refuse())?;
        if !url.path().ends_with('/') {
            // Joined to, the last part of the path would be replaced.
            let folder = format!("{}/", url.path());
            url.set_path(&folder);
        }
        let loopback = match url.host_str() {
            Some("localhost") => true,
            Some(host) => host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
            None => false,
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
            return Err(refuse());
        }
        let client = Client::builder()
            .tls_backend_preconfigured(tls(certificate)?)
            .https_only(url.scheme() == "https")
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .read_timeout(silence)
            .no_proxy()
            .build()
            .map_err(|e| Error::bug("http", e))?;
        Ok(HttpLink { client, server: url })
    }

    fn request(&self, call: Call) -> Result<RequestBuilder, LinkFault> {
        let at = |path: &str| self.server.join(path).map_err(|e| LinkFault::Cut(e.to_string()));
        let kind = media_type(&call);
        let post = |url, body: Vec<u8>| self.client.post(url).header("content-type", kind).body(body);
        Ok(match call {
            Call::Introduction { nonce } => {
                let mut url = at("v1/organisation")?;
                let nonce: String = nonce.iter().map(|byte| format!("{byte:02x}")).collect();
                url.query_pairs_mut().append_pair("nonce", &nonce);
                self.client.get(url)
            }
            Call::Enrol(body) => post(at("v1/enrol")?, body),
            Call::Sync(body) => post(at("v1/sync")?, body),
        })
    }
}

impl Link for HttpLink {
    fn exchange(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            let expected = media_type(&call);
            let answer = self.request(call)?.send().await.map_err(cut)?;
            let status = answer.status().as_u16();
            let kind = answer
                .headers()
                .get("content-type")
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
                .to_owned();
            let body = limited(answer).await?;
            if status != 200 {
                return Err(refusal(status, &kind, &body));
            }
            // A captive portal answers 200 with a page of its own.
            if kind.split(';').next() != Some(expected) {
                return Err(LinkFault::Cut(format!("not the server: it answered {kind:?}")));
            }
            Ok(body)
        })
    }
}

fn media_type(call: &Call) -> &'static str {
    match call {
        Call::Introduction { .. } | Call::Enrol(_) => CBOR,
        Call::Sync(_) => MEDIA_TYPE,
    }
}

/// Reads an answer, within the limit whatever its length header says.
async fn limited(mut answer: reqwest::Response) -> Result<Vec<u8>, LinkFault> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(cut)? {
        if body.len() + chunk.len() > MAX_INFLATED_BYTES {
            return Err(LinkFault::Cut("the answer is larger than any answer".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn cut(error: reqwest::Error) -> LinkFault {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        words = format!("{words}: {inner}");
        source = inner.source();
    }
    LinkFault::Cut(words)
}

/// RFC 9457: `type` ends in the code, `retry` is the class.
fn refusal(status: u16, kind: &str, body: &[u8]) -> LinkFault {
    #[derive(serde::Deserialize, Default)]
    struct Problem {
        #[serde(default, rename = "type")]
        code: String,
        #[serde(default)]
        detail: String,
        #[serde(default)]
        retry: String,
    }
    let problem: Problem = if kind.starts_with("application/problem+json") {
        serde_json::from_slice(body).unwrap_or_default()
    } else {
        Problem::default()
    };
    let code = problem.code.rsplit(['/', ':', '#']).next().unwrap_or_default().to_owned();
    LinkFault::Refused { status, code, class: problem.retry, detail: problem.detail }
}

fn tls(certificate: Option<[u8; 32]>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let roots = Arc::new(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    let public = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
        .build()
        .map_err(|e| Error::bug("tls roots", e))?;
    let verifier = Arc::new(Pinned { public, certificate });
    Ok(ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|e| Error::bug("tls", e))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

/// The public roots, or exactly the certificate the invitation named.
#[derive(Debug)]
struct Pinned {
    public: Arc<WebPkiServerVerifier>,
    certificate: Option<[u8; 32]>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.certificate.is_some_and(|pin| pin[..] == Sha256::digest(end_entity)[..]) {
            return Ok(ServerCertVerified::assertion());
        }
        self.public.verify_server_cert(end_entity, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.public.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.public.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.public.supported_verify_schemes()
    }
}
