//! Contacts, and what was seen of accounts' identity logs.

use protocol::identity::{Head, SignedEntry};
use protocol::{AccountId, Bytes, ConversationId, Handle};
use serde::{Deserialize, Serialize};

use super::{Record, RecordKey, StoreKind};

/// One entry of an identity log, as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IdentityRecord {
    body: Vec<u8>,
    signature: Vec<u8>,
}

impl IdentityRecord {
    pub(crate) fn key(account: &AccountId, position: u64) -> RecordKey {
        RecordKey::at(StoreKind::Identity, account.as_bytes(), position)
    }

    pub(crate) fn of(entry: &SignedEntry) -> Self {
        Self { body: entry.body.to_vec(), signature: entry.signature.to_vec() }
    }

    /// The entry; damaged bytes become an entry that no check believes.
    pub(crate) fn into_entry(self) -> SignedEntry {
        let signature = self.signature.try_into().unwrap_or([0; 64]);
        SignedEntry { body: Bytes::from(self.body), signature }
    }
}

impl Record for IdentityRecord {
    const VERSION: u8 = 1;
}

/// The head seen of an account's log: a log that does not contain it is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PinRecord {
    pub(crate) account: AccountId,
    length: u64,
    hash: [u8; 32],
}

impl PinRecord {
    pub(crate) fn key(account: &AccountId) -> RecordKey {
        RecordKey::new(StoreKind::Pin, account.as_bytes(), b"")
    }

    pub(crate) fn of(account: AccountId, head: Head) -> Self {
        Self { account, length: head.length, hash: head.hash }
    }

    pub(crate) fn head(&self) -> Head {
        Head { length: self.length, hash: self.hash }
    }
}

impl Record for PinRecord {
    const VERSION: u8 = 1;
}

/// Someone this account knows. A last-writer record of the self conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContactRecord {
    pub(crate) account: AccountId,
    /// The alias they were found by.
    pub(crate) handle: Option<Handle>,
    /// The conversation with them.
    pub(crate) conversation: Option<ConversationId>,
    /// The safety number that was compared.
    pub(crate) verified_number: Option<String>,
    /// Last writer: counter and device.
    pub(crate) counter: u64,
    pub(crate) writer: protocol::DeviceId,
}

impl ContactRecord {
    pub(crate) fn key(account: &AccountId) -> RecordKey {
        RecordKey::new(StoreKind::Contact, account.as_bytes(), b"")
    }
}

impl Record for ContactRecord {
    const VERSION: u8 = 1;
}
