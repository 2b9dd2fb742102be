//! Changes that are under way, by the idempotency keys they were asked for by. In memory: a crash leaves nothing behind, and what it
//! cut off either was committed with its answer or never happened.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::Bytes;

use crate::store::SpaceId;

/// A space, whose answers are kept together there, and the key.
type Place = (SpaceId, Bytes, [u8; 16]);

#[derive(Default)]
pub(super) struct Running {
    /// Held for a look-up only, never across an await.
    places: Arc<Mutex<HashSet<Place>>>,
}

/// A change under way, until it is dropped.
pub(super) struct Entered {
    places: Arc<Mutex<HashSet<Place>>>,
    place: Option<Place>,
}

impl Running {
    /// Enters a change; none if the same is under way.
    pub(super) fn enter(&self, place: Option<Place>) -> Option<Entered> {
        let is_alone = place.as_ref().is_none_or(|place| lock(&self.places).insert(place.clone()));
        is_alone.then(|| Entered { places: Arc::clone(&self.places), place })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(place) = &self.place {
            lock(&self.places).remove(place);
        }
    }
}

fn lock<T: Hash + Eq>(set: &Mutex<HashSet<T>>) -> std::sync::MutexGuard<'_, HashSet<T>> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_change_is_under_way_once_at_a_time() {
        let running = Running::default();
        let place = |key: u8| Some((SpaceId(1), Bytes::from_static(b"space"), [key; 16]));
        let first = running.enter(place(1));
        assert!(first.is_some());
        assert!(running.enter(place(1)).is_none());
        assert!(running.enter(place(2)).is_some());
        assert!(running.enter(None).is_some());
        drop(first);
        assert!(running.enter(place(1)).is_some());
    }
}
