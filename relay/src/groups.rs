//! Groups in memory, for validating commits off the writer.
//!
//! A group is changed here only after the store has committed; whatever goes wrong drops it, and it is loaded again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use mls_wasm::policy::Heads;
use mls_wasm::public::PublicGroup;
use protocol::{ConversationId, Seq};
use tokio::sync::Mutex as AsyncMutex;

use crate::store::{Store, StoreError, StoredGroup};

/// Groups kept in memory: 636 KB each at a thousand members, 2 KB in a dm.
const GROUPS_KEPT_MAX: usize = 2_000;
/// Commits between two snapshots: bounds what loading a group replays.
pub(crate) const COMMITS_PER_SNAPSHOT: u32 = 32;

/// A group as it stands in the store.
pub(crate) struct LoadedGroup {
    pub(crate) group: PublicGroup,
    pub(crate) heads: Heads,
    /// The last handshake applied.
    pub(crate) handshake_seq: Seq,
    pub(crate) commits_since_snapshot: u32,
}

/// A place for a group. Its lock makes handshakes of one conversation wait for each other.
pub(crate) type Slot = Arc<AsyncMutex<Option<LoadedGroup>>>;

#[derive(Default)]
pub(crate) struct GroupCache {
    /// Held for a look-up only, never across an await.
    slots: Mutex<HashMap<ConversationId, Slot>>,
}

impl GroupCache {
    pub(crate) fn slot(&self, conversation: ConversationId) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= GROUPS_KEPT_MAX {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        Arc::clone(slots.entry(conversation).or_default())
    }
}

/// Loads a group as it stands in the store.
pub(crate) async fn load(
    store: &impl Store,
    conversation: ConversationId,
) -> Result<LoadedGroup, StoreError> {
    let stored = store.group(conversation).await?.ok_or(StoreError::Forbidden)?;
    tokio::task::spawn_blocking(move || replay(&conversation, &stored))
        .await
        .map_err(|_| StoreError::Unavailable)?
        .map_err(|error| {
            tracing::error!(code = error.code(), "stored_group_does_not_load");
            StoreError::Unavailable
        })
}

pub(crate) fn replay(
    conversation: &ConversationId,
    stored: &StoredGroup,
) -> Result<LoadedGroup, mls_wasm::Error> {
    let mut group = PublicGroup::load(conversation, &stored.snapshot)?;
    for handshake in &stored.handshakes {
        group.replay(handshake)?;
    }
    Ok(LoadedGroup {
        group,
        heads: Heads::decode(&stored.heads)?,
        handshake_seq: stored.handshake_seq,
        commits_since_snapshot: u32::try_from(stored.handshakes.len()).unwrap_or(u32::MAX),
    })
}
