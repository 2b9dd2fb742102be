//! Opening a conversation of two: claim KeyPackages, make the group, submit it with its first commit.
//!
//! There is one conversation for two accounts. Whoever comes second is told which it is, drops its group and waits for
//! its Welcome; what was to be said stays in the outbox, which is by account.

use std::collections::BTreeSet;

use client_api::{Event, Notice, NoticeCode, Recipient};
use mls_wasm::policy::Policy;
use mls_wasm::{CommitRequest, Group, Leaf, check_key_package};
use protocol::codec::OrEmpty;
use protocol::content::HandshakeContext;
use protocol::frame::{
    ClaimedKeyPackage, ConversationCreate, Failure, KeyPackagesClaim, Request, SubmitHandshake, Welcome,
};
use protocol::identity::{IdentityLog, LeafIdentity};
use protocol::{AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, ErrorCode, Suite, Timestamp};

use super::Context;
use super::state::{Asked, Conversation, Engine, GroupState};
use super::suites::{self, SUITES};
use super::withheld::wait_of;
use crate::records::{
    ContactRecord, ConversationRecord, PendingRecord, Phase, RecordKey, StoreKind, StoredKind, Write,
};

/// The wait after an opening that failed; it doubles with each that does. Whoever has no KeyPackages is asked twice each time,
/// once for each suite: three devices of an account may begin at once and stay below what the relay lets an account claim from
/// another in a minute.
const OPENING_RETRY_MS: u64 = 20_000;
/// The longest: with as many devices as an account may have, its claims still stay below.
const OPENING_RETRY_MS_MAX: u64 = 8 * 60_000;

