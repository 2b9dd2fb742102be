//! A commit that cannot be followed, or that others could not: kept until another device has followed it, and taken back
//! where the log voids it with members' signed refusals (ADR 0010).

use client_api::{Event, Notice, NoticeCode};
use mls_wasm::policy::Heads;
use mls_wasm::{CommitFacts, Committer, Group, Leaf, Roster, peek};
use protocol::frame::{CommitRefusal, ControlKind, CursorMoved, Entry, Payload, Void};
use protocol::{Bytes, ConversationId, DeviceId, Epoch, Seq, Timestamp};
use zeroize::Zeroizing;

use super::Context;
use super::repair::Repair;
use super::state::{Conversation, Engine, GroupState, Kept};
use crate::records::{CommitRecord, PendingRecord, Phase, RecordKey, StoreKind, Write};

/// The wait before what an own voided commit was to do is tried again: whoever refuses all of them costs no more than this.
const VOIDED_RETRY_MS: u64 = 60_000;

/// What a void is to this device.
enum Standing {
    /// The group here is the one before the commit, which could not be followed.
    Before,
    /// The commit was merged, and the state before it is kept.
    Kept,
    /// The state before it is not here.
    Gone,
}

impl Engine {
    /// Another's commit was merged: until this device's own word is out that it was, it may be taken back. The state before
    /// it is kept in memory only, since that takes no longer than a round trip; after a crash between, a void leads to a
    /// rejoin.
    pub(super) fn keep_before(
        &mut self,
        id: ConversationId,
        before: Option<Zeroizing<Vec<u8>>>,
        commit: CommitRecord,
        cx: &mut Context<'_>,
    ) {
        if let Some(conversation) = self.conversations.get_mut(&id)
            && conversation.record.phase == Phase::Joined
        {
            cx.put(CommitRecord::key(&id), &commit);
            conversation.record.unacknowledged_merge = Some(commit.seq);
            conversation.kept = Kept { before, commit: Some(commit), ..Kept::default() };
        }
    }

    /// The own commit was merged: the state before it is stored until another device has followed.
    pub(super) fn store_before(
        &mut self,
        id: ConversationId,
        before: Zeroizing<Vec<u8>>,
        commit: CommitRecord,
        cx: &mut Context<'_>,
    ) {
        let key = RecordKey::new(StoreKind::GroupBefore, id.as_bytes(), b"");
        cx.step.writes.push(Write::raw(key, Some(before.clone())));
        self.keep_before(id, Some(before), commit, cx);
    }

    /// A commit on the group as it is here could not be followed.
    pub(super) fn note_refused(
        &mut self,
        id: ConversationId,
        entry: &Entry,
        handshake: &Bytes,
        cx: &mut Context<'_>,
    ) {
        let Ok(peeked) = peek::public_message(handshake) else { return };
        let committer = self.committer_of(id, entry).or_else(|| self.owner_of(entry.sender));
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let own_epoch = conversation.group().map(|group| group.epoch());
        if own_epoch != Some(peeked.epoch) || peeked.content != peek::Content::Commit {
            return;
        }
        let commit = CommitRecord {
            seq: entry.seq,
            epoch: peeked.epoch,
            hash: Some(hash_of(entry)),
            committer: committer.map(|committer| (committer.account, committer.device)),
            is_external: peeked.sender == peek::Sender::NewMemberCommit,
            heads: vec![],
            is_refused: true,
        };
        self.forget_commit(id, cx);
        cx.put(CommitRecord::key(&id), &commit);
        if let Some(conversation) = self.conversations.get_mut(&id) {
            conversation.kept.commit = Some(commit);
        }
    }

    /// The last commit stands, or is made up for: what was kept for its sake is needed no longer.
    pub(super) fn forget_commit(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let is_kept = conversation.kept.commit.take().is_some();
        if conversation.record.unacknowledged_merge.take().is_some() || is_kept {
            cx.delete(RecordKey::new(StoreKind::GroupBefore, id.as_bytes(), b""));
            cx.delete(CommitRecord::key(&id));
        }
        conversation.kept.before = None;
    }

    /// The last commit was followed, and opened an epoch of these members.
    pub(super) fn last_commit_stands(&mut self, id: ConversationId, roster: &Roster, cx: &mut Context<'_>) {
        let own = self.device.public().device_id();
        let commit = self.conversations.get(&id).and_then(|conversation| conversation.kept.commit.as_ref());
        if commit.is_some_and(|commit| commit.is_by(&own)) {
            self.carried_out(id, roster, cx);
        }
        self.forget_commit(id, cx);
    }

    /// The same, where its epoch goes on.
    fn current_commit_stands(&mut self, id: ConversationId, cx: &mut Context<'_>) {
        let group = self.conversations.get_mut(&id).and_then(|conversation| conversation.group());
        match group.map(|group| group.roster()) {
            Some(Ok(roster)) => self.last_commit_stands(id, &roster, cx),
            _ => self.forget_commit(id, cx),
        }
    }

