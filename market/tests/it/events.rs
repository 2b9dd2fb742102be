//! What is told, by name: everything that is documented, and nothing else.

use std::collections::BTreeSet;
use std::fmt::Debug;

use market::{Actor, Offer, Order, Refusal, Step, TopUp, UserTransfer, Withdrawal};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use protocol::TransferId;

use crate::walks::{
    actors, listing_commands, new_listing, new_offer, new_order, new_top_up, new_withdrawal, offer_commands,
    order_commands, top_up_commands, withdrawal_commands,
};
use crate::world::{BUYER, LATER, NOW, SELLER, names, terms, usd};

#[test]
fn every_documented_event_is_told_and_no_other() {
    let mut told = BTreeSet::new();
    walk(&mut told, &new_order(), order_commands(), |order, actor, command| {
        order.decide(actor, command, NOW)
    });
    walk(&mut told, &new_top_up(), top_up_commands(), |top_up, actor, command| top_up.decide(actor, command));
    walk(&mut told, &new_withdrawal(), withdrawal_commands(), |withdrawal, actor, command| {
        withdrawal.decide(actor, command, NOW)
    });
    walk(&mut told, &new_listing(), listing_commands(), |listing, actor, command| {
        listing.decide(actor, command)
    });
    walk(&mut told, &new_offer(), offer_commands(), |offer, actor, command| {
        offer.decide(actor, command, NOW)
    });
    told.extend(names(&new_offer().decide(Actor::Relay, market::OfferCommand::Expire, LATER).unwrap()));
    told.extend(firsts());
    let documented: BTreeSet<&str> = DOCUMENTED.split_whitespace().collect();
    assert_eq!(told, documented);
}

const DOCUMENTED: &str = "
    order.created order.funds_reserved order.escrow_creating order.escrow_funding order.escrow_funded
    order.in_progress order.release_requested order.refund_requested order.released order.refunded order.disputed
    order.closed order.canceled
    escrow.created escrow.funding_started escrow.funded escrow.milestone_completed escrow.released escrow.refunded
    dispute.opened dispute.under_review dispute.resolved
    topup.created topup.confirmation_required topup.processing topup.succeeded topup.failed topup.canceled
    transfer.sent
    withdrawal.created withdrawal.committed withdrawal.pending withdrawal.pending_user_action
    withdrawal.completed withdrawal.failed withdrawal.canceled
    listing.created listing.edited listing.published listing.paused listing.resumed listing.sold listing.reopened
    listing.removed
    offer.made offer.countered offer.accepted offer.declined offer.withdrawn offer.expired
";

/// What is told of something new.
fn firsts() -> Vec<&'static str> {
    let (top_up, withdrawal, offer) = (new_top_up(), new_withdrawal(), new_offer());
    let listing = new_listing();
    [
        first(Order::create(new_order().id, terms("80.00"), None, NOW)),
        first(TopUp::create(top_up.id, top_up.owner, top_up.money, NOW)),
        first(Withdrawal::create(
            withdrawal.id,
            withdrawal.owner,
            withdrawal.money,
            withdrawal.destination,
            NOW,
        )),
        first(market::Listing::create(listing.id, listing.seller, listing.content, NOW)),
        first(UserTransfer::send(TransferId::from_bytes([1; 16]), [BUYER, SELLER], usd("1.00"), None, NOW)),
        first(Offer::make(offer.id, offer.listing, offer.terms, LATER, NOW)),
    ]
    .concat()
}

fn first<A>(step: Result<Step<A>, Refusal>) -> Vec<&'static str> {
    names(&step.expect("it is taken"))
}

/// Lets many of them hear random commands, and collects what is told.
fn walk<A: Clone, C: Clone + Debug>(
    told: &mut BTreeSet<&'static str>,
    new: &A,
    commands: impl Strategy<Value = C>,
    decide: impl Fn(&A, Actor, C) -> Result<Step<A>, Refusal>,
) {
    let mut runner = TestRunner::deterministic();
    let commands = vec((actors(), commands), 250);
    for _ in 0..200 {
        let mut thing = new.clone();
        for (actor, command) in commands.new_tree(&mut runner).expect("a walk").current() {
            if let Ok(step) = decide(&thing, actor, command) {
                told.extend(names(&step));
                thing = step.next;
            }
        }
    }
}
