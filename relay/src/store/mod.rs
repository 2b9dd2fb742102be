//! What the relay keeps, as semantic traits: one transaction a method, every handle made for a space.
//!
//! A method that changes something returns when the change is on disk. What was committed is told to the observer given
//! when the store was opened, in commit order and before the answers.

mod error;
pub mod sqlite;
mod types;

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Range;

use ledger::Rail;
use protocol::frame::{ClaimedKeyPackage, CommitRefusal, Entry, InboxItem, KeyPackagesStatus};
use protocol::identity::{AccountHead, SignedEntry};
use protocol::keys::PublicKey;
use protocol::{
    AccountId, Bytes, ConversationId, DeliveryId, DeviceId, EndpointId, EnvelopeId, Handle, KeyId, RelayId,
    Seq, Suite, Timestamp, UserId,
};

use crate::trade::{
    Attempt, AuditEntry, AuditFilter, AuditHead, BooksFault, Delivered, Doing, EventPage, EventPoint,
    EventStart, JobCount, JobRow, KeyRow, Lease, Look, Outcome, Outgoing, Proof, Reply, Seed, Settled,
    Settling, TokenRow,
};

pub use error::StoreError;
pub use types::*;

/// What a method returns: a future that another thread may finish.
pub trait Answer<T>: Future<Output = Result<T, StoreError>> + Send {}

impl<T, F: Future<Output = Result<T, StoreError>> + Send> Answer<T> for F {}

/// Sessions of devices. Tokens are kept as hashes.
pub trait Sessions {
    /// Opens a session of a listed device and ends its earlier ones.
    fn start_session(&self, session: NewSession) -> impl Answer<SessionOpened>;
    /// Takes a session up by its resume token, which works once, or again within the grace for a lost answer.
    fn resume_session(&self, resume: Resume) -> impl Answer<SessionOpened>;
    /// Ends a session.
    fn end_session(&self, session: TokenHash) -> impl Answer<()>;
    /// Whose session a device shows the token of, while it lasts.
    fn session_of(
        &self,
        device: DeviceId,
        session: TokenHash,
        now: Timestamp,
    ) -> impl Answer<Option<AccountId>>;
}

/// Accounts' identity logs, handles and devices.
pub trait Identities {
    /// Appends verified entries, if the log is as long as the caller saw it.
    fn append_identity(&self, append: IdentityAppend) -> impl Answer<()>;
    /// An account's log from a position on, with its length.
    fn identity_log(&self, account: AccountId, from: u64, limit: usize) -> impl Answer<IdentityPage>;
    /// The account with a handle.
    fn account_of_handle(&self, handle: Handle) -> impl Answer<Option<AccountId>>;
    /// The account that a root key is or was of: one for each key, for good.
    fn account_of_root(&self, root_key: PublicKey) -> impl Answer<Option<AccountId>>;
    /// Where accounts' logs stand; unknown accounts are left out.
    fn identity_heads(&self, accounts: Vec<AccountId>) -> impl Answer<Vec<AccountHead>>;
    /// Drops what the relay holds for an account beyond its log: KeyPackages, sessions, inboxes.
    fn forget_account(&self, account: AccountId) -> impl Answer<()>;
    /// Counts of what the relay holds about an account.
    fn export_account(&self, account: AccountId) -> impl Answer<AccountExport>;
}

/// The KeyPackage directory.
pub trait KeyPackages {
    /// Adds KeyPackages of a device; the oldest unissued give way above the limit.
    fn publish_key_packages(&self, publication: Publication) -> impl Answer<KeyPackagesStatus>;
    /// Claims one KeyPackage for each device: each once, then the one of last resort. None, and none is used up, where one
    /// would be of last resort and may not be.
    fn claim_key_packages(&self, claim: Claim) -> impl Answer<Option<Vec<ClaimedKeyPackage>>>;
    /// What is left for a device.
    fn key_package_status(
        &self,
        device: DeviceId,
        suite: Suite,
        now: Timestamp,
    ) -> impl Answer<KeyPackagesStatus>;
}

