//! A message at its place in the log, and which ones a conversation has shown.

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

/// A content id was shown, at this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeenRecord {
    pub(crate) seq: Seq,
}

impl SeenRecord {
    pub(crate) fn key(conversation: &ConversationId, message: &MessageId) -> RecordKey {
        RecordKey::new(StoreKind::Seen, conversation.as_bytes(), message.as_bytes())
    }
}

impl Record for SeenRecord {
    const VERSION: u8 = 1;
}
