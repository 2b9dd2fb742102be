//! The native spine's speed, each row beside a peer measured in the same run: `cargo xtask bench`.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run says so where it stands")]

mod mls;
mod orders;
mod sends;
mod sockets;
mod state;
mod suites;

use std::time::{Duration, Instant};

/// How long each rate is measured.
const MEASURED: Duration = Duration::from_secs(3);

fn main() {
    let only: Option<String> = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let runs: [(&str, fn()); 7] = [
        ("sends", sends::run),
        ("orders", orders::run),
        ("growth", orders::grow),
        ("mls", mls::run),
        ("sockets", sockets::run),
        ("state", state::run),
        ("suites", suites::run),
    ];
    for (name, run) in runs {
        if only.as_deref().is_none_or(|only| only == name) {
            run();
        }
    }
}

/// A table's head.
fn heading(title: &str, columns: &[&str]) {
    println!("\n### {title}\n\n| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
}

fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// How often a second `step` runs.
fn rate(mut step: impl FnMut()) -> f64 {
    let started = now();
    let mut count = 0_u32;
    while started.elapsed() < MEASURED {
        step();
        count += 1;
    }
    f64::from(count) / started.elapsed().as_secs_f64()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> Instant {
    Instant::now()
}
