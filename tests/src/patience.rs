//! Waiting for what takes its time, and may never come.

use std::time::{Duration, Instant};

/// Longer than anything takes that does come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Looks again and again, until something is there; the test has failed where nothing comes.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "another process is waited for, which keeps no told time")]
pub fn once_there<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "it never comes");
    }
}
