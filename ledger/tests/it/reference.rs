//! The ledger as anyone would write it down first: sums in maps, and for each subject the list of all that was done. It knows
//! no transfers and no keys.

use std::collections::HashMap;

use ledger::{Account, Pot, Rail, Subject};
use protocol::UserId;
use protocol::limits::AMOUNT_MINOR_MAX;

use crate::operations::{Act, Operation};

/// What becomes of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Done,
    DoneBefore,
    /// Amounts that nobody may ask for.
    Senseless,
    OutOfTurn,
    Insufficient,
    Overflow,
}

#[derive(Default)]
pub(crate) struct Reference {
    pub(crate) held: HashMap<Account, i128>,
    pub(crate) done: HashMap<Subject, Vec<Operation>>,
}

impl Reference {
    pub(crate) fn perform(&mut self, operation: Operation) -> Verdict {
        if is_senseless(&operation) {
            return Verdict::Senseless;
        }
        let done = self.done.entry(operation.subject).or_default();
        if done.iter().any(|before| before.act == operation.act && is_of_the_same(before, &operation)) {
            return Verdict::DoneBefore;
        }
        if !may_follow(done.last(), &operation) {
            return Verdict::OutOfTurn;
        }
        let mut held = HashMap::new();
        for (pot, change) in changes(&operation) {
            let account = Account { pot, currency: operation.money.currency };
            let before = held.get(&account).or(self.held.get(&account)).copied().unwrap_or(0);
            let after: i128 = before + change;
            if !matches!(pot, Pot::Clearing(_)) {
                if after < 0 {
                    return Verdict::Insufficient;
                }
                if after > i128::from(AMOUNT_MINOR_MAX) {
                    return Verdict::Overflow;
                }
            }
            held.insert(account, after);
        }
        self.held.extend(held);
        done.push(operation);
        Verdict::Done
    }
}

fn is_senseless(operation: &Operation) -> bool {
    let whole = operation.money.amount.minor();
    whole == 0
        || match operation.act {
            Act::Release { fee, .. } => fee >= whole,
            Act::Split { to_seller, to_buyer, fee, .. } => {
                to_seller == 0 || to_buyer == 0 || to_seller + to_buyer != whole || fee >= to_seller
            }
            Act::Send { to } => to == operation.owner,
            _ => false,
        }
}

/// Whose money it is, a release does not say.
fn is_of_the_same(before: &Operation, after: &Operation) -> bool {
    let is_release = matches!(after.act, Act::Release { .. });
    before.money == after.money && (before.owner == after.owner || is_release)
}

fn may_follow(last: Option<&Operation>, next: &Operation) -> bool {
    let Some(last) = last else { return matches!(next.act, Act::TopUp(_) | Act::Hold | Act::Send { .. }) };
    is_of_the_same(last, next)
        && match last.act {
            Act::TopUp(rail) => next.act == Act::ChargeBack(rail),
            Act::Hold => matches!(next.act, Act::Fund | Act::PayOut(_) | Act::Void | Act::Expire),
            Act::Fund => matches!(next.act, Act::Release { .. } | Act::Refund | Act::Split { .. }),
            _ => false,
        }
}

fn changes(operation: &Operation) -> Vec<(Pot, i128)> {
    let all = i128::from(operation.money.amount.minor());
    let [available, reserved] = [Pot::Available(operation.owner), Pot::Reserved(operation.owner)];
    let escrow = match operation.subject {
        Subject::Order(order) => Pot::Escrow(order),
        _ => Pot::Fees,
    };
    let world = |rail: Rail| Pot::Clearing(rail);
    let to = |seller: UserId| Pot::Available(seller);
    match operation.act {
        Act::TopUp(rail) => vec![(world(rail), -all), (available, all)],
        Act::ChargeBack(rail) => vec![(available, -all), (world(rail), all)],
        Act::Hold => vec![(available, -all), (reserved, all)],
        Act::Fund => vec![(reserved, -all), (escrow, all)],
        Act::PayOut(rail) => vec![(reserved, -all), (world(rail), all)],
        Act::Void | Act::Expire => vec![(reserved, -all), (available, all)],
        Act::Send { to } => vec![(available, -all), (Pot::Available(to), all)],
        Act::Refund => vec![(escrow, -all), (available, all)],
        Act::Release { seller, fee } => {
            vec![(escrow, -all), (to(seller), all - i128::from(fee)), (Pot::Fees, fee.into())]
        }
        Act::Split { seller, to_seller, to_buyer, fee } => {
            let net = i128::from(to_seller) - i128::from(fee);
            vec![(escrow, -all), (to(seller), net), (available, to_buyer.into()), (Pot::Fees, fee.into())]
        }
    }
}
