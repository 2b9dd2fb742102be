//! The harness of the end-to-end tests: a real relay, and homes that `palaver` runs in.

pub mod fixture;
mod home;
pub mod raw;
mod relay;
pub mod sim;

pub use home::{Answer, Home, copy_of};
pub use relay::TestRelay;

use std::path::PathBuf;

/// How long the long version of a test runs: CI's tier by default, `PALAVER_TIER=soak` by hand.
pub fn rounds(ci: u32, soak: u32) -> u32 {
    match std::env::var("PALAVER_TIER").as_deref() {
        Ok("soak") => soak,
        _ => ci,
    }
}

/// A program of this workspace, as it was built beside the tests.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps");
    let program = folder.join(name);
    assert!(
        program.exists(),
        "{name} is not built: run `cargo build -p relay -p cli`, or `cargo xtask test`"
    );
    program
}
