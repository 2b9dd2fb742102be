//! `cargo xtask sim`: runs seeds of the simulator, and tells the story of the first that fails.

use std::process::ExitCode;

use e2e::sim;

/// Seeds between two lines of progress.
const PROGRESS_SEEDS: u64 = 500;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(first)), Some(Ok(count)), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("usage: cargo run -p e2e --example sim FIRST_SEED SEEDS; or cargo xtask sim --help");
        return ExitCode::from(2);
    };
    // A panic is told with its seed, once it is the smallest.
    std::panic::set_hook(Box::new(|_| {}));
    let told = sim::run_seeds(first..first.saturating_add(count), |total| {
        if total.seeds % PROGRESS_SEEDS == 0 {
            eprintln!("{} of {count} seeds", total.seeds);
        }
    });
    match told {
        Ok(total) => {
            println!(
                "sim: {} seeds from {first}, {} steps, {} messages, none lost, doubled or reordered",
                total.seeds, total.steps, total.messages
            );
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("sim: seed {} fails: {}", failure.seed, failure.story);
            println!("sim: again with `cargo xtask sim --first {} --seeds 1`", failure.seed);
            ExitCode::FAILURE
        }
    }
}
