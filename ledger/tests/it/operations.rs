//! Operations drawn at random: some that are due, some that are not, and some that nobody should ask for.

use std::collections::HashMap;

use ledger::{Funds, Posting, Rail, Refusal, Split, Subject, credit, hold, send};
use protocol::limits::AMOUNT_MINOR_MAX;
use protocol::{Currency, Money, OrderId, TopUpId, TransferId, UserId, WithdrawalId};

use crate::actors::{bank, minor};

/// Numbers that follow from a seed (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    pub(crate) fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("below a length")
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.place(of.len())]
    }
}

/// Something asked of the ledger, with everything it depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Operation {
    pub(crate) subject: Subject,
    pub(crate) owner: UserId,
    pub(crate) money: Money,
    pub(crate) act: Act,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Act {
    TopUp(Rail),
    ChargeBack(Rail),
    Hold,
    Fund,
    PayOut(Rail),
    Void,
    Expire,
    Release { seller: UserId, fee: u64 },
    Refund,
    Split { seller: UserId, to_seller: u64, to_buyer: u64, fee: u64 },
    Send { to: UserId },
}

/// The last operation that was done of each subject.
pub(crate) type Lives = HashMap<Subject, Operation>;

const USERS: u64 = 5;

impl Operation {
    /// Draws one for a subject whose number is from `first` on: what is due there, mostly.
    pub(crate) fn draw(dice: &mut Dice, first: u64, lives: &Lives) -> Self {
        let id = u128::from(first + dice.below(8)).to_be_bytes();
        let subject = match dice.below(8) {
            0 | 1 => Subject::TopUp(TopUpId::from_bytes(id)),
            2 => Subject::Withdrawal(WithdrawalId::from_bytes(id)),
            3 => Subject::Transfer(TransferId::from_bytes(id)),
            _ => Subject::Order(OrderId::from_bytes(id)),
        };
        let before = lives.get(&subject).filter(|_| dice.below(16) > 0);
        let (owner, money) =
            before.map_or_else(|| (user(dice), money(dice)), |before| (before.owner, before.money));
        let act = act(dice, subject, before, money.amount.minor());
        Self { subject, owner, money, act }
    }

    /// What it writes, if it can be written at all: by whoever believes that all before it was written just so.
    pub(crate) fn posting(self) -> Result<Posting, Refusal> {
        let Self { subject, owner, money, act } = self;
        match (subject, act) {
            (Subject::TopUp(top_up), Act::TopUp(rail)) => credit(top_up, owner, rail, money),
            (Subject::TopUp(top_up), Act::ChargeBack(rail)) => {
                match funds(&[&credit(top_up, owner, rail, money)?]) {
                    Funds::Credited(credited) => Ok(credited.charge_back()),
                    other => unreachable!("{other:?}"),
                }
            }
            (Subject::Withdrawal(withdrawal), act) => withdrawing(hold(withdrawal, owner, money)?, act),
            (Subject::Order(order), act) => ordering(hold(order, owner, money)?, act),
            (Subject::Transfer(transfer), Act::Send { to }) => send(transfer, owner, to, money),
            _ => unreachable!("{self:?}"),
        }
    }
}

/// Where money is after postings, whether or not they were written.
fn funds(postings: &[&Posting]) -> Funds {
    let transfers = postings.iter().flat_map(|posting| posting.transfers());
    Funds::read(transfers).expect("each follows from the one before").expect("there is one")
}

fn withdrawing(opened: Posting, act: Act) -> Result<Posting, Refusal> {
    match (funds(&[&opened]), act) {
        (_, Act::Hold) => Ok(opened),
        (Funds::HeldForWithdrawal(hold), Act::PayOut(rail)) => Ok(hold.post(rail)),
        (Funds::HeldForWithdrawal(hold), Act::Void) => Ok(hold.void()),
        (Funds::HeldForWithdrawal(hold), Act::Expire) => Ok(hold.expire()),
        other => unreachable!("{other:?}"),
    }
}

fn ordering(opened: Posting, act: Act) -> Result<Posting, Refusal> {
    let Funds::HeldForOrder(hold) = funds(&[&opened]) else { unreachable!("{opened:?}") };
    match act {
        Act::Hold => return Ok(opened),
        Act::Void => return Ok(hold.void()),
        Act::Expire => return Ok(hold.expire()),
        _ => {}
    }
    let funded = hold.post();
    let Funds::Escrowed(escrowed) = funds(&[&opened, &funded]) else { unreachable!("{funded:?}") };
    match act {
        Act::Fund => Ok(funded),
        Act::Refund => Ok(escrowed.refund()),
        Act::Release { seller, fee } => escrowed.release(seller, minor(fee)),
        Act::Split { seller, to_seller, to_buyer, fee } => {
            let parts = Split { to_seller: minor(to_seller), to_buyer: minor(to_buyer) };
            escrowed.split(seller, parts, minor(fee))
        }
        _ => unreachable!("{act:?}"),
    }
}

/// What is due after `before`, or anything that can be asked of such a subject.
fn act(dice: &mut Dice, subject: Subject, before: Option<&Operation>, whole: u64) -> Act {
    let is_due = dice.below(8) > 0;
    let before = before.filter(|_| is_due).map(|before| before.act);
    let rail = dice.pick(&[Rail::MANUAL, bank()]);
    match (subject, before) {
        (Subject::TopUp(_), Some(Act::TopUp(rail))) => Act::ChargeBack(rail),
        (Subject::TopUp(_), _) if is_due => Act::TopUp(rail),
        (Subject::TopUp(_), _) => Act::ChargeBack(rail),
        (Subject::Transfer(_), _) => Act::Send { to: user(dice) },
        (_, None) if is_due => Act::Hold,
        (Subject::Withdrawal(_), _) => dice.pick(&[Act::PayOut(rail), Act::Void, Act::Expire]),
        (Subject::Order(_), Some(Act::Hold)) => {
            dice.pick(&[Act::Fund, Act::Fund, Act::Fund, Act::Void, Act::Expire])
        }
        (Subject::Order(_), Some(_)) => closing(dice, whole),
        (Subject::Order(_), None) if dice.below(2) == 0 => closing(dice, whole),
        (Subject::Order(_), None) => dice.pick(&[Act::Fund, Act::Void, Act::Expire]),
    }
}

/// Money leaves escrow: as it may, or with parts or a fee that are not of it.
fn closing(dice: &mut Dice, whole: u64) -> Act {
    let seller = user(dice);
    let to_seller = dice.below(whole + 1);
    let off_by = if dice.below(8) == 0 { dice.below(3) } else { 1 };
    let to_buyer = (whole + off_by).saturating_sub(to_seller + 1);
    let fee = if dice.below(2) == 0 { 0 } else { dice.below(1 + whole / 4) };
    dice.pick(&[
        Act::Refund,
        Act::Release { seller, fee },
        Act::Split { seller, to_seller, to_buyer: to_buyer.min(AMOUNT_MINOR_MAX), fee },
    ])
}

fn user(dice: &mut Dice) -> UserId {
    UserId::from_bytes(u128::from(dice.below(USERS)).to_be_bytes())
}

/// A little, mostly; now and then nothing, or nearly as much as there can be.
fn money(dice: &mut Dice) -> Money {
    let amount = match dice.below(64) {
        0 => 0,
        1 => AMOUNT_MINOR_MAX - dice.below(3),
        _ => 1 + dice.below(1_000),
    };
    Money { amount: minor(amount), currency: dice.pick(&[Currency::Usd, Currency::Jpy]) }
}
