//! The listener: bound first, so that its address is known, then serving until told to stop, and
//! requests in flight are finished. Knows no route. Changes when connections are held otherwise.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle, Server as Connections};

use super::tls::{self, TlsError};
use crate::config::Listening;
use crate::error::ServerError;
use crate::server::Server;

/// A connection that does not say what it wants for so long is closed.
const HEAD_SILENCE: Duration = Duration::from_secs(30);
/// Requests in flight have so long to finish once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

/// Why the server does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be had.
    #[error("cannot listen on {address} ({source}): is another server running there?")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The archive does not say which history it is in.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Failed(#[from] io::Error),
}

/// A listener that is bound and does not answer yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<RustlsConfig>,
}

impl Bound {
    /// Reads the certificate, then takes the address.
    ///
    /// # Errors
    /// [`ListenError`].
    pub fn bind(listening: &Listening) -> Result<Self, ListenError> {
        let tls = listening.tls().map(tls::load).transpose()?;
        let refused = |source| ListenError::Bind { address: listening.address(), source };
        let listener = TcpListener::bind(listening.address()).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Bound { listener, address, tls })
    }

    /// Where it listens, the port being the one that was free.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a client writes it, without a slash at the end.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The address as a browser of this machine writes it.
    pub fn url_here(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        if self.address.ip().is_unspecified() {
            return format!("{scheme}://127.0.0.1:{}", self.address.port());
        }
        self.url()
    }

    /// Answers until `stop` is over, then finishes the requests in flight (20 s at most).
    ///
    /// # Errors
    /// `Server`, `Failed`.
    pub async fn serve<S>(self, server: Server, stop: S) -> Result<(), ListenError>
    where
        S: Future<Output = ()> + Send + 'static,
    {
        tracing::info!(url = self.url(), "listening");
        let handle = Handle::new();
        let (close, closing) = tokio::sync::watch::channel(false);
        let stopping = tokio::spawn({
            let handle = handle.clone();
            async move {
                stop.await;
                tracing::info!("told to stop: finishing the requests in flight");
                // Nobody may listen any more: then there is nobody to tell.
                let _unheard = close.send(true);
                handle.graceful_shutdown(Some(LAST_REQUESTS));
                close.closed().await;
            }
        });
        let routes = super::router(server, self.tls.is_some(), closing)?
            .into_make_service_with_connect_info::<SocketAddr>();
        let served = match self.tls {
            None => hold(axum_server::from_tcp(self.listener)?, handle).serve(routes).await,
            Some(tls) => hold(axum_server::from_tcp_rustls(self.listener, tls)?, handle).serve(routes).await,
        };
        stopping.abort();
        Ok(served?)
    }
}

/// HTTP/1.1 only, and no connection that keeps silent.
fn hold<A>(
    connections: Connections<SocketAddr, A>,
    handle: Handle<SocketAddr>,
) -> Connections<SocketAddr, A> {
    let mut connections = connections.handle(handle).http1_only();
    connections.http_builder().http1().header_read_timeout(HEAD_SILENCE);
    connections
}
