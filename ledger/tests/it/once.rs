//! Whatever is settled is settled once, however many have read it before, and in whichever way they would settle it.

use ledger::{
    Book, Escrowed, Fault, Funds, Hold, Posted, Posting, Rail, Refusal, Split, Stage, Subject, TransferKey,
    credit, hold, send,
};
use protocol::{Amount, OrderId, TopUpId, UserId, WithdrawalId};

use crate::actors::{BUYER, ORDER, SELLER, TOP_UP, TRANSFER, WITHDRAWAL, bank, dollars};

/// An order that nothing is held for yet.
const ANOTHER: OrderId = OrderId::from_bytes([9; 16]);

/// One of the ways to settle something.
type Way = (&'static str, fn(&Book) -> Result<Posting, Refusal>);

#[test]
fn a_hold_for_an_order_is_settled_once() {
    let ways: [Way; 3] = [
        ("funded", |book| Ok(ordering(book).post())),
        ("canceled", |book| Ok(ordering(book).void())),
        ("expired", |book| Ok(ordering(book).expire())),
    ];
    check(held, ORDER, Stage::Settled, &ways);
}

#[test]
fn a_hold_for_a_withdrawal_is_settled_once() {
    let ways: [Way; 4] = [
        ("paid out", |book| Ok(withdrawing(book).post(Rail::MANUAL))),
        ("paid out by another rail", |book| Ok(withdrawing(book).post(bank()))),
        ("failed", |book| Ok(withdrawing(book).void())),
        ("expired", |book| Ok(withdrawing(book).expire())),
    ];
    check(held, WITHDRAWAL, Stage::Settled, &ways);
}

#[test]
fn money_leaves_escrow_once() {
    let ways: [Way; 6] = [
        ("released", |book| escrowed(book).release(SELLER, Amount::ZERO)),
        ("released to another", |book| escrowed(book).release(BUYER, Amount::ZERO)),
        ("released for a fee", |book| escrowed(book).release(SELLER, dollars("20.00").amount)),
        ("refunded", |book| Ok(escrowed(book).refund())),
        ("split", |book| escrowed(book).split(SELLER, parts(), Amount::ZERO)),
        ("split for a fee", |book| escrowed(book).split(SELLER, parts(), dollars("1.00").amount)),
    ];
    check(funded, ORDER, Stage::Closed, &ways);
}

#[test]
fn a_top_up_comes_in_once() {
    let ways: [Way; 3] = [
        ("credited", |_| credit(TOP_UP, BUYER, Rail::MANUAL, dollars("5.00"))),
        ("with more", |_| credit(TOP_UP, BUYER, Rail::MANUAL, dollars("6.00"))),
        ("to another", |_| credit(TOP_UP, SELLER, Rail::MANUAL, dollars("5.00"))),
    ];
    check(Book::default, TOP_UP, Stage::Opened, &ways);
}

#[test]
fn money_is_held_once_for_one_order() {
    let ways: [Way; 3] = [
        ("held", |_| hold(ANOTHER, BUYER, dollars("5.00"))),
        ("more of it", |_| hold(ANOTHER, BUYER, dollars("6.00"))),
        ("of another", |_| hold(ANOTHER, SELLER, dollars("5.00"))),
    ];
    check(held, ANOTHER, Stage::Opened, &ways);
}

#[test]
fn money_is_sent_once() {
    let ways: [Way; 4] = [
        ("sent", |_| send(TRANSFER, BUYER, SELLER, dollars("5.00"))),
        ("more of it", |_| send(TRANSFER, BUYER, SELLER, dollars("6.00"))),
        ("to another", |_| send(TRANSFER, BUYER, UserId::from_bytes([9; 16]), dollars("5.00"))),
        ("back", |_| send(TRANSFER, SELLER, BUYER, dollars("5.00"))),
    ];
    check(held, TRANSFER, Stage::Opened, &ways);
}

/// Two read the same, and each would settle it in its way: the first does, and the second changes nothing, whether it comes
/// with the same way, which was done before, or with another, which comes too late.
#[track_caller]
fn check(begin: fn() -> Book, subject: impl Into<Subject>, stage: Stage, ways: &[Way]) {
    let key = TransferKey { subject: subject.into(), stage, leg: 0 };
    for (first, settle_first) in ways {
        for (second, settle_second) in ways {
            let mut book = begin();
            let [settled, late] =
                [settle_first, settle_second].map(|settle| settle(&book).expect("it may be asked"));
            assert_eq!([settled.key(), late.key()], [key; 2], "{first}, then {second}");
            assert_eq!(book.post(&settled), Ok(Posted::Now), "{first}");
            let (balances, log) = (book.balances().clone(), book.log().to_vec());
            let expected = if first == second { Ok(Posted::Before) } else { Err(Fault::OutOfTurn(key)) };
            assert_eq!(book.post(&late), expected, "{first}, then {second}");
            assert_eq!((book.balances(), book.log()), (&balances, log.as_slice()), "{first}, then {second}");
        }
    }
}

/// Both have money, and some of it is held for an order and for a withdrawal.
fn held() -> Book {
    let mut book = Book::default();
    for posting in [
        credit(TOP_UP, BUYER, Rail::MANUAL, dollars("100.00")),
        credit(TopUpId::from_bytes([8; 16]), SELLER, Rail::MANUAL, dollars("100.00")),
        hold(ORDER, BUYER, dollars("60.00")),
        hold(WITHDRAWAL, SELLER, dollars("30.00")),
    ] {
        book.post(&posting.expect("it is more than nothing")).expect("there is enough");
    }
    book
}

fn funded() -> Book {
    let mut book = held();
    book.post(&ordering(&book).post()).expect("it is held");
    book
}

fn ordering(book: &Book) -> Hold<OrderId> {
    let Some(Funds::HeldForOrder(hold)) = book.funds(ORDER) else { panic!("nothing is held for the order") };
    hold
}

fn withdrawing(book: &Book) -> Hold<WithdrawalId> {
    let Some(Funds::HeldForWithdrawal(hold)) = book.funds(WITHDRAWAL) else { panic!("nothing is withdrawn") };
    hold
}

fn escrowed(book: &Book) -> Escrowed {
    let Some(Funds::Escrowed(escrowed)) = book.funds(ORDER) else { panic!("the order is not funded") };
    escrowed
}

/// Of what is in escrow. The seller's is what a release leaves for the same fee.
fn parts() -> Split {
    Split { to_seller: dollars("40.00").amount, to_buyer: dollars("20.00").amount }
}
