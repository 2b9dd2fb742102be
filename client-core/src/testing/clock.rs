//! A clock that stands still until it is moved.

use std::cell::Cell;
use std::rc::Rc;

use protocol::Timestamp;

use crate::entropy::{Entropy, Moment};

/// Where time begins: some day in 2027.
const BEGINNING_MS: u64 = 1_800_000_000_000;

/// Everyone's time, and randomness from one seed: the same seed gives the same run.
#[derive(Debug, Clone)]
pub struct FakeClock {
    now_ms: Rc<Cell<u64>>,
    draws: Rc<Cell<u64>>,
    seed: u64,
}

impl FakeClock {
    /// A clock at the beginning.
    pub fn new(seed: u64) -> Self {
        Self { now_ms: Rc::new(Cell::new(BEGINNING_MS)), draws: Rc::default(), seed }
    }

    /// What it says.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now_ms.get())
    }

    /// Moves it on.
    pub fn advance(&self, millis: u64) {
        self.now_ms.set(self.now_ms.get() + millis);
    }

    /// The present, with randomness given to nobody else.
    pub fn moment(&self) -> Moment {
        let draw = self.draws.get() + 1;
        self.draws.set(draw);
        let mut seed = [0x51; 32];
        seed[..8].copy_from_slice(&self.seed.to_be_bytes());
        seed[8..16].copy_from_slice(&draw.to_be_bytes());
        Moment { now: self.now(), entropy: Entropy::from_bytes(seed) }
    }
}
