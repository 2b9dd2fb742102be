//! Creating conversations and adding to their logs.
//!
//! Handshakes are validated off the writer on the group in memory; the writer checks again only that nothing came
//! between. The group in memory is out of its place meanwhile: whatever fails, it is loaded again.

use std::sync::Arc;

use mls_wasm::peek;
use mls_wasm::policy::{Heads, Kind};
use mls_wasm::public::{PublicGroup, Submission, Validated};
use mls_wasm::{Error as MlsError, Leaf, Roster};
use protocol::codec::OrEmpty;
use protocol::content::HandshakeContext;
use protocol::frame::{
    Appended, Control, ControlKind, ConversationCreate, Created, Failure, Response, SubmitHandshake,
    SubmitMessage,
};
use protocol::{AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, ErrorCode, Timestamp};

use super::{Answer, Session};
use crate::groups::{COMMITS_PER_SNAPSHOT, LoadedGroup, load};
use crate::identities::Logs;
use crate::rates::Counted;
use crate::server::Relay;
use crate::store::{
    self, Creation, GroupChange, HandshakeAppend, HandshakeOutcome, Member, MessageAppend, Store,
};

/// Appends a sealed message. The store checks membership and epoch in its transaction.
pub(super) async fn submit_message<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    submit: SubmitMessage,
) -> Result<Answer, Failure> {
    count_send(relay, session, submit.conversation)?;
    let peeked = peek::private_message(&submit.message).map_err(|error| refuse(&error))?;
    if peeked.conversation != submit.conversation || peeked.content != peek::Content::Application {
        return Err(Failure::new(ErrorCode::InvalidRequest, "not a sealed message of this conversation"));
    }
    let append = MessageAppend {
        conversation: submit.conversation,
        envelope: submit.envelope,
        sender: session.member(),
        epoch: peeked.epoch,
        message: submit.message,
        now: relay.clock.now(),
    };
    let appended = relay.store.append_message(append).await?;
    relay.metrics.messages_appended_total.add_one();
    Ok(answer(submit.conversation, submit.envelope, appended))
}

/// Appends a commit, with all that belongs to it, or a member's proposal to leave.
pub(super) async fn submit_handshake<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    submit: SubmitHandshake,
) -> Result<Answer, Failure> {
    let (conversation, envelope) = (submit.conversation, submit.envelope);
    let find_repeat = {
        let (device, handshake) = (session.leaf.identity.device, submit.handshake.clone());
        move || relay.store.find_appended(conversation, device, envelope, handshake.clone())
    };
    // Asked first also because it refuses strangers: only members' conversations get a place.
    if let Some(repeat) = find_repeat().await? {
        return Ok(answer(conversation, envelope, repeat));
    }
    count_send(relay, session, conversation)?;
    let slot = relay.groups.slot(conversation);
    let mut place = slot.lock().await;
    let loaded = match place.take() {
        Some(loaded) => loaded,
        None => load(&relay.store, conversation).await?,
    };
    let logs = logs_of(relay, &submit.handshake).await?;
    let (leaf, now) = (session.leaf, relay.clock.now());
    let (loaded, prepared) = blocking(move || prepare(loaded, &leaf, submit, &logs, now)).await?;
    let append = match prepared {
        Ok(append) => append,
        Err(failure) => {
            *place = loaded;
            // The same submission on another socket may have been taken while this one waited for the place.
            return match find_repeat().await? {
                Some(repeat) => Ok(answer(conversation, envelope, repeat)),
                None => Err(failure),
            };
        }
    };
    let appended = relay.store.append_handshake(append).await?;
    *place = loaded.map(|loaded| LoadedGroup { handshake_seq: appended.seq, ..loaded });
    relay.metrics.handshakes_appended_total.add_one();
    Ok(answer(conversation, envelope, appended))
}

/// Creates a conversation from a group of its creator alone, and its first commit with it.
pub(super) async fn create<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    create: ConversationCreate,
) -> Result<Answer, Failure> {
    let counted = Counted::Creations(session.leaf.identity.account);
    relay.count(counted, relay.config.rates.creations)?;
    let conversation = create.conversation;
    let mut heads = vec![create.head];
    if let Some(commit) = &create.first_commit {
        heads.extend(context_of(&commit.handshake)?.heads);
    }
    let logs = relay.logs.of_heads(&relay.store, &heads).await?;
    let (leaf, now) = (session.leaf, relay.clock.now());
    let envelope = create.first_commit.as_ref().map_or(create.envelope, |commit| commit.envelope);
    let creation = blocking(move || prepare_creation(&leaf, create, &logs, now)).await??;
    let appended = relay.store.create_conversation(creation).await?;
    Ok(answer(conversation, envelope, appended))
}

