//! The suite: generic over how a store is opened, so that the next one reuses it.

use protocol::frame::{Control, ControlKind, Created};
use protocol::identity::{AccountHead, Head};
use protocol::keys::RootKey;
use protocol::{
    AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, Handle, Seq, Suite, Timestamp, limits,
};
use relay::store::{
    Conversations, Creation, GroupChange, HandshakeAppend, HandshakeOutcome, Identities, IdentityAppend,
    Inboxes, Member, MessageAppend, NewSession, Resume, Sessions, StoreError,
};
use tokio::task::JoinSet;

use crate::kept::Kept;

pub(crate) const ACCOUNT: AccountId = AccountId::from_bytes([1; 32]);
pub(crate) const OTHER: AccountId = AccountId::from_bytes([2; 32]);
pub(crate) const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);
pub(crate) const OTHER_DEVICE: DeviceId = DeviceId::from_bytes([2; 16]);
pub(crate) const CONVERSATION: ConversationId = ConversationId::from_bytes([3; 16]);
pub(crate) const SUITE: Suite = Suite::CHACHA20_POLY1305;

pub(crate) async fn a_log_grows_by_one_whoever_appends<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    let mut appending = JoinSet::new();
    for number in 0..150u8 {
        let store = store.clone();
        appending.spawn(async move { store.append_message(message(number, 1)).await.unwrap().seq });
    }
    let mut places: Vec<u64> = appending.join_all().await.into_iter().map(|seq| seq.0).collect();
    places.sort_unstable();
    assert_eq!(places, (3..153).collect::<Vec<u64>>());
}

pub(crate) async fn the_same_submission_again_has_the_same_place_and_other_bytes_are_refused<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    let first = store.append_message(message(1, 1)).await.unwrap();
    let again = store.append_message(message(1, 1)).await.unwrap();
    assert_eq!((again.seq, again.is_repeat), (first.seq, true));
    let other = MessageAppend { message: Bytes::from_static(b"other"), ..message(1, 1) };
    assert_eq!(store.append_message(other).await, Err(StoreError::EnvelopeReused));
}

pub(crate) async fn messages_of_this_epoch_and_the_one_before_are_taken_and_others_refused<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    store.append_handshake(commit(9, 1, 2)).await.unwrap();
    for (number, epoch, expected) in [(1, 2, true), (2, 1, true), (3, 3, false), (4, 0, false)] {
        let appended = store.append_message(message(number, epoch)).await;
        let is_stale = appended == Err(StoreError::StaleEpoch(Epoch(2)));
        assert_eq!((appended.is_ok(), is_stale), (expected, !expected), "epoch {epoch}");
    }
}

pub(crate) async fn what_whoever_was_just_added_could_not_read_is_not_taken<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    assert_eq!(store.append_message(message(1, 0)).await, Err(StoreError::StaleEpoch(Epoch(1))));
    store.append_message(message(2, 1)).await.unwrap();
    store.append_handshake(commit(9, 1, 2)).await.unwrap();
    store.append_message(message(3, 1)).await.expect("nobody was added");
}

pub(crate) async fn of_racing_commits_one_wins_and_the_others_are_told<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    let mut racing = JoinSet::new();
    for number in 0..100 {
        let store = store.clone();
        racing.spawn(async move { store.append_handshake(commit(number, 1, 2)).await });
    }
    let outcomes = racing.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let lost = outcomes.iter().filter(|outcome| **outcome == Err(StoreError::StaleEpoch(Epoch(2)))).count();
    assert_eq!(lost, 99);
}

pub(crate) async fn only_members_append_and_read<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    let stranger = Member { device: DeviceId::from_bytes([9; 16]), account: AccountId::from_bytes([9; 32]) };
    let foreign = MessageAppend { sender: stranger, ..message(1, 1) };
    assert_eq!(store.append_message(foreign).await, Err(StoreError::Forbidden));
    assert_eq!(store.entries(CONVERSATION, stranger.device, Seq(1), 10).await, Err(StoreError::Forbidden));
    let page = store.entries(CONVERSATION, DEVICE, Seq(1), 10).await.unwrap();
    assert_eq!(page.entries.len(), 2);
    let joined = store.entries(CONVERSATION, OTHER_DEVICE, Seq(1), 10).await.unwrap();
    assert_eq!(joined.entries[0].seq, Seq(2), "a joiner reads from the entry that added it");
}

