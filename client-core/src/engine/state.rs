//! What a client knows, in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use client_api::{CommandId, Connection, NoticeCode, Recipient};
use mls_wasm::policy::Heads;
use mls_wasm::{Group, Leaf};
use protocol::frame::{ClaimedKeyPackage, Entry, InboxItem};
use protocol::identity::{AccountHead, AccountView, EntryKind, Head, IdentityLog, LeafIdentity, SignedEntry};
use protocol::keys::DeviceKey;
use protocol::{
    AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, MessageId, Seq, Suite, Timestamp,
};
use zeroize::Zeroizing;

use super::admitting::Admitting;
use super::content::Recent;
use super::linking::Linking;
use super::opening::Opening;
use super::repair::Repair;
use super::said_again::SaidSince;
use super::steady::SteadyClock;
use super::suites::{Pool, SUITES};
use crate::linking::Channel;
use crate::phrase::Phrase;
use crate::records::{
    AccountRecord, CommitRecord, ContactRecord, ConversationRecord, HandOverRecord, OutboxRecord,
    PendingRecord, RejoinRecord, ReplacementRecord, RestoringRecord, SettingRecord, VoidedRecord,
};

/// A client's whole state.
pub(crate) struct Engine {
    pub(crate) account: AccountRecord,
    pub(crate) device: DeviceKey,
    /// Raised by the driver in every transaction.
    pub(crate) state_counter: u64,
    /// The last counter that the relay was told. Stored with it: what it knows more than that, another copy has told.
    pub(crate) told_counter: u64,
    /// The relay has shown this state to be an older copy, and nothing has been done about it yet.
    pub(crate) is_outlived: bool,
    /// Conversations that the device has gone on in without this copy: nothing is sealed with the keys that are here.
    pub(crate) outlived: BTreeSet<ConversationId>,
    pub(crate) logs: Logs,
    pub(crate) contacts: BTreeMap<AccountId, ContactRecord>,
    pub(crate) settings: Vec<SettingRecord>,
    pub(crate) conversations: BTreeMap<ConversationId, Conversation>,
    /// Conversations whose logs were stored further than the relay was told.
    pub(crate) unacknowledged: BTreeSet<ConversationId>,
    /// Conversations with entries that the relay announced and that are not processed yet.
    pub(crate) behind: BTreeSet<ConversationId>,
    /// Groups that messages of this turn have changed: stored at its end, once for all of them.
    pub(crate) talks: BTreeSet<ConversationId>,
    pub(crate) outbox: BTreeMap<u64, OutboxRecord>,
    /// This device is on its way into an account: the state is of none yet.
    pub(crate) arriving: Option<Arriving>,
    /// To tell whoever let this device in that it can be added to conversations.
    pub(crate) link_channel: Option<Channel>,
    /// What the other side of a link box said last.
    pub(crate) last_link_word: Bytes,
    /// A new device that is being let in.
    pub(crate) admitting: Option<Admitting>,
    /// Devices that are being told what was before.
    pub(crate) hand_overs: BTreeMap<DeviceId, HandOverRecord>,
    pub(crate) is_loading_hand_over: bool,
    /// The phrase's replacement that is under way, or was lately.
    pub(crate) replacement: Option<ReplacementRecord>,
    /// Which outbox item was submitted under an envelope.
    pub(crate) envelopes: HashMap<EnvelopeId, u64>,
    pub(crate) link: Link,
    pub(crate) shown_connection: Connection,
    pub(crate) requests: BTreeMap<u64, Asked>,
    pub(crate) next_request: u64,
    pub(crate) waiting: Vec<Waiting>,
    /// Entries of the own log that wait for the session that is being opened.
    pub(crate) waiting_entries: Vec<(CommandId, EntryKind)>,
    /// Heads that members say they have, until the relay has served them.
    pub(crate) claimed_heads: BTreeMap<AccountId, ClaimedHead>,
    pub(crate) openings: BTreeMap<AccountId, Opening>,
    pub(crate) joinings: BTreeMap<ConversationId, Joining>,
    /// When the inbox and the subscriptions that the relay refused for now are asked for again.
    pub(crate) ask_again_at: Option<Timestamp>,
    /// What has to happen before this client is in step again.
    pub(crate) catching_up: CatchingUp,
    /// Points in time at which something is due.
    pub(crate) alarms: BTreeSet<Timestamp>,
    pub(crate) last_heard_at: Timestamp,
    pub(crate) clock: SteadyClock,
    /// Devices whose KeyPackages the relay gave out, and that the logs as they were did not list.
    pub(crate) doubted: BTreeMap<AccountId, BTreeSet<DeviceId>>,
    /// Invitations behind this place of the inbox were left there, since there were too many at a time.
    pub(crate) left_invitations: Option<u64>,
    /// This device's KeyPackages, in the order of `SUITES`.
    pub(crate) pools: [Pool; SUITES.len()],
}

