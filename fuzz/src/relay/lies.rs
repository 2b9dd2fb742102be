//! What the relay keeps and tells though nobody gave it that.

use std::collections::BTreeSet;

use protocol::frame::Payload;
use protocol::{Bytes, ConversationId, DeviceId, EnvelopeId, Seq};

use super::Relay;

impl Relay {
    /// Every conversation that it has.
    pub(crate) fn conversations(&self) -> Vec<ConversationId> {
        self.0.borrow().talks.keys().copied().collect()
    }

    /// Those of many accounts.
    pub(crate) fn rooms(&self) -> BTreeSet<ConversationId> {
        let state = self.0.borrow();
        state.talks.iter().filter(|(_, talk)| talk.is_room).map(|(id, _)| *id).collect()
    }

    /// Puts into a conversation whatever it likes.
    pub(crate) fn forge(&self, conversation: ConversationId, payload: Payload) {
        let mut state = self.0.borrow_mut();
        let mut envelope = [5; 16];
        envelope[..8].copy_from_slice(&state.last_seq(conversation).0.to_be_bytes());
        state.append(conversation, EnvelopeId::from_bytes(envelope), None, payload);
    }

    /// What a conversation's log holds, the latest first.
    pub(crate) fn payloads(&self, conversation: ConversationId) -> Vec<Payload> {
        let entries = self.0.borrow().entries_from(conversation, Seq(0));
        entries.into_iter().rev().map(|entry| entry.payload).collect()
    }

    /// Invites a device by a Welcome that came earlier, counted from the last one, as something makes it. None: no such one came.
    pub(crate) fn invite_anew(
        &self,
        nth: usize,
        to: Option<DeviceId>,
        change: impl FnOnce(Bytes) -> Bytes,
    ) -> Option<ConversationId> {
        let mut state = self.0.borrow_mut();
        let (was_for, mut item) = state.welcomes.iter().rev().nth(nth)?.clone();
        item.welcome = change(item.welcome);
        let conversation = item.conversation;
        state.invite(to.unwrap_or(was_for), item);
        Some(conversation)
    }
}
