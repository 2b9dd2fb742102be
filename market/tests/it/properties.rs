//! What holds whatever anybody asks in whatever order.

use std::collections::BTreeSet;

use market::machine::Machine;
use market::machines::{
    EscrowStatus, LISTING, OFFER, ORDER, OrderStatus, OrderVerb, TOP_UP, TopUpStatus, WITHDRAWAL,
    WithdrawalStatus,
};
use market::words::Word;
use market::{Actor, Decision, Move, Order, OrderCommand, Refusal, Step, WithdrawalCommand};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use protocol::{OrderId, Timestamp, TopUpId};

use crate::model::{Outcome, Paper};
use crate::walks::{
    actors, listing_commands, new_listing, new_offer, new_order, new_top_up, new_withdrawal, offer_commands,
    order_commands, top_up_commands, withdrawal_commands,
};
use crate::world::{BUYER, Book, ESCROW, LATER, LAX, NOW, SELLER, usd};

/// Enough to come from a new order to its end by chance.
const COMMANDS_MAX: usize = 250;

proptest! {
    #[test]
    fn an_order_does_what_the_paper_says_and_its_money_is_where_its_status_says(
        commands in vec((actors(), order_commands(), times()), 1..COMMANDS_MAX),
    ) {
        walk_order(commands);
    }

    #[test]
    fn a_top_up_is_credited_once_and_if_it_succeeded(
        commands in vec((actors(), top_up_commands()), 1..40),
    ) {
        let (mut top_up, mut moves) = (new_top_up(), vec![]);
        for (actor, command) in commands {
            let decided = top_up.decide(actor, command.clone());
            prop_assert_eq!(&decided, &top_up.decide(actor, command.clone()));
            let Some(step) = taken(decided) else { continue };
            check_edge(&TOP_UP, top_up.status, command.verb(), step.next.status, step.is_changed);
            moves.extend(step.moves);
            top_up = step.next;
        }
        let is_credited = top_up.status == TopUpStatus::Succeeded;
        let credit = Move::Credit { top_up: top_up.id, owner: BUYER, money: usd("100.00") };
        prop_assert_eq!(moves, vec![credit; usize::from(is_credited)]);
    }

    #[test]
    fn a_withdrawals_hold_is_settled_once_and_as_it_ended(
        commands in vec((actors(), withdrawal_commands()), 1..60),
    ) {
        let (mut withdrawal, mut moves, mut is_expired) = (new_withdrawal(), vec![], false);
        for (actor, command) in commands {
            let decided = withdrawal.decide(actor, command.clone(), NOW);
            prop_assert_eq!(&decided, &withdrawal.decide(actor, command.clone(), NOW));
            let Some(step) = taken(decided) else { continue };
            check_edge(&WITHDRAWAL, withdrawal.status, command.verb(), step.next.status, step.is_changed);
            is_expired |= step.is_changed && command == WithdrawalCommand::Expire;
            moves.extend(step.moves);
            withdrawal = step.next;
        }
        let (owner, money) = (SELLER, usd("80.00"));
        let expected = match withdrawal.status {
            WithdrawalStatus::Completed => vec![Move::PostHold { withdrawal: withdrawal.id, owner, money }],
            WithdrawalStatus::Canceled if is_expired => {
                vec![Move::ExpireHold { withdrawal: withdrawal.id, owner, money }]
            }
            WithdrawalStatus::Failed | WithdrawalStatus::Canceled => {
                vec![Move::VoidHold { withdrawal: withdrawal.id, owner, money }]
            }
            _ => vec![],
        };
        prop_assert_eq!(moves, expected);
    }

    #[test]
    fn a_listing_goes_by_its_table(commands in vec((actors(), listing_commands()), 1..60)) {
        let mut listing = new_listing();
        for (actor, command) in commands {
            let decided = listing.decide(actor, command.clone());
            prop_assert_eq!(&decided, &listing.decide(actor, command.clone()));
            let Some(step) = taken(decided) else { continue };
            check_edge(&LISTING, listing.status, command.verb(), step.next.status, step.is_changed);
            listing = step.next;
        }
    }

    #[test]
    fn an_offer_goes_by_its_table_and_in_turns(
        commands in vec((actors(), offer_commands(), times()), 1..60),
    ) {
        let mut offer = new_offer();
        for (actor, command, now) in commands {
            let decided = offer.decide(actor, command.clone(), now);
            prop_assert_eq!(&decided, &offer.decide(actor, command.clone(), now));
            let Some(step) = taken(decided) else { continue };
            check_edge(&OFFER, offer.status, command.verb(), step.next.status, step.is_changed);
            if step.next.round > offer.round {
                prop_assert_eq!(step.next.round, offer.round + 1);
                prop_assert_eq!(step.next.proposed_by, offer.proposed_by.other());
            }
            prop_assert!(step.next.agreement().is_none() || offer.expires_at > now || !step.is_changed);
            offer = step.next;
        }
    }
}