/// A conversation that is being opened: the KeyPackages claimed for it.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    pub(crate) suite: Suite,
    pub(crate) own: Option<Vec<ClaimedKeyPackage>>,
    pub(crate) peer: Option<Vec<ClaimedKeyPackage>>,
    pub(crate) retry_at: Option<Timestamp>,
    /// How often in a row it has failed.
    pub(crate) failed: u32,
}

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
        self.claim_for_opening(peer, SUITES[0], cx);
    }

    /// Asks for a KeyPackage of each device of both.
    fn claim_for_opening(&mut self, peer: AccountId, suite: Suite, cx: &mut Context<'_>) {
        let failed = self.failed_openings(&peer);
        self.openings.insert(peer, Opening { suite, own: None, peer: None, retry_at: None, failed });
        let own = self.account.account;
        let other_devices = self.other_own_devices();
        if other_devices.is_empty() {
            self.claimed_for_opening(peer, own, suite, vec![], cx);
        } else {
            self.claim(own, suite, other_devices, Asked::ClaimForOpening { peer, of: own, suite }, cx);
        }
        self.claim(peer, suite, vec![], Asked::ClaimForOpening { peer, of: peer, suite }, cx);
    }

    pub(super) fn other_own_devices(&self) -> Vec<DeviceId> {
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
        suite: Suite,
        devices: Vec<DeviceId>,
        asked: Asked,
        cx: &mut Context<'_>,
    ) {
        self.ask(Request::KeyPackagesClaim(KeyPackagesClaim { account, suite, devices }), asked, cx);
    }

    pub(super) fn claimed_for_opening(
        &mut self,
        peer: AccountId,
        of: AccountId,
        suite: Suite,
        packages: Vec<ClaimedKeyPackage>,
        cx: &mut Context<'_>,
    ) {
        let packages = self.genuine(of, suite, packages, cx);
        let Some(opening) = self.openings.get_mut(&peer).filter(|opening| opening.suite == suite) else {
            return;
        };
        if of == peer {
            opening.peer = Some(packages);
        } else {
            opening.own = Some(packages);
        }
        let (Some(own), Some(theirs)) = (&opening.own, &opening.peer) else { return };
        let reached: BTreeSet<DeviceId> = own.iter().chain(theirs).map(|claimed| claimed.device).collect();
        let is_theirs_empty = theirs.is_empty();
        let add = own.iter().chain(theirs).map(|claimed| claimed.package.to_vec()).collect();
        let is_missed = |device: &DeviceId| !reached.contains(device);
        let misses_any = self.other_own_devices().iter().any(is_missed)
            || self
                .logs
                .0
                .get(&peer)
                .is_some_and(|log| log.view().active_devices().any(|(device, _)| is_missed(device)));
        match suites::less_than(suite).filter(|_| misses_any) {
            // A device that cannot speak this one could never be added.
            Some(lesser) => self.claim_for_opening(peer, lesser, cx),
            None if is_theirs_empty => self.put_off_opening(peer, None, cx),
            None => self.submit_creation(peer, suite, add, cx),
        }
    }

    /// The KeyPackages that are what they claim: of a device its account lists, signed by that device.
    pub(super) fn genuine(
        &mut self,
        account: AccountId,
        suite: Suite,
        packages: Vec<ClaimedKeyPackage>,
        cx: &mut Context<'_>,
    ) -> Vec<ClaimedKeyPackage> {
        let mut genuine = Vec::new();
        for claimed in packages {
            let key = self.logs.0.get(&account).and_then(|log| log.view().device(&claimed.device));
            let Some(key) = key else {
                self.doubted.entry(account).or_default().insert(claimed.device);
                continue;
            };
            let leaf = Leaf { identity: LeafIdentity { account, device: claimed.device }, key };
            if check_key_package(&claimed.package, suite, &leaf).is_ok() {
                genuine.push(claimed);
            } else {
                key_package_refused(account, claimed.device, cx);
            }
        }
        // A device that the log does not list has been added since it was read, or is none of theirs.
        if self.doubted.contains_key(&account) {
            self.fetch_identity(Recipient::Account(account), cx);
        }
        genuine
    }

    /// The log is as new as the relay gives it: devices that it still does not list are none of the account's.
    pub(super) fn check_doubted(&mut self, account: AccountId, cx: &mut Context<'_>) {
        let view = self.logs.0.get(&account).map(IdentityLog::view);
        let is_foreign = |device: &DeviceId| view.is_none_or(|view| view.device(device).is_none());
        let doubted = self.doubted.remove(&account).unwrap_or_default();
        doubted.into_iter().filter(is_foreign).for_each(|device| key_package_refused(account, device, cx));
    }

    fn submit_creation(&mut self, peer: AccountId, suite: Suite, add: Vec<Vec<u8>>, cx: &mut Context<'_>) {
        let id = ConversationId::from_bytes(cx.ordered_id());
        match self.make_creation(id, peer, suite, add, cx) {
            Ok((group, create)) => {
                let record = ConversationRecord::new(id, StoredKind::Dm { peer }, Phase::Creating, suite);
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
                self.put_off_opening(peer, None, cx);
            }
        }
    }

    fn make_creation(
        &self,
        id: ConversationId,
        peer: AccountId,
        suite: Suite,
        add: Vec<Vec<u8>>,
        cx: &mut Context<'_>,
    ) -> Result<(Group, ConversationCreate), mls_wasm::Error> {
        let own = self.account.account;
        let policy = Policy::dm(own, peer, suite);
        let mut group = Group::create(&id, suite, &policy, &self.own_leaf(), &self.device, &cx.secret())?;
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
            self.tell_those_to_be_added(id, cx);
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
        match failure.conversation.0 {
            Some(existing) if failure.code == ErrorCode::ConversationExists => {
                self.openings.remove(&peer);
                self.await_welcome(existing, peer, cx);
            }
            _ => {
                self.unpoint_contact(peer, cx);
                self.notice_at(NoticeCode::SendFailed, id, None, Some(&failure.message), cx);
                self.put_off_opening(peer, None, cx);
                self.fetch_identity(Recipient::Account(peer), cx);
            }
        }
    }

    /// The other side's conversation is the one: its Welcome is on the way, or here already.
    fn await_welcome(&mut self, id: ConversationId, peer: AccountId, cx: &mut Context<'_>) {
        let kind = StoredKind::Dm { peer };
        // An older copy may have been in it and not know.
        let phase = if self.was_outlived() { Phase::Rejoining } else { Phase::AwaitingWelcome };
        let conversation = self.conversations.entry(id).or_insert_with(|| {
            let record = ConversationRecord::new(id, kind, phase, SUITES[0]);
            Conversation::new(record, GroupState::Absent)
        });
        if conversation.record.kind != kind {
            self.notice_at(NoticeCode::RelayMisbehaved, id, None, Some("another_conversation"), cx);
            self.unpoint_contact(peer, cx);
            self.put_off_opening(peer, None, cx);
            return;
        }
        self.save_conversation(id, cx);
        self.point_contact(peer, id, cx);
        self.take_up(id, cx);
    }

    /// Waits for an invitation while there is something to say. Those who could invite may have lost every device: their log
    /// says so, and is asked for again and again.
    pub(super) fn go_on_awaiting(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        if self.is_left_alone(id) {
            return self.begin_alone(cx);
        }
        let is_wanted = self.next_item(id).is_some();
        let is_put_off = self.conversations.get(&id).is_none_or(|awaited| awaited.retry_at.is_some());
        if is_wanted && !is_put_off {
            self.retry_later(id, cx);
        }
    }

    /// The log of an account has grown: a conversation that its lost device was to invite to may be dead, and is opened anew.
    /// If it is not, the relay says so once more.
    pub(super) fn reopen_awaited(&mut self, peer: AccountId, cx: &mut Context<'_>) {
        let awaited = self.conversation_with(&peer).filter(|id| {
            self.conversations.get(id).is_some_and(|known| known.record.phase == Phase::AwaitingWelcome)
        });
        if let Some(id) = awaited {
            self.drop_conversation(id, cx);
            self.unpoint_contact(peer, cx);
            self.openings.remove(&peer);
        }
    }

    pub(super) fn opening_failed(&mut self, peer: AccountId, failure: &Failure, cx: &mut Context<'_>) {
        // Two claims may be refused together.
        if self.openings.get(&peer).is_none_or(|opening| opening.retry_at.is_none()) {
            self.put_off_opening(peer, Some(failure), cx);
        }
    }

    /// Tries again later, or when the relay asks for it.
    fn put_off_opening(&mut self, peer: AccountId, refused: Option<&Failure>, cx: &mut Context<'_>) {
        let failed = self.failed_openings(&peer);
        let doubled = OPENING_RETRY_MS << failed.min(OPENING_RETRY_MS_MAX.ilog2());
        let wait_ms = doubled.min(OPENING_RETRY_MS_MAX);
        let wait_ms = refused.map_or(wait_ms, |refused| wait_of(refused, wait_ms));
        let retry_at = Some(cx.now.plus_millis(wait_ms));
        let put_off = Opening { suite: SUITES[0], own: None, peer: None, retry_at, failed: failed + 1 };
        self.openings.insert(peer, put_off);
        self.alarms.extend(retry_at);
    }

    /// How often in a row opening failed on this connection.
    fn failed_openings(&self, peer: &AccountId) -> u32 {
        self.openings.get(peer).map_or(0, |opening| opening.failed)
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
    pub(super) fn drop_conversation(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        self.conversations.remove(&id);
        self.set_outlived(id, false, cx);
        cx.delete(ConversationRecord::key(&id));
        cx.delete(PendingRecord::key(&id));
        for kind in [StoreKind::Group, StoreKind::Heads] {
            cx.step.writes.push(Write::delete_all(RecordKey::new(kind, id.as_bytes(), b"")));
        }
    }
}

fn key_package_refused(account: AccountId, device: DeviceId, cx: &mut Context<'_>) {
    let notice = Notice::new(NoticeCode::KeyPackageRefused);
    cx.emit(Event::Notice(Notice { account: Some(account), device: Some(device), ..notice }));
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
