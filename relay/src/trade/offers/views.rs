//! Offers as they are shown.

use market::words::Word;
use market::{Offer, Text};
use protocol::{ListingId, Money, OfferId, OrderId, Timestamp, UserId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::OfferRow;
use crate::trade::iso;

/// What a buyer and a seller talk over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferView {
    /// Its id.
    #[schema(value_type = String, example = "ofr_aebagbafaydqqcikbmga2dqpca")]
    pub id: OfferId,
    /// For what.
    #[schema(value_type = String)]
    pub listing_id: ListingId,
    /// Who would pay.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// Who would deliver.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    /// What would be bought, as the listing called it.
    pub title: String,
    /// The price that stands.
    #[schema(example = "70.00")]
    pub amount: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: String,
    /// The parts that stand.
    pub milestones: Vec<ProposedMilestone>,
    /// Which word stands: 1 is the buyer's first. Whoever answers says to which.
    #[schema(example = 1)]
    pub round: u32,
    /// Whose word it is: `BUYER` or `SELLER`. The other side is to answer.
    #[schema(example = "BUYER")]
    pub proposed_by: &'static str,
    /// Until when it stands.
    pub expires_at: String,
    /// How far it is.
    #[schema(example = "MADE")]
    pub status: &'static str,
    /// The order that it came to.
    #[schema(value_type = Option<String>)]
    pub order_id: Option<OrderId>,
    /// What the space wants to find again.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: String,
    /// Since when it stands so.
    pub updated_at: String,
}

/// A part of what is proposed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposedMilestone {
    /// What the parties call it.
    pub milestone_ref: String,
    /// What it is.
    pub title: String,
    /// What it is worth.
    #[schema(example = "35.00")]
    pub amount: String,
}

impl OfferView {
    /// How it is at a time: one whose time is over has expired, whether or not anybody has noted it.
    pub(super) fn of(row: &OfferRow, now: Timestamp) -> Self {
        let Offer { id, listing, ref terms, round, proposed_by, expires_at, created_at, .. } = row.offer;
        let text = |text: &Text| text.as_str().to_owned();
        let currency = terms.money.currency;
        let milestones = terms.milestones.iter().map(|part| ProposedMilestone {
            milestone_ref: text(&part.milestone_ref),
            title: text(&part.title),
            amount: Money { amount: part.amount, currency }.plain(),
        });
        Self {
            id,
            listing_id: listing,
            buyer_id: terms.buyer,
            seller_id: terms.seller,
            title: text(&terms.title),
            amount: terms.money.plain(),
            currency: currency.code().to_owned(),
            milestones: milestones.collect(),
            round,
            proposed_by: proposed_by.as_str(),
            expires_at: iso(expires_at),
            status: row.offer.status_at(now).as_str(),
            order_id: row.order,
            metadata: row.metadata.clone(),
            created_at: iso(created_at),
            updated_at: iso(row.updated_at),
        }
    }
}
