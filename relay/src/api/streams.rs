//! Open streams of events: one an account, so many a key, so many a space, so many in all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::rates::Counted;
use crate::store::SpaceId;
use crate::trade::Caller;

/// The part of all streams that one space may have, however many keys it makes: three quarters, so that others find room.
const OF_SPACE: (usize, usize) = (3, 4);
/// Streams of an account that are open still: the one that it hears, and those that end, each of which may hang on a connection that is
/// long dead until it is given up.
const OF_ACCOUNT_MAX: usize = 4;

/// How many may be open.
#[derive(Debug, Clone, Copy)]
struct Limits {
    per_key: usize,
    per_space: usize,
    total: usize,
}

/// All that are open.
pub(super) struct Streams {
    limits: Limits,
    /// Held for a look-up only, never across an await.
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    next: u64,
    total: usize,
    by_space: HashMap<SpaceId, usize>,
    by_caller: HashMap<Counted, Vec<Held>>,
}

/// One of them, until it has ended.
struct Held {
    number: u64,
    /// To drop it tells it to end.
    end: Option<oneshot::Sender<()>>,
}

/// The place of one stream, until it is dropped.
pub(super) struct Place {
    open: Arc<Mutex<Open>>,
    space: SpaceId,
    caller: Counted,
    number: u64,
    /// Done once a newer stream has taken its place.
    pub(super) replaced: oneshot::Receiver<()>,
}

/// Why no stream can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The key or the account has as many as it may: so many.
    Caller(usize),
    /// The space has.
    Space(usize),
    /// The relay has.
    Relay,
}

impl Streams {
    pub(super) fn new(per_key: u32, total: u32) -> Self {
        let [per_key, total] = [per_key, total].map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let per_space = total.saturating_mul(OF_SPACE.0).div_ceil(OF_SPACE.1);
        Self { limits: Limits { per_key, per_space, total }, open: Arc::default() }
    }

    /// Takes a caller's place. An account's newer stream ends its older one, which may hang on a connection that is long dead: it counts
    /// until it has ended, but makes room for the newer one.
    pub(super) fn enter(&self, space: SpaceId, caller: &Caller) -> Result<Place, Full> {
        let counted = Counted::market(caller);
        let mut open = lock(&self.open);
        let held = open.by_caller.get(&counted).map_or(&[][..], Vec::as_slice);
        let (of_caller, replaces) = match caller {
            Caller::Account { .. } => (OF_ACCOUNT_MAX, true),
            Caller::Key { .. } | Caller::Operator | Caller::Relay => (self.limits.per_key, false),
        };
        if held.len() >= of_caller {
            return Err(Full::Caller(of_caller));
        }
        let ends = held.iter().filter(|held| replaces && held.end.is_some()).count();
        let of_space = open.by_space.get(&space).copied().unwrap_or_default();
        if of_space - ends >= self.limits.per_space {
            return Err(Full::Space(self.limits.per_space));
        }
        if open.total - ends >= self.limits.total {
            return Err(Full::Relay);
        }
        let (end, replaced) = oneshot::channel();
        let number = open.next;
        open.next += 1;
        open.total += 1;
        *open.by_space.entry(space).or_default() += 1;
        let places = open.by_caller.entry(counted.clone()).or_default();
        if replaces {
            places.iter_mut().for_each(|older| older.end = None);
        }
        places.push(Held { number, end: Some(end) });
        Ok(Place { open: Arc::clone(&self.open), space, caller: counted, number, replaced })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.total -= 1;
        if let Some(of_space) = open.by_space.get_mut(&self.space) {
            *of_space -= 1;
            if *of_space == 0 {
                open.by_space.remove(&self.space);
            }
        }
        if let Some(places) = open.by_caller.get_mut(&self.caller) {
            places.retain(|held| held.number != self.number);
            if places.is_empty() {
                open.by_caller.remove(&self.caller);
            }
        }
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use protocol::{AccountId, DeviceId, KeyId, UserId};

    use super::*;
    use crate::trade::Scopes;

    const HERE: SpaceId = SpaceId(1);
    const THERE: SpaceId = SpaceId(2);

    #[test]
    fn a_key_has_so_many_streams_and_gets_their_places_back() {
        let streams = Streams::new(2, 10);
        let held = [0, 1].map(|_| streams.enter(HERE, &key(1)).unwrap());
        assert_eq!(streams.enter(HERE, &key(1)).err(), Some(Full::Caller(2)));
        assert!(streams.enter(HERE, &key(2)).is_ok());
        drop(held);
        assert!(streams.enter(HERE, &key(1)).is_ok());
        assert_eq!(streams.counted(), [0; 3], "who is gone is forgotten");
    }

    #[test]
    fn a_space_leaves_room_for_others_however_many_keys_it_has() {
        let streams = Streams::new(1, 8);
        let held: Vec<_> = (0..6).map(|byte| streams.enter(HERE, &key(byte)).unwrap()).collect();
        assert_eq!(streams.enter(HERE, &key(6)).err(), Some(Full::Space(6)));
        let others = [7, 8].map(|byte| streams.enter(THERE, &key(byte)).unwrap());
        assert_eq!(streams.enter(THERE, &key(9)).err(), Some(Full::Relay));
        drop(others);
        drop(held);
        assert_eq!(streams.counted(), [0; 3]);
        assert!(streams.enter(HERE, &key(6)).is_ok());
    }

    #[test]
    fn an_accounts_newer_stream_ends_its_older_one_which_counts_until_it_has_ended() {
        let streams = Streams::new(1, 1);
        let mut older = streams.enter(HERE, &account(1)).unwrap();
        let mut newer = streams.enter(HERE, &account(1)).unwrap();
        assert!(older.replaced.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Closed));
        assert!(newer.replaced.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Empty));
        assert_eq!(streams.counted(), [2, 1, 1]);
        assert_eq!(
            streams.enter(HERE, &account(1)).err(),
            Some(Full::Space(1)),
            "there is room for one that ends"
        );
        drop(older);
        assert_eq!(streams.counted(), [1; 3]);
        assert_eq!(streams.enter(HERE, &account(2)).err(), Some(Full::Space(1)));
        drop(newer);
        assert_eq!(streams.counted(), [0; 3]);
        assert!(streams.enter(HERE, &account(2)).is_ok());
    }

    #[test]
    fn an_account_whose_streams_do_not_end_gets_no_more() {
        let streams = Streams::new(1, 100);
        let held = [0; OF_ACCOUNT_MAX].map(|_| streams.enter(HERE, &account(1)).unwrap());
        assert_eq!(streams.enter(HERE, &account(1)).err(), Some(Full::Caller(OF_ACCOUNT_MAX)));
        assert!(streams.enter(HERE, &account(2)).is_ok());
        drop(held);
        assert!(streams.enter(HERE, &account(1)).is_ok());
    }

    impl Streams {
        fn counted(&self) -> [usize; 3] {
            let open = lock(&self.open);
            [open.total, open.by_space.len(), open.by_caller.len()]
        }
    }

    fn key(byte: u8) -> Caller {
        Caller::Key { key: KeyId::from_bytes([byte; 16]), scopes: Scopes::all(), token_until: None }
    }

    fn account(byte: u8) -> Caller {
        Caller::Account {
            account: AccountId::from_bytes([byte; 32]),
            user: UserId::from_bytes([byte; 16]),
            session: (DeviceId::from_bytes([byte; 16]), [byte; 32]),
        }
    }
}
