//! The simulator's seeds that CI runs.

use e2e::{rounds, sim};

#[test]
fn whatever_fails_nothing_is_lost_doubled_or_reordered_and_nobody_is_wedged() {
    let seeds = u64::from(rounds(200, 10_000));
    let total = sim::run_seeds(1..seeds + 1, |_| {}).unwrap_or_else(|failure| {
        panic!("seed {}: {}\n(cargo xtask sim --first {0} --seeds 1)", failure.seed, failure.story)
    });
    println!("{} seeds, {} steps, {} messages", total.seeds, total.steps, total.messages);
}

#[test]
fn a_seed_comes_to_the_same_each_time() {
    for seed in 1..8 {
        let plan = sim::Plan::draw(seed);
        let [once, again] = [sim::run(&plan), sim::run(&plan)];
        assert_eq!(once, again, "seed {seed}");
    }
}
