//! Money that neither side of an order has. It leaves once: to the seller, back to the buyer, or to both.

use protocol::{Amount, Money, OrderId, UserId};

use crate::{Posting, Pot, Reason, Refusal};

/// An order's money in escrow, as [`Funds::read`](crate::Funds::read) finds it. Settling consumes it, so that whoever has it
/// settles it once; that nobody else has settled it meanwhile is what the store's unique keys are for.
///
/// ```compile_fail,E0382
/// fn twice(escrowed: ledger::Escrowed) -> [ledger::Posting; 2] {
///     [escrowed.refund(), escrowed.refund()]
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Escrowed {
    pub(crate) order: OrderId,
    pub(crate) buyer: UserId,
    pub(crate) money: Money,
}

/// What each side gets of what is in escrow: something each, and together all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// The seller's part; a fee is taken from it.
    pub to_seller: Amount,
    /// The buyer's part.
    pub to_buyer: Amount,
}

impl Escrowed {
    /// Who paid it.
    pub const fn buyer(&self) -> UserId {
        self.buyer
    }

    /// How much it is.
    pub const fn money(&self) -> Money {
        self.money
    }

    /// All of it to the seller, less the space's fee.
    pub fn release(self, seller: UserId, fee: Amount) -> Result<Posting, Refusal> {
        let posting = self.pay(Reason::Release, seller, net(self.money.amount, fee)?);
        Ok(charged(posting, fee))
    }

    /// All of it back to the buyer.
    pub fn refund(self) -> Posting {
        self.pay(Reason::Refund, self.buyer, self.money.amount)
    }

    /// A part to each, less the space's fee on the seller's.
    pub fn split(self, seller: UserId, parts: Split, fee: Amount) -> Result<Posting, Refusal> {
        let Split { to_seller, to_buyer } = parts;
        if to_seller.is_zero() || to_buyer.is_zero() {
            return Err(Refusal::Zero);
        }
        if to_seller.checked_add(to_buyer) != Some(self.money.amount) {
            return Err(Refusal::UnevenSplit { whole: self.money });
        }
        let posting = self.pay(Reason::Release, seller, net(to_seller, fee)?);
        Ok(charged(posting.and(Reason::Refund, Pot::Available(self.buyer), to_buyer), fee))
    }

    fn pay(&self, reason: Reason, to: UserId, amount: Amount) -> Posting {
        let pots = [Pot::Escrow(self.order), Pot::Available(to)];
        Posting::new(self.order, reason, pots, Money { amount, ..self.money })
    }
}

/// What a fee leaves of the seller's part.
fn net(part: Amount, fee: Amount) -> Result<Amount, Refusal> {
    part.checked_sub(fee).filter(|net| !net.is_zero()).ok_or(Refusal::FeeTooLarge)
}

fn charged(posting: Posting, fee: Amount) -> Posting {
    if fee.is_zero() { posting } else { posting.and(Reason::Fee, Pot::Fees, fee) }
}
