//! What waits to be sent: sealed in order, submitted, and done when the log shows it.

use client_api::{CommandId, Event, NoticeCode, Outcome, RefusalCode};
use mls_wasm::Leaf;
use protocol::content::{Body, CONTENT_VERSION, Content, HandOver, ReadUpTo, SelfRecord, Text};
use protocol::frame::{Entry, Failure, Request, SubmitMessage};
use protocol::{AccountId, Bytes, ConversationId, EnvelopeId, Epoch, ErrorCode, MessageId};
use zeroize::Zeroizing;

use super::Context;
use super::state::{Asked, Engine};
use super::withheld::wait_of;
use crate::records::{
    AccountRecord, MessageRecord, OutboxBody, OutboxRecord, OutboxState, Phase, SealedSubmission, StoredKind,
    Target,
};

/// Messages of one conversation in flight at a time.
const IN_FLIGHT_MAX: usize = 32;
/// The wait where a relay that refuses for now does not name one.
const RETRY_MS: u64 = 2_000;

impl Engine {
    /// Stores an intent behind the others.
    pub(super) fn queue(&mut self, target: Target, body: OutboxBody, cx: &mut Context<'_>) -> MessageId {
        if matches!(body, OutboxBody::ReadUpTo(_)) {
            self.drop_older_receipts(target, cx);
        }
        if let (true, Target::Conversation(id)) = (body.is_commit(), target)
            && let Some(conversation) = self.conversations.get_mut(&id)
        {
            conversation.unsettle();
        }
        let position = self.account.outbox_next;
        self.account.outbox_next += 1;
        cx.put(AccountRecord::key(), &self.account);
        let message = MessageId::from_bytes(cx.ordered_id());
        let item = OutboxRecord {
            position,
            target,
            message,
            created_at: cx.clock,
            body,
            state: OutboxState::Waiting,
            outlived_at: None,
        };
        cx.put(OutboxRecord::key(position), &item);
        self.outbox.insert(position, item);
        message
    }

    /// A newer receipt says all that an older one would.
    fn drop_older_receipts(&mut self, target: Target, cx: &mut Context<'_>) {
        let is_older = |item: &OutboxRecord| {
            item.target == target
                && item.state == OutboxState::Waiting
                && matches!(item.body, OutboxBody::ReadUpTo(_))
        };
        let older: Vec<u64> =
            self.outbox.values().filter(|item| is_older(item)).map(|item| item.position).collect();
        for position in older {
            self.forget_item(position, cx);
        }
    }

    /// Takes up everything that waits, wherever it goes.
    pub(super) fn take_up_outbox(&mut self, cx: &mut Context<'_>) {
        let peers: std::collections::BTreeSet<AccountId> = self
            .outbox
            .values()
            .filter_map(|item| match item.target {
                Target::Peer(peer) if !item.state.is_final() => Some(peer),
                Target::Peer(_) | Target::Conversation(_) => None,
            })
            .collect();
        peers.into_iter().for_each(|peer| self.take_up_peer(peer, cx));
        let all: Vec<ConversationId> = self.conversations.keys().copied().collect();
        all.into_iter().for_each(|id| self.take_up(id, cx));
    }

    /// Goes on with what is to be said to an account.
    pub(super) fn take_up_peer(&mut self, peer: AccountId, cx: &mut Context<'_>) {
        match self.conversation_with(&peer) {
            Some(id) => self.take_up(id, cx),
            None => self.open_conversation(peer, cx),
        }
        self.take_up(self.account.self_conversation, cx);
    }

    /// Goes on with a conversation: its pending commit, what is due, what waits to be sent.
    pub(super) fn take_up(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get(&id).filter(|_| self.is_ready()) else { return };
        match conversation.record.phase {
            Phase::Joined if self.outlived.contains(&id) => {
                self.cannot_follow(id, cx);
                return self.repair(id, cx);
            }
            Phase::Joined | Phase::Creating => {}
            Phase::AwaitingWelcome => return self.go_on_awaiting(id, cx),
            Phase::Rejoining => return self.repair(id, cx),
            Phase::Removed => return,
        }
        if matches!(conversation.group, super::state::GroupState::Stored) {
            let has_work = conversation.record.phase == Phase::Creating || self.next_item(id).is_some();
            // A commit that was pending when this client stopped is known only once the group is read.
            if has_work || !conversation.is_in_step() || !conversation.is_subscribed {
                self.want_group(id, cx);
            }
            return;
        }
        self.submit_pending(id, cx);
        self.commit_due(id, cx);
        self.flush(id, cx);
    }

