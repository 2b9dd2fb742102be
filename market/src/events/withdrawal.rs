//! What happens to withdrawals.

use protocol::{Money, Timestamp, UserId, WithdrawalId};

use crate::actor::Actor;
use crate::text::Text;
use crate::withdrawal::Destination;

/// What happens to withdrawals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WithdrawalEvent {
    /// There is a new one.
    Created {
        /// Which withdrawal.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
        /// Where to.
        destination: Destination,
    },
    /// It is to be sent.
    Committed {
        /// Which withdrawal.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
    },
    /// It is on its way.
    Pending {
        /// Which withdrawal.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// What the provider calls it.
        reference: Option<Text>,
        /// How much.
        money: Money,
    },
    /// Its owner has to do something.
    PendingUserAction {
        /// Which withdrawal.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// What.
        action_required: Text,
        /// Where.
        action_uri: Option<Text>,
    },
    /// It was paid out.
    Completed {
        /// Which withdrawal.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
        /// When.
        completed_at: Timestamp,
        /// What the provider calls it.
        reference: Option<Text>,
    },
    /// It was not paid out; the money is available again.
    Failed {
        /// Which withdrawal.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
        /// Why.
        reason: Text,
        /// What the provider calls that.
        error_code: Option<Text>,
        /// What the provider calls it.
        reference: Option<Text>,
    },
    /// It was called off; the money is available again.
    Canceled {
        /// Which withdrawal.
        withdrawal: WithdrawalId,
        /// Whose.
        owner: UserId,
        /// How much.
        money: Money,
        /// By whom.
        canceled_by: Actor,
        /// Why.
        reason: Option<Text>,
    },
}

impl WithdrawalEvent {
    /// What it is told as.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "withdrawal.created",
            Self::Committed { .. } => "withdrawal.committed",
            Self::Pending { .. } => "withdrawal.pending",
            Self::PendingUserAction { .. } => "withdrawal.pending_user_action",
            Self::Completed { .. } => "withdrawal.completed",
            Self::Failed { .. } => "withdrawal.failed",
            Self::Canceled { .. } => "withdrawal.canceled",
        }
    }
}
