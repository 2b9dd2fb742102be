//! What a relay is tried by that is killed: at which of its calls, and by what it has told and moved in the end.
//!
//! It is the relay that is shipped. The system kills it as one of its threads makes its nth call of a kind; how many there are is
//! found out by going on until one is no longer reached.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use e2e::receiver::Receiver;
use rusqlite::{Connection, OpenFlags};

use crate::webhooks::outbox;

/// By how much later the relay is killed each time in CI, where not every call is tried: it begins somewhere else in each run, so
/// that in time all are seen. Where every call is tried, `PALAVER_SEED` says from which one on.
const FACTOR: u32 = 3;

/// Whether every call is tried.
pub(crate) fn is_thorough() -> bool {
    e2e::rounds(0, 1) == 1
}

/// Tries one call of a kind after the other, until none is reached: `run` is told which, and says how often the relay died.
#[track_caller]
pub(crate) fn at_each(call: &str, mut run: impl FnMut(u32) -> u32) {
    if let Some(reason) = e2e::untraceable() {
        eprintln!("SKIPPED: this machine does not let processes be traced: {reason}");
        return;
    }
    let first = if is_thorough() {
        e2e::wanted_seed().unwrap_or(1)
    } else {
        1 + e2e::first_seed() % u64::from(FACTOR)
    };
    let mut nth = u32::try_from(first).unwrap();
    let mut kills = 0;
    loop {
        match run(nth) {
            0 => break,
            deaths => kills += deaths,
        }
        nth = if is_thorough() { nth + 1 } else { nth * FACTOR };
    }
    assert!(kills > 0, "no thread makes a {call}: nothing was tried");
    eprintln!("{call}: killed {kills} times; no thread makes more than {nth}");
}

/// How much was told and moved, in a relay's folder.
pub(crate) fn counts(folder: &Path) -> [u32; 2] {
    let store = store(folder);
    ["events", "ledger_transfers"].map(|table| {
        let count = format!("SELECT coalesce(max(number), 0) FROM {table} WHERE space_id = 1");
        store.query_row(&count, [], |row| row.get(0)).unwrap()
    })
}

/// What was since: the names of what was told and the reasons of what was moved, in their order.
pub(crate) fn since(folder: &Path, [told, moved]: [u32; 2]) -> [Vec<String>; 2] {
    let store = store(folder);
    [("name", "events", told), ("reason", "ledger_transfers", moved)].map(|(column, table, behind)| {
        let all = format!("SELECT {column} FROM {table} WHERE space_id = 1 AND number > ?1 ORDER BY number");
        let mut all = store.prepare(&all).unwrap();
        let names = all.query_map([behind], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    })
}

/// Waits until a receiver has been told everything behind what a relay had told before, by its id, and the same wherever it came
/// twice. `known` is what other relays have told it, of which some may come late.
#[track_caller]
pub(crate) fn check_heard(
    receiver: &Receiver,
    folder: &Path,
    behind: u32,
    known: &mut BTreeMap<String, String>,
) {
    let told = outbox(folder, behind);
    let mut unheard: BTreeSet<String> = told.iter().map(|(id, _)| id.clone()).collect();
    known.extend(told);
    while !unheard.is_empty() {
        let message = receiver.next();
        assert_eq!(known.get(message.id()), Some(&message.text), "nothing is told that is not so");
        unheard.remove(message.id());
    }
}

/// What a relay keeps, to be read.
pub(crate) fn store(folder: &Path) -> Connection {
    let file = folder.join("relay.sqlite");
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}
