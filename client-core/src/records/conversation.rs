//! A conversation: its row in the list, where its log was read to, and its own commit in flight.

use protocol::{AccountId, ConversationId, EnvelopeId, Epoch, MessageId, Seq, Suite};
use serde::{Deserialize, Serialize};

use super::{MessageRecord, Record, RecordKey, StoreKind};

/// How a conversation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Made here; the relay has not taken it yet.
    Creating,
    /// A member.
    Joined,
    /// It exists elsewhere: waiting for the Welcome.
    AwaitingWelcome,
    /// The group could not follow the log; being rejoined.
    Rejoining,
    /// This device was removed.
    Removed,
}

/// One conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ConversationRecord {
    pub(crate) conversation: ConversationId,
    pub(crate) kind: StoredKind,
    pub(crate) phase: Phase,
    /// The last entry that was processed.
    pub(crate) cursor: Seq,
    /// The suite's RFC 9420 number.
    pub(crate) suite: u16,
    /// Digests of the heads of the current epoch and the one before, for messages of either.
    pub(crate) digests: Vec<(u64, [u8; 32])>,
    pub(crate) last_message: Option<(Seq, MessageRecord)>,
    pub(crate) unread_count: u64,
    pub(crate) read_up_to: Seq,
    /// How far a device of another member has acknowledged.
    pub(crate) delivered_up_to: Seq,
    /// How far another member has read.
    pub(crate) peer_read_up_to: Seq,
    /// The entry of the last merge, while no other device is known to have followed it or to know that this one has.
    pub(crate) unacknowledged_merge: Option<Seq>,
}

/// What kind of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StoredKind {
    SelfGroup,
    Dm { peer: AccountId },
    Room,
}

impl ConversationRecord {
    pub(crate) fn key(conversation: &ConversationId) -> RecordKey {
        RecordKey::new(StoreKind::Conversation, conversation.as_bytes(), b"")
    }

    pub(crate) fn new(conversation: ConversationId, kind: StoredKind, phase: Phase, suite: Suite) -> Self {
        Self {
            conversation,
            kind,
            phase,
            cursor: Seq(0),
            suite: suite.number(),
            digests: Vec::new(),
            last_message: None,
            unread_count: 0,
            read_up_to: Seq(0),
            delivered_up_to: Seq(0),
            peer_read_up_to: Seq(0),
            unacknowledged_merge: None,
        }
    }
}

impl ConversationRecord {
    /// This account has read up to a place, on whatever device. What is unread behind it is bounded by the places there.
    pub(crate) fn read(&mut self, up_to: Seq) {
        if up_to > self.read_up_to {
            let last = self.last_message.as_ref().map_or(Seq(0), |(seq, _)| *seq);
            self.read_up_to = up_to;
            self.unread_count = self.unread_count.min(last.0.saturating_sub(up_to.0));
        }
    }

    /// Whether this device is a member, and its group has come as far as an epoch.
    pub(crate) fn has_reached(&self, epoch: Epoch) -> bool {
        let newest = self.digests.iter().map(|(epoch, _)| *epoch).max();
        self.phase == Phase::Joined && newest.is_some_and(|newest| newest >= epoch.0)
    }
}

impl Record for ConversationRecord {
    const VERSION: u8 = 1;
}

#[cfg(test)]
mod tests {
    use protocol::{AccountId, DeviceId, Timestamp};

    use super::*;

    #[test]
    fn what_came_after_the_place_that_was_read_stays_unread() {
        let mut record = record();
        record.unread_count = 4;
        record.read(Seq(8));
        assert_eq!((record.read_up_to, record.unread_count), (Seq(8), 2));
        record.read(Seq(7));
        assert_eq!((record.read_up_to, record.unread_count), (Seq(8), 2), "reading does not go back");
        record.read(Seq(10));
        assert_eq!(record.unread_count, 0);
    }

    /// Whose last message is at 10.
    fn record() -> ConversationRecord {
        let id = ConversationId::from_bytes([1; 16]);
        let mut record = ConversationRecord::new(id, StoredKind::Room, Phase::Joined, Suite::OFFERED[0]);
        let last = MessageRecord {
            message: MessageId::from_bytes([2; 16]),
            from: AccountId::from_bytes([3; 32]),
            device: DeviceId::from_bytes([4; 16]),
            text: "hello".to_owned(),
            sent_at: Timestamp::default(),
            received_at: Timestamp::default(),
        };
        record.last_message = Some((Seq(10), last));
        record
    }
}

/// An own commit that waits for its echo: repeated after a crash, under the same envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PendingRecord {
    pub(crate) envelope: EnvelopeId,
    /// The request, as a frame with request id 0.
    pub(crate) request: Vec<u8>,
    /// The outbox item it serves, if any.
    pub(crate) intent: Option<MessageId>,
}

impl PendingRecord {
    pub(crate) fn key(conversation: &ConversationId) -> RecordKey {
        RecordKey::new(StoreKind::Pending, conversation.as_bytes(), b"")
    }
}

impl Record for PendingRecord {
    const VERSION: u8 = 1;
}
