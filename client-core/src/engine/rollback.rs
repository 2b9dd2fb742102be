//! This state is an older copy: the device has gone on without it, and used the keys that are in it (ADR 0013).
//!
//! Invariant: where a conversation is outlived nothing is sealed or committed. Its group of before only reads, until this
//! device has come back by keys that were drawn since.

use client_api::NoticeCode;
use protocol::frame::GroupState as ServedGroup;
use protocol::{ConversationId, Seq};

use super::state::{Engine, GroupState};
use super::{Context, RECENT_MESSAGES_KEPT};
use crate::records::{ConversationRecord, OutboxBody, OutboxRecord, OutlivedRecord, Phase, RejoinRecord};

/// A copy that is found to be older counts on from a multiple of this: no other copy counts so far by writing.
const COPY_COUNTS: u64 = 1 << 32;
/// So much further in the log, others surely know a message again: half of what they remember, so that as much may come in before it.
const KNOWN_AGAIN: u64 = RECENT_MESSAGES_KEPT as u64 / 2;
/// No device gets here by writing: a relay that names more is not followed there.
const COUNTER_BELIEVED_MAX: u64 = 1 << 44;

impl Engine {
    /// The relay has seen more of this device than is here.
    pub(super) fn rolled_back(&mut self, seen: u64, cx: &mut Context<'_>) {
        self.notice(NoticeCode::StateRolledBack, cx);
        let newest = seen.min(COUNTER_BELIEVED_MAX).max(self.state_counter);
        self.state_counter = (newest / COPY_COUNTS + 1) * COPY_COUNTS;
        for (id, conversation) in &mut self.conversations {
            match conversation.record.phase {
                Phase::Removed => continue,
                // It may have been entered since.
                Phase::AwaitingWelcome => conversation.record.phase = Phase::Rejoining,
                Phase::Creating | Phase::Joined | Phase::Rejoining => {}
            }
            // Where it leads has been gone on from.
            conversation.kept.rejoin = None;
            cx.delete(RejoinRecord::key(id));
            cx.put(ConversationRecord::key(id), &conversation.record);
            self.outlived.insert(*id);
        }
        self.is_outlived = false;
        self.save_outlived(cx);
        self.note_outlived_texts(cx);
    }

    /// What waits here may have been said by what has gone on. Others know it again for a while.
    fn note_outlived_texts(&mut self, cx: &mut Context<'_>) {
        let is_waiting = |item: &&OutboxRecord| {
            matches!(item.body, OutboxBody::Text(_)) && !item.state.is_final() && item.outlived_at.is_none()
        };
        let waiting: Vec<OutboxRecord> = self.outbox.values().filter(is_waiting).cloned().collect();
        for mut item in waiting {
            let conversation = self.conversation_of(&item).and_then(|id| self.conversations.get(&id));
            item.outlived_at = Some(conversation.map_or(Seq(0), |conversation| conversation.record.cursor));
            cx.put(OutboxRecord::key(item.position), &item);
            self.outbox.insert(item.position, item);
        }
    }

    /// Whether others may have been shown what waits here, and so much since that they would show it once more.
    pub(super) fn may_be_shown_twice(&self, id: ConversationId, position: u64) -> bool {
        let outlived_at = self.outbox.get(&position).and_then(|item| item.outlived_at);
        let latest = self.conversations.get(&id).map(|conversation| conversation.latest_seq);
        matches!((outlived_at, latest), (Some(at), Some(latest)) if latest.0.saturating_sub(at.0) > KNOWN_AGAIN)
    }

    /// The counter from which on this copy is the only one that counts.
    pub(super) const fn copy_counts_from(&self) -> u64 {
        self.state_counter / COPY_COUNTS * COPY_COUNTS
    }

    /// Whether this device may be in groups that it knows nothing of, or by KeyPackages that it does not have any more.
    pub(super) const fn was_outlived(&self) -> bool {
        self.state_counter >= COPY_COUNTS
    }

    /// Whether this device lacks fresh keys in a conversation that it is in.
    pub(super) fn set_outlived(&mut self, id: ConversationId, is_outlived: bool, cx: &mut Context<'_>) {
        let has_changed = if is_outlived { self.outlived.insert(id) } else { self.outlived.remove(&id) };
        if has_changed {
            self.save_outlived(cx);
        }
    }

    fn save_outlived(&self, cx: &mut Context<'_>) {
        if self.outlived.is_empty() {
            cx.delete(OutlivedRecord::key());
        } else {
            let left = Some(self.outlived.iter().copied().collect());
            cx.put(OutlivedRecord::key(), &OutlivedRecord { left });
        }
    }

    /// The relay serves the group of a conversation of which nothing is here: what was said in it before cannot be read.
    pub(super) fn begin_behind(&mut self, id: ConversationId, served: &ServedGroup, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if conversation.record.cursor == Seq(0) && matches!(conversation.group, GroupState::Absent) {
            conversation.record.cursor = served.seq;
            conversation.latest_seq = served.seq;
            self.notice_at(NoticeCode::GapFound, id, Some(served.seq), None, cx);
            self.subscribe(&[id], cx);
        }
    }

    /// This device is not in the group of a conversation of which nothing is here: it is waited for. False: it is another's.
    pub(super) fn was_not_entered(&mut self, id: ConversationId, cx: &mut Context<'_>) -> bool {
        let Some(conversation) = self.conversations.get_mut(&id) else { return false };
        let is_unknown =
            conversation.record.cursor == Seq(0) && matches!(conversation.group, GroupState::Absent);
        if is_unknown {
            conversation.record.phase = Phase::AwaitingWelcome;
            self.save_conversation(id, cx);
            self.set_outlived(id, false, cx);
            self.take_up(id, cx);
        }
        is_unknown
    }
}
