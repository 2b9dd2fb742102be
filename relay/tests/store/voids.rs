//! When a commit is taken back, and what of it: generic over how a store is opened, as the suite is.

use protocol::frame::{CommitRefusal, ControlKind, Payload};
use protocol::keys::DeviceKey;
use protocol::{AccountId, Bytes, ConversationId, DeviceId, EnvelopeId, Epoch, Seq, limits};
use relay::store::{
    Conversations, HandshakeAppend, HandshakeOutcome, Inboxes, Member, MessageAppend, RefusalOutcome,
    StoreError, VoidAppend,
};

use crate::conformance::*;
use crate::kept::Kept;

const THIRD: Member =
    Member { device: DeviceId::from_bytes([7; 16]), account: AccountId::from_bytes([7; 32]) };
/// The commit in question.
const COMMIT: Seq = Seq(3);

pub(crate) async fn a_commit_that_all_others_refuse_is_voided_and_the_group_goes_on_as_it_was<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    store.append_handshake(adding_a_third()).await.unwrap();
    assert_eq!(store.inbox(THIRD.device, 0, 10).await.unwrap().items.len(), 1);
    let outcome = store.refuse_commit(refusal_by(OTHER_DEVICE), now(1)).await.unwrap();
    let RefusalOutcome::Voidable(before) = outcome else { panic!("{outcome:?}") };
    assert_eq!((before.epoch, before.handshakes.len()), (Epoch(1), 1));

    assert_eq!(store.void_commit(void()).await.unwrap().seq, Seq(4));
    let page = store.entries(CONVERSATION, OTHER_DEVICE, COMMIT, 10).await.unwrap();
    assert!(matches!(&page.entries[0].payload, Payload::Handshake(_)), "what was in the log is in the log");
    let Payload::Control(control) = &page.entries[1].payload else { panic!("{page:?}") };
    let ControlKind::Void(void) = &control.kind else { panic!("{control:?}") };
    assert_eq!((void.seq, &void.proofs), (COMMIT, &vec![refusal_by(OTHER_DEVICE).encode()]));

    let served = store.served_group(CONVERSATION, DEVICE, None).await.unwrap();
    assert_eq!((served.epoch, served.seq), (Epoch(1), Seq(2)));
    let stored = store.group(CONVERSATION).await.unwrap().unwrap();
    assert_eq!((stored.epoch, stored.handshakes.len(), stored.handshake_seq), (Epoch(1), 1, Seq(4)));
    assert_eq!(store.inbox(THIRD.device, 0, 10).await.unwrap().items, []);
    assert!(store.entries(CONVERSATION, THIRD.device, Seq(1), 10).await.unwrap().has_left);
    assert_eq!(store.append_message(message(1, 2)).await, Err(StoreError::StaleEpoch(Epoch(1))));
    store.append_message(message(2, 1)).await.unwrap();
    let again = HandshakeAppend {
        envelope: EnvelopeId::from_bytes([0xDD; 16]),
        validated_at: Seq(4),
        ..adding_a_third()
    };
    store.append_handshake(again).await.unwrap();
    assert_eq!(store.inbox(THIRD.device, 0, 10).await.unwrap().items.len(), 1);
}

pub(crate) async fn a_commit_that_another_has_acknowledged_stands<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    store.append_handshake(adding_a_third()).await.unwrap();
    store.acknowledge(DEVICE, ACCOUNT, vec![(CONVERSATION, COMMIT)], 0).await.unwrap();
    store.acknowledge(OTHER_DEVICE, OTHER, vec![(CONVERSATION, Seq(2))], 0).await.unwrap();
    let outcome = store.refuse_commit(refusal_by(OTHER_DEVICE), now(1)).await;
    assert!(matches!(outcome, Ok(RefusalOutcome::Voidable(_))), "the committer's own word is none");
    store.acknowledge(OTHER_DEVICE, OTHER, vec![(CONVERSATION, COMMIT)], 0).await.unwrap();
    assert_eq!(store.void_commit(void()).await, Err(StoreError::StaleEpoch(Epoch(2))), "it came between");
    let outcome = store.refuse_commit(refusal_by(OTHER_DEVICE), now(1)).await;
    assert_eq!(outcome.err(), Some(StoreError::StaleEpoch(Epoch(2))));
}

pub(crate) async fn whoever_speaks_in_an_epoch_has_acknowledged_what_opened_it<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    store.append_handshake(adding_a_third()).await.unwrap();
    for (number, device, epoch, stands) in
        [(1, DEVICE, 2, false), (2, OTHER_DEVICE, 1, false), (3, OTHER_DEVICE, 2, true)]
    {
        let sender = Member { device, account: ACCOUNT };
        let said = MessageAppend { sender, message: sealed_in(epoch), ..message(number, epoch) };
        // The third could not read what is of the epoch before.
        assert_eq!(store.append_message(said).await.is_ok(), epoch == 2, "{number}");
        let outcome = store.refuse_commit(refusal_by(OTHER_DEVICE), now(1)).await;
        assert_eq!(outcome.is_err(), stands, "{number}");
    }
}

