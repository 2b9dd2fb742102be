//! Starting and stopping a relay.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use protocol::{ErrorCode, RelayId};
use tokio::net::TcpListener;

use crate::config::Config;
use crate::groups::GroupCache;
use crate::hub::Hub;
use crate::identities::LogCache;
use crate::metrics::Metrics;
use crate::rates::RateLimiter;
use crate::store::sqlite::{OpenError, SqliteSpace, SqliteStore};
use crate::store::{SpaceId, Store};
use crate::{http, world};

/// How long open requests may take once the relay is told to stop.
const DRAIN_MS_MAX: u64 = 5_000;
/// How often what has expired is dropped.
const SWEEP_INTERVAL_MS: u64 = 10 * 60 * 1000;

/// Why a relay does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listener(#[from] std::io::Error),
}

/// Everything a request needs.
pub(crate) struct Relay<S> {
    pub(crate) store: S,
    pub(crate) id: RelayId,
    pub(crate) config: Config,
    pub(crate) hub: Arc<Hub>,
    pub(crate) logs: LogCache,
    pub(crate) groups: GroupCache,
    pub(crate) rates: RateLimiter,
    pub(crate) metrics: Metrics,
}

/// Serves on a listener until `stop` is done, then lets open requests finish. `ready` is called once before.
pub async fn serve(
    config: &Config,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(),
) -> Result<(), ServeError> {
    let hub = Arc::new(Hub::default());
    let observer = {
        let hub = Arc::clone(&hub);
        Box::new(move |events| hub.publish(events))
    };
    let store = SqliteStore::open(&config.data, RelayId::from_bytes(world::random()), observer)?;
    let relay = Arc::new(Relay {
        store: store.space(SpaceId(1)),
        id: store.meta().relay,
        config: config.clone(),
        hub: Arc::clone(&hub),
        logs: LogCache::default(),
        groups: GroupCache::default(),
        rates: RateLimiter::default(),
        metrics: Metrics::default(),
    });
    let sweeper = tokio::spawn(sweep(Arc::clone(&relay)));
    let app = http::router(Arc::clone(&relay)).into_make_service_with_connect_info::<SocketAddr>();
    tracing::info!("serving");
    ready();
    let (stopping, mut is_stopping) = tokio::sync::watch::channel(false);
    let told = async move {
        stop.await;
        hub.close_all(ErrorCode::ShuttingDown);
        // Nobody waits for it if serving has failed already.
        let _ = stopping.send(true);
    };
    let serving = axum::serve(listener, app).with_graceful_shutdown(told);
    let drained = async move {
        // The sender is dropped only with the server itself.
        let _ = is_stopping.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(std::time::Duration::from_millis(DRAIN_MS_MAX)).await;
    };
    tokio::select! {
        served = serving => served?,
        () = drained => tracing::warn!("requests_cut_off"),
    }
    sweeper.abort();
    tracing::info!("stopped");
    Ok(())
}

async fn sweep(relay: Arc<Relay<SqliteSpace>>) {
    let mut interval = tokio::time::interval(std::time::Duration::from_millis(SWEEP_INTERVAL_MS));
    loop {
        interval.tick().await;
        if relay.store.sweep(world::now()).await.is_err() {
            tracing::warn!("sweep_failed");
        }
    }
}
