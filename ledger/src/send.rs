//! Money from one user to another: done as soon as it is written.

use protocol::{Money, TransferId, UserId};

use crate::{Posting, Pot, Reason, Refusal};

/// Gives money of one user's to another.
pub fn send(transfer: TransferId, from: UserId, to: UserId, money: Money) -> Result<Posting, Refusal> {
    if money.amount.is_zero() {
        return Err(Refusal::Zero);
    }
    if from == to {
        return Err(Refusal::ToItself);
    }
    Ok(Posting::new(transfer, Reason::Send, [Pot::Available(from), Pot::Available(to)], money))
}

#[cfg(test)]
mod tests {
    use protocol::Currency;

    use super::*;

    const TRANSFER: TransferId = TransferId::from_bytes([1; 16]);
    const ALICE: UserId = UserId::from_bytes([2; 16]);
    const BOB: UserId = UserId::from_bytes([3; 16]);

    #[test]
    fn something_is_sent_to_somebody_else() {
        check(BOB, "0.01", None);
        check(BOB, "0.00", Some(Refusal::Zero));
        check(ALICE, "0.01", Some(Refusal::ToItself));
    }

    #[track_caller]
    fn check(to: UserId, amount: &str, refusal: Option<Refusal>) {
        let money = Money::parse(amount, Currency::Usd).expect("an amount");
        assert_eq!(send(TRANSFER, ALICE, to, money).err(), refusal);
    }
}
