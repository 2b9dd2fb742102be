//! Credentials that have worked lately: whoever shows one is looked up, however much else of its network does not work.
//!
//! That is all it is good for. Whether one works still, the store says.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::trade::Credential;

/// Credentials in each of two generations, at about 50 bytes each.
const GENERATION_MAX: usize = 10_000;

#[derive(Default)]
pub(super) struct Known {
    /// Held for a look only.
    generations: Mutex<[HashSet<Hash>; 2]>,
}

type Hash = [u8; 32];

impl Known {
    /// Whether it has worked lately.
    pub(super) fn has(&self, shown: &Credential) -> bool {
        let hash = hash(shown);
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.iter().any(|generation| generation.contains(&hash))
    }

    /// Notes that it works. Those that have not been noted for longest are forgotten.
    pub(super) fn note(&self, shown: &Credential) {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if generations[0].len() >= GENERATION_MAX {
            let young = std::mem::take(&mut generations[0]);
            generations[1] = young;
        }
        generations[0].insert(hash(shown));
    }
}

fn hash(shown: &Credential) -> Hash {
    Sha256::digest(shown.text().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use protocol::KeyId;

    use super::*;
    use crate::trade::Secret;

    #[test]
    fn what_worked_last_is_known_and_no_more_is_kept_than_may_be() {
        let known = Known::default();
        for number in 0..3 * GENERATION_MAX {
            known.note(&key(number));
        }
        assert!(known.has(&key(3 * GENERATION_MAX - 1)) && known.has(&key(2 * GENERATION_MAX)));
        assert!(!known.has(&key(0)) && !known.has(&key(3 * GENERATION_MAX)));
        let kept: usize = known.generations.lock().unwrap().iter().map(HashSet::len).sum();
        assert!(kept <= 2 * GENERATION_MAX);
    }

    fn key(number: usize) -> Credential {
        let mut secret = [0; 32];
        secret[..8].copy_from_slice(&number.to_be_bytes());
        Credential::Key(KeyId::from_bytes([1; 16]), Secret::new(secret))
    }
}
