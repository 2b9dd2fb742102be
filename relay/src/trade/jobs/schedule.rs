//! What comes again and again in each space. A schedule is a job that waits anew when it is done, so that it survives restarts
//! and never runs twice at a time.

use protocol::{JobId, Timestamp};

use super::{JobRow, Work, fixed};

const MINUTE_MS: u64 = 60 * 1000;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

/// Recurring work. To add one: a variant with its name and its interval here, and what it does in `work.rs`, or in the
/// runner where it takes more than a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// End what nobody answered or used in time: offers, and money that is set aside.
    Expiry,
    /// Drop what is kept long enough: answers, tokens, events, deliveries, dead jobs.
    Retention,
    /// Prove that the books are in order.
    Proof,
}

impl Schedule {
    /// Every schedule.
    pub const ALL: [Self; 3] = [Self::Expiry, Self::Retention, Self::Proof];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Retention => "retention",
            Self::Proof => "proof",
        }
    }

    /// How long after one run the next one comes.
    pub const fn interval_ms(self) -> u64 {
        match self {
            Self::Expiry => MINUTE_MS,
            Self::Retention => 10 * MINUTE_MS,
            Self::Proof => DAY_MS,
        }
    }

    /// How long a run may take at least before it is thought to be lost. A proof reads all that was ever traded.
    pub(super) const fn lease_ms_min(self) -> u64 {
        match self {
            Self::Expiry | Self::Retention => 0,
            Self::Proof => DAY_MS,
        }
    }

    /// Whether it is given up when the relay has ended within it again and again: books may be too large for a machine.
    pub(super) const fn may_die(self) -> bool {
        matches!(self, Self::Proof)
    }

    const fn id(self) -> JobId {
        match self {
            Self::Retention => fixed(1),
            Self::Expiry => fixed(2),
            Self::Proof => fixed(3),
        }
    }

    /// Its job, to be run at once.
    pub(super) fn job(self, now: Timestamp) -> JobRow {
        JobRow::new(self.id(), Work::Scheduled(self), super::ATTEMPTS_MAX, now)
    }
}
