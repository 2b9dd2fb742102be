//! A relay that lies about a conversation's log: each lie is named, and nothing of it is shown as genuine.

use std::cell::Cell;
use std::rc::Rc;

use client_api::{Command, Connection, DeliveryState, NoticeCode, Outcome};
use protocol::frame::{Control, ControlKind, Entry, Failure, Payload, Response, ServerFrame, Void};
use protocol::{Bytes, DeviceId, EnvelopeId, Epoch, ErrorCode, Seq};

use crate::lying::*;
use crate::real_relay::world;
use crate::world::pair;

#[tokio::test]
async fn an_entry_replayed_at_another_place_is_refused() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(replay_messages);
    world.say(alice, ben, "once");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "once"]);
    expect(&mut world, ben, NoticeCode::EntryRefused, Some("replayed"));
}

#[tokio::test]
async fn what_a_refused_entry_has_read_again_is_the_group_with_all_that_came_before_in_its_turn() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(|frame| match replay_messages(frame).as_slice() {
        [genuine, replayed] => {
            let entry = entry_in(replayed).unwrap();
            let again =
                Entry { seq: entry.seq.next(), envelope: EnvelopeId::from_bytes([8; 16]), ..entry.clone() };
            vec![genuine.clone(), replayed.clone(), with_entry(replayed, again)]
        }
        frames => frames.to_vec(),
    });
    world.say(alice, ben, "once");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "once"]);
    let notices = world.client(ben).take_notices();
    let replayed = notices.iter().filter(|notice| notice.detail.as_deref() == Some("replayed"));
    assert_eq!(replayed.count(), 2);
}

#[tokio::test]
async fn an_own_message_played_back_to_its_sender_is_no_new_message() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(alice).network.tamper(replay_messages);
    world.say(alice, ben, "once");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await, ["hello", "once"]);
    expect(&mut world, alice, NoticeCode::EntryRefused, Some("own_unknown"));
}

#[tokio::test]
async fn what_the_relay_says_that_it_refused_is_sent_once_the_log_shows_it() {
    for code in [ErrorCode::StaleEpoch, ErrorCode::Forbidden] {
        let (mut world, [alice, ben]) = talking().await;
        world.client(alice).network.tamper(move |mut frame| match &frame.body {
            Response::Appended(_) => {
                frame.body = Response::Failure(Failure { epoch: Epoch(99), ..Failure::new(code, "a lie") });
                vec![frame]
            }
            _ if entry_in(&frame).is_some() => vec![],
            _ => vec![frame],
        });
        world.say(alice, ben, "refused");
        world.settle().await;
        assert_eq!(world.messages(alice, ben).await.len(), 1, "{code:?}");
        world.client(alice).network.be_honest();
        world.restart(alice).await;
        world.advance(60_000).await;
        assert_eq!(world.texts(alice, ben).await, ["hello", "refused"], "{code:?}");
        assert_eq!(world.texts(ben, alice).await, ["hello", "refused"], "{code:?}");
        let account = world.account(ben);
        assert!(world.driver(alice).pending(account).is_empty(), "{code:?}");
        let places = [world.messages(alice, ben).await[1].seq, world.messages(ben, alice).await[1].seq];
        assert_eq!(places[0], places[1], "{code:?}: it is not sent again");
    }
}

#[tokio::test]
async fn every_frame_coming_twice_changes_nothing() {
    let (mut world, [alice, ben]) = talking().await;
    for client in [alice, ben] {
        world.client(client).network.tamper(|frame| vec![frame.clone(), frame]);
    }
    for number in 0..20 {
        world.say(alice, ben, format!("a{number}"));
        world.say(ben, alice, format!("b{number}"));
    }
    world.settle().await;
    let texts = world.texts(alice, ben).await;
    assert_eq!(texts.len(), 41);
    assert_eq!(world.texts(ben, alice).await, texts);
}