/// Validates a handshake and applies it to the group in memory. A refused one leaves the group as it was; `None` means
/// that it has to be loaded again.
fn prepare(
    mut loaded: LoadedGroup,
    leaf: &Leaf,
    submit: SubmitHandshake,
    logs: &Logs,
    now: Timestamp,
) -> (Option<LoadedGroup>, Result<HandshakeAppend, Failure>) {
    let epoch = loaded.group.epoch();
    let validated = {
        let welcomes = welcomes_of(&submit);
        let submission = Submission {
            session: leaf,
            handshake: &submit.handshake,
            group_info: submit.group_info.0.as_deref(),
            welcomes: &welcomes,
        };
        loaded.group.validate(&submission, &loaded.heads, logs)
    };
    let validated = match validated {
        Ok(validated) => validated,
        Err(error) => {
            let failure = Failure { epoch, ..refuse(&error) };
            return (Some(loaded), Err(failure));
        }
    };
    let validated_at = loaded.handshake_seq;
    let outcome = match apply(&mut loaded, validated, &submit) {
        Ok(outcome) => outcome,
        Err(error) => return (None, Err(refuse(&error))),
    };
    let append = HandshakeAppend {
        conversation: submit.conversation,
        envelope: submit.envelope,
        sender: Member { device: leaf.identity.device, account: leaf.identity.account },
        epoch,
        validated_at,
        handshake: submit.handshake,
        outcome,
        now,
    };
    (Some(loaded), Ok(append))
}

fn apply(
    loaded: &mut LoadedGroup,
    validated: Validated,
    submit: &SubmitHandshake,
) -> Result<HandshakeOutcome, MlsError> {
    match validated {
        Validated::Leave(leave) => {
            loaded.group.keep_leave(*leave)?;
            Ok(HandshakeOutcome::Proposal)
        }
        Validated::Commit(commit) => {
            let is_snapshot_due = loaded.commits_since_snapshot + 1 >= COMMITS_PER_SNAPSHOT;
            let snapshot = is_snapshot_due.then(|| loaded.group.snapshot());
            loaded.commits_since_snapshot =
                if is_snapshot_due { 1 } else { loaded.commits_since_snapshot + 1 };
            loaded.heads = commit.heads.clone();
            loaded.group.apply(*commit)?;
            let group_info = submit.group_info.0.clone().ok_or(MlsError::Malformed)?;
            let change = change_of(&loaded.group, &loaded.heads, group_info, snapshot)?;
            let welcomes =
                submit.welcomes.iter().map(|welcome| (welcome.device, welcome.welcome.clone())).collect();
            Ok(HandshakeOutcome::Commit { change, welcomes })
        }
    }
}

fn prepare_creation(
    leaf: &Leaf,
    create: ConversationCreate,
    logs: &Logs,
    now: Timestamp,
) -> Result<Creation, Failure> {
    let group =
        PublicGroup::create(&create.conversation, &create.group_info, &create.tree, leaf, &create.head, logs)
            .map_err(|error| refuse(&error))?;
    let policy = group.policy().map_err(|error| refuse(&error))?;
    let suite = group.suite().map_err(|error| refuse(&error))?;
    let pair = pair_of(&policy.kind);
    let heads = Heads::from_list([create.head]);
    let state = change_of(&group, &heads, create.group_info, Some(group.snapshot()))
        .map_err(|error| refuse(&error))?;
    let mut loaded = LoadedGroup { group, heads, handshake_seq: protocol::Seq(1), commits_since_snapshot: 0 };
    let first_commit = match create.first_commit {
        None => None,
        Some(commit) if commit.conversation != create.conversation => {
            return Err(Failure::new(ErrorCode::InvalidRequest, "a first commit of another conversation"));
        }
        Some(commit) => {
            let (after, append) = prepare(loaded, leaf, commit, logs, now);
            let append = append?;
            loaded = after.ok_or_else(|| Failure::new(ErrorCode::InternalError, "the relay failed"))?;
            Some(append)
        }
    };
    let roster = loaded.group.roster().map_err(|error| refuse(&error))?;
    if pair.is_some_and(|pair| pair.iter().any(|account| !roster.has_account(account))) {
        return Err(Failure::new(ErrorCode::PolicyRefused, "a conversation of two begins with both"));
    }
    let created = Created { creator: leaf.identity.device, suite, head: create.head };
    Ok(Creation {
        conversation: create.conversation,
        envelope: create.envelope,
        pair,
        suite,
        creator: Member { device: leaf.identity.device, account: leaf.identity.account },
        created: Control { kind: ControlKind::Created(created) },
        state,
        first_commit,
        now,
    })
}

