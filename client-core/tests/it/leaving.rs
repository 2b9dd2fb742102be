//! A device that proposes to leave, and does no more: whoever is there carries that out, and talk goes on.

use std::collections::BTreeSet;

use client_api::{Command, Outcome, Recipient};
use client_core::testing::World;
use protocol::frame::{GroupFetch, Request, Response};
use protocol::{ConversationId, ErrorCode, Suite};

use crate::lying::refuse_all;
use crate::poisoned::{say_to, with_a_stranger};
use crate::real_relay::{RealRelay, world};
use crate::tablet::Tablet;

/// After this, somebody has carried out what is left to others.
const WAIT_MS: u64 = 6_000;

#[tokio::test]
async fn a_leave_is_carried_out_once_by_whoever_is_there() {
    let (mut world, [alice, ben], mut mallory, room) = room_with_a_stranger().await;
    let proposed = mallory.propose_to_leave(room).await;
    world.settle().await;
    world.advance(WAIT_MS).await;
    assert!(is_out(&mut mallory, room).await);
    for who in [alice, ben] {
        let last_seq = world.driver(who).conversations()[0].last_seq;
        assert_eq!(last_seq, proposed.next(), "one commit");
    }
    check_room_talks(&mut world, [alice, ben], room, &["one", "two"]).await;
}

#[tokio::test]
async fn what_a_leave_holds_up_is_said_without_waiting_for_others() {
    let (mut world, [alice, ben], mut mallory, room) = room_with_a_stranger().await;
    mallory.propose_to_leave(room).await;
    world.settle().await;
    assert!(!is_out(&mut mallory, room).await, "nobody has anything to say");
    for (who, text) in [(alice, "one"), (ben, "two")] {
        world.ask(who, Command::SayInRoom { room, text: text.to_owned() });
    }
    world.settle().await;
    assert!(is_out(&mut mallory, room).await);
    // Both wanted to commit, and one came too late: its words may be the first or the second.
    let said = world.room_texts(ben, room).await;
    assert_eq!(BTreeSet::from_iter(&said), ["one", "two"].map(str::to_owned).iter().collect());
    let said = [said[0].as_str(), &said[1], "three", "four"];
    check_room_talks(&mut world, [alice, ben], room, &said).await;
}

#[tokio::test]
async fn what_was_to_be_said_before_a_leave_came_is_said_without_waiting_for_others() {
    let (mut world, [alice, ben], mut mallory, room) = room_with_a_stranger().await;
    world.set_online(ben, false).await;
    world.ask(ben, Command::SayInRoom { room, text: "one".to_owned() });
    mallory.propose_to_leave(room).await;
    world.set_online(ben, true).await;
    assert!(is_out(&mut mallory, room).await);
    check_room_talks(&mut world, [alice, ben], room, &["one", "two", "three"]).await;
}

#[tokio::test]
async fn in_a_conversation_of_two_whoever_left_is_out_and_comes_back_as_its_account_lists_it() {
    let (mut world, ben, mut mallory, _, id) = with_a_stranger().await;
    mallory.propose_to_leave(id).await;
    world.settle().await;
    say_to(&mut world, ben, &mallory, "nobody is there");
    world.settle().await;
    assert_eq!(world.driver(ben).pending(mallory.account()), []);
    assert!(is_out(&mut mallory, id).await);
    world.advance(WAIT_MS).await;
    assert!(!is_out(&mut mallory, id).await);
    mallory.join(id).await;
    let from = world.driver(ben).conversations()[0].last_seq.next();
    say_to(&mut world, ben, &mallory, "there again");
    world.settle().await;
    assert_eq!(mallory.texts(id, from).await, ["there again"]);
    assert_eq!(world.client(ben).take_codes(), []);
}

#[tokio::test]
async fn a_leave_that_the_relay_lets_nobody_carry_out_is_not_tried_again_and_again_at_once() {
    let (mut world, ben, mut mallory, _, id) = with_a_stranger().await;
    mallory.propose_to_leave(id).await;
    world.settle().await;
    let refusals = refuse_all(&mut world, ben, ErrorCode::StaleEpoch);
    say_to(&mut world, ben, &mallory, "held up");
    world.settle().await;
    assert!((1..=2).contains(&refusals.get()), "{} at once", refusals.get());
    world.client(ben).network.be_honest();
    world.restart(ben).await;
    world.advance(WAIT_MS).await;
    assert_eq!(world.driver(ben).pending(mallory.account()), []);
}

/// Whether the relay does not count it among the members.
async fn is_out(mallory: &mut Tablet, conversation: ConversationId) -> bool {
    match mallory.ask(Request::GroupFetch(GroupFetch { conversation, epoch: None })).await {
        Response::GroupState(_) => false,
        Response::Failure(failure) if failure.code == ErrorCode::Forbidden => true,
        answer => panic!("{answer:?}"),
    }
}

/// Each says one of the last two, and both show all that was said; none is told of anything else.
async fn check_room_talks(
    world: &mut World<RealRelay>,
    [alice, ben]: [usize; 2],
    room: ConversationId,
    said: &[&str],
) {
    for (who, text) in [alice, ben].into_iter().zip(&said[said.len() - 2..]) {
        world.ask(who, Command::SayInRoom { room, text: (*text).to_owned() });
        world.settle().await;
    }
    for who in [alice, ben] {
        assert_eq!(world.room_texts(who, room).await, said);
        assert_eq!(world.client(who).take_codes(), []);
    }
}

/// Alice, Ben and a device that is no engine, in a room of Alice's.
async fn room_with_a_stranger() -> (World<RealRelay>, [usize; 2], Tablet, ConversationId) {
    let mut world = world(140);
    let [alice, ben] = [world.join("alice").await, world.join("ben").await];
    let (mut mallory, _) = Tablet::alone(Suite::CHACHA20_POLY1305, &mut world).await;
    let Outcome::RoomOpened { room } = world.command(alice, Command::OpenRoom).await else {
        panic!("no room")
    };
    for account in [world.account(ben), mallory.account()] {
        let who = Recipient::Account(account);
        assert_eq!(world.command(alice, Command::Invite { room, who }).await, Outcome::Done);
    }
    mallory.join(room).await;
    for who in [alice, ben] {
        world.client(who).take_notices();
    }
    (world, [alice, ben], mallory, room)
}
