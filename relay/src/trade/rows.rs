//! Rows of what is traded, and which of them are looked for.

use market::machines::{DisputeStatus, OrderStatus, TopUpStatus, WithdrawalStatus};
use market::{Actor, Order, Text, TopUp, UserTransfer, Withdrawal};
use protocol::{Bytes, CommentId, DisputeId, OrderId, Timestamp, TopUpId, TransferId, UserId, WithdrawalId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::rails::Approval;

/// A stored top-up.
#[derive(Clone, PartialEq)]
pub struct TopUpRow {
    /// What it is.
    pub top_up: TopUp,
    /// Who has said that its money came, while that is not enough.
    pub approvals: Vec<Approval>,
    /// Where its owner goes on when it is paid.
    pub return_url: Option<String>,
    /// Where its owner goes on when it is not.
    pub cancel_url: Option<String>,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
    /// Since when it stands so.
    pub updated_at: Timestamp,
}

/// A stored withdrawal.
#[derive(Clone, PartialEq)]
pub struct WithdrawalRow {
    /// What it is.
    pub withdrawal: Withdrawal,
    /// Who has said that its money went, while that is not enough.
    pub approvals: Vec<Approval>,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
    /// Since when it stands so.
    pub updated_at: Timestamp,
}

/// Which of somebody's things are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnedFilter<Id, Status> {
    /// Behind which the page begins.
    pub behind: Option<Id>,
    /// Only a user's.
    pub owner: Option<UserId>,
    /// Only those that stand so.
    pub status: Option<Status>,
}

/// Which top-ups are looked for.
pub type TopUpFilter = OwnedFilter<TopUpId, TopUpStatus>;

/// Which withdrawals are looked for.
pub type WithdrawalFilter = OwnedFilter<WithdrawalId, WithdrawalStatus>;

/// Money that was sent, as it is stored.
#[derive(Clone, PartialEq)]
pub struct UserTransferRow {
    /// What it is.
    pub transfer: UserTransfer,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
}

/// Which transfers between users are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserTransferFilter {
    /// Behind which the page begins.
    pub behind: Option<TransferId>,
    /// Only those that a user sent or received.
    pub user: Option<UserId>,
}

/// A stored order.
#[derive(Clone, PartialEq)]
pub struct OrderRow {
    /// What it is.
    pub order: Order,
    /// Who made it: what they call it is their own.
    pub maker: Bytes,
    /// What the space wants to find again.
    pub metadata: Map<String, Value>,
    /// Since when it stands so.
    pub updated_at: Timestamp,
}

/// Whose orders are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Those of which a user is either side.
    Either(UserId),
    /// Those with these sides, where one is given.
    Each {
        /// Who pays.
        buyer: Option<UserId>,
        /// Who delivers.
        seller: Option<UserId>,
    },
}

/// Which orders are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderFilter {
    /// Behind which the page begins.
    pub behind: Option<OrderId>,
    /// Whose.
    pub sides: Sides,
    /// Only those that stand so.
    pub status: Option<OrderStatus>,
    /// Only those that were made then or later.
    pub created_after: Option<Timestamp>,
    /// Only those that were made before.
    pub created_before: Option<Timestamp>,
}

/// Which disputes are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisputeFilter {
    /// Behind which the page begins.
    pub behind: Option<DisputeId>,
    /// Whose.
    pub sides: Sides,
    /// Only those that stand so.
    pub status: Option<DisputeStatus>,
}

/// What was said in a dispute.
#[derive(Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// In which.
    pub dispute: DisputeId,
    /// Which it is.
    pub comment: CommentId,
    /// As whom its author spoke.
    pub author: Actor,
    /// What.
    pub message: Text,
    /// When.
    pub created_at: Timestamp,
}

/// That nothing may be changed, as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceRow {
    /// Why.
    pub message: String,
    /// Since when that is said, in milliseconds, if it is known.
    pub enabled_at: Option<u64>,
    /// Who said so, as the audit log names them, if it is known.
    pub enabled_by: Option<String>,
}
