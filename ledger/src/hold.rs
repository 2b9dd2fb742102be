//! Money that is set aside for something: it goes there, or back, once.

use protocol::{Money, OrderId, UserId, WithdrawalId};

use crate::{Posting, Pot, Rail, Reason, Refusal, Subject};

/// What money is held for decides where it may go: an order's into its escrow, a withdrawal's out by a rail.
pub trait Purpose: sealed::Sealed + Copy + Into<Subject> {}

impl Purpose for OrderId {}
impl Purpose for WithdrawalId {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for protocol::OrderId {}
    impl Sealed for protocol::WithdrawalId {}
}

/// A pending transfer, as [`Funds::read`](crate::Funds::read) finds it. Settling consumes it, so that whoever has one settles it
/// once; that nobody else has settled it meanwhile is what the store's unique keys are for.
///
/// ```compile_fail,E0382
/// fn twice(hold: ledger::Hold<protocol::OrderId>) -> [ledger::Posting; 2] {
///     [hold.void(), hold.expire()]
/// }
/// ```
///
/// What is held for an order does not leave by a rail:
///
/// ```compile_fail,E0061
/// fn out(hold: ledger::Hold<protocol::OrderId>) {
///     let _ = hold.post(ledger::Rail::MANUAL);
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Hold<P> {
    pub(crate) purpose: P,
    pub(crate) owner: UserId,
    pub(crate) money: Money,
}

/// Sets money of its owner's aside.
pub fn hold<P: Purpose>(purpose: P, owner: UserId, money: Money) -> Result<Posting, Refusal> {
    if money.amount.is_zero() {
        return Err(Refusal::Zero);
    }
    let pots = [Pot::Available(owner), Pot::Reserved(owner)];
    Ok(Posting::new(purpose, Reason::Hold, pots, money))
}

impl<P: Purpose> Hold<P> {
    /// Whose money it is.
    pub const fn owner(&self) -> UserId {
        self.owner
    }

    /// How much it is.
    pub const fn money(&self) -> Money {
        self.money
    }

    /// What it was held for is off: the money goes back.
    pub fn void(self) -> Posting {
        self.settle(Reason::Void, Pot::Available(self.owner))
    }

    /// What it was held for did not come in time: the money goes back.
    pub fn expire(self) -> Posting {
        self.settle(Reason::Expire, Pot::Available(self.owner))
    }

    fn settle(&self, reason: Reason, to: Pot) -> Posting {
        Posting::new(self.purpose, reason, [Pot::Reserved(self.owner), to], self.money)
    }
}

impl Hold<OrderId> {
    /// Funds the order: the money goes into its escrow.
    pub fn post(self) -> Posting {
        self.settle(Reason::Post, Pot::Escrow(self.purpose))
    }
}

impl Hold<WithdrawalId> {
    /// The money has gone out by a rail.
    pub fn post(self, rail: Rail) -> Posting {
        self.settle(Reason::Post, Pot::Clearing(rail))
    }
}