    pub(crate) fn next_item(&self, id: ConversationId) -> Option<&OutboxRecord> {
        self.outbox.values().find(|item| self.goes_to(item, id) && !item.state.is_final())
    }

    pub(super) fn goes_to(&self, item: &OutboxRecord, id: ConversationId) -> bool {
        self.conversation_of(item) == Some(id)
    }

    /// Where an intent goes, if that is known here.
    pub(super) fn conversation_of(&self, item: &OutboxRecord) -> Option<ConversationId> {
        match item.target {
            Target::Conversation(id) => Some(id),
            Target::Peer(peer) => self.conversation_with(&peer),
        }
    }

    /// The conversation of this account and another. What a contact points to is looked at: only their own will do.
    pub(super) fn conversation_with(&self, peer: &AccountId) -> Option<ConversationId> {
        let id = self.contacts.get(peer)?.conversation?;
        let conversation = self.conversations.get(&id)?;
        (conversation.record.kind == StoredKind::Dm { peer: *peer }).then_some(id)
    }

    /// Seals and submits what waits for a conversation, in order.
    fn flush(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let positions: Vec<u64> = self
            .outbox
            .values()
            .filter(|item| self.goes_to(item, id) && !item.body.is_commit())
            .filter(|item| !item.state.is_final())
            .map(|item| item.position)
            .take(IN_FLIGHT_MAX)
            .collect();
        // A device may have been revoked while this one was away: nothing is sealed before that is known.
        if positions.is_empty() || self.is_comparing_logs() || self.has_revoked_member(id) {
            return;
        }
        for position in positions {
            let Some(conversation) = self.conversations.get_mut(&id) else { return };
            let send_from_epoch = conversation.send_from_epoch;
            let may_send = conversation.record.phase == Phase::Joined
                && !self.outlived.contains(&id)
                && conversation.is_in_step()
                && conversation.send_after <= cx.now
                && conversation
                    .group()
                    .is_some_and(|group| group.epoch() >= send_from_epoch && !group.has_pending_proposals());
            if !may_send {
                return;
            }
            let epoch = conversation.group().map(|group| group.epoch());
            if !conversation.in_flight.contains(&position) && !self.submit(id, position, cx) {
                return;
            }
            if epoch != self.sealed_epoch(position) {
                // It may be refused for its epoch: what comes behind it must not overtake it.
                return;
            }
        }
    }

    /// Nothing is sealed for a device that its account is known to have revoked: it has to be out first.
    fn has_revoked_member(&mut self, id: ConversationId) -> bool {
        let Some(conversation) = self.conversations.get_mut(&id) else { return false };
        if let Some(known) = conversation.has_revoked_member {
            return known;
        }
        let Some(roster) = conversation.group().and_then(|group| group.roster().ok()) else { return false };
        let is_revoked = |leaf: &Leaf| {
            let log = self.logs.0.get(&leaf.identity.account);
            log.is_some_and(|log| log.view().has_revoked(&leaf.identity.device))
        };
        let found = roster.leaves().any(|(_, leaf)| is_revoked(leaf));
        conversation.has_revoked_member = Some(found);
        found
    }

    fn sealed_epoch(&self, position: u64) -> Option<Epoch> {
        match self.outbox.get(&position).map(|item| &item.state) {
            Some(OutboxState::Sealed(sealed)) => Some(sealed.epoch),
            Some(OutboxState::Waiting | OutboxState::Failed { .. } | OutboxState::Refused { .. }) | None => {
                None
            }
        }
    }

    /// Whether the relay refused it for its epoch, and the log was read beyond that: it would have shown it.
    fn is_epoch_over(&mut self, id: ConversationId, position: u64) -> bool {
        let sealed = self.sealed_epoch(position);
        let Some(conversation) = self.conversations.get_mut(&id) else { return false };
        let is_refused = conversation.refused_for_epoch.contains(&position);
        is_refused && conversation.group().map(|group| group.epoch()) > sealed
    }

