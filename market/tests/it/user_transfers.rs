//! Money that one user sends another moves once, to somebody else.

use market::{Move, Problem, Refusal, Step, UserTransfer};
use protocol::{TransferId, UserId};

use crate::world::{BUYER, Book, NOW, SELLER, names, usd};

const ID: TransferId = TransferId::from_bytes([9; 16]);

#[test]
fn what_is_sent_is_the_others() {
    let mut book = Book { came: usd("20.00").amount, ..Book::default() };
    book.available.insert(BUYER, usd("20.00").amount);
    let step = send(SELLER, "12.50", Some("For the desk.")).unwrap();
    assert_eq!(step.moves, [Move::Send { transfer: ID, from: BUYER, to: SELLER, money: usd("12.50") }]);
    assert_eq!(names(&step), ["transfer.sent"]);
    book.apply(&step.moves);
    book.check(BUYER, "7.50", "0.00");
    book.check(SELLER, "12.50", "0.00");
}

#[test]
fn it_is_something_sent_to_somebody_else_with_a_note_that_says_something() {
    check(BUYER, "12.50", None, &["to_user_id"]);
    check(SELLER, "0.00", None, &["amount"]);
    check(SELLER, "12.50", Some(" \n"), &["note"]);
    check(BUYER, "0.00", Some(&"a".repeat(2001)), &["to_user_id", "amount", "note"]);
    assert!(send(SELLER, "0.01", Some(&"a".repeat(2000))).is_ok());
}

/// What is wrong with it, by field.
#[track_caller]
fn check(to: UserId, amount: &str, note: Option<&str>, expected: &[&str]) {
    let Err(Refusal::Invalid(problems)) = send(to, amount, note) else { panic!("it was taken") };
    let fields: Vec<&str> = problems.iter().map(|Problem { field, .. }| field.as_str()).collect();
    assert_eq!(fields, expected);
}

fn send(to: UserId, amount: &str, note: Option<&str>) -> Result<Step<UserTransfer>, Refusal> {
    UserTransfer::send(ID, [BUYER, to], usd(amount), note.map(Into::into), NOW)
}
