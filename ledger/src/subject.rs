//! What a transfer belongs to.

use std::fmt;
use std::str::FromStr;

use protocol::{OrderId, TopUpId, TransferId, WithdrawalId};

/// A thing that money moves for. Its transfers, a handful at most, tell where its money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Money on its way in.
    TopUp(TopUpId),
    /// A purchase.
    Order(OrderId),
    /// Money on its way out.
    Withdrawal(WithdrawalId),
    /// Money from one user to another.
    Transfer(TransferId),
}

impl From<TopUpId> for Subject {
    fn from(top_up: TopUpId) -> Self {
        Self::TopUp(top_up)
    }
}

impl From<OrderId> for Subject {
    fn from(order: OrderId) -> Self {
        Self::Order(order)
    }
}

impl From<WithdrawalId> for Subject {
    fn from(withdrawal: WithdrawalId) -> Self {
        Self::Withdrawal(withdrawal)
    }
}

impl From<TransferId> for Subject {
    fn from(transfer: TransferId) -> Self {
        Self::Transfer(transfer)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TopUp(top_up) => top_up.fmt(out),
            Self::Order(order) => order.fmt(out),
            Self::Withdrawal(withdrawal) => withdrawal.fmt(out),
            Self::Transfer(transfer) => transfer.fmt(out),
        }
    }
}

/// Why a text names nothing that money moves for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the id of a top-up, an order, a withdrawal or a transfer between users")]
pub struct ParseSubjectError;

impl FromStr for Subject {
    type Err = ParseSubjectError;

    fn from_str(text: &str) -> Result<Self, ParseSubjectError> {
        let top_up = text.parse().map(Self::TopUp).ok();
        let order = || text.parse().map(Self::Order).ok();
        let withdrawal = || text.parse().map(Self::Withdrawal).ok();
        let transfer = || text.parse().map(Self::Transfer).ok();
        top_up.or_else(order).or_else(withdrawal).or_else(transfer).ok_or(ParseSubjectError)
    }
}
