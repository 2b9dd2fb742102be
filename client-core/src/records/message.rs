//! A message at its place in the log, and one that is still being written.

use protocol::{AccountId, ConversationId, DeviceId, MessageId, Seq, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Record, RecordKey, StoreKind};

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageRecord {
    pub(crate) message: MessageId,
    pub(crate) from: AccountId,
    pub(crate) device: DeviceId,
    pub(crate) text: String,
    pub(crate) sent_at: Timestamp,
    pub(crate) received_at: Timestamp,
}

impl MessageRecord {
    pub(crate) fn key(conversation: &ConversationId, seq: Seq) -> RecordKey {
        RecordKey::at(StoreKind::Timeline, conversation.as_bytes(), seq.0)
    }
}

impl Record for MessageRecord {
    const VERSION: u8 = 1;
}

/// What was written to an account and not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DraftRecord {
    pub(crate) text: String,
}

impl DraftRecord {
    pub(crate) fn key(account: &AccountId) -> RecordKey {
        RecordKey::new(StoreKind::Draft, account.as_bytes(), b"")
    }
}

impl Record for DraftRecord {
    const VERSION: u8 = 1;
}
