//! What a step moves, as the ledger keeps it: in the transaction that stores the step.

use ledger::{Account, Balances, Funds, Posting, Pot, Split, Subject};
use market::Move;
use protocol::{Amount, Currency, Money, Timestamp, UserId};
use serde_json::json;

use super::books::Books;
use super::carry_out::{Change, Stop};
use super::flow::Flow;
use super::payloads::{
    BalanceChange, BalanceCredited, BalanceDebited, BalanceReleased, BalanceReserved, CreditSource,
    DebitDestination, HoldSubject, Payload, ReleaseReason, ReserveReason,
};
use super::rails;
use super::refusal::{Code, Refusal};
use super::taking::Telling;
use crate::store::StoreError;

/// What a user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Purse {
    /// What it may spend.
    pub(super) available: Money,
    /// What is set aside of it.
    pub(super) reserved: Money,
}

/// What a user has of a currency.
pub(super) fn purse(books: &impl Books, user: UserId, currency: Currency) -> Result<Purse, StoreError> {
    Ok(Purse::of(&books.balances(&accounts_of(user, currency).into())?, user, currency))
}

/// Since when a user has so much of a currency, if it ever had any.
pub(super) fn purse_written(
    books: &impl Books,
    user: UserId,
    currency: Currency,
) -> Result<Option<Timestamp>, StoreError> {
    books.balances_written(&accounts_of(user, currency).into())
}

impl Purse {
    /// What a user has, by what accounts hold.
    fn of(balances: &Balances, user: UserId, currency: Currency) -> Self {
        let [available, reserved] = accounts_of(user, currency).map(|account| {
            let amount = balances.get(&account).and_then(|balance| balance.amount()).unwrap_or_default();
            Money { amount, currency }
        });
        Self { available, reserved }
    }

    /// Both. It may be more than either can be.
    pub(super) const fn total(self) -> Flow {
        let [available, reserved] = [Flow::incoming(self.available), Flow::incoming(self.reserved)];
        Flow { minor: available.minor + reserved.minor, ..available }
    }
}

fn accounts_of(user: UserId, currency: Currency) -> [Account; 2] {
    [Pot::Available(user), Pot::Reserved(user)].map(|pot| Account { pot, currency })
}

/// Moves the money of a step; gives what is to be told of it.
pub(super) fn carry<B: Books>(change: &mut Change<'_, B>, moves: &[Move]) -> Result<Vec<Telling>, Stop> {
    let mut told = Vec::new();
    for movement in moves {
        let posting = posting(change.books, *movement)?;
        let parts = parts(*movement);
        let mut accounts = posting.accounts();
        accounts.extend(parts.iter().flat_map(|part| accounts_of(part.user, part.money.currency)));
        let before = change.books.balances(&accounts)?;
        let changed = posting.apply(&before).map_err(refused)?;
        change.books.post(&posting, &changed, change.attempt.now)?;
        let after: Balances = before.iter().map(|(account, held)| (*account, *held)).chain(changed).collect();
        let purses = |part: &Part| {
            [&before, &after].map(|balances| Purse::of(balances, part.user, part.money.currency))
        };
        told.extend(parts.into_iter().map(|part| {
            let [before, after] = purses(&part);
            part.told(before, after)
        }));
    }
    Ok(told)
}

/// What a move does to one user.
struct Part {
    user: UserId,
    money: Money,
    why: Why,
}

/// Which way money moves, and what for.
enum Why {
    Credited(CreditSource, String),
    Debited(DebitDestination, String),
    Reserved(ReserveReason, HoldSubject),
    Released(ReleaseReason, HoldSubject),
}

