//! Verified identity logs, kept in memory beside the store.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use mls_wasm::policy::Identities as MlsIdentities;
use protocol::identity::{AccountHead, AccountView, IdentityLog};
use protocol::{AccountId, limits};

use crate::store::{Committed, Store, StoreError};

/// Logs kept; others are read and verified again.
const LOGS_KEPT_MAX: usize = 10_000;

/// Verified logs by account.
#[derive(Default)]
pub(crate) struct LogCache {
    /// Held for a look-up only, never across an await.
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    logs: HashMap<AccountId, Arc<IdentityLog>>,
    /// Rises whenever a log grows: what was read before then is not kept.
    generation: u64,
}

impl LogCache {
    /// An account's log as it stands in the store.
    pub(crate) async fn get(
        &self,
        store: &impl Store,
        account: AccountId,
    ) -> Result<Option<Arc<IdentityLog>>, StoreError> {
        let read_at = {
            let kept = self.lock();
            if let Some(log) = kept.logs.get(&account) {
                return Ok(Some(Arc::clone(log)));
            }
            kept.generation
        };
        let page = store.identity_log(account, 0, limits::IDENTITY_ENTRIES_MAX).await?;
        if page.length == 0 {
            return Ok(None);
        }
        let log = IdentityLog::verify(account, page.entries).map_err(|_| StoreError::Unavailable)?;
        let log = Arc::new(log);
        let mut kept = self.lock();
        if kept.logs.len() >= LOGS_KEPT_MAX {
            kept.logs.clear();
        }
        if kept.generation == read_at {
            kept.logs.insert(account, Arc::clone(&log));
        }
        Ok(Some(log))
    }

    /// Forgets logs that have grown: done before anyone is told that they have.
    pub(crate) fn forget_grown(&self, events: &[Committed]) {
        for event in events {
            if let Committed::Identity { account, .. } = event {
                let mut kept = self.lock();
                kept.logs.remove(account);
                kept.generation += 1;
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
