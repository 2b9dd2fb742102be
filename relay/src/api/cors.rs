//! Pages of other origins: the operator names those that may ask, and browsers are told what such a page may send and see.
//!
//! Nothing goes by cookies: whoever asks from anywhere shows a key, a token or a session.

use std::sync::Arc;

use axum::extract::{Extension, MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Api;
use super::answer::refuse;
use super::door::too_often;
use super::policy::{ALL_METHODS, methods};
use crate::connections::Peer;
use crate::rates::Counted;

/// What a page may send beside what any may.
const SENT: &str = "authorization, content-type, idempotency-key, last-event-id, x-request-id";
/// What a page may see of an answer beside what any may.
const SEEN: &str = "idempotency-replay, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-request-id";
/// Seconds for which a browser need not ask again what it may: no browser remembers it for longer than a day.
const REMEMBERED_S: u32 = 86_400;

/// Answers what a browser asks before it lets a page ask, and marks what such a page may see.
pub(super) async fn share(
    State(api): State<Arc<Api>>,
    Extension(peer): Extension<Peer>,
    path: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let named = &api.relay.config.market_origins;
    let origin = headers.get(ORIGIN).filter(|origin| named.iter().any(|named| named.as_str() == **origin));
    let origin = origin.cloned();
    let is_preflight =
        request.method() == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut answer = match origin {
        Some(_) if is_preflight => api.preflight(&peer, path.as_str()),
        _ => next.run(request).await,
    };
    let headers = answer.headers_mut();
    if !named.is_empty() {
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(SEEN));
    }
    answer
}

impl Api {
    /// What may be asked of a place. Nobody has shown anything yet, so it is counted like any guest's request.
    fn preflight(&self, peer: &Peer, path: &str) -> Response {
        let limit = self.requests_per_minute;
        if let Err(retry_after_ms) =
            self.rates.count(Counted::market_guest(peer.address), limit, self.clock.now())
        {
            return refuse(&too_often("requests", limit, retry_after_ms));
        }
        let mut answer = StatusCode::NO_CONTENT.into_response();
        let headers = answer.headers_mut();
        let taken = methods(path);
        // Of a place that is none a page is told so once it asks, however it does; else it would see a network that fails.
        let taken = if taken.is_empty() { &ALL_METHODS[..] } else { &taken };
        // Names of methods are a header's value.
        let methods = HeaderValue::try_from(taken.join(", ")).ok();
        headers.extend(methods.map(|methods| (ACCESS_CONTROL_ALLOW_METHODS, methods)));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(SENT));
        headers.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED_S.into());
        answer
    }
}
