//! The only place that reads the clock and draws randomness.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocol::Timestamp;
use tokio::sync::watch;

/// Where a relay's time comes from: limits, sessions, link boxes and everything that expires go by it. Whether a socket is
/// alive and reads what it is written does not.
#[derive(Debug, Clone)]
pub enum Clock {
    /// This machine.
    System,
    /// Whoever runs the relay inside a world with a time of its own, and tells it.
    Told(watch::Receiver<Timestamp>),
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Told(time) => *time.borrow(),
        }
    }

    /// Waits until a time has come.
    pub(crate) async fn reach(&self, time: Timestamp) {
        match self {
            Self::System => {
                tokio::time::sleep(Duration::from_millis(time.millis_since(system_now()))).await;
            }
            Self::Told(told) => {
                if told.clone().wait_for(|now| *now >= time).await.is_err() {
                    // Nobody tells it any more: it stands still.
                    std::future::pending::<()>().await;
                }
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the relay meets the clock")]
fn system_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Fresh random bytes. A machine without randomness cannot run a relay.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}
