//! What stands in the events of what people offer, agree on and send each other.

use protocol::{ListingId, OfferId, OrderId, TransferId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::Sum;
use super::words::{SaidActor, SaidListingStatus, SaidParty};

/// What is on offer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingTold {
    /// Which listing.
    #[schema(value_type = String)]
    pub listing_id: ListingId,
    /// Who delivers.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    /// What it is.
    pub title: String,
    /// Among what it is found.
    pub category: String,
    /// What it costs.
    #[schema(example = "80.00")]
    pub price: String,
    /// In what.
    #[schema(example = "USD")]
    pub currency: &'static str,
    /// How it stands.
    pub status: SaidListingStatus,
}

/// A listing is gone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListingRemoved {
    #[serde(flatten)]
    pub listing: ListingTold,
    /// By whom.
    pub removed_by: SaidActor,
}

/// What buyer and seller talk over.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfferTold {
    /// Which offer.
    #[schema(value_type = String)]
    pub offer_id: OfferId,
    /// For which listing.
    #[schema(value_type = String)]
    pub listing_id: ListingId,
    /// Who would pay.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// Who would deliver.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    #[serde(flatten)]
    pub sum: Sum,
    /// Which of the offer's words stands.
    pub round: u32,
    /// Who said what is told of, if anybody did.
    pub by: Option<SaidParty>,
    /// Until when that word stands.
    pub expires_at: String,
    /// Which order it became.
    #[schema(value_type = Option<String>)]
    pub order_id: Option<OrderId>,
}

/// One user sent another money.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferSent {
    /// Which transfer.
    #[schema(value_type = String)]
    pub transfer_id: TransferId,
    /// Whose it was.
    #[schema(value_type = String)]
    pub from_user_id: UserId,
    /// Whose it is.
    #[schema(value_type = String)]
    pub to_user_id: UserId,
    #[serde(flatten)]
    pub sum: Sum,
    /// What its sender said to it.
    pub note: Option<String>,
}
