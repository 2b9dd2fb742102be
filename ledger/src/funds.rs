//! Where the money of one top-up, order, withdrawal or transfer between users is, as its transfers tell.
//!
//! This says again, and independently of what makes transfers, which of them may follow which.

use protocol::{Amount, Money, OrderId, UserId, WithdrawalId};

use crate::{Credited, Escrowed, Fault, Hold, Pot, Reason, Subject, Transfer};

/// Where a subject's money is. What can still be done with it is done with what the variant carries.
#[derive(Debug, PartialEq, Eq)]
pub enum Funds {
    /// A top-up has come in.
    Credited(Credited),
    /// A top-up was taken back.
    ChargedBack,
    /// Set aside for an order.
    HeldForOrder(Hold<OrderId>),
    /// Set aside for a withdrawal.
    HeldForWithdrawal(Hold<WithdrawalId>),
    /// Given back: what it was held for was off.
    Voided,
    /// Given back: what it was held for did not come in time.
    Expired,
    /// Gone out by a rail.
    PaidOut,
    /// In an order's escrow.
    Escrowed(Escrowed),
    /// On its way out of escrow: seen by whoever counts between the transfers of one posting.
    Leaving(Leaving),
    /// Out of escrow, all of it.
    Closed,
    /// With whom it was sent to.
    Sent,
}

/// What is left in escrow between the transfers of one posting.
#[derive(Debug, PartialEq, Eq)]
pub struct Leaving {
    order: OrderId,
    buyer: UserId,
    left: Money,
    legs: u8,
}

impl Funds {
    /// What all transfers of one subject, in the order of their keys, have come to. `None` if there are none.
    pub fn read<'a>(transfers: impl IntoIterator<Item = &'a Transfer>) -> Result<Option<Self>, Fault> {
        let mut subject = None;
        let mut funds: Option<Self> = None;
        for transfer in transfers {
            if *subject.get_or_insert(transfer.subject) != transfer.subject {
                return Err(Fault::OutOfTurn(transfer.key()));
            }
            funds = Some(Self::after(funds.as_ref(), transfer)?);
        }
        match (subject, funds) {
            (Some(subject), Some(Self::Leaving(_))) => Err(Fault::Unfinished(subject)),
            (_, funds) => Ok(funds),
        }
    }

    /// Where money that is at `before` is after a transfer of the same subject.
    pub(crate) fn after(before: Option<&Self>, transfer: &Transfer) -> Result<Self, Fault> {
        let out_of_turn = Fault::OutOfTurn(transfer.key());
        if transfer.money.amount.is_zero() {
            return Err(out_of_turn);
        }
        let after = match before {
            None => opened(transfer),
            Some(Self::Credited(credited)) => charged_back(credited, transfer),
            Some(Self::HeldForOrder(hold)) => order_settled(hold, transfer),
            Some(Self::HeldForWithdrawal(hold)) => withdrawal_settled(hold, transfer),
            Some(Self::Escrowed(escrowed)) => {
                let Escrowed { order, buyer, money: left } = *escrowed;
                left_escrow(&Leaving { order, buyer, left, legs: 0 }, transfer)
            }
            Some(Self::Leaving(leaving)) => left_escrow(leaving, transfer),
            Some(
                Self::ChargedBack | Self::Voided | Self::Expired | Self::PaidOut | Self::Closed | Self::Sent,
            ) => None,
        };
        after.ok_or(out_of_turn)
    }
}

fn opened(transfer: &Transfer) -> Option<Funds> {
    let Transfer { subject, reason, leg: 0, debit, credit, money } = *transfer else { return None };
    match (subject, reason, debit, credit) {
        (Subject::TopUp(top_up), Reason::TopUp, Pot::Clearing(rail), Pot::Available(user)) => {
            Some(Funds::Credited(Credited { top_up, user, rail, money }))
        }
        (Subject::Order(purpose), Reason::Hold, Pot::Available(owner), Pot::Reserved(to)) if to == owner => {
            Some(Funds::HeldForOrder(Hold { purpose, owner, money }))
        }
        (Subject::Withdrawal(purpose), Reason::Hold, Pot::Available(owner), Pot::Reserved(to))
            if to == owner =>
        {
            Some(Funds::HeldForWithdrawal(Hold { purpose, owner, money }))
        }
        (Subject::Transfer(_), Reason::Send, Pot::Available(from), Pot::Available(to)) if from != to => {
            Some(Funds::Sent)
        }
        _ => None,
    }
}

fn charged_back(credited: &Credited, transfer: &Transfer) -> Option<Funds> {
    let Transfer { reason: Reason::ChargeBack, leg: 0, debit, credit, money, .. } = *transfer else {
        return None;
    };
    let is_its = debit == Pot::Available(credited.user)
        && credit == Pot::Clearing(credited.rail)
        && money == credited.money;
    is_its.then_some(Funds::ChargedBack)
}

fn order_settled(hold: &Hold<OrderId>, transfer: &Transfer) -> Option<Funds> {
    match (transfer.reason, destination(hold, transfer)?) {
        (Reason::Post, Pot::Escrow(order)) if order == hold.purpose => {
            Some(Funds::Escrowed(Escrowed { order, buyer: hold.owner, money: hold.money }))
        }
        (Reason::Void, Pot::Available(owner)) if owner == hold.owner => Some(Funds::Voided),
        (Reason::Expire, Pot::Available(owner)) if owner == hold.owner => Some(Funds::Expired),
        _ => None,
    }
}

fn withdrawal_settled(hold: &Hold<WithdrawalId>, transfer: &Transfer) -> Option<Funds> {
    match (transfer.reason, destination(hold, transfer)?) {
        (Reason::Post, Pot::Clearing(_)) => Some(Funds::PaidOut),
        (Reason::Void, Pot::Available(owner)) if owner == hold.owner => Some(Funds::Voided),
        (Reason::Expire, Pot::Available(owner)) if owner == hold.owner => Some(Funds::Expired),
        _ => None,
    }
}

/// Where a transfer takes just what is held.
fn destination<P>(hold: &Hold<P>, transfer: &Transfer) -> Option<Pot> {
    let Transfer { leg: 0, debit, credit, money, .. } = *transfer else { return None };
    (debit == Pot::Reserved(hold.owner) && money == hold.money).then_some(credit)
}

/// The seller's part comes first, then the buyer's, and a fee last. A refund alone is of everything; so is what comes last.
fn left_escrow(before: &Leaving, transfer: &Transfer) -> Option<Funds> {
    let Leaving { order, buyer, left, legs } = *before;
    let Transfer { reason, leg, debit, credit, money, .. } = *transfer;
    if debit != Pot::Escrow(order) || leg != legs || money.currency != left.currency {
        return None;
    }
    let amount = left.amount.checked_sub(money.amount)?;
    let is_due = match (reason, credit, legs) {
        (Reason::Release, Pot::Available(_), 0) => true,
        (Reason::Refund, Pot::Available(to), 0) => to == buyer && amount == Amount::ZERO,
        (Reason::Refund, Pot::Available(to), 1) => to == buyer,
        (Reason::Fee, Pot::Fees, 1 | 2) => amount == Amount::ZERO,
        _ => false,
    };
    let leaving = Leaving { left: Money { amount, ..left }, legs: legs + 1, ..*before };
    is_due.then(|| if amount.is_zero() { Funds::Closed } else { Funds::Leaving(leaving) })
}
