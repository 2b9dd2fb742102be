//! A relay that ends in the middle of a change, as when its process is killed.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::store::Committed;
use crate::store::sqlite::Observer;

/// Where a change is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// It was asked for, and is never committed.
    Commit,
    /// It is committed; neither its answer nor what others are pushed leaves.
    Answer,
}

/// When a relay ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// Before which boundary.
    pub before: Boundary,
    /// Commits that pass until then.
    pub after: u64,
}

/// Whether and when a relay ends.
#[derive(Default)]
pub(crate) struct Outage {
    /// Held for a look only.
    end: Mutex<Option<End>>,
    has_ended: watch::Sender<bool>,
}

impl Outage {
    pub(crate) fn set(&self, end: Option<End>) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = end;
    }

    /// Whether it has ended.
    pub(crate) fn watch(&self) -> watch::Receiver<bool> {
        self.has_ended.subscribe()
    }

    /// Whether the relay goes on past a boundary.
    fn passes(&self, boundary: Boundary) -> bool {
        if *self.has_ended.borrow() {
            return false;
        }
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(end) = end.as_mut().filter(|end| end.before == boundary) else { return true };
        let passes = end.after > 0;
        end.after = end.after.saturating_sub(1);
        self.has_ended.send_replace(!passes);
        passes
    }
}

/// An observer that goes no further once the relay has ended.
pub(crate) struct Interrupted {
    pub(crate) outage: Arc<Outage>,
    pub(crate) observer: Box<dyn Observer>,
}

impl Observer for Interrupted {
    fn may_commit(&self) -> bool {
        self.outage.passes(Boundary::Commit)
    }

    fn committed(&self, events: Vec<Committed>) -> bool {
        self.outage.passes(Boundary::Answer) && self.observer.committed(events)
    }
}
