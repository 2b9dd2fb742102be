//! One entry of a log: what it does to the conversation. Nothing that is refused is shown as genuine.

use client_api::{Event, Notice, NoticeCode};
use mls_wasm::policy::{Heads, Refusal, authorize, authorize_leave};
use mls_wasm::{Error as MlsError, Opened, ReceivedHandshake, peek};
use protocol::codec::OrEmpty;
use protocol::frame::{ControlKind, Entry, Payload};
use protocol::identity::LeafIdentity;
use protocol::{AccountId, Bytes, ConversationId, Epoch};
use zeroize::Zeroizing;

use super::Context;
use super::repair::Repair;
use super::state::{Blocked, Engine, GroupState};
use super::voids::commit_of;
use crate::records::{CommitRecord, Phase, RecordKey, StoreKind, StoredKind, Write};

/// Why an entry does nothing.
pub(super) enum Refused {
    /// It waits for this account's log.
    Held(AccountId),
    /// It is not to be believed.
    For(MlsError),
}

impl From<MlsError> for Refused {
    fn from(error: MlsError) -> Self {
        match error {
            MlsError::Refused(Refusal::HeadUnknown(account)) => Self::Held(account),
            error => Self::For(error),
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        MlsError::Refused(refusal).into()
    }
}

impl Engine {
    /// Processes the next entry, or gives it back if it has to wait.
    pub(super) fn process(
        &mut self,
        id: ConversationId,
        entry: Entry,
        cx: &mut Context<'_>,
    ) -> Option<Entry> {
        if self.conversations.get(&id).is_none_or(|known| known.record.phase == Phase::Removed) {
            return None;
        }
        let outcome = match &entry.payload {
            Payload::Control(control) => match &control.kind {
                ControlKind::Void(void) if self.has_to_read_since(id, void, cx) => return Some(entry),
                kind => {
                    self.control(id, kind, cx);
                    Ok(())
                }
            },
            Payload::Handshake(handshake) => self.handshake(id, &entry, handshake, cx),
            Payload::Application(sealed) => self.application(id, &entry, sealed, cx),
        };
        match outcome {
            Ok(()) => None,
            Err(Refused::Held(account)) => {
                self.hold(id, account, &entry, cx);
                Some(entry)
            }
            Err(Refused::For(error)) => {
                self.refuse_entry(id, &entry, &error, cx);
                self.check_standing(id, &entry, cx);
                self.reload_group(id, cx);
                None
            }
        }
    }

    fn control(&mut self, id: ConversationId, kind: &ControlKind, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        match kind {
            ControlKind::Created(created) if conversation.heads.list().is_empty() => {
                self.keep_heads(id, Heads::from_list([created.head]), cx);
                self.note_epoch(id);
            }
            ControlKind::Void(void) => self.void(id, void, cx),
            ControlKind::Created(_) | ControlKind::Successor(_) => {}
        }
    }

    fn handshake(
        &mut self,
        id: ConversationId,
        entry: &Entry,
        handshake: &Bytes,
        cx: &mut Context<'_>,
    ) -> Result<(), Refused> {
        if self.is_own_rejoin(id, entry, handshake) {
            return Ok(self.rejoined(id, entry, cx)?);
        }
        self.save_talk(id, cx);
        let secret = cx.secret();
        let conversation =
            self.conversations.get_mut(&id).expect("an entry is processed in its conversation");
        conversation.unsettle();
        let Some(group) = conversation.group() else { return Err(MlsError::NotAMember.into()) };
        let (policy, roster) = (group.policy()?, group.roster()?);
        let heads = conversation.heads.clone();
        let group = conversation.group().expect("the group was here just now");
        match group.receive(handshake, &secret)? {
            ReceivedHandshake::OwnEcho { facts } => {
                let after = authorize(&policy, &roster, &heads, &facts, &self.logs)?;
                self.merge_own(id, commit_of(&facts, &roster, entry, &heads), after, cx)?;
                self.invite_anew(id, &roster, None, cx);
                Ok(())
            }
            ReceivedHandshake::Commit(staged) => {
                let after = authorize(&policy, &roster, &heads, staged.facts(), &self.logs)?;
                let (before, commit) = (group.snapshot(), commit_of(staged.facts(), &roster, entry, &heads));
                group.merge(*staged, &cx.secret())?;
                let came_back = commit.is_external && commit.is_by(&self.device.public().device_id());
                let by = commit.committer.map(|(account, _)| account);
                self.last_commit_stands(id, &roster, cx);
                let replaced = self.drop_pending(id, cx);
                self.merged(id, after, came_back, cx);
                self.keep_before(id, Some(before), commit, cx);
                if let Some(conversation) = self.conversations.get_mut(&id) {
                    conversation.kept.replaced = replaced;
                }
                self.invite_anew(id, &roster, by, cx);
                Ok(())
            }
            ReceivedHandshake::Leave(leave) => {
                let leaver = roster.leaf(leave.leaf()).ok_or(Refusal::ProposalForbidden)?;
                authorize_leave(leaver, leave.context(), &self.logs)?;
                group.keep_leave(*leave)?;
                self.save_group(id, cx);
                Ok(())
            }
        }
    }

