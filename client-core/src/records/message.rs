//! A message at its place in the log.

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
