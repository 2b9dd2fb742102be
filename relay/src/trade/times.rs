//! Times as the interface writes them.

use std::time::{Duration, UNIX_EPOCH};

use protocol::Timestamp;

/// ISO 8601 in UTC, to the millisecond.
pub(crate) fn iso(time: Timestamp) -> String {
    humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(time.as_millis())).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_to_the_millisecond() {
        assert_eq!(iso(Timestamp::from_millis(1_700_000_000_042)), "2023-11-14T22:13:20.042Z");
        assert_eq!(iso(Timestamp::from_millis(0)), "1970-01-01T00:00:00.000Z");
    }
}
