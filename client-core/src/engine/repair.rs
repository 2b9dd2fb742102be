//! The way back into a group that this device cannot follow.
//!
//! Early entries are held and gaps fetched first (`conversation.rs`). An entry that is not to be followed may be the relay's
//! invention or a commit that others went on from: the relay is asked where its group stands. Where that is this group's
//! own epoch, confirmed by its secrets, nothing has happened. Else this device takes the place of its own leaf by an
//! external commit, on the tree that the relay serves. Where that fails too, another member has to commit first.

use client_api::{NoticeCode, Recipient};
use mls_wasm::policy::{Heads, Refusal, authorize_roster};
use mls_wasm::{Error as MlsError, Group, Rejoin, peek};
use protocol::codec::OrEmpty;
use protocol::content::HandshakeContext;
use protocol::frame::{
    CommitRefusal, Entry, Failure, GroupFetch, GroupState as ServedGroup, Payload, Request, SubmitHandshake,
};
use protocol::{Bytes, ConversationId, EnvelopeId, Epoch, ErrorCode, Seq, Timestamp, limits};

use super::Context;
use super::entries::Refused;
use super::joining::kind_of;
use super::state::{Asked, Conversation, Engine, GroupState, Kept};
use super::voids::hash_of;
use super::withheld::wait_of;
use crate::records::{
    CommitRecord, OutboxState, PendingRecord, Phase, RecordKey, RejoinRecord, StoreKind, Write,
};

/// The wait before the relay is asked again where it, or a log, does not help.
const REPAIR_RETRY_MS: u64 = 5_000;

/// How far a conversation has come on the way back into its group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Repair {
    /// The next step is due.
    #[default]
    Due,
    /// The relay was asked.
    Asked,
    /// The log has to be read up to here first.
    Reading(Seq),
    /// Another member has to commit first.
    AwaitingCommit,
}

impl Engine {
    /// An entry was refused: whether the group here is still the relay's has to be found out if it may not be.
    pub(super) fn check_standing(&mut self, id: ConversationId, entry: &Entry, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let own_epoch = conversation.group().map(|group| group.epoch());
        let is_ahead = match &entry.payload {
            Payload::Handshake(handshake) => {
                // What an older copy cannot follow, others can.
                if !self.outlived.contains(&id) {
                    self.note_refused(id, entry, handshake, cx);
                }
                true
            }
            Payload::Application(sealed) => {
                peek::private_message(sealed).is_ok_and(|peeked| Some(peeked.epoch) > own_epoch)
            }
            Payload::Control(_) => false,
        };
        if is_ahead {
            self.cannot_follow(id, cx);
        }
    }

    /// Nothing is sent in a conversation before its group is known to be the relay's again.
    pub(super) fn cannot_follow(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if matches!(conversation.record.phase, Phase::Joined | Phase::Rejoining) {
            conversation.record.phase = Phase::Rejoining;
            conversation.repair = Repair::Due;
            self.save_conversation(id, cx);
        }
    }

    /// Takes the next step.
    pub(super) fn repair(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if matches!(conversation.group, GroupState::Stored | GroupState::Loading) {
            return self.want_group(id, cx);
        }
        let is_due = match conversation.repair {
            Repair::Due => true,
            Repair::Asked | Repair::AwaitingCommit => false,
            Repair::Reading(seq) => conversation.record.cursor >= seq,
        };
        if conversation.kept.rejoin.is_some() {
            self.submit_pending(id, cx);
        } else if is_due && conversation.send_after <= cx.now {
            if std::mem::replace(&mut conversation.repair, Repair::Asked) == Repair::Due
                && !self.outlived.contains(&id)
                && let Some(refused) = conversation.kept.commit.as_ref().filter(|commit| commit.is_refused)
                && let Some(hash) = refused.hash
            {
                let refusal = CommitRefusal::sign(id, refused.seq, refused.epoch, hash, &self.device);
                let asked = Asked::RefuseCommit { conversation: id };
                return self.ask(Request::CommitRefusal(refusal), asked, cx);
            }
            let fetch = GroupFetch { conversation: id, epoch: None };
            self.ask(Request::GroupFetch(fetch), Asked::GroupToRejoin { conversation: id }, cx);
        }
    }

    /// The relay may void the commit: others are waited for meanwhile.
    pub(super) fn refusal_noted(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        self.put_off_repair(id, limits::REFUSAL_GRACE_MS, cx);
    }

