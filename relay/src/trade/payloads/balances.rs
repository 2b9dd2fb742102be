//! What stands in the events of balances: of what moved, and what it was for.

use protocol::{OrderId, UserId, WithdrawalId};
use serde::Serialize;
use utoipa::ToSchema;

use super::Sum;

/// What a user had, and has.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceChange {
    /// Whose.
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// How much moved.
    #[serde(flatten)]
    pub sum: Sum,
    /// What could be spent before.
    #[schema(example = "100.00")]
    pub previous_available_balance: String,
    /// What can be spent.
    #[schema(example = "20.00")]
    pub new_available_balance: String,
    /// What was set aside before, where that has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub previous_reserved_balance: Option<String>,
    /// What is set aside, where that has changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub new_reserved_balance: Option<String>,
}

/// A user has more.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceCredited {
    #[serde(flatten)]
    pub balance: BalanceChange,
    /// Where it came from.
    pub source: CreditSource,
    /// From which of these: a top-up, an order or a transfer.
    pub source_id: String,
}

/// Where money came from.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CreditSource {
    /// A top-up.
    Topup,
    /// An order that was released.
    Release,
    /// An order that was refunded.
    Refund,
    /// Another user.
    Other,
}

/// A user has less.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceDebited {
    #[serde(flatten)]
    pub balance: BalanceChange,
    /// Where it went.
    pub destination: DebitDestination,
    /// To which of these: a withdrawal or a transfer.
    pub destination_id: String,
}

/// Where money went.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DebitDestination {
    /// A withdrawal.
    Withdrawal,
    /// Another user.
    Other,
}

/// Money is set aside.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceReserved {
    #[serde(flatten)]
    pub balance: BalanceChange,
    #[serde(flatten)]
    pub subject: HoldSubject,
    /// What for.
    pub reason: ReserveReason,
}

/// What money is set aside for.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReserveReason {
    /// An order.
    Order,
    /// A withdrawal.
    Withdrawal,
}

/// Money is no longer set aside.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceReleased {
    #[serde(flatten)]
    pub balance: BalanceChange,
    #[serde(flatten)]
    pub subject: HoldSubject,
    /// Why.
    pub reason: ReleaseReason,
}

/// Why money is no longer set aside.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReleaseReason {
    /// What it was for was called off.
    Cancel,
    /// It is in escrow.
    EscrowFunded,
}

/// What money is or was set aside for: one of both.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HoldSubject {
    /// Which order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    order_id: Option<OrderId>,
    /// Which withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    withdrawal_id: Option<WithdrawalId>,
}

impl From<OrderId> for HoldSubject {
    fn from(order: OrderId) -> Self {
        Self { order_id: Some(order), withdrawal_id: None }
    }
}

impl From<WithdrawalId> for HoldSubject {
    fn from(withdrawal: WithdrawalId) -> Self {
        Self { order_id: None, withdrawal_id: Some(withdrawal) }
    }
}
