//! Commits that are due: devices that accounts list or revoke, members that leave, keys to be renewed.
//!
//! What is due follows from the logs, the roster and the outbox; a lost race is made up for by looking again. An
//! account's own devices go first, others after a jittered wait; but a leave holds up what is to be said, and whoever has
//! something to say carries it out at once.

use std::collections::{BTreeMap, BTreeSet};

use client_api::{NoticeCode, Recipient};
use mls_wasm::{CommitRequest, Group};
use protocol::content::HandshakeContext;
use protocol::frame::{ClaimedKeyPackage, Failure, Request};
use protocol::identity::IdentityLog;
use protocol::{AccountId, ConversationId, DeviceId, EnvelopeId, ErrorCode, MessageId};

use super::Context;
use super::opening::submission;
use super::rooms::Wishes;
use super::state::{Asked, Engine};
use super::withheld::wait_of;
use crate::records::{OutboxBody, PendingRecord, Phase, RejoinRecord, StoredKind, Target};

/// How long others wait for an account's own devices, and how much of that is jitter.
const OTHERS_WAIT_MS: u64 = 2_000;
const OTHERS_JITTER_MS: u64 = 4_000;
/// The wait after a commit that the relay refused.
const COMMIT_RETRY_MS: u64 = 5_000;
/// The wait before KeyPackages are asked for again where there were none.
const CLAIM_RETRY_MS: u64 = 30_000;

/// What a conversation's next commit has to do.
#[derive(Debug, Default, PartialEq, Eq)]
struct Due {
    add: Vec<(AccountId, DeviceId)>,
    remove: Vec<(AccountId, u32)>,
    carries_out_leaves: bool,
    renews_keys: Option<MessageId>,
    lets_others_rejoin: bool,
    /// Somebody asked for it here, or has something to say that a leave holds up: nobody else is waited for.
    is_wished: bool,
}

impl Due {
    fn is_nothing(&self) -> bool {
        *self == Self { is_wished: self.is_wished, ..Self::default() }
    }

    /// Whether other accounts' devices should be left to themselves first.
    fn is_for_others(&self, own: &AccountId) -> bool {
        let mut accounts =
            self.add.iter().map(|(account, _)| account).chain(self.remove.iter().map(|(account, _)| account));
        self.renews_keys.is_none() && !self.is_wished && accounts.all(|account| account != own)
    }
}

impl Engine {
    /// Commits what is due in a conversation, if it is this device's turn.
    pub(super) fn commit_due(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let wishes = self.wishes_of(id, cx);
        let Some(due) = self.due(id, &wishes) else { return };
        let own = self.account.account;
        let is_for_others = due.is_for_others(&own);
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if is_for_others && conversation.due_at.is_none() {
            let wait = OTHERS_WAIT_MS + cx.entropy.below(OTHERS_JITTER_MS);
            conversation.due_at = Some(cx.now.plus_millis(wait));
            conversation.is_left_to_others = true;
        } else if !is_for_others && std::mem::take(&mut conversation.is_left_to_others) {
            conversation.due_at = None;
        }
        if let Some(due_at) = conversation.due_at.filter(|due_at| *due_at > cx.now) {
            self.alarms.insert(due_at);
            return;
        }
        let unclaimed: BTreeSet<AccountId> = due
            .add
            .iter()
            .map(|(account, _)| *account)
            .filter(|account| !conversation.claimed.contains_key(account))
            .collect();
        if unclaimed.is_empty() {
            self.make_commit(id, due, cx);
            return;
        }
        let Some(suite) = conversation.group().and_then(|group| group.suite().ok()) else { return };
        for account in unclaimed {
            let devices =
                due.add.iter().filter(|(of, _)| *of == account).map(|(_, device)| *device).collect();
            let asked = Asked::ClaimForCommit { conversation: id, of: account };
            if !self.requests.values().any(|other| *other == asked) {
                self.claim(account, suite, devices, asked, cx);
            }
        }
    }

