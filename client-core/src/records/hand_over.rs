//! What a device that came later is told by one that was there.

use protocol::{AccountId, ConversationId, DeviceId, Seq};
use serde::{Deserialize, Serialize};

use super::{Record, RecordKey, StoreKind};

/// How far a device has been told. Written with each part that is queued, so that a program that ends meanwhile goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HandOverRecord {
    pub(crate) device: DeviceId,
    pub(crate) next: HandOverStage,
    /// Contacts, and places in logs.
    pub(crate) done: u64,
    pub(crate) total: u64,
}

/// What comes next: first who is known, and settings, then what was said, the latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum HandOverStage {
    Contacts {
        after: Option<AccountId>,
    },
    Conversations {
        after: Option<ConversationId>,
    },
    Messages {
        conversation: ConversationId,
        before: Seq,
    },
    /// All that is here was told. Where this device had lost its way there may be more once it is back.
    UntilBack,
}

impl HandOverStage {
    /// Whether a conversation will be told from its end.
    pub(crate) fn comes_to(self, id: ConversationId) -> bool {
        match self {
            Self::Contacts { .. } => true,
            Self::Conversations { after } => after < Some(id),
            Self::Messages { conversation, .. } => conversation < id,
            Self::UntilBack => false,
        }
    }
}

/// One thing told, as it travels. Versions and bytes are the records' own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum HandedOver {
    Contact { version: u8, plain: Vec<u8> },
    ReadUpTo { conversation: ConversationId, up_to: Seq },
    Message { conversation: ConversationId, seq: Seq, version: u8, plain: Vec<u8> },
    Setting { version: u8, plain: Vec<u8> },
}

impl HandOverRecord {
    pub(crate) fn key(device: &DeviceId) -> RecordKey {
        RecordKey::new(StoreKind::HandOver, device.as_bytes(), b"")
    }
}

impl Record for HandOverRecord {
    const VERSION: u8 = 1;
}
