//! What holds at every step, whatever is asked.

use std::collections::BTreeMap;

use ledger::{Account, Book, Funds, Posted, Pot, Rail, Reason, Stage, Subject, Tally, Transfer};
use proptest::collection::vec;
use proptest::prelude::*;
use protocol::{Currency, OrderId, TopUpId, TransferId, UserId, WithdrawalId};

use crate::operations::{Dice, Lives, Operation};

proptest! {
    #[test]
    fn the_accounts_of_a_currency_hold_nothing_together(draws in draws()) {
        each_step(&draws, |book, _| {
            for currency in Currency::ALL {
                let of_it = book.balances().iter().filter(|(account, _)| account.currency == currency);
                assert_eq!(of_it.map(|(_, balance)| i128::from(balance.minor())).sum::<i128>(), 0);
            }
        });
    }

    #[test]
    fn no_account_but_the_worlds_is_below_zero_or_above_an_amount(draws in draws()) {
        each_step(&draws, |book, _| {
            for (account, balance) in book.balances() {
                assert!(balance.amount().is_some() || matches!(account.pot, Pot::Clearing(_)), "{account}");
            }
        });
    }

    #[test]
    fn balances_are_what_was_credited_less_what_was_debited(draws in draws()) {
        each_step(&draws, |book, _| {
            let mut sums = BTreeMap::new();
            for transfer in book.log() {
                *sums.entry(transfer.debited()).or_insert(0) -= transfer.money.amount.minor().cast_signed();
                *sums.entry(transfer.credited()).or_insert(0) += transfer.money.amount.minor().cast_signed();
            }
            let balances = book.balances().iter().map(|(account, balance)| (*account, balance.minor()));
            assert_eq!(balances.collect::<BTreeMap<_, _>>(), sums);
        });
    }

    #[test]
    fn what_is_reserved_and_what_is_in_escrow_is_what_waits(draws in draws()) {
        each_step(&draws, |book, _| {
            let mut waiting = BTreeMap::new();
            let subjects: std::collections::BTreeSet<_> = book.log().iter().map(|transfer| transfer.subject).collect();
            for subject in subjects {
                let (pot, money) = match (subject, book.funds(subject)) {
                    (_, Some(Funds::HeldForOrder(hold))) => (Pot::Reserved(hold.owner()), hold.money()),
                    (_, Some(Funds::HeldForWithdrawal(hold))) => (Pot::Reserved(hold.owner()), hold.money()),
                    (Subject::Order(order), Some(Funds::Escrowed(money))) => (Pot::Escrow(order), money.money()),
                    _ => continue,
                };
                let account = Account { pot, currency: money.currency };
                *waiting.entry(account).or_insert(0) += money.amount.minor().cast_signed();
            }
            let held = book.balances().iter().filter(|(account, balance)| {
                matches!(account.pot, Pot::Reserved(_) | Pot::Escrow(_)) && balance.minor() != 0
            });
            assert_eq!(held.map(|(account, balance)| (*account, balance.minor())).collect::<BTreeMap<_, _>>(), waiting);
        });
    }

    #[test]
    fn a_stage_is_reached_once_and_its_repetition_changes_nothing(draws in draws()) {
        let mut written = Vec::new();
        each_step(&draws, |book, posted| {
            written.extend(posted);
            let mut stages: Vec<(Subject, Stage)> = book
                .log()
                .iter()
                .filter(|transfer| transfer.leg == 0)
                .map(|transfer| (transfer.subject, transfer.key().stage))
                .collect();
            let all = stages.len();
            stages.sort_unstable();
            stages.dedup();
            assert_eq!(stages.len(), all);
        });
        let mut book = book_of(&draws);
        let (balances, log) = (book.balances().clone(), book.log().to_vec());
        for operation in written {
            let posting = operation.posting().expect("it was written");
            assert_eq!(book.post(&posting), Ok(Posted::Before));
            assert_eq!((book.balances(), book.log()), (&balances, log.as_slice()));
        }
    }

    #[test]
    fn what_is_refused_changes_nothing(draws in draws()) {
        let mut before = (BTreeMap::new(), Vec::new());
        each_step(&draws, |book, posted| {
            let after = (book.balances().clone(), book.log().to_vec());
            if posted.is_none() {
                assert_eq!(after, before);
            }
            before = after;
        });
    }

    #[test]
    fn a_store_that_looks_up_what_a_posting_touches_comes_to_the_same(draws in draws()) {
        let mut stored = BTreeMap::new();
        each_step(&draws, |book, posted| {
            if let Some(posting) = posted.map(|operation| operation.posting().expect("it was written")) {
                let found = posting.accounts().into_iter().map(|account| {
                    (account, stored.get(&account).copied().unwrap_or_default())
                });
                let applied = posting.apply(&found.collect()).expect("the book took it");
                assert_eq!(applied.keys().copied().collect::<std::collections::BTreeSet<_>>(), posting.accounts());
                stored.extend(applied);
            }
            assert_eq!(&stored, book.balances());
        });
    }

    #[test]
    fn accounts_subjects_and_reasons_are_read_as_they_are_written(
        id: [u8; 16],
        currency in (0..Currency::ALL.len()).prop_map(|at| Currency::ALL[at]),
        rail in "[a-z][a-z0-9_]{0,15}",
    ) {
        let rail: Rail = rail.parse().expect("the name of a rail");
        let [user, order] = [UserId::from_bytes(id), UserId::from_bytes(id)].map(|user| *user.as_bytes());
        for pot in [
            Pot::Available(UserId::from_bytes(user)),
            Pot::Reserved(UserId::from_bytes(user)),
            Pot::Escrow(OrderId::from_bytes(order)),
            Pot::Fees,
            Pot::Clearing(rail),
        ] {
            let account = Account { pot, currency };
            prop_assert_eq!(account.to_string().parse(), Ok(account));
        }
        for subject in [
            Subject::TopUp(TopUpId::from_bytes(id)),
            Subject::Order(OrderId::from_bytes(id)),
            Subject::Withdrawal(WithdrawalId::from_bytes(id)),
            Subject::Transfer(TransferId::from_bytes(id)),
        ] {
            prop_assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        for reason in Reason::ALL {
            prop_assert_eq!(reason.to_string().parse(), Ok(reason));
        }
    }
}

/// Seeds of operations, so that a failure is shrunk to the few that matter.
fn draws() -> impl Strategy<Value = Vec<u64>> {
    vec(any::<u64>(), 1..60)
}

/// A book that has something in it.
pub(crate) fn books() -> impl Strategy<Value = Book> {
    draws().prop_map(|draws| book_of(&draws)).prop_filter("nothing was done", |book| !book.log().is_empty())
}

/// Draws operations and posts them; shows the book after each, and the operation if it was written.
fn each_step(draws: &[u64], mut see: impl FnMut(&Book, Option<Operation>)) {
    let (mut book, mut lives) = (Book::default(), Lives::new());
    for draw in draws {
        let operation = Operation::draw(&mut Dice(*draw), 0, &lives);
        let posted = operation.posting().is_ok_and(|posting| book.post(&posting) == Ok(Posted::Now));
        if posted {
            lives.insert(operation.subject, operation);
        }
        see(&book, posted.then_some(operation));
    }
}

fn book_of(draws: &[u64]) -> Book {
    let mut last = Book::default();
    each_step(draws, |book, posted| {
        if let Some(posting) = posted.map(|operation| operation.posting().expect("it was written")) {
            last.post(&posting).expect("it was written in the same order");
        }
        assert_eq!(last.log(), book.log());
    });
    last
}

/// What a log comes to, compared with balances that are stored.
pub(crate) fn verified(log: &[Transfer], book: &Book) -> Result<(), ledger::Fault> {
    let mut tally = Tally::default();
    log.iter().try_for_each(|transfer| tally.add(transfer))?;
    tally.finish(book.balances().iter().map(|(account, balance)| (*account, *balance)))
}