fn change_of(
    group: &PublicGroup,
    heads: &Heads,
    group_info: Bytes,
    snapshot: Option<Vec<u8>>,
) -> Result<GroupChange, MlsError> {
    Ok(GroupChange {
        epoch: group.epoch(),
        group_info,
        tree: group.tree().into(),
        heads: heads.encode(),
        snapshot,
        members: members_of(&group.roster()?),
    })
}

pub(super) fn members_of(roster: &Roster) -> Vec<Member> {
    let member = |leaf: &Leaf| Member { device: leaf.identity.device, account: leaf.identity.account };
    roster.leaves().map(|(_, leaf)| member(leaf)).collect()
}

fn pair_of(kind: &Kind) -> Option<[AccountId; 2]> {
    match kind {
        Kind::Dm { accounts } => Some(*accounts),
        // An account has one self conversation, as two accounts have one of them both.
        Kind::SelfGroup { account } => Some([*account; 2]),
        Kind::Room { .. } => None,
    }
}

fn welcomes_of(submit: &SubmitHandshake) -> Vec<(DeviceId, &[u8])> {
    submit.welcomes.iter().map(|welcome| (welcome.device, welcome.welcome.as_ref())).collect()
}

async fn logs_of<S: Store>(relay: &Relay<S>, handshake: &[u8]) -> Result<Logs, Failure> {
    Ok(relay.logs.of_heads(&relay.store, &context_of(handshake)?.heads).await?)
}

fn context_of(handshake: &[u8]) -> Result<HandshakeContext, Failure> {
    let peeked = peek::public_message(handshake).map_err(|error| refuse(&error))?;
    HandshakeContext::decode(&peeked.authenticated_data)
        .map_err(|error| Failure::new(ErrorCode::InvalidCommit, error.to_string()))
}

pub(super) fn count_send<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    conversation: ConversationId,
) -> Result<(), Failure> {
    let counted = Counted::Sends(session.leaf.identity.account, conversation);
    relay.count(counted, relay.config.rates.sends)
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::new(ErrorCode::InternalError, "the relay failed"))
}

fn answer(conversation: ConversationId, envelope: EnvelopeId, appended: store::Appended) -> Answer {
    let store::Appended { seq, received_at, .. } = appended;
    Response::Appended(Appended { conversation, envelope, seq, received_at }).into()
}

/// The engine's refusal on the wire: its own code stands in the message.
pub(super) fn refuse(error: &MlsError) -> Failure {
    let code = match error {
        MlsError::WrongEpoch => ErrorCode::StaleEpoch,
        MlsError::WrongGroup | MlsError::Malformed => ErrorCode::InvalidRequest,
        MlsError::Refused(_) | MlsError::ForeignLeaf(_) => ErrorCode::PolicyRefused,
        MlsError::DamagedState | MlsError::UpgradeRequired => ErrorCode::InternalError,
        _ => ErrorCode::InvalidCommit,
    };
    Failure { conversation: OrEmpty(None), ..Failure::new(code, format!("{}: {error}", error.code())) }
}

/// A group's slot, for whoever reads the current tree.
pub(super) async fn current_tree<S: Store>(
    relay: &Arc<Relay<S>>,
    conversation: ConversationId,
) -> Result<(protocol::Epoch, Bytes), Failure> {
    let slot = relay.groups.slot(conversation);
    let mut place = slot.lock().await;
    let loaded = match place.take() {
        Some(loaded) => loaded,
        None => load(&relay.store, conversation).await?,
    };
    let current = (loaded.group.epoch(), Bytes::from(loaded.group.tree()));
    *place = Some(loaded);
    Ok(current)
}
