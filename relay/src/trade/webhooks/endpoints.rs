//! Making, changing and ending endpoints, and sending a delivery again.

use protocol::{DeliveryId, EndpointId};
use serde_json::json;

use super::{
    DeliveryView, ENDPOINTS_MAX, EndpointRow, EndpointView, NewEndpointView, OVERLAP_MS, SigningSecret,
    job_of, tend, wake,
};
use crate::trade::books::Books;
use crate::trade::caller::Scope;
use crate::trade::carry_out::{Change, Changed, Done, Stop, value};
use crate::trade::jobs::{DELIVERY_ATTEMPTS_MAX, JobRow, JobState, Work};
use crate::trade::keys::by_key;
use crate::trade::payloads::{EndpointDisabled, Payload};
use crate::trade::refusal::{Code, Refusal};
use crate::trade::times::iso;

/// An endpoint to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEndpoint {
    /// Where it is told.
    pub url: String,
    /// Of what.
    pub types: Vec<String>,
    /// What people call it.
    pub description: String,
}

/// What is to be different of an endpoint.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct EndpointChange {
    /// Where it is told.
    pub url: Option<String>,
    /// Of what.
    pub types: Option<Vec<String>>,
    /// What people call it.
    pub description: Option<String>,
    /// Whether it is told anything.
    pub is_enabled: Option<bool>,
}

/// Makes an endpoint: it is told what happens from now on.
pub(crate) fn create<B: Books>(change: &mut Change<'_, B>, new: &NewEndpoint) -> Result<Done, Stop> {
    may_listen(change)?;
    let there = change.books.endpoints(None, u32::MAX)?.len();
    if there >= ENDPOINTS_MAX {
        let message = format!("a space has at most {ENDPOINTS_MAX} webhook endpoints: delete one before");
        return Err(Refusal::new(Code::InvalidState, message).into());
    }
    let now = change.attempt.now;
    let row = EndpointRow {
        endpoint: EndpointId::from_bytes(change.drawn.id(now)),
        url: new.url.clone(),
        types: new.types.clone(),
        description: new.description.clone(),
        secret: SigningSecret::new(change.drawn.secret().to_vec()),
        previous: None,
        is_enabled: true,
        cursor: change.books.last_event()?,
        failing_since: None,
        created_at: now,
    };
    change.books.put_endpoint(&row)?;
    let shown = EndpointView::of(&row, now);
    let changed = Changed { id: row.endpoint.to_string(), before: None, after: value(&shown)? };
    Done::new(201, &NewEndpointView::of(shown, &row.secret), changed)
}

/// What an endpoint is told its maker has to be able to hear, and it goes on when a token is over.
fn may_listen<B: Books>(change: &Change<'_, B>) -> Result<(), Refusal> {
    let caller = &change.attempt.caller;
    by_key(caller)?;
    caller.authorize(Scope::Read, false)
}

/// Changes an endpoint. One that is enabled goes on where it was, with what came meanwhile.
pub(crate) fn update<B: Books>(
    change: &mut Change<'_, B>,
    id: EndpointId,
    asked: &EndpointChange,
) -> Result<Done, Stop> {
    let row = change.books.endpoint(id)?.ok_or_else(unknown)?;
    if asked.url.is_some() || asked.types.is_some() || asked.is_enabled == Some(true) {
        may_listen(change)?;
    }
    let EndpointChange { url, types, description, is_enabled } = asked.clone();
    let is_new_start = is_enabled == Some(true) || url.as_ref().is_some_and(|url| *url != row.url);
    let next = EndpointRow {
        url: url.unwrap_or_else(|| row.url.clone()),
        types: types.unwrap_or_else(|| row.types.clone()),
        description: description.unwrap_or_else(|| row.description.clone()),
        is_enabled: is_enabled.unwrap_or(row.is_enabled),
        failing_since: row.failing_since.filter(|_| !is_new_start),
        ..row.clone()
    };
    if next == row {
        return Done::as_it_is(&EndpointView::of(&row, change.attempt.now));
    }
    put(change, &row, &next)
}

