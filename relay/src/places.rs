//! Places that are taken and given back: each has so many.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// How many each has taken.
pub(crate) struct Places<K>(Mutex<HashMap<K, u32>>);

/// One of them, until it is dropped.
pub(crate) struct Place<K: Eq + Hash> {
    places: Arc<Places<K>>,
    whose: K,
}

impl<K> Default for Places<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone> Places<K> {
    /// Takes one more; none if so many are taken.
    pub(crate) fn take(self: &Arc<Self>, whose: K, at_most: u32) -> Option<Place<K>> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(whose.clone()).or_default();
        if *count >= at_most {
            return None;
        }
        *count += 1;
        Some(Place { places: Arc::clone(self), whose })
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_so_many_places_and_gets_them_back() {
        let places = Arc::new(Places::default());
        let held = [places.take("one", 2), places.take("one", 2)];
        assert!(held.iter().all(Option::is_some));
        assert!(places.take("one", 2).is_none());
        assert!(places.take("other", 2).is_some());
        drop(held);
        assert!(places.take("one", 2).is_some());
        assert!(places.0.lock().unwrap().is_empty(), "who is gone is forgotten");
    }
}
