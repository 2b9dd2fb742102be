//! Whoever changes a stored log or a stored balance is found out by folding the log.

use ledger::{Balance, Fault, Pot, Reason, Tally, Transfer};
use proptest::prelude::*;
use proptest::sample::Index;
use protocol::{Currency, UserId};

use crate::actors::minor;
use crate::invariants::{book_of, draws, verified};

/// Someone who trades nowhere.
const STRANGER: UserId = UserId::from_bytes([0xEE; 16]);

proptest! {
    #[test]
    fn what_was_posted_is_proven(draws in draws()) {
        let book = book_of(&draws);
        prop_assert_eq!(verified(book.log(), &book), Ok(()));
    }

    #[test]
    fn any_transfer_that_is_changed_is_found(draws in draws(), place: Index, by in 0..CHANGES.len()) {
        let book = book_of(&draws);
        prop_assume!(!book.log().is_empty());
        let mut log = book.log().to_vec();
        let place = place.index(log.len());
        CHANGES[by](&mut log[place]);
        prop_assume!(log[place] != book.log()[place]);
        prop_assert!(verified(&log, &book).is_err(), "{:?}", log[place]);
    }

    #[test]
    fn a_transfer_that_is_missing_is_found(draws in draws(), place: Index) {
        let book = book_of(&draws);
        prop_assume!(!book.log().is_empty());
        let mut log = book.log().to_vec();
        log.remove(place.index(log.len()));
        prop_assert!(verified(&log, &book).is_err());
    }

    #[test]
    fn a_transfer_that_stands_there_twice_is_found(draws in draws(), place: Index, again: Index) {
        let book = book_of(&draws);
        prop_assume!(!book.log().is_empty());
        let mut log = book.log().to_vec();
        let place = place.index(log.len());
        log.insert(place + 1 + again.index(log.len() - place), log[place]);
        prop_assert!(matches!(verified(&log, &book), Err(Fault::OutOfTurn(key)) if key == book.log()[place].key()));
    }

    #[test]
    fn transfers_of_a_subject_that_changed_places_are_found(draws in draws(), place: Index) {
        let book = book_of(&draws);
        prop_assume!(!book.log().is_empty());
        let mut log = book.log().to_vec();
        let place = place.index(log.len());
        let later = (place + 1..log.len()).find(|later| log[*later].subject == log[place].subject);
        let Some(later) = later else { return Err(TestCaseError::reject("a subject of one transfer")) };
        log.swap(place, later);
        prop_assert!(verified(&log, &book).is_err());
    }

    #[test]
    fn a_stored_balance_that_is_changed_lost_or_made_up_is_found(draws in draws(), place: Index, by in -3_i64..=3) {
        let book = book_of(&draws);
        prop_assume!(!book.log().is_empty() && by != 0);
        let mut stored: Vec<_> = book.balances().iter().map(|(account, balance)| (*account, *balance)).collect();
        let place = place.index(stored.len());
        let is_empty = stored[place].1 == Balance::ZERO;
        let finish = |stored: Vec<_>| {
            let mut tally = Tally::default();
            book.log().iter().try_for_each(|transfer| tally.add(transfer)).and_then(|()| tally.finish(stored))
        };
        let lost = stored.remove(place);
        prop_assert_eq!(finish(stored.clone()).is_ok(), is_empty);
        stored.push((lost.0, Balance::from_minor(lost.1.minor() + by)));
        let drifted = finish(stored.clone());
        prop_assert!(matches!(drifted, Err(Fault::Drifted { account, .. }) if account == lost.0), "{:?}", drifted);
        stored.pop();
        stored.extend([lost, (ledger::Account { pot: Pot::Available(STRANGER), ..lost.0 }, Balance::from_minor(by))]);
        prop_assert!(finish(stored).is_err());
    }
}

/// What may be changed of a stored transfer.
const CHANGES: [fn(&mut Transfer); 8] = [
    |transfer| transfer.money.amount = minor(transfer.money.amount.minor() - 1),
    |transfer| transfer.money.amount = minor((transfer.money.amount.minor() + 1).min(1_000_000_000_000_000)),
    |transfer| transfer.money.currency = Currency::Kwd,
    |transfer| transfer.debit = Pot::Available(STRANGER),
    |transfer| transfer.credit = Pot::Available(STRANGER),
    |transfer| transfer.credit = transfer.debit,
    |transfer| transfer.leg += 1,
    |transfer| {
        let at = Reason::ALL.iter().position(|reason| *reason == transfer.reason).unwrap_or_default();
        transfer.reason = Reason::ALL[(at + 1) % Reason::ALL.len()];
    },
];