pub(crate) async fn two_accounts_have_one_conversation<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    let mut second = creation();
    second.conversation = ConversationId::from_bytes([4; 16]);
    assert_eq!(store.create_conversation(second).await, Err(StoreError::ConversationExists(CONVERSATION)));
    assert!(store.create_conversation(creation()).await.unwrap().is_repeat);
}

pub(crate) async fn a_conversation_without_a_listed_device_gives_way_to_another_of_its_accounts<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    let [newer, other_newer] = [[11; 16], [12; 16]].map(DeviceId::from_bytes);
    let mut second = creation();
    second.conversation = ConversationId::from_bytes([4; 16]);
    for (account, old, new, device) in [(ACCOUNT, DEVICE, newer, 11), (OTHER, OTHER_DEVICE, other_newer, 12)]
    {
        let refused = store.create_conversation(second.clone()).await;
        assert_eq!(refused, Err(StoreError::ConversationExists(CONVERSATION)), "a member can add others");
        let recovery = IdentityAppend {
            from_length: 1,
            head: Head { length: 2, hash: [device; 32] },
            revoked: vec![old],
            ..opening(account, new, None)
        };
        store.append_identity(recovery).await.unwrap();
    }
    assert!(!store.create_conversation(second.clone()).await.unwrap().is_repeat);
    assert!(store.create_conversation(second).await.unwrap().is_repeat);
    assert!(store.create_conversation(creation()).await.unwrap().is_repeat, "the dead one is still there");
}

pub(crate) async fn a_welcome_lies_in_its_inbox_until_it_is_acknowledged<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    let waiting = store.inbox(OTHER_DEVICE, 0, 10).await.unwrap().items;
    assert_eq!((waiting.len(), waiting[0].seq, waiting[0].epoch), (1, Seq(2), Epoch(1)));
    assert_eq!(
        store.served_group(CONVERSATION, OTHER_DEVICE, Some(1)).await.unwrap().tree.unwrap().as_ref(),
        b"tree"
    );
    store.acknowledge_inbox(OTHER_DEVICE, vec![waiting[0].id]).await.unwrap();
    assert!(store.inbox(OTHER_DEVICE, 0, 10).await.unwrap().items.is_empty());
}

pub(crate) async fn a_resume_token_works_once_and_again_only_while_its_answer_may_be_lost<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    account(&store, ACCOUNT, DEVICE, None).await.unwrap();
    let session = NewSession {
        account: ACCOUNT,
        device: DEVICE,
        session: [1; 32],
        resume: [2; 32],
        expires_at: now(10_000_000),
        state_counter: 7,
    };
    store.start_session(session).await.unwrap();
    let resume = |presented: u8, new: u8, at: u64| Resume {
        presented: [presented; 32],
        session: [new; 32],
        resume: [new + 1; 32],
        now: now(at),
        expires_at: now(10_000_000),
        state_counter: 9,
    };
    assert_eq!(store.resume_session(resume(2, 10, 5)).await.unwrap().state_counter, 7);
    store.acknowledge(DEVICE, ACCOUNT, vec![], 12).await.unwrap();
    assert_eq!(
        store.resume_session(resume(2, 20, 6)).await.unwrap().state_counter,
        12,
        "the highest it ever told"
    );
    let late = limits::RESUME_GRACE_MS + 7;
    assert_eq!(store.resume_session(resume(2, 30, late)).await, Err(StoreError::ResumeFailed));
    store.resume_session(resume(21, 40, late)).await.unwrap();
    assert_eq!(store.resume_session(resume(99, 50, late)).await, Err(StoreError::ResumeFailed));
}

