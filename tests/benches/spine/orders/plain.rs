//! Orders by a program in plain SQL.

use std::time::Duration;

use rusqlite::{Connection, params};

use super::{Speed, Started, timed};

/// The same in plain SQL: an order's row, and for each of reserve, fund and release two accounts and a transfer, each a transaction.
pub(super) fn trade_for(time: Duration) -> Speed {
    let folder = tempfile::tempdir().unwrap();
    let store = Connection::open(folder.path().join("plain.sqlite")).unwrap();
    store.pragma_update(None, "journal_mode", "WAL").unwrap();
    store.pragma_update(None, "synchronous", "FULL").unwrap();
    store
        .execute_batch(
            "CREATE TABLE accounts (name TEXT NOT NULL PRIMARY KEY, minor INTEGER NOT NULL CHECK (minor >= 0)) WITHOUT ROWID;
             CREATE TABLE transfers (number INTEGER PRIMARY KEY, debit TEXT NOT NULL, credit TEXT NOT NULL, minor INTEGER NOT NULL);
             CREATE TABLE orders (number INTEGER PRIMARY KEY, status TEXT NOT NULL, minor INTEGER NOT NULL);
             INSERT INTO accounts VALUES ('a', 1000000), ('b', 1000000), ('reserved', 0), ('escrow', 0);",
        )
        .unwrap();
    let mut steps = Vec::new();
    let started = Started::now();
    let mut orders = 0;
    while started.at.elapsed() < time {
        let (buyer, seller) = if orders % 2 == 0 { ("a", "b") } else { ("b", "a") };
        let order = orders + 1;
        steps.push(timed(|| {
            let mut made = store.prepare_cached("INSERT INTO orders VALUES (?1, 'created', 1000)").unwrap();
            made.execute([order]).unwrap();
        }));
        for (debit, credit, status) in [
            (buyer, "reserved", "reserved"),
            ("reserved", "escrow", "funded"),
            ("escrow", seller, "released"),
        ] {
            steps.push(timed(|| {
                let transaction = store.unchecked_transaction().unwrap();
                for (name, change) in [(debit, -1000), (credit, 1000)] {
                    transaction
                        .prepare_cached("UPDATE accounts SET minor = minor + ?2 WHERE name = ?1")
                        .unwrap()
                        .execute(params![name, change])
                        .unwrap();
                }
                transaction
                    .prepare_cached("INSERT INTO transfers (debit, credit, minor) VALUES (?1, ?2, 1000)")
                    .unwrap()
                    .execute([debit, credit])
                    .unwrap();
                transaction
                    .prepare_cached("UPDATE orders SET status = ?2 WHERE number = ?1")
                    .unwrap()
                    .execute(params![order, status])
                    .unwrap();
                transaction.commit().unwrap();
            }));
        }
        orders += 1;
    }
    started.speed(orders as usize, steps)
}
