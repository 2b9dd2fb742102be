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

#[cfg(test)]
mod tests {
    use protocol::Currency;

    use super::*;

    const BUYER: UserId = UserId::from_bytes([1; 16]);
    const SELLER: UserId = UserId::from_bytes([2; 16]);

    #[test]
    fn a_split_is_into_two_parts_that_are_the_whole() {
        check_split([48, 32], 0, Ok(&[(Reason::Release, 48), (Reason::Refund, 32)]));
        check_split([48, 32], 3, Ok(&[(Reason::Release, 45), (Reason::Refund, 32), (Reason::Fee, 3)]));
        for uneven in [[48, 31], [48, 33], [80, 80], [1, 1]] {
            check_split(uneven, 0, Err(Refusal::UnevenSplit { whole: escrowed().money }));
        }
        check_split([80, 0], 0, Err(Refusal::Zero));
        check_split([0, 80], 0, Err(Refusal::Zero));
    }

    #[test]
    fn a_fee_leaves_the_seller_something() {
        check(escrowed().release(SELLER, minor(0)), Ok(&[(Reason::Release, 80)]));
        check(escrowed().release(SELLER, minor(79)), Ok(&[(Reason::Release, 1), (Reason::Fee, 79)]));
        check(escrowed().release(SELLER, minor(80)), Err(Refusal::FeeTooLarge));
        check_split([48, 32], 48, Err(Refusal::FeeTooLarge));
    }

    #[test]
    fn a_refund_is_of_all_of_it() {
        check(Ok(escrowed().refund()), Ok(&[(Reason::Refund, 80)]));
    }

    #[track_caller]
    fn check_split([to_seller, to_buyer]: [u64; 2], fee: u64, expected: Result<&[(Reason, u64)], Refusal>) {
        let parts = Split { to_seller: minor(to_seller), to_buyer: minor(to_buyer) };
        check(escrowed().split(SELLER, parts, minor(fee)), expected);
    }

    #[track_caller]
    fn check(posting: Result<Posting, Refusal>, expected: Result<&[(Reason, u64)], Refusal>) {
        let parts = posting.map(|posting| {
            let parts = posting.transfers().iter();
            parts.map(|part| (part.reason, part.money.amount.minor())).collect::<Vec<_>>()
        });
        assert_eq!(parts, expected.map(<[_]>::to_vec));
    }

    fn escrowed() -> Escrowed {
        let money = Money { amount: minor(80), currency: Currency::Usd };
        Escrowed { order: OrderId::from_bytes([3; 16]), buyer: BUYER, money }
    }

    fn minor(minor: u64) -> Amount {
        Amount::from_minor(minor).expect("an amount")
    }
}
