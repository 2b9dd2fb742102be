//! What is kept of offers.

use market::Offer;
use market::machines::OfferStatus;
use protocol::{ListingId, OfferId, OrderId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::trade::rows::Sides;

/// A stored offer.
#[derive(Clone, PartialEq)]
pub struct OfferRow {
    /// What it is.
    pub offer: Offer,
    /// The order that it came to.
    pub order: Option<OrderId>,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
    /// Since when it stands so.
    pub updated_at: Timestamp,
}

impl OfferRow {
    /// Who talks.
    pub fn parties(&self) -> [UserId; 2] {
        [self.offer.terms.buyer, self.offer.terms.seller]
    }
}

/// A part of what is proposed, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedPart {
    /// What the parties call it.
    pub milestone_ref: String,
    /// What it is.
    pub title: String,
    /// What it is worth, in the smallest units of the offer's currency.
    pub minor: i64,
}

/// Which offers are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferFilter {
    /// Behind which the page begins.
    pub behind: Option<OfferId>,
    /// Whose.
    pub sides: Sides,
    /// Only those for a listing.
    pub listing: Option<ListingId>,
    /// Only those that stand so.
    pub status: Option<OfferStatus>,
}
