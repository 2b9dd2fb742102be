//! What is kept for a while only.

use protocol::Timestamp;

use super::follow::Outcome;
use super::work::begin_schedules;
use crate::store::StoreError;
use crate::trade::books::Books;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// How long a dead job is there to be looked at.
const DEAD_JOB_MS: u64 = 30 * DAY_MS;
/// How long a delivery can be looked up, and sent again.
const DELIVERY_MS: u64 = 30 * DAY_MS;
/// How long whoever reads events may be away.
const EVENT_MS: u64 = 30 * DAY_MS;

/// Drops what has expired, portion by portion.
pub(super) fn run(books: &mut impl Books, now: Timestamp) -> Result<Outcome, StoreError> {
    let has_more = books.drop_expired(now)?
        | books.drop_dead_jobs(before(now, DEAD_JOB_MS))?
        | books.drop_deliveries(before(now, DELIVERY_MS))?
        | books.drop_events(before(now, EVENT_MS))?;
    // What recurs may have been among them: it says anew what nobody has looked at.
    begin_schedules(books, now)?;
    Ok(if has_more { Outcome::More } else { Outcome::Done })
}

fn before(now: Timestamp, kept_ms: u64) -> Timestamp {
    Timestamp::from_millis(now.as_millis().saturating_sub(kept_ms))
}
