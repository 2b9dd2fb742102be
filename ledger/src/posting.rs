//! What an operation writes: a few transfers, all of them or none, and what they make of balances.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Amount, Money};

use crate::{Account, Balance, Pot, Reason, Refusal, Subject, Transfer, TransferKey};

/// What accounts hold.
pub type Balances = BTreeMap<Account, Balance>;

/// The transfers of one operation, at most [`Posting::TRANSFERS_MAX`], all of one stage of one subject.
///
/// A store does in one transaction: look up the balances of [`accounts`](Self::accounts), [`apply`](Self::apply) to them, write
/// the [`transfers`](Self::transfers) under their keys, which it keeps unique, and the balances that came of it. Where a key is
/// taken, the stage is settled: if by the very same transfers, this is a repetition, and there is nothing to do.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "nothing has moved until a store applies it and writes its transfers"]
pub struct Posting {
    transfers: Vec<Transfer>,
}

impl Posting {
    /// The most transfers of one posting: a split for seller, buyer and space.
    pub const TRANSFERS_MAX: usize = 3;

    pub(crate) fn new(
        subject: impl Into<Subject>,
        reason: Reason,
        [debit, credit]: [Pot; 2],
        money: Money,
    ) -> Self {
        Self { transfers: vec![Transfer { subject: subject.into(), reason, leg: 0, debit, credit, money }] }
    }

    /// The same with a part more, out of the same account.
    pub(crate) fn and(mut self, reason: Reason, credit: Pot, amount: Amount) -> Self {
        let first = self.transfers[0];
        let leg = self.transfers.len().try_into().expect("a posting has a few transfers");
        let money = Money { amount, ..first.money };
        self.transfers.push(Transfer { reason, leg, credit, money, ..first });
        self
    }

    /// What names it: the key of its first transfer.
    pub fn key(&self) -> TransferKey {
        self.transfers[0].key()
    }

    /// The transfers, at least one, in the order of their legs.
    pub fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// The accounts that it touches, in the order to lock them in.
    pub fn accounts(&self) -> BTreeSet<Account> {
        self.transfers.iter().flat_map(|transfer| [transfer.debited(), transfer.credited()]).collect()
    }

    /// What its accounts hold after it, by what each holds before it: zero for one that was never written.
    pub fn apply(&self, balances: &Balances) -> Result<Balances, Refusal> {
        applied(&self.transfers, |account| {
            balances.get(&account).copied().ok_or(Refusal::NotLookedUp { account })
        })
    }
}

/// What the accounts of `transfers` hold after them, one after the other.
pub(crate) fn applied(
    transfers: &[Transfer],
    before: impl Fn(Account) -> Result<Balance, Refusal>,
) -> Result<Balances, Refusal> {
    let mut after = Balances::new();
    for transfer in transfers {
        for (account, change) in [(transfer.debited(), debited as Change), (transfer.credited(), credited)] {
            let balance = after.get(&account).map_or_else(|| before(account), |balance| Ok(*balance))?;
            after.insert(account, change(account, balance, transfer.money)?);
        }
    }
    Ok(after)
}

/// What a transfer does to one of its accounts.
type Change = fn(Account, Balance, Money) -> Result<Balance, Refusal>;

fn debited(account: Account, balance: Balance, requested: Money) -> Result<Balance, Refusal> {
    let left = balance.minus(requested.amount).ok_or(Refusal::Overflow { account })?;
    if left >= Balance::ZERO || account.pot.may_be_negative() {
        return Ok(left);
    }
    let available = Money { amount: balance.amount().unwrap_or_default(), ..requested };
    Err(Refusal::Insufficient { account, available, requested })
}

/// What people and the space have stays an amount; what the world owes may be that of many.
fn credited(account: Account, balance: Balance, given: Money) -> Result<Balance, Refusal> {
    let sum = balance.plus(given.amount).ok_or(Refusal::Overflow { account })?;
    if sum.amount().is_some() || account.pot.may_be_negative() {
        Ok(sum)
    } else {
        Err(Refusal::Overflow { account })
    }
}

#[cfg(test)]
mod tests {
    use protocol::limits::AMOUNT_MINOR_MAX;
    use protocol::{Currency, OrderId, UserId};

    use super::*;
    use crate::Rail;

    const USER: UserId = UserId::from_bytes([1; 16]);
    const ORDER: OrderId = OrderId::from_bytes([2; 16]);
    const LARGEST: i64 = AMOUNT_MINOR_MAX.cast_signed();

    #[test]
    fn both_accounts_change_by_the_amount() {
        check([Pot::Available(USER), Pot::Reserved(USER)], 80, [Some(100), Some(5)], Ok([20, 85]));
        check([Pot::Clearing(Rail::MANUAL), Pot::Available(USER)], 80, [Some(0), Some(0)], Ok([-80, 80]));
        check([Pot::Escrow(ORDER), Pot::Fees], 80, [Some(80), Some(0)], Ok([0, 80]));
    }

    #[test]
    fn no_account_but_the_worlds_falls_below_zero() {
        for pot in [Pot::Available(USER), Pot::Reserved(USER), Pot::Escrow(ORDER), Pot::Fees] {
            let refusal =
                Refusal::Insufficient { account: usd(pot), available: money(79), requested: money(80) };
            check([pot, Pot::Clearing(Rail::MANUAL)], 80, [Some(79), Some(0)], Err(refusal));
        }
    }

    #[test]
    fn no_account_but_the_worlds_holds_more_than_an_amount() {
        let [available, world] = [Pot::Available(USER), Pot::Clearing(Rail::MANUAL)];
        check([world, available], 1, [Some(-LARGEST), Some(LARGEST - 1)], Ok([-LARGEST - 1, LARGEST]));
        let refusal = Refusal::Overflow { account: usd(available) };
        check([world, available], 1, [Some(-LARGEST), Some(LARGEST)], Err(refusal));
    }

    #[test]
    fn the_worlds_account_ends_where_numbers_end() {
        let [available, world] = [Pot::Available(USER), Pot::Clearing(Rail::MANUAL)];
        let refusal = Err(Refusal::Overflow { account: usd(world) });
        check([world, available], 1, [Some(i64::MIN), Some(0)], refusal);
        check([available, world], 1, [Some(1), Some(i64::MAX)], refusal);
    }

    #[test]
    fn what_was_not_looked_up_is_not_taken_for_nothing() {
        let [available, world] = [Pot::Available(USER), Pot::Clearing(Rail::MANUAL)];
        check([world, available], 1, [Some(0), None], Err(Refusal::NotLookedUp { account: usd(available) }));
        check([world, available], 1, [None, Some(0)], Err(Refusal::NotLookedUp { account: usd(world) }));
    }

    #[track_caller]
    fn check(pots: [Pot; 2], minor: u64, before: [Option<i64>; 2], after: Result<[i64; 2], Refusal>) {
        let posting = Posting::new(ORDER, Reason::Hold, pots, money(minor));
        let before = pots.into_iter().zip(before);
        let before =
            before.filter_map(|(pot, minor)| Some((usd(pot), Balance::from_minor(minor?)))).collect();
        let found = posting.apply(&before);
        assert_eq!(found.map(|found| pots.map(|pot| found[&usd(pot)].minor())), after);
    }

    fn usd(pot: Pot) -> Account {
        Account { pot, currency: Currency::Usd }
    }

    fn money(minor: u64) -> Money {
        Money { amount: Amount::from_minor(minor).unwrap(), currency: Currency::Usd }
    }
}
