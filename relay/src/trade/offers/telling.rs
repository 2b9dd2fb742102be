//! What happens to offers, as it is told to both sides.

use market::events::OfferEvent;
use market::words::Word;
use market::{Event, Offer, Party};
use protocol::OrderId;
use serde_json::json;

use crate::trade::iso;
use crate::trade::taking::Telling;

/// An event of an offer, which may have come to an order.
pub(super) fn told(offer: &Offer, order: Option<OrderId>, event: &Event) -> Option<Telling> {
    let Event::Offer(event) = event else { return None };
    let by: Option<Party> = match *event {
        OfferEvent::Made { .. } => Some(Party::Buyer),
        OfferEvent::Countered { by, .. }
        | OfferEvent::Accepted { by, .. }
        | OfferEvent::Declined { by, .. }
        | OfferEvent::Withdrawn { by, .. } => Some(by),
        OfferEvent::Expired { .. } => None,
    };
    let Offer { id, listing, ref terms, round, expires_at, .. } = *offer;
    let payload = json!({
        "offerId": id,
        "listingId": listing,
        "buyerId": terms.buyer,
        "sellerId": terms.seller,
        "amount": terms.money.plain(),
        "currency": terms.money.currency.code(),
        "round": round,
        "by": by.map(Party::as_str),
        "expiresAt": iso(expires_at),
        "orderId": order,
    });
    let parties = [Some(terms.buyer), Some(terms.seller)];
    Some(Telling { name: event.name(), about: ("offer", id.to_string()), parties, payload })
}
