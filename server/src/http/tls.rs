//! The server's certificate: read from PEM files, TLS 1.3 only. Knows no address and no route.
//! Changes when certificates come from elsewhere.

use std::path::PathBuf;
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::TLS13;

use crate::config::TlsFiles;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that cannot be read as PEM.
    #[error("{}: {reason}; give a PEM file with the {wanted}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The two do not make a server's identity.
    #[error("the certificate and the key do not go together ({0}): give the key of that certificate")]
    Refused(#[from] rustls::Error),
}

/// Reads the certificate chain and its key.
pub fn load(files: &TlsFiles) -> Result<RustlsConfig, TlsError> {
    let unreadable =
        |path: &PathBuf, reason: String, wanted| TlsError::Unreadable { path: path.clone(), reason, wanted };
    let wanted = "certificate chain";
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|cause| unreadable(&files.certificate, cause.to_string(), wanted))?;
    if chain.is_empty() {
        return Err(unreadable(&files.certificate, "no certificate in it".to_owned(), wanted));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|cause| unreadable(&files.key, cause.to_string(), "private key"))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}
