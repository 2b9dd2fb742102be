//! MLS with everything that has to be stored, on SQLite that is synced at each turn, beside mls-rs at the same work.

mod kept;
mod peer;

use std::collections::BTreeMap;

use client_core::testing::{Cost, MlsBench, Operation, finish};
use client_native::SqliteStore;

use crate::{heading, now, row};

/// Members, and how often each step is done: the least counts.
const SIZES: [(usize, usize); 3] = [(2, 20), (100, 8), (1000, 4)];
const COLUMNS: [&str; 8] = [
    "",
    "palaver computes",
    "mls-rs computes",
    "ratio",
    "palaver, synced to disk",
    "mls-rs, synced to disk",
    "ratio",
    "bytes written",
];

/// What a peer takes, at least.
struct PeerCost {
    computed_ms: f64,
    stored_ms: f64,
}

impl Default for PeerCost {
    fn default() -> Self {
        Self { computed_ms: f64::INFINITY, stored_ms: f64::INFINITY }
    }
}

type PeerCosts = BTreeMap<Operation, PeerCost>;

pub(crate) fn run() {
    let mut slower: [Vec<String>; 2] = Default::default();
    let mut rows = 0;
    for (members, rounds) in SIZES {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("bench.sqlite")).unwrap();
        let started = now();
        let clock = || started.elapsed().as_secs_f64() * 1000.0;
        let (costs, sizes) = finish(MlsBench::new(store, clock).run(members, rounds));
        let peer = peer::measure(folder.path(), members, rounds, clock);
        heading(&format!("MLS, {members} members, in ms"), &COLUMNS);
        for (operation, cost) in &costs {
            rows += 1;
            let peer = &peer[operation];
            let ratios = [cost.computed_ms / peer.computed_ms, cost.stored_ms / peer.stored_ms];
            for (slower, ratio) in slower.iter_mut().zip(ratios).filter(|(_, ratio)| *ratio > 1.0) {
                slower.push(format!("{} at {members} ({ratio:.2})", operation.name()));
            }
            row(&cells(*operation, cost, peer, ratios));
        }
        heading(&format!("Bytes, {members} members"), &["", "bytes"]);
        for (name, bytes) in sizes {
            row(&[name.to_owned(), bytes.to_string()]);
        }
    }
    let told: Vec<String> = ["computing", "synced to disk"]
        .into_iter()
        .zip(&slower)
        .map(|(kind, slower)| {
            format!("{kind} {} of {rows} (not: {})", rows - slower.len(), slower.join(", "))
        })
        .collect();
    println!("\nmls: rows not slower than mls-rs: {}", told.join("; "));
}

fn cells(operation: Operation, cost: &Cost, peer: &PeerCost, ratios: [f64; 2]) -> [String; 8] {
    let ms = |ms: f64| format!("{ms:.3}");
    let [computed, stored] = ratios.map(|ratio| format!("{ratio:.2}"));
    [
        operation.name().to_owned(),
        ms(cost.computed_ms),
        ms(peer.computed_ms),
        computed,
        ms(cost.stored_ms),
        ms(peer.stored_ms),
        stored,
        cost.written_bytes.to_string(),
    ]
}
