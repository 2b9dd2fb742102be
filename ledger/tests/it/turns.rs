//! Which transfer may follow which, and what it has to be like.

use ledger::{Fault, Funds, Pot, Rail, Reason, Subject, Transfer};
use protocol::{Currency, Money, OrderId, UserId};

use crate::actors::{BUYER, ORDER, SELLER, TOP_UP, TRANSFER, WITHDRAWAL, dollars, minor};

use Reason::{ChargeBack, Expire, Fee, Hold, Post, Refund, Release, Send, TopUp, Void};

#[test]
fn a_top_up_comes_in_and_may_be_taken_back() {
    check(TOP_UP, &[], &[TopUp]);
    check(TOP_UP, &[TopUp], &[ChargeBack]);
    check(TOP_UP, &[TopUp, ChargeBack], &[]);
}

#[test]
fn money_is_held_for_an_order_and_comes_back_or_goes_into_escrow() {
    check(ORDER, &[], &[Hold]);
    check(ORDER, &[Hold], &[Post, Void, Expire]);
    check(ORDER, &[Hold, Void], &[]);
    check(ORDER, &[Hold, Expire], &[]);
    check(ORDER, &[Hold, Post], &[Release, Refund]);
    check(ORDER, &[Hold, Post, Release], &[]);
    check(ORDER, &[Hold, Post, Refund], &[]);
}

#[test]
fn money_is_held_for_a_withdrawal_and_comes_back_or_goes_out() {
    check(WITHDRAWAL, &[], &[Hold]);
    check(WITHDRAWAL, &[Hold], &[Post, Void, Expire]);
    check(WITHDRAWAL, &[Hold, Void], &[]);
    check(WITHDRAWAL, &[Hold, Expire], &[]);
    check(WITHDRAWAL, &[Hold, Post], &[]);
}

#[test]
fn money_is_sent_and_that_is_all() {
    check(TRANSFER, &[], &[Send]);
    check(TRANSFER, &[Send], &[]);
}

#[test]
fn each_has_to_be_of_the_same_money_and_people_as_those_before() {
    let of_anyone = ["less", "more", "another currency"];
    check_changed(TOP_UP, &[], TopUp, &[&of_anyone[..], &["to a stranger"]].concat());
    check_changed(TOP_UP, &[TopUp], ChargeBack, &[]);
    check_changed(ORDER, &[], Hold, &of_anyone);
    check_changed(WITHDRAWAL, &[], Hold, &of_anyone);
    for settlement in [Post, Void, Expire] {
        check_changed(ORDER, &[Hold], settlement, &[]);
        check_changed(WITHDRAWAL, &[Hold], settlement, &[]);
    }
    let between_any_two = ["from a stranger", "to a stranger", "back"];
    check_changed(TRANSFER, &[], Send, &[&of_anyone[..], &between_any_two].concat());
    // Whose listing it was is not the ledger's to know.
    check_changed(ORDER, &[Hold, Post], Release, &["to a stranger"]);
    check_changed(ORDER, &[Hold, Post], Refund, &[]);
}

#[test]
fn escrow_is_left_by_the_sellers_part_then_the_buyers_then_a_fee_and_by_all_of_it() {
    check_left(&[(Release, 80)], Ok(true));
    check_left(&[(Refund, 80)], Ok(true));
    check_left(&[(Release, 78), (Fee, 2)], Ok(true));
    check_left(&[(Release, 48), (Refund, 32)], Ok(true));
    check_left(&[(Release, 47), (Refund, 32), (Fee, 1)], Ok(true));
    check_left(&[], Ok(false));

    check_left(&[(Release, 79)], Err(None));
    check_left(&[(Release, 48), (Refund, 31)], Err(None));
    check_left(&[(Release, 81)], Err(Some(0)));
    check_left(&[(Release, 48), (Refund, 33)], Err(Some(1)));
    check_left(&[(Release, 78), (Fee, 1), (Fee, 1)], Err(Some(1)));
    check_left(&[(Release, 40), (Release, 40)], Err(Some(1)));
    check_left(&[(Refund, 32), (Release, 48)], Err(Some(0)));
    check_left(&[(Release, 40), (Refund, 20), (Refund, 20)], Err(Some(2)));
    check_left(&[(Fee, 80)], Err(Some(0)));
    check_left(&[(Release, 80), (Fee, 0)], Err(Some(1)));
}

#[test]
fn nobody_else_gets_what_is_the_buyers_or_the_spaces() {
    let of = |(reason, leg, text)| Transfer { leg, money: dollars(text), ..transfer(ORDER.into(), reason) };
    let due = [
        (Hold, 0, "80.00"),
        (Post, 0, "80.00"),
        (Release, 0, "47.00"),
        (Refund, 1, "32.00"),
        (Fee, 2, "1.00"),
    ];
    for place in [3, 4] {
        let mut transfers = due.map(of);
        transfers[place].credit = Pot::Available(SELLER);
        assert_eq!(Funds::read(&transfers), Err(Fault::OutOfTurn(transfers[place].key())));
    }
    assert_eq!(Funds::read(&due.map(of)), Ok(Some(Funds::Closed)));
}

