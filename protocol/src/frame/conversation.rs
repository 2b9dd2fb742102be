//! A conversation's log: creating it, adding to it, reading it.

use bytes::Bytes;
use prost::Message;

use super::at_most;
use crate::codec::{DecodeError, Field, OrEmpty, message, one_of};
use crate::identity::AccountHead;
use crate::ids::{AccountId, ConversationId, DeviceId, EnvelopeId, Epoch, Seq, Suite};
use crate::time::Timestamp;
use crate::{code::ErrorCode, limits, wire};

message! {
    /// Creates a conversation from a group of its creator alone, and its first commit with it.
    ConversationCreate {
        /// The conversation and its MLS group.
        conversation: ConversationId,
        /// Idempotency of the creation.
        envelope: EnvelopeId,
        /// GroupInfo of epoch 0, without tree.
        group_info: Bytes,
        /// Its ratchet tree.
        tree: Bytes,
        /// The creator's identity-log head.
        head: AccountHead,
        /// Adds the others, in the same transaction.
        first_commit: Option<SubmitHandshake>,
    }
}

message! {
    /// Submits a commit, or a member's proposal to leave.
    SubmitHandshake {
        /// Where.
        conversation: ConversationId,
        /// Idempotency.
        envelope: EnvelopeId,
        /// A PublicMessage; its authenticated data is a [`crate::content::HandshakeContext`].
        handshake: Bytes,
        /// The GroupInfo of the epoch a commit opens, without tree; none beside a proposal.
        group_info: OrEmpty<Bytes>,
        /// One for each device added.
        welcomes: Vec<Welcome>,
    }
}

message! {
    /// A Welcome for one device.
    Welcome {
        /// Whose inbox.
        device: DeviceId,
        /// Without tree.
        welcome: Bytes,
    }
}

message! {
    /// Submits a sealed message.
    SubmitMessage {
        /// Where.
        conversation: ConversationId,
        /// Idempotency.
        envelope: EnvelopeId,
        /// A PrivateMessage.
        message: Bytes,
    }
}

message! {
    /// Where a submission stands in the log. It is on disk.
    Appended {
        /// Where.
        conversation: ConversationId,
        /// Which submission.
        envelope: EnvelopeId,
        /// Its place.
        seq: Seq,
        /// The relay's time.
        received_at: Timestamp,
    }
}

message! {
    /// Asks for a group's public state: of an epoch to join by a Welcome, or the current one to rejoin.
    GroupFetch {
        /// Which.
        conversation: ConversationId,
        /// The epoch of the Welcome; the current one if none.
        epoch: Option<u64>,
    }
}

message! {
    /// A group's public state.
    GroupState {
        /// Which.
        conversation: ConversationId,
        /// Its epoch.
        epoch: Epoch,
        /// The entry that opened the epoch.
        seq: Seq,
        /// For an external commit; without tree.
        group_info: Bytes,
        /// The ratchet tree.
        tree: Bytes,
        /// The newest head named for each member account, up to `seq`.
        heads: Vec<AccountHead>,
    }
}

message! {
    /// Asks for entries as they come. Adds to what the socket is subscribed to.
    Subscribe {
        /// Conversations, and where to start in each.
        subscriptions: Vec<Subscription>,
    }
}

message! {
    /// One conversation of a [`Subscribe`].
    Subscription {
        /// Which.
        conversation: ConversationId,
        /// The first entry wanted.
        from_seq: Seq,
    }
}

message! {
    /// Where the subscribed logs stand.
    Subscribed {
        /// One a subscription.
        states: Vec<SubscriptionState>,
    }
}

message! {
    /// Where a subscribed log stands, or why it is refused.
    SubscriptionState {
        /// Which.
        conversation: ConversationId,
        /// Its last entry.
        latest_seq: Seq,
        /// Why it is refused.
        refusal: OrEmpty<ErrorCode>,
    }
}

message! {
    /// Asks for a part of a log.
    EntriesFetch {
        /// Which.
        conversation: ConversationId,
        /// The first entry wanted.
        from_seq: Seq,
        /// At most [`limits::ENTRIES_PER_FRAME_MAX`].
        limit: u32,
    }
}

message! {
    /// A part of a log.
    Entries {
        /// Which.
        conversation: ConversationId,
        /// Entries, in order.
        entries: Vec<Entry>,
        /// The log's last entry.
        latest_seq: Seq,
    }
}

