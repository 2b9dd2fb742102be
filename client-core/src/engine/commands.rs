//! What a user interface asks. A command's outcome is stored with what it did, and a repeat gets it back.

use client_api::{Command, CommandId, Event, Outcome, Recipient, Refusal, RefusalCode};
use protocol::identity::{EntryKind, RevokeDevice};
use protocol::{AccountId, ConversationId, MessageId, Seq, limits};

use super::account::handle_entry;
use super::state::{Asked, Engine, Link, Then, Waiting};
use super::{Context, Load};
use crate::records::{AccountRecord, CommandRecord, ContactRecord, DraftRecord, OutboxBody, Phase, Target};

/// Outcomes kept for repeats.
const OUTCOMES_KEPT_MAX: usize = 256;
/// Intents that may wait to be sent.
pub(super) const OUTBOX_ITEMS_MAX: usize = 4096;

impl Engine {
    pub(super) fn command(&mut self, id: CommandId, command: Command, cx: &mut Context<'_>) {
        if self.is_under_way(id) {
            return;
        }
        if self.is_arriving() && !matches!(command, Command::ConfirmLink { .. }) {
            self.refuse(id, RefusalCode::Restoring, cx);
            return;
        }
        match command {
            Command::LinkDevice { shown } => self.link_device(id, &shown.0, cx),
            Command::ConfirmLink { is_same } => self.confirm_link(id, is_same, cx),
            Command::AddContact { who } => self.look_up(id, who, Then::AddContact, cx),
            Command::SendText { to, text } => self.send_text(id, to, text, cx),
            Command::OpenRoom => self.open_room(id, cx),
            Command::Invite { room, who } => self.look_up_invited(id, room, who, cx),
            Command::Dismiss { room, account } => self.dismiss(id, room, account, cx),
            Command::SayInRoom { room, text } => self.say_in_room(id, room, text, cx),
            Command::SaveDraft { account, text } => self.save_draft(id, &account, text, cx),
            Command::MarkRead { conversation, up_to } => self.mark_read(id, conversation, up_to, cx),
            Command::Discard { message } => self.discard(id, message, cx),
            Command::MarkVerified { account, safety_number } => {
                self.mark_verified(id, account, &safety_number, cx)
            }
            Command::SetSetting { name, value } => self.set_setting(id, name, value, cx),
            Command::SetHandle { handle } => self.append_identity(id, handle_entry(handle), cx),
            Command::RevokeDevice { device } => {
                self.append_identity(id, EntryKind::RevokeDevice(RevokeDevice { device }), cx);
            }
            Command::RefreshKeys { conversation } => self.refresh_keys(id, conversation, cx),
        }
    }

    /// Whether a command came before and will be answered.
    pub(super) fn is_under_way(&self, id: CommandId) -> bool {
        let is_appending =
            |asked: &Asked| matches!(asked, Asked::AppendIdentity { command, .. } if *command == id);
        self.waiting.iter().any(|waiting| waiting.command == id)
            || self.waiting_entries.iter().any(|(command, _)| *command == id)
            || self.requests.values().any(is_appending)
            || self.is_linking_by(id)
    }

    pub(super) fn look_up(&mut self, command: CommandId, who: Recipient, then: Then, cx: &mut Context<'_>) {
        if matches!(self.link, Link::Offline { .. } | Link::Stopped { .. }) {
            self.refuse(command, RefusalCode::Offline, cx);
            return;
        }
        self.waiting.push(Waiting { command, who: who.clone(), then });
        self.fetch_identity(who, cx);
    }

    fn send_text(&mut self, command: CommandId, to: Recipient, text: String, cx: &mut Context<'_>) {
        if let Some(refusal) = self.refusal_of(&text) {
            self.refuse(command, refusal, cx);
        } else if let Some(account) = self.find_contact(&to) {
            self.queue_text(command, account, text, cx);
        } else {
            self.look_up(command, to, Then::Send(text), cx);
        }
    }

    /// Why a text is not taken, whoever it is for.
    pub(super) fn refusal_of(&self, text: &str) -> Option<RefusalCode> {
        if text.trim().is_empty() {
            Some(RefusalCode::EmptyText)
        } else if text.len() > limits::TEXT_BYTES_MAX {
            Some(RefusalCode::TextTooLong)
        } else {
            (self.outbox.len() >= OUTBOX_ITEMS_MAX).then_some(RefusalCode::OutboxFull)
        }
    }

