//! From events to deliveries.

use protocol::{DeliveryId, Timestamp};

use super::{DeliveryRow, EndpointRow, job_of};
use crate::store::StoreError;
use crate::trade::books::Books;
use crate::trade::drawn::Drawn;
use crate::trade::jobs::{DELIVERY_ATTEMPTS_MAX, DISPATCH, JobRow, Outcome, Work};

/// Events that are gone through for an endpoint in one transaction: others wait for it.
const EVENTS_MAX: u32 = 200;

/// Sees to it that what was told is gone through, where anybody is to be told.
pub(crate) fn wake(books: &mut impl Books, now: Timestamp) -> Result<(), StoreError> {
    if !books.has_endpoints()? || books.job(DISPATCH)?.is_some() {
        return Ok(());
    }
    books.put_job(&JobRow::new(DISPATCH, Work::Dispatch, crate::trade::jobs::ATTEMPTS_MAX, now))
}

/// Makes the deliveries of what has happened since each endpoint's cursor, and moves it.
pub(crate) fn run(books: &mut impl Books, now: Timestamp, drawn: &mut Drawn) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::Done;
    for endpoint in books.endpoints(None, u32::MAX)? {
        if endpoint.is_enabled && pass(books, &endpoint, now, drawn)? {
            outcome = Outcome::More;
        }
    }
    Ok(outcome)
}

/// Moves one cursor; whether there is more behind it.
fn pass(
    books: &mut impl Books,
    endpoint: &EndpointRow,
    now: Timestamp,
    drawn: &mut Drawn,
) -> Result<bool, StoreError> {
    let events = books.events_behind(endpoint.cursor, EVENTS_MAX)?;
    let Some(cursor) = events.last().map(|last| last.number) else { return Ok(false) };
    let has_more = events.len() >= EVENTS_MAX as usize;
    for event in events.into_iter().filter(|event| endpoint.wants(&event.name)) {
        let delivery = DeliveryId::from_bytes(drawn.id(now));
        books.put_delivery(&DeliveryRow {
            delivery,
            endpoint: endpoint.endpoint,
            number: event.number,
            event: event.event,
            name: event.name,
            attempts: 0,
            response_status: None,
            error_code: None,
            attempted_at: None,
            delivered_at: None,
            created_at: now,
        })?;
        let work = Work::Deliver { endpoint: endpoint.endpoint, delivery };
        books.put_job(&JobRow::new(job_of(delivery), work, DELIVERY_ATTEMPTS_MAX, now))?;
    }
    books.put_endpoint(&EndpointRow { cursor, ..endpoint.clone() })?;
    Ok(has_more)
}
