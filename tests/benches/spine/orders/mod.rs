//! Durable orders through reserve → fund → release, beside plain SQL double entry of the same durability.

mod over_http;
mod plain;
mod within;

use std::time::{Duration, Instant};

use e2e::rounds;
use rustix::time::{ClockId, clock_gettime};

use crate::{MEASURED, heading, now, row};

/// Orders that are stored before the cost of one is measured again: each ten times as many as before.
const STORED: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// How many of these are measured in a benchmark, and how many by hand for the long run.
const STAGES: (u32, u32) = (2, 4);
/// Orders that the cost of one is measured on, or as many as there are: enough for several times that the log begins anew.
const SAMPLE: u32 = 20_000;
/// Orders of one who trades alone, while more and more are stored.
const ALONE: u32 = 512;
/// How many trade at once: alone, and so many that they share syncs.
const PRODUCERS: [usize; 3] = [1, 64, BUSY];
const BUSY: usize = 256;
/// How often each is measured.
const TURNS: u32 = 7;
/// Orders of a turn while more and more are stored, at least: some of each who trades.
const TURN: u32 = 2_048;
/// Requests of an order: its terms, reserve, escrow, fund, release.
const STEPS: usize = 5;

pub(crate) fn run() {
    compare(
        "Durable orders a second, each through reserve, escrow, fund and release (each answered only when it is synced)",
        |producers| {
            let market = within::Market::open(producers);
            move || market.trade_for(MEASURED)
        },
    );
    compare("The same over HTTP, whoever asks on the same cores", |producers| {
        let market = over_http::Market::open(producers);
        move || market.trade_for(MEASURED)
    });
}

/// Each in turn with plain SQL, since how long a sync takes changes within minutes: the turn in the middle, and how far they differed.
fn compare<T: Fn() -> Speed>(title: &str, open: impl Fn(usize) -> T) {
    let columns =
        ["producers", "palaver", "p50 of a step", "p99", "plain SQL", "p50 of a step", "p99", "ratio", "of"];
    heading(title, &columns);
    for producers in PRODUCERS {
        let turns = Turns::of(TURNS, open(producers));
        let Turn { ours, plain } = turns.middle();
        row(&[
            producers.to_string(),
            format!("{:.0}", ours.rate),
            micros(ours.p50),
            micros(ours.p99),
            format!("{:.0}", plain.rate),
            micros(plain.p50),
            micros(plain.p99),
            format!("{:.2}", turns.middle().ratio()),
            turns.range(),
        ]);
    }
}

/// What was measured one right after the other.
struct Turn {
    ours: Speed,
    plain: Speed,
}

/// Several of them, by their ratios.
struct Turns(Vec<Turn>);

impl Turns {
    fn of(count: u32, trade: impl Fn() -> Speed) -> Self {
        let turn = |_| Turn { ours: trade(), plain: plain::trade_for(MEASURED) };
        let mut turns: Vec<Turn> = (0..count).map(turn).collect();
        turns.sort_by(|one, other| one.ratio().total_cmp(&other.ratio()));
        Self(turns)
    }

    fn orders(&self) -> u32 {
        self.0.iter().map(|turn| turn.ours.orders).sum()
    }

    fn processor(&self) -> Duration {
        self.0.iter().map(|turn| turn.ours.processor).sum()
    }

    fn middle(&self) -> &Turn {
        &self.0[self.0.len() / 2]
    }

    fn range(&self) -> String {
        let [least, most] = [0, self.0.len() - 1].map(|turn| self.0[turn].ratio());
        format!("{least:.2} to {most:.2}")
    }
}

impl Turn {
    fn ratio(&self) -> f64 {
        self.ours.rate / self.plain.rate
    }
}

/// What an order costs while there are more and more.
pub(crate) fn grow() {
    let columns = [
        "stored",
        "orders a second",
        "plain SQL",
        "ratio",
        "of",
        "processor an order",
        "bytes kept an order",
        "one alone: orders a second",
        "processor an order",
    ];
    heading("What an order costs while more and more are stored", &columns);
    let market = within::Market::open(BUSY);
    let stages = usize::try_from(rounds(STAGES.0, STAGES.1)).unwrap();
    let mut stored = 0;
    for &aim in &STORED[..stages] {
        let sampled = SAMPLE.min(aim - stored);
        if let more @ 1.. = aim - stored - sampled {
            stored += market.trade(more).orders;
        }
        let before = market.bytes();
        let count = (sampled / TURN).clamp(1, TURNS);
        let turns = Turns::of(count, || market.trade(sampled / count));
        let bytes = (market.bytes() - before) / u64::from(turns.orders());
        let alone = market.trade_alone(ALONE);
        stored += turns.orders() + alone.orders;
        let Turn { ours, plain } = turns.middle();
        row(&[
            stored.to_string(),
            format!("{:.0}", ours.rate),
            format!("{:.0}", plain.rate),
            format!("{:.2}", turns.middle().ratio()),
            turns.range(),
            micros(turns.processor() / turns.orders()),
            bytes.to_string(),
            format!("{:.0}", alone.rate),
            micros(alone.processor / alone.orders),
        ]);
    }
}

/// How fast it went.
struct Speed {
    orders: u32,
    /// Orders a second.
    rate: f64,
    /// What the processors spent on all of them.
    processor: Duration,
    /// What half of the steps took at most.
    p50: Duration,
    /// What all but one in a hundred took at most.
    p99: Duration,
}

/// Since when it goes.
#[derive(Clone, Copy)]
struct Started {
    at: Instant,
    processor: Duration,
}

impl Started {
    fn now() -> Self {
        Self { at: now(), processor: processor_time() }
    }

    fn speed(self, orders: usize, mut steps: Vec<Duration>) -> Speed {
        let (elapsed, processor) = (self.at.elapsed(), processor_time() - self.processor);
        steps.sort_unstable();
        let at = |part: usize| steps[(steps.len() * part / 100).min(steps.len() - 1)];
        let rate = orders as f64 / elapsed.as_secs_f64();
        Speed { orders: u32::try_from(orders).unwrap(), rate, processor, p50: at(50), p99: at(99) }
    }
}

/// What the processors have spent on this process.
fn processor_time() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().expect("a process takes time")
}

fn timed(step: impl FnOnce()) -> Duration {
    let started: Instant = now();
    step();
    started.elapsed()
}

fn micros(time: Duration) -> String {
    format!("{} µs", time.as_micros())
}
