//! Offers whose time is over: they cannot be agreed to from then on, and it is noted and told a little later.

use market::{Actor, OfferCommand};
use protocol::{OfferId, Timestamp};

use super::{OfferView, store, unknown};
use crate::store::StoreError;
use crate::trade::attempt::Attempt;
use crate::trade::books::Books;
use crate::trade::caller::Caller;
use crate::trade::carry_out::{Change, Changed, Done, Stop, carry_out, value};
use crate::trade::command::Command;
use crate::trade::drawn::{Drawn, Seed};

/// Offers that are ended in one transaction: others wait for it.
const AT_ONCE: u32 = 100;
/// What stands in the audit log and in events where a request would.
const REQUEST: &str = "expiry";

/// Ends an offer whose time is over.
pub(in crate::trade) fn expire<B: Books>(change: &mut Change<'_, B>, id: OfferId) -> Result<Done, Stop> {
    let now = change.attempt.now;
    let row = change.books.offer(id)?.ok_or_else(unknown)?;
    let step = row.offer.decide(Actor::Relay, OfferCommand::Expire, now)?;
    if !step.is_changed {
        return Done::as_it_is(&OfferView::of(&row, now));
    }
    let next = store(change, &row, &step, row.order)?;
    let shown = OfferView::of(&next, now);
    let before = Some(value(&OfferView::of(&row, now))?);
    let changed = Changed { id: id.to_string(), before, after: value(&shown)? };
    Done::new(200, &shown, changed)
}

/// Ends the first of the offers whose time is over; whether there may be more.
pub fn expire_due(books: &mut impl Books, now: Timestamp, seed: Seed) -> Result<bool, StoreError> {
    let due = books.offers_due(now, AT_ONCE)?;
    let mut drawn = Drawn::new(seed);
    let mut ended = 0;
    for offer in due {
        let attempt = Attempt {
            caller: Caller::Relay,
            command: Command::ExpireOffer(offer),
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
    Ok(ended == AT_ONCE)
}