#[tokio::test]
async fn an_echo_that_is_withheld_is_asked_for_after_a_while() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(alice).network.tamper(|frame| if entry_in(&frame).is_some() { vec![] } else { vec![frame] });
    world.say(alice, ben, "no echo");
    world.settle().await;
    assert_eq!(world.messages(alice, ben).await.len(), 1, "it is not in the log, as far as alice knows");
    world.client(alice).network.be_honest();
    world.advance(60_000).await;
    assert_eq!(world.texts(alice, ben).await, ["hello", "no echo"]);
    assert_eq!(world.driver(alice).connection(), Connection::Live);
}

#[tokio::test]
async fn entries_that_come_out_of_order_are_shown_in_order() {
    let (mut world, [alice, ben]) = talking().await;
    let mut kept_back = None;
    world.client(ben).network.tamper(move |frame| {
        if entry_in(&frame).is_none() {
            return vec![frame];
        }
        match kept_back.take() {
            None => {
                kept_back = Some(frame);
                vec![]
            }
            Some(earlier) => vec![frame, earlier],
        }
    });
    for number in 0..6 {
        world.say(alice, ben, format!("a{number}"));
    }
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "a0", "a1", "a2", "a3", "a4", "a5"]);
    expect(&mut world, ben, NoticeCode::GapFound, None);
}

#[tokio::test]
async fn an_entry_dropped_on_the_way_is_fetched() {
    let (mut world, [alice, ben]) = talking().await;
    let mut drops = 1;
    world.client(ben).network.tamper(move |frame| {
        if entry_in(&frame).is_some() && drops > 0 {
            drops -= 1;
            return vec![];
        }
        vec![frame]
    });
    world.say(alice, ben, "dropped");
    world.settle().await;
    world.say(alice, ben, "next");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "dropped", "next"]);
    expect(&mut world, ben, NoticeCode::GapFound, None);
}

#[tokio::test]
async fn an_entry_that_is_never_given_is_said_so_and_nothing_behind_it_is_shown() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(|mut frame| {
        if entry_in(&frame).is_some_and(|entry| entry.seq == Seq(4)) {
            return vec![];
        }
        if let Response::Entries(page) = &mut frame.body {
            page.entries.retain(|entry| entry.seq != Seq(4));
        }
        vec![frame]
    });
    world.say(alice, ben, "withheld");
    world.say(alice, ben, "behind it");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello"]);
    assert_eq!(world.driver(ben).connection(), Connection::CatchingUp);
    expect(&mut world, ben, NoticeCode::RelayMisbehaved, Some("entry_withheld"));
    world.client(ben).network.be_honest();
    world.advance(31_000).await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "withheld", "behind it"]);
    assert_eq!(world.driver(ben).connection(), Connection::Live);
}

#[tokio::test]
async fn a_message_is_sent_when_the_log_shows_it_not_when_the_relay_says_so() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(alice).network.tamper(|frame| match entry_in(&frame) {
        Some(_) => vec![],
        None => vec![frame],
    });
    world.say(alice, ben, "taken?");
    world.settle().await;
    let account = world.account(ben);
    let waiting: Vec<_> = world.driver(alice).pending(account);
    assert_eq!(waiting.iter().map(|message| message.state).collect::<Vec<_>>(), [DeliveryState::Queued]);
}

#[tokio::test]
async fn what_is_refused_for_an_epoch_or_a_name_again_and_again_is_tried_again_after_a_while_each_time() {
    for (code, is_commit) in
        [(ErrorCode::StaleEpoch, false), (ErrorCode::StaleEpoch, true), (ErrorCode::EnvelopeReused, false)]
    {
        let (mut world, [alice, ben]) = talking().await;
        let account = world.account(ben);
        let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
        let refusals = refuse_all(&mut world, alice, code);
        if is_commit {
            world.ask(alice, Command::RefreshKeys { conversation });
        }
        world.say(alice, ben, "refused?");
        world.settle().await;
        assert!(refusals.get() <= 2, "{} at once", refusals.get());
        assert_eq!(world.driver(alice).pending(account).len(), 1);
        world.client(alice).network.be_honest();
        world.advance(60_000).await;
        assert_eq!(world.driver(alice).pending(account), []);
        assert_eq!(world.texts(ben, alice).await, ["hello", "refused?"]);
    }
}