    /// The commit stands, and others go on from it: this device has to come after.
    pub(super) fn refusal_refused(&mut self, id: ConversationId, failure: &Failure, cx: &mut Context<'_>) {
        if failure.code.is_transient() {
            self.put_off_repair(id, wait_of(failure, REPAIR_RETRY_MS), cx);
        } else if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.repair = Repair::Reading(conversation.record.cursor);
            self.take_up(id, cx);
        }
    }

    pub(super) fn group_to_rejoin(&mut self, id: ConversationId, served: &ServedGroup, cx: &mut Context<'_>) {
        self.begin_behind(id, served, cx);
        let is_outlived = self.outlived.contains(&id);
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if !conversation.is_rejoining() {
            return;
        }
        conversation.repair = Repair::Reading(served.seq);
        if conversation.record.cursor < served.seq {
            return;
        }
        if matches!(conversation.group, GroupState::Stored | GroupState::Loading) {
            conversation.repair = Repair::Due;
            return;
        }
        let stands = match conversation.group() {
            Some(group) if !is_outlived => {
                let is_same = group.stands_at(&served.group_info);
                let detail = if is_same { "same" } else { "another" };
                self.notice_at(NoticeCode::GroupCompared, id, Some(served.seq), Some(detail), cx);
                is_same
            }
            _ => false,
        };
        if stands {
            self.stands(id, cx);
        } else {
            match self.prepare_rejoin(id, served, cx) {
                Ok(()) => self.notice_at(NoticeCode::Rejoining, id, None, None, cx),
                Err(Refused::Held(account)) => {
                    self.fetch_identity(Recipient::Account(account), cx);
                    self.put_off_repair(id, REPAIR_RETRY_MS, cx);
                }
                Err(Refused::For(error)) => self.await_commit(id, error.code(), cx),
            }
        }
    }

    /// The group is the relay's after all: what could not be followed was no commit.
    fn stands(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        conversation.record.phase = Phase::Joined;
        self.unacknowledged.insert(id);
        self.forget_commit(id, cx);
        self.save_conversation(id, cx);
        self.tell_those_to_be_added(id, cx);
        self.take_up(id, cx);
    }

    /// Builds the commit, checks the group that it would lead into as a joiner does, and stores both before it is sent.
    fn prepare_rejoin(
        &mut self,
        id: ConversationId,
        served: &ServedGroup,
        cx: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let own = self.own_leaf();
        let context = HandshakeContext::new(vec![self.own_log().account_head()]);
        let secret = cx.secret();
        let conversation = self.conversations.get_mut(&id).ok_or(MlsError::NotAMember)?;
        if Some(served.epoch) < conversation.newest_epoch() {
            return Err(MlsError::WrongEpoch.into());
        }
        let heads =
            conversation.heads.after(&HandshakeContext::new(served.heads.clone()))?.after(&context)?;
        let rejoin = Rejoin::build(&served.group_info, &served.tree, &own, context, &self.device, &secret)?;
        if rejoin.conversation()? != id || rejoin.epoch() != served.epoch.next() {
            return Err(MlsError::WrongGroup.into());
        }
        let policy = rejoin.policy()?;
        if kind_of(&policy, own.identity.account) != Some(conversation.record.kind) {
            return Err(Refusal::PolicyForbidden.into());
        }
        authorize_roster(&policy, &rejoin.roster()?, &own, &heads, &self.logs)?;
        let record = RejoinRecord { heads: heads.encode(), group: rejoin.snapshot() };
        let envelope = EnvelopeId::from_bytes(cx.ordered_id());
        let submit = SubmitHandshake {
            conversation: id,
            envelope,
            handshake: Bytes::from(rejoin.commit),
            group_info: OrEmpty(Some(Bytes::from(rejoin.group_info))),
            welcomes: vec![],
        };
        cx.put(RejoinRecord::key(&id), &record);
        // The group of before may have a commit pending, which is not gone on with.
        conversation.group().map_or(Ok(()), Group::discard_own)?;
        conversation.kept.rejoin = Some(record);
        conversation.pending = Some(PendingRecord::new(envelope, Request::SubmitHandshake(submit)));
        self.save_pending(id, cx);
        self.save_group(id, cx);
        self.submit_pending(id, cx);
        Ok(())
    }

    /// Whether an entry is the echo of this device's own way back.
    pub(super) fn is_own_rejoin(&self, id: ConversationId, entry: &Entry, handshake: &Bytes) -> bool {
        let Some(conversation) = self.conversations.get(&id) else { return false };
        let Some(pending) = conversation.pending.as_ref().filter(|_| conversation.kept.rejoin.is_some())
        else {
            return false;
        };
        pending.envelope == entry.envelope
            && matches!(pending.body(), Some(Request::SubmitHandshake(submit)) if submit.handshake == handshake)
    }

    /// The echo of the own rejoin: its group takes the place of the one that could not follow.
    pub(super) fn rejoined(
        &mut self,
        id: ConversationId,
        entry: &Entry,
        cx: &mut Context<'_>,
    ) -> Result<(), MlsError> {
        let Some(conversation) = self.conversations.get_mut(&id) else { return Ok(()) };
        let Some(rejoin) = conversation.kept.rejoin.take() else { return Ok(()) };
        let before = match &conversation.group {
            GroupState::Here(group) => Some(&**group),
            GroupState::Stored | GroupState::Loading | GroupState::Absent => None,
        };
        let group = Group::restored(&id, &rejoin.group, before)?;
        let heads = Heads::decode(&rejoin.heads)?;
        let left = if before.is_none() { vec![StoreKind::Group] } else { vec![] };
        for kind in left.into_iter().chain([StoreKind::GroupBefore]) {
            cx.step.writes.push(Write::delete_all(RecordKey::new(kind, id.as_bytes(), b"")));
        }
        let commit = CommitRecord {
            seq: entry.seq,
            epoch: Epoch(group.epoch().0.saturating_sub(1)),
            hash: Some(hash_of(entry)),
            committer: Some((self.account.account, self.device.public().device_id())),
            is_external: true,
            heads: conversation.heads.encode(),
            is_refused: false,
        };
        conversation.record.suite = group.suite()?.number();
        conversation.enter(group);
        conversation.record.unacknowledged_merge = Some(entry.seq);
        cx.put(CommitRecord::key(&id), &commit);
        conversation.kept.commit = Some(commit);
        self.keep_heads(id, heads, cx);
        self.note_epoch(id);
        self.set_outlived(id, false, cx);
        self.save_pending(id, cx);
        self.save_conversation(id, cx);
        self.seal_anew(id, Epoch(0), cx);
        self.tell_those_to_be_added(id, cx);
        self.notice_at(NoticeCode::Rejoined, id, None, None, cx);
        self.show_conversation(id, cx);
        Ok(())
    }

    /// What was sealed in epochs that are not gone on from is sealed anew, under other names.
    pub(super) fn seal_anew(&mut self, id: ConversationId, from: Epoch, cx: &mut Context<'_>) {
        let is_over =
            |state: &OutboxState| matches!(state, OutboxState::Sealed(sealed) if sealed.epoch >= from);
        let sealed: Vec<u64> = self
            .outbox
            .values()
            .filter(|item| is_over(&item.state) && self.goes_to(item, id))
            .map(|item| item.position)
            .collect();
        sealed.into_iter().for_each(|position| self.set_state(position, OutboxState::Waiting, cx));
    }

    /// The relay refused a way back: another commit came first, or the way leads nowhere. False: it was none.
    pub(super) fn repair_refused(
        &mut self,
        id: ConversationId,
        failure: &Failure,
        cx: &mut Context<'_>,
    ) -> bool {
        let Some(conversation) = self.conversations.get_mut(&id) else { return false };
        if !conversation.is_rejoining() {
            return false;
        }
        conversation.repair = Repair::Due;
        let cursor = conversation.record.cursor;
        if failure.code != ErrorCode::StaleEpoch {
            self.await_commit(id, failure.code.as_str(), cx);
        } else if std::mem::replace(&mut conversation.refused_at, cursor) == cursor {
            // No other commit came in between: made anew, it would be refused again.
            self.put_off_repair(id, REPAIR_RETRY_MS, cx);
        }
        self.take_up(id, cx);
        true
    }

    pub(super) fn group_to_rejoin_refused(
        &mut self,
        id: ConversationId,
        failure: &Failure,
        cx: &mut Context<'_>,
    ) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        conversation.repair = Repair::Due;
        if failure.code.is_transient() || failure.code == ErrorCode::StaleEpoch {
            self.put_off_repair(id, wait_of(failure, REPAIR_RETRY_MS), cx);
        } else if !self.was_not_entered(id, cx) {
            self.await_commit(id, failure.code.as_str(), cx);
        }
    }

    /// The last step: whoever is in the group has to commit before it can be entered.
    pub(super) fn await_commit(&mut self, id: ConversationId, detail: &str, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&id).filter(|known| known.is_rejoining()) {
            conversation.repair = Repair::AwaitingCommit;
            self.notice_at(NoticeCode::RejoinFailed, id, None, Some(detail), cx);
        }
    }

    fn put_off_repair(&mut self, id: ConversationId, wait_ms: u64, cx: &mut Context<'_>) {
        if let Some(conversation) = self.conversations.get_mut(&id).filter(|known| known.is_rejoining()) {
            conversation.repair = Repair::Due;
            conversation.send_after = cx.now.plus_millis(wait_ms);
            self.alarms.insert(conversation.send_after);
        }
    }
}

impl Conversation {
    fn is_rejoining(&self) -> bool {
        self.record.phase == Phase::Rejoining
    }

    /// The newest epoch that this device was in.
    fn newest_epoch(&self) -> Option<Epoch> {
        self.record.digests.iter().map(|(epoch, _)| Epoch(*epoch)).max()
    }

    /// Goes on with another group of the same conversation: nothing of the one before counts any longer.
    pub(super) fn enter(&mut self, group: Group) {
        self.group = GroupState::Here(Box::new(group));
        self.record.phase = Phase::Joined;
        self.record.digests.clear();
        self.record.unacknowledged_merge = None;
        self.pending = None;
        self.kept = Kept::default();
        self.repair = Repair::Due;
        self.claimed.clear();
        self.in_flight.clear();
        self.refused_for_epoch.clear();
        self.due_at = None;
        self.send_from_epoch = Epoch(0);
        self.send_after = Timestamp::default();
        self.unsettle();
    }
}
