//! What ends by itself: offers that nobody answered, and money that was set aside for too long.

use protocol::Timestamp;

use super::attempt::Attempt;
use super::books::Books;
use super::caller::Caller;
use super::carry_out::carry_out;
use super::command::Command;
use super::drawn::{Drawn, Seed};
use crate::store::StoreError;

/// How many of a kind are ended in one transaction: others wait for it.
const AT_ONCE: u32 = 100;
/// What stands in the audit log and in events where a request would.
const REQUEST: &str = "expiry";

/// Ends the first of what is over; whether there may be more.
pub(super) fn expire_due(books: &mut impl Books, now: Timestamp, seed: Seed) -> Result<bool, StoreError> {
    let offers = books.offers_due(now, AT_ONCE)?.into_iter().map(Command::ExpireOffer);
    let reserves = books.reserves_due(now, AT_ONCE)?.into_iter().map(Command::ExpireReserve);
    let due: Vec<Command> = offers.chain(reserves).collect();
    let mut drawn = Drawn::new(seed);
    let mut ended = 0;
    for command in due {
        let attempt = Attempt {
            caller: Caller::Relay,
            command,
            idempotency: None,
            request: REQUEST.to_owned(),
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
