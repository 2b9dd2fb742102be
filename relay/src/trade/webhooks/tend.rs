//! What a change of an endpoint leaves to be done of its deliveries, which may be a month's: in portions, each a transaction of its own.

use protocol::{EndpointId, JobId, Timestamp};

use crate::store::StoreError;
use crate::trade::books::Books;
use crate::trade::jobs::{ATTEMPTS_MAX, JobRow, Outcome, Work};

/// Sees to it that an endpoint's deliveries come to where it stands.
pub(super) fn begin(books: &mut impl Books, endpoint: EndpointId, now: Timestamp) -> Result<(), StoreError> {
    let job = JobId::from_bytes(*endpoint.as_bytes());
    books.put_job(&JobRow::new(job, Work::Tend { endpoint }, ATTEMPTS_MAX, now))
}

/// Does a portion of it.
pub(crate) fn run(
    books: &mut impl Books,
    endpoint: EndpointId,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let has_more = match books.endpoint(endpoint)? {
        None => books.forget_deliveries(endpoint)?,
        Some(row) if row.is_enabled => books.revive_deliveries(endpoint, now)?,
        Some(_) => false,
    };
    Ok(if has_more { Outcome::More } else { Outcome::Done })
}