/// Conversations and their logs.
pub trait Conversations {
    /// Creates a conversation with its first entries. Two accounts have one; where none of its devices is listed any longer,
    /// it gives way.
    fn create_conversation(&self, creation: Creation) -> impl Answer<Appended>;
    /// Appends a handshake if its epoch is still the current one, with all that belongs to it.
    fn append_handshake(&self, append: HandshakeAppend) -> impl Answer<Appended>;
    /// Appends a sealed message of the current epoch, or of the one before where the current one's commit added nobody:
    /// whoever was added then could not read it.
    fn append_message(&self, append: MessageAppend) -> impl Answer<Appended>;
    /// Where a member's same submission stands already.
    fn find_appended(
        &self,
        conversation: ConversationId,
        device: DeviceId,
        envelope: EnvelopeId,
        payload: Bytes,
    ) -> impl Answer<Option<Appended>>;
    /// Entries from a position on, as far as the device may read.
    fn entries(
        &self,
        conversation: ConversationId,
        device: DeviceId,
        from: Seq,
        limit: u32,
    ) -> impl Answer<Page>;
    /// The group's stored state, for validating on it.
    fn group(&self, conversation: ConversationId) -> impl Answer<Option<StoredGroup>>;
    /// What a joiner of an epoch, or a member that rejoins the current one, needs.
    fn served_group(
        &self,
        conversation: ConversationId,
        device: DeviceId,
        epoch: Option<u64>,
    ) -> impl Answer<ServedGroup>;
    /// Notes a member's signed refusal of the commit that opened the current epoch. It stands, as `stale_epoch`, where a
    /// device other than the committer's has acknowledged it, or another commit came since.
    fn refuse_commit(&self, refusal: CommitRefusal, now: Timestamp) -> impl Answer<RefusalOutcome>;
    /// Voids that commit, if it still may be: the state before it is in force again, and the log says so.
    fn void_commit(&self, void: VoidAppend) -> impl Answer<Appended>;
    /// How far a device has stored logs, and how often it has written its state; neither goes back.
    fn acknowledge(
        &self,
        device: DeviceId,
        account: AccountId,
        up_to: Vec<(ConversationId, Seq)>,
        state_counter: u64,
    ) -> impl Answer<()>;
}

/// Devices' inboxes.
pub trait Inboxes {
    /// What waits, oldest first.
    fn inbox(&self, device: DeviceId, after: u64, limit: u32) -> impl Answer<InboxPage>;
    /// Forgets items that the device has stored.
    fn acknowledge_inbox(&self, device: DeviceId, ids: Vec<u64>) -> impl Answer<()>;
}

/// What is traded in a space.
pub trait Trade {
    /// Carries a change out, with all that belongs to it, or repeats what was answered when it was.
    fn carry_out(&self, attempt: Attempt) -> impl Answer<Reply>;
    /// Whether a change was asked for and answered before, by whose answers these are and the key it was asked for by.
    fn is_answered(&self, asker: Bytes, key: [u8; 16], now: Timestamp) -> impl Answer<bool>;
    /// Looks something up for a caller.
    fn look_up(&self, look: Look) -> impl Answer<Reply>;
    /// A token made from a key.
    fn api_token(&self, key: KeyId, hash: [u8; 32]) -> impl Answer<Option<TokenRow>>;
    /// Notes that a key is in use.
    fn note_key_used(&self, key: KeyId, now: Timestamp) -> impl Answer<()>;
    /// What the ledger moved by a rail within a time, in its order.
    fn settled(&self, rail: Rail, within: Range<Timestamp>) -> impl Answer<Vec<Settled>>;
    /// Goes through everything that the books hold, as it is at one moment; gives what it comes to, or the first thing that is wrong.
    fn prove_books(&self) -> impl Answer<Result<Proof, BooksFault>>;
    /// A part of the audit log, in order, with where the log ends.
    fn audit(&self, behind: u64, limit: u32) -> impl Answer<AuditPage>;
    /// The first entry of the audit log that is not found by whose thing it is about, or is by somebody else's.
    fn misfiled_audit_entry(&self) -> impl Answer<Option<u64>>;
    /// Entries of the audit log, the newest first.
    fn audit_log(&self, filter: AuditFilter, limit: u32) -> impl Answer<Vec<AuditEntry>>;
    /// Where to begin to read events for whoever may know of `party`'s alone, or of all: behind a point, or with what happens
    /// from now on.
    fn events_start(&self, from: Option<EventPoint>, party: Option<UserId>) -> impl Answer<EventStart>;
    /// Events behind a place, in order: all, or those that concern a user.
    fn events(&self, behind: u64, only: Option<UserId>, limit: u32) -> impl Answer<EventPage>;
}