/// Identity logs: verified, and never shorter than what was seen before.
#[derive(Default)]
pub(crate) struct Logs(pub(crate) BTreeMap<AccountId, IdentityLog>);

impl mls_wasm::policy::Identities for Logs {
    fn view_at(&self, head: &AccountHead) -> Option<AccountView> {
        self.0.get(&head.account)?.view_at(&head.head).ok()
    }
}

/// How this client stands with its relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Offline { retry_at: Option<Timestamp>, attempt: u32 },
    Connecting { attempt: u32 },
    Greeting { attempt: u32 },
    Ready,
    Stopped { reason: NoticeCode },
}

/// What a request in flight was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    Hello,
    Register,
    Start,
    Resume,
    /// `new_phrase` is shown once the relay has taken the entry.
    AppendIdentity {
        command: CommandId,
        entry: SignedEntry,
        new_phrase: Option<Phrase>,
    },
    /// The own log, by the phrase's root key.
    LogToRestore {
        from_length: u64,
    },
    /// The log of the account that this device is being linked to.
    LogToJoin {
        from_length: u64,
    },
    OpenLink,
    EnterLink,
    SayThroughLink,
    /// This device's way into the account.
    Recover {
        entry: SignedEntry,
    },
    Identity {
        who: Recipient,
        from_length: u64,
    },
    CompareLogs,
    Publish {
        suite: Suite,
    },
    ClaimForOpening {
        peer: AccountId,
        of: AccountId,
        suite: Suite,
    },
    ClaimForCommit {
        conversation: ConversationId,
        of: AccountId,
    },
    Create {
        conversation: ConversationId,
    },
    Handshake {
        conversation: ConversationId,
        envelope: EnvelopeId,
    },
    Message {
        conversation: ConversationId,
        position: u64,
        envelope: EnvelopeId,
    },
    GroupToJoin {
        conversation: ConversationId,
    },
    GroupToRejoin {
        conversation: ConversationId,
    },
    RefuseCommit {
        conversation: ConversationId,
    },
    Subscribe,
    Entries {
        conversation: ConversationId,
    },
    Inbox {
        after: u64,
    },
    Nothing,
}

/// A command that waits for an account to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) command: CommandId,
    pub(crate) who: Recipient,
    pub(crate) then: Then,
}

/// What a lookup is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Then {
    AddContact,
    Send(String),
    Invite { room: ConversationId },
}

/// A Welcome that waits for its tree, for identity logs, or for its KeyPackage.
#[derive(Debug)]
pub(crate) struct Joining {
    pub(crate) item: InboxItem,
    /// A later one for the same conversation: whoever has it was taken out and in again, and reads the log from there on.
    pub(crate) then: Option<InboxItem>,
    pub(crate) group: Option<protocol::frame::GroupState>,
    /// How often accounts' logs have come since.
    pub(crate) arrivals: BTreeMap<AccountId, u32>,
}

/// How a device comes into an account.
pub(crate) enum Arriving {
    /// By the phrase.
    Restoring(Restoring),
    /// Let in by one of the account's devices.
    Linking(Box<Linking>),
}

/// An account that is being restored.
pub(crate) struct Restoring {
    pub(crate) record: RestoringRecord,
    /// Its log, as far as the relay has served it on this connection.
    pub(crate) log: Option<IdentityLog>,
}

/// What has to be fetched before this client is in step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CatchingUp {
    pub(crate) inbox: bool,
    pub(crate) own_log: bool,
    /// Which logs have grown while this client was away is not known yet.
    pub(crate) comparing_logs: bool,
    /// Logs that have, and that the relay has not served yet.
    pub(crate) grown_logs: BTreeSet<AccountId>,
    pub(crate) subscribing: bool,
}