    /// The own commit's echo: merged now, the state before it kept until another member has acknowledged.
    fn merge_own(
        &mut self,
        id: ConversationId,
        commit: CommitRecord,
        heads: Heads,
        cx: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let secret = cx.secret();
        let conversation =
            self.conversations.get_mut(&id).expect("an entry is processed in its conversation");
        let group = conversation.group().expect("a handshake is processed with its group");
        let before = group.before_own()?;
        group.merge_own(&secret)?;
        let epoch = group.epoch();
        let is_new = std::mem::replace(&mut conversation.record.phase, Phase::Joined) == Phase::Creating;
        conversation.due_at = None;
        conversation.is_renewal_due = false;
        let is_shared = conversation.record.kind != StoredKind::SelfGroup;
        let intent = conversation.pending.take().and_then(|pending| pending.intent);
        conversation.send_from_epoch = conversation.send_from_epoch.max(epoch);
        if is_shared {
            self.store_before(id, before, commit, cx);
        }
        self.keep_heads(id, heads, cx);
        self.save_pending(id, cx);
        self.save_group(id, cx);
        self.note_epoch(id);
        if let Some(intent) = intent {
            self.intent_done(intent, cx);
        }
        if is_new {
            self.tell_those_to_be_added(id, cx);
        }
        self.show_conversation(id, cx);
        Ok(())
    }

    fn merged(&mut self, id: ConversationId, heads: Heads, came_back: bool, cx: &mut Context<'_>) {
        let conversation =
            self.conversations.get_mut(&id).expect("an entry is processed in its conversation");
        conversation.claimed.clear();
        conversation.due_at = None;
        conversation.is_renewal_due = false;
        conversation.repair = Repair::Due;
        let is_active = conversation.group().is_none_or(|group| group.is_active());
        self.keep_heads(id, heads, cx);
        self.save_group(id, cx);
        self.note_epoch(id);
        self.forget_commit(id, cx);
        if !is_active {
            if let Some(conversation) = self.conversations.get_mut(&id) {
                // Another copy of this device's state has taken its place: so will this one.
                conversation.record.phase = if came_back { Phase::Rejoining } else { Phase::Removed };
                conversation.group = GroupState::Absent;
            }
            for kind in [StoreKind::Group, StoreKind::Pending] {
                cx.step.writes.push(Write::delete_all(RecordKey::new(kind, id.as_bytes(), b"")));
            }
            if !came_back {
                self.set_outlived(id, false, cx);
                self.notice_at(NoticeCode::Removed, id, None, None, cx);
                self.give_up_items(id, cx);
            }
        }
    }

    /// Remembers the digest of the members' heads in the epoch that begins, and forgets the one before the last.
    pub(super) fn note_epoch(&mut self, id: ConversationId) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let heads = conversation.heads.clone();
        let Some(group) = conversation.group() else { return };
        let Ok(roster) = group.roster() else { return };
        let epoch = group.epoch();
        let digests = &mut conversation.record.digests;
        digests.retain(|(known, _)| Epoch(*known).next() == epoch);
        digests.push((epoch.0, heads.digest(&roster)));
    }

    fn application(
        &mut self,
        id: ConversationId,
        entry: &Entry,
        sealed: &Bytes,
        cx: &mut Context<'_>,
    ) -> Result<(), Refused> {
        if let Some(position) = self.envelopes.get(&entry.envelope).copied()
            && self.is_same_submission(id, position, sealed)
        {
            self.echoed(id, entry, position, cx);
            return Ok(());
        }
        let secret = cx.secret();
        let conversation =
            self.conversations.get_mut(&id).expect("an entry is processed in its conversation");
        let Some(group) = conversation.group() else { return Err(MlsError::NotAMember.into()) };
        let opened = group.open(sealed, &secret)?;
        self.talks.insert(id);
        match opened {
            Opened::Message { sender, epoch, content } => {
                let content = Zeroizing::new(content);
                self.content(id, entry, sender, epoch, &content, cx);
            }
            // What was sent before this device lost its outbox: it cannot be opened again.
            Opened::Own => {
                self.notice_at(NoticeCode::EntryRefused, id, Some(entry.seq), Some("own_unknown"), cx)
            }
        }
        Ok(())
    }

    fn hold(&mut self, id: ConversationId, account: AccountId, entry: &Entry, cx: &mut Context<'_>) {
        let length = self.known_length(&account);
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.blocked = Some(Blocked { account, length, arrivals: 0 });
        }
        // Whoever is new in a room is looked up, as anyone is: that is nothing to tell.
        if length > 0 {
            cx.emit(Event::Notice(Notice {
                conversation: Some(id),
                account: Some(account),
                seq: Some(entry.seq),
                ..Notice::new(NoticeCode::EntryHeld)
            }));
        }
        self.fetch_identity(client_api::Recipient::Account(account), cx);
    }

    /// Says that an entry was refused, and whose it was as far as that is proven.
    fn refuse_entry(&mut self, id: ConversationId, entry: &Entry, error: &MlsError, cx: &mut Context<'_>) {
        let sender = self.committer_of(id, entry).or_else(|| self.owner_of(entry.sender));
        cx.emit(Event::Notice(Notice {
            conversation: Some(id),
            account: sender.map(|sender| sender.account),
            device: sender.map(|sender| sender.device),
            seq: Some(entry.seq),
            detail: Some(error.code().to_owned()),
            ..Notice::new(NoticeCode::EntryRefused)
        }));
    }

    pub(super) fn committer_of(&mut self, id: ConversationId, entry: &Entry) -> Option<LeafIdentity> {
        let Payload::Handshake(handshake) = &entry.payload else { return None };
        let peek::Sender::Member(leaf) = peek::public_message(handshake).ok()?.sender else { return None };
        let roster = self.conversations.get_mut(&id)?.group()?.roster().ok()?;
        roster.leaf(leaf).map(|leaf| leaf.identity)
    }

    /// Whose device the relay says it was.
    pub(super) fn owner_of(&self, device: OrEmpty<protocol::DeviceId>) -> Option<LeafIdentity> {
        let device = device.0?;
        let log = self.logs.0.values().find(|log| log.view().device(&device).is_some())?;
        Some(LeafIdentity { account: log.account(), device })
    }
}
