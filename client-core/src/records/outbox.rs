//! What waits to be sent: intents, with the sealed bytes of the last attempt.

use protocol::{AccountId, ConversationId, DeviceId, EnvelopeId, Epoch, MessageId, Seq, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Record, RecordError, RecordKey, StoreKind};

/// Where an intent goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Target {
    /// The conversation with this account, whichever that turns out to be.
    Peer(AccountId),
    /// This conversation.
    Conversation(ConversationId),
}

/// What is to be said or done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OutboxBody {
    Text(String),
    ReadUpTo(Seq),
    SelfRecord {
        name: String,
        counter: u64,
        value: Vec<u8>,
    },
    /// A commit that renews this device's keys.
    RefreshKeys,
    /// A part of what a device that came later is told.
    HandOver {
        device: DeviceId,
        done: u64,
        total: u64,
        records: Vec<Vec<u8>>,
    },
    /// A commit that takes an account into a room.
    Invite(AccountId),
    /// A commit that takes it out.
    Dismiss(AccountId),
    /// Words that are in the timeline already, where they were said in an epoch that is void.
    Again(String),
}

impl OutboxBody {
    /// Whether it is carried out by a commit, and not said.
    pub(crate) const fn is_commit(&self) -> bool {
        matches!(self, Self::RefreshKeys | Self::Invite(_) | Self::Dismiss(_))
    }

    /// Its words, if it has any.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Again(text) => Some(text),
            _ => None,
        }
    }
}

/// How far an intent has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OutboxState {
    Waiting,
    /// Sealed: these bytes are repeated until the log shows them or refuses their epoch.
    Sealed(SealedSubmission),
    /// It cannot be sent, and will not be tried again; kept to be shown.
    Failed {
        code: String,
    },
    /// The relay says that it refused it for good, and it will not be tried again. Should the log show it nevertheless, it is
    /// sent.
    Refused {
        code: String,
        sealed: SealedSubmission,
    },
}

impl OutboxState {
    /// Whether it will not be tried again.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Refused { .. })
    }

    /// What the log may show, or come to show.
    pub(crate) const fn sealed(&self) -> Option<&SealedSubmission> {
        match self {
            Self::Sealed(sealed) | Self::Refused { sealed, .. } => Some(sealed),
            Self::Waiting | Self::Failed { .. } => None,
        }
    }
}

/// Sealed bytes and the name they are submitted under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SealedSubmission {
    pub(crate) envelope: EnvelopeId,
    pub(crate) epoch: Epoch,
    pub(crate) message: Vec<u8>,
}

/// An intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutboxRecord {
    pub(crate) position: u64,
    pub(crate) target: Target,
    pub(crate) message: MessageId,
    pub(crate) created_at: Timestamp,
    pub(crate) body: OutboxBody,
    pub(crate) state: OutboxState,
    /// Of an older copy: how far its conversation had been read here. What has gone on may have said it behind that.
    pub(crate) outlived_at: Option<Seq>,
}

impl OutboxRecord {
    pub(crate) fn key(position: u64) -> RecordKey {
        RecordKey::at(StoreKind::Outbox, b"", position)
    }
}

impl Record for OutboxRecord {
    const VERSION: u8 = 2;

    fn from_value(version: u8, plain: &[u8]) -> Result<Self, RecordError> {
        match version {
            // Whether an older copy had it was not noted.
            1 => {
                let (position, target, message, created_at, body, state) =
                    postcard::from_bytes(plain).map_err(|_| RecordError::Damaged)?;
                Ok(Self { position, target, message, created_at, body, state, outlived_at: None })
            }
            2 => postcard::from_bytes(plain).map_err(|_| RecordError::Damaged),
            newer if newer > Self::VERSION => Err(RecordError::UpgradeRequired),
            _ => Err(RecordError::Damaged),
        }
    }
}
