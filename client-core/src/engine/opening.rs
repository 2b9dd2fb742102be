//! Opening a conversation of two: claim KeyPackages, make the group, submit it with its first commit.
//!
//! There is one conversation for two accounts. Whoever comes second is told which it is, drops its group and waits for
//! its Welcome; what was to be said stays in the outbox, which is by account.

use client_api::{Event, Notice, NoticeCode, Recipient};
use mls_wasm::policy::Policy;
use mls_wasm::{CommitRequest, Group, Leaf, check_key_package};
use protocol::codec::OrEmpty;
use protocol::content::HandshakeContext;
use protocol::frame::{
    ClaimedKeyPackage, ConversationCreate, Failure, KeyPackagesClaim, Request, SubmitHandshake, Welcome,
};
use protocol::identity::LeafIdentity;
use protocol::{AccountId, Bytes, ConversationId, EnvelopeId, ErrorCode};

use super::Context;
use super::state::{Asked, Conversation, Engine, GroupState, SUITE};
use super::withheld::wait_of;
use crate::records::{
    ContactRecord, ConversationRecord, PendingRecord, Phase, RecordKey, StoreKind, StoredKind, Write,
};

/// The wait after an opening that failed.
const OPENING_RETRY_MS: u64 = 10_000;

impl Engine {
    /// Begins to open the conversation with an account, or goes on with it.
    pub(super) fn open_conversation(&mut self, peer: AccountId, cx: &mut Context<'_>) {
        if !self.is_ready() || self.catching_up.inbox || self.catching_up.own_log || !self.joinings.is_empty()
        {
            return;
        }
        if !self.logs.0.contains_key(&peer) {
            self.fetch_identity(Recipient::Account(peer), cx);
            return;
        }
        match self.openings.get(&peer) {
            Some(opening) if opening.retry_at.is_none_or(|retry_at| retry_at > cx.now) => return,
            _ => {}
        }
        self.openings.insert(peer, super::state::Opening::default());
        let own = self.account.account;
        let other_devices = self.other_own_devices();
        if other_devices.is_empty() {
            self.claimed_for_opening(peer, own, vec![], cx);
        } else {
            self.claim(own, other_devices, Asked::ClaimForOpening { peer, of: own }, cx);
        }
        self.claim(peer, vec![], Asked::ClaimForOpening { peer, of: peer }, cx);
    }

    fn other_own_devices(&self) -> Vec<protocol::DeviceId> {
        let own = self.device.public().device_id();
        self.own_log()
            .view()
            .active_devices()
            .map(|(device, _)| *device)
            .filter(|device| *device != own)
            .collect()
    }

    pub(super) fn claim(
        &mut self,
        account: AccountId,
        devices: Vec<protocol::DeviceId>,
        asked: Asked,
        cx: &mut Context<'_>,
    ) {
        self.ask(Request::KeyPackagesClaim(KeyPackagesClaim { account, suite: SUITE, devices }), asked, cx);
    }

    pub(super) fn claimed_for_opening(
        &mut self,
        peer: AccountId,
        of: AccountId,
        packages: Vec<ClaimedKeyPackage>,
        cx: &mut Context<'_>,
    ) {
        let packages = self.genuine(of, packages, cx);
        let Some(opening) = self.openings.get_mut(&peer) else { return };
        if of == peer {
            opening.peer = Some(packages);
        } else {
            opening.own = Some(packages);
        }
        let (Some(own), Some(theirs)) = (&opening.own, &opening.peer) else { return };
        if theirs.is_empty() {
            self.put_off_opening(peer, cx);
            return;
        }
        let add = own.iter().chain(theirs).map(|claimed| claimed.package.to_vec()).collect();
        self.submit_creation(peer, add, cx);
    }

