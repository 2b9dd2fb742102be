//! Accepting connections: so many from each network, and none that begins a request and never ends it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch;
use tower_service::Service;

use crate::patience::Patience;
use crate::places::{Place, Places};
use crate::rates::network_of;
use crate::unread;

/// How long a request's headers may take, and how long a connection waits for the next request.
const HEADERS_MS_MAX: u64 = 10_000;

/// How long the other end may take nothing of what is sent to it: longer than a tunnel, and what waits holds memory.
const WRITE_MS_MAX: u64 = 30_000;

/// Where a request comes from. Its place counts as taken while any clone is held.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) _place: Arc<Place<IpAddr>>,
}

/// Serves until `stopping` says so. Connections hold a receiver of their own until they have ended.
pub(crate) async fn serve(
    mut listener: impl Listener<Addr = SocketAddr>,
    app: Router,
    per_network: u32,
    mut stopping: watch::Receiver<bool>,
) {
    let places = Arc::<Places<IpAddr>>::default();
    loop {
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|is_stopping| *is_stopping) => return,
        };
        let address = address.ip();
        // Without a place it is dropped, which closes it.
        if let Some(place) = places.take(network_of(address), per_network) {
            let peer = Peer { address, _place: Arc::new(place) };
            tokio::spawn(run(stream, peer, app.clone(), stopping.clone()));
        }
    }
}

async fn run<S>(stream: S, peer: Peer, app: Router, mut stopping: watch::Receiver<bool>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        let (request, rest) = unread::lend(request);
        let answering = app.clone().call(request);
        async move {
            let mut answer = answering.await?;
            rest.drop_before(&mut answer).await;
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(HEADERS_MS_MAX))
        .serve_connection(TokioIo::new(Patience::new(stream, Duration::from_millis(WRITE_MS_MAX))), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        // However it ended: the client is gone or was answered.
        _ = connection.as_mut() => return,
        _ = stopping.wait_for(|is_stopping| *is_stopping) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
