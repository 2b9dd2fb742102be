//! TLS in front of the gateway, for operators without a proxy that does it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::server::TlsStream;

use crate::config::Tls;
use crate::server::send_at_once;

/// How long a handshake may take: longer holds a place that others wait for.
const HANDSHAKE_MS_MAX: u64 = 10_000;
/// Handshakes at a time: each costs a signature.
const HANDSHAKES_MAX: usize = 256;

/// Which of the files cannot be used, and why.
pub(crate) struct Unusable {
    pub(crate) setting: &'static str,
    pub(crate) problem: String,
}

impl Tls {
    /// Reads both files, and checks that they belong together.
    pub(crate) fn load(&self) -> Result<Arc<ServerConfig>, Unusable> {
        let cert = |problem: String| Unusable { setting: "tls_cert", problem };
        let key = |problem: String| Unusable { setting: "tls_key", problem };
        let unreadable = |path: &PathBuf, cause: &dyn std::fmt::Display| {
            format!("{} cannot be read as PEM: {cause}", path.display())
        };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&self.cert)
            .and_then(Iterator::collect)
            .map_err(|cause| cert(unreadable(&self.cert, &cause)))?;
        if chain.is_empty() {
            return Err(cert(format!("{} holds no certificate", self.cert.display())));
        }
        let private =
            PrivateKeyDer::from_pem_file(&self.key).map_err(|cause| key(unreadable(&self.key, &cause)))?;
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, private);
        config.map(Arc::new).map_err(|cause| key(format!("it does not fit the certificate: {cause}")))
    }
}

/// A listener whose connections have shaken hands. Slow ones do not hold others up.
pub(crate) struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    accepting: tokio::task::JoinHandle<()>,
}

impl TlsListener {
    pub(crate) fn new(listener: TcpListener, config: Arc<ServerConfig>) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (shaken, ready) = mpsc::channel(HANDSHAKES_MAX);
        let accepting = tokio::spawn(accept(listener, config, shaken));
        Ok(Self { address, ready, accepting })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn accept(
    mut listener: TcpListener,
    config: Arc<ServerConfig>,
    shaken: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let places = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    loop {
        // Waits by itself where the system refuses.
        let (stream, address) = Listener::accept(&mut listener).await;
        send_at_once(&stream);
        let (config, places, shaken) = (Arc::clone(&config), Arc::clone(&places), shaken.clone());
        tokio::spawn(async move {
            let deadline = Duration::from_millis(HANDSHAKE_MS_MAX);
            let handshake = tokio::time::timeout(deadline, shake_hands(stream, config, &places));
            if let Ok(Some(stream)) = handshake.await {
                // The relay has stopped if nobody takes it.
                let _ = shaken.send((stream, address)).await;
            }
        });
    }
}

/// Takes a place only once there is something to answer: whoever connects and says nothing holds nobody up.
async fn shake_hands(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    places: &Semaphore,
) -> Option<TlsStream<TcpStream>> {
    let begun = LazyConfigAcceptor::new(Acceptor::default(), stream).await.ok()?;
    let _place = places.acquire().await.ok()?;
    begun.into_stream(config).await.ok()
}