#[tokio::test]
async fn what_was_sealed_before_the_keys_changed_is_sealed_anew_though_the_relay_says_that_it_is_behind() {
    let (mut world, [alice, ben]) = talking().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    let refusals = Rc::new(Cell::new(0));
    let counted = Rc::clone(&refusals);
    world.client(alice).network.tamper(move |mut frame| {
        if let Response::Failure(failure) = &mut frame.body {
            counted.set(counted.get() + 1);
            failure.epoch = Epoch(0);
        }
        // The change of keys comes only once it has been refused.
        if entry_in(&frame).is_some() && counted.get() == 0 { vec![] } else { vec![frame] }
    });
    // In the epoch before the current one it would be taken.
    for _ in 0..2 {
        assert_eq!(world.command(ben, Command::RefreshKeys { conversation }).await, Outcome::Done);
        world.settle().await;
    }
    world.say(alice, ben, "sealed before");
    world.settle().await;
    assert_eq!(refusals.get(), 1);
    world.say(ben, alice, "after");
    world.settle().await;
    world.advance(60_000).await;
    assert_eq!(refusals.get(), 1, "in the epoch that is over it is not tried again");
    assert_eq!(world.texts(ben, alice).await, ["hello", "after", "sealed before"]);
    assert_eq!(world.texts(alice, ben).await, ["hello", "after", "sealed before"]);
}

#[tokio::test]
async fn a_message_is_its_authors_whoever_the_relay_says_sent_it() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(|frame| match entry_in(&frame) {
        Some(entry) => {
            let sender = protocol::codec::OrEmpty(Some(DeviceId::from_bytes([3; 16])));
            vec![with_entry(&frame, Entry { sender, ..entry.clone() })]
        }
        None => vec![frame],
    });
    world.say(alice, ben, "mine");
    world.settle().await;
    assert_eq!(world.messages(ben, alice).await[1].from, world.account(alice));
}

#[tokio::test]
async fn a_made_up_handshake_or_message_is_refused() {
    for payload in [
        Payload::Handshake(Bytes::from_static(b"no handshake")),
        Payload::Application(Bytes::from_static(b"no message")),
    ] {
        let (mut world, [alice, ben]) = talking().await;
        world.client(ben).network.tamper(move |frame| match entry_in(&frame) {
            Some(entry) => vec![with_entry(&frame, Entry { payload: payload.clone(), ..entry.clone() })],
            None => vec![frame],
        });
        world.say(alice, ben, "replaced");
        world.settle().await;
        assert_eq!(world.texts(ben, alice).await, ["hello"]);
        expect(&mut world, ben, NoticeCode::EntryRefused, Some("malformed"));
    }
}

#[tokio::test]
async fn a_commit_that_members_cannot_follow_is_refused_and_its_device_named() {
    let (mut world, [alice, ben]) = talking().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    world.client(ben).network.tamper(|frame| match entry_in(&frame).map(|entry| (entry, &entry.payload)) {
        Some((entry, Payload::Handshake(handshake))) => {
            // The membership tag: the relay has no key to check it.
            let mut spoiled = handshake.to_vec();
            *spoiled.last_mut().unwrap() ^= 1;
            let payload = Payload::Handshake(spoiled.into());
            vec![with_entry(&frame, Entry { payload, ..entry.clone() })]
        }
        _ => vec![frame],
    });
    world.command(alice, Command::RefreshKeys { conversation }).await;
    let notice = expect(&mut world, ben, NoticeCode::EntryRefused, Some("invalid"));
    let profile = world.driver(alice).profile();
    assert_eq!((notice.account, notice.device), (Some(profile.account), Some(profile.device)));
    assert_eq!(world.texts(ben, alice).await, ["hello"], "what was there is there");
}

