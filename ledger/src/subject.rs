//! What a transfer belongs to.

use std::fmt;
use std::str::FromStr;

use protocol::{OrderId, TopUpId, WithdrawalId};

/// A thing that money moves for. Its transfers, a handful at most, tell where its money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Money on its way in.
    TopUp(TopUpId),
    /// A purchase.
    Order(OrderId),
    /// Money on its way out.
    Withdrawal(WithdrawalId),
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

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TopUp(top_up) => top_up.fmt(out),
            Self::Order(order) => order.fmt(out),
            Self::Withdrawal(withdrawal) => withdrawal.fmt(out),
        }
    }
}

/// Why a text names nothing that money moves for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the id of a top-up, an order or a withdrawal")]
pub struct ParseSubjectError;

impl FromStr for Subject {
    type Err = ParseSubjectError;

    fn from_str(text: &str) -> Result<Self, ParseSubjectError> {
        let top_up = text.parse().map(Self::TopUp).ok();
        let order = || text.parse().map(Self::Order).ok();
        let withdrawal = || text.parse().map(Self::Withdrawal).ok();
        top_up.or_else(order).or_else(withdrawal).ok_or(ParseSubjectError)
    }
}