pub(crate) async fn a_handle_is_one_accounts_and_a_log_is_appended_where_it_stands<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    account(&store, ACCOUNT, DEVICE, Some("ana")).await.unwrap();
    assert_eq!(account(&store, OTHER, OTHER_DEVICE, Some("ana")).await, Err(StoreError::HandleTaken));
    assert_eq!(account(&store, OTHER, DEVICE, None).await, Err(StoreError::DeviceTaken));
    assert_eq!(account(&store, ACCOUNT, DEVICE, None).await, Err(StoreError::LogConflict));
    assert_eq!(store.account_of_handle("ana".parse().unwrap()).await, Ok(Some(ACCOUNT)));
    assert_eq!(store.export_account(OTHER).await.unwrap().identity_entries, 0, "a refusal changes nothing");
}

pub(crate) async fn a_root_key_is_one_accounts_for_good<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    let [first, second, third] = [1, 2, 3].map(|seed| RootKey::from_secret(&[seed; 32]).public());
    let ana = first.account_id();
    account(&store, ana, DEVICE, None).await.unwrap();
    assert_eq!(store.account_of_root(first).await, Ok(Some(ana)), "it opened the account");
    assert_eq!(store.account_of_root(second).await, Ok(None));
    let rotation = |account, from_length, root_key| IdentityAppend {
        from_length,
        head: Head { length: from_length + 1, hash: [1; 32] },
        root_keys: vec![root_key],
        ..opening(account, DEVICE, None)
    };
    store.append_identity(rotation(ana, 1, second)).await.unwrap();
    for root_key in [first, second] {
        assert_eq!(store.account_of_root(root_key).await, Ok(Some(ana)), "the void one leads to no one else");
    }
    account(&store, OTHER, OTHER_DEVICE, None).await.unwrap();
    for root_key in [first, second] {
        let taking = IdentityAppend { listed: vec![OTHER_DEVICE], ..rotation(OTHER, 1, root_key) };
        assert_eq!(store.append_identity(taking).await, Err(StoreError::RootTaken));
    }
    store
        .append_identity(IdentityAppend { listed: vec![OTHER_DEVICE], ..rotation(OTHER, 1, third) })
        .await
        .unwrap();
    assert_eq!(store.account_of_root(third).await, Ok(Some(OTHER)));
}

pub(crate) async fn heads_are_of_the_logs_as_they_stand<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    account(&store, ACCOUNT, DEVICE, None).await.unwrap();
    let grown = Head { length: 2, hash: [7; 32] };
    let append = IdentityAppend { from_length: 1, head: grown, ..opening(ACCOUNT, DEVICE, None) };
    store.append_identity(append).await.unwrap();
    let heads = store.identity_heads(vec![OTHER, ACCOUNT]).await.unwrap();
    assert_eq!(heads, [AccountHead { account: ACCOUNT, head: grown }]);
}

pub(crate) async fn a_page_of_the_inbox_fits_a_frame_however_long_its_items_are<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    let welcome = Bytes::from(vec![7; protocol::limits::WELCOME_BYTES_MAX]);
    let mut last = commit(100, 1, 2).validated_at;
    for number in 0..60 {
        let epoch = u64::from(number) + 1;
        let mut added = commit(100 + number, epoch, epoch + 1);
        added.validated_at = last;
        let HandshakeOutcome::Commit { welcomes, .. } = &mut added.outcome else { unreachable!() };
        *welcomes = vec![(OTHER_DEVICE, welcome.clone())];
        last = store.append_handshake(added).await.unwrap().seq;
    }
    let (mut after, mut seen) = (0, 0);
    loop {
        let page = store.inbox(OTHER_DEVICE, after, 64).await.unwrap();
        let bytes: usize = page.items.iter().map(|item| item.welcome.len()).sum();
        assert!(bytes <= protocol::limits::PAGE_BYTES_MAX, "{bytes}");
        seen += page.items.len();
        after = page.items.last().unwrap().id;
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, 61, "the first commit added it once already");
}

