//! The only place that reads the clock and draws randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use client_core::entropy::{Entropy, Moment};
use protocol::Timestamp;

/// The present, with fresh randomness.
pub(crate) fn moment() -> Moment {
    Moment { now: now(), entropy: Entropy::from_bytes(random()) }
}

/// Now, by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "the one place where a native client meets the clock")]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Fresh random bytes. A machine without randomness cannot keep a secret.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}
