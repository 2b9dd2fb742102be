//! What a socket that follows a log is sent: every entry once, in order, up to its end.

use mls_wasm::CommitRequest;
use protocol::frame::{Request, Response};
use protocol::{ConversationId, ErrorCode, Seq, limits};

use e2e::raw::LocalRelay;
use e2e::raw::{Member, dm, expect_appended};
use e2e::raw::{Socket, ready};

#[tokio::test]
async fn whoever_follows_while_others_append_gets_each_entry_once_and_in_order() {
    const ROUNDS: u64 = 40;
    let relay = LocalRelay::start().await;
    let (mut alice, mut bob, id) = dm(&relay).await;
    let appending = async {
        for _ in 0..ROUNDS {
            alice.say(id).await;
        }
    };
    let following = async {
        let mut next = Seq(2);
        while next.0 < ROUNDS + 3 {
            // Anew each time: the log is replayed from here, then live.
            bob.follow(id, next).await;
            for _ in 0..3.min(ROUNDS + 3 - next.0) {
                let entry = loop {
                    let entry = bob.next_entry().await;
                    if entry.seq >= next {
                        break entry;
                    }
                };
                assert_eq!(entry.seq, next);
                next = next.next();
            }
        }
    };
    tokio::join!(appending, following);
}

#[tokio::test]
async fn a_removed_member_reads_to_its_removal_and_no_further_however_it_asks() {
    let relay = LocalRelay::start().await;
    let (mut alice, bob, carol) =
        (Member::join(&relay).await, Member::join(&relay).await, Member::join(&relay).await);
    let policy = alice.room();
    let mut others = [bob, carol];
    let id = alice.create(&policy, &mut others).await;
    let [mut bob, mut carol] = others;
    bob.follow(id, Seq(1)).await;
    carol.follow(id, Seq(3)).await;

    let remove = CommitRequest { remove: vec![alice.leaf_of(&bob.person)], ..CommitRequest::default() };
    let commit = alice.commit(&remove, &[bob.person.log.account_head()]);
    let removal = expect_appended(alice.submit(id, &commit).await).seq;
    alice.merge_own();
    assert_eq!(bob.next_entry().await.seq, Seq(2), "a member's log begins with what added it");
    assert_eq!(bob.next_entry().await.seq, removal);

    // Asks for what comes after, from where it stands.
    let state = bob.follow(id, removal.next()).await;
    assert_eq!((state.latest_seq, state.refusal.0), (removal, None));
    let after = alice.say(id).await.seq;
    assert_eq!(carol.next_entry().await.seq, removal);
    assert_eq!(carol.next_entry().await.seq, after);
    assert_eq!(bob.entries(id).await.last().map(|entry| entry.seq), Some(removal));
    // Its own answers come in order behind what it was pushed: nothing was.
    assert_eq!(bob.socket.pushed_already(), 0);
}

#[tokio::test]
async fn a_stranger_follows_nothing() {
    let relay = LocalRelay::start().await;
    let (mut alice, _bob, id) = dm(&relay).await;
    let mut mallory = Member::join(&relay).await;
    for conversation in [id, ConversationId::from_bytes([9; 16])] {
        let state = mallory.follow(conversation, Seq(1)).await;
        assert_eq!(state.refusal.0, Some(ErrorCode::Forbidden));
    }
    alice.say(id).await;
    let ping = mallory.socket.ask(Request::Ping(protocol::frame::Ping {})).await;
    assert!(matches!(ping, Response::Pong(_)));
    assert_eq!(mallory.socket.pushed_already(), 0);
}

#[tokio::test]
async fn a_socket_that_does_not_read_is_closed_and_misses_nothing_when_it_resumes() {
    let relay = LocalRelay::start().await;
    let (mut alice, mut bob, id) = dm(&relay).await;
    bob.follow(id, Seq(3)).await;
    // More than the relay queues for a socket and what the system's buffers hold.
    let mut message = alice.message(id);
    let mut last = Seq(0);
    for _ in 0..60 {
        let filler = alice.big_message(id, limits::MESSAGE_BYTES_MAX / 2);
        last = expect_appended(alice.socket.ask(Request::SubmitMessage(filler)).await).seq;
    }
    for _ in 0..600 {
        message.envelope = protocol::EnvelopeId::from_bytes(e2e::raw::fresh());
        last = expect_appended(alice.socket.ask(Request::SubmitMessage(message.clone())).await).seq;
    }
    let mut next = Seq(3);
    let reason = loop {
        match bob.socket.push().await {
            Response::EntryAppended(appended) => {
                assert_eq!(appended.entry.seq, next);
                next = next.next();
            }
            Response::Failure(failure) => break failure.code,
            _ => {}
        }
    };
    assert_eq!(reason, ErrorCode::TooSlow);
    assert!(next <= last);
    let mut socket = relay.connect().await;
    ready(socket.resume(&bob.resume_token).await);
    bob.socket = socket;
    bob.follow(id, next).await;
    while next <= last {
        assert_eq!(bob.next_entry().await.seq, next);
        next = next.next();
    }
}

#[tokio::test]
async fn more_logs_than_one_socket_may_follow_are_refused_and_strangers_logs_do_not_count() {
    let relay = LocalRelay::start().await;
    let mut member = Member::join(&relay).await;
    let policy = member.room();
    for _ in 0..3 {
        let mine = member.create(&policy, &mut []).await;
        assert_eq!(member.follow(mine, Seq(1)).await.refusal.0, None);
    }
    for _ in 0..limits::SUBSCRIPTIONS_MAX / limits::SUBSCRIPTIONS_PER_FRAME_MAX + 1 {
        let strange = (0..limits::SUBSCRIPTIONS_PER_FRAME_MAX)
            .map(|_| protocol::frame::Subscription {
                conversation: ConversationId::from_bytes(e2e::raw::fresh()),
                from_seq: Seq(1),
            })
            .collect();
        let subscribe = Request::Subscribe(protocol::frame::Subscribe { subscriptions: strange });
        assert!(matches!(member.socket.ask(subscribe).await, Response::Subscribed(_)));
    }
    let mine = member.create(&policy, &mut []).await;
    assert_eq!(member.follow(mine, Seq(1)).await.refusal.0, None);
}

/// Each reconnection takes the session up where it was; the log goes on without a gap.
#[tokio::test]
async fn a_client_that_reconnects_all_the_time_misses_nothing() {
    let cycles = e2e::rounds(100, 10_000);
    let relay = LocalRelay::start().await;
    let (mut alice, mut bob, id) = dm(&relay).await;
    let mut next = Seq(3);
    for cycle in 0..cycles {
        let seq = alice.say(id).await.seq;
        let mut socket: Socket = relay.connect().await;
        bob.resume_token = ready(socket.resume(&bob.resume_token).await).resume_token;
        bob.socket = socket;
        // Now and then two at once.
        if cycle % 3 == 0 {
            continue;
        }
        bob.follow(id, next).await;
        while next <= seq {
            assert_eq!(bob.next_entry().await.seq, next);
            next = next.next();
        }
    }
}
