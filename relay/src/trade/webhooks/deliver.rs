//! One delivery: what is sent, and what comes of it.

use protocol::{DeliveryId, EndpointId, Timestamp};

use super::{DISABLED, DeliveryRow, EndpointRow, FAILING_MS_MAX, GONE};
use crate::store::StoreError;
use crate::trade::attempt::Attempt;
use crate::trade::books::Books;
use crate::trade::caller::Caller;
use crate::trade::carry_out::carry_out;
use crate::trade::command::Command;
use crate::trade::drawn::Seed;
use crate::trade::jobs::{JobError, JobRow, Outcome, Settling, is_still_held, settle};

/// A message, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Where to.
    pub url: String,
    /// What it is known by: the event's id.
    pub id: String,
    /// When it is sent, in seconds.
    pub seconds: u64,
    /// The signatures of every secret that is in force.
    pub signatures: String,
    /// What is told.
    pub body: String,
}

/// What came of sending a delivery.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// Its job, as it was taken.
    pub job: JobRow,
    /// Where it was sent, if it was.
    pub url: Option<String>,
    /// What was answered, if anything was.
    pub status: Option<u16>,
    /// Done, or why it failed.
    pub outcome: Outcome,
    /// What time it is.
    pub now: Timestamp,
    /// What ids and pauses are drawn from.
    pub seed: Seed,
}

/// What is to be sent; or what becomes of the job without that.
pub fn outgoing(
    books: &impl Books,
    (endpoint, delivery): (EndpointId, DeliveryId),
    now: Timestamp,
) -> Result<Result<Outgoing, Outcome>, StoreError> {
    let (Some(endpoint), Some(delivery)) = (books.endpoint(endpoint)?, books.delivery(delivery)?) else {
        return Ok(Err(Outcome::Done));
    };
    if !endpoint.is_enabled {
        let error = JobError::new(DISABLED, "the endpoint is disabled: it goes on when it is enabled");
        return Ok(Err(Outcome::Hopeless(error)));
    }
    let Some(body) = books.event_body(delivery.number)? else {
        return Ok(Err(Outcome::Hopeless(JobError::new("event_gone", "the event is kept no longer"))));
    };
    let (id, seconds) = (delivery.event.to_string(), now.as_millis() / 1000);
    let signatures = signatures(&endpoint, &id, seconds, &body, now);
    Ok(Ok(Outgoing { url: endpoint.url, id, seconds, signatures, body }))
}

/// The newest secret's signature, and for a while the one's before.
fn signatures(endpoint: &EndpointRow, id: &str, seconds: u64, body: &str, now: Timestamp) -> String {
    let previous = endpoint.previous.as_ref().filter(|(_, until)| *until > now).map(|(secret, _)| secret);
    let secrets = std::iter::once(&endpoint.secret).chain(previous);
    secrets.map(|secret| secret.sign(id, seconds, body)).collect::<Vec<_>>().join(" ")
}

/// Writes what came of a delivery; an endpoint that has done nothing but fail for long, or wants it so, is told
/// nothing more.
pub fn settle_delivery(
    books: &mut impl Books,
    (endpoint, delivery): (EndpointId, DeliveryId),
    delivered: &Delivered,
) -> Result<(), StoreError> {
    let Delivered { job, status, outcome, now, seed, .. } = delivered;
    if !is_still_held(books, job)? {
        return Ok(());
    }
    if let Some(row) = books.delivery(delivery)? {
        books.put_delivery(&after(row, *status, outcome, *now))?;
    }
    // What another address has said that it was told at before says nothing of this one.
    let endpoint = books.endpoint(endpoint)?.filter(|row| delivered.url.as_ref() == Some(&row.url));
    if let Some(row) = endpoint {
        note(books, row, delivered)?;
    }
    let (job, outcome) = (job.clone(), outcome.clone());
    settle(books, &Settling { job, outcome, now: *now, seed: seed.clone() })
}

fn after(row: DeliveryRow, status: Option<u16>, outcome: &Outcome, now: Timestamp) -> DeliveryRow {
    match outcome {
        Outcome::Done | Outcome::More | Outcome::Further => DeliveryRow {
            attempts: row.attempts.saturating_add(1),
            response_status: status,
            error_code: None,
            attempted_at: Some(now),
            delivered_at: Some(now),
            ..row
        },
        Outcome::Failed(error) => DeliveryRow {
            attempts: row.attempts.saturating_add(1),
            response_status: status,
            error_code: Some(error.code.clone()),
            attempted_at: Some(now),
            ..row
        },
        // It was not sent.
        Outcome::Hopeless(error) => DeliveryRow { error_code: Some(error.code.clone()), ..row },
    }
}

/// Notes whether an endpoint fails, and for how long it has.
fn note(books: &mut impl Books, row: EndpointRow, delivered: &Delivered) -> Result<(), StoreError> {
    let now = delivered.now;
    let failing_since = match delivered.outcome {
        Outcome::Done | Outcome::More | Outcome::Further => None,
        Outcome::Failed(_) => row.failing_since.or(Some(now)),
        Outcome::Hopeless(_) => return Ok(()),
    };
    if failing_since != row.failing_since {
        books.put_endpoint(&EndpointRow { failing_since, ..row.clone() })?;
    }
    let is_over = delivered.status == Some(GONE)
        || failing_since.is_some_and(|since| now.millis_since(since) >= FAILING_MS_MAX);
    if !is_over || !row.is_enabled {
        return Ok(());
    }
    let stop = Attempt {
        caller: Caller::Relay,
        command: Command::StopEndpoint(row.endpoint),
        idempotency: None,
        request: delivered.job.job.to_string(),
        cause: Some(delivered.job.job),
        now,
        seed: delivered.seed.clone(),
    };
    carry_out(books, &stop).map(drop)
}
