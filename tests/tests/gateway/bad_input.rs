//! What a relay is sent that it must not take: a stable code, and nothing changed.

use protocol::ErrorCode::{self, Forbidden, InvalidRequest, LimitExceeded, PolicyRefused, UpgradeRequired};
use protocol::codec::OrEmpty;
use protocol::frame::{
    Acknowledge, Acknowledgement, ClientFrame, EntriesFetch, GroupFetch, IdentityAppend, KeyPackagesPublish,
    PUSH, Request, Response, SubmitMessage, Subscribe, Subscription,
};
use protocol::{Bytes, ConversationId, EnvelopeId, Seq, limits};

use e2e::raw::LocalRelay;
use e2e::raw::Socket;
use e2e::raw::{Member, SUITE, dm, fresh, handshake_of};

#[tokio::test]
async fn frames_that_are_none_are_refused_and_the_socket_goes_on() {
    let relay = LocalRelay::start().await;
    let mut member = Member::join(&relay).await;
    let ping = ClientFrame { request_id: 77, body: Request::Ping(protocol::frame::Ping {}) }.encode();
    check(&mut member.socket, Bytes::new(), UpgradeRequired).await;
    check(&mut member.socket, Bytes::from_static(&[0xFF; 64]), InvalidRequest).await;
    check(&mut member.socket, ping.slice(..ping.len() - 1), InvalidRequest).await;
    // A request this relay does not know: field 1000 of a newer protocol.
    check(&mut member.socket, Bytes::from_static(&[0x08, 0x01, 0xC2, 0x3E, 0x00]), UpgradeRequired).await;
    member.socket.send_text("hello").await;
    let answer = member.socket.receive().await.unwrap();
    assert_eq!((answer.request_id, code(&answer.body)), (PUSH, InvalidRequest));
    assert!(matches!(member.socket.ask(Request::Ping(protocol::frame::Ping {})).await, Response::Pong(_)));
}

#[tokio::test]
async fn every_truncation_of_a_message_is_refused() {
    let relay = LocalRelay::start().await;
    let (mut alice, _bob, id) = dm(&relay).await;
    let before = alice.entries(id).await;
    let whole = ClientFrame { request_id: 9, body: Request::SubmitMessage(alice.message(id)) }.encode();
    // Below the limit of refused frames in a row, another socket each time.
    for chunk in (0..whole.len()).step_by(7).collect::<Vec<_>>().chunks(8) {
        let mut socket = relay.connect().await;
        socket.start(&alice.person).await;
        for length in chunk {
            socket.send_bytes(whole.slice(..*length)).await;
            let answer = socket.receive().await.unwrap();
            assert!(matches!(answer.body, Response::Failure(_)), "{length}: {answer:?}");
        }
        alice.socket = socket;
    }
    assert_eq!(alice.entries(id).await, before);
}

#[tokio::test]
async fn whoever_sends_only_garbage_is_shown_out() {
    let relay = LocalRelay::start().await;
    let mut member = Member::join(&relay).await;
    for _ in 0..16 {
        member.socket.send_bytes(Bytes::from_static(b"garbage")).await;
    }
    assert_eq!(member.socket.reason_of_end().await, Some(InvalidRequest));
}

