//! What a user interface shows.

use protocol::{AccountId, ConversationId, DeviceId, Handle, MessageId, Seq, Timestamp};
use serde::{Deserialize, Serialize};

use crate::NoticeCode;
use crate::tagged::tag_first;

tag_first! {
    /// Whether the relay can be reached.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum Connection by "state" {
        /// Not connected; the next attempt is due then.
        Offline {
            /// When.
            retry_at: Option<Timestamp>,
        },
        /// A socket is being opened, or a session on it.
        Connecting,
        /// In session, fetching what happened meanwhile.
        CatchingUp,
        /// In session and in step.
        Live,
        /// Not connected, and not tried again by itself: what happened has to be dealt with first.
        Stopped {
            /// What happened.
            reason: NoticeCode,
        },
    }
}

/// The account this client belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// The account.
    pub account: AccountId,
    /// This device.
    pub device: DeviceId,
    /// The directory alias.
    pub handle: Option<Handle>,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ContactView {
    /// The account.
    pub account: AccountId,
    /// The directory alias it was found by or lists.
    pub handle: Option<Handle>,
    /// Whether the safety number was compared, and is still the one that was.
    pub is_verified: bool,
    /// The conversation with them, if there is one.
    pub conversation: Option<ConversationId>,
}

/// A setting of the account, which every device of it has alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SettingView {
    /// Which. Those that this program does not know are another one's, or a newer one's.
    pub name: String,
    /// Empty where it was put back to its default.
    pub value: String,
}

/// What kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Of two accounts.
    Dm,
    /// Of many.
    Room,
}

/// A row of the conversation list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    /// Which.
    pub conversation: ConversationId,
    /// What kind.
    pub kind: ConversationKind,
    /// The other account of a dm.
    pub peer: Option<AccountId>,
    /// The other account's alias.
    pub handle: Option<Handle>,
    /// The last message.
    pub last_message: Option<MessageView>,
    /// The last entry stored.
    pub last_seq: Seq,
    /// Messages of others since the last one read.
    pub unread_count: u64,
    /// The last entry read.
    pub read_up_to: Seq,
    /// The last entry that a device of someone else has stored: own messages up to there are delivered.
    pub delivered_up_to: Seq,
    /// The last entry that the other side has read: own messages up to there are read.
    pub peer_read_up_to: Seq,
    /// How its keys are agreed.
    pub key_exchange: KeyExchange,
}

/// How a conversation's keys are agreed: chosen when it is opened, the first that every device of both sides can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum KeyExchange {
    /// X25519 and ML-KEM-768: what is recorded today stays closed to quantum computers.
    Hybrid,
    /// X25519 alone.
    Classic,
}

tag_first! {
    /// How far the linking of a new device has come.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
    #[serde(tag = "state", rename_all = "snake_case", rename_all_fields = "camelCase")]
    pub enum LinkView by "state" {
        /// The new device waits for one of the account.
        Waiting {
            /// To be scanned, or carried over as text: whoever has it can let this device into an account.
            code: String,
            /// To be typed, where there is no camera: nine digits.
            number: String,
            /// When there will be another one.
            expires_at: Timestamp,
        },
        /// Both show digits for people to compare.
        Comparing {
            /// Seven.
            digits: String,
        },
        /// The account's device has let the new one in; it joins.
        Joining,
    }
}

/// How much of what was before a new device has been told. As much as there is: it is over, also because the device was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The new device.
    pub device: DeviceId,
    /// How much.
    pub done: u64,
    /// Of how much.
    pub total: u64,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Where; none while the conversation is being opened.
    pub conversation: Option<ConversationId>,
    /// Its place; none while it waits to be sent.
    pub seq: Option<Seq>,
    /// The message.
    pub id: MessageId,
    /// Who wrote it.
    pub from: AccountId,
    /// On which device.
    pub device: DeviceId,
    /// The words.
    pub text: String,
    /// The sender's claim.
    pub sent_at: Timestamp,
    /// The relay's time.
    pub received_at: Option<Timestamp>,
    /// How far it has come.
    pub state: DeliveryState,
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will not be sent.
    Failed,
    /// Stored here, waiting to be sent.
    Queued,
    /// In the conversation's log.
    Sent,
    /// On a device of the other side.
    Delivered,
    /// Read by the other side.
    Read,
    /// Someone else's message, stored here.
    Received,
}

/// One of the account's devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    /// Which.
    pub device: DeviceId,
    /// Whether it is this one.
    pub is_this: bool,
    /// Whether the account lists it.
    pub is_active: bool,
}

/// The number to compare with a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SafetyView {
    /// With whom.
    pub account: AccountId,
    /// Sixty digits in groups of five.
    pub safety_number: String,
    /// Whether this number was marked as compared.
    pub is_verified: bool,
}

/// What helps to find a fault, without anything secret or personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Diagnostics {
    /// The connection.
    pub connection: Connection,
    /// Messages that wait to be sent.
    pub outbox_count: u64,
    /// Conversations kept.
    pub conversation_count: u64,
    /// Contacts kept.
    pub contact_count: u64,
    /// How often the device's state was written; each time an older copy was put back, it goes on from the next multiple of
    /// 2^32.
    pub state_counter: u64,
    /// Protocol version spoken.
    pub protocol_version: u32,
    /// The account's own devices in force.
    pub device_count: u64,
}
