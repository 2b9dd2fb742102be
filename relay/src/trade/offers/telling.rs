//! What happens to offers, as it is told to both sides.

use market::events::OfferEvent;
use market::{Event, Offer, Party};
use protocol::OrderId;

use crate::trade::iso;
use crate::trade::payloads::{OfferTold, Payload, Said};
use crate::trade::taking::Telling;

/// An event of an offer, which may have come to an order.
pub(super) fn told(offer: &Offer, order: Option<OrderId>, event: &Event) -> Option<Telling> {
    let Event::Offer(event) = event else { return None };
    let (payload, by): (fn(OfferTold) -> Payload, _) = match *event {
        OfferEvent::Made { .. } => (Payload::OfferMade, Some(Party::Buyer)),
        OfferEvent::Countered { by, .. } => (Payload::OfferCountered, Some(by)),
        OfferEvent::Accepted { by, .. } => (Payload::OfferAccepted, Some(by)),
        OfferEvent::Declined { by, .. } => (Payload::OfferDeclined, Some(by)),
        OfferEvent::Withdrawn { by, .. } => (Payload::OfferWithdrawn, Some(by)),
        OfferEvent::Expired { .. } => (Payload::OfferExpired, None),
    };
    let Offer { id, listing, ref terms, round, expires_at, .. } = *offer;
    let payload = payload(OfferTold {
        offer_id: id,
        listing_id: listing,
        buyer_id: terms.buyer,
        seller_id: terms.seller,
        sum: terms.money.into(),
        round,
        by: by.map(Said),
        expires_at: iso(expires_at),
        order_id: order,
    });
    Some(Telling { about: id.to_string(), parties: [Some(terms.buyer), Some(terms.seller)], payload })
}
