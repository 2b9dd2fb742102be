//! What goes into the store and comes out of it.

use std::sync::Arc;

use protocol::frame::{Control, Entry, InboxItem, KeyPackagesStatus};
use protocol::identity::{Head, SignedEntry};
use protocol::keys::PublicKey;
use protocol::{
    AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, Handle, Seq, Suite, Timestamp,
};

use crate::trade::{Chain, Told};

/// A tenant's share of the store: accounts and their conversations are in the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpaceId(pub u32);

impl SpaceId {
    /// What it is called towards programs: the same for as long as it is there.
    pub fn marketplace(self) -> String {
        format!("mkt_{}", self.0)
    }
}

/// The SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// A session to open.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Whose.
    pub account: AccountId,
    /// On which device.
    pub device: DeviceId,
    /// Of the session token.
    pub session: TokenHash,
    /// Of the resume token.
    pub resume: TokenHash,
    /// When both end.
    pub expires_at: Timestamp,
    /// What the device reports.
    pub state_counter: u64,
}

/// A session to take up again.
#[derive(Debug, Clone)]
pub struct Resume {
    /// Of the token presented.
    pub presented: TokenHash,
    /// Of the new session token.
    pub session: TokenHash,
    /// Of the new resume token.
    pub resume: TokenHash,
    /// Now.
    pub now: Timestamp,
    /// When the new tokens end.
    pub expires_at: Timestamp,
    /// What the device reports.
    pub state_counter: u64,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOpened {
    /// Whose.
    pub account: AccountId,
    /// On which device.
    pub device: DeviceId,
    /// The highest state counter the device reported before.
    pub state_counter: u64,
}

/// Verified entries and what they change.
#[derive(Debug, Clone)]
pub struct IdentityAppend {
    /// Whose log.
    pub account: AccountId,
    /// How long the log was.
    pub from_length: u64,
    /// The entries.
    pub entries: Vec<SignedEntry>,
    /// Where the log stands after them.
    pub head: Head,
    /// Every device that is listed after them.
    pub listed: Vec<DeviceId>,
    /// Devices that they revoke.
    pub revoked: Vec<DeviceId>,
    /// Root keys that they bring: no other account's, before or after.
    pub root_keys: Vec<PublicKey>,
    /// The handle after them.
    pub handle: Option<Handle>,
    /// Whether one of them asks for it: then it must be free. One that an earlier entry asked for is dropped if it is not.
    pub asks_for_handle: bool,
    /// Whether the account is closed after them.
    pub is_closed: bool,
}

/// What the relay holds about an account and its conversations. Whatever it trades it is shown itself, list by list (`/v1/orders` and its like).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountExport {
    /// Entries of its identity log.
    pub identity_entries: u64,
    /// Devices listed or revoked.
    pub devices: u64,
    /// Conversations one of its devices is or was in.
    pub conversations: u64,
    /// Unissued KeyPackages.
    pub key_packages: u64,
    /// Items waiting in its devices' inboxes.
    pub inbox_items: u64,
}

/// KeyPackages to add.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Whose.
    pub device: DeviceId,
    /// Of which suite.
    pub suite: Suite,
    /// Reference and bytes of each.
    pub packages: Vec<(Vec<u8>, Bytes)>,
    /// The one of last resort, in place of the one before.
    pub last_resort: Option<(Vec<u8>, Bytes)>,
    /// Those before are not issued any more.
    pub replaces_all: bool,
    /// Now.
    pub now: Timestamp,
}

/// KeyPackages to claim.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Whose.
    pub account: AccountId,
    /// Which devices; all that are listed if empty.
    pub devices: Vec<DeviceId>,
    /// Of which suite.
    pub suite: Suite,
    /// Whether it may be given any of last resort.
    pub may_be_last_resort: bool,
    /// Now.
    pub now: Timestamp,
}

/// A member device of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// Which device.
    pub device: DeviceId,
    /// Of which account.
    pub account: AccountId,
}

/// A conversation to create: the control entry, and the first commit behind it.
#[derive(Debug, Clone)]
pub struct Creation {
    /// Which.
    pub conversation: ConversationId,
    /// Idempotency of the creation.
    pub envelope: EnvelopeId,
    /// For a conversation of two: what only one conversation may have.
    pub pair: Option<[AccountId; 2]>,
    /// Its suite.
    pub suite: Suite,
    /// Who creates it.
    pub creator: Member,
    /// What the relay says first.
    pub created: Control,
    /// The group at epoch 0.
    pub state: GroupChange,
    /// The first commit.
    pub first_commit: Option<HandshakeAppend>,
    /// Now.
    pub now: Timestamp,
}

/// The public state a handshake leaves.
#[derive(Debug, Clone)]
pub struct GroupChange {
    /// The epoch after it.
    pub epoch: Epoch,
    /// GroupInfo of that epoch.
    pub group_info: Bytes,
    /// Ratchet tree of that epoch: kept where someone is to join in it.
    pub tree: Bytes,
    /// The heads named so far.
    pub heads: Vec<u8>,
    /// The whole public state before this change, where a snapshot is due: the last commit can still be taken back. Of a
    /// creation, the state itself.
    pub snapshot: Option<Vec<u8>>,
    /// Every member after it.
    pub members: Vec<Member>,
}

