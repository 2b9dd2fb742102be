//! Joining by a Welcome: fetch the tree, fetch the logs, check every leaf, and only then adopt and store.

use std::collections::BTreeMap;

use client_api::{NoticeCode, Recipient};
use mls_wasm::policy::{Heads, Kind, Policy, Refusal, authorize_roster};
use mls_wasm::{Group, Rejoin, StagedJoin, welcome_key_package};
use protocol::content::HandshakeContext;
use protocol::frame::{Failure, GroupFetch, GroupState as ServedGroup, InboxItem, Request};
use protocol::{AccountId, ConversationId, ErrorCode};

use super::repair::Repair;
use super::state::{Asked, Conversation, Engine, GroupState, Joining};
use super::suites::SUITES;
use super::voids::joined_by;
use super::withheld::ARRIVALS_MAX;
use super::{Context, Load};
use crate::records::{ConversationRecord, KeyPackageRecord, Phase, RecordKey, StoreKind, StoredKind, Write};

/// Invitations taken up at a time; the others wait in the inbox.
const JOININGS_MAX: usize = 64;

impl Engine {
    /// A Welcome waits in the inbox.
    pub(super) fn welcome_came(&mut self, item: InboxItem, cx: &mut Context<'_>) {
        let id = item.conversation;
        let is_member = self.conversations.get(&id).is_some_and(|conversation| {
            let is_joined = conversation.record.phase == Phase::Joined || self.outlived.contains(&id);
            is_joined && conversation.record.cursor >= item.seq
        });
        if is_member {
            self.forget_inbox_item(item.id, cx);
            return;
        }
        if let Some(joining) = self.joinings.get_mut(&id) {
            let last = joining.then.as_ref().unwrap_or(&joining.item);
            if item.seq > last.seq {
                joining.then = Some(item);
            }
            return;
        }
        if self.joinings.len() >= JOININGS_MAX {
            self.left_invitations.get_or_insert(item.id.saturating_sub(1));
            return;
        }
        let fetch = GroupFetch { conversation: id, epoch: Some(item.epoch.0) };
        self.joinings.insert(id, Joining { item, then: None, group: None, arrivals: BTreeMap::new() });
        self.ask(Request::GroupFetch(fetch), Asked::GroupToJoin { conversation: id }, cx);
    }

    /// Once those under way are through, the others are taken up; those that are put off are not asked for again.
    pub(super) fn take_up_left_invitations(&mut self, cx: &mut Context<'_>) {
        if self.joinings.is_empty()
            && self.is_ready()
            && let Some(after) = self.left_invitations.take()
        {
            self.fetch_inbox(after, cx);
        }
    }

    pub(super) fn group_to_join(&mut self, id: ConversationId, group: ServedGroup, cx: &mut Context<'_>) {
        let Some(mut joining) = self.joinings.remove(&id) else { return };
        if let Some(later) = joining.then.take() {
            self.forget_inbox_item(joining.item.id, cx);
            self.welcome_came(later, cx);
            return;
        }
        joining.group = Some(group);
        self.joinings.insert(id, joining);
        self.try_join(id, cx);
    }

    /// The tree is not served. For now: the invitation stays in the inbox, which is looked into again.
    pub(super) fn group_to_join_refused(
        &mut self,
        id: ConversationId,
        failure: &Failure,
        cx: &mut Context<'_>,
    ) {
        if failure.code.is_transient() || failure.code == ErrorCode::StaleEpoch {
            self.joinings.remove(&id);
            self.ask_again_later(failure, cx);
        } else {
            self.join_refused(id, failure.code.as_str(), cx);
        }
    }

    /// Goes on once the logs that the relay's heads name are here.
    pub(super) fn try_join(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let Some(joining) = self.joinings.get(&id) else { return };
        let Some(group) = &joining.group else { return };
        let missing: Vec<_> = group
            .heads
            .iter()
            .filter(|named| {
                self.logs.0.get(&named.account).is_none_or(|log| log.head().length < named.head.length)
            })
            .map(|named| named.account)
            .collect();
        if !missing.is_empty() {
            self.await_logs(id, missing, cx);
            return;
        }
        match welcome_key_package(&joining.item.welcome) {
            Ok(reference) => cx.load(Load::KeyPackage(id, reference.as_bytes().to_vec())),
            Err(error) => self.join_refused(id, error.code(), cx),
        }
    }

    /// Asks for the logs. One that the relay does not give puts the invitation off until the next connection.
    fn await_logs(&mut self, id: ConversationId, missing: Vec<AccountId>, cx: &mut Context<'_>) {
        let Some(joining) = self.joinings.get_mut(&id) else { return };
        let has_come = |account| joining.arrivals.get(account).is_some_and(|times| *times >= ARRIVALS_MAX);
        if missing.iter().any(has_come) {
            let seq = joining.item.seq;
            self.joinings.remove(&id);
            self.notice_at(NoticeCode::WelcomeRefused, id, Some(seq), Some("log_withheld"), cx);
            return;
        }
        missing.into_iter().for_each(|account| self.fetch_identity(Recipient::Account(account), cx));
    }

