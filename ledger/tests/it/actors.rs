//! Who trades, by what, and how much.

use ledger::{Account, Pot, Rail};
use protocol::{Amount, Currency, Money, OrderId, TopUpId, TransferId, UserId, WithdrawalId};

pub(crate) const BUYER: UserId = UserId::from_bytes([1; 16]);
pub(crate) const SELLER: UserId = UserId::from_bytes([2; 16]);
pub(crate) const TOP_UP: TopUpId = TopUpId::from_bytes([3; 16]);
pub(crate) const ORDER: OrderId = OrderId::from_bytes([4; 16]);
pub(crate) const WITHDRAWAL: WithdrawalId = WithdrawalId::from_bytes([5; 16]);
pub(crate) const TRANSFER: TransferId = TransferId::from_bytes([6; 16]);

pub(crate) fn dollars(text: &str) -> Money {
    Money::parse(text, Currency::Usd).expect("an amount of dollars")
}

pub(crate) fn minor(minor: u64) -> Amount {
    Amount::from_minor(minor).expect("an amount")
}

pub(crate) fn bank() -> Rail {
    "bank".parse().expect("the name of a rail")
}

pub(crate) fn in_dollars(pot: Pot) -> Account {
    Account { pot, currency: Currency::Usd }
}