    fn submit(&mut self, id: ConversationId, position: u64, cx: &mut Context<'_>) -> bool {
        if self.may_be_shown_twice(id, position) {
            self.give_up(id, position, NoticeCode::MayBeSent, NoticeCode::MayBeSent.as_str(), cx);
            return true;
        }
        let is_over = self.is_epoch_over(id, position);
        let sealed = match self.outbox.get(&position).map(|item| &item.state) {
            Some(OutboxState::Sealed(sealed)) if !is_over => sealed.clone(),
            Some(OutboxState::Waiting | OutboxState::Sealed(_)) => match self.seal(id, position, cx) {
                Some(sealed) => sealed,
                None => return false,
            },
            Some(OutboxState::Failed { .. } | OutboxState::Refused { .. }) | None => return true,
        };
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.in_flight.insert(position);
        }
        let SealedSubmission { envelope, message, .. } = sealed;
        let submit = SubmitMessage { conversation: id, envelope, message: Bytes::from(message) };
        let asked = Asked::Message { conversation: id, position, envelope };
        self.ask(Request::SubmitMessage(submit), asked, cx);
        true
    }

    /// Seals an intent in the current epoch. The bytes are stored before they are submitted.
    fn seal(&mut self, id: ConversationId, position: u64, cx: &mut Context<'_>) -> Option<SealedSubmission> {
        let item = self.outbox.get(&position)?.clone();
        let sender_head = self.own_log().head();
        let secret = cx.secret();
        let conversation = self.conversations.get_mut(&id)?;
        conversation.refused_for_epoch.remove(&position);
        let digests = conversation.record.digests.clone();
        let group = conversation.group()?;
        let epoch = group.epoch();
        let heads_digest = digests.iter().find(|(known, _)| *known == epoch.0).map(|(_, digest)| *digest)?;
        let body = match item.body.clone() {
            OutboxBody::Text(text) | OutboxBody::Again(text) => Body::Text(Text { text }),
            OutboxBody::ReadUpTo(seq) => Body::ReadUpTo(ReadUpTo { seq }),
            OutboxBody::SelfRecord { name, counter, value } => {
                Body::SelfRecord(SelfRecord { name, counter, value: Bytes::from(value) })
            }
            OutboxBody::HandOver { device, done, total, records } => {
                let records = records.into_iter().map(Bytes::from).collect();
                Body::HandOver(HandOver { device, done, total, records })
            }
            OutboxBody::RefreshKeys | OutboxBody::Invite(_) | OutboxBody::Dismiss(_) => return None,
        };
        let content = Content {
            version: CONTENT_VERSION,
            message: item.message,
            sent_at: item.created_at,
            sender_head,
            heads_digest,
            body,
        };
        let message = match group.seal(&Zeroizing::new(content.encode()), &self.device, &secret) {
            Ok(message) => message,
            Err(error) => {
                self.notice_at(NoticeCode::SendFailed, id, None, Some(error.code()), cx);
                self.reload_group(id, cx);
                return None;
            }
        };
        let sealed = SealedSubmission { envelope: EnvelopeId::from_bytes(cx.ordered_id()), epoch, message };
        self.envelopes.insert(sealed.envelope, position);
        self.set_state(position, OutboxState::Sealed(sealed.clone()), cx);
        self.talks.insert(id);
        Some(sealed)
    }

    pub(super) fn set_state(&mut self, position: u64, state: OutboxState, cx: &mut Context<'_>) {
        let Some(item) = self.outbox.get_mut(&position) else { return };
        if let Some(sealed) = item.state.sealed()
            && state.sealed().is_none_or(|new| new.envelope != sealed.envelope)
        {
            self.envelopes.remove(&sealed.envelope);
        }
        item.state = state;
        cx.put(OutboxRecord::key(position), &*item);
    }

    /// Whether an entry holds exactly what was submitted: an envelope's id alone proves nothing.
    pub(super) fn is_same_submission(&self, id: ConversationId, position: u64, sealed: &Bytes) -> bool {
        let Some(item) = self.outbox.get(&position) else { return false };
        item.state.sealed().is_some_and(|own| own.message == sealed.as_ref()) && self.goes_to(item, id)
    }

    /// The log shows it: it is sent.
    pub(super) fn echoed(&mut self, id: ConversationId, entry: &Entry, position: u64, cx: &mut Context<'_>) {
        let Some(item) = self.take_item(id, position, cx) else { return };
        let text = match item.body {
            OutboxBody::Text(text) => text,
            OutboxBody::Again(_) => return self.said_again(id, &item.message, entry.seq, cx),
            _ => return,
        };
        let message = MessageRecord {
            message: item.message,
            from: self.account.account,
            device: self.device.public().device_id(),
            text,
            sent_at: item.created_at,
            received_at: entry.received_at,
        };
        self.show_message(id, entry.seq, message, cx);
    }

    /// A commit that was asked for is in the log, or what was to be said is given up.
    pub(super) fn intent_done(&mut self, intent: MessageId, cx: &mut Context<'_>) {
        let position = self.outbox.values().find(|item| item.message == intent).map(|item| item.position);
        if let Some(position) = position {
            self.forget_item(position, cx);
        }
    }

    /// Forgets a message that will not be tried again. What may still be sent cannot be taken back.
    pub(super) fn discard(&mut self, command: CommandId, message: MessageId, cx: &mut Context<'_>) {
        let is_failed = |item: &OutboxRecord| item.message == message && item.state.is_final();
        if self.outbox.values().any(is_failed) {
            self.intent_done(message, cx);
            self.done(command, Outcome::Done, cx);
        } else {
            self.refuse(command, RefusalCode::NotFound, cx);
        }
    }

    fn take_item(&mut self, id: ConversationId, position: u64, cx: &mut Context<'_>) -> Option<OutboxRecord> {
        let item = self.forget_item(position, cx)?;
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.in_flight.remove(&position);
            conversation.refused_for_epoch.remove(&position);
        }
        Some(item)
    }

    fn forget_item(&mut self, position: u64, cx: &mut Context<'_>) -> Option<OutboxRecord> {
        let item = self.outbox.remove(&position)?;
        if let Some(sealed) = item.state.sealed() {
            self.envelopes.remove(&sealed.envelope);
        }
        cx.delete(OutboxRecord::key(position));
        Some(item)
    }

    pub(super) fn message_refused(
        &mut self,
        id: ConversationId,
        position: u64,
        envelope: EnvelopeId,
        failure: &Failure,
        cx: &mut Context<'_>,
    ) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        conversation.in_flight.remove(&position);
        let sealed = self.outbox.get(&position).and_then(|item| item.state.sealed());
        let Some(sealed) = sealed.filter(|sealed| sealed.envelope == envelope) else {
            // It is sealed anew since then.
            return self.take_up(id, cx);
        };
        match failure.code {
            ErrorCode::StaleEpoch => {
                // The relay is not ahead: at once, it would refuse it again.
                let is_ahead = failure.epoch > sealed.epoch;
                // The log shows what came before that epoch. It may be among it, whatever is said here.
                conversation.send_from_epoch = conversation.send_from_epoch.max(failure.epoch);
                conversation.refused_for_epoch.insert(position);
                if !is_ahead {
                    self.send_later(id, RETRY_MS, cx);
                }
                self.take_up(id, cx);
            }
            // Its bytes are not what the relay has under that name: sealed anew under another. Said of one name after the other,
            // it would never end.
            ErrorCode::EnvelopeReused => {
                self.send_later(id, RETRY_MS, cx);
                self.set_state(position, OutboxState::Waiting, cx);
            }
            code if code.is_transient() => self.send_later(id, wait_of(failure, RETRY_MS), cx),
            code => self.fail_message(id, position, code.as_str(), cx),
        }
    }

    /// Nothing more goes to a conversation for a while.
    fn send_later(&mut self, id: ConversationId, wait_ms: u64, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        conversation.send_after = cx.now.plus_millis(wait_ms);
        self.alarms.insert(conversation.send_after);
    }

    /// It will not be tried again: kept to be shown.
    pub(super) fn fail_message(
        &mut self,
        id: ConversationId,
        position: u64,
        code: &str,
        cx: &mut Context<'_>,
    ) {
        self.give_up(id, position, NoticeCode::SendFailed, code, cx);
    }

    fn give_up(
        &mut self,
        id: ConversationId,
        position: u64,
        notice: NoticeCode,
        code: &str,
        cx: &mut Context<'_>,
    ) {
        let Some(item) = self.outbox.get(&position) else { return };
        if matches!(item.body, OutboxBody::ReadUpTo(_)) {
            // Nobody is shown it, and a later one says the same.
            self.take_item(id, position, cx);
            return;
        }
        let state = match (code.to_owned(), item.state.sealed().cloned()) {
            (code, Some(sealed)) => OutboxState::Refused { code, sealed },
            (code, None) => OutboxState::Failed { code },
        };
        self.set_state(position, state, cx);
        self.notice_at(notice, id, None, Some(code), cx);
        let view = self.outbox.get(&position).and_then(|item| self.queued_view(item));
        cx.step.effects.extend(view.map(Event::Message).map(Box::new).map(super::Effect::Emit));
    }
}
