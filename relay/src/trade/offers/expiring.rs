//! Offers whose time is over: they cannot be agreed to from then on, and it is noted and told a little later.

use market::{Actor, OfferCommand};
use protocol::OfferId;

use super::{OfferView, find, store};
use crate::trade::books::Books;
use crate::trade::carry_out::{Change, Changed, Done, Stop, value};

/// Ends an offer whose time is over.
pub(in crate::trade) fn expire<B: Books>(change: &mut Change<'_, B>, id: OfferId) -> Result<Done, Stop> {
    let now = change.attempt.now;
    let row = find(change, id)?;
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