    /// The KeyPackages that are what they claim: of a device its account lists, signed by that device.
    pub(super) fn genuine(
        &mut self,
        account: AccountId,
        packages: Vec<ClaimedKeyPackage>,
        cx: &mut Context<'_>,
    ) -> Vec<ClaimedKeyPackage> {
        let mut genuine = Vec::new();
        for claimed in packages {
            let key = self.logs.0.get(&account).and_then(|log| log.view().device(&claimed.device));
            let leaf =
                key.map(|key| Leaf { identity: LeafIdentity { account, device: claimed.device }, key });
            let is_genuine =
                leaf.is_some_and(|leaf| check_key_package(&claimed.package, SUITE, &leaf).is_ok());
            if is_genuine {
                genuine.push(claimed);
            } else {
                let notice = Notice {
                    account: Some(account),
                    device: Some(claimed.device),
                    ..Notice::new(NoticeCode::KeyPackageRefused)
                };
                cx.emit(Event::Notice(notice));
            }
        }
        genuine
    }

    fn submit_creation(&mut self, peer: AccountId, add: Vec<Vec<u8>>, cx: &mut Context<'_>) {
        let id = ConversationId::from_bytes(cx.ordered_id());
        match self.make_creation(id, peer, add, cx) {
            Ok((group, create)) => {
                let record = ConversationRecord::new(id, StoredKind::Dm { peer }, Phase::Creating, SUITE);
                let mut conversation = Conversation::new(record, GroupState::Here(Box::new(group)));
                let envelope = create.first_commit.as_ref().map_or(create.envelope, |commit| commit.envelope);
                conversation.pending =
                    Some(PendingRecord::new(envelope, Request::ConversationCreate(create)));
                self.conversations.insert(id, conversation);
                self.save_pending(id, cx);
                self.save_conversation(id, cx);
                self.point_contact(peer, id, cx);
                self.submit_pending(id, cx);
            }
            Err(error) => {
                self.notice_at(NoticeCode::SendFailed, id, None, Some(error.code()), cx);
                self.put_off_opening(peer, cx);
            }
        }
    }

    fn make_creation(
        &self,
        id: ConversationId,
        peer: AccountId,
        add: Vec<Vec<u8>>,
        cx: &mut Context<'_>,
    ) -> Result<(Group, ConversationCreate), mls_wasm::Error> {
        let own = self.account.account;
        let policy = Policy::dm(own, peer, SUITE);
        let mut group = Group::create(&id, SUITE, &policy, &self.own_leaf(), &self.device, &cx.secret())?;
        let info = group.group_info(&self.device, &cx.secret())?;
        let tree = group.tree();
        let heads = self.heads_of(&[own, peer].into()).map_err(mls_wasm::policy::Refusal::HeadUnknown)?;
        let request = CommitRequest { add, ..CommitRequest::default() };
        let commit = group.commit(&request, HandshakeContext::new(heads), &self.device, &cx.secret())?;
        let first_commit = submission(id, EnvelopeId::from_bytes(cx.ordered_id()), commit);
        let create = ConversationCreate {
            conversation: id,
            envelope: EnvelopeId::from_bytes(cx.ordered_id()),
            group_info: Bytes::from(info),
            tree: Bytes::from(tree),
            head: self.own_log().account_head(),
            first_commit: Some(first_commit),
        };
        Ok((group, create))
    }

    /// The relay has created it: follow its log. The own commit's echo opens it.
    pub(super) fn created(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if let StoredKind::Dm { peer } = conversation.record.kind {
            self.openings.remove(&peer);
        } else {
            conversation.record.phase = Phase::Joined;
            conversation.pending = None;
            self.save_pending(id, cx);
        }
        self.save_conversation(id, cx);
        self.subscribe(&[id], cx);
    }