impl Part {
    fn told(self, before: Purse, after: Purse) -> Telling {
        let is_reserve_changed = before.reserved != after.reserved;
        let reserved = |purse: Purse| is_reserve_changed.then(|| purse.reserved.plain());
        let balance = BalanceChange {
            user_id: self.user,
            sum: self.money.into(),
            previous_available_balance: before.available.plain(),
            new_available_balance: after.available.plain(),
            previous_reserved_balance: reserved(before),
            new_reserved_balance: reserved(after),
        };
        let payload = match self.why {
            Why::Credited(source, source_id) => {
                Payload::BalanceCredited(BalanceCredited { balance, source, source_id })
            }
            Why::Debited(destination, destination_id) => {
                Payload::BalanceDebited(BalanceDebited { balance, destination, destination_id })
            }
            Why::Reserved(reason, subject) => {
                Payload::BalanceReserved(BalanceReserved { balance, subject, reason })
            }
            Why::Released(reason, subject) => {
                Payload::BalanceReleased(BalanceReleased { balance, subject, reason })
            }
        };
        Telling { about: self.user.to_string(), parties: [Some(self.user), None], payload }
    }
}

fn parts(movement: Move) -> Vec<Part> {
    let part = |user, money, why| Part { user, money, why };
    let credited = |source, user, money, id: String| part(user, money, Why::Credited(source, id));
    let debited = |to, user, money, id: String| part(user, money, Why::Debited(to, id));
    match movement {
        Move::Credit { top_up, owner, money } => {
            vec![credited(CreditSource::Topup, owner, money, top_up.to_string())]
        }
        Move::Release { order, seller, money } => {
            vec![credited(CreditSource::Release, seller, money, order.to_string())]
        }
        Move::Refund { order, buyer, money } => {
            vec![credited(CreditSource::Refund, buyer, money, order.to_string())]
        }
        Move::Split { order, seller, to_seller, buyer, to_buyer } => vec![
            credited(CreditSource::Release, seller, to_seller, order.to_string()),
            credited(CreditSource::Refund, buyer, to_buyer, order.to_string()),
        ],
        Move::Send { transfer, from, to, money } => vec![
            debited(DebitDestination::Other, from, money, transfer.to_string()),
            credited(CreditSource::Other, to, money, transfer.to_string()),
        ],
        Move::Reserve { order, buyer, money } => {
            vec![part(buyer, money, Why::Reserved(ReserveReason::Order, order.into()))]
        }
        Move::Hold { withdrawal, owner, money } => {
            vec![part(owner, money, Why::Reserved(ReserveReason::Withdrawal, withdrawal.into()))]
        }
        Move::CancelReserve { order, buyer, money } | Move::ExpireReserve { order, buyer, money } => {
            vec![part(buyer, money, Why::Released(ReleaseReason::Cancel, order.into()))]
        }
        Move::Fund { order, buyer, money } => {
            vec![part(buyer, money, Why::Released(ReleaseReason::EscrowFunded, order.into()))]
        }
        Move::VoidHold { withdrawal, owner, money } | Move::ExpireHold { withdrawal, owner, money } => {
            vec![part(owner, money, Why::Released(ReleaseReason::Cancel, withdrawal.into()))]
        }
        Move::PostHold { withdrawal, owner, money } => {
            vec![debited(DebitDestination::Withdrawal, owner, money, withdrawal.to_string())]
        }
    }
}