    /// A log has come, or will not: invitations that wait for it go on.
    pub(super) fn log_for_joinings(&mut self, account: AccountId, cx: &mut Context<'_>) {
        let waiting: Vec<ConversationId> = self.joinings.keys().copied().collect();
        for id in waiting {
            if let Some(joining) = self.joinings.get_mut(&id) {
                *joining.arrivals.entry(account).or_default() += 1;
            }
            self.try_join(id, cx);
        }
    }

    pub(super) fn key_package_loaded(
        &mut self,
        id: ConversationId,
        record: Option<KeyPackageRecord>,
        cx: &mut Context<'_>,
    ) {
        let Some(joining) = self.joinings.get(&id) else { return };
        let Some(group) = joining.group.clone() else { return };
        let welcome = joining.item.welcome.clone();
        let is_outlived = record.as_ref().is_some_and(|record| record.number < self.copy_counts_from());
        let joined = record.ok_or(mls_wasm::Error::NoKeyPackage).and_then(|record| {
            let (joined, kind) = self.join(&welcome, &group, &record.private, cx)?;
            let suite = joined.suite()?;
            Ok((joined, kind, record.is_last_resort.then_some((suite, record.number))))
        });
        match joined {
            Ok((joined, kind, last_resort)) => {
                if let Some((suite, number)) = last_resort {
                    self.last_resort_used(suite, number, cx);
                } else if let Ok(reference) = welcome_key_package(&welcome) {
                    cx.delete(KeyPackageRecord::key(reference.as_bytes()));
                }
                self.set_outlived(id, is_outlived, cx);
                self.adopt(id, joined, kind, &group, cx);
            }
            // Whoever made it may have meant to keep this device out: it is in the group all the same.
            Err(error) => {
                if matches!(error, mls_wasm::Error::Refused(_)) || !self.come_in_after(id, &group, cx) {
                    self.join_refused(id, error.code(), cx);
                }
            }
        }
    }

    /// An invitation that cannot be opened, or to a KeyPackage of which this copy lacks the private half: this device is in the
    /// group, and comes in by a way of its own. False: the invitation is not followed.
    fn come_in_after(&mut self, id: ConversationId, served: &ServedGroup, cx: &mut Context<'_>) -> bool {
        let kind = self.kind_served(served, cx);
        let was_outlived = self.was_outlived();
        let (Some(kind), Some(joining)) = (kind, self.joinings.get(&id)) else { return false };
        let (item, seq) = (joining.item.id, joining.item.seq);
        let conversation = self.conversations.entry(id).or_insert_with(|| {
            let record = ConversationRecord::new(id, kind, Phase::AwaitingWelcome, SUITES[0]);
            Conversation::new(record, GroupState::Absent)
        });
        match conversation.record.phase {
            _ if conversation.record.kind != kind => return false,
            Phase::Creating | Phase::Joined => return false,
            // What an older copy takes for the last word.
            Phase::Removed if !was_outlived => return false,
            Phase::Rejoining => conversation.repair = Repair::Due,
            Phase::AwaitingWelcome | Phase::Removed => {
                (conversation.record.phase, conversation.record.cursor) = (Phase::Rejoining, seq);
                conversation.latest_seq = seq;
                self.save_conversation(id, cx);
                self.subscribe(&[id], cx);
            }
        }
        let later = self.joinings.remove(&id).and_then(|joining| joining.then);
        self.forget_inbox_item(item, cx);
        self.meet_peer(id, kind, cx);
        self.take_up(id, cx);
        if let Some(later) = later {
            self.welcome_came(later, cx);
        }
        true
    }

    /// What kind of conversation a group is that the relay serves, and in which everyone is who they say.
    fn kind_served(&self, served: &ServedGroup, cx: &mut Context<'_>) -> Option<StoredKind> {
        let (own, secret) = (self.own_leaf(), cx.secret());
        let context = HandshakeContext::new(vec![self.own_log().account_head()]);
        let heads = Heads::from_list(served.heads.iter().copied()).after(&context).ok()?;
        let way =
            Rejoin::build(&served.group_info, &served.tree, &own, context, &self.device, &secret).ok()?;
        let policy = way.policy().ok()?;
        authorize_roster(&policy, &way.roster().ok()?, &own, &heads, &self.logs).ok()?;
        kind_of(&policy, own.identity.account)
    }

