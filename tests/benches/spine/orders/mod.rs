//! Durable orders through reserve → fund → release, beside plain SQL double entry of the same durability.

mod over_http;
mod plain;
mod within;

use std::time::{Duration, Instant};

use e2e::rounds;

use crate::{MEASURED, heading, now, row};

/// Orders that are stored before the cost of one is measured again: each ten times as many as before.
const STORED: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// How many of these are measured in a benchmark, and how many by hand for the long run.
const STAGES: (u32, u32) = (2, 4);
/// Orders that the cost of one is measured on.
const SAMPLE: u32 = 2_000;
/// How many trade at once: alone, and so many that they share syncs.
const PRODUCERS: [usize; 3] = [1, 64, BUSY];
const BUSY: usize = 256;
/// Requests of an order: its terms, reserve, escrow, fund, release.
const STEPS: usize = 5;

pub(crate) fn run() {
    compare(
        "Durable orders a second, each through reserve, escrow, fund and release (each answered only when it is synced)",
        |producers| within::Market::open(producers).trade_for(MEASURED),
    );
    compare("The same over HTTP, whoever asks on the same cores", |producers| {
        over_http::Market::open(producers).trade_for(MEASURED)
    });
    grow();
}

fn compare(title: &str, ours: impl Fn(usize) -> Speed) {
    let columns =
        ["producers", "palaver", "p50 of a step", "p99", "plain SQL", "p50 of a step", "p99", "ratio"];
    heading(title, &columns);
    for producers in PRODUCERS {
        let (ours, plain) = (ours(producers), plain::trade_for(MEASURED));
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
}

/// What an order costs while there are more and more.
fn grow() {
    heading(
        "What an order costs while more and more are stored",
        &["stored", "orders a second", "bytes kept an order"],
    );
    let market = within::Market::open(BUSY);
    let stages = usize::try_from(rounds(STAGES.0, STAGES.1)).unwrap();
    let mut stored = 0;
    for &aim in &STORED[..stages] {
        market.trade((aim - stored).saturating_sub(SAMPLE));
        let before = market.bytes();
        let sample = market.trade(SAMPLE.min(aim));
        stored = aim;
        let bytes = market.bytes().saturating_sub(before) / u64::from(SAMPLE.min(aim));
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

fn timed(step: impl FnOnce()) -> Duration {
    let started: Instant = now();
    step();
    started.elapsed()
}

fn micros(time: Duration) -> String {
    format!("{} µs", time.as_micros())
}
