//! Open streams of events: one an account, so many a key, so many in all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::rates::Counted;
use crate::trade::Caller;

/// How many may be open.
#[derive(Debug, Clone, Copy)]
struct Limits {
    per_key: usize,
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
    by_caller: HashMap<Counted, Vec<Held>>,
}

/// One of them; to drop it tells it to end.
struct Held {
    number: u64,
    _end: oneshot::Sender<()>,
}

/// The place of one stream, until it is dropped.
pub(super) struct Place {
    open: Arc<Mutex<Open>>,
    caller: Counted,
    number: u64,
    /// Done once a newer stream has taken its place.
    pub(super) replaced: oneshot::Receiver<()>,
}

/// Why no stream can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The key has as many as it may.
    Key,
    /// The relay has.
    Relay,
}

impl Streams {
    pub(super) fn new(per_key: u32, total: u32) -> Self {
        let [per_key, total] = [per_key, total].map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        Self { limits: Limits { per_key, total }, open: Arc::default() }
    }

    /// Takes a caller's place. An account's newer stream ends its older one: that may hang on a connection that is long dead.
    pub(super) fn enter(&self, caller: &Caller) -> Result<Place, Full> {
        let counted = Counted::market(caller);
        let mut open = lock(&self.open);
        let held = open.by_caller.get(&counted).map_or(0, Vec::len);
        let is_account = matches!(caller, Caller::Account { .. });
        if !is_account && held >= self.limits.per_key {
            return Err(Full::Key);
        }
        let ends = if is_account { held } else { 0 };
        if open.total - ends >= self.limits.total {
            return Err(Full::Relay);
        }
        let (end, replaced) = oneshot::channel();
        let number = open.next;
        open.next += 1;
        open.total = open.total + 1 - ends;
        let places = open.by_caller.entry(counted.clone()).or_default();
        if is_account {
            places.clear();
        }
        places.push(Held { number, _end: end });
        Ok(Place { open: Arc::clone(&self.open), caller: counted, number, replaced })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        let Some(places) = open.by_caller.get_mut(&self.caller) else { return };
        let before = places.len();
        places.retain(|held| held.number != self.number);
        let left = places.len();
        if left == 0 {
            open.by_caller.remove(&self.caller);
        }
        open.total -= before - left;
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

    #[test]
    fn a_key_has_so_many_streams_and_gets_their_places_back() {
        let streams = Streams::new(2, 10);
        let held = [streams.enter(&key(1)).unwrap(), streams.enter(&key(1)).unwrap()];
        assert_eq!(streams.enter(&key(1)).err(), Some(Full::Key));
        assert!(streams.enter(&key(2)).is_ok());
        drop(held);
        assert!(streams.enter(&key(1)).is_ok());
        assert_eq!(streams.counted(), (0, 0), "who is gone is forgotten");
    }

    #[test]
    fn an_accounts_newer_stream_ends_its_older_one() {
        let streams = Streams::new(1, 1);
        let mut older = streams.enter(&account(1)).unwrap();
        let mut newer = streams.enter(&account(1)).unwrap();
        assert!(older.replaced.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Closed));
        assert!(newer.replaced.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Empty));
        drop(older);
        assert_eq!(streams.counted(), (1, 1));
        assert_eq!(streams.enter(&account(2)).err(), Some(Full::Relay));
        drop(newer);
        assert_eq!(streams.counted(), (0, 0));
        assert!(streams.enter(&account(2)).is_ok());
    }

    impl Streams {
        fn counted(&self) -> (usize, usize) {
            let open = lock(&self.open);
            (open.total, open.by_caller.len())
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
