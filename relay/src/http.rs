//! The HTTP side: the gateway's door, health, metrics, and what a client asks before it connects.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use data_encoding::HEXLOWER;
use futures_util::StreamExt;
use protocol::http::{ErrorBody, Health, RelayInfo};
use protocol::{ErrorCode, SUBPROTOCOL, Suite, VERSION, VERSION_MIN, limits};
use tokio::time::timeout;

use crate::api::nothing_here;
use crate::connections::Peer;
use crate::gateway;
use crate::metrics::render_jobs;
use crate::server::Relay;
use crate::site;
use crate::store::sqlite::{SqliteSpace, SqliteStore};
use crate::store::{Jobs, Spaces, Store, StoreError};
use crate::trade::JobCount;
use crate::world::{self, Clock};

/// The id of a request, as its answer has it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long a part of the relay may take to say how it does: whoever asks decides by it whether all is to be started anew.
pub(crate) const CHECK_MS_MAX: u64 = 5_000;
/// Where the market's interface is.
const MARKET: &str = "/v1/";
/// Characters of a request id that is taken over from the caller.
const REQUEST_ID_LENGTH_MAX: usize = 64;
/// What a socket reads at a time, and holds while it is idle. Most frames are shorter.
const SOCKET_READ_BYTES: usize = 1024;

pub(crate) fn router(relay: Arc<Relay<SqliteSpace>>, market: Router) -> Router {
    Router::new()
        .route("/v1/ws", get(open_gateway::<SqliteSpace>))
        .route("/v1/info", get(info::<SqliteSpace>))
        .route("/healthz", get(health))
        .route("/readyz", get(ready::<SqliteSpace>))
        .route("/metrics", get(metrics))
        .fallback(elsewhere)
        .with_state(relay)
        .merge(market)
        .layer(middleware::from_fn(mark_answer))
}

/// The web app's files and places; else there is nothing.
async fn elsewhere(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with(MARKET) {
        return nothing_here();
    }
    let nothing = || refuse(ErrorCode::NotFound, "there is nothing here: the gateway is at /v1/ws");
    site::answer(&method, &uri, &headers).unwrap_or_else(nothing)
}

async fn open_gateway<S: Store>(
    State(relay): State<Arc<Relay<S>>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_origin_allowed(&headers, &relay.config.origins) {
        return refuse(
            ErrorCode::Forbidden,
            "this web origin may not connect: the operator can allow it with --origin",
        );
    }
    let upgrade = upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(SOCKET_READ_BYTES)
        .write_buffer_size(0)
        .max_message_size(limits::FRAME_BYTES_MAX)
        .max_frame_size(limits::FRAME_BYTES_MAX);
    if upgrade.selected_protocol().is_none() {
        return refuse(ErrorCode::UnsupportedVersion, "connect with the WebSocket subprotocol palaver.v1");
    }
    let stopping = relay.stopping.subscribe();
    upgrade.on_upgrade(move |socket| async move {
        gateway::run(relay, socket.split(), peer.address, stopping).await;
        drop(peer);
    })
}

async fn info<S: Store>(State(relay): State<Arc<Relay<S>>>) -> Json<RelayInfo> {
    Json(RelayInfo {
        relay: relay.id.to_string(),
        version_min: VERSION_MIN,
        version_max: VERSION,
        suites: Suite::OFFERED.map(Suite::number).to_vec(),
    })
}

async fn health() -> Json<Health> {
    Json(Health { status: "ok".to_owned() })
}

async fn ready<S: Store>(State(relay): State<Arc<Relay<S>>>) -> Response {
    match timeout(Duration::from_millis(CHECK_MS_MAX), relay.store.ping()).await {
        Ok(Ok(())) => Json(Health { status: "ok".to_owned() }).into_response(),
        Ok(Err(error)) => refuse(error.code(), "the store does not answer"),
        Err(_) => refuse(ErrorCode::Unavailable, "the store does not answer in time"),
    }
}

async fn metrics(State(relay): State<Arc<Relay<SqliteSpace>>>) -> String {
    let counters = relay.metrics.render();
    let store = relay.store.spaces();
    let longest = Duration::from_millis(CHECK_MS_MAX);
    counters + &jobs_in_time(count_jobs(&store), longest, &relay.clock).await
}

/// How jobs stand, for Prometheus. What cannot be counted, or not in time, is left out: the counters beside it go out all the same.
async fn jobs_in_time(
    counted: impl Future<Output = Result<BTreeMap<&'static str, JobCount>, StoreError>>,
    longest: Duration,
    clock: &Clock,
) -> String {
    match timeout(longest, counted).await {
        Ok(Ok(counts)) => render_jobs(&counts, clock.now()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "jobs_not_counted");
            String::new()
        }
        Err(_) => {
            tracing::warn!("jobs_not_counted_in_time");
            String::new()
        }
    }
}

/// How the jobs of all spaces stand, by their kind.
pub(crate) async fn count_jobs(store: &SqliteStore) -> Result<BTreeMap<&'static str, JobCount>, StoreError> {
    let mut all: BTreeMap<&'static str, JobCount> = BTreeMap::new();
    for space in store.spaces().await? {
        for (kind, count) in store.space(space).count_jobs().await? {
            let sum = all.entry(kind).or_default();
            *sum = sum.and(count);
        }
    }
    Ok(all)
}

/// Gives every answer its request id, and keeps it out of caches.
async fn mark_answer(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(REQUEST_ID).filter(|id| is_request_id(id)).cloned();
    let id = given.unwrap_or_else(|| {
        HeaderValue::try_from(uuid(world::random())).expect("hexadecimal is a header's value")
    });
    // As it is served, without anybody's id.
    let path = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let text = id.to_str().unwrap_or_default().to_owned();
    request.extensions_mut().insert(RequestId(text.clone()));
    let mut answer = next.run(request).await;
    tracing::debug!(path, status = answer.status().as_u16(), request_id = text, "request");
    answer.headers_mut().insert(REQUEST_ID, id);
    answer.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// A UUID of version 4 of these random bytes.
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = 0x40 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let hex = HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn is_request_id(id: &HeaderValue) -> bool {
    (1..=REQUEST_ID_LENGTH_MAX).contains(&id.len())
        && id.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// Programs send no origin; a browser's must be this very host or one the operator allowed.
fn is_origin_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let is_same = origin.split_once("://").is_some_and(|(_, origin_host)| Some(origin_host) == host);
    is_same || allowed.iter().any(|allowed| allowed == origin)
}

fn refuse(code: ErrorCode, message: &str) -> Response {
    let status = StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = ErrorBody { code: code.to_string(), message: message.to_owned(), retry_after_ms: None };
    (status, Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const LONGEST: Duration = Duration::from_millis(1);

    #[tokio::test]
    async fn a_store_that_never_counts_its_jobs_or_cannot_holds_no_metrics_up() {
        assert_eq!(jobs_in_time(pending(), LONGEST, &Clock::System).await, "");
        assert_eq!(jobs_in_time(ready(Err(StoreError::Busy)), LONGEST, &Clock::System).await, "");
        let counts = BTreeMap::from([("proof", JobCount::default())]);
        let told = jobs_in_time(ready(Ok(counts)), LONGEST, &Clock::System).await;
        assert!(told.contains("palaver_jobs{kind=\"proof\",state=\"dead\"} 0\n"), "{told}");
    }
}
