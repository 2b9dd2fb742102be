//! The harness of the end-to-end tests: a real relay, and homes that `palaver` runs in.

pub mod events;
pub mod fixture;
pub mod history;
mod home;
mod patience;
pub mod poisoner;
pub mod raw;
pub mod real_relay;
pub mod receiver;
mod relay;
pub mod shop;
pub mod sim;

pub use home::{Answer, Home, copy_of};
pub use patience::once_there;
pub use relay::{TestRelay, untraceable};

use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::process::Command;

/// Seeds that were drawn are short enough to be typed.
const SEED_SHIFT: u32 = 32;

/// How long the long version of a test runs: CI's tier by default, `PALAVER_TIER=soak` by hand.
pub fn rounds(ci: u32, soak: u32) -> u32 {
    match std::env::var("PALAVER_TIER").as_deref() {
        Ok("soak") => soak,
        _ => ci,
    }
}

/// Where the seeds of a test begin that draws what it does: anywhere, or where `PALAVER_SEED` says, to see a failure again.
pub fn first_seed() -> u64 {
    wanted_seed().unwrap_or_else(|| RandomState::new().build_hasher().finish() >> SEED_SHIFT)
}

/// Where `PALAVER_SEED` says that they begin.
pub fn wanted_seed() -> Option<u64> {
    std::env::var("PALAVER_SEED").ok().and_then(|seed| seed.parse().ok())
}

/// A program for tests of this crate, as it was built beside them.
pub fn example(name: &str) -> Command {
    Command::new(program(&format!("examples/{name}")))
}

/// A program of this workspace, as it was built beside the tests.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps");
    let program = folder.join(name);
    assert!(
        program.exists(),
        "{name} is not built: run `cargo build -p relay -p cli`, or `cargo xtask test`"
    );
    program
}
