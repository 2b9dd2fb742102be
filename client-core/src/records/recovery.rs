//! What is kept of a conversation's last commit while it may have to be taken back, and of a rejoin on its way.

use protocol::{AccountId, ConversationId, DeviceId, Epoch, MessageId, Seq};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Record, RecordKey, StoreKind};

/// The log's last commit, while it is not known to stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CommitRecord {
    pub(crate) seq: Seq,
    /// The epoch it builds on.
    pub(crate) epoch: Epoch,
    /// The SHA-256 of its bytes; none where this device joined by it and never saw them.
    pub(crate) hash: Option<[u8; 32]>,
    pub(crate) committer: Option<(AccountId, DeviceId)>,
    /// Made from outside, by a device on its way back.
    pub(crate) is_external: bool,
    /// The heads in force before it, as the policy encodes them.
    pub(crate) heads: Vec<u8>,
    /// It could not be followed: the group here is still the one before it.
    pub(crate) is_refused: bool,
}

impl CommitRecord {
    pub(crate) fn key(conversation: &ConversationId) -> RecordKey {
        RecordKey::new(StoreKind::GroupBefore, conversation.as_bytes(), b"commit")
    }

    pub(crate) fn is_by(&self, device: &DeviceId) -> bool {
        self.committer.is_some_and(|(_, committer)| committer == *device)
    }
}

impl Record for CommitRecord {
    const VERSION: u8 = 1;
}

/// The group of a rejoin that waits for its echo, and the heads in force with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RejoinRecord {
    pub(crate) heads: Vec<u8>,
    pub(crate) group: Zeroizing<Vec<u8>>,
}

impl RejoinRecord {
    pub(crate) fn key(conversation: &ConversationId) -> RecordKey {
        RecordKey::new(StoreKind::GroupBefore, conversation.as_bytes(), b"rejoin")
    }
}

impl std::fmt::Debug for RejoinRecord {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "RejoinRecord({} bytes)", self.group.len())
    }
}

impl Record for RejoinRecord {
    const VERSION: u8 = 1;
}

/// A message that is shown, and that its sender says again under the same id: the epoch that it was said in is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct VoidedRecord {
    pub(crate) message: MessageId,
    /// Its place in the timeline.
    pub(crate) shown_at: Seq,
    /// The last place at which this device has said it; that of the timeline if it is another's.
    pub(crate) said_at: Seq,
}

impl VoidedRecord {
    pub(crate) fn key(conversation: &ConversationId, shown_at: Seq) -> RecordKey {
        RecordKey::at(StoreKind::Voided, conversation.as_bytes(), shown_at.0)
    }
}

impl Record for VoidedRecord {
    const VERSION: u8 = 1;
}
