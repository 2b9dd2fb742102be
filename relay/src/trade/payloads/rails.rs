//! What stands in the events of money on its way in or out.

use protocol::{TopUpId, UserId, WithdrawalId};
use serde::Serialize;
use utoipa::ToSchema;

use super::Sum;
use super::words::{SaidActor, SaidDestination};

/// Which top-up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopUpPart {
    /// Which top-up.
    #[schema(value_type = String)]
    pub topup_id: TopUpId,
    /// Whose.
    #[schema(value_type = String)]
    pub user_id: UserId,
    #[serde(flatten)]
    pub sum: Sum,
}

/// Its owner has to confirm a top-up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopUpConfirmationRequired {
    #[serde(flatten)]
    pub top_up: TopUpPart,
    /// The provider's page where that is done, where there is one.
    pub confirmation_uri: Option<String>,
}

/// The money of a top-up came.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopUpSucceeded {
    #[serde(flatten)]
    pub top_up: TopUpPart,
    /// What its owner can spend.
    pub new_available_balance: String,
}

/// The money of a top-up will not come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopUpFailed {
    #[serde(flatten)]
    pub top_up: TopUpPart,
    /// Why.
    pub reason: String,
    /// What the provider calls that.
    pub error_code: Option<String>,
    /// What the provider calls it.
    pub provider_ref: Option<String>,
}

/// A top-up was called off.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopUpCanceled {
    #[serde(flatten)]
    pub top_up: TopUpPart,
    /// By whom.
    pub canceled_by: SaidActor,
    /// Why.
    pub reason: Option<String>,
}

/// Which withdrawal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WithdrawalPart {
    /// Which withdrawal.
    #[schema(value_type = String)]
    pub withdrawal_id: WithdrawalId,
    /// Whose.
    #[schema(value_type = String)]
    pub user_id: UserId,
    #[serde(flatten)]
    pub sum: Sum,
}

/// There is a new withdrawal: its money is on hold.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WithdrawalCreated {
    #[serde(flatten)]
    pub withdrawal: WithdrawalPart,
    /// What kind of place it goes to.
    pub destination_type: SaidDestination,
    /// Which place of that kind.
    pub destination_ref: String,
}

/// A withdrawal is to be sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WithdrawalCommitted {
    #[serde(flatten)]
    pub withdrawal: WithdrawalPart,
    /// What its owner has set aside.
    pub committed_balance: String,
    /// What its owner can spend.
    pub available_balance: String,
}

/// A withdrawal is on its way.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WithdrawalPending {
    #[serde(flatten)]
    pub withdrawal: WithdrawalPart,
    /// What the provider calls it.
    pub provider_ref: Option<String>,
}

/// Its owner has to do something for a withdrawal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WithdrawalPendingUserAction {
    #[serde(flatten)]
    pub withdrawal: WithdrawalPart,
    /// What.
    pub action_required: String,
    /// Where.
    pub action_url: Option<String>,
}

/// A withdrawal was paid out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WithdrawalCompleted {
    #[serde(flatten)]
    pub withdrawal: WithdrawalPart,
    /// When.
    pub completed_at: String,
    /// What the provider calls it.
    pub provider_ref: Option<String>,
}

/// A withdrawal was not paid out; the money is available again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WithdrawalFailed {
    #[serde(flatten)]
    pub withdrawal: WithdrawalPart,
    /// Why.
    pub reason: String,
    /// What the provider calls that.
    pub error_code: Option<String>,
    /// What the provider calls it.
    pub provider_ref: Option<String>,
}

/// A withdrawal was called off; the money is available again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WithdrawalCanceled {
    #[serde(flatten)]
    pub withdrawal: WithdrawalPart,
    /// By whom.
    pub canceled_by: SaidActor,
    /// Why.
    pub reason: Option<String>,
    /// Whether its money is available again.
    pub refunded_to_balance: bool,
    /// What its owner can spend.
    pub new_available_balance: String,
}
