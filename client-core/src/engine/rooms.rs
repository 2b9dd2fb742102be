//! Rooms: groups of many accounts. Who is to come or to go is an intent in the outbox, carried out by a commit and done
//! once the group shows it and the commit can no longer be taken back.

use std::collections::BTreeSet;

use client_api::{CommandId, NoticeCode, Outcome, Recipient, RefusalCode};
use mls_wasm::Roster;
use mls_wasm::policy::{Kind, Policy};
use protocol::{AccountId, ConversationId, MessageId};

use super::state::{Conversation, Engine, Then, Waiting};
use super::{Context, suites};
use crate::records::{OutboxBody, StoredKind, Target};

/// Who is to be in a room, by what waits in the outbox.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    pub(super) invited: BTreeSet<AccountId>,
    pub(super) dismissed: BTreeSet<AccountId>,
}

impl Wishes {
    pub(super) fn is_empty(&self) -> bool {
        self.invited.is_empty() && self.dismissed.is_empty()
    }
}

impl Engine {
    /// A room of this account, alone in it as yet.
    pub(super) fn open_room(&mut self, command: CommandId, cx: &mut Context<'_>) {
        let room = ConversationId::from_bytes(cx.ordered_id());
        let policy = Policy::room(self.account.account, suites::ROOM);
        self.open_alone(room, StoredKind::Room, &policy, suites::ROOM, cx);
        self.done(command, Outcome::RoomOpened { room }, cx);
        self.show_conversation(room, cx);
        self.take_up(room, cx);
    }

    pub(super) fn look_up_invited(
        &mut self,
        command: CommandId,
        room: ConversationId,
        who: Recipient,
        cx: &mut Context<'_>,
    ) {
        if self.is_in_room(&room) {
            self.look_up(command, who, Then::Invite { room }, cx);
        } else {
            self.refuse(command, RefusalCode::NotFound, cx);
        }
    }

    pub(super) fn invite(
        &mut self,
        command: CommandId,
        room: ConversationId,
        account: AccountId,
        cx: &mut Context<'_>,
    ) {
        self.wish(command, room, OutboxBody::Invite(account), cx);
    }

    pub(super) fn dismiss(
        &mut self,
        command: CommandId,
        room: ConversationId,
        account: AccountId,
        cx: &mut Context<'_>,
    ) {
        self.forget_looking_up(room, account, cx);
        self.wish(command, room, OutboxBody::Dismiss(account), cx);
    }

    /// Whoever is still looked up to be invited is not to come any more.
    fn forget_looking_up(&mut self, room: ConversationId, account: AccountId, cx: &mut Context<'_>) {
        let is_meant = |waiting: &mut Waiting| {
            waiting.then == Then::Invite { room } && waiting.who == Recipient::Account(account)
        };
        let meant: Vec<Waiting> = self.waiting.extract_if(.., is_meant).collect();
        meant.into_iter().for_each(|waiting| self.done(waiting.command, Outcome::Done, cx));
    }

    /// What was wished before for the same account counts no longer.
    fn wish(&mut self, command: CommandId, room: ConversationId, body: OutboxBody, cx: &mut Context<'_>) {
        if !self.is_in_room(&room) {
            self.refuse(command, RefusalCode::NotFound, cx);
            return;
        }
        let account = account_of(&body);
        let earlier = self.wished(room).filter(|(_, earlier)| account_of(earlier) == account);
        let earlier: Vec<MessageId> = earlier.map(|(message, _)| message).collect();
        earlier.into_iter().for_each(|message| self.intent_done(message, cx));
        self.queue(Target::Conversation(room), body, cx);
        self.done(command, Outcome::Done, cx);
        self.take_up(room, cx);
    }

    pub(super) fn say_in_room(
        &mut self,
        command: CommandId,
        room: ConversationId,
        text: String,
        cx: &mut Context<'_>,
    ) {
        if !self.is_in_room(&room) {
            self.refuse(command, RefusalCode::NotFound, cx);
        } else if let Some(refusal) = self.refusal_of(&text) {
            self.refuse(command, refusal, cx);
        } else {
            self.queue_message(command, Target::Conversation(room), text, cx);
            self.take_up(room, cx);
        }
    }

    fn is_in_room(&self, id: &ConversationId) -> bool {
        let is_room = |known: &Conversation| known.record.kind == StoredKind::Room;
        self.is_in(id) && self.conversations.get(id).is_some_and(is_room)
    }