/// A conversation in memory.
pub(crate) struct Conversation {
    pub(crate) record: ConversationRecord,
    pub(crate) group: GroupState,
    /// The heads named so far: here when the group is.
    pub(crate) heads: Heads,
    pub(crate) pending: Option<PendingRecord>,
    /// Which own commit was submitted on this connection.
    pub(crate) submitted: Option<EnvelopeId>,
    /// Entries that came and could not be processed yet.
    pub(crate) held: BTreeMap<Seq, Entry>,
    /// The log's last entry, as far as this client has heard.
    pub(crate) latest_seq: Seq,
    pub(crate) is_subscribed: bool,
    pub(crate) is_fetching_gap: bool,
    /// Entries were dropped or never came: the log is read by pages up to its end.
    pub(crate) needs_pages: bool,
    /// What the next entry waits for.
    pub(crate) blocked: Option<Blocked>,
    /// When the relay is asked again for what it did not give.
    pub(crate) retry_at: Option<Timestamp>,
    /// What is in the log, by the relay's word, and has not come.
    pub(crate) overdue: Option<Overdue>,
    /// What was shown lately.
    pub(crate) recent: Recent,
    /// What is shown, and is said again, in the order of the timeline: here when the group is.
    pub(crate) voided: Vec<VoidedRecord>,
    /// Outbox items submitted on this connection.
    pub(crate) in_flight: BTreeSet<u64>,
    /// Of what is sealed: what the relay has refused for its epoch.
    pub(crate) refused_for_epoch: BTreeSet<u64>,
    /// Nothing is sent before this epoch is reached here.
    pub(crate) send_from_epoch: Epoch,
    /// Nothing is sent before then.
    pub(crate) send_after: Timestamp,
    /// KeyPackages claimed for devices that are to be added.
    pub(crate) claimed: BTreeMap<AccountId, Vec<ClaimedKeyPackage>>,
    /// Nothing is to be committed, as the group, the logs and the intents stand: looked at again when one of them changes.
    pub(crate) is_settled: bool,
    /// Whether a member's device is revoked as far as is known; none where it has to be looked at.
    pub(crate) has_revoked_member: Option<bool>,
    /// When this device carries out what is due, if no other does before.
    pub(crate) due_at: Option<Timestamp>,
    /// It is that late since others are left to it until then.
    pub(crate) is_left_to_others: bool,
    /// What is kept of the last commit, and of a rejoin: here when the group is.
    pub(crate) kept: Kept,
    /// How far this conversation has come on the way back into its group.
    pub(crate) repair: Repair,
    /// How far the log was read when a way back was last refused for its epoch.
    pub(crate) refused_at: Seq,
    /// A way back was voided: whoever is in the group renews its keys, so that the next one leads somewhere.
    pub(crate) is_renewal_due: bool,
    /// What was said since a commit that a void takes back, read for that.
    pub(crate) said_since: Option<SaidSince>,
}

/// What is kept while the log's last commit may have to be taken back, or is being made up for.
#[derive(Default)]
pub(crate) struct Kept {
    /// The group before the last merge, in one piece.
    pub(crate) before: Option<Zeroizing<Vec<u8>>>,
    pub(crate) commit: Option<CommitRecord>,
    pub(crate) rejoin: Option<RejoinRecord>,
    /// The own commit that another's has replaced: the relay may have taken it behind a void of that.
    pub(crate) replaced: Option<PendingRecord>,
}

/// An identity log that the next entry waits for: longer than it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blocked {
    pub(crate) account: AccountId,
    pub(crate) length: u64,
    /// How often the log has come and was no longer.
    pub(crate) arrivals: u32,
}

/// Entries that are to be pushed, and are asked for if they are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Overdue {
    /// Asked for if it has not come by `at`.
    pub(crate) first: Seq,
    pub(crate) last: Seq,
    pub(crate) at: Timestamp,
}

/// A head that a member says its own log has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClaimedHead {
    pub(crate) head: Head,
    pub(crate) conversation: ConversationId,
    pub(crate) seq: Seq,
}

/// Whether a conversation's group is in memory.
pub(crate) enum GroupState {
    Stored,
    Loading,
    Here(Box<Group>),
    /// There is none: not joined yet, or not any more.
    Absent,
}

/// A conversation's group as it was read.
pub(crate) struct LoadedConversation {
    pub(crate) conversation: ConversationId,
    pub(crate) group: Option<Group>,
    pub(crate) heads: Heads,
    pub(crate) pending: Option<PendingRecord>,
    pub(crate) recent: Vec<MessageId>,
    pub(crate) voided: Vec<VoidedRecord>,
    pub(crate) kept: Kept,
}

