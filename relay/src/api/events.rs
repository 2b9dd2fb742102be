//! `/v1/events`: what happens, as server-sent events.

use std::convert::Infallible;
use std::str::FromStr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use protocol::UserId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::answer::refuse;
use super::asked::{Asking, Shown};
use super::checks::{Checks, Parameters, id};
use super::document::Refusals;
use super::door::too_many;
use super::streaming::{PING_MS, Streaming, own};
use super::streams::Full;
use crate::trade::{Code, EventFilter, EventPoint, Refusal};

const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
/// Proxies that collect what they pass on are told not to.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");
/// When to come back where no more may be opened: by then streams that nobody hears any more have ended.
const RETRY_SECONDS: u64 = PING_MS / 1000;
/// Names or kinds that one stream is asked for: more are asked for by what they begin with.
const WORDS_MAX: usize = 50;
/// Characters of the kind of a thing.
const KIND_LENGTH_MAX: usize = 64;

/// Which events to hear, and from where on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StreamEvents {
    /// Behind which event to begin: its id, or its number in the space (of a key's streams alone), or `0` for all that is kept. Without
    /// it, and without the header `Last-Event-ID`, which wins, with what happens from now on.
    #[param(pattern = "^(evt_[a-z2-7]{25}[aeimquy4]|[0-9]{1,18})$")]
    since: Option<String>,
    /// The same as `since`.
    #[param(pattern = "^(evt_[a-z2-7]{25}[aeimquy4]|[0-9]{1,18})$")]
    cursor: Option<String>,
    /// Only those that concern a user; of an account, its own.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    user_id: Option<String>,
    /// Only those of these names: `order.created,topup.*`
    #[param(max_length = 4096, pattern = "^[a-z_.*]+(,[a-z_.*]+)*$", example = "order.*,topup.succeeded")]
    types: Option<String>,
    /// Only those about such things: `order,topup`
    #[param(max_length = 4096, pattern = "^[a-z_]+(,[a-z_]+)*$", example = "order,topup")]
    resource_types: Option<String>,
}

/// One of the events of a stream.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventFrame {
    /// The event's id: what to go on behind.
    id: Option<String>,
    /// The event's name, or `ping`, `reset` or `end`.
    event: String,
    /// The event as JSON: an `Event`, where it is none of the others.
    data: String,
}

/// Hear what happens
///
/// Server-sent events: `id` is the event's id, `event` its name, `data` the event as JSON (schema `Event`). Whoever is cut off sends the last
/// `id` as `Last-Event-ID` and misses nothing; what comes twice has the same id. Beside them come `ping` (at once and every
/// 15 seconds), `reset` (what was asked to go on from is unknown or no longer kept: all that is kept follows) and `end`, whose
/// `reason` says why the relay closes the stream: `superseded` by a newer one of the same account, `credential_ended`,
/// `shutting_down`, `unavailable`.
#[utoipa::path(
    get, path = "/v1/events", tag = "Events",
    params(
        StreamEvents,
        ("Last-Event-ID" = Option<String>, Header, description = "The last `id` that came: go on behind it"),
    ),
    responses(
        Refusals,
        (status = 200, body = EventFrame, content_type = "text/event-stream", description = "Events, one after the other"),
    )
)]
pub(super) async fn stream_events(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Extension(Shown(shown)): Extension<Shown>,
    headers: HeaderMap,
    Parameters(asked): Parameters<StreamEvents>,
) -> Result<Response, Refusal> {
    let from = point(&headers, &asked)?;
    let filter = filter(&asking, &asked)?;
    let place = match api.streams.enter(asking.space, &asking.caller) {
        Ok(place) => place,
        Err(full) => return Ok(no_place(&api, full)),
    };
    let stream = Streaming::open(api, (asking, shown), filter, from, place).await?;
    let frames = stream::unfold(stream, async |mut stream| {
        let frame = stream.next().await?;
        Some((Ok::<_, Infallible>(frame), stream))
    });
    Ok(([(CONTENT_TYPE, "text/event-stream")], [UNBUFFERED], Body::from_stream(frames)).into_response())
}

fn point(headers: &HeaderMap, asked: &StreamEvents) -> Result<Option<EventPoint>, Refusal> {
    let header =
        headers.get(LAST_EVENT).map(|value| value.to_str().unwrap_or("?")).filter(|last| !last.is_empty());
    let given = header.map(|last| ("Last-Event-ID", last));
    let given = given.or(asked.since.as_deref().map(|since| ("since", since)));
    let given = given.or(asked.cursor.as_deref().map(|cursor| ("cursor", cursor)));
    let read =
        |(field, text): (&str, &str)| text.parse().map_err(|problem: String| Refusal::field(field, problem));
    given.map(read).transpose()
}

fn filter(asking: &Asking, asked: &StreamEvents) -> Result<EventFilter, Refusal> {
    let user = asked.user_id.as_deref().map(|user| id::<UserId>(user, Code::UserNotFound)).transpose()?;
    let kind = |text: &str| {
        let is_kind = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_kind = is_kind && text.len() <= KIND_LENGTH_MAX;
        is_kind.then(|| text.to_owned()).ok_or_else(|| "expected kinds like `order`".to_owned())
    };
    Ok(EventFilter {
        user: own(&asking.caller).or(user),
        names: words("types", asked.types.as_deref(), FromStr::from_str)?,
        resources: words("resource_types", asked.resource_types.as_deref(), kind)?,
    })
}

/// The words of a list with commas.
fn words<T>(
    field: &str,
    text: Option<&str>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, Refusal> {
    let words = text.map(|text| text.split(',').map(str::trim).collect::<Vec<_>>()).unwrap_or_default();
    let mut checks = Checks::default();
    checks.that(words.len() <= WORDS_MAX, field, format!("expected at most {WORDS_MAX}"));
    checks.end()?;
    words.into_iter().map(|word| read(word).map_err(|problem| Refusal::field(field, problem))).collect()
}

fn no_place(api: &Api, full: Full) -> Response {
    api.relay.metrics.event_streams_refused_total.add_one();
    let refusal = |whose: &str, limit: usize| {
        let message = format!("this {whose} has as many streams open as it may: close one");
        too_many(message, u32::try_from(limit).unwrap_or(u32::MAX), RETRY_SECONDS)
    };
    refuse(&match full {
        Full::Caller(limit) => refusal("key or account", limit),
        Full::Space(limit) => refusal("space", limit),
        Full::Relay => Refusal::new(Code::Busy, "the relay has as many streams open as it may")
            .with(json!({ "retry_after": RETRY_SECONDS })),
    })
}