/// Work of a space that is done by and by. One runner has a store, so that whoever leased before it begins is gone.
pub trait Jobs {
    /// Begins to do them: what recurs is there, and leases of whoever is gone end.
    fn begin_jobs(&self, now: Timestamp) -> impl Answer<()>;
    /// Takes jobs that are due.
    fn lease_jobs(&self, asked: Lease) -> impl Answer<Vec<JobRow>>;
    /// When the next job is due, or a lease runs out.
    fn next_job(&self, now: Timestamp) -> impl Answer<Option<Timestamp>>;
    /// How jobs stand, by their kind. Of each lane so many are counted that it takes no longer where more has piled up.
    fn count_jobs(&self) -> impl Answer<BTreeMap<&'static str, JobCount>>;
    /// Does a job that needs nothing but the store, and settles it.
    fn do_job(&self, doing: Doing) -> impl Answer<()>;
    /// Writes what follows of a run.
    fn settle_job(&self, settling: Settling) -> impl Answer<()>;
    /// What a delivery sends; or what becomes of its job without that.
    fn outgoing(
        &self,
        of: (EndpointId, DeliveryId),
        now: Timestamp,
    ) -> impl Answer<Result<Outgoing, Outcome>>;
    /// Writes what came of a delivery.
    fn settle_delivery(&self, of: (EndpointId, DeliveryId), delivered: Delivered) -> impl Answer<()>;
}

/// Everything a relay keeps.
pub trait Store:
    Sessions + Identities + KeyPackages + Conversations + Inboxes + Trade + Jobs + Clone + Send + Sync + 'static
{
    /// Whether the store can write.
    fn ping(&self) -> impl Answer<()>;
    /// Drops what has expired.
    fn sweep(&self, now: Timestamp) -> impl Answer<()>;
}

/// The spaces of a store: what is asked before it is known of which one, and what is said for all of them at once.
pub trait Spaces: Clone + Send + Sync + 'static {
    /// A handle for one of them: no query can leave the space out.
    type Space: Store;

    /// Which relay keeps them.
    fn relay(&self) -> RelayId;
    /// What the relay's words of its audit logs can be checked by.
    fn public_key(&self) -> PublicKey;
    /// A handle for a space.
    fn space(&self, space: SpaceId) -> Self::Space;
    /// Every space.
    fn spaces(&self) -> impl Answer<Vec<SpaceId>>;
    /// The space of a name, made if need be; its audit log begins with it.
    fn make_space(&self, name: &str, now: Timestamp) -> impl Answer<SpaceId>;
    /// The space of a name.
    fn space_named(&self, name: &str) -> impl Answer<Option<SpaceId>>;
    /// The name of a space.
    fn name_of_space(&self, space: SpaceId) -> impl Answer<Option<String>>;
    /// A key, with the space that it opens. It is what says which space is asked for, so that no space can be named here.
    fn key_of_any_space(&self, key: KeyId) -> impl Answer<Option<(SpaceId, KeyRow)>>;
    /// Says whether it takes two people to say that money moved in the world: for whoever changes this store, until it is said anew.
    /// Where that is another rule than was in force, the audit log of every space says so.
    fn set_two_person_rule(&self, is_so: bool, now: Timestamp, seed: Seed) -> impl Answer<()>;
}

/// A page of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Entries, in order.
    pub entries: Vec<Entry>,
    /// The log's last entry, as far as the device may read.
    pub latest_seq: Seq,
    /// Whether the device is a member no longer: there will be no more than this.
    pub has_left: bool,
}

/// A page of an identity log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityPage {
    /// Entries, in order.
    pub entries: Vec<SignedEntry>,
    /// How long the whole log is; zero if there is none.
    pub length: u64,
}

/// A page of an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxPage {
    /// Items, oldest first.
    pub items: Vec<InboxItem>,
    /// Whether there are more.
    pub more: bool,
}

/// A part of an audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// Entries, in order.
    pub entries: Vec<AuditEntry>,
    /// Where the log ends, once it has begun.
    pub head: Option<AuditHead>,
}
