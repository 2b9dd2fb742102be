//! What is stored, record by record. A version byte, a decoder for every version ever shipped, golden bytes.
//!
//! A record's key is its store's byte, a keyed hash of its owner, and a place: a page of a timeline is one range read.

mod account;
mod conversation;
mod directory;
#[cfg(test)]
mod golden;
mod hand_over;
mod key_package;
mod linking;
mod message;
mod outbox;
mod recovery;
mod setting;

pub(crate) use account::{
    AccountRecord, CommandRecord, HeadRecord, OutlivedRecord, ReplacementRecord, RestoringRecord,
};
pub(crate) use conversation::{ConversationRecord, PendingRecord, Phase, StoredKind};
pub(crate) use directory::{ContactRecord, IdentityRecord, PinRecord};
pub(crate) use hand_over::{HandOverRecord, HandOverStage, HandedOver};
pub(crate) use key_package::KeyPackageRecord;
pub(crate) use linking::LinkingRecord;
pub(crate) use message::{DraftRecord, MessageRecord};
pub(crate) use outbox::{OutboxBody, OutboxRecord, OutboxState, SealedSubmission, Target};
pub(crate) use recovery::{CommitRecord, RejoinRecord, VoidedRecord};
pub(crate) use setting::SettingRecord;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// Every store: the first byte of its records' keys. Never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum StoreKind {
    /// One record: how often the state was written.
    Head = 1,
    /// One record: this account and device.
    Account = 2,
    /// Own and others' identity logs, an entry a record.
    Identity = 3,
    /// One record an account: the head seen of its log.
    Pin = 4,
    /// One record a contact.
    Contact = 5,
    /// One record a conversation: its row in the list, and where its log was read to.
    Conversation = 6,
    /// The parts of a conversation's MLS group.
    Group = 7,
    /// What is kept while the last commit may have to be taken back, or is being made up for: the state before it in one
    /// piece, which commit it is, and the group of a rejoin on its way.
    GroupBefore = 8,
    /// A conversation's own commit that waits for its echo.
    Pending = 9,
    /// Messages by their place in the log.
    Timeline = 10,
    /// The identity-log heads named so far in a conversation, as the policy encodes them.
    Heads = 11,
    /// What waits to be sent, in order.
    Outbox = 12,
    /// Outcomes of commands.
    Command = 13,
    /// Private halves of published KeyPackages.
    KeyPackage = 14,
    /// What was written to an account and not sent, one record each.
    Draft = 15,
    /// One record, while a phrase is being replaced and for a while after.
    Replacement = 16,
    /// One record, in place of [`Self::Account`], while an account is being restored.
    Restoring = 17,
    /// One record, once the relay has shown this state to be an older copy.
    Outlived = 18,
    /// One record, in place of [`Self::Account`], while this device is being linked to an account.
    Linking = 19,
    /// One record for each device that is being told what was before.
    HandOver = 20,
    /// One record a setting.
    Setting = 21,
    /// Where messages of void epochs are shown: whoever said them says them again.
    Voided = 22,
}

/// A record's place before its owner is hashed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RecordKey {
    pub(crate) store: StoreKind,
    pub(crate) owner: Vec<u8>,
    pub(crate) place: Vec<u8>,
}

impl RecordKey {
    pub(crate) fn new(store: StoreKind, owner: &[u8], place: &[u8]) -> Self {
        Self { store, owner: owner.to_vec(), place: place.to_vec() }
    }

    /// A place in an order.
    pub(crate) fn at(store: StoreKind, owner: &[u8], position: u64) -> Self {
        Self::new(store, owner, &position.to_be_bytes())
    }
}

impl Write {
    pub(crate) fn put(key: RecordKey, record: &impl Record) -> Self {
        Self { key, value: Some(record.to_value()), is_for_all: false }
    }

    pub(crate) fn delete(key: RecordKey) -> Self {
        Self { key, value: None, is_for_all: false }
    }

    /// Raw bytes, or none to delete.
    pub(crate) fn raw(key: RecordKey, bytes: Option<Zeroizing<Vec<u8>>>) -> Self {
        let value = bytes.map(|plain| Value { version: RAW_VERSION, plain });
        Self { key, value, is_for_all: false }
    }

    /// Deletes every record of the key's owner in its store.
    pub(crate) fn delete_all(key: RecordKey) -> Self {
        Self { key, value: None, is_for_all: true }
    }
}

/// A record to be written or deleted, or all of an owner's records to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) key: RecordKey,
    pub(crate) value: Option<Value>,
    pub(crate) is_for_all: bool,
}

/// A record's version and bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) version: u8,
    pub(crate) plain: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Value {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Value({} bytes)", self.plain.len())
    }
}

/// Why stored bytes cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Written by a newer version of this program.
    #[error("the stored data was written by a newer version of this program: update it")]
    UpgradeRequired,
    /// Damaged, or not what its key says.
    #[error("the stored data is damaged")]
    Damaged,
}

/// A type with a stored form.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// The version this build writes.
    const VERSION: u8;

    fn to_value(&self) -> Value {
        let plain = postcard::to_stdvec(self).expect("records hold nothing that cannot be written");
        Value { version: Self::VERSION, plain: Zeroizing::new(plain) }
    }

    fn from_value(version: u8, plain: &[u8]) -> Result<Self, RecordError> {
        match version {
            newer if newer > Self::VERSION => Err(RecordError::UpgradeRequired),
            same if same == Self::VERSION => postcard::from_bytes(plain).map_err(|_| RecordError::Damaged),
            _ => Err(RecordError::Damaged),
        }
    }
}

/// Raw bytes that another crate encodes, such as the parts of an MLS group.
pub(crate) const RAW_VERSION: u8 = 1;
