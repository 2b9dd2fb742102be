//! This account: making it, its identity log's own entries, and its KeyPackages.

use client_api::{CommandId, Outcome, Recipient, Refusal, RefusalCode};
use mls_wasm::Group;
use mls_wasm::policy::Policy;
use protocol::codec::OrEmpty;
use protocol::frame::{ConversationCreate, Failure, IdentityAppend, Request};
use protocol::identity::{EntryKind, IdentityLog, SignedEntry};
use protocol::keys::RootKey;
use protocol::{Bytes, ConversationId, EnvelopeId, Suite};

use super::Context;
use super::state::{Asked, Conversation, Engine, GroupState};
use super::suites::OWN_GROUP;
use crate::phrase::Phrase;
use crate::records::{
    AccountRecord, ConversationRecord, IdentityRecord, OutboxRecord, PendingRecord, Phase, PinRecord,
    StoredKind, Target,
};

impl Engine {
    /// Makes an account with this device as its first, and its self conversation. Nothing is sent yet.
    pub(crate) fn open_account(root: &RootKey, cx: &mut Context<'_>) -> Self {
        let device_secret = cx.entropy.draw::<32>();
        let self_conversation = ConversationId::from_bytes(cx.ordered_id());
        let account = AccountRecord::new(root.public().account_id(), device_secret, self_conversation);
        let mut engine = Self::new(account, 0);
        let log = IdentityLog::open(root, &engine.device);
        engine.keep_log(log, cx);
        engine.open_self_conversation(cx);
        cx.put(AccountRecord::key(), &engine.account);
        engine
    }

    pub(super) fn open_self_conversation(&mut self, cx: &mut Context<'_>) {
        let policy = Policy::self_group(self.account.account, OWN_GROUP);
        self.open_alone(self.account.self_conversation, StoredKind::SelfGroup, &policy, OWN_GROUP, cx);
    }

    /// Makes a conversation with this device alone in it.
    pub(super) fn open_alone(
        &mut self,
        id: ConversationId,
        kind: StoredKind,
        policy: &Policy,
        suite: Suite,
        cx: &mut Context<'_>,
    ) {
        let secret = cx.secret();
        let group = Group::create(&id, suite, policy, &self.own_leaf(), &self.device, &secret)
            .expect("a group of one is always possible");
        let info = group.group_info(&self.device, &cx.secret()).expect("the own group has a GroupInfo");
        let request = ConversationCreate {
            conversation: id,
            envelope: EnvelopeId::from_bytes(cx.ordered_id()),
            group_info: Bytes::from(info),
            tree: Bytes::from(group.tree()),
            head: self.own_log().account_head(),
            first_commit: None,
        };
        let envelope = request.envelope;
        let record = ConversationRecord::new(id, kind, Phase::Creating, suite);
        let mut conversation = Conversation::new(record, GroupState::Here(Box::new(group)));
        conversation.pending = Some(PendingRecord::new(envelope, Request::ConversationCreate(request)));
        self.conversations.insert(id, conversation);
        self.save_pending(id, cx);
        self.save_conversation(id, cx);
    }

    /// Whether a conversation is the account's own, and nobody is left who could invite this device to it.
    pub(super) fn is_left_alone(&self, id: ConversationId) -> bool {
        id == self.account.self_conversation
            && !self.catching_up.inbox
            && !self.catching_up.own_log
            && !self.joinings.contains_key(&id)
            && self.other_own_devices().is_empty()
    }

    /// The device that listed this one is gone, and has not invited it: another self conversation is made, and what waited
    /// for the one before goes there.
    pub(super) fn begin_alone(&mut self, cx: &mut Context<'_>) {
        let before = self.account.self_conversation;
        self.drop_conversation(before, cx);
        let id = ConversationId::from_bytes(cx.ordered_id());
        self.account.self_conversation = id;
        cx.put(AccountRecord::key(), &self.account);
        for item in self.outbox.values_mut().filter(|item| item.target == Target::Conversation(before)) {
            item.target = Target::Conversation(id);
            cx.put(OutboxRecord::key(item.position), item);
        }
        self.open_self_conversation(cx);
        self.submit_pending(id, cx);
    }

    /// Keeps a log that was verified, and pins its head.
    pub(super) fn keep_log(&mut self, log: IdentityLog, cx: &mut Context<'_>) {
        let account = log.account();
        let known = self.logs.0.get(&account).map_or(0, |known| known.head().length);
        for (position, entry) in (known..).zip(log.entries_from(known)) {
            cx.put(IdentityRecord::key(&account, position), &IdentityRecord::of(entry));
        }
        cx.put(PinRecord::key(&account), &PinRecord::of(account, log.head()));
        self.conversations.values_mut().for_each(Conversation::unsettle);
        self.logs.0.insert(account, log);
    }

