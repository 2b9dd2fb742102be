//! Ids and secrets of a request, all drawn from one seed.

use protocol::Timestamp;
use protocol::domain::Domain;

use crate::store::SpaceId;

/// What a request's ids and secrets follow from.
#[derive(Clone)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// Another one for each space.
    pub(super) fn of(&self, space: SpaceId) -> Self {
        Self(Domain::Drawn.hash(&[&self.0, &space.0.to_be_bytes()]))
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Seed")
    }
}

/// Draws from a seed, each time something else.
pub(super) struct Drawn {
    seed: Seed,
    count: u64,
}

impl Drawn {
    pub(super) fn new(seed: Seed) -> Self {
        Self { seed, count: 0 }
    }

    /// Bytes that nobody can guess.
    pub(super) fn secret(&mut self) -> [u8; 32] {
        self.count += 1;
        Domain::Drawn.hash(&[&self.seed.0, &self.count.to_be_bytes()])
    }

    /// A number that nobody can guess.
    pub(super) fn number(&mut self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.secret();
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// An id in the order of its time, laid out as a UUID of version 7.
    pub(super) fn id(&mut self, now: Timestamp) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&self.secret()[..16]);
        id[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
        id[6] = 0x70 | (id[6] & 0x0f);
        id[8] = 0x80 | (id[8] & 0x3f);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_the_order_of_their_time_and_never_the_same() {
        let mut drawn = Drawn::new(Seed([7; 32]));
        let [early, late] = [1_700_000_000_000, 1_700_000_000_001].map(Timestamp::from_millis);
        let ids = [drawn.id(early), drawn.id(early), drawn.id(late)];
        assert_ne!(ids[0], ids[1]);
        assert!(ids[0] < ids[2] && ids[1] < ids[2]);
        assert_ne!(drawn.secret(), drawn.secret());
    }
}
