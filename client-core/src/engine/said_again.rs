//! What was said in an epoch that is void: said again under the same ids by whoever said it, and shown once.

use protocol::frame::Void;
use protocol::{ConversationId, DeviceId, MessageId, Seq};

use super::state::Engine;
use super::{Context, Load};
use crate::records::{
    AccountRecord, MessageRecord, OutboxBody, OutboxRecord, OutboxState, Target, VoidedRecord,
};

/// Messages of void epochs that are remembered in a conversation: the latest.
const VOIDED_KEPT_MAX: usize = 4096;

/// What is to be read before a commit is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SinceCommit {
    /// The commit's place.
    pub(crate) commit: Seq,
    pub(crate) own: DeviceId,
    /// Whose commit it was, if that is known: who else has spoken in its epoch has followed it, and it stands.
    pub(crate) committer: Option<DeviceId>,
    /// Places before it of what this device has said again since.
    pub(crate) also: Vec<Seq>,
}

/// What was said since by those who say it again.
#[derive(Default)]
pub(crate) struct SaidSince {
    /// Where it is shown, in the order of the timeline.
    pub(crate) shown: Vec<(Seq, MessageId)>,
    /// What this device has said, in its order.
    pub(crate) own: Vec<MessageRecord>,
}

impl Engine {
    /// Before a commit is taken back, what was said since has to be known: it is said again.
    pub(super) fn has_to_read_since(
        &mut self,
        id: ConversationId,
        void: &Void,
        cx: &mut Context<'_>,
    ) -> bool {
        let own = self.device.public().device_id();
        let Some(conversation) = self.conversations.get(&id) else { return false };
        let commit = conversation.kept.commit.as_ref().filter(|commit| commit.seq == void.seq);
        let Some(commit) = commit.filter(|_| conversation.said_since.is_none()) else { return false };
        let is_since = |said: &&VoidedRecord| said.shown_at < void.seq && void.seq < said.said_at;
        let also = conversation.voided.iter().filter(is_since).map(|said| said.shown_at).collect();
        let committer = commit.committer.map(|(_, device)| device);
        let since = SinceCommit { commit: void.seq, own, committer, also };
        cx.load(Load::SaidSince(id, since));
        true
    }

    pub(super) fn said_since_loaded(&mut self, id: ConversationId, said: SaidSince, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.said_since = Some(said);
            self.advance(id, cx);
        }
    }

    /// Remembers what is shown and will be said again, however much is said meanwhile.
    pub(super) fn note_said(&mut self, id: ConversationId, said: &SaidSince, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let voided = &mut conversation.voided;
        let known = voided.last().map_or(Seq(0), |last| last.shown_at);
        for &(seq, message) in said.shown.iter().filter(|(seq, _)| *seq > known) {
            let record = VoidedRecord { message, shown_at: seq, said_at: seq };
            cx.put(VoidedRecord::key(&id, seq), &record);
            voided.push(record);
        }
        for said in voided.drain(..voided.len().saturating_sub(VOIDED_KEPT_MAX)) {
            cx.delete(VoidedRecord::key(&id, said.shown_at));
        }
    }

    /// This device has said something; if it was said before, in an epoch that is void, it is known where it was said last.
    pub(super) fn said_again(
        &mut self,
        id: ConversationId,
        message: &MessageId,
        seq: Seq,
        cx: &mut Context<'_>,
    ) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if let Some(said) = conversation.voided.iter_mut().find(|said| said.message == *message) {
            said.said_at = seq;
            cx.put(VoidedRecord::key(&id, said.shown_at), said);
        }
    }

    /// What this device said in an epoch that is void could be read by nobody who refused it: it is said again under the
    /// same content ids, before what waits.
    pub(super) fn say_again(&mut self, id: ConversationId, said: Vec<MessageRecord>, cx: &mut Context<'_>) {
        let said = said.into_iter().map(|message| OutboxRecord {
            position: 0,
            target: Target::Conversation(id),
            message: message.message,
            created_at: message.sent_at,
            body: OutboxBody::Again(message.text),
            state: OutboxState::Waiting,
            outlived_at: None,
        });
        let mut again: Vec<OutboxRecord> = said.collect();
        if again.is_empty() {
            return;
        }
        let waiting: Vec<u64> =
            self.outbox.values().filter(|item| self.goes_to(item, id)).map(|item| item.position).collect();
        for position in waiting {
            cx.delete(OutboxRecord::key(position));
            again.extend(self.outbox.remove(&position));
        }
        for item in &mut again {
            item.position = self.account.outbox_next;
            self.account.outbox_next += 1;
            cx.put(OutboxRecord::key(item.position), item);
        }
        self.take_outbox(again);
        cx.put(AccountRecord::key(), &self.account);
    }
}
