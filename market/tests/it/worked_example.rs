//! The documented example, from the first top-up to the last withdrawal, with the balances that it has at each station.

use market::machines::{OrderStatus, TopUpStatus, WithdrawalStatus};
use market::{
    Actor, Decision, Destination, DestinationKind, DisputeReason, Order, Step, TopUp, TopUpCommand,
    Withdrawal, WithdrawalCommand,
};
use protocol::{TopUpId, WithdrawalId};

use crate::world::{
    BUYER, Book, DISPUTE, ESCROW, LAX, NOW, SELLER, assign, dispute, names, order, reserve, run, terms, usd,
};

#[test]
fn a_top_up_a_released_order_and_a_withdrawal() {
    let mut book = Book::default();
    top_up(&mut book);
    book.check(BUYER, "100.00", "0.00");
    let order = funded(&mut book);

    let step = order.release_on_ledger(Actor::Buyer, None, NOW).unwrap();
    book.apply(&step.moves);
    book.check(BUYER, "20.00", "0.00");
    book.check(SELLER, "80.00", "0.00");
    let told = ["order.release_requested", "escrow.released", "order.released", "order.closed"];
    assert_eq!(names(&step), told);
    assert_eq!(step.next.status, OrderStatus::Closed);

    let destination = Destination { kind: DestinationKind::Bank, reference: "DE00".into() };
    let id = WithdrawalId::from_bytes([9; 16]);
    let step = Withdrawal::create(id, SELLER, usd("80.00"), destination, NOW).unwrap();
    book.apply(&step.moves);
    book.check(SELLER, "0.00", "80.00");
    let step = step
        .next
        .decide(Actor::Owner, WithdrawalCommand::Commit, NOW)
        .and_then(|step| {
            step.then(|gone| gone.decide(Actor::Provider, WithdrawalCommand::Await { reference: None }, NOW))
        })
        .and_then(|step| {
            step.then(|gone| {
                gone.decide(Actor::Provider, WithdrawalCommand::Complete { reference: None }, NOW)
            })
        })
        .unwrap();
    book.apply(&step.moves);
    book.check(SELLER, "0.00", "0.00");
    assert_eq!(book.went, usd("80.00").amount);
    assert_eq!(step.next.status, WithdrawalStatus::Completed);
}

#[test]
fn a_refunded_order() {
    let mut book = Book::default();
    top_up(&mut book);
    let order = funded(&mut book);
    let step = order.refund_on_ledger(Actor::Seller, None, NOW).unwrap();
    book.apply(&step.moves);
    book.check(BUYER, "100.00", "0.00");
    book.check(SELLER, "0.00", "0.00");
    let told = ["order.refund_requested", "escrow.refunded", "order.refunded", "order.closed"];
    assert_eq!(names(&step), told);
}

#[test]
fn a_disputed_order_whose_money_is_split() {
    let mut book = Book::default();
    top_up(&mut book);
    let order = funded(&mut book);

    let disputed =
        run(&order, [(Actor::Seller, dispute(DisputeReason::Other)), (Actor::Support, assign("Mo"))]);
    assert_eq!(names(&disputed), ["dispute.opened", "order.disputed", "dispute.under_review"]);
    assert_eq!((disputed.moves.len(), disputed.next.status), (0, OrderStatus::Disputed));

    let split = Decision::Split { to_seller: usd("48.00"), to_buyer: usd("32.00") };
    let step =
        disputed.next.resolve_on_ledger(Actor::Support, split, Some("Half of it came.".into()), NOW).unwrap();
    book.apply(&step.moves);
    book.check(SELLER, "48.00", "0.00");
    book.check(BUYER, "52.00", "0.00");
    assert_eq!(names(&step), ["dispute.resolved", "escrow.released", "order.released", "order.closed"]);
    assert_eq!(step.next.dispute.as_ref().map(|dispute| dispute.id), Some(DISPUTE));
    let again = step.next.resolve_on_ledger(Actor::Support, split, None, NOW).unwrap();
    assert_eq!(again, Step { next: step.next, events: vec![], moves: vec![], is_changed: false });
}

/// 100.00 for the buyer, from a provider that says but how it ended.
fn top_up(book: &mut Book) {
    let wait = TopUpCommand::AwaitUser { reference: None, confirmation_uri: None };
    let step = TopUp::create(TopUpId::from_bytes([8; 16]), BUYER, usd("100.00"), NOW)
        .and_then(|step| step.then(|top_up| top_up.decide(Actor::Relay, wait)))
        .and_then(|step| {
            step.then(|top_up| top_up.decide(Actor::Provider, TopUpCommand::Succeed { reference: None }))
        })
        .expect("a top-up");
    assert_eq!(step.next.status, TopUpStatus::Succeeded);
    assert_eq!(names(&step), ["topup.created", "topup.confirmation_required", "topup.succeeded"]);
    book.apply(&step.moves);
}

/// An order over 80.00, whose money goes from available over reserved into escrow.
fn funded(book: &mut Book) -> Order {
    let reserved = run(&order(terms("80.00")), [(Actor::Buyer, reserve("80.00"))]);
    assert_eq!(names(&reserved), ["order.funds_reserved"]);
    book.apply(&reserved.moves);
    book.check(BUYER, "20.00", "80.00");

    let made = reserved.next.create_escrow_on_ledger(Actor::Buyer, ESCROW, LAX, NOW).expect("an escrow");
    assert_eq!(names(&made), ["order.escrow_creating", "escrow.created", "order.escrow_funding"]);
    book.apply(&made.moves);
    book.check(BUYER, "20.00", "80.00");

    let full = made.next.fund_on_ledger(Actor::Buyer, NOW).expect("funds");
    let told = ["escrow.funding_started", "escrow.funded", "order.escrow_funded", "order.in_progress"];
    assert_eq!(names(&full), told);
    book.apply(&full.moves);
    book.check(BUYER, "20.00", "0.00");
    full.next
}