    /// What is due, if this device may commit now.
    fn due(&mut self, id: ConversationId, wishes: &Wishes) -> Option<Due> {
        if !self.is_ready() {
            return None;
        }
        let conversation = self.conversations.get(&id)?;
        if conversation.is_settled
            || conversation.record.phase != Phase::Joined
            || self.outlived.contains(&id)
            || conversation.pending.is_some()
            || !conversation.is_in_step()
        {
            return None;
        }
        let refresh = self
            .outbox
            .values()
            .find(|item| item.target == Target::Conversation(id) && item.body == OutboxBody::RefreshKeys)
            .map(|item| item.message);
        let is_held_up = self.next_item(id).is_some();
        let conversation = self.conversations.get_mut(&id)?;
        let (kind, send_from_epoch) = (conversation.record.kind, conversation.send_from_epoch);
        let lets_others_rejoin = conversation.is_renewal_due;
        let group = conversation.group().filter(|group| group.epoch() >= send_from_epoch)?;
        let (policy, roster) = (group.policy().ok()?, group.roster().ok()?);
        let mut due = Due {
            carries_out_leaves: group.has_pending_proposals(),
            renews_keys: refresh,
            lets_others_rejoin,
            is_wished: !wishes.is_empty() || (is_held_up && group.has_pending_proposals()),
            ..Due::default()
        };
        let mut accounts = roster.accounts();
        // Whoever lost every device has no leaf until one of the new ones has published something.
        if let StoredKind::Dm { peer } = kind {
            accounts.insert(peer);
        }
        accounts.extend(policy.role_holders().chain(&wishes.invited));
        for account in accounts {
            if wishes.dismissed.contains(&account) {
                let leaves = roster.leaves().filter(|(_, leaf)| leaf.identity.account == account);
                due.remove.extend(leaves.map(|(index, _)| (account, index)));
                continue;
            }
            let Some(view) = self.logs.0.get(&account).map(IdentityLog::view) else { continue };
            let missing = view.active_devices().filter(|(device, _)| roster.index_of(device).is_none());
            due.add.extend(missing.map(|(device, _)| (account, *device)));
            let stale = roster.leaves().filter(|(_, leaf)| {
                leaf.identity.account == account && view.device(&leaf.identity.device).is_none()
            });
            due.remove.extend(stale.map(|(index, _)| (account, index)));
        }
        conversation.is_settled = due.is_nothing();
        (!conversation.is_settled).then_some(due)
    }

