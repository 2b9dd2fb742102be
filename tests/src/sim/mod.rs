//! A simulator: clients with real engines and real MLS around a real relay, a network, clocks and processes that fail, all of
//! it from one seed.
//!
//! A [`Plan`] is drawn from a seed and carried out by [`run()`]; a small model judges what everyone shows in the end. A plan
//! that fails is made smaller before it is told, and the seed replays it: `cargo xtask sim --first SEED --seeds 1`.

mod asked;
mod lies;
mod plan;
mod poison;
mod rooms;
mod run;
mod shrink;
mod strangers;

pub use plan::Plan;
pub use run::{Report, run};
pub use shrink::shrink;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Seeds run at a time: a relay that writes to its disk leaves the processor to others.
const AT_ONCE: usize = 4;

/// What a run of many seeds came to.
#[derive(Debug, Default)]
pub struct Total {
    /// Plans carried out.
    pub seeds: u64,
    /// What was done in them.
    pub steps: usize,
    /// Messages that had to arrive.
    pub messages: usize,
}

/// Why a seed failed, in a form to read.
#[derive(Debug)]
pub struct Failure {
    /// Of which seed.
    pub seed: u64,
    /// What was wrong, and the smallest plan for which it is.
    pub story: String,
}

/// Runs seeds, some at a time, until one fails. `progress` hears of each that is done.
pub fn run_seeds(seeds: Range<u64>, progress: impl Fn(&Total) + Sync) -> Result<Total, Failure> {
    let next = AtomicU64::new(seeds.start);
    let outcome = Mutex::new(Ok(Total::default()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let plan = Plan::draw(seed);
                    let ran = run(&plan);
                    let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
                    let Ok(total) = outcome.as_mut() else { return };
                    match ran {
                        Ok(report) => {
                            total.seeds += 1;
                            total.steps += plan.steps.len();
                            total.messages += report.messages;
                            progress(total);
                        }
                        Err(reason) => {
                            *outcome = Err(Failure { seed, story: tell(&plan, &reason) });
                            return;
                        }
                    }
                }
            });
        }
    });
    outcome.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn tell(plan: &Plan, reason: &str) -> String {
    let smaller = shrink(plan, |plan| run(plan).is_err());
    let reason_now = run(&smaller).err();
    let steps: Vec<String> = smaller.steps.iter().map(|step| format!("  {step}")).collect();
    format!(
        "{reason}\n\nin {} steps; made smaller ({} steps, {} clients):\n{}\n\n{}",
        plan.steps.len(),
        smaller.steps.len(),
        smaller.clients,
        steps.join("\n"),
        reason_now
            .unwrap_or_else(|| "which does not fail each time: it depends on more than the seed".to_owned()),
    )
}