    /// Signs an entry of the own log with this device's key and asks the relay to append it.
    pub(super) fn append_identity(&mut self, command: CommandId, kind: EntryKind, cx: &mut Context<'_>) {
        if self.is_connecting() {
            self.waiting_entries.push((command, kind));
            return;
        }
        if !self.is_ready() {
            self.refuse(command, RefusalCode::Offline, cx);
            return;
        }
        let entry = self.own_log().sign_by_device(&self.device, kind);
        self.submit_identity(command, entry, None, cx);
    }

    /// Asks the relay to append an entry to the own log.
    pub(super) fn submit_identity(
        &mut self,
        command: CommandId,
        entry: SignedEntry,
        new_phrase: Option<Phrase>,
        cx: &mut Context<'_>,
    ) {
        let mut log = self.own_log().clone();
        let from_length = log.head().length;
        if log.append(entry.clone()).is_err() {
            self.refuse(command, RefusalCode::Invalid, cx);
            self.device_not_listed(command, cx);
            return;
        }
        let entries = vec![entry.clone()];
        let append = IdentityAppend { account: self.account.account, from_length, entries };
        let asked = Asked::AppendIdentity { command, entry, new_phrase };
        self.ask(Request::IdentityAppend(append), asked, cx);
    }

    /// In session: entries that waited for it are signed, on the log as it stands now.
    pub(super) fn append_waiting(&mut self, cx: &mut Context<'_>) {
        for (command, kind) in std::mem::take(&mut self.waiting_entries) {
            self.append_identity(command, kind, cx);
        }
    }

    /// The relay has it: it is part of the own log now.
    pub(super) fn identity_appended(
        &mut self,
        command: CommandId,
        entry: SignedEntry,
        new_phrase: Option<Phrase>,
        cx: &mut Context<'_>,
    ) {
        let mut log = self.own_log().clone();
        if log.append(entry).is_ok() {
            self.account.registered_length = log.head().length;
            self.keep_log(log, cx);
            cx.put(AccountRecord::key(), &self.account);
            self.check_verified(self.account.account, cx);
        }
        match new_phrase {
            Some(phrase) => self.phrase_replaced(command, phrase, cx),
            None => self.done(command, Outcome::Done, cx),
        }
        self.device_listed(command, cx);
        self.take_up_outbox(cx);
    }

    /// Whether the own log is here as the relay has it, and no entry of this device's on its way there.
    pub(super) fn is_own_log_known(&self) -> bool {
        let is_append = |asked: &Asked| matches!(asked, Asked::AppendIdentity { .. });
        !self.catching_up.own_log && self.waiting_entries.is_empty() && !self.requests.values().any(is_append)
    }

    /// The connection is gone: whether the relay has appended is not known, and is found out on the next one.
    pub(super) fn refuse_appends(&mut self, cx: &mut Context<'_>) {
        let waiting = std::mem::take(&mut self.waiting_entries);
        let asked = self.requests.values().filter_map(|asked| match asked {
            Asked::AppendIdentity { command, .. } => Some(*command),
            _ => None,
        });
        let commands: Vec<CommandId> = waiting.into_iter().map(|(command, _)| command).chain(asked).collect();
        for command in commands {
            self.refuse(command, RefusalCode::Offline, cx);
        }
    }

    /// The relay says that it has not appended an entry. Whether it has, its log says.
    pub(super) fn identity_refused(&mut self, command: CommandId, failure: &Failure, cx: &mut Context<'_>) {
        self.done(command, Outcome::Refused(Refusal::by_relay(failure.code)), cx);
        self.device_not_listed(command, cx);
        self.catching_up.own_log = true;
        self.fetch_identity(Recipient::Account(self.account.account), cx);
    }

    pub(super) fn save_pending(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        match self.conversations.get(&id).and_then(|conversation| conversation.pending.as_ref()) {
            Some(pending) => cx.put(PendingRecord::key(&id), pending),
            None => cx.delete(PendingRecord::key(&id)),
        }
    }
}

impl PendingRecord {
    pub(crate) fn new(envelope: EnvelopeId, body: Request) -> Self {
        let frame = protocol::frame::ClientFrame { request_id: 0, body };
        Self { envelope, request: frame.encode().to_vec(), intent: None }
    }

    pub(crate) fn body(&self) -> Option<Request> {
        let frame = protocol::frame::ClientFrame::decode(Bytes::copy_from_slice(&self.request)).ok()?;
        Some(frame.body)
    }
}

/// No alias: what the protocol writes as the empty text.
pub(super) fn handle_entry(handle: protocol::Handle) -> EntryKind {
    EntryKind::SetHandle(protocol::identity::SetHandle { handle: OrEmpty(Some(handle)) })
}