    pub(super) fn claimed_for_commit(
        &mut self,
        id: ConversationId,
        of: AccountId,
        packages: Vec<ClaimedKeyPackage>,
        cx: &mut Context<'_>,
    ) {
        let group = self.conversations.get_mut(&id).and_then(|conversation| conversation.group());
        let Some(suite) = group.and_then(|group| group.suite().ok()) else { return };
        let packages = self.genuine(of, suite, packages, cx);
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.claimed.insert(of, packages);
            self.commit_due(id, cx);
        }
    }

    /// Commits what can be: a device that has published nothing yet holds up neither a removal nor a renewal.
    fn make_commit(&mut self, id: ConversationId, mut due: Due, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let claimed: BTreeMap<DeviceId, Vec<u8>> = std::mem::take(&mut conversation.claimed)
            .into_values()
            .flatten()
            .map(|claimed| (claimed.device, claimed.package.to_vec()))
            .collect();
        let (add, missing): (Vec<_>, Vec<_>) =
            due.add.into_iter().partition(|(_, device)| claimed.contains_key(device));
        due.add = add;
        // Its account may have struck it since: nobody tells that to whom it shares no conversation with.
        for (account, _) in missing {
            self.fetch_identity(Recipient::Account(account), cx);
        }
        if due.is_nothing() {
            self.put_off_commit_by(id, CLAIM_RETRY_MS, cx);
            return;
        }
        let mut touched: BTreeSet<AccountId> = [self.account.account].into();
        touched.extend(due.add.iter().map(|(account, _)| *account));
        touched.extend(due.remove.iter().map(|(account, _)| *account));
        let add = due.add.iter().filter_map(|(_, device)| claimed.get(device).cloned()).collect();
        touched.extend(self.accounts_leaving(id));
        let Ok(heads) = self.heads_of(&touched) else { return };
        let remove = due.remove.iter().map(|(_, leaf)| *leaf).collect();
        let request = CommitRequest { add, remove, policy: None };
        let secret = cx.secret();
        self.save_talk(id, cx);
        let Some(group) = self.conversations.get_mut(&id).and_then(|conversation| conversation.group())
        else {
            return;
        };
        match group.commit(&request, HandshakeContext::new(heads), &self.device, &secret) {
            Ok(commit) => {
                let envelope = EnvelopeId::from_bytes(cx.ordered_id());
                let submit = submission(id, envelope, commit);
                let mut pending = PendingRecord::new(envelope, Request::SubmitHandshake(submit));
                pending.intent = due.renews_keys;
                if let Some(conversation) = self.conversations.get_mut(&id) {
                    conversation.pending = Some(pending);
                }
                self.save_pending(id, cx);
                self.save_group(id, cx);
                self.submit_pending(id, cx);
            }
            // What cannot be added must not keep in what has to go.
            Err(_) if !due.add.is_empty() => {
                due.add.clear();
                if due.is_nothing() {
                    self.put_off_commit_by(id, CLAIM_RETRY_MS, cx);
                } else {
                    self.make_commit(id, due, cx);
                }
            }
            Err(error) => {
                self.notice_at(NoticeCode::SendFailed, id, None, Some(error.code()), cx);
                self.put_off_commit(id, cx);
                self.reload_group(id, cx);
            }
        }
    }

    /// The accounts of those that have proposed to leave.
    fn accounts_leaving(&mut self, id: ConversationId) -> BTreeSet<AccountId> {
        let group = self.conversations.get_mut(&id).and_then(|conversation| conversation.group());
        let Some((group, roster)) = group.and_then(|group| Some((&*group, group.roster().ok()?))) else {
            return BTreeSet::new();
        };
        let leaves = group.pending_leaves().into_iter().filter_map(|leaf| roster.leaf(leaf));
        leaves.map(|leaf| leaf.identity.account).collect()
    }

    /// Submits the pending commit, once on each connection.
    pub(super) fn submit_pending(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        if !self.is_ready() {
            return;
        }
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let Some(pending) = &conversation.pending else { return };
        if conversation.submitted == Some(pending.envelope) || conversation.send_after > cx.now {
            return;
        }
        let Some(body) = pending.body() else { return };
        let envelope = pending.envelope;
        conversation.submitted = Some(envelope);
        let asked = match &body {
            Request::ConversationCreate(_) => Asked::Create { conversation: id },
            _ => Asked::Handshake { conversation: id, envelope },
        };
        self.ask(body, asked, cx);
    }

    /// The relay refused a commit: another one won, or it is not valid. Its intent is looked at anew.
    pub(super) fn handshake_refused(
        &mut self,
        id: ConversationId,
        envelope: EnvelopeId,
        failure: &Failure,
        cx: &mut Context<'_>,
    ) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        // The answer to a commit that another one has replaced since says nothing about that one.
        if conversation.pending.as_ref().is_none_or(|pending| pending.envelope != envelope) {
            return;
        }
        conversation.submitted = None;
        let epoch = conversation.group().map(|group| group.epoch());
        if failure.code.is_transient() {
            let wait = wait_of(failure, COMMIT_RETRY_MS);
            conversation.send_after = cx.now.plus_millis(wait);
            self.alarms.insert(cx.now.plus_millis(wait));
            return;
        }
        self.drop_pending(id, cx);
        if self.repair_refused(id, failure, cx) {
            return;
        }
        if failure.code == ErrorCode::StaleEpoch {
            self.wait_for_epoch(id, failure.epoch);
            // The relay is not ahead: made anew in the same epoch, it would be refused again.
            if epoch.is_some_and(|epoch| failure.epoch <= epoch) {
                self.put_off_commit(id, cx);
            }
        } else {
            self.notice_at(NoticeCode::SendFailed, id, None, Some(&failure.message), cx);
            self.put_off_commit(id, cx);
        }
        self.take_up(id, cx);
    }

    /// The own commit that waits is not gone on with: neither it nor what the group keeps of it stays without the other. It is
    /// given, if it was no way back.
    pub(super) fn drop_pending(&mut self, id: ConversationId, cx: &mut Context<'_>) -> Option<PendingRecord> {
        self.save_talk(id, cx);
        let conversation = self.conversations.get_mut(&id)?;
        let discarded = conversation.group().map(Group::discard_own);
        conversation.unsettle();
        let was_way_back = conversation.kept.rejoin.take().is_some();
        if was_way_back {
            cx.delete(RejoinRecord::key(&id));
        }
        let pending = conversation.pending.take();
        if pending.is_some() {
            self.save_pending(id, cx);
        }
        if discarded.is_some_and(|discarded| discarded.is_err()) {
            self.reload_group(id, cx);
        }
        self.save_group(id, cx);
        pending.filter(|_| !was_way_back)
    }

    pub(super) fn put_off_commit(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        self.put_off_commit_by(id, COMMIT_RETRY_MS, cx);
    }

    pub(super) fn put_off_commit_by(&mut self, id: ConversationId, wait_ms: u64, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&id) {
            let due_at = cx.now.plus_millis(wait_ms);
            conversation.due_at = Some(due_at);
            conversation.is_left_to_others = false;
            conversation.unsettle();
            self.alarms.insert(due_at);
        }
    }
}
