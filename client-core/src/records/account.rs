//! This account and device, the state's counter, and commands' outcomes.

use client_api::{CommandId, Outcome};
use protocol::{AccountId, ConversationId, RelayId, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Record, RecordError, RecordKey, StoreKind};

/// Written in every transaction; the relay remembers the highest counter it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeadRecord {
    /// Raised in every transaction.
    pub(crate) counter: u64,
    /// What the relay was told last.
    pub(crate) told: u64,
}

impl HeadRecord {
    pub(crate) fn key() -> RecordKey {
        RecordKey::new(StoreKind::Head, b"", b"")
    }
}

impl Record for HeadRecord {
    const VERSION: u8 = 2;

    fn from_value(version: u8, plain: &[u8]) -> Result<Self, RecordError> {
        match version {
            // Any counter up to this one may have been told.
            1 => {
                let counter = postcard::from_bytes(plain).map_err(|_| RecordError::Damaged)?;
                Ok(Self { counter, told: counter })
            }
            2 => postcard::from_bytes(plain).map_err(|_| RecordError::Damaged),
            newer if newer > Self::VERSION => Err(RecordError::UpgradeRequired),
            _ => Err(RecordError::Damaged),
        }
    }
}

/// Who this client is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccountRecord {
    pub(crate) account: AccountId,
    pub(crate) device_secret: Zeroizing<[u8; 32]>,
    /// The relay this account was opened on; another one is refused.
    pub(crate) relay: Option<RelayId>,
    /// How many entries of the own identity log the relay has taken.
    pub(crate) registered_length: u64,
    pub(crate) resume_token: Option<Zeroizing<Vec<u8>>>,
    pub(crate) self_conversation: ConversationId,
    /// The next place in the outbox.
    pub(crate) outbox_next: u64,
    /// The highest counter of the self conversation's records.
    pub(crate) self_counter: u64,
    /// Ids of the commands whose outcomes are kept, oldest first.
    pub(crate) commands: Vec<[u8; 16]>,
}

impl AccountRecord {
    /// An account that this device has just become one of.
    pub(crate) fn new(
        account: AccountId,
        device_secret: Zeroizing<[u8; 32]>,
        self_conversation: ConversationId,
    ) -> Self {
        Self {
            account,
            device_secret,
            relay: None,
            registered_length: 0,
            resume_token: None,
            self_conversation,
            outbox_next: 1,
            self_counter: 0,
            commands: Vec::new(),
        }
    }

    pub(crate) fn key() -> RecordKey {
        RecordKey::new(StoreKind::Account, b"", b"")
    }
}

impl std::fmt::Debug for AccountRecord {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("AccountRecord(secret)")
    }
}

impl Record for AccountRecord {
    const VERSION: u8 = 1;
}

/// A phrase that is being replaced: from this and the phrase before it follows the new one, so that a lost answer loses no
/// phrase. Neither says anything of it alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReplacementRecord {
    pub(crate) nonce: Zeroizing<[u8; 32]>,
    /// The new root's public key: whether the relay has taken it.
    pub(crate) new_root: [u8; 32],
    /// When the new phrase was first shown.
    pub(crate) shown_at: Option<Timestamp>,
}

impl ReplacementRecord {
    pub(crate) fn key() -> RecordKey {
        RecordKey::new(StoreKind::Replacement, b"", b"")
    }
}

impl std::fmt::Debug for ReplacementRecord {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ReplacementRecord(secret)")
    }
}

impl Record for ReplacementRecord {
    const VERSION: u8 = 1;
}

/// An account that is being restored: all there is until the relay has taken this device into it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RestoringRecord {
    /// Kept until then, so that a program that ends meanwhile goes on by itself.
    pub(crate) root_secret: Zeroizing<[u8; 32]>,
    pub(crate) device_secret: Zeroizing<[u8; 32]>,
    /// The relay that was asked; another one is refused.
    pub(crate) relay: Option<RelayId>,
}

impl RestoringRecord {
    pub(crate) fn key() -> RecordKey {
        RecordKey::new(StoreKind::Restoring, b"", b"")
    }
}

impl std::fmt::Debug for RestoringRecord {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("RestoringRecord(secret)")
    }
}

impl Record for RestoringRecord {
    const VERSION: u8 = 1;
}

/// This state is an older copy: its keys have been used since, and nothing is sealed with them any more.
///
/// Stored, since the counter alone would catch up with what the relay remembers as this copy goes on writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OutlivedRecord {
    /// The conversations in which this device has no fresh keys yet. None: of the first version, which only stopped.
    pub(crate) left: Option<Vec<ConversationId>>,
}

impl OutlivedRecord {
    pub(crate) fn key() -> RecordKey {
        RecordKey::new(StoreKind::Outlived, b"", b"")
    }
}

impl Record for OutlivedRecord {
    const VERSION: u8 = 2;

    fn from_value(version: u8, plain: &[u8]) -> Result<Self, RecordError> {
        match version {
            // The counter that the relay had been told of.
            1 => Ok(Self { left: None }),
            2 => postcard::from_bytes(plain).map_err(|_| RecordError::Damaged),
            newer if newer > Self::VERSION => Err(RecordError::UpgradeRequired),
            _ => Err(RecordError::Damaged),
        }
    }
}

/// What became of a command: a repeat gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CommandRecord {
    pub(crate) outcome: StoredOutcome,
}

/// The outcomes that are worth remembering: those that changed something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StoredOutcome {
    Done,
    ContactAdded(AccountId),
    Queued(protocol::MessageId),
    RoomOpened(ConversationId),
}

impl CommandRecord {
    pub(crate) fn key(id: &CommandId) -> RecordKey {
        RecordKey::new(StoreKind::Command, &id.0, b"")
    }

    pub(crate) fn of(outcome: &Outcome) -> Option<Self> {
        let outcome = match outcome {
            Outcome::Done => StoredOutcome::Done,
            Outcome::ContactAdded { account } => StoredOutcome::ContactAdded(*account),
            Outcome::Queued { message } => StoredOutcome::Queued(*message),
            Outcome::RoomOpened { room } => StoredOutcome::RoomOpened(*room),
            Outcome::Refused(_) => return None,
        };
        Some(Self { outcome })
    }

    pub(crate) fn into_outcome(self) -> Outcome {
        match self.outcome {
            StoredOutcome::Done => Outcome::Done,
            StoredOutcome::ContactAdded(account) => Outcome::ContactAdded { account },
            StoredOutcome::Queued(message) => Outcome::Queued { message },
            StoredOutcome::RoomOpened(room) => Outcome::RoomOpened { room },
        }
    }
}

impl Record for CommandRecord {
    const VERSION: u8 = 1;
}