#[tokio::test]
async fn a_frame_above_the_limit_ends_the_socket_and_one_at_it_does_not() {
    let relay = LocalRelay::start().await;
    let mut member = Member::join(&relay).await;
    check(&mut member.socket, vec![0xFF; limits::FRAME_BYTES_MAX].into(), InvalidRequest).await;
    let mut other = Member::join(&relay).await;
    other.socket.try_send_bytes(vec![0xFF; limits::FRAME_BYTES_MAX + 1].into()).await;
    assert_eq!(other.socket.reason_of_end().await, None);
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_the_next_is_closed() {
    let relay = LocalRelay::with(|config| config.connections = 2).await;
    let (first, mut second) = (relay.connect().await, relay.connect().await);
    assert!(Socket::try_open(relay.address).await.is_none());
    drop(first);
    second.hello().await;
    // The place is free once the relay has seen that the first is gone.
    while Socket::try_open(relay.address).await.is_none() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_is_more_than_a_limit_is_refused_by_its_name() {
    let relay = LocalRelay::start().await;
    let (mut alice, _bob, id) = dm(&relay).await;
    let envelope = EnvelopeId::from_bytes(fresh());
    let message = vec![0; limits::MESSAGE_BYTES_MAX + 1].into();
    let subscription = Subscription { conversation: id, from_seq: Seq(1) };
    let too_many = [
        Request::SubmitMessage(SubmitMessage { conversation: id, envelope, message }),
        Request::Subscribe(Subscribe {
            subscriptions: vec![subscription; limits::SUBSCRIPTIONS_PER_FRAME_MAX + 1],
        }),
        Request::KeyPackagesPublish(KeyPackagesPublish {
            suite: SUITE,
            packages: vec![Bytes::from_static(b"x"); limits::KEY_PACKAGES_PER_PUBLISH_MAX + 1],
            last_resort: OrEmpty(None),
            replaces_all: false,
        }),
        Request::Acknowledge(Acknowledge {
            acknowledgements: vec![
                Acknowledgement { conversation: id, seq: Seq(1) };
                limits::ACKNOWLEDGEMENTS_PER_FRAME_MAX + 1
            ],
            state_counter: 0,
        }),
    ];
    for request in too_many {
        assert_eq!(alice.socket.refused(request).await.code, LimitExceeded);
    }
}

#[tokio::test]
async fn nobody_reads_or_writes_a_conversation_of_others() {
    let relay = LocalRelay::start().await;
    let (mut alice, mut bob, id) = dm(&relay).await;
    let mut mallory = Member::join(&relay).await;
    let before = alice.entries(id).await;
    let stolen = alice.message(id);
    let commit = handshake_of(id, &bob.commit(&mls_wasm::CommitRequest::default(), &[]));
    let attempts = [
        Request::EntriesFetch(EntriesFetch { conversation: id, from_seq: Seq(1), limit: 10 }),
        Request::GroupFetch(GroupFetch { conversation: id, epoch: None }),
        Request::SubmitMessage(stolen),
        Request::SubmitHandshake(commit),
    ];
    for attempt in attempts {
        assert_eq!(mallory.socket.refused(attempt).await.code, Forbidden);
    }
    let nowhere = ConversationId::from_bytes([3; 16]);
    let fetch = EntriesFetch { conversation: nowhere, from_seq: Seq(1), limit: 10 };
    assert_eq!(
        mallory.socket.refused(Request::EntriesFetch(fetch)).await.code,
        Forbidden,
        "as if it were there"
    );
    assert_eq!(alice.entries(id).await, before);
}

#[tokio::test]
async fn a_message_is_taken_only_as_one_of_its_conversation() {
    let relay = LocalRelay::start().await;
    let (mut alice, _bob, id) = dm(&relay).await;
    let policy = alice.room();
    let sealed_here = alice.message(id);
    let other = alice.create(&policy, &mut []).await;
    let elsewhere = SubmitMessage { conversation: other, ..sealed_here.clone() };
    assert_eq!(alice.socket.refused(Request::SubmitMessage(elsewhere)).await.code, InvalidRequest);
    let garbage = SubmitMessage { message: Bytes::from_static(b"no message"), ..sealed_here };
    assert_eq!(alice.socket.refused(Request::SubmitMessage(garbage)).await.code, InvalidRequest);
}

#[tokio::test]
async fn a_commit_is_taken_only_from_its_committers_session() {
    let relay = LocalRelay::start().await;
    let (mut alice, mut bob, id) = dm(&relay).await;
    let commit = bob.commit(&mls_wasm::CommitRequest::default(), &[]);
    let before = alice.fetch_group(id, None).await;
    let answer = alice.submit(id, &commit).await;
    assert_eq!(code(&answer), PolicyRefused, "{answer:?}");
    assert_eq!(alice.fetch_group(id, None).await, before);
    assert!(matches!(bob.submit(id, &commit).await, Response::Appended(_)));
}

#[tokio::test]
async fn an_identity_log_grows_only_by_its_own_accounts_session() {
    let relay = LocalRelay::start().await;
    let (mut alice, mut bob) = (Member::join(&relay).await, Member::join(&relay).await);
    let revocation = bob.person.revocation();
    assert_eq!(alice.socket.refused(revocation.clone()).await.code, Forbidden);
    let Request::IdentityAppend(append) = revocation else { unreachable!() };
    let mut forged = append.entries[0].clone();
    forged.body = [forged.body.as_ref(), b"\0"].concat().into();
    let forged = IdentityAppend { entries: vec![forged], ..append };
    assert_eq!(bob.socket.refused(Request::IdentityAppend(forged)).await.code, ErrorCode::IdentityForged);
}

async fn check(socket: &mut Socket, bytes: Bytes, expected: ErrorCode) {
    socket.send_bytes(bytes).await;
    assert_eq!(code(&socket.receive().await.unwrap().body), expected);
}

#[track_caller]
fn code(answer: &Response) -> ErrorCode {
    e2e::raw::code_of(answer)
}
