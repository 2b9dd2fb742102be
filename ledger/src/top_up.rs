//! Money that comes in, and may be taken back by the rail that brought it.

use protocol::{Money, TopUpId, UserId};

use crate::{Posting, Pot, Rail, Reason, Refusal};

/// A top-up that came in and was not charged back, as [`Funds::read`](crate::Funds::read) finds it.
#[derive(Debug, PartialEq, Eq)]
pub struct Credited {
    pub(crate) top_up: TopUpId,
    pub(crate) user: UserId,
    pub(crate) rail: Rail,
    pub(crate) money: Money,
}

/// A top-up has come in by a rail: its user may spend it.
pub fn credit(top_up: TopUpId, user: UserId, rail: Rail, money: Money) -> Result<Posting, Refusal> {
    if money.amount.is_zero() {
        return Err(Refusal::Zero);
    }
    Ok(Posting::new(top_up, Reason::TopUp, [Pot::Clearing(rail), Pot::Available(user)], money))
}

impl Credited {
    /// The rail has taken it back. Where its user has spent it, this is refused when it is applied, and people have to see to it.
    pub fn charge_back(self) -> Posting {
        let pots = [Pot::Available(self.user), Pot::Clearing(self.rail)];
        Posting::new(self.top_up, Reason::ChargeBack, pots, self.money)
    }
}
