//! A million operations at random, each judged by the ledger and by a reference that is as naive as can be: what is done, what
//! is refused and why, what is a repetition, and what accounts hold after it.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use ledger::{Book, Fault, Posted, Posting, Refusal, Tally};

use crate::operations::{Dice, Lives, Operation};
use crate::reference::{Reference, Verdict};

const RUNS: u64 = 20;
const STEPS: u64 = 50_000;

/// How many steps a subject is drawn for, on the whole: long enough for its life and for what comes too late.
const STEPS_A_SUBJECT: u64 = 8;

/// How far back an operation is taken that is asked for again.
const REMEMBERED: usize = 64;

/// Each verdict is seen this often, or the test says little.
const SEEN_MIN: u64 = 100;

#[test]
fn a_million_operations_come_to_what_a_naive_ledger_says() {
    let wanted = std::env::var("PALAVER_SEED").ok().and_then(|seed| seed.parse().ok());
    let first: u64 = wanted.unwrap_or_else(|| RandomState::new().build_hasher().finish() >> 32);
    let mut seen = BTreeMap::new();
    for seed in first..first + RUNS {
        run(seed, &mut seen);
    }
    assert_eq!(seen.values().sum::<u64>(), RUNS * STEPS);
    assert!(
        seen.len() == 6 && seen.values().all(|count| *count >= SEEN_MIN),
        "PALAVER_SEED={first}: {seen:?}"
    );
}

fn run(seed: u64, seen: &mut BTreeMap<Verdict, u64>) {
    let (mut dice, mut lives) = (Dice(seed), Lives::new());
    let (mut book, mut reference) = (Book::default(), Reference::default());
    let mut asked: Vec<Operation> = Vec::new();
    for step in 0..STEPS {
        let operation = match dice.below(8) {
            0 if !asked.is_empty() => asked[dice.place(asked.len())],
            _ => Operation::draw(&mut dice, step / STEPS_A_SUBJECT, &lives),
        };
        let expected = reference.perform(operation);
        let context = || format!("PALAVER_SEED={seed}, step {step}: {operation:?}");
        match operation.posting() {
            Err(_) => assert_eq!(Verdict::Senseless, expected, "{}", context()),
            Ok(posting) => {
                let verdict = post(&mut book, &posting, &context);
                assert_eq!(verdict, expected, "{}", context());
                for account in posting.accounts() {
                    let expected = reference.held.get(&account).copied().unwrap_or(0);
                    assert_eq!(i128::from(book.balance(account).minor()), expected, "{}", context());
                }
            }
        }
        if expected == Verdict::Done {
            lives.insert(operation.subject, operation);
        }
        *seen.entry(expected).or_default() += 1;
        if asked.len() < REMEMBERED {
            asked.push(operation);
        } else {
            asked[dice.place(REMEMBERED)] = operation;
        }
    }
    finish(&book, &reference, seed);
}

/// Posts it, and sees that the accounts together hold as much as before: nothing.
fn post(book: &mut Book, posting: &Posting, context: &impl Fn() -> String) -> Verdict {
    let sum = |book: &Book| {
        posting.accounts().into_iter().map(|account| book.balance(account).minor()).sum::<i64>()
    };
    let before = sum(book);
    let verdict = match book.post(posting) {
        Ok(Posted::Now) => Verdict::Done,
        Ok(Posted::Before) => Verdict::DoneBefore,
        Err(Fault::OutOfTurn(_) | Fault::Unfinished(_)) => Verdict::OutOfTurn,
        Err(Fault::Refused(_, Refusal::Insufficient { .. })) => Verdict::Insufficient,
        Err(Fault::Refused(_, Refusal::Overflow { .. })) => Verdict::Overflow,
        Err(fault) => panic!("{}: {fault}", context()),
    };
    assert_eq!(sum(book), before, "{}", context());
    verdict
}

/// In the end both hold the same everywhere, and the log proves it.
fn finish(book: &Book, reference: &Reference, seed: u64) {
    let held: BTreeMap<_, _> = reference.held.iter().map(|(account, minor)| (*account, *minor)).collect();
    let found = book.balances().iter().map(|(account, balance)| (*account, i128::from(balance.minor())));
    assert!(found.filter(|(_, minor)| *minor != 0).eq(held.into_iter().filter(|(_, minor)| *minor != 0)));
    let mut tally = Tally::default();
    for transfer in book.log() {
        tally.add(transfer).unwrap_or_else(|fault| panic!("PALAVER_SEED={seed}: {fault}"));
    }
    let stored = book.balances().iter().map(|(account, balance)| (*account, *balance));
    assert_eq!(tally.finish(stored), Ok(()), "PALAVER_SEED={seed}");
}