    pub(super) fn creation_refused(&mut self, id: ConversationId, failure: &Failure, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        conversation.submitted = None;
        if failure.code.is_transient() {
            let wait = wait_of(failure, OPENING_RETRY_MS);
            conversation.send_after = cx.now.plus_millis(wait);
            self.alarms.insert(cx.now.plus_millis(wait));
            return;
        }
        let StoredKind::Dm { peer } = conversation.record.kind else {
            self.notice_at(NoticeCode::SendFailed, id, None, Some(failure.code.as_str()), cx);
            return;
        };
        self.drop_conversation(id, cx);
        self.openings.remove(&peer);
        match failure.conversation.0 {
            Some(existing) if failure.code == ErrorCode::ConversationExists => {
                self.await_welcome(existing, peer, cx);
            }
            _ => {
                self.unpoint_contact(peer, cx);
                self.notice_at(NoticeCode::SendFailed, id, None, Some(&failure.message), cx);
                self.put_off_opening(peer, cx);
                self.fetch_identity(Recipient::Account(peer), cx);
            }
        }
    }

    /// The other side's conversation is the one: its Welcome is on the way, or here already.
    fn await_welcome(&mut self, id: ConversationId, peer: AccountId, cx: &mut Context<'_>) {
        let kind = StoredKind::Dm { peer };
        let conversation = self.conversations.entry(id).or_insert_with(|| {
            let record = ConversationRecord::new(id, kind, Phase::AwaitingWelcome, SUITE);
            Conversation::new(record, GroupState::Absent)
        });
        if conversation.record.kind != kind {
            self.notice_at(NoticeCode::RelayMisbehaved, id, None, Some("another_conversation"), cx);
            self.unpoint_contact(peer, cx);
            self.put_off_opening(peer, cx);
            return;
        }
        self.save_conversation(id, cx);
        self.point_contact(peer, id, cx);
        self.take_up(id, cx);
    }

    pub(super) fn opening_failed(&mut self, peer: AccountId, failure: &Failure, cx: &mut Context<'_>) {
        let wait = wait_of(failure, OPENING_RETRY_MS);
        self.put_off_opening_by(peer, wait, cx);
    }

    fn put_off_opening(&mut self, peer: AccountId, cx: &mut Context<'_>) {
        self.put_off_opening_by(peer, OPENING_RETRY_MS, cx);
    }

    fn put_off_opening_by(&mut self, peer: AccountId, wait_ms: u64, cx: &mut Context<'_>) {
        let retry_at = cx.now.plus_millis(wait_ms);
        self.openings.insert(peer, super::state::Opening { retry_at: Some(retry_at), ..Default::default() });
        self.alarms.insert(retry_at);
    }

    /// Makes a conversation the one with a contact.
    pub(super) fn point_contact(&mut self, peer: AccountId, id: ConversationId, cx: &mut Context<'_>) {
        let contact = self.contacts.get(&peer).cloned().unwrap_or_else(|| self.new_contact(peer));
        if contact.conversation != Some(id) {
            self.keep_contact(ContactRecord { conversation: Some(id), ..contact }, cx);
        }
    }

    fn unpoint_contact(&mut self, peer: AccountId, cx: &mut Context<'_>) {
        if let Some(contact) = self.contacts.get(&peer).cloned() {
            self.keep_contact(ContactRecord { conversation: None, ..contact }, cx);
        }
    }

    /// Forgets a conversation that the relay never took.
    fn drop_conversation(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        self.conversations.remove(&id);
        cx.delete(ConversationRecord::key(&id));
        cx.delete(PendingRecord::key(&id));
        for kind in [StoreKind::Group, StoreKind::Heads] {
            cx.step.writes.push(Write::delete_all(RecordKey::new(kind, id.as_bytes(), b"")));
        }
    }
}

/// A commit as it is submitted.
pub(super) fn submission(
    conversation: ConversationId,
    envelope: EnvelopeId,
    commit: mls_wasm::CreatedCommit,
) -> SubmitHandshake {
    let welcome = |joiner: mls_wasm::JoinerWelcome| Welcome {
        device: joiner.joiner.device,
        welcome: Bytes::from(joiner.welcome),
    };
    SubmitHandshake {
        conversation,
        envelope,
        handshake: Bytes::from(commit.commit),
        group_info: OrEmpty(Some(Bytes::from(commit.group_info))),
        welcomes: commit.welcomes.into_iter().map(welcome).collect(),
    }
}
