//! Following logs: subscribing, gaps, acknowledgements, and the order in which entries are processed.

use client_api::{Event, Notice, NoticeCode};
use mls_wasm::PartWrite;
use mls_wasm::policy::Heads;
use protocol::frame::{
    Acknowledge, Acknowledgement, CursorMoved, EntriesFetch, Entry, Failure, Request, Subscribe,
    Subscription, SubscriptionState,
};
use protocol::{ConversationId, ErrorCode, Seq, limits};
use zeroize::Zeroizing;

use super::Context;
use super::content::Recent;
use super::state::{Asked, Conversation, Engine, GroupState, LoadedConversation};
use crate::records::{ConversationRecord, Phase, RecordKey, StoreKind, Write};

/// Entries held out of order for one conversation; more are read from the log again.
const HELD_ENTRIES_MAX: usize = 64;

impl Conversation {
    /// Whether this device is in it, and reads its log.
    fn follows(&self) -> bool {
        matches!(self.record.phase, Phase::Joined | Phase::Rejoining)
    }

    /// Keeps an entry until it is the next one. The nearest ones are kept where there are too many.
    fn hold(&mut self, entry: Entry) {
        if entry.seq <= self.record.cursor {
            return;
        }
        self.held.entry(entry.seq).or_insert(entry);
        if self.held.len() > HELD_ENTRIES_MAX {
            self.held.pop_last();
            self.needs_pages = true;
        }
    }
}

impl Engine {
    /// Follows every conversation this device is in, each from where it was read to.
    pub(super) fn subscribe_all(&mut self, cx: &mut Context<'_>) {
        let all: Vec<ConversationId> = self
            .conversations
            .values()
            .filter(|conversation| conversation.follows() && !conversation.is_subscribed)
            .map(Conversation::id)
            .collect();
        self.catching_up.subscribing = !all.is_empty();
        for some in all.chunks(limits::SUBSCRIPTIONS_PER_FRAME_MAX) {
            self.subscribe(some, cx);
        }
    }

    pub(super) fn subscribe(&mut self, conversations: &[ConversationId], cx: &mut Context<'_>) {
        let subscriptions = conversations
            .iter()
            .filter_map(|id| self.conversations.get(id))
            .map(|conversation| Subscription {
                conversation: conversation.id(),
                from_seq: conversation.record.cursor.next(),
            })
            .collect();
        self.ask(Request::Subscribe(Subscribe { subscriptions }), Asked::Subscribe, cx);
    }

    pub(super) fn subscribed(&mut self, states: Vec<SubscriptionState>, cx: &mut Context<'_>) {
        for state in states {
            let Some(conversation) = self.conversations.get_mut(&state.conversation) else { continue };
            if state.refusal.0 == Some(ErrorCode::Forbidden) {
                self.notice_at(NoticeCode::Removed, state.conversation, None, None, cx);
                continue;
            }
            conversation.is_subscribed = state.refusal.0.is_none();
            if let Some(code) = state.refusal.0 {
                self.ask_again_later(&Failure::new(code, ""), cx);
                continue;
            }
            conversation.latest_seq = conversation.latest_seq.max(state.latest_seq);
            // The word that it was followed may have been lost with the last connection.
            if conversation.record.unacknowledged_merge.is_some() {
                self.unacknowledged.insert(state.conversation);
            }
            self.note_standing(state.conversation);
            self.expect_entry(state.conversation, state.latest_seq, cx);
            self.take_up(state.conversation, cx);
        }
        self.catching_up.subscribing =
            self.ask_again_at.is_some() || self.requests.values().any(|asked| *asked == Asked::Subscribe);
    }

    /// An entry came: processed when it is the next one.
    pub(super) fn entry_came(&mut self, id: ConversationId, entry: Entry, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let cursor = conversation.record.cursor;
        conversation.latest_seq = conversation.latest_seq.max(entry.seq);
        if !conversation.follows() && conversation.record.phase != Phase::Creating {
            return;
        }
        let is_gap = entry.seq > cursor.next() && !conversation.held.contains_key(&cursor.next());
        conversation.hold(entry);
        if is_gap {
            self.fetch_gap(id, cx);
        }
        self.advance(id, cx);
    }

    pub(super) fn fetch_gap(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let is_ready = self.is_ready();
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let from_seq = conversation.record.cursor.next();
        if !is_ready
            || conversation.is_fetching_gap
            || conversation.blocked.is_some()
            || conversation.retry_at.is_some()
        {
            return;
        }
        conversation.is_fetching_gap = true;
        if !std::mem::replace(&mut conversation.needs_pages, true) {
            self.notice_at(NoticeCode::GapFound, id, Some(from_seq), None, cx);
        }
        let fetch = EntriesFetch { conversation: id, from_seq, limit: limits::ENTRIES_PER_FRAME_MAX };
        self.ask(Request::EntriesFetch(fetch), Asked::Entries { conversation: id }, cx);
    }

