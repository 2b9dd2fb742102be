//! What happens to offers.

use protocol::{ListingId, Money, OfferId, Timestamp, UserId};

use crate::actor::Party;

/// What happens to offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferEvent {
    /// A buyer makes one.
    Made {
        /// Which offer.
        offer: OfferId,
        /// Which listing.
        listing: ListingId,
        /// Who pays.
        buyer: UserId,
        /// Who delivers.
        seller: UserId,
        /// How much.
        money: Money,
        /// Until when it stands.
        expires_at: Timestamp,
    },
    /// Other terms stand.
    Countered {
        /// Which offer.
        offer: OfferId,
        /// Which of the offer's words stands.
        round: u32,
        /// Who said them.
        by: Party,
        /// How much.
        money: Money,
        /// Until when they stand.
        expires_at: Timestamp,
    },
    /// They agree.
    Accepted {
        /// Which offer.
        offer: OfferId,
        /// Which of the offer's words stands.
        round: u32,
        /// Who said yes.
        by: Party,
        /// How much.
        money: Money,
    },
    /// One side said no.
    Declined {
        /// Which offer.
        offer: OfferId,
        /// Which of the offer's words stands.
        round: u32,
        /// Who said no.
        by: Party,
    },
    /// One side took its word back.
    Withdrawn {
        /// Which offer.
        offer: OfferId,
        /// Which of the offer's words stands.
        round: u32,
        /// Whose word it was.
        by: Party,
    },
    /// Nobody answered in time.
    Expired {
        /// Which offer.
        offer: OfferId,
        /// Which of the offer's words stands.
        round: u32,
    },
}

impl OfferEvent {
    /// What it is told as.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Made { .. } => "offer.made",
            Self::Countered { .. } => "offer.countered",
            Self::Accepted { .. } => "offer.accepted",
            Self::Declined { .. } => "offer.declined",
            Self::Withdrawn { .. } => "offer.withdrawn",
            Self::Expired { .. } => "offer.expired",
        }
    }
}
