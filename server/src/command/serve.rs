//! `ronde-server serve`: answers phones and supervisors' programs until told to stop.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use ronde_server::config::Listening;
use ronde_server::http::Bound;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{Desk, Failure};

/// Answer phones and supervisors' programs until Ctrl-C or SIGTERM
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde-server serve                                   # a free port of this machine, printed
  ronde-server serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem

Without a certificate only 127.0.0.1 and [::1] are accepted. The supervisors' interface
(the pages, and /v1/ but what phones use) answers this machine only, certificate or not.
The log goes to the standard error, one JSON object a line, never with what reports contain.")]
pub struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The server's certificate chain, PEM
    #[arg(long, value_name = "FILE", env = "RONDE_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key, PEM
    #[arg(long, value_name = "FILE", env = "RONDE_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Write the port here once it listens, for scripts
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// How much the log says: error, warn, info, debug, or a filter by module
    #[arg(long, value_name = "FILTER", env = "RONDE_LOG", default_value = "info")]
    log: EnvFilter,
}

impl Serve {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let listening = Listening::new(self.listen, self.tls_cert, self.tls_key)?;
        tracing_subscriber::fmt().json().with_writer(io::stderr).with_env_filter(self.log).init();
        ronde_server::backup::clear_left_behind(&std::env::temp_dir());
        let server = desk.open()?;
        let bound = Bound::bind(&listening)?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::System)?;
        runtime.block_on(async {
            // Heard before anybody is told that we listen: whoever reads the line may stop us at once.
            let stop = stop().map_err(Failure::System)?;
            if let Some(path) = &self.port_file {
                write_port(path, bound.address().port())?;
            }
            let url = bound.url();
            // A full disk must not keep phones from being answered: only links lack their address.
            if let Err(error) = server.serves_at(&bound.url_here()) {
                tracing::warn!(%error, "where this server listens could not be kept");
            }
            let told = json!({"listening": url, "supervisors": "this machine only",
                "organisation": server.name(), "fingerprint": server.fingerprint()});
            desk.answer(&told, || format!("listening on {url} (supervisors: from this machine only)"))?;
            Ok(bound.serve(server, stop).await?)
        })
    }
}

/// Over at the first Ctrl-C or SIGTERM.
fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Under another name first: whoever waits for the file reads all of it.
fn write_port(path: &Path, port: u16) -> Result<(), Failure> {
    let failed = |source| Failure::File { path: path.to_owned(), source };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    std::fs::write(&new, format!("{port}\n")).map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)
}
