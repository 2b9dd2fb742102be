//! Time that never goes back, whatever the device's clock does.

use protocol::Timestamp;

/// What a device's clock says, made steady: where it is set back, deadlines stay as far away as they were.
#[derive(Debug, Default)]
pub(crate) struct SteadyClock {
    last_read: Timestamp,
    /// How far steady time is ahead of the device's clock.
    ahead_ms: u64,
}

impl SteadyClock {
    /// Steady time, given what the device's clock says.
    pub(crate) fn read(&mut self, said: Timestamp) -> Timestamp {
        self.ahead_ms += self.last_read.millis_since(said);
        self.last_read = said;
        said.plus_millis(self.ahead_ms)
    }

    /// What the device's clock will say at a steady time.
    pub(crate) fn as_said(&self, steady: Timestamp) -> Timestamp {
        Timestamp::from_millis(steady.as_millis().saturating_sub(self.ahead_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_moves_no_deadline_away() {
        let mut clock = SteadyClock::default();
        let at = |millis| Timestamp::from_millis(millis);
        let deadline = clock.read(at(1_000_000)).plus_millis(500);
        assert_eq!(clock.as_said(deadline), at(1_000_500));
        assert_eq!(clock.read(at(2_000)), at(1_000_000));
        assert_eq!(clock.as_said(deadline), at(2_500));
        assert_eq!(clock.read(at(2_500)), deadline);
        assert_eq!(clock.read(at(9_000)), at(1_007_000), "going forward is believed");
    }
}
