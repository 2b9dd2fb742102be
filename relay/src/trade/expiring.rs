//! What ends by itself: offers that nobody answered, money that was set aside for too long, top-ups whose money did not come, and
//! withdrawals that nobody committed.

use protocol::{JobId, Timestamp};

use super::attempt::Attempt;
use super::books::Books;
use super::caller::Caller;
use super::carry_out::carry_out;
use super::command::Command;
use super::drawn::{Drawn, Seed};
use super::top_ups::TOP_UP_LIFE_MS;
use super::withdrawals::UNCOMMITTED_LIFE_MS;
use crate::store::StoreError;

/// How many are ended in one transaction: others wait for it.
const AT_ONCE: u32 = 100;
/// What stands in the audit log and in events where a request would.
const REQUEST: &str = "expiry";

/// Ends the first of what is over, for the job that does so; whether there may be more.
pub(super) fn expire_due(
    books: &mut impl Books,
    job: JobId,
    now: Timestamp,
    seed: Seed,
) -> Result<bool, StoreError> {
    let offers = books.offers_due(now, AT_ONCE)?.into_iter().map(Command::ExpireOffer);
    let reserves = books.reserves_due(now, AT_ONCE)?.into_iter().map(Command::ExpireReserve);
    let top_ups = books.top_ups_due(earlier(now, TOP_UP_LIFE_MS), AT_ONCE)?;
    let withdrawals = books.withdrawals_due(earlier(now, UNCOMMITTED_LIFE_MS), AT_ONCE)?;
    let waiting = top_ups.into_iter().map(Command::ExpireTopUp);
    let waiting = waiting.chain(withdrawals.into_iter().map(Command::ExpireWithdrawal));
    let due = offers.chain(reserves).chain(waiting).take(AT_ONCE as usize);
    let mut drawn = Drawn::new(seed);
    let mut ended = 0;
    for command in due {
        let attempt = Attempt {
            caller: Caller::Relay,
            command,
            idempotency: None,
            request: REQUEST.to_owned(),
            cause: Some(job),
            now,
            seed: Seed(drawn.secret()),
        };
        // While nothing may be changed, it waits.
        if carry_out(books, &attempt)?.status == 200 {
            ended += 1;
        }
    }
    Ok(ended >= AT_ONCE)
}

/// So long before.
fn earlier(now: Timestamp, millis: u64) -> Timestamp {
    Timestamp::from_millis(now.as_millis().saturating_sub(millis))
}
