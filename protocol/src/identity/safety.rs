//! The number two people compare to know that no one stands between them.

use std::fmt;

use super::AccountHead;
use crate::domain::Domain;
use crate::keys::PublicKey;

const GROUPS: usize = 12;
const GROUP_MODULUS: u64 = 100_000;

/// One side of a comparison: an account's root key and its log's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SafetyParty {
    /// The root key in force.
    pub root_key: PublicKey,
    /// The account and its log's head.
    pub head: AccountHead,
}

/// Sixty digits that both sides see alike if they see the same keys and devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SafetyNumber([u64; GROUPS]);

/// The safety number of two accounts, the same from either side.
pub fn safety_number(one: &SafetyParty, other: &SafetyParty) -> SafetyNumber {
    let mut rows = [one, other].map(|party| {
        let AccountHead { account, head } = party.head;
        [account.as_bytes().as_slice(), party.root_key.as_bytes(), &head.length.to_be_bytes(), &head.hash]
            .concat()
    });
    rows.sort();
    // Each group reads five bytes of one of two hashes: 12 × 5 bytes are more than one hash holds.
    let halves = [b"1", b"2"].map(|half| Domain::SafetyNumber.hash(&[half, &rows[0], &rows[1]]));
    let mut groups = halves
        .iter()
        .flat_map(|half| half.chunks_exact(5))
        .map(|chunk| chunk.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte)) % GROUP_MODULUS);
    SafetyNumber(std::array::from_fn(|_| groups.next().expect("two hashes hold twelve groups of five bytes")))
}

impl fmt::Display for SafetyNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(out, "{space}{group:05}")?;
        }
        Ok(())
    }
}
