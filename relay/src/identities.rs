//! Verified identity logs, kept in memory beside the store.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use mls_wasm::policy::Identities as MlsIdentities;
use protocol::identity::{AccountHead, AccountView, IdentityLog};
use protocol::{AccountId, limits};

use crate::store::{Committed, Store, StoreError};

/// Bytes of logs kept, about; others are read and verified again.
const LOGS_BYTES_MAX: usize = 256 << 20;
/// Entries verified beside other work, in a millisecond or so; more go to a thread of their own.
const ENTRIES_AT_ONCE_MAX: usize = 16;
/// Accounts remembered to have grown.
const GROWN_MAX: usize = 100_000;
/// What an entry takes in memory beside its bytes, about.
const ENTRY_BYTES: usize = 512;

/// Verified logs by account.
#[derive(Default)]
pub(crate) struct LogCache {
    /// Held for a look-up only, never across an await.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    logs: HashMap<AccountId, Arc<IdentityLog>>,
    bytes: usize,
    /// How long logs are at least that have grown since they were last kept.
    grown: HashMap<AccountId, u64>,
}

impl Kept {
    /// A log never takes the place of one that is longer, or of one that is known to be.
    fn keep(&mut self, log: Arc<IdentityLog>) {
        let (account, length) = (log.account(), log.head().length);
        let known = self.logs.get(&account).map_or(0, |known| known.head().length);
        if length < known.max(self.grown.get(&account).copied().unwrap_or(0)) {
            return;
        }
        self.forget(&account);
        self.grown.remove(&account);
        self.bytes += bytes_of(&log);
        if self.bytes > LOGS_BYTES_MAX {
            self.logs.clear();
            self.bytes = bytes_of(&log);
        }
        self.logs.insert(account, log);
    }

    fn forget(&mut self, account: &AccountId) {
        if let Some(log) = self.logs.remove(account) {
            self.bytes -= bytes_of(&log);
        }
    }
}

fn bytes_of(log: &IdentityLog) -> usize {
    log.entries_from(0).map(|entry| entry.body.len() + ENTRY_BYTES).sum()
}

impl LogCache {
    /// An account's log as it stands in the store.
    pub(crate) async fn get(
        &self,
        store: &impl Store,
        account: AccountId,
    ) -> Result<Option<Arc<IdentityLog>>, StoreError> {
        if let Some(log) = self.lock().logs.get(&account) {
            return Ok(Some(Arc::clone(log)));
        }
        let page = store.identity_log(account, 0, limits::IDENTITY_ENTRIES_MAX).await?;
        if page.length == 0 {
            return Ok(None);
        }
        let log = if page.entries.len() <= ENTRIES_AT_ONCE_MAX {
            IdentityLog::verify(account, page.entries)
        } else {
            let verified = tokio::task::spawn_blocking(move || IdentityLog::verify(account, page.entries));
            verified.await.map_err(|_| StoreError::Unavailable)?
        };
        let log = Arc::new(log.map_err(|_| StoreError::Unavailable)?);
        self.keep(Arc::clone(&log));
        Ok(Some(log))
    }

    /// Keeps a log that was verified.
    pub(crate) fn keep(&self, log: Arc<IdentityLog>) {
        self.lock().keep(log);
    }

    /// Forgets logs that have grown: done before anyone is told that they have.
    pub(crate) fn forget_grown(&self, events: &[Committed]) {
        for event in events {
            if let Committed::Identity { account, head, .. } = event {
                let mut kept = self.lock();
                kept.forget(account);
                if kept.grown.len() >= GROWN_MAX {
                    kept.grown.clear();
                }
                kept.grown.insert(*account, head.length);
            }
        }
    }

    /// The logs that a handshake relies on.
    pub(crate) async fn of_heads(
        &self,
        store: &impl Store,
        heads: &[AccountHead],
    ) -> Result<Logs, StoreError> {
        let mut logs = BTreeMap::new();
        for named in heads {
            if let Some(log) = self.get(store, named.account).await? {
                logs.insert(named.account, log);
            }
        }
        Ok(Logs(logs))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The logs of one validation.
pub(crate) struct Logs(BTreeMap<AccountId, Arc<IdentityLog>>);

impl MlsIdentities for Logs {
    fn view_at(&self, head: &AccountHead) -> Option<AccountView> {
        self.0.get(&head.account)?.view_at(&head.head).ok()
    }
}