pub(crate) async fn what_was_acknowledged_is_there_after_reopening<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    store.append_message(message(1, 1)).await.unwrap();
    drop(store);
    let store = kept.space();
    let page = store.entries(CONVERSATION, DEVICE, Seq(1), 10).await.unwrap();
    assert_eq!((page.entries.len(), page.latest_seq), (3, Seq(3)));
}

/// What whoever claims at a time is given for the only device.
pub(crate) async fn account<S: Identities>(
    store: &S,
    account: AccountId,
    device: DeviceId,
    handle: Option<&str>,
) -> Result<(), StoreError> {
    store.append_identity(opening(account, device, handle)).await
}

pub(crate) fn opening(account: AccountId, device: DeviceId, handle: Option<&str>) -> IdentityAppend {
    IdentityAppend {
        account,
        from_length: 0,
        entries: vec![],
        head: Head { length: 1, hash: [0; 32] },
        listed: vec![device],
        revoked: vec![],
        root_keys: vec![],
        handle: handle.map(|handle| handle.parse::<Handle>().unwrap()),
        asks_for_handle: true,
        is_closed: false,
    }
}

/// A conversation of two at epoch 1: the control entry, and the commit that added the other.
pub(crate) async fn opened<S: Conversations + Identities>(store: &S) {
    account(store, ACCOUNT, DEVICE, None).await.unwrap();
    account(store, OTHER, OTHER_DEVICE, None).await.unwrap();
    assert_eq!(store.create_conversation(creation()).await.unwrap().seq, Seq(2));
}

fn creation() -> Creation {
    let own = Member { device: DEVICE, account: ACCOUNT };
    let head = AccountHead { account: ACCOUNT, head: Head { length: 1, hash: [0; 32] } };
    Creation {
        conversation: CONVERSATION,
        envelope: EnvelopeId::from_bytes([0xC0; 16]),
        pair: Some([ACCOUNT, OTHER]),
        suite: SUITE,
        creator: own,
        created: Control { kind: ControlKind::Created(Created { creator: DEVICE, suite: SUITE, head }) },
        state: change(0, vec![own], Some(vec![1])),
        first_commit: Some(HandshakeAppend { validated_at: Seq(1), ..commit(0xC1, 0, 1) }),
        now: now(0),
    }
}

pub(crate) fn commit(number: u8, from: u64, to: u64) -> HandshakeAppend {
    let members =
        vec![Member { device: DEVICE, account: ACCOUNT }, Member { device: OTHER_DEVICE, account: OTHER }];
    let welcomes = if to == 1 { vec![(OTHER_DEVICE, Bytes::from_static(b"welcome"))] } else { vec![] };
    HandshakeAppend {
        conversation: CONVERSATION,
        envelope: EnvelopeId::from_bytes([number; 16]),
        sender: Member { device: DEVICE, account: ACCOUNT },
        epoch: Epoch(from),
        validated_at: Seq(2),
        handshake: Bytes::from(vec![number]),
        outcome: HandshakeOutcome::Commit { change: change(to, members, None), welcomes },
        now: now(0),
    }
}

pub(crate) fn change(epoch: u64, members: Vec<Member>, snapshot: Option<Vec<u8>>) -> GroupChange {
    GroupChange {
        epoch: Epoch(epoch),
        group_info: Bytes::from_static(b"info"),
        tree: Bytes::from_static(b"tree"),
        heads: vec![1],
        snapshot,
        members,
    }
}

pub(crate) fn message(number: u8, epoch: u64) -> MessageAppend {
    MessageAppend {
        conversation: CONVERSATION,
        envelope: EnvelopeId::from_bytes([number; 16]),
        sender: Member { device: DEVICE, account: ACCOUNT },
        epoch: Epoch(epoch),
        message: Bytes::from(vec![number]),
        now: now(1),
    }
}

pub(crate) fn now(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}
