//! What stands in the events of escrows.

use protocol::{EscrowId, OrderId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::Sum;

/// Which escrow, and how much of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EscrowPart {
    /// Which escrow.
    #[schema(value_type = String)]
    pub escrow_id: EscrowId,
    /// Which order.
    #[schema(value_type = String)]
    pub order_id: OrderId,
    #[serde(flatten)]
    pub sum: Sum,
}

/// The money is on its way into escrow.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EscrowContract {
    #[serde(flatten)]
    pub escrow: EscrowPart,
    /// What the provider calls it.
    pub contract_id: Option<String>,
}

/// The money is in escrow.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EscrowFunded {
    #[serde(flatten)]
    pub escrow: EscrowContract,
    /// When.
    pub funded_at: String,
}

/// A part is delivered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EscrowMilestoneCompleted {
    #[serde(flatten)]
    pub escrow: EscrowPart,
    /// Which part.
    pub milestone_ref: String,
    /// What that is.
    pub milestone_title: String,
    /// When.
    pub completed_at: String,
}

/// The seller has the money of it, or the part that a dispute gives them: `dispute.resolved` has the buyer's.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EscrowReleased {
    #[serde(flatten)]
    pub escrow: EscrowPart,
    /// Who delivers.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    /// When.
    pub released_at: String,
}

/// The buyer has all the money of it back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EscrowRefunded {
    #[serde(flatten)]
    pub escrow: EscrowPart,
    /// Who pays.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// When.
    pub refunded_at: String,
}
