//! What stands in the events of orders. Balances are those of whoever it happened to: the other side is not told them.

use protocol::{DisputeId, EscrowId, OrderId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::Sum;
use super::words::{SaidActor, SaidOrderStatus, SaidParty, SaidReason};

/// Which order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderPart {
    /// Which order.
    #[schema(value_type = String)]
    pub order_id: OrderId,
    #[serde(flatten)]
    pub sum: Sum,
}

/// There is a new order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCreated {
    #[serde(flatten)]
    pub order: OrderPart,
    /// Who pays.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// Who delivers.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    /// What is bought.
    pub title: String,
    /// What else is said of it.
    pub description: Option<String>,
    /// What its maker calls it.
    pub client_order_ref: Option<String>,
}

/// The buyer's money is set aside.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderFundsReserved {
    #[serde(flatten)]
    pub order: OrderPart,
    /// Who pays.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// What the buyer has set aside.
    #[schema(required = false)]
    pub reserved_balance: String,
    /// What the buyer can spend.
    #[schema(required = false)]
    pub available_balance: String,
}

/// Something about the escrow of an order.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderEscrow {
    #[serde(flatten)]
    pub order: OrderPart,
    /// Which escrow.
    #[schema(value_type = String)]
    pub escrow_id: EscrowId,
}

/// The escrow waits for the money.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderEscrowContract {
    #[serde(flatten)]
    pub escrow: OrderEscrow,
    /// What the provider calls it.
    pub contract_id: Option<String>,
}

/// The money is in escrow.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderEscrowFunded {
    #[serde(flatten)]
    pub escrow: OrderEscrowContract,
    /// When.
    pub funded_at: String,
}

/// One side is to be paid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderRequested {
    #[serde(flatten)]
    pub order: OrderPart,
    /// By whom.
    pub requested_by: SaidActor,
    /// Why, if that was said.
    pub reason: Option<String>,
    /// When.
    pub requested_at: String,
}

/// The seller was paid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderReleased {
    #[serde(flatten)]
    pub order: OrderPart,
    /// Who delivers.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    /// When.
    pub released_at: String,
    /// What the seller can spend.
    #[schema(required = false)]
    pub new_seller_balance: String,
}

/// The buyer was paid back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderRefunded {
    #[serde(flatten)]
    pub order: OrderPart,
    /// Who pays.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// When.
    pub refunded_at: String,
    /// What the buyer can spend.
    #[schema(required = false)]
    pub new_buyer_balance: String,
}

/// The two disagree.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderDisputed {
    #[serde(flatten)]
    pub order: OrderPart,
    /// Which dispute.
    #[schema(value_type = String)]
    pub dispute_id: DisputeId,
    /// By whom.
    pub opened_by: SaidParty,
    /// Why.
    pub reason: SaidReason,
    /// When.
    pub opened_at: String,
}

/// An order is over.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderClosed {
    #[serde(flatten)]
    pub order: OrderPart,
    /// How it ended: how far it was.
    pub final_status: SaidOrderStatus,
    /// When.
    pub closed_at: String,
}

/// An order was called off.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderCanceled {
    #[serde(flatten)]
    pub order: OrderPart,
    /// Who pays.
    #[schema(value_type = String)]
    pub buyer_id: UserId,
    /// By whom.
    pub canceled_by: SaidActor,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub canceled_at: String,
    /// Whether money that was set aside is available again.
    pub funds_released: bool,
}
