//! Time and randomness as arguments.

use std::fmt;

use hkdf::Hkdf;
use protocol::Timestamp;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Fresh randomness for one turn. Every draw is named, so that no order of draws matters.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Entropy {
    seed: [u8; 32],
    draws: u64,
}

impl Entropy {
    /// Wraps 32 random bytes, used for this turn only.
    pub const fn from_bytes(seed: [u8; 32]) -> Self {
        Self { seed, draws: 0 }
    }

    /// Bytes drawn for nothing else.
    pub fn draw<const N: usize>(&mut self) -> Zeroizing<[u8; N]> {
        self.draws += 1;
        let mut bytes = Zeroizing::new([0; N]);
        Hkdf::<Sha256>::new(Some(b"palaver/1/entropy"), &self.seed)
            .expand(&self.draws.to_be_bytes(), bytes.as_mut_slice())
            .expect("a draw is shorter than HKDF's limit");
        bytes
    }

    /// A number below `bound`, for jitter.
    pub fn below(&mut self, bound: u64) -> u64 {
        u64::from_be_bytes(*self.draw()) % bound.max(1)
    }

    /// A time-ordered id: the clock's milliseconds, then random bytes, so that what is made together lies together.
    pub fn ordered_id(&mut self, now: Timestamp) -> [u8; 16] {
        let mut id = *self.draw::<16>();
        id[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
        id[6] = 0x70 | (id[6] & 0x0F);
        id[8] = 0x80 | (id[8] & 0x3F);
        id
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Entropy(secret)")
    }
}

/// The present: a clock's reading and fresh randomness.
#[derive(Debug)]
pub struct Moment {
    /// What the clock says.
    pub now: Timestamp,
    /// Fresh randomness.
    pub entropy: Entropy,
}
