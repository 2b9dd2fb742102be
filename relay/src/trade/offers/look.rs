//! What is looked at of offers: each side sees its own.

use protocol::OfferId;

use super::{OfferFilter, OfferView, unknown};
use crate::trade::attempt::Reply;
use crate::trade::books::Books;
use crate::trade::carry_out::Stop;
use crate::trade::query::Look;

/// Something about offers that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferQuery {
    /// One.
    One(OfferId),
    /// Some, the newest first; of an account, its own.
    Some {
        /// Which of them.
        filter: OfferFilter,
        /// How many at most.
        limit: u32,
    },
}

/// Looks something up about offers.
pub(in crate::trade) fn look(look: &Look, books: &impl Books, query: &OfferQuery) -> Result<Reply, Stop> {
    match query {
        OfferQuery::One(offer) => {
            let row = books.offer(*offer)?.filter(|row| look.caller.is_party(&row.parties()));
            Ok(look.one(&OfferView::of(&row.ok_or_else(unknown)?, look.now)))
        }
        OfferQuery::Some { filter, limit } => {
            let rows = match look.own_sides(filter.sides) {
                Some(sides) => books.offers(OfferFilter { sides, ..*filter }, limit + 1)?,
                None => Vec::new(),
            };
            Ok(look.page(rows, *limit, |row| row.offer.id.to_string(), |row| OfferView::of(row, look.now)))
        }
    }
}