    /// A device has stored the log up to a place. If another than the committer's has followed the last commit, it stands.
    pub(super) fn commit_followed(&mut self, moved: &CursorMoved, cx: &mut Context<'_>) {
        let own = self.device.public().device_id();
        let Some(conversation) = self.conversations.get_mut(&moved.conversation) else { return };
        let (is_word, seq) = match &conversation.kept.commit {
            Some(commit) if commit.is_refused => return,
            // Who joined by a commit does not know whose it was, and takes nobody's word but its own.
            Some(commit) if commit.committer.is_none() => (moved.device == own, Some(commit.seq)),
            Some(commit) => (!commit.is_by(&moved.device), Some(commit.seq)),
            // The group is not in memory: the row says that an own commit waits.
            None => (moved.device != own, conversation.record.unacknowledged_merge),
        };
        // Behind a void that is about to be obeyed, nobody's word counts.
        if is_word && seq.is_some_and(|seq| seq <= moved.seq && !conversation.is_void_held(seq)) {
            self.current_commit_stands(moved.conversation, cx);
            self.save_conversation(moved.conversation, cx);
        }
    }

    /// Who speaks in the current epoch has followed what opened it.
    pub(super) fn commit_spoken_in(&mut self, id: ConversationId, by: &DeviceId, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        if let Some(commit) = conversation.kept.commit.as_ref()
            && !commit.is_refused
            && commit.committer.is_some()
            && !commit.is_by(by)
        {
            self.current_commit_stands(id, cx);
        }
    }

    /// The log voids a commit. Obeyed where members prove that they cannot follow what this device saw at that place, and
    /// nobody is known to have followed it.
    pub(super) fn void(&mut self, id: ConversationId, void: &Void, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let said_since = conversation.said_since.take().unwrap_or_default();
        let Some(standing) = conversation.standing_of(void) else {
            self.notice_at(NoticeCode::RelayMisbehaved, id, Some(void.seq), Some("void_unproven"), cx);
            return;
        };
        let Kept { before, commit, rejoin, replaced } = std::mem::take(&mut conversation.kept);
        let commit = commit.as_ref();
        self.note_said(id, &said_since, cx);
        match (standing, before) {
            (Standing::Before, _) => {
                // A way back follows the commit that is void; any other commit was made in the epoch that goes on, and the relay may have
                // taken it behind the void.
                if rejoin.is_some() {
                    self.drop_pending(id, cx);
                }
                if let Some(conversation) = self.conversations.get_mut(&id) {
                    conversation.record.phase = Phase::Joined;
                    conversation.repair = Repair::Due;
                    conversation.is_renewal_due = commit.is_some_and(|commit| commit.is_external);
                }
            }
            (Standing::Kept, Some(before)) if self.take_back(id, &before, replaced, cx) => {
                self.restore_heads(id, commit, cx);
                self.say_again(id, said_since.own, cx);
            }
            _ => self.leave_voided(id, commit, cx),
        }
        self.voided(id, void, commit, cx);
        self.tell_those_to_be_added(id, cx);
    }

    /// Goes on from the state before a commit, and with the own one that it replaced.
    fn take_back(
        &mut self,
        id: ConversationId,
        before: &[u8],
        replaced: Option<PendingRecord>,
        cx: &mut Context<'_>,
    ) -> bool {
        let Some(conversation) = self.conversations.get_mut(&id) else { return false };
        let restored = conversation.group().map(|group| match replaced {
            Some(_) => Group::restored(&id, before, Some(group)),
            None => group.restore(before),
        });
        let Some(Ok(group)) = restored else { return false };
        let epoch = group.epoch();
        let digests = std::mem::take(&mut conversation.record.digests);
        conversation.enter(group);
        conversation.record.digests = digests;
        conversation.record.digests.retain(|(known, _)| Epoch(*known) <= epoch);
        conversation.pending = replaced;
        conversation.submitted = None;
        self.save_pending(id, cx);
        true
    }

    /// The state before the commit is not here, or the commit was this device's own way back: there is no group any more.
    fn leave_voided(&mut self, id: ConversationId, commit: Option<&CommitRecord>, cx: &mut Context<'_>) {
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        let epoch = conversation.group().map(|group| group.epoch());
        conversation.record.digests.retain(|(known, _)| Some(Epoch(*known)) < epoch);
        conversation.group = GroupState::Absent;
        conversation.pending = None;
        cx.step.writes.push(Write::delete_all(RecordKey::new(StoreKind::Group, id.as_bytes(), b"")));
        self.restore_heads(id, commit, cx);
        self.save_pending(id, cx);
        self.cannot_follow(id, cx);
        if commit.is_some_and(|commit| commit.is_external) {
            self.await_commit(id, "voided", cx);
        }
    }