#[test]
fn transfers_of_two_subjects_are_not_read_as_one() {
    let other = Transfer { subject: WITHDRAWAL.into(), ..transfer(ORDER.into(), Void) };
    assert_eq!(Funds::read(&[transfer(ORDER.into(), Hold), other]), Err(Fault::OutOfTurn(other.key())));
}

/// Of all reasons, just `expected` may come next.
#[track_caller]
fn check(subject: impl Into<Subject>, before: &[Reason], expected: &[Reason]) {
    let subject = subject.into();
    let may_follow = |reason: &Reason| {
        let history: Vec<_> =
            before.iter().chain([reason]).map(|reason| transfer(subject, *reason)).collect();
        Funds::read(&history).is_ok()
    };
    assert_eq!(Reason::ALL.into_iter().filter(may_follow).collect::<Vec<_>>(), expected, "after {before:?}");
}

/// Of all changes to the next transfer, just `allowed` leave one that may come next.
#[track_caller]
fn check_changed(subject: impl Into<Subject>, before: &[Reason], next: Reason, allowed: &[&str]) {
    let subject = subject.into();
    let before: Vec<_> = before.iter().map(|reason| transfer(subject, *reason)).collect();
    let is_allowed = |change: fn(&mut Transfer)| {
        let mut changed = transfer(subject, next);
        change(&mut changed);
        Funds::read(before.iter().chain([&changed])).is_ok()
    };
    let found: Vec<_> =
        CHANGES.into_iter().filter(|(_, change)| is_allowed(*change)).map(|(name, _)| name).collect();
    assert_eq!(found, allowed, "{next} after {before:?}");
}

/// Money of 80 leaves escrow in parts: all of it or not at all, or some is left over, or a part is out of turn.
#[track_caller]
fn check_left(parts: &[(Reason, u64)], expected: Result<bool, Option<u8>>) {
    let parts = parts.iter().zip(0..).map(|((reason, dollars), leg)| {
        let mut part = transfer(ORDER.into(), *reason);
        (part.leg, part.money.amount) = (leg, minor(dollars * 100));
        part
    });
    let before = [Hold, Post].map(|reason| transfer(ORDER.into(), reason));
    let found = Funds::read(&before.into_iter().chain(parts).collect::<Vec<_>>());
    let found = match found {
        Ok(funds) => Ok(funds == Some(Funds::Closed)),
        Err(Fault::OutOfTurn(key)) => Err(Some(key.leg)),
        Err(fault) => {
            assert_eq!(fault, Fault::Unfinished(ORDER.into()));
            Err(None)
        }
    };
    assert_eq!(found, expected);
}

/// What each reason moves.
fn transfer(subject: Subject, reason: Reason) -> Transfer {
    let [available, reserved, escrow, world] =
        [Pot::Available(BUYER), Pot::Reserved(BUYER), Pot::Escrow(ORDER), Pot::Clearing(Rail::MANUAL)];
    let (debit, credit) = match reason {
        TopUp => (world, available),
        ChargeBack => (available, world),
        Hold => (available, reserved),
        Post if subject == ORDER.into() => (reserved, escrow),
        Post => (reserved, world),
        Void | Expire => (reserved, available),
        Release => (escrow, Pot::Available(SELLER)),
        Refund => (escrow, available),
        Fee => (escrow, Pot::Fees),
        Send => (available, Pot::Available(SELLER)),
    };
    Transfer { subject, reason, leg: 0, debit, credit, money: dollars("80.00") }
}

const STRANGER: UserId = UserId::from_bytes([0xEE; 16]);
const ELSEWHERE: OrderId = OrderId::from_bytes([0xEE; 16]);

type Change = (&'static str, fn(&mut Transfer));

const CHANGES: [Change; 12] = [
    ("nothing", |transfer| transfer.money = Money { amount: minor(0), ..transfer.money }),
    ("less", |transfer| transfer.money = dollars("79.99")),
    ("more", |transfer| transfer.money = dollars("80.01")),
    ("another currency", |transfer| transfer.money.currency = Currency::Eur),
    ("from a stranger", |transfer| transfer.debit = Pot::Available(STRANGER)),
    ("from what is set aside of a stranger", |transfer| transfer.debit = Pot::Reserved(STRANGER)),
    ("to a stranger", |transfer| transfer.credit = Pot::Available(STRANGER)),
    ("to another escrow", |transfer| transfer.credit = Pot::Escrow(ELSEWHERE)),
    ("from another escrow", |transfer| transfer.debit = Pot::Escrow(ELSEWHERE)),
    ("from where it goes", |transfer| transfer.debit = transfer.credit),
    ("back", |transfer| (transfer.debit, transfer.credit) = (transfer.credit, transfer.debit)),
    ("on another leg", |transfer| transfer.leg += 1),
];
