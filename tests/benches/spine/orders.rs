//! Durable orders through reserve → fund → release, beside plain SQL double entry of the same durability.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use e2e::rounds;
use e2e::shop::{Caller, Shop, id_of};
use rusqlite::{Connection, params};
use serde_json::json;

use crate::{MEASURED, heading, now, row};

/// Orders that are stored before the cost of one is measured again: each ten times as many as before.
const STORED: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// How many of these are measured in a benchmark, and how many by hand for the long run.
const STAGES: (u32, u32) = (2, 4);
/// Orders that the cost of one is measured on.
const SAMPLE: u32 = 500;
const PRODUCERS: usize = 64;

pub(crate) fn run() {
    heading(
        "Durable orders a second, each through reserve, escrow, fund and release (each answered only when it is synced)",
        &[
            "producers",
            "palaver-relay",
            "p50 of a request",
            "p99",
            "plain SQL",
            "p50 of a step",
            "p99",
            "ratio",
        ],
    );
    for producers in [1, 16, PRODUCERS] {
        let plain = plain_orders();
        let shop = Market::open(producers);
        let ours = shop.trade_for(MEASURED);
        row(&[
            producers.to_string(),
            format!("{:.0}", ours.rate),
            micros(ours.p50),
            micros(ours.p99),
            format!("{:.0}", plain.rate),
            micros(plain.p50),
            micros(plain.p99),
            format!("{:.2}", ours.rate / plain.rate),
        ]);
    }
    grow();
}

/// What an order costs while there are more and more.
fn grow() {
    heading(
        "What an order costs while more and more are stored",
        &["stored", "orders a second", "bytes kept an order"],
    );
    let market = Market::open(PRODUCERS);
    let stages = usize::try_from(rounds(STAGES.0, STAGES.1)).unwrap();
    let mut stored = 0;
    for &aim in &STORED[..stages] {
        market.trade(aim - stored - SAMPLE);
        let before = market.bytes();
        let sample = market.trade(SAMPLE);
        stored = aim;
        let bytes = market.bytes().saturating_sub(before) / u64::from(SAMPLE);
        row(&[aim.to_string(), format!("{:.0}", sample.rate), bytes.to_string()]);
    }
}

/// How fast it went.
struct Speed {
    /// Orders a second.
    rate: f64,
    /// What half of the steps took at most.
    p50: Duration,
    /// What all but one in a hundred took at most.
    p99: Duration,
}

impl Speed {
    fn of(orders: usize, elapsed: Duration, mut steps: Vec<Duration>) -> Self {
        steps.sort_unstable();
        let at = |part: usize| steps[(steps.len() * part / 100).min(steps.len() - 1)];
        Self { rate: orders as f64 / elapsed.as_secs_f64(), p50: at(50), p99: at(99) }
    }
}

/// A relay with as many pairs of buyers and sellers as trade at once.
struct Market {
    shop: Shop,
    caller: Caller,
    pairs: Vec<[String; 2]>,
}

impl Market {
    fn open(producers: usize) -> Self {
        let shop = Shop::open();
        let caller = shop.key("read,write,support");
        let pairs = (0..producers)
            .map(|number| {
                let pair = ["a", "b"].map(|side| caller.user(&format!("{side} {number}")));
                caller.top_up(&pair[0], "10000.00");
                pair
            })
            .collect();
        Self { shop, caller, pairs }
    }

    fn trade_for(&self, time: Duration) -> Speed {
        let started = now();
        self.until(|_| started.elapsed() >= time)
    }

    fn trade(&self, orders: u32) -> Speed {
        let each = orders as usize / self.pairs.len();
        self.until(|done| done >= each)
    }

    /// Each pair buys and sells in turn, so that the money lasts.
    fn until(&self, is_over: impl Fn(usize) -> bool + Sync) -> Speed {
        let steps = Mutex::new(Vec::new());
        let started = now();
        std::thread::scope(|scope| {
            for pair in &self.pairs {
                scope.spawn(|| {
                    // A connection of its own each.
                    let caller = self.shop.caller(Some(self.caller.credential()));
                    let mut own = Vec::new();
                    let mut done = 0;
                    while !is_over(done) {
                        let [buyer, seller] = [&pair[done % 2], &pair[(done + 1) % 2]];
                        own.extend(trade(&caller, buyer, seller));
                        done += 1;
                    }
                    steps.lock().unwrap().extend(own);
                });
            }
        });
        let steps = steps.into_inner().unwrap();
        Speed::of(steps.len() / STEPS, started.elapsed(), steps)
    }

    fn bytes(&self) -> u64 {
        let folder = std::fs::read_dir(self.shop.relay.folder()).unwrap();
        folder.map(|file| file.unwrap().metadata().unwrap().len()).sum()
    }
}

/// Requests of an order.
const STEPS: usize = 5;

/// One order, from its terms to the seller's money; how long each request took.
fn trade(caller: &Caller, buyer: &str, seller: &str) -> [Duration; STEPS] {
    let new = json!({
        "buyer_id": buyer, "seller_id": seller, "amount": "10.00", "currency": "USD", "title": "A desk",
    });
    let mut order = String::new();
    let create = timed(|| order = format!("/v1/orders/{}", id_of(caller.post("/v1/orders", &new).data(201))));
    let ask = |path: &str, status: u16, body: &serde_json::Value| {
        timed(|| drop(caller.post(&format!("{order}/{path}"), body).data(status).clone()))
    };
    [
        create,
        ask("reserve", 200, &json!({ "amount": "10.00" })),
        ask("escrow", 201, &json!({})),
        ask("escrow/fund", 200, &json!({})),
        ask("release", 200, &json!({})),
    ]
}

fn timed(step: impl FnOnce()) -> Duration {
    let started: Instant = now();
    step();
    started.elapsed()
}

/// The same in plain SQL: an order's row, and for each of reserve, fund and release two accounts and a transfer, each a transaction.
fn plain_orders() -> Speed {
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
    let started = now();
    let mut orders = 0;
    while started.elapsed() < MEASURED {
        let (buyer, seller) = if orders % 2 == 0 { ("a", "b") } else { ("b", "a") };
        let order = orders + 1;
        steps.push(timed(|| {
            store.execute("INSERT INTO orders VALUES (?1, 'created', 1000)", [order]).unwrap();
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
    Speed::of(orders as usize, started.elapsed(), steps)
}

fn micros(time: Duration) -> String {
    format!("{} µs", time.as_micros())
}