message! {
    /// One more entry.
    EntryAppended {
        /// Where.
        conversation: ConversationId,
        /// The entry.
        entry: Entry,
    }
}

message! {
    /// An entry of a conversation's log.
    Entry {
        /// Its place: dense, from 1.
        seq: Seq,
        /// The submission it came from.
        envelope: EnvelopeId,
        /// The device whose session submitted it; none for control entries. The relay's word: the ciphertext tells.
        sender: OrEmpty<DeviceId>,
        /// The relay's time.
        received_at: Timestamp,
        /// What it holds.
        payload: Payload,
    }
}

one_of! {
    /// What an entry holds.
    Payload from wire::entry::Payload {
        /// A PrivateMessage.
        Application(Bytes),
        /// A PublicMessage.
        Handshake(Bytes),
        /// The relay's own word.
        Control(Control),
    }
}

one_of! {
    /// What the relay itself says in a log.
    ControlKind from wire::control::Kind {
        /// The first entry.
        Created(Created),
        /// An entry that members proved poisoned is void.
        Void(Void),
        /// The conversation goes on elsewhere.
        Successor(Successor),
    }
}

message! {
    /// A control entry.
    Control {
        /// What it says.
        kind: ControlKind,
    }
}

message! {
    /// The first entry of every log.
    Created {
        /// Who created it.
        creator: DeviceId,
        /// The group's suite.
        suite: Suite,
        /// The creator's identity-log head.
        head: AccountHead,
    }
}

message! {
    /// Voids a poisoned commit. Clients obey only with signed refusals from members.
    Void {
        /// The entry.
        seq: Seq,
        /// Members' signed refusals.
        proofs: Vec<Bytes>,
    }
}

message! {
    /// The conversation that goes on from this one.
    Successor {
        /// Which.
        conversation: ConversationId,
    }
}

message! {
    /// Says how far the device has stored the logs: they need not be replayed to it.
    Acknowledge {
        /// One a conversation.
        acknowledgements: Vec<Acknowledgement>,
        /// How often the device's state was written before this was stored; 0 where nothing was stored with it.
        state_counter: u64,
    }
}

message! {
    /// How far a device has stored a log.
    Acknowledgement {
        /// Which.
        conversation: ConversationId,
        /// Up to here.
        seq: Seq,
    }
}

message! {
    /// A member's device acknowledged.
    CursorMoved {
        /// Where.
        conversation: ConversationId,
        /// Whose device.
        account: AccountId,
        /// Which.
        device: DeviceId,
        /// Up to here.
        seq: Seq,
    }
}

impl ConversationCreate {
    pub(super) fn check_limits(&self) -> Result<(), DecodeError> {
        at_most("group_info", self.group_info.len(), limits::GROUP_INFO_BYTES_MAX)?;
        at_most("tree", self.tree.len(), limits::TREE_BYTES_MAX)?;
        self.first_commit.as_ref().map_or(Ok(()), SubmitHandshake::check_limits)
    }
}

impl SubmitHandshake {
    pub(super) fn check_limits(&self) -> Result<(), DecodeError> {
        at_most("handshake", self.handshake.len(), limits::HANDSHAKE_BYTES_MAX)?;
        at_most(
            "group_info",
            self.group_info.0.as_ref().map_or(0, Bytes::len),
            limits::GROUP_INFO_BYTES_MAX,
        )?;
        at_most("welcomes", self.welcomes.len(), limits::WELCOMES_MAX)?;
        self.welcomes
            .iter()
            .try_for_each(|welcome| at_most("welcome", welcome.welcome.len(), limits::WELCOME_BYTES_MAX))
    }
}

impl Control {
    /// The bytes a log keeps.
    pub fn encode(self) -> Bytes {
        let wire: wire::Control = self.into_wire();
        wire.encode_to_vec().into()
    }

    /// Checks bytes a log kept.
    pub fn decode(bytes: Bytes) -> Result<Self, DecodeError> {
        at_most("control", bytes.len(), limits::CONTROL_BYTES_MAX)?;
        let wire = wire::Control::decode(bytes).map_err(|_| DecodeError::Malformed)?;
        Field::from_wire(wire)
    }
}