/// The transfers of a move. Whatever it settles has to be there, as its own transfers tell.
fn posting(books: &impl Books, movement: Move) -> Result<Posting, Stop> {
    match movement {
        Move::Credit { top_up, owner, money } => {
            ledger::credit(top_up, owner, rails::IN_FORCE, money).map_err(refused)
        }
        Move::Send { transfer, from, to, money } => ledger::send(transfer, from, to, money).map_err(refused),
        Move::Reserve { order, buyer, money } => ledger::hold(order, buyer, money).map_err(refused),
        Move::Hold { withdrawal, owner, money } => ledger::hold(withdrawal, owner, money).map_err(refused),
        Move::CancelReserve { order, .. } => match funds(books, order)? {
            Funds::HeldForOrder(hold) => Ok(hold.void()),
            _ => Err(inconsistent()),
        },
        Move::ExpireReserve { order, .. } => match funds(books, order)? {
            Funds::HeldForOrder(hold) => Ok(hold.expire()),
            _ => Err(inconsistent()),
        },
        Move::Fund { order, .. } => match funds(books, order)? {
            Funds::HeldForOrder(hold) => Ok(hold.post()),
            _ => Err(inconsistent()),
        },
        Move::Release { order, seller, .. } => match funds(books, order)? {
            Funds::Escrowed(escrowed) => escrowed.release(seller, Amount::ZERO).map_err(refused),
            _ => Err(inconsistent()),
        },
        Move::Refund { order, .. } => match funds(books, order)? {
            Funds::Escrowed(escrowed) => Ok(escrowed.refund()),
            _ => Err(inconsistent()),
        },
        Move::Split { order, seller, to_seller, to_buyer, .. } => match funds(books, order)? {
            Funds::Escrowed(escrowed) => {
                let parts = Split { to_seller: to_seller.amount, to_buyer: to_buyer.amount };
                escrowed.split(seller, parts, Amount::ZERO).map_err(refused)
            }
            _ => Err(inconsistent()),
        },
        Move::PostHold { withdrawal, .. } => match funds(books, withdrawal)? {
            Funds::HeldForWithdrawal(hold) => Ok(hold.post(rails::IN_FORCE)),
            _ => Err(inconsistent()),
        },
        Move::VoidHold { withdrawal, .. } => match funds(books, withdrawal)? {
            Funds::HeldForWithdrawal(hold) => Ok(hold.void()),
            _ => Err(inconsistent()),
        },
        Move::ExpireHold { withdrawal, .. } => match funds(books, withdrawal)? {
            Funds::HeldForWithdrawal(hold) => Ok(hold.expire()),
            _ => Err(inconsistent()),
        },
    }
}

fn funds(books: &impl Books, subject: impl Into<Subject>) -> Result<Funds, Stop> {
    let transfers = books.transfers(subject.into())?;
    Funds::read(&transfers).ok().flatten().ok_or_else(inconsistent)
}

/// The books do not say what the machines say: nothing is moved until people have looked.
fn inconsistent() -> Stop {
    tracing::error!("books_disagree");
    Stop::Failed(StoreError::Inconsistent)
}

fn refused(refusal: ledger::Refusal) -> Stop {
    match refusal {
        ledger::Refusal::Insufficient { available, requested, .. } => {
            let message = format!("{} is available, and {} is needed", available.plain(), requested.plain());
            let details = json!({
                "available": available.plain(),
                "requested": requested.plain(),
                "currency": requested.currency.code(),
            });
            Refusal::new(Code::InsufficientFunds, message).with(details).into()
        }
        ledger::Refusal::Overflow { .. } => {
            Refusal::new(Code::InvalidAmount, "nobody may have as much as that would come to").into()
        }
        ledger::Refusal::Zero => Refusal::new(Code::InvalidAmount, "expected more than zero").into(),
        ledger::Refusal::FeeTooLarge
        | ledger::Refusal::ToItself
        | ledger::Refusal::UnevenSplit { .. }
        | ledger::Refusal::NotLookedUp { .. } => inconsistent(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::limits::AMOUNT_MINOR_MAX;

    use super::*;

    #[test]
    fn what_a_user_has_in_all_may_be_more_than_an_amount_can_be() {
        for (available, reserved, total) in [
            (0, 0, "0.00"),
            (2_000, 8_000, "100.00"),
            (AMOUNT_MINOR_MAX, 0, "10000000000000.00"),
            (AMOUNT_MINOR_MAX, 1, "10000000000000.01"),
            (AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX, "20000000000000.00"),
        ] {
            let [available, reserved] = [available, reserved]
                .map(|minor| Money { amount: Amount::from_minor(minor).unwrap(), currency: Currency::Usd });
            assert_eq!(Purse { available, reserved }.total().plain(), total);
        }
    }
}