/// Disables an endpoint that has done nothing but fail, or wants to be told nothing more, and tells of it.
pub(crate) fn stop<B: Books>(change: &mut Change<'_, B>, id: EndpointId) -> Result<Done, Stop> {
    let row = change.books.endpoint(id)?.ok_or_else(unknown)?;
    let next = EndpointRow { is_enabled: false, ..row.clone() };
    let payload = EndpointDisabled { endpoint_id: id, failing_since: row.failing_since.map(iso) };
    change.tell(&id.to_string(), [None, None], &Payload::EndpointDisabled(payload))?;
    put(change, &row, &next)
}

/// Draws a new secret; the one before signs beside it for a while.
pub(crate) fn rotate<B: Books>(change: &mut Change<'_, B>, id: EndpointId) -> Result<Done, Stop> {
    may_listen(change)?;
    let row = change.books.endpoint(id)?.ok_or_else(unknown)?;
    let now = change.attempt.now;
    let next = EndpointRow {
        secret: SigningSecret::new(change.drawn.secret().to_vec()),
        previous: Some((row.secret.clone(), now.plus_millis(OVERLAP_MS))),
        ..row.clone()
    };
    change.books.put_endpoint(&next)?;
    let shown = EndpointView::of(&next, now);
    let before = Some(value(&EndpointView::of(&row, now))?);
    let changed = Changed { id: id.to_string(), before, after: value(&shown)? };
    Done::new(200, &NewEndpointView::of(shown, &next.secret), changed)
}

/// Forgets an endpoint at once, and by and by everything that was to be sent to it.
pub(crate) fn delete<B: Books>(change: &mut Change<'_, B>, id: EndpointId) -> Result<Done, Stop> {
    let row = change.books.endpoint(id)?.ok_or_else(unknown)?;
    change.books.drop_endpoint(id)?;
    tend::begin(change.books, id, change.attempt.now)?;
    let before = Some(value(&EndpointView::of(&row, change.attempt.now))?);
    let shown = json!({ "id": id, "deleted": true });
    Done::new(200, &shown, Changed { id: id.to_string(), before, after: shown.clone() })
}

/// Sends a delivery now: one that failed, one that waits, or one that was taken, once more.
pub(crate) fn retry<B: Books>(change: &mut Change<'_, B>, id: DeliveryId) -> Result<Done, Stop> {
    let none = || Refusal::new(Code::NotFound, "there is no such delivery in this space");
    let row = change.books.delivery(id)?.ok_or_else(none)?;
    let endpoint = change.books.endpoint(row.endpoint)?.ok_or_else(none)?;
    if !endpoint.is_enabled {
        let message = "its endpoint is disabled: enable it before";
        let details = json!({ "endpoint_id": row.endpoint, "current_state": "DISABLED" });
        return Err(Refusal::new(Code::InvalidState, message).with(details).into());
    }
    let before = change.books.job(job_of(id))?;
    if matches!(before.as_ref().map(|job| job.state), Some(JobState::Leased { .. })) {
        let message = "it is being sent: what comes of it is seen in a moment";
        let details = json!({ "current_state": DeliveryView::of(&row, before.as_ref()).status });
        return Err(Refusal::new(Code::InvalidState, message).with(details).into());
    }
    let work = Work::Deliver { endpoint: row.endpoint, delivery: id };
    let job = JobRow::new(job_of(id), work, DELIVERY_ATTEMPTS_MAX, change.attempt.now);
    change.books.put_job(&job)?;
    let shown = DeliveryView::of(&row, Some(&job));
    let before = Some(value(&DeliveryView::of(&row, before.as_ref()))?);
    Done::new(200, &shown, Changed { id: id.to_string(), before, after: value(&shown)? })
}

/// Writes an endpoint that has changed; one that was enabled is told what waits.
fn put<B: Books>(change: &mut Change<'_, B>, row: &EndpointRow, next: &EndpointRow) -> Result<Done, Stop> {
    let now = change.attempt.now;
    change.books.put_endpoint(next)?;
    if next.is_enabled && !row.is_enabled {
        tend::begin(change.books, next.endpoint, now)?;
        wake(change.books, now)?;
    }
    let shown = EndpointView::of(next, now);
    let before = Some(value(&EndpointView::of(row, now))?);
    Done::new(200, &shown, Changed { id: next.endpoint.to_string(), before, after: value(&shown)? })
}

pub(crate) fn unknown() -> Refusal {
    Refusal::new(Code::NotFound, "there is no such webhook endpoint in this space")
}
