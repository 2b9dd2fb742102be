//! A client that cannot follow its log finds its way back into the group, and says so; nothing is lost or doubled.

use std::cell::Cell;
use std::rc::Rc;

use client_api::{Command, NoticeCode};
use client_core::testing::World;
use protocol::frame::{Entry, Failure, GroupState, Payload, Response};
use protocol::{Bytes, ConversationId, ErrorCode, Seq};

use crate::lying::*;
use crate::real_relay::RealRelay;

/// The store of groups' parts.
const GROUPS: u8 = 7;

#[tokio::test]
async fn a_made_up_handshake_costs_a_look_at_the_relays_group_and_nothing_else() {
    let (mut world, [alice, ben]) = talking().await;
    let mut lies = 1;
    world.client(ben).network.tamper(move |frame| match entry_in(&frame) {
        Some(entry) if lies > 0 => {
            lies -= 1;
            let payload = Payload::Handshake(Bytes::from_static(b"no handshake"));
            vec![with_entry(&frame, Entry { payload, ..entry.clone() })]
        }
        _ => vec![frame],
    });
    world.say(alice, ben, "replaced");
    world.settle().await;
    check_talk(&mut world, [alice, ben], &["hello"], &["hello", "replaced"]).await;
    let said = world.client(ben).take_codes();
    let compared = (NoticeCode::GroupCompared, Some("same".to_owned()));
    assert_eq!(said[1..], [compared], "{said:?}");
    assert_eq!(said[0].0, NoticeCode::EntryRefused);
}

#[tokio::test]
async fn a_member_that_a_commit_does_not_reach_as_it_was_rejoins_and_what_waited_is_sealed_anew() {
    let (mut world, [alice, ben]) = talking().await;
    spoil_commits(&mut world, ben);
    renew_keys(&mut world, [alice, ben]).await;
    world.say(ben, alice, "waited");
    world.settle().await;
    check_talk(&mut world, [alice, ben], &["hello", "waited"], &["hello", "waited"]).await;
    let said = world.client(ben).take_codes();
    let compared = (NoticeCode::GroupCompared, Some("another".to_owned()));
    assert!(said.contains(&compared), "{said:?}");
    let said: Vec<NoticeCode> = said.into_iter().map(|(code, _)| code).collect();
    let expected =
        [NoticeCode::EntryRefused, NoticeCode::GroupCompared, NoticeCode::Rejoining, NoticeCode::Rejoined];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_member_whose_group_is_lost_rejoins() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).store().lose_all_of(GROUPS);
    world.reopen(ben).await;
    world.settle().await;
    world.say(ben, alice, "from after");
    world.settle().await;
    check_talk(&mut world, [alice, ben], &["hello", "from after"], &["hello", "from after"]).await;
    assert_said(&mut world, ben, &[NoticeCode::Rejoining, NoticeCode::Rejoined]);
}

#[tokio::test]
async fn who_cannot_come_back_by_itself_says_so_and_comes_back_after_a_members_commit() {
    let (mut world, [alice, ben]) = talking().await;
    spoil_commits(&mut world, ben);
    world.client(ben).network.tamper(|mut frame| {
        if let Response::GroupState(state) = &mut frame.body {
            state.tree = flip_a_byte(&state.tree);
        }
        spoiled(frame)
    });
    renew_keys(&mut world, [alice, ben]).await;
    world.say(ben, alice, "waited");
    world.advance(60_000).await;
    assert_eq!(codes(&mut world, ben).last(), Some(&NoticeCode::RejoinFailed));
    world.client(ben).network.be_honest();
    renew_keys(&mut world, [alice, ben]).await;
    check_talk(&mut world, [alice, ben], &["hello", "waited"], &["hello", "waited"]).await;
    assert_said(&mut world, ben, &[NoticeCode::GroupCompared, NoticeCode::Rejoining, NoticeCode::Rejoined]);
}

#[tokio::test]
async fn a_rejoin_goes_on_wherever_the_client_dies() {
    for turns in 0..8 {
        let (mut world, [alice, ben]) = talking().await;
        spoil_commits(&mut world, ben);
        world.say(ben, alice, "at once");
        world.die_before_acting_at(ben, turns);
        renew_keys(&mut world, [alice, ben]).await;
        world.client(ben).network.be_honest();
        world.advance(60_000).await;
        check_talk(&mut world, [alice, ben], &["hello", "at once"], &["hello", "at once"]).await;
    }
}

#[tokio::test]
async fn a_rejoin_goes_on_wherever_the_connection_ends() {
    for frames in 0..8 {
        let (mut world, [alice, ben]) = talking().await;
        spoil_commits(&mut world, ben);
        world.say(ben, alice, "at once");
        world.client(ben).network.lose_after(frames);
        renew_keys(&mut world, [alice, ben]).await;
        world.client(ben).network.be_honest();
        world.advance(60_000).await;
        check_talk(&mut world, [alice, ben], &["hello", "at once"], &["hello", "at once"]).await;
    }
}

