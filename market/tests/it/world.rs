//! What the tests share: two who trade, their orders, and a book of balances that does what moves say.

use std::collections::BTreeMap;

use market::machines::OrderStatus;
use market::{
    Actor, DisputeReason, EscrowTerms, Move, NewDispute, NewMilestone, Order, OrderCommand, OrderTerms,
    Refusal, Step, Text,
};
use protocol::{Amount, Currency, DisputeId, EscrowId, Money, OrderId, Timestamp, UserId};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub(crate) const LATER: Timestamp = NOW.plus_millis(60_000);
pub(crate) const BUYER: UserId = UserId::from_bytes([1; 16]);
pub(crate) const SELLER: UserId = UserId::from_bytes([2; 16]);
pub(crate) const ORDER: OrderId = OrderId::from_bytes([3; 16]);
pub(crate) const ESCROW: EscrowId = EscrowId::from_bytes([4; 16]);
pub(crate) const OTHER_ESCROW: EscrowId = EscrowId::from_bytes([5; 16]);
pub(crate) const DISPUTE: DisputeId = DisputeId::from_bytes([6; 16]);
pub(crate) const STRICT: EscrowTerms = EscrowTerms { is_milestones_required: true };
pub(crate) const LAX: EscrowTerms = EscrowTerms { is_milestones_required: false };

pub(crate) fn usd(text: &str) -> Money {
    Money::parse(text, Currency::Usd).expect("an amount")
}

pub(crate) fn terms(price: &str) -> OrderTerms {
    OrderTerms {
        buyer: BUYER,
        seller: SELLER,
        money: usd(price),
        title: "A desk".into(),
        description: None,
        milestones: vec![],
    }
}

/// A milestone that is called as it is worth.
pub(crate) fn part(amount: &str) -> NewMilestone {
    NewMilestone { milestone_ref: amount.into(), title: "A part".into(), amount: usd(amount).amount }
}

pub(crate) fn order(terms: OrderTerms) -> Order {
    Order::create(ORDER, terms, None, NOW).expect("an order").next
}

/// An order over 80.00 whose money is in escrow on the relay's ledger.
pub(crate) fn in_progress(milestones: &[&str], escrow: EscrowTerms) -> Order {
    let milestones = milestones.iter().map(|amount| part(amount)).collect();
    let order = order(OrderTerms { milestones, ..terms("80.00") });
    let order = run(&order, [(Actor::Buyer, reserve("80.00"))]).next;
    let order = order.create_escrow_on_ledger(Actor::Buyer, ESCROW, escrow, NOW).expect("an escrow").next;
    let order = order.fund_on_ledger(Actor::Buyer, NOW).expect("funds").next;
    assert_eq!(order.status, OrderStatus::InProgress);
    order
}

pub(crate) fn reserve(amount: &str) -> OrderCommand {
    OrderCommand::Reserve { money: usd(amount), until: LATER }
}

pub(crate) fn complete(milestone_ref: &str) -> OrderCommand {
    OrderCommand::CompleteMilestone { milestone_ref: milestone_ref.into(), note: None }
}

pub(crate) fn dispute(reason: DisputeReason) -> OrderCommand {
    OrderCommand::OpenDispute(NewDispute { id: DISPUTE, reason, message: None, evidence: vec![] })
}

pub(crate) fn assign(assignee: &str) -> OrderCommand {
    OrderCommand::Assign { assignee: Text::from(assignee) }
}

/// One command after another, as one step; each has to be taken.
#[track_caller]
pub(crate) fn run<const N: usize>(order: &Order, commands: [(Actor, OrderCommand); N]) -> Step<Order> {
    let mut commands = commands.into_iter();
    let (actor, command) = commands.next().expect("a command");
    let first = order.decide(actor, command, NOW).expect("the first is taken");
    commands
        .try_fold(first, |step, (actor, command)| step.then(|order| order.decide(actor, command, NOW)))
        .expect("each is taken")
}