    pub(super) fn gap_fetched(&mut self, id: ConversationId, entries: Vec<Entry>, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        conversation.is_fetching_gap = false;
        for entry in entries {
            conversation.hold(entry);
        }
        let next = conversation.record.cursor.next();
        if next <= conversation.latest_seq && !conversation.held.contains_key(&next) {
            self.notice_at(NoticeCode::RelayMisbehaved, id, Some(next), Some("entry_withheld"), cx);
            self.retry_later(id, cx);
        }
        self.advance(id, cx);
    }

    /// Processes what is next, as far as it goes.
    pub(super) fn advance(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let waits = self.process_next_ones(id, cx);
        self.note_standing(id);
        if waits {
            return;
        }
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.needs_pages &= conversation.record.cursor < conversation.latest_seq;
            if conversation.needs_pages || !conversation.held.is_empty() {
                self.fetch_gap(id, cx);
            }
        }
        self.take_up(id, cx);
    }

    /// Whether the next entry is here, but waits for the group or for an identity log.
    fn process_next_ones(&mut self, id: ConversationId, cx: &mut Context<'_>) -> bool {
        loop {
            let Some(conversation) = self.conversations.get_mut(&id) else { return true };
            let next = conversation.record.cursor.next();
            if conversation.blocked.is_some() || !conversation.held.contains_key(&next) {
                return false;
            }
            if matches!(conversation.group, GroupState::Stored | GroupState::Loading) {
                self.want_group(id, cx);
                return true;
            }
            let Some(entry) = conversation.held.remove(&next) else { return true };
            if let Some(entry) = self.process(id, entry, cx) {
                // It waits for an identity log: held, not refused.
                if let Some(conversation) = self.conversations.get_mut(&id) {
                    conversation.held.insert(next, entry);
                }
                return true;
            }
            if let Some(conversation) = self.conversations.get_mut(&id) {
                conversation.record.cursor = next;
                self.unacknowledged.insert(id);
            }
            self.save_conversation(id, cx);
        }
    }

    /// Remembers whether a conversation is behind its log.
    pub(super) fn note_standing(&mut self, id: ConversationId) {
        let is_behind = self.conversations.get(&id).is_some_and(|conversation| {
            conversation.is_subscribed && conversation.blocked.is_none() && !conversation.is_in_step()
        });
        if is_behind {
            self.behind.insert(id);
        } else {
            self.behind.remove(&id);
        }
    }

    pub(super) fn conversation_loaded(&mut self, loaded: LoadedConversation, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&loaded.conversation) else { return };
        conversation.group = match loaded.group {
            Some(group) => GroupState::Here(Box::new(group)),
            None => GroupState::Absent,
        };
        conversation.unsettle();
        conversation.heads = loaded.heads;
        conversation.pending = loaded.pending;
        conversation.kept = loaded.kept;
        conversation.voided = loaded.voided;
        // Read again, it lacks what this turn has shown.
        if conversation.recent.is_empty() {
            conversation.recent = Recent::of_timeline(loaded.recent);
        }
        let is_absent = matches!(conversation.group, GroupState::Absent);
        if conversation.pending.is_none() {
            // It may have been refused while the group was not here.
            self.drop_pending(loaded.conversation, cx);
        }
        if is_absent {
            self.cannot_follow(loaded.conversation, cx);
        }
        self.advance(loaded.conversation, cx);
    }

    /// After an error the group is dropped and read again: what it was is in the store, once messages before are.
    pub(super) fn reload_group(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        self.save_talk(id, cx);
        if let Some(conversation) = self.conversations.get_mut(&id)
            && !matches!(conversation.group, GroupState::Absent)
        {
            conversation.group = GroupState::Stored;
        }
        self.want_group(id, cx);
    }

    /// Stores what messages of this turn have changed of a group: before it is changed by anything else, which may fail.
    pub(super) fn save_talk(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        if self.talks.remove(&id) {
            self.save_group(id, cx);
        }
    }

    /// What all messages of a turn have changed of their groups: stored at its end.
    pub(crate) fn save_talks(&mut self) -> Vec<Write> {
        let talks = std::mem::take(&mut self.talks);
        talks.into_iter().flat_map(|id| self.group_writes(id)).collect()
    }

    /// Stores what a group's last change has changed, if not later with what messages have.
    pub(super) fn save_group(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        if !self.talks.contains(&id) {
            cx.step.writes.extend(self.group_writes(id));
        }
    }

    fn group_writes(&mut self, id: ConversationId) -> Vec<Write> {
        let group = self.conversations.get_mut(&id).and_then(|conversation| conversation.group());
        let parts = group.map(|group| group.take_writes()).unwrap_or_default();
        let write = |part: PartWrite| {
            Write::raw(RecordKey::new(StoreKind::Group, id.as_bytes(), &part.key), part.value)
        };
        parts.into_iter().map(write).collect()
    }

    /// Stores the heads that are relied on from now on.
    pub(super) fn keep_heads(&mut self, id: ConversationId, heads: Heads, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&id) {
            let key = RecordKey::new(StoreKind::Heads, id.as_bytes(), b"");
            cx.step.writes.push(Write::raw(key, Some(Zeroizing::new(heads.encode()))));
            conversation.heads = heads;
        }
    }

    pub(super) fn save_conversation(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get(&id) {
            cx.put(ConversationRecord::key(&id), &conversation.record);
        }
        self.save_group(id, cx);
    }

    /// Tells the relay how far the logs are stored: once a step, for all of them.
    pub(super) fn acknowledge(&mut self, cx: &mut Context<'_>) {
        if !self.is_ready() {
            return;
        }
        let mut acknowledgements = Vec::new();
        while acknowledgements.len() < limits::ACKNOWLEDGEMENTS_PER_FRAME_MAX
            && let Some(id) = self.unacknowledged.pop_first()
        {
            // Who cannot follow a commit has not followed it.
            if let Some(conversation) =
                self.conversations.get(&id).filter(|known| known.record.phase != Phase::Rejoining)
            {
                acknowledgements.push(Acknowledgement { conversation: id, seq: conversation.record.cursor });
            }
        }
        if !acknowledgements.is_empty() {
            self.tell_stored(acknowledgements, cx);
        }
    }

    /// What is stored with this raises the counter before it leaves: no later state says the same number again.
    pub(super) fn tell_stored(&mut self, acknowledgements: Vec<Acknowledgement>, cx: &mut Context<'_>) {
        let has_written = !cx.step.writes.is_empty();
        if has_written {
            self.told_counter = self.state_counter;
        }
        let state_counter = if has_written { self.state_counter } else { 0 };
        let acknowledge = Acknowledge { acknowledgements, state_counter };
        self.ask(Request::Acknowledge(acknowledge), Asked::Nothing, cx);
    }

    /// Another member's device has stored the log: own messages up to there are delivered.
    pub(super) fn cursor_moved(&mut self, moved: &CursorMoved, cx: &mut Context<'_>) {
        self.commit_followed(moved, cx);
        if moved.account == self.account.account {
            return;
        }
        let Some(conversation) = self.conversations.get_mut(&moved.conversation) else { return };
        let reached = moved.seq.min(conversation.record.cursor);
        if reached > conversation.record.delivered_up_to {
            conversation.record.delivered_up_to = reached;
        }
        self.save_conversation(moved.conversation, cx);
        self.show_conversation(moved.conversation, cx);
    }

    pub(super) fn notice_at(
        &mut self,
        code: NoticeCode,
        conversation: ConversationId,
        seq: Option<Seq>,
        detail: Option<&str>,
        cx: &mut Context<'_>,
    ) {
        let detail = detail.map(str::to_owned);
        let notice = Notice { conversation: Some(conversation), seq, detail, ..Notice::new(code) };
        cx.emit(Event::Notice(notice));
    }

    pub(super) fn show_conversation(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        if let Some(view) = self.conversation_view(&id) {
            cx.emit(Event::Conversation(view));
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::codec::OrEmpty;
    use protocol::frame::Payload;
    use protocol::{Bytes, EnvelopeId, Timestamp};

    use super::*;
    use crate::engine::suites::SUITES;
    use crate::records::StoredKind;

    #[test]
    fn of_entries_that_come_early_the_nearest_are_held_and_the_log_is_read_for_the_others() {
        let id = ConversationId::from_bytes([7; 16]);
        let record = ConversationRecord::new(id, StoredKind::Room, Phase::Joined, SUITES[0]);
        let mut conversation = Conversation::new(record, GroupState::Absent);
        let early = Seq(2).0..=2 * HELD_ENTRIES_MAX as u64;
        early.rev().for_each(|seq| conversation.hold(entry(Seq(seq))));
        let held: Vec<u64> = conversation.held.keys().map(|seq| seq.0).collect();
        assert_eq!(held, (2..2 + HELD_ENTRIES_MAX as u64).collect::<Vec<_>>());
        assert!(conversation.needs_pages);
    }

    fn entry(seq: Seq) -> Entry {
        let payload = Payload::Application(Bytes::from_static(b"early"));
        let (envelope, sender) = (EnvelopeId::from_bytes([8; 16]), OrEmpty(None));
        Entry { seq, envelope, sender, received_at: Timestamp::default(), payload }
    }
}