    fn join(
        &self,
        welcome: &[u8],
        served: &ServedGroup,
        private: &[u8],
        cx: &mut Context<'_>,
    ) -> Result<(Group, StoredKind), mls_wasm::Error> {
        let staged = StagedJoin::stage(welcome, &served.tree, private, &cx.secret())?;
        if staged.conversation()? != served.conversation || staged.epoch() != served.epoch {
            return Err(mls_wasm::Error::WrongGroup);
        }
        let (policy, roster) = (staged.policy()?, staged.roster()?);
        let (inviter, heads) = (staged.inviter()?, Heads::from_list(served.heads.iter().copied()));
        // By the heads that are named, and no newer ones: an inviter who was revoked since makes a removal due, which comes
        // before anything is sent. Refused, the invitation would leave everyone waiting for everyone.
        authorize_roster(&policy, &roster, &inviter, &heads, &self.logs)?;
        let kind = kind_of(&policy, self.account.account).ok_or(Refusal::AccountNotAdmitted)?;
        Ok((staged.adopt(&cx.secret())?, kind))
    }

    fn adopt(
        &mut self,
        id: ConversationId,
        group: Group,
        kind: StoredKind,
        served: &ServedGroup,
        cx: &mut Context<'_>,
    ) {
        let known = self.conversations.get(&id).map(|conversation| &conversation.record);
        if known.is_some_and(|known| known.kind != kind) {
            self.join_refused(id, "another_conversation", cx);
            return;
        }
        if known.is_some_and(|known| known.has_reached(served.epoch)) {
            self.join_refused(id, "joined_already", cx);
            return;
        }
        let Ok(suite) = group.suite() else { return };
        let mut record =
            known.cloned().unwrap_or_else(|| ConversationRecord::new(id, kind, Phase::Joined, suite));
        record.suite = suite.number();
        let Some(joining) = self.joinings.remove(&id) else { return };
        (record.phase, record.cursor) = (Phase::Joined, joining.item.seq);
        record.digests.clear();
        for kind in [StoreKind::Group, StoreKind::GroupBefore] {
            cx.step.writes.push(Write::delete_all(RecordKey::new(kind, id.as_bytes(), b"")));
        }
        record.unacknowledged_merge = None;
        self.conversations.insert(id, Conversation::new(record, GroupState::Here(Box::new(group))));
        self.keep_heads(id, Heads::from_list(served.heads.iter().copied()), cx);
        self.keep_before(id, None, joined_by(joining.item.seq, served.epoch), cx);
        self.note_epoch(id);
        self.save_conversation(id, cx);
        self.meet_peer(id, kind, cx);
        self.tell_those_to_be_added(id, cx);
        // There may be what another device of the account has told already.
        cx.load(Load::LastMessage(id));
        self.show_conversation(id, cx);
        self.forget_inbox_item(joining.item.id, cx);
        self.subscribe(&[id], cx);
        self.catching_up.subscribing = true;
        self.take_up_outbox(cx);
        if let Some(later) = joining.then {
            self.welcome_came(later, cx);
        }
    }

    /// A conversation that this device is in now, or on its way into, may be the one with somebody.
    fn meet_peer(&mut self, id: ConversationId, kind: StoredKind, cx: &mut Context<'_>) {
        let StoredKind::Dm { peer } = kind else { return };
        self.openings.remove(&peer);
        self.meet_contact(peer, cx);
        // A conversation that goes on is not left for another one.
        if self.conversation_with(&peer).is_none_or(|known| !self.is_joined(&known)) {
            self.point_contact(peer, id, cx);
        }
    }

    pub(super) fn is_joined(&self, id: &ConversationId) -> bool {
        self.conversations.get(id).is_some_and(|conversation| conversation.record.phase == Phase::Joined)
    }

    /// A Welcome that cannot be believed is not followed; nothing of it is kept.
    pub(super) fn join_refused(&mut self, id: ConversationId, detail: &str, cx: &mut Context<'_>) {
        if let Some(joining) = self.joinings.remove(&id) {
            self.notice_at(NoticeCode::WelcomeRefused, id, Some(joining.item.seq), Some(detail), cx);
            self.forget_inbox_item(joining.item.id, cx);
            self.take_up_outbox(cx);
            if let Some(later) = joining.then {
                self.welcome_came(later, cx);
            }
        }
    }
}

/// What kind of conversation a group under this policy is to an account, if it is one.
pub(super) fn kind_of(policy: &Policy, own: AccountId) -> Option<StoredKind> {
    match policy.kind {
        Kind::SelfGroup { account } if account == own => Some(StoredKind::SelfGroup),
        Kind::Dm { accounts: [low, high] } if low == own => Some(StoredKind::Dm { peer: high }),
        Kind::Dm { accounts: [low, high] } if high == own => Some(StoredKind::Dm { peer: low }),
        Kind::Room { .. } => Some(StoredKind::Room),
        Kind::SelfGroup { .. } | Kind::Dm { .. } => None,
    }
}
