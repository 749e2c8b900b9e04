//! Where the server listens and with which certificate, checked before anything is opened.
//! Knows the rule that plain HTTP stays on this machine; refuses to know what is served.
//! Changes when the server can be reached in another way.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// PEM files of the server's certificate chain and private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// The private key (PKCS #8, PKCS #1 or SEC1).
    pub key: PathBuf,
}

/// Where to listen, and whether TLS protects it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    address: SocketAddr,
    tls: Option<TlsFiles>,
}

/// Why the server would not listen so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Plain HTTP on an address others can reach.
    #[error(
        "{0} can be reached from other machines and would carry plain HTTP: give --tls-cert and --tls-key, \
         or listen on 127.0.0.1 or [::1]"
    )]
    PlainBeyondThisMachine(SocketAddr),
    /// A certificate without its key, or a key without its certificate.
    #[error("--tls-cert and --tls-key go together: give both or none")]
    HalfTls,
}

impl Listening {
    /// Checks an address (port 0: any free one) and the two PEM files.
    ///
    /// # Errors
    /// [`ConfigError`]; the files are read later, by the listener.
    pub fn new(
        address: SocketAddr,
        certificate: Option<PathBuf>,
        key: Option<PathBuf>,
    ) -> Result<Self, ConfigError> {
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            _ => return Err(ConfigError::HalfTls),
        };
        if tls.is_none() && !is_this_machine(address.ip()) {
            return Err(ConfigError::PlainBeyondThisMachine(address));
        }
        Ok(Listening { address, tls })
    }

    /// The address asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate's files.
    pub fn tls(&self) -> Option<&TlsFiles> {
        self.tls.as_ref()
    }
}

/// Whether an address is this machine's loopback, also when written as IPv6.
pub fn is_this_machine(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(address: &str, certificate: bool, key: bool) -> Result<Listening, ConfigError> {
        let file = |there: bool| there.then(|| PathBuf::from("server.pem"));
        Listening::new(address.parse().unwrap(), file(certificate), file(key))
    }

    #[test]
    fn plain_http_never_leaves_the_machine() {
        for near in ["127.0.0.1:0", "127.8.9.1:80", "[::1]:0", "[::ffff:127.0.0.1]:0"] {
            assert!(listening(near, false, false).is_ok(), "{near}");
        }
        for far in ["0.0.0.0:80", "[::]:80", "192.0.2.1:80", "[::ffff:192.0.2.1]:80", "[fe80::1]:80"] {
            let refused = listening(far, false, false);
            assert!(matches!(refused, Err(ConfigError::PlainBeyondThisMachine(_))), "{far}");
            assert!(listening(far, true, true).is_ok(), "{far} with TLS");
        }
    }

    #[test]
    fn a_certificate_without_its_key_is_refused() {
        assert_eq!(listening("127.0.0.1:0", true, false), Err(ConfigError::HalfTls));
        assert_eq!(listening("127.0.0.1:0", false, true), Err(ConfigError::HalfTls));
    }
}