impl Conversation {
    pub(crate) fn new(record: ConversationRecord, group: GroupState) -> Self {
        Self {
            latest_seq: record.cursor,
            record,
            group,
            heads: Heads::default(),
            pending: None,
            submitted: None,
            held: BTreeMap::new(),
            is_subscribed: false,
            is_fetching_gap: false,
            needs_pages: false,
            blocked: None,
            retry_at: None,
            overdue: None,
            recent: Recent::default(),
            voided: Vec::new(),
            in_flight: BTreeSet::new(),
            refused_for_epoch: BTreeSet::new(),
            send_from_epoch: Epoch(0),
            send_after: Timestamp::default(),
            claimed: BTreeMap::new(),
            is_settled: false,
            has_revoked_member: None,
            due_at: None,
            is_left_to_others: false,
            kept: Kept::default(),
            repair: Repair::default(),
            refused_at: Seq(0),
            is_renewal_due: false,
            said_since: None,
        }
    }

    pub(crate) fn id(&self) -> ConversationId {
        self.record.conversation
    }

    pub(crate) fn group(&mut self) -> Option<&mut Group> {
        match &mut self.group {
            GroupState::Here(group) => Some(group),
            GroupState::Stored | GroupState::Loading | GroupState::Absent => None,
        }
    }

    /// The group, a log or an intent has changed: what follows from them is looked at again.
    pub(crate) fn unsettle(&mut self) {
        self.is_settled = false;
        self.has_revoked_member = None;
    }

    /// Whether everything the relay has announced is processed.
    pub(crate) fn is_in_step(&self) -> bool {
        self.is_subscribed && self.record.cursor >= self.latest_seq
    }
}

impl Engine {
    pub(crate) fn new(account: AccountRecord, state_counter: u64) -> Self {
        let device = DeviceKey::from_secret(&account.device_secret);
        Self {
            account,
            device,
            state_counter,
            told_counter: 0,
            is_outlived: false,
            outlived: BTreeSet::new(),
            logs: Logs::default(),
            contacts: BTreeMap::new(),
            settings: Vec::new(),
            conversations: BTreeMap::new(),
            unacknowledged: BTreeSet::new(),
            behind: BTreeSet::new(),
            talks: BTreeSet::new(),
            outbox: BTreeMap::new(),
            arriving: None,
            link_channel: None,
            last_link_word: Bytes::new(),
            admitting: None,
            hand_overs: BTreeMap::new(),
            is_loading_hand_over: false,
            replacement: None,
            envelopes: HashMap::new(),
            link: Link::Offline { retry_at: None, attempt: 0 },
            shown_connection: Connection::Offline { retry_at: None },
            requests: BTreeMap::new(),
            next_request: 1,
            waiting: Vec::new(),
            waiting_entries: Vec::new(),
            claimed_heads: BTreeMap::new(),
            openings: BTreeMap::new(),
            joinings: BTreeMap::new(),
            ask_again_at: None,
            catching_up: CatchingUp::default(),
            alarms: BTreeSet::new(),
            last_heard_at: Timestamp::default(),
            clock: SteadyClock::default(),
            doubted: BTreeMap::new(),
            left_invitations: None,
            pools: Default::default(),
        }
    }

    pub(crate) fn own_leaf(&self) -> Leaf {
        let key = self.device.public();
        Leaf { identity: LeafIdentity { account: self.account.account, device: key.device_id() }, key }
    }

    pub(crate) fn own_log(&self) -> &IdentityLog {
        self.logs.0.get(&self.account.account).expect("the own log is loaded with the account")
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.link == Link::Ready
    }

    /// Whether a session is being opened.
    pub(crate) fn is_connecting(&self) -> bool {
        matches!(self.link, Link::Connecting { .. } | Link::Greeting { .. })
    }

    /// The heads of accounts as this client knows them, or the account whose log is missing.
    pub(crate) fn heads_of(&self, accounts: &BTreeSet<AccountId>) -> Result<Vec<AccountHead>, AccountId> {
        accounts
            .iter()
            .map(|account| self.logs.0.get(account).map(IdentityLog::account_head).ok_or(*account))
            .collect()
    }

    /// Restores what the outbox holds in memory.
    pub(crate) fn take_outbox(&mut self, items: impl IntoIterator<Item = OutboxRecord>) {
        for item in items {
            if let Some(sealed) = item.state.sealed() {
                self.envelopes.insert(sealed.envelope, item.position);
            }
            self.outbox.insert(item.position, item);
        }
    }
}
