//! What comes again and again in each space. A schedule is a job that waits anew when it is done, so that it survives restarts
//! and never runs twice at a time.

use protocol::{JobId, Timestamp};

use super::{JobRow, Work, fixed};

const MINUTE_MS: u64 = 60 * 1000;

/// Recurring work. To add one: a variant with its name and its interval here, and what it does in `work.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// End what nobody answered or used in time: offers, and money that is set aside.
    Expiry,
    /// Drop what is kept long enough: answers, tokens, events, deliveries, dead jobs.
    Retention,
}

impl Schedule {
    /// Every schedule.
    pub const ALL: [Self; 2] = [Self::Expiry, Self::Retention];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Retention => "retention",
        }
    }

    /// How long after one run the next one comes.
    pub const fn interval_ms(self) -> u64 {
        match self {
            Self::Expiry => MINUTE_MS,
            Self::Retention => 10 * MINUTE_MS,
        }
    }

    const fn id(self) -> JobId {
        match self {
            Self::Retention => fixed(1),
            Self::Expiry => fixed(2),
        }
    }

    /// Its job, to be run at once.
    pub(super) fn job(self, now: Timestamp) -> JobRow {
        JobRow::new(self.id(), Work::Scheduled(self), super::ATTEMPTS_MAX, now)
    }
}