    pub(super) fn queue_text(
        &mut self,
        command: CommandId,
        to: AccountId,
        text: String,
        cx: &mut Context<'_>,
    ) {
        self.queue_message(command, Target::Peer(to), text, cx);
        self.take_up_peer(to, cx);
    }

    /// Stores a text behind the others, and shows it.
    pub(super) fn queue_message(
        &mut self,
        command: CommandId,
        target: Target,
        text: String,
        cx: &mut Context<'_>,
    ) {
        let message: MessageId = self.queue(target, OutboxBody::Text(text), cx);
        self.done(command, Outcome::Queued { message }, cx);
        if let Some(view) =
            self.outbox.values().find(|item| item.message == message).map(|item| self.queued_view(item))
        {
            cx.step.effects.extend(view.map(Event::Message).map(Box::new).map(super::Effect::Emit));
        }
    }

    /// Drafts change with every word: their outcomes are not kept for repeats, which do no harm.
    fn save_draft(&mut self, command: CommandId, account: &AccountId, text: String, cx: &mut Context<'_>) {
        if text.len() > limits::TEXT_BYTES_MAX {
            self.refuse(command, RefusalCode::TextTooLong, cx);
            return;
        }
        if text.is_empty() {
            cx.delete(DraftRecord::key(account));
        } else {
            cx.put(DraftRecord::key(account), &DraftRecord { text });
        }
        cx.emit(Event::Done { id: command, outcome: Outcome::Done });
    }

    fn mark_read(&mut self, command: CommandId, id: ConversationId, up_to: Seq, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else {
            self.refuse(command, RefusalCode::NotFound, cx);
            return;
        };
        let up_to = up_to.min(conversation.record.cursor);
        if up_to > conversation.record.read_up_to {
            conversation.record.read(up_to);
            self.save_conversation(id, cx);
            self.show_conversation(id, cx);
            if self.is_in(&id) {
                self.queue(Target::Conversation(id), OutboxBody::ReadUpTo(up_to), cx);
                self.take_up(id, cx);
            }
        }
        self.done(command, Outcome::Done, cx);
    }

    fn refresh_keys(&mut self, command: CommandId, id: ConversationId, cx: &mut Context<'_>) {
        if self.is_in(&id) {
            self.queue(Target::Conversation(id), OutboxBody::RefreshKeys, cx);
            self.done(command, Outcome::Done, cx);
            self.take_up(id, cx);
        } else {
            self.refuse(command, RefusalCode::NotFound, cx);
        }
    }

    /// Whether this account is in a conversation, as far as this device knows: what waits for another would wait for good.
    pub(super) fn is_in(&self, id: &ConversationId) -> bool {
        self.conversations.get(id).is_some_and(|known| known.record.phase != Phase::Removed)
    }

    fn mark_verified(&mut self, command: CommandId, account: AccountId, shown: &str, cx: &mut Context<'_>) {
        let Some(contact) = self.contacts.get(&account).cloned() else {
            self.refuse(command, RefusalCode::NotFound, cx);
            return;
        };
        match self.safety_number_with(&account) {
            Some(number) if number == shown => {
                self.write_contact(ContactRecord { verified_number: Some(number), ..contact }, cx);
                self.done(command, Outcome::Done, cx);
                self.take_up(self.account.self_conversation, cx);
            }
            _ => self.refuse(command, RefusalCode::SafetyNumberChanged, cx),
        }
    }

    pub(super) fn refuse(&mut self, command: CommandId, code: RefusalCode, cx: &mut Context<'_>) {
        self.done(command, Outcome::Refused(Refusal::new(code)), cx);
    }

    /// Answers a command; an outcome that changed something is remembered.
    pub(super) fn done(&mut self, id: CommandId, outcome: Outcome, cx: &mut Context<'_>) {
        if let Some(record) = CommandRecord::of(&outcome) {
            cx.put(CommandRecord::key(&id), &record);
            self.account.commands.push(id.0);
            if self.account.commands.len() > OUTCOMES_KEPT_MAX {
                let oldest = CommandId(self.account.commands.remove(0));
                cx.delete(CommandRecord::key(&oldest));
            }
            cx.put(AccountRecord::key(), &self.account);
        }
        cx.emit(Event::Done { id, outcome });
    }

    /// Asks for a conversation's group, if it is not in memory.
    pub(super) fn want_group(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&id)
            && matches!(conversation.group, super::state::GroupState::Stored)
        {
            conversation.group = super::state::GroupState::Loading;
            cx.load(Load::Conversation(id));
        }
    }
}
