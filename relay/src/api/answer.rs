//! Answers as they go over the wire.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::store::StoreError;
use crate::trade::{Code, Refusal, Reply};

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replay");
/// When to come back to a relay that has too much to do.
const BUSY_RETRY_SECONDS: u16 = 1;
const MS_IN_A_SECOND: u64 = 1_000;

/// What there is no more of for a while: goes with a refusal, so that its headers say the same as its details.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent {
    pub(super) limit: u32,
    pub(super) retry_after_ms: u64,
}

/// What the store answered.
pub(super) fn of(answered: Result<Reply, StoreError>) -> Response {
    match answered {
        Ok(reply) => reply.into_response(),
        Err(error) => refuse(&error.into()),
    }
}

/// A refusal.
pub(super) fn refuse(refusal: &Refusal) -> Response {
    let mut answer = Reply::refusal(refusal).into_response();
    if refusal.code.status() == 401 {
        answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if refusal.code == Code::Busy {
        answer.headers_mut().insert(RETRY_AFTER, BUSY_RETRY_SECONDS.into());
    }
    if let Some(seconds) = refusal.details["retry_after"].as_u64() {
        answer.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    if let Some(spent) = spent(refusal) {
        answer.extensions_mut().insert(spent);
    }
    answer
}

/// Of what there was too much, where that is why.
fn spent(refusal: &Refusal) -> Option<Spent> {
    if refusal.code != Code::RateLimited {
        return None;
    }
    let limit = refusal.details["limit"].as_u64().and_then(|limit| u32::try_from(limit).ok())?;
    let seconds = refusal.details["retry_after"].as_u64()?;
    Some(Spent { limit, retry_after_ms: seconds.saturating_mul(MS_IN_A_SECOND) })
}

/// A place of the market's that is none.
pub(crate) fn nothing_here() -> Response {
    refuse(&Refusal::new(Code::NotFound, "there is nothing here: see /v1/docs"))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        refuse(&self)
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let json = HeaderValue::from_static("application/json");
        let mut answer = (status, [(CONTENT_TYPE, json)], self.body).into_response();
        if self.is_replay {
            answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        answer
    }
}
