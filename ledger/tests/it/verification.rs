//! Whoever changes a stored log or a stored balance is found out by folding the log.

use ledger::{Balance, Fault, Pot, Tally, Transfer};
use proptest::prelude::*;
use proptest::sample::Index;
use protocol::limits::AMOUNT_MINOR_MAX;
use protocol::{Currency, UserId};

use crate::actors::minor;
use crate::invariants::{books, verified};

/// Someone who trades nowhere.
const STRANGER: UserId = UserId::from_bytes([0xEE; 16]);

proptest! {
    #[test]
    fn what_was_posted_is_proven(book in books()) {
        prop_assert_eq!(verified(book.log(), &book), Ok(()));
    }

    #[test]
    fn any_transfer_that_is_made_to_move_otherwise_is_found(book in books(), place: Index, by in 0..CHANGES.len()) {
        let mut log = book.log().to_vec();
        let place = place.index(log.len());
        CHANGES[by](&mut log[place]);
        prop_assert_eq!(verified(&log, &book).is_ok(), log == book.log(), "{:?}", log[place]);
    }

    #[test]
    fn a_transfer_that_is_missing_is_found(book in books(), place: Index) {
        let mut log = book.log().to_vec();
        log.remove(place.index(log.len()));
        prop_assert!(verified(&log, &book).is_err());
    }

    #[test]
    fn a_log_that_stops_within_a_posting_is_found_even_if_balances_agree(book in books(), place: Index) {
        let (before, after) = book.log().split_at(place.index(book.log().len()));
        let mut tally = Tally::default();
        before.iter().try_for_each(|transfer| tally.add(transfer)).expect("it was posted in this order");
        let stored = tally.balances().clone();
        prop_assert_eq!(tally.finish(stored).is_ok(), after[0].leg == 0);
    }

    #[test]
    fn a_transfer_that_stands_there_twice_is_found(book in books(), place: Index, again: Index) {
        let mut log = book.log().to_vec();
        let place = place.index(log.len());
        log.insert(place + 1 + again.index(log.len() - place), log[place]);
        prop_assert!(matches!(verified(&log, &book), Err(Fault::OutOfTurn(key)) if key == book.log()[place].key()));
    }

    #[test]
    fn transfers_of_a_subject_that_changed_places_are_found(book in books(), place: Index) {
        let mut log = book.log().to_vec();
        let pairs = (0..log.len()).flat_map(|first| (first + 1..log.len()).map(move |second| (first, second)));
        let pairs: Vec<_> = pairs.filter(|(first, second)| log[*first].subject == log[*second].subject).collect();
        if !pairs.is_empty() {
            let (first, second) = pairs[place.index(pairs.len())];
            log.swap(first, second);
            prop_assert!(verified(&log, &book).is_err());
        }
    }

    #[test]
    fn a_stored_balance_that_is_changed_lost_or_made_up_is_found(book in books(), place: Index, by in prop_oneof![-3_i64..0, 1_i64..=3]) {
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

/// What may be changed of a stored transfer. Not what it was for: money that comes back has moved alike whether it was voided or
/// expired.
const CHANGES: [fn(&mut Transfer); 7] = [
    |transfer| transfer.money.amount = minor(transfer.money.amount.minor() - 1),
    |transfer| transfer.money.amount = minor((transfer.money.amount.minor() + 1).min(AMOUNT_MINOR_MAX)),
    |transfer| transfer.money.currency = Currency::Kwd,
    |transfer| transfer.debit = Pot::Available(STRANGER),
    |transfer| transfer.credit = Pot::Available(STRANGER),
    |transfer| transfer.credit = transfer.debit,
    |transfer| transfer.leg += 1,
];