/// The command is refused with this code.
#[track_caller]
pub(crate) fn refused(order: &Order, actor: Actor, command: OrderCommand, code: &str) -> Refusal {
    let refusal = order.decide(actor, command, NOW).expect_err("a refusal");
    assert_eq!(refusal.code(), code);
    refusal
}

pub(crate) fn names<A>(step: &Step<A>) -> Vec<&'static str> {
    step.events.iter().map(|event| event.name()).collect()
}

/// Balances as the documentation has them: no cleverness, and no way below zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Book {
    pub(crate) available: BTreeMap<UserId, Amount>,
    pub(crate) reserved: BTreeMap<UserId, Amount>,
    pub(crate) escrowed: BTreeMap<OrderId, Amount>,
    pub(crate) came: Amount,
    pub(crate) went: Amount,
}

impl Book {
    pub(crate) fn apply(&mut self, moves: &[Move]) {
        for movement in moves {
            self.apply_one(*movement);
            let all = self.available.values().chain(self.reserved.values()).chain(self.escrowed.values());
            let inside = Amount::checked_sum(all.copied().chain([self.went]));
            assert_eq!(inside, Some(self.came), "what came is somewhere, and nothing else is");
        }
    }

    fn apply_one(&mut self, movement: Move) {
        match movement {
            Move::Reserve { buyer, money, .. } | Move::Hold { owner: buyer, money, .. } => {
                shift(&mut self.available, buyer, &mut self.reserved, buyer, money);
            }
            Move::CancelReserve { buyer, money, .. }
            | Move::ExpireReserve { buyer, money, .. }
            | Move::VoidHold { owner: buyer, money, .. }
            | Move::ExpireHold { owner: buyer, money, .. } => {
                shift(&mut self.reserved, buyer, &mut self.available, buyer, money);
            }
            Move::Fund { order, buyer, money } => {
                shift(&mut self.reserved, buyer, &mut self.escrowed, order, money);
            }
            Move::Release { order, seller: user, money } | Move::Refund { order, buyer: user, money } => {
                shift(&mut self.escrowed, order, &mut self.available, user, money);
            }
            Move::Split { order, seller, to_seller, buyer, to_buyer } => {
                shift(&mut self.escrowed, order, &mut self.available, seller, to_seller);
                shift(&mut self.escrowed, order, &mut self.available, buyer, to_buyer);
            }
            Move::Send { from, to, money, .. } => {
                let taken = &mut BTreeMap::new();
                shift(&mut self.available, from, taken, to, money);
                shift(taken, to, &mut self.available, to, money);
            }
            Move::Credit { owner, money, .. } => {
                self.came = add(self.came, money);
                let balance = self.available.entry(owner).or_default();
                *balance = add(*balance, money);
            }
            Move::PostHold { owner, money, .. } => {
                self.went = add(self.went, money);
                let balance = self.reserved.entry(owner).or_default();
                *balance = balance.checked_sub(money.amount).expect("what leaves was on hold");
            }
        }
    }

    /// Available and reserved.
    pub(crate) fn of(&self, user: UserId) -> (Money, Money) {
        let read = |side: &BTreeMap<UserId, Amount>| Money {
            amount: side.get(&user).copied().unwrap_or_default(),
            currency: Currency::Usd,
        };
        (read(&self.available), read(&self.reserved))
    }

    #[track_caller]
    pub(crate) fn check(&self, user: UserId, available: &str, reserved: &str) {
        assert_eq!(self.of(user), (usd(available), usd(reserved)));
    }
}

fn add(amount: Amount, money: Money) -> Amount {
    amount.checked_add(money.amount).expect("a ledger holds it")
}

fn shift<F: Ord, T: Ord>(
    from: &mut BTreeMap<F, Amount>,
    giver: F,
    to: &mut BTreeMap<T, Amount>,
    taker: T,
    money: Money,
) {
    let given = from.entry(giver).or_default();
    *given = given.checked_sub(money.amount).expect("nobody gives what is not there");
    let taken = to.entry(taker).or_default();
    *taken = add(*taken, money);
}