/// The walks above come everywhere: a state that they never saw would prove nothing.
#[test]
fn the_walks_come_to_every_state_in_which_an_order_rests() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    let strategy = vec((actors(), order_commands(), times()), COMMANDS_MAX);
    for _ in 0..200 {
        let commands = strategy.new_tree(&mut runner).expect("a walk").current();
        seen.extend(walk_order(commands));
    }
    let rests = OrderStatus::ALL.iter().copied().filter(|status| *status != OrderStatus::EscrowFunded);
    assert_eq!(seen, rests.collect());
}

/// Mostly before what is set aside, or stands, is over.
fn times() -> impl Strategy<Value = Timestamp> {
    prop_oneof![9 => Just(NOW), 1 => Just(LATER)]
}

/// Lets an order hear all of it, and checks it beside the paper and the book. The states that it came to.
fn walk_order(commands: Vec<(Actor, OrderCommand, Timestamp)>) -> BTreeSet<OrderStatus> {
    let (mut order, mut book) = (new_order(), Book::default());
    let (mut paper, mut seen) = (Paper::new(&order), BTreeSet::from([order.status]));
    let credit = Move::Credit { top_up: TopUpId::from_bytes([8; 16]), owner: BUYER, money: usd("100.00") };
    book.apply(&[credit]);
    for (actor, command, now) in commands {
        let command = match command {
            OrderCommand::Reserve { money, .. } => {
                OrderCommand::Reserve { money, until: now.plus_millis(60_000) }
            }
            other => other,
        };
        let expected = paper.hear(actor, &command, now);
        let decided = order.decide(actor, command.clone(), now);
        assert_eq!(decided, order.decide(actor, command.clone(), now), "deciding is pure");
        assert_eq!(outcome(&decided), expected, "{actor:?} {command:?} at {:?}", order.status);
        let Some(step) = taken(decided) else { continue };
        if command.verb() != OrderVerb::Funded {
            check_edge(&ORDER, order.status, command.verb(), step.next.status, step.is_changed);
        }
        book.apply(&step.moves);
        order = step.next;
        assert_eq!(order.status.as_str(), paper.status());
        check_money(&order, &book);
        seen.insert(order.status);
    }
    check_on_ledger(&order, &book);
    seen
}

/// A whole way at once.
type Way<'a> = dyn Fn(&Order) -> Result<Step<Order>, Refusal> + 'a;