    /// The heads before the commit. Where they are not known, the relay's are taken with the group: no log is believed
    /// below what was seen of it anyway.
    fn restore_heads(&mut self, id: ConversationId, commit: Option<&CommitRecord>, cx: &mut Context<'_>) {
        let heads = commit.and_then(|commit| Heads::decode(&commit.heads).ok());
        self.keep_heads(id, heads.unwrap_or_default(), cx);
    }

    /// What follows from a void that was obeyed, however that was.
    fn voided(
        &mut self,
        id: ConversationId,
        void: &Void,
        commit: Option<&CommitRecord>,
        cx: &mut Context<'_>,
    ) {
        let own = self.device.public().device_id();
        let Some(conversation) = self.conversations.get_mut(&id) else { return };
        cx.step.writes.push(Write::delete_all(RecordKey::new(StoreKind::GroupBefore, id.as_bytes(), b"")));
        conversation.record.unacknowledged_merge = None;
        conversation.send_from_epoch = Epoch(0);
        conversation.send_after = Timestamp::default();
        conversation.unsettle();
        // What was sealed before the commit may be under way: the log is to show it under the name that it has.
        if let Some(voided) = conversation.group().map(|group| group.epoch().next()) {
            self.seal_anew(id, voided, cx);
        }
        self.save_conversation(id, cx);
        let committer = commit.and_then(|commit| commit.committer);
        if committer.is_some_and(|(_, device)| device == own) {
            self.put_off_commit_by(id, VOIDED_RETRY_MS, cx);
        }
        cx.emit(Event::Notice(Notice {
            conversation: Some(id),
            account: committer.map(|(account, _)| account),
            device: committer.map(|(_, device)| device),
            seq: Some(void.seq),
            ..Notice::new(NoticeCode::CommitVoided)
        }));
    }
}

impl Conversation {
    /// Whether the log is known to void a commit, and that was not processed yet.
    fn is_void_held(&self, seq: Seq) -> bool {
        self.held.values().any(|entry| match &entry.payload {
            Payload::Control(control) => {
                matches!(&control.kind, ControlKind::Void(void) if void.seq == seq)
            }
            _ => false,
        })
    }

    /// What a void is to this device, if it is to be obeyed: never once another device is known to have followed the commit.
    fn standing_of(&mut self, void: &Void) -> Option<Standing> {
        let id = self.id();
        let now = self.group()?.roster().ok()?;
        let commit = self.kept.commit.as_ref().filter(|commit| commit.seq == void.seq)?;
        let (standing, roster) = match &self.kept.before {
            _ if commit.is_refused => (Standing::Before, now.clone()),
            Some(before) => (Standing::Kept, Group::restored(&id, before, None).ok()?.roster().ok()?),
            None => (Standing::Gone, now.clone()),
        };
        let is_proof = |refusal: &CommitRefusal| {
            let leaf = leaf_of(&roster, &refusal.device).filter(|leaf| refusal.is_signed_by(&leaf.key));
            (refusal.conversation, refusal.seq, refusal.epoch) == (id, commit.seq, commit.epoch)
                && commit.hash.is_none_or(|hash| hash == refusal.commit)
                && !commit.is_by(&refusal.device)
                && leaf.is_some_and(|leaf| leaf_of(&now, &leaf.identity.device) == Some(leaf))
        };
        let mut proofs = void.proofs.iter().filter_map(|proof| CommitRefusal::decode(proof).ok());
        proofs.any(|refusal| is_proof(&refusal)).then_some(standing)
    }
}

fn leaf_of<'a>(roster: &'a Roster, device: &DeviceId) -> Option<&'a Leaf> {
    roster.leaf(roster.index_of(device)?)
}

/// What is remembered of a commit that is merged.
pub(super) fn commit_of(facts: &CommitFacts, roster: &Roster, entry: &Entry, heads: &Heads) -> CommitRecord {
    let leaf = match facts.committer {
        Committer::Member(index) => roster.leaf(index).copied(),
        Committer::External => facts.path_leaf,
    };
    CommitRecord {
        seq: entry.seq,
        epoch: Epoch(facts.epoch.0.saturating_sub(1)),
        hash: Some(hash_of(entry)),
        committer: leaf.map(|leaf| (leaf.identity.account, leaf.identity.device)),
        is_external: facts.committer == Committer::External,
        heads: heads.encode(),
        is_refused: false,
    }
}

/// What is remembered of the commit that this device was added by.
pub(super) fn joined_by(seq: Seq, epoch: Epoch) -> CommitRecord {
    CommitRecord {
        seq,
        epoch: Epoch(epoch.0.saturating_sub(1)),
        hash: None,
        committer: None,
        is_external: false,
        heads: vec![],
        is_refused: false,
    }
}

/// What names a commit.
pub(super) fn hash_of(entry: &Entry) -> [u8; 32] {
    match &entry.payload {
        Payload::Handshake(handshake) => CommitRefusal::hash_of(handshake),
        Payload::Application(_) | Payload::Control(_) => [0; 32],
    }
}