    /// What is still wished of a room. What the group shows is done; what its policy forbids is told and forgotten.
    pub(super) fn wishes_of(&mut self, id: ConversationId, cx: &mut Context<'_>) -> Wishes {
        let mut wishes = Wishes::default();
        if self.wished(id).next().is_none() {
            return wishes;
        }
        let own = self.account.account;
        let Some(conversation) = self.conversations.get_mut(&id) else { return wishes };
        // What a commit under way comes to is not known yet.
        let is_final = conversation.record.unacknowledged_merge.is_none()
            && conversation.pending.is_none()
            && conversation.is_in_step();
        let Some(group) = conversation.group() else { return wishes };
        let (Ok(policy), Ok(roster)) = (group.policy(), group.roster()) else { return wishes };
        let (mut done, mut forbidden) = (Vec::new(), Vec::new());
        for (message, body) in self.wished(id) {
            match *body {
                OutboxBody::Invite(account) if !roster.has_account(&account) => {
                    wishes.invited.insert(account);
                    if policy.role(&own).is_none() {
                        forbidden.push((message, account));
                    }
                }
                OutboxBody::Dismiss(account) if roster.has_account(&account) => {
                    wishes.dismissed.insert(account);
                    if policy.role(&own) <= policy.role(&account) {
                        forbidden.push((message, account));
                    }
                }
                _ if is_final => done.push(message),
                _ => {}
            }
        }
        done.into_iter().for_each(|message| self.intent_done(message, cx));
        for (message, account) in forbidden {
            wishes.invited.remove(&account);
            wishes.dismissed.remove(&account);
            self.intent_done(message, cx);
            self.notice_at(NoticeCode::SendFailed, id, None, Some("policy_forbidden"), cx);
        }
        wishes
    }

    /// The own commit that was merged last stands. What was wished and is so by it is done: what others do to that afterwards, they
    /// have wished later.
    pub(super) fn carried_out(&mut self, id: ConversationId, roster: &Roster, cx: &mut Context<'_>) {
        let is_so = |body: &OutboxBody| match body {
            OutboxBody::Invite(account) => roster.has_account(account),
            OutboxBody::Dismiss(account) => !roster.has_account(account),
            _ => false,
        };
        let done: Vec<MessageId> =
            self.wished(id).filter(|(_, body)| is_so(body)).map(|(message, _)| message).collect();
        done.into_iter().for_each(|message| self.intent_done(message, cx));
    }

    fn wished(&self, id: ConversationId) -> impl Iterator<Item = (MessageId, &OutboxBody)> {
        self.outbox
            .values()
            .filter(move |item| item.target == Target::Conversation(id) && account_of(&item.body).is_some())
            .map(|item| (item.message, &item.body))
    }

    /// An account whose last device went because it was revoked is still one of the room's: whoever may invite it does. Somebody who
    /// may dismiss may have meant the account, and alone knows whether that was so.
    pub(super) fn invite_anew(
        &mut self,
        id: ConversationId,
        before: &Roster,
        by: Option<AccountId>,
        cx: &mut Context<'_>,
    ) {
        let Some(group) = self.conversations.get_mut(&id).and_then(|conversation| conversation.group())
        else {
            return;
        };
        let (Ok(policy), Ok(roster)) = (group.policy(), group.roster()) else { return };
        if policy.role(&self.account.account).is_none()
            || !matches!(policy.kind, Kind::Room { .. })
            || by.is_some_and(|by| policy.role(&by).is_some())
        {
            return;
        }
        let gone: Vec<AccountId> = before
            .accounts()
            .into_iter()
            .filter(|account| !roster.has_account(account) && self.has_lost_all(account, before))
            .collect();
        for account in gone {
            if !self.wished(id).any(|(_, body)| account_of(body) == Some(account)) {
                self.queue(Target::Conversation(id), OutboxBody::Invite(account), cx);
            }
        }
    }

    /// Whether none of an account's devices in a roster is listed any longer.
    fn has_lost_all(&self, account: &AccountId, roster: &Roster) -> bool {
        let Some(log) = self.logs.0.get(account) else { return false };
        roster
            .leaves()
            .filter(|(_, leaf)| leaf.identity.account == *account)
            .all(|(_, leaf)| log.view().device(&leaf.identity.device).is_none())
    }

    /// This device was taken out: what waited to be said there never will be, and whoever waited to say it is told.
    pub(super) fn give_up_items(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let items = self.outbox.values().filter(|item| item.target == Target::Conversation(id));
        let items: Vec<_> =
            items.map(|item| (item.position, item.message, item.body.text().is_some())).collect();
        for (position, message, is_text) in items {
            if is_text {
                self.fail_message(id, position, "removed", cx);
            } else {
                self.intent_done(message, cx);
            }
        }
    }
}

/// Whose coming or going an intent is about.
const fn account_of(body: &OutboxBody) -> Option<AccountId> {
    match body {
        OutboxBody::Invite(account) | OutboxBody::Dismiss(account) => Some(*account),
        _ => None,
    }
}
