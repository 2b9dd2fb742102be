//! What members say: shown, counted, or applied; and what it proves about the relay.

use std::collections::VecDeque;

use client_api::{Event, NoticeCode};
use protocol::content::{Body, Content};
use protocol::frame::Entry;
use protocol::identity::LeafIdentity;
use protocol::{ConversationId, Epoch, MessageId, Seq};

use super::Context;
use super::state::Engine;
use crate::records::{MessageRecord, StoredKind};

/// Content ids remembered for each conversation, and messages read with it to know them again.
pub(crate) const RECENT_MESSAGES_KEPT: usize = 256;

/// Content ids shown lately, in the order in which they came: what is in them is their sender's word.
#[derive(Default)]
pub(crate) struct Recent(VecDeque<MessageId>);

impl Recent {
    /// Of a timeline's latest messages, the last one first.
    pub(crate) fn of_timeline(latest: Vec<MessageId>) -> Self {
        Self(latest.into_iter().rev().collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Remembers an id, if it is none of those remembered. Where there are too many, the one that came first is forgotten.
    fn is_new(&mut self, id: MessageId) -> bool {
        let is_new = !self.0.contains(&id);
        if is_new {
            if self.0.len() >= RECENT_MESSAGES_KEPT {
                self.0.pop_front();
            }
            self.0.push_back(id);
        }
        is_new
    }
}

impl Engine {
    pub(super) fn content(
        &mut self,
        id: ConversationId,
        entry: &Entry,
        sender: LeafIdentity,
        epoch: Epoch,
        opened: &[u8],
        cx: &mut Context<'_>,
    ) {
        let content = match Content::decode(opened) {
            Ok(content) => content,
            Err(error) => {
                let code = match error {
                    protocol::DecodeError::Unknown(_) => NoticeCode::UpgradeRequired,
                    _ => NoticeCode::EntryRefused,
                };
                self.notice_at(code, id, Some(entry.seq), Some("content"), cx);
                return;
            }
        };
        self.compare_heads(id, entry.seq, &sender, epoch, &content, cx);
        let is_current = self
            .conversations
            .get_mut(&id)
            .and_then(|conversation| conversation.group())
            .map(|group| group.epoch())
            == Some(epoch);
        if is_current {
            self.commit_spoken_in(id, &sender.device, cx);
        }
        match content.body {
            Body::Text(text) => {
                let message = MessageRecord {
                    message: content.message,
                    from: sender.account,
                    device: sender.device,
                    text: text.text,
                    sent_at: content.sent_at,
                    received_at: entry.received_at,
                };
                self.show_message(id, entry.seq, message, cx);
            }
            Body::ReadUpTo(read) => self.read_by_other(id, &sender, read.seq, cx),
            Body::SelfRecord(record) if self.is_own_group(id) => {
                self.self_record(&record.name, &record.value, cx);
            }
            Body::HandOver(part) if self.is_own_group(id) => self.handed_over(part, cx),
            // Of another account's making: nobody but its own devices tells a device what it knows.
            Body::SelfRecord(_) | Body::HandOver(_) => {}
        }
    }

    fn is_own_group(&self, id: ConversationId) -> bool {
        self.conversations
            .get(&id)
            .is_some_and(|conversation| conversation.record.kind == StoredKind::SelfGroup)
    }

    /// A sender that knows other heads than this client shows that the relay withholds or splits a log.
    fn compare_heads(
        &mut self,
        id: ConversationId,
        seq: Seq,
        sender: &LeafIdentity,
        epoch: Epoch,
        content: &Content,
        cx: &mut Context<'_>,
    ) {
        let known_digest = self.conversations.get(&id).and_then(|conversation| {
            conversation
                .record
                .digests
                .iter()
                .find(|(known, _)| Epoch(*known) == epoch)
                .map(|(_, digest)| *digest)
        });
        if known_digest.is_some_and(|digest| digest != content.heads_digest) {
            self.notice_at(NoticeCode::HeadsDiffer, id, Some(seq), Some("digest"), cx);
        }
        let Some(log) = self.logs.0.get(&sender.account) else { return };
        if content.sender_head.length > log.head().length {
            self.claim_head(sender.account, content.sender_head, id, seq, cx);
        } else if log.require_contains(&content.sender_head).is_err() {
            self.notice_at(NoticeCode::HeadsDiffer, id, Some(seq), Some("sender_head"), cx);
        }
    }

    /// Shows a message at its place, once.
    pub(super) fn show_message(
        &mut self,
        id: ConversationId,
        seq: Seq,
        message: MessageRecord,
        cx: &mut Context<'_>,
    ) {
        let own = self.account.account;
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let is_voided = conversation.voided.iter().any(|said| said.message == message.message);
        if is_voided || !conversation.recent.is_new(message.message) {
            return;
        }
        if message.from != own {
            conversation.record.unread_count += 1;
        }
        conversation.record.last_message = Some((seq, message.clone()));
        cx.put(MessageRecord::key(&id, seq), &message);
        let view = self.message_view(&id, seq, &message);
        cx.step.effects.extend(view.map(Event::Message).map(Box::new).map(super::Effect::Emit));
        self.show_conversation(id, cx);
    }

    fn read_by_other(&mut self, id: ConversationId, sender: &LeafIdentity, up_to: Seq, cx: &mut Context<'_>) {
        let own = self.account.account;
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let up_to = up_to.min(conversation.record.cursor);
        if sender.account == own {
            conversation.record.read(up_to);
        } else {
            let mark = &mut conversation.record.peer_read_up_to;
            *mark = up_to.max(*mark);
        }
        self.show_conversation(id, cx);
    }
}

#[cfg(test)]
mod tests {
    use protocol::Timestamp;

    use super::*;
    use crate::entropy::Entropy;

    const NOW_MS: u64 = 1_800_000_000_000;
    const YEAR_MS: u64 = 31_536_000_000;
    /// The latest time that an id can name.
    const FAR_AHEAD_MS: u64 = u64::MAX >> 16;

    #[test]
    fn a_sender_whose_clock_is_a_year_behind_is_shown_once_where_many_others_have_spoken() {
        let (mut recent, mut made) = (Recent::default(), Made::new());
        for _ in 0..2 * RECENT_MESSAGES_KEPT {
            assert!(recent.is_new(made.at(NOW_MS)));
        }
        let late = made.at(NOW_MS - YEAR_MS);
        assert!(recent.is_new(late));
        assert!(!recent.is_new(late), "said again");
    }

    #[test]
    fn a_sender_whose_clock_is_far_ahead_makes_nobodys_messages_forgotten() {
        let (mut recent, mut made) = (Recent::default(), Made::new());
        for _ in 0..2 * RECENT_MESSAGES_KEPT {
            assert!(recent.is_new(made.at(FAR_AHEAD_MS)));
        }
        let said: Vec<MessageId> = (0..RECENT_MESSAGES_KEPT).map(|_| made.at(NOW_MS)).collect();
        for id in &said {
            assert!(recent.is_new(*id));
        }
        assert!(said.into_iter().all(|id| !recent.is_new(id)), "said again");
    }

    #[test]
    fn those_that_came_first_are_forgotten_first_also_of_those_that_were_read_back() {
        let mut made = Made::new();
        let read: Vec<MessageId> = (0..3).map(|_| made.at(NOW_MS)).collect();
        let mut recent = Recent::of_timeline(read.iter().rev().copied().collect());
        for _ in 0..RECENT_MESSAGES_KEPT - 1 {
            assert!(recent.is_new(made.at(NOW_MS)));
        }
        let known: Vec<bool> = read.iter().map(|id| recent.0.contains(id)).collect();
        assert_eq!(known, [false, false, true]);
    }

    /// Makes ids as a client does whose clock says so.
    struct Made(Entropy);

    impl Made {
        fn new() -> Self {
            Self(Entropy::from_bytes([7; 32]))
        }

        fn at(&mut self, millis: u64) -> MessageId {
            MessageId::from_bytes(self.0.ordered_id(Timestamp::from_millis(millis)))
        }
    }
}
