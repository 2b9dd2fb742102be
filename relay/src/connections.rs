//! Accepting connections: so many from each network, and none that begins a request and never ends it.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
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
use crate::rates::network_of;

/// How long a request's headers may take, and how long a connection waits for the next request.
const HEADERS_MS_MAX: u64 = 10_000;

/// How long the other end may take nothing of what is sent to it: longer than a tunnel, and what waits holds memory.
const WRITE_MS_MAX: u64 = 30_000;

/// Where a request comes from. Its place counts as taken while any clone is held.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) _place: Arc<Place>,
}

/// Open connections by network.
#[derive(Default)]
struct Places(Mutex<HashMap<IpAddr, u32>>);

/// One connection's place among those of its network.
pub(crate) struct Place {
    places: Arc<Places>,
    network: IpAddr,
}

impl Places {
    fn take(self: &Arc<Self>, network: IpAddr, at_most: u32) -> Option<Place> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(network).or_default();
        if *count >= at_most {
            return None;
        }
        *count += 1;
        Some(Place { places: Arc::clone(self), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

/// Serves until `stopping` says so. Connections hold a receiver of their own until they have ended.
pub(crate) async fn serve(
    mut listener: impl Listener<Addr = SocketAddr>,
    app: Router,
    per_network: u32,
    mut stopping: watch::Receiver<bool>,
) {
    let places = Arc::new(Places::default());
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
        app.clone().call(request)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_so_many_places_and_gets_them_back() {
        let places = Arc::new(Places::default());
        let [one, other] = [1, 2].map(|last| IpAddr::from([192, 0, 2, last]));
        let held = [places.take(one, 2), places.take(one, 2)];
        assert!(held.iter().all(Option::is_some));
        assert!(places.take(one, 2).is_none());
        assert!(places.take(other, 2).is_some());
        drop(held);
        assert!(places.take(one, 2).is_some());
        assert!(places.0.lock().unwrap().is_empty(), "who is gone is forgotten");
    }
}