/// A handshake to append.
#[derive(Debug, Clone)]
pub struct HandshakeAppend {
    /// Where.
    pub conversation: ConversationId,
    /// Idempotency.
    pub envelope: EnvelopeId,
    /// Whose session.
    pub sender: Member,
    /// The epoch it builds on.
    pub epoch: Epoch,
    /// The entry it was validated after: proposals between would change it.
    pub validated_at: Seq,
    /// Its bytes.
    pub handshake: Bytes,
    /// What a commit leaves; a proposal changes nothing yet.
    pub outcome: HandshakeOutcome,
    /// Now.
    pub now: Timestamp,
}

/// What a handshake does.
#[derive(Debug, Clone)]
pub enum HandshakeOutcome {
    /// A commit opens an epoch.
    Commit {
        /// What it leaves.
        change: GroupChange,
        /// A Welcome for each device it adds.
        welcomes: Vec<(DeviceId, Bytes)>,
    },
    /// A proposal waits for a commit.
    Proposal,
}

/// A message to append.
#[derive(Debug, Clone)]
pub struct MessageAppend {
    /// Where.
    pub conversation: ConversationId,
    /// Idempotency.
    pub envelope: EnvelopeId,
    /// Whose session.
    pub sender: Member,
    /// The epoch it was sealed in.
    pub epoch: Epoch,
    /// Its bytes.
    pub message: Bytes,
    /// Now.
    pub now: Timestamp,
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its place.
    pub seq: Seq,
    /// When it was first received.
    pub received_at: Timestamp,
    /// Whether it stood there before: the same submission again.
    pub is_repeat: bool,
}

/// A group's stored state: a snapshot, and the handshakes since.
#[derive(Debug, Clone)]
pub struct StoredGroup {
    /// The whole public state at some epoch.
    pub snapshot: Vec<u8>,
    /// Handshakes since the snapshot, in order.
    pub handshakes: Vec<Bytes>,
    /// The last entry's place among handshakes.
    pub handshake_seq: Seq,
    /// The heads named so far.
    pub heads: Vec<u8>,
    /// The current epoch.
    pub epoch: Epoch,
}

/// What a refusal of a commit leads to.
#[derive(Debug, Clone)]
pub enum RefusalOutcome {
    /// It is noted: others may still acknowledge.
    Noted,
    /// The commit may be voided: the group's state before it.
    Voidable(Box<StoredGroup>),
}

/// A commit to void.
#[derive(Debug, Clone)]
pub struct VoidAppend {
    /// Where.
    pub conversation: ConversationId,
    /// The commit's place.
    pub seq: Seq,
    /// The control entry's own name.
    pub envelope: EnvelopeId,
    /// Every member before it.
    pub members: Vec<Member>,
    /// Now.
    pub now: Timestamp,
}

/// A group's state as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedGroup {
    /// Its epoch.
    pub epoch: Epoch,
    /// The entry that opened the epoch.
    pub seq: Seq,
    /// GroupInfo.
    pub group_info: Bytes,
    /// Ratchet tree, if it is kept; the current one comes from the group itself.
    pub tree: Option<Bytes>,
    /// The heads named so far.
    pub heads: Vec<u8>,
}

/// What has been committed: told to the observer in commit order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// An entry was appended.
    Entry {
        /// Where.
        conversation: ConversationId,
        /// The entry.
        entry: Entry,
        /// Devices that are no longer members after it.
        removed: Vec<DeviceId>,
    },
    /// Something arrived in an inbox.
    Inbox {
        /// Whose.
        device: DeviceId,
        /// What.
        item: InboxItem,
    },
    /// An audit log grew.
    Audited {
        /// Whose.
        space: SpaceId,
        /// Up to where.
        chain: Chain,
    },
    /// Something is told.
    Told {
        /// In which space.
        space: SpaceId,
        /// What.
        told: Arc<Told>,
    },
    /// A key works no longer, nor do its tokens.
    KeyRevoked,
    /// A job was queued.
    Queued,
    /// An identity log grew.
    Identity {
        /// Whose.
        account: AccountId,
        /// Its head.
        head: Head,
        /// Conversations that rely on it.
        conversations: Vec<ConversationId>,
        /// Devices that were revoked.
        revoked: Vec<DeviceId>,
    },
    /// Few KeyPackages are left of a device, or none but the one of last resort.
    KeyPackagesLow {
        /// Whose.
        device: DeviceId,
        /// What is left.
        left: KeyPackagesStatus,
    },
    /// A device acknowledged.
    Cursor {
        /// Where.
        conversation: ConversationId,
        /// Whose device.
        account: AccountId,
        /// Which.
        device: DeviceId,
        /// Up to here.
        seq: Seq,
    },
}
