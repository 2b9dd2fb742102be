//! How often things may be done: fixed windows of a minute.

use std::collections::HashMap;
use std::sync::Mutex;

use protocol::Timestamp;

const WINDOW_MS: u64 = 60_000;
/// Windows kept before the old ones are dropped.
const WINDOWS_KEPT_MAX: usize = 100_000;

/// What is counted, for whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    Sends(protocol::AccountId, protocol::ConversationId),
    Creations(protocol::AccountId),
    Claims(protocol::AccountId),
    GuestRequests(std::net::IpAddr),
}

#[derive(Default)]
pub(crate) struct RateLimiter {
    /// Held for a look-up only, never across an await.
    windows: Mutex<HashMap<Counted, Window>>,
}

struct Window {
    started_at: Timestamp,
    count: u32,
}

impl RateLimiter {
    /// Counts one more, or says after how many milliseconds to come back.
    pub(crate) fn count(&self, counted: Counted, limit: u32, now: Timestamp) -> Result<(), u64> {
        let mut windows = self.windows.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if windows.len() >= WINDOWS_KEPT_MAX {
            windows.retain(|_, window| now.millis_since(window.started_at) < WINDOW_MS);
        }
        let window = windows.entry(counted).or_insert(Window { started_at: now, count: 0 });
        let age = now.millis_since(window.started_at);
        if age >= WINDOW_MS {
            *window = Window { started_at: now, count: 0 };
        }
        if window.count >= limit {
            return Err(WINDOW_MS - age.min(WINDOW_MS - 1));
        }
        window.count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_starts_with_its_first_request_and_ends_after_a_minute() {
        let limiter = RateLimiter::default();
        let at = |second: u64| {
            let counted = Counted::GuestRequests([127, 0, 0, 1].into());
            limiter.count(counted, 2, Timestamp::from_millis(second * 1000))
        };
        assert_eq!([at(10), at(20), at(30), at(70)], [Ok(()), Ok(()), Err(40_000), Ok(())]);
    }
}