#[tokio::test]
async fn what_is_said_to_whoever_died_on_its_way_back_is_read() {
    let mut died_between = 0;
    for frames in 0..12 {
        let (mut world, [alice, ben]) = talking().await;
        spoil_commits(&mut world, ben);
        world.client(ben).network.lose_after(frames);
        renew_keys(&mut world, [alice, ben]).await;
        let [here, there] = [alice, ben].map(|client| world.driver(client).conversations()[0].last_seq);
        let is_back_unawares = here > Seq(4) && here > there;
        world.say(alice, ben, "welcome back");
        world.settle().await;
        world.client(ben).network.be_well();
        world.restart(ben).await;
        world.advance(60_000).await;
        if is_back_unawares {
            died_between += 1;
            assert_eq!(world.texts(ben, alice).await, ["hello", "welcome back"], "{frames}");
        }
    }
    assert!(died_between > 0);
}

#[tokio::test]
async fn a_group_served_as_it_was_before_or_changed_is_not_rejoined() {
    let (mut world, [alice, ben]) = talking().await;
    spoil_commits(&mut world, ben);
    world.client(ben).network.tamper(|mut frame| {
        if let Response::GroupState(state) = &mut frame.body {
            state.tree = flip_a_byte(&state.tree);
        }
        spoiled(frame)
    });
    renew_keys(&mut world, [alice, ben]).await;
    let said = codes(&mut world, ben);
    assert!(said.contains(&NoticeCode::RejoinFailed) && !said.contains(&NoticeCode::Rejoining), "{said:?}");
    world.client(ben).network.be_honest();
    world.restart(ben).await;
    check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
}

#[tokio::test]
async fn a_way_back_that_is_refused_for_its_epoch_again_and_again_is_tried_again_after_a_while_each_time() {
    for is_seq_earlier in [false, true] {
        let (mut world, [alice, ben]) = talking().await;
        world.client(ben).store().lose_all_of(GROUPS);
        let refusals = Rc::new(Cell::new(0));
        let counted = Rc::clone(&refusals);
        let mut first: Option<GroupState> = None;
        world.client(ben).network.tamper(move |mut frame| {
            match &mut frame.body {
                Response::Appended(_) | Response::Failure(_) => {
                    counted.set(counted.get() + 1);
                    frame.body = Response::Failure(Failure::new(ErrorCode::StaleEpoch, ""));
                }
                Response::GroupState(state) => {
                    *state = first.get_or_insert_with(|| state.clone()).clone();
                    if is_seq_earlier {
                        state.seq = Seq(1);
                    }
                }
                _ => {}
            }
            if entry_in(&frame).is_some() { vec![] } else { vec![frame] }
        });
        world.reopen(ben).await;
        world.settle().await;
        assert!((1..=2).contains(&refusals.get()), "{} at once", refusals.get());
        world.advance(20_000).await;
        assert!((3..=6).contains(&refusals.get()), "{} in twenty seconds", refusals.get());
        world.client(ben).network.be_honest();
        world.restart(ben).await;
        check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
    }
}

/// Both say something, and it comes.
pub(crate) async fn check_talk(
    world: &mut World<RealRelay>,
    [alice, ben]: [usize; 2],
    of_ben: &[&str],
    of_alice: &[&str],
) {
    world.client(ben).network.be_well();
    for (from, to) in [(alice, ben), (ben, alice), (alice, ben)] {
        world.say(from, to, "and on");
        world.settle().await;
    }
    world.advance(60_000).await;
    let and_on = ["and on"; 3];
    assert_eq!(world.texts(ben, alice).await, [of_ben, &and_on].concat());
    assert_eq!(world.texts(alice, ben).await, [of_alice, &and_on].concat());
}

pub(crate) async fn renew_keys(world: &mut World<RealRelay>, [alice, ben]: [usize; 2]) {
    let conversation = conversation_of(world, [alice, ben]).await;
    world.command(alice, Command::RefreshKeys { conversation }).await;
}

pub(crate) async fn conversation_of(world: &World<RealRelay>, [alice, ben]: [usize; 2]) -> ConversationId {
    world.messages(alice, ben).await[0].conversation.unwrap()
}

/// Commits reach a client with their membership tag changed, which the relay has no key to check.
fn spoil_commits(world: &mut World<RealRelay>, client: usize) {
    world.client(client).network.tamper(spoiled);
}

fn spoiled(frame: protocol::frame::ServerFrame) -> Vec<protocol::frame::ServerFrame> {
    match entry_in(&frame).map(|entry| (entry, &entry.payload)) {
        Some((entry, Payload::Handshake(handshake))) if entry.seq.0 == 4 => {
            let mut spoiled = handshake.to_vec();
            *spoiled.last_mut().unwrap() ^= 1;
            vec![with_entry(&frame, Entry { payload: Payload::Handshake(spoiled.into()), ..entry.clone() })]
        }
        _ => vec![frame],
    }
}

pub(crate) fn codes(world: &mut World<RealRelay>, client: usize) -> Vec<NoticeCode> {
    world.client(client).take_codes().into_iter().map(|(code, _)| code).collect()
}

/// The client said these, in this order.
#[track_caller]
pub(crate) fn assert_said(world: &mut World<RealRelay>, client: usize, expected: &[NoticeCode]) {
    let said = codes(world, client);
    let mut left = expected.iter().peekable();
    for code in &said {
        left.next_if_eq(&code);
    }
    assert!(left.peek().is_none(), "{said:?}");
}