/// What the relay's own ledger does at once leaves the money where the status says, too, and repeated changes nothing.
fn check_on_ledger(order: &Order, book: &Book) {
    let split = Decision::Split { to_seller: usd("48.00"), to_buyer: usd("32.00") };
    let ways: [&Way<'_>; 5] = [
        &|order| order.create_escrow_on_ledger(Actor::Buyer, ESCROW, LAX, NOW),
        &|order| order.fund_on_ledger(Actor::Buyer, NOW),
        &|order| order.release_on_ledger(Actor::Buyer, None, NOW),
        &|order| order.refund_on_ledger(Actor::Seller, None, NOW),
        &|order| order.resolve_on_ledger(Actor::Support, split, None, NOW),
    ];
    for way in ways {
        let Some(step) = taken(way(order)) else { continue };
        let mut book = book.clone();
        book.apply(&step.moves);
        check_money(&step.next, &book);
        assert_eq!(way(&step.next).map(|again| again.is_changed), Ok(false));
    }
}

fn outcome(decided: &Result<Step<Order>, Refusal>) -> Outcome {
    match decided {
        Ok(step) if step.is_changed => Outcome::Changed,
        Ok(_) => Outcome::Unchanged,
        Err(refusal) => Outcome::Refused(refusal.code()),
    }
}

/// What is to be stored. What changes nothing says nothing and moves nothing.
fn taken<A>(decided: Result<Step<A>, Refusal>) -> Option<Step<A>> {
    let step = decided.ok()?;
    assert!(step.is_changed || (step.events.is_empty() && step.moves.is_empty()));
    Some(step)
}

fn check_edge<S: Word + std::fmt::Debug, V: Word>(
    machine: &Machine<S, V>,
    from: S,
    verb: V,
    to: S,
    is_changed: bool,
) {
    let expected = if is_changed { machine.next(from, verb).ok() } else { Some(from) };
    assert_eq!(expected, Some(to), "{}: {} in {}", machine.name, verb.as_str(), from.as_str());
    assert!(!is_changed || !machine.is_terminal(from), "{}: nothing leads out of {from:?}", machine.name);
}

/// Where 80.00 of 100.00 are, by the order's status alone.
fn check_money(order: &Order, book: &Book) {
    use OrderStatus as S;
    let escrowed = book.escrowed.get(&OrderId::from_bytes([3; 16])).copied().unwrap_or_default();
    let (available, reserved, held) = match order.status {
        S::Created => ("100.00", "0.00", "0.00"),
        S::FundsReserved | S::EscrowCreating | S::EscrowFunding => ("20.00", "80.00", "0.00"),
        S::EscrowFunded => panic!("no order rests here"),
        S::InProgress | S::ReleaseRequested | S::RefundRequested | S::Disputed => ("20.00", "0.00", "80.00"),
        S::Released | S::Refunded | S::Closed => match order.settlement() {
            None | Some(market::Settlement::Refunded) => ("100.00", "0.00", "0.00"),
            Some(market::Settlement::Released) => ("20.00", "0.00", "0.00"),
            Some(market::Settlement::Split) => ("52.00", "0.00", "0.00"),
        },
    };
    book.check(BUYER, available, reserved);
    assert_eq!(escrowed, usd(held).amount);
    let escrow = order.escrow.as_ref().map(|escrow| escrow.status);
    let is_as_the_order = match order.status {
        S::Created | S::FundsReserved => escrow.is_none(),
        S::EscrowCreating => escrow == Some(EscrowStatus::Creating),
        S::EscrowFunding => matches!(escrow, Some(EscrowStatus::Created | EscrowStatus::Funding)),
        S::EscrowFunded | S::InProgress => escrow == Some(EscrowStatus::Funded),
        S::ReleaseRequested => matches!(escrow, Some(EscrowStatus::Releasing | EscrowStatus::Disputed)),
        S::RefundRequested => matches!(escrow, Some(EscrowStatus::Refunding | EscrowStatus::Disputed)),
        S::Disputed => escrow == Some(EscrowStatus::Disputed),
        S::Released => escrow == Some(EscrowStatus::Released),
        S::Refunded => escrow == Some(EscrowStatus::Refunded),
        S::Closed => matches!(escrow, None | Some(EscrowStatus::Released | EscrowStatus::Refunded)),
    };
    assert!(is_as_the_order, "{:?} with an escrow {escrow:?}", order.status);
}
