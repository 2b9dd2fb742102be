//! What was told last, in memory: whoever follows a space's events is woken by a commit, and of a commit that many follow the store
//! is not asked again by each.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::store::{Committed, SpaceId};
use crate::trade::Told;

/// Events of a space that are kept here: whoever is further behind reads the store.
const KEPT_MAX: usize = 256;

/// The tails of all spaces.
#[derive(Default)]
pub(crate) struct Tails {
    /// Held for a look-up only.
    spaces: Mutex<HashMap<SpaceId, Arc<Tail>>>,
    /// Changes when a credential may have ended.
    credentials: watch::Sender<()>,
}

/// The last events of a space.
#[derive(Default)]
pub(crate) struct Tail {
    /// In order and without a gap. Held for a look only.
    events: Mutex<VecDeque<Arc<Told>>>,
    grown: watch::Sender<()>,
}

/// What there is behind a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing that this process has committed.
    None,
    /// These, in order.
    Some(Vec<Arc<Told>>),
    /// Something that is here no longer.
    InStore,
}

impl Tails {
    /// Takes in what was committed, in commit order.
    pub(crate) fn publish(&self, committed: &[Committed]) {
        let mut grown: Vec<Arc<Tail>> = Vec::new();
        for event in committed {
            match event {
                Committed::Told { space, told } => {
                    let tail = self.of(*space);
                    tail.append(Arc::clone(told));
                    if grown.iter().all(|other| !Arc::ptr_eq(other, &tail)) {
                        grown.push(tail);
                    }
                }
                Committed::KeyRevoked => self.credentials.send_replace(()),
                Committed::Identity { revoked, .. } if !revoked.is_empty() => {
                    self.credentials.send_replace(());
                }
                _ => {}
            }
        }
        for tail in grown {
            tail.grown.send_replace(());
        }
    }

    /// A space's.
    pub(crate) fn of(&self, space: SpaceId) -> Arc<Tail> {
        let mut spaces = self.spaces.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(spaces.entry(space).or_default())
    }

    /// Changes when a credential may have ended.
    pub(crate) fn credentials(&self) -> watch::Receiver<()> {
        self.credentials.subscribe()
    }
}

impl Tail {
    /// Changes when there is more.
    pub(crate) fn grown(&self) -> watch::Receiver<()> {
        self.grown.subscribe()
    }

    /// What is behind a place, up to so many.
    pub(crate) fn behind(&self, number: u64, limit: usize) -> News {
        let events = self.lock();
        let (Some(first), Some(last)) = (events.front(), events.back()) else { return News::None };
        if last.number <= number {
            return News::None;
        }
        if first.number > number + 1 {
            return News::InStore;
        }
        let known = usize::try_from(number + 1 - first.number).unwrap_or(usize::MAX);
        News::Some(events.iter().skip(known).take(limit).cloned().collect())
    }

    fn append(&self, told: Arc<Told>) {
        let mut events = self.lock();
        // Another process on the same folder may have told something between.
        if events.back().is_some_and(|last| last.number + 1 != told.number) {
            events.clear();
        }
        if events.len() == KEPT_MAX {
            events.pop_front();
        }
        events.push_back(told);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Told>>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use protocol::EventId;

    use super::*;

    const SPACE: SpaceId = SpaceId(1);

    #[test]
    fn what_is_behind_a_place_is_here_or_in_the_store() {
        let tails = Tails::default();
        let tail = tails.of(SPACE);
        assert_eq!(numbers(tail.behind(0, 10)), Ok(vec![]));
        tails.publish(&[told(SPACE, 5), told(SpaceId(2), 1), told(SPACE, 6)]);
        assert_eq!(numbers(tail.behind(6, 10)), Ok(vec![]));
        assert_eq!(numbers(tail.behind(5, 10)), Ok(vec![6]));
        assert_eq!(numbers(tail.behind(4, 10)), Ok(vec![5, 6]));
        assert_eq!(numbers(tail.behind(4, 1)), Ok(vec![5]));
        assert_eq!(numbers(tail.behind(3, 10)), Err("in the store"));
    }

    #[test]
    fn no_gap_is_passed_over_and_no_more_is_kept_than_may_be() {
        let tails = Tails::default();
        let tail = tails.of(SPACE);
        tails.publish(&[told(SPACE, 1), told(SPACE, 3)]);
        assert_eq!(numbers(tail.behind(1, 10)), Err("in the store"));
        assert_eq!(numbers(tail.behind(2, 10)), Ok(vec![3]));
        for number in 4..1000 {
            tails.publish(&[told(SPACE, number)]);
        }
        assert_eq!(tail.lock().len(), KEPT_MAX);
        assert_eq!(numbers(tail.behind(997, 10)), Ok(vec![998, 999]));
    }

    #[test]
    fn a_commit_wakes_those_who_follow_the_space_and_no_others() {
        let tails = Tails::default();
        let [here, there] = [SPACE, SpaceId(2)].map(|space| tails.of(space).grown());
        let credentials = tails.credentials();
        tails.publish(&[told(SPACE, 1)]);
        let woken = [&here, &there, &credentials].map(|receiver| receiver.has_changed().unwrap());
        assert_eq!(woken, [true, false, false]);
        tails.publish(&[Committed::KeyRevoked]);
        assert!(credentials.has_changed().unwrap());
    }

    fn told(space: SpaceId, number: u64) -> Committed {
        let event = EventId::from_bytes([1; 16]);
        let told = Told { number, event, name: "a".to_owned(), parties: [None; 2], body: String::new() };
        Committed::Told { space, told: Arc::new(told) }
    }

    fn numbers(news: News) -> Result<Vec<u64>, &'static str> {
        match news {
            News::None => Ok(vec![]),
            News::Some(events) => Ok(events.iter().map(|told| told.number).collect()),
            News::InStore => Err("in the store"),
        }
    }
}
