//! Accounts: where money can be, each in one currency and under one name.

use std::fmt;
use std::str::FromStr;

use protocol::{Currency, OrderId, UserId};

use crate::Rail;

/// What money can be in, in whatever currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pot {
    /// What a user may spend.
    Available(UserId),
    /// What is set aside of a user's, until the holds on it are settled.
    Reserved(UserId),
    /// What neither side of an order has.
    Escrow(OrderId),
    /// What the space has earned.
    Fees,
    /// What went out by a rail, less what came in by it: the world's side of the books.
    Clearing(Rail),
}

impl Pot {
    /// Whether it may owe: only the world does, for what came in from it.
    pub const fn may_be_negative(self) -> bool {
        matches!(self, Self::Clearing(_))
    }
}

/// A pot of one currency. Ordered, so that whoever locks several always does it in the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// What money is in.
    pub pot: Pot,
    /// Of which currency.
    pub currency: Currency,
}

impl fmt::Display for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pot {
            Pot::Available(user) => write!(out, "available:{user}:")?,
            Pot::Reserved(user) => write!(out, "reserved:{user}:")?,
            Pot::Escrow(order) => write!(out, "escrow:{order}:")?,
            Pot::Fees => write!(out, "fees:")?,
            Pot::Clearing(rail) => write!(out, "clearing:{rail}:")?,
        }
        write!(out, "{}", self.currency)
    }
}

/// Why a text names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of an account, such as `fees:USD`")]
pub struct ParseAccountError;

impl FromStr for Account {
    type Err = ParseAccountError;

    fn from_str(text: &str) -> Result<Self, ParseAccountError> {
        let (pot, currency) = text.rsplit_once(':').ok_or(ParseAccountError)?;
        let pot = match pot.split_once(':') {
            None if pot == "fees" => Some(Pot::Fees),
            Some(("available", user)) => user.parse().ok().map(Pot::Available),
            Some(("reserved", user)) => user.parse().ok().map(Pot::Reserved),
            Some(("escrow", order)) => order.parse().ok().map(Pot::Escrow),
            Some(("clearing", rail)) => rail.parse().ok().map(Pot::Clearing),
            _ => None,
        };
        let currency = currency.parse().map_err(|_| ParseAccountError)?;
        pot.map(|pot| Self { pot, currency }).ok_or(ParseAccountError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: UserId = UserId::from_bytes([1; 16]);
    const ORDER: OrderId = OrderId::from_bytes([2; 16]);

    #[test]
    fn an_account_is_named_by_what_it_is_whose_it_is_and_its_currency() {
        check(Pot::Available(USER), Currency::Usd, "available:usr_aeaqcaibaeaqcaibaeaqcaibae:USD");
        check(Pot::Reserved(USER), Currency::Eur, "reserved:usr_aeaqcaibaeaqcaibaeaqcaibae:EUR");
        check(Pot::Escrow(ORDER), Currency::Jpy, "escrow:ord_aibaeaqcaibaeaqcaibaeaqcai:JPY");
        check(Pot::Fees, Currency::Kwd, "fees:KWD");
        check(Pot::Clearing(Rail::MANUAL), Currency::Usdc, "clearing:manual:USDC");
    }

    #[test]
    fn what_is_named_otherwise_is_no_account() {
        for text in [
            "",
            "fees",
            "fees:",
            "fees:usd",
            "fees:USD:",
            "fees:manual:USD",
            "Fees:USD",
            "clearing:USD",
            "clearing::USD",
            "clearing:MANUAL:USD",
            "available:ord_aibaeaqcaibaeaqcaibaeaqcai:USD",
            "escrow:usr_aeaqcaibaeaqcaibaeaqcaibae:USD",
            "escrow:ord_aibaeaqcaibaeaqcaibaeaqcai:XXX",
            " fees:USD",
        ] {
            assert_eq!(text.parse::<Account>(), Err(ParseAccountError), "{text:?}");
        }
    }

    #[track_caller]
    fn check(pot: Pot, currency: Currency, name: &str) {
        let account = Account { pot, currency };
        assert_eq!(account.to_string(), name);
        assert_eq!(name.parse(), Ok(account));
    }
}