pub(crate) async fn one_refusal_among_several_waits_for_the_others_word_but_not_for_ever<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    store.append_handshake(adding_a_third()).await.unwrap();
    // The third is a member from here on.
    store.acknowledge(THIRD.device, THIRD.account, vec![(CONVERSATION, COMMIT)], 0).await.unwrap();
    let next = HandshakeAppend {
        validated_at: COMMIT,
        outcome: HandshakeOutcome::Commit { change: change(3, three(), None), welcomes: vec![] },
        ..commit(0xEE, 2, 3)
    };
    let seq = store.append_handshake(next).await.unwrap().seq;
    let refusal = |device| signed(device, seq, Epoch(2), &[0xEE]);
    let refuse = |device, at| store.refuse_commit(refusal(device), now(at));
    assert!(matches!(refuse(OTHER_DEVICE, 1).await, Ok(RefusalOutcome::Noted)));
    assert!(matches!(refuse(OTHER_DEVICE, limits::REFUSAL_GRACE_MS - 1).await, Ok(RefusalOutcome::Noted)));
    assert!(matches!(refuse(OTHER_DEVICE, limits::REFUSAL_GRACE_MS).await, Ok(RefusalOutcome::Voidable(_))));
    assert!(matches!(refuse(THIRD.device, 1).await, Ok(RefusalOutcome::Voidable(_))), "all have refused");
}

pub(crate) async fn a_refusal_that_is_not_of_the_last_commit_by_one_it_had_to_reach_is_none<K: Kept>() {
    let kept = K::anew();
    let store = kept.space();
    opened(&store).await;
    store.append_handshake(adding_a_third()).await.unwrap();
    let stranger = DeviceId::from_bytes([9; 16]);
    let bytes = [0xAA];
    for (refusal, refused) in [
        (refusal_by(DEVICE), StoreError::NotFound),
        (refusal_by(THIRD.device), StoreError::NotFound),
        (refusal_by(stranger), StoreError::Forbidden),
        (signed(OTHER_DEVICE, Seq(2), Epoch(1), &bytes), StoreError::StaleEpoch(Epoch(2))),
        (signed(OTHER_DEVICE, COMMIT, Epoch(0), &bytes), StoreError::NotFound),
        (signed(OTHER_DEVICE, COMMIT, Epoch(1), b"another"), StoreError::NotFound),
    ] {
        assert_eq!(store.refuse_commit(refusal, now(1)).await.err(), Some(refused));
    }
    assert_eq!(store.void_commit(void()).await, Err(StoreError::StaleEpoch(Epoch(2))), "nobody refuses");
}

fn adding_a_third() -> HandshakeAppend {
    let welcomes = vec![(THIRD.device, Bytes::from_static(b"welcome"))];
    HandshakeAppend {
        outcome: HandshakeOutcome::Commit { change: change(2, three(), None), welcomes },
        ..commit(0xAA, 1, 2)
    }
}

fn three() -> Vec<Member> {
    vec![Member { device: DEVICE, account: ACCOUNT }, Member { device: OTHER_DEVICE, account: OTHER }, THIRD]
}

fn void() -> VoidAppend {
    VoidAppend {
        conversation: CONVERSATION,
        seq: COMMIT,
        envelope: EnvelopeId::from_bytes([0xFE; 16]),
        members: vec![
            Member { device: DEVICE, account: ACCOUNT },
            Member { device: OTHER_DEVICE, account: OTHER },
        ],
        now: now(2),
    }
}

fn refusal_by(device: DeviceId) -> CommitRefusal {
    signed(device, COMMIT, Epoch(1), &[0xAA])
}

/// Whose signature it is, is the gateway's to check.
fn signed(device: DeviceId, seq: Seq, epoch: Epoch, commit: &[u8]) -> CommitRefusal {
    let (key, hash) = (DeviceKey::from_secret(&[5; 32]), CommitRefusal::hash_of(commit));
    CommitRefusal { device, ..CommitRefusal::sign(CONVERSATION, seq, epoch, hash, &key) }
}

/// What a PrivateMessage of an epoch looks like from outside.
fn sealed_in(epoch: u64) -> Bytes {
    let id: ConversationId = CONVERSATION;
    [&[0, 1, 0, 2, 16], id.as_bytes().as_slice(), &epoch.to_be_bytes(), &[1, 0, 0, 0]].concat().into()
}
