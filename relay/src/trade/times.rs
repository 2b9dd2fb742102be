//! Times as the interface writes them.

use std::time::{Duration, UNIX_EPOCH};

use protocol::Timestamp;

/// ISO 8601 in UTC, to the millisecond.
pub fn iso(time: Timestamp) -> String {
    humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(time.as_millis())).to_string()
}

/// The time that a text of ISO 8601 in UTC is.
pub fn from_iso(text: &str) -> Option<Timestamp> {
    let since = humantime::parse_rfc3339(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis()).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_to_the_millisecond() {
        assert_eq!(iso(Timestamp::from_millis(1_700_000_000_042)), "2023-11-14T22:13:20.042Z");
        assert_eq!(iso(Timestamp::from_millis(0)), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_time_that_was_written_is_read() {
        let time = Timestamp::from_millis(1_700_000_000_042);
        assert_eq!(from_iso(&iso(time)), Some(time));
        assert_eq!(from_iso("2023-11-14T22:13:20Z"), Some(Timestamp::from_millis(1_700_000_000_000)));
        for wrong in ["", "yesterday", "2023-11-14", "1969-12-31T23:59:59.000Z", "2023-02-31T00:00:00Z"] {
            assert_eq!(from_iso(wrong), None, "{wrong}");
        }
    }
}