#[tokio::test]
async fn a_relay_that_voids_on_its_own_is_not_obeyed() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(|frame| match entry_in(&frame) {
        Some(entry) if is_message(entry) => {
            let void = Control { kind: ControlKind::Void(Void { seq: Seq(2), proofs: vec![] }) };
            let made_up = Entry {
                seq: entry.seq,
                envelope: EnvelopeId::from_bytes([9; 16]),
                payload: Payload::Control(void),
                ..entry.clone()
            };
            let moved = Entry { seq: entry.seq.next(), ..entry.clone() };
            vec![with_entry(&frame, made_up), with_entry(&frame, moved)]
        }
        _ => vec![frame],
    });
    world.say(alice, ben, "still here");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "still here"]);
}

#[tokio::test]
async fn what_the_relay_refuses_for_now_is_asked_for_again() {
    // The first answer of each kind to ben is a refusal.
    for kind in ["GroupState", "Subscribed", "Inbox"] {
        let mut world = world(17);
        let [alice, ben] = pair(&mut world).await;
        let mut refusals = 1;
        world.client(ben).network.tamper(move |frame| {
            if frame.body.kind() == kind && refusals > 0 {
                refusals -= 1;
                let busy = Failure::new(ErrorCode::Busy, "later").retry_after_ms(1_000);
                return vec![ServerFrame { request_id: frame.request_id, body: Response::Failure(busy) }];
            }
            vec![frame]
        });
        world.restart(ben).await;
        world.say(alice, ben, "hello");
        world.settle().await;
        world.advance(40_000).await;
        world.say(ben, alice, "hello yourself");
        world.settle().await;
        assert_eq!(world.texts(ben, alice).await, ["hello", "hello yourself"], "{kind}");
        assert_eq!(world.texts(alice, ben).await, ["hello", "hello yourself"], "{kind}");
    }
}

#[tokio::test]
async fn messages_to_one_are_never_sealed_for_another_whatever_the_relay_says_exists() {
    let mut world = world(18);
    let [alice, ben] = pair(&mut world).await;
    let mallory = world.join("mallory").await;
    world.say(mallory, alice, "hi");
    world.settle().await;
    let theirs = world.messages(alice, mallory).await[0].conversation.unwrap();
    world.client(alice).network.tamper(move |frame| {
        let Response::Appended(appended) = &frame.body else { return vec![frame] };
        if appended.conversation == theirs {
            return vec![frame];
        }
        let mut exists = Failure::new(ErrorCode::ConversationExists, "");
        exists.conversation = protocol::codec::OrEmpty(Some(theirs));
        vec![ServerFrame { request_id: frame.request_id, body: Response::Failure(exists) }]
    });
    world.say(alice, ben, "for ben alone");
    world.settle().await;
    world.advance(40_000).await;
    assert_eq!(world.texts(mallory, alice).await, ["hi"]);
    assert_eq!(world.texts(alice, mallory).await, ["hi"]);
    expect(&mut world, alice, NoticeCode::RelayMisbehaved, Some("another_conversation"));
}

#[tokio::test]
async fn a_lie_about_a_logs_length_ends_with_the_connection() {
    let (mut world, [alice, ben]) = talking().await;
    let mut lies = 1;
    world.client(alice).network.tamper(move |frame| match entry_in(&frame) {
        Some(entry) if lies > 0 => {
            lies -= 1;
            let far = Entry { seq: Seq(u64::MAX), ..entry.clone() };
            vec![with_entry(&frame, far), frame]
        }
        _ => vec![frame],
    });
    world.say(ben, alice, "here");
    world.settle().await;
    world.client(alice).network.lose_after(0);
    world.say(ben, alice, "and there");
    world.settle().await;
    world.advance(120_000).await;
    world.say(alice, ben, "still alive");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "here", "and there", "still alive"]);
}
