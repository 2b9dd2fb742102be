//! Rooms: many accounts in one conversation, some coming and some going.

use client_api::{Command, DeliveryState, NoticeCode, Outcome, Recipient, RefusalCode};
use client_core::testing::World;
use protocol::frame::Response;
use protocol::{ConversationId, Seq};

use crate::hand_over::linked;
use crate::real_relay::{RealRelay, world};

#[tokio::test]
async fn whoever_is_invited_reads_and_says_what_is_said_from_then_on() {
    let (mut world, [alice, ben, cleo], room) = room_of_three(60).await;
    for (who, text) in [(alice, "welcome"), (ben, "thank you"), (cleo, "hello")] {
        say(&mut world, who, room, text).await;
    }
    for who in [alice, ben, cleo] {
        assert_eq!(world.room_texts(who, room).await, ["welcome", "thank you", "hello"]);
        assert_eq!(world.client(who).take_codes(), []);
    }
}

#[tokio::test]
async fn whoever_is_dismissed_reads_and_says_nothing_more_and_can_be_invited_again() {
    let (mut world, [alice, ben, cleo], room) = room_of_three(62).await;
    say(&mut world, ben, room, "before").await;
    world.client(cleo).network.set_down(true);
    world.ask(cleo, Command::SayInRoom { room, text: "too late".to_owned() });
    dismiss(&mut world, alice, room, cleo).await;
    say(&mut world, alice, room, "among ourselves").await;
    world.client(cleo).take_notices();
    world.set_online(cleo, true).await;
    world.advance(60_000).await;

    assert_eq!(world.room_texts(cleo, room).await, ["before"]);
    let codes: Vec<NoticeCode> = world.client(cleo).take_codes().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, [NoticeCode::Removed, NoticeCode::SendFailed]);
    let states: Vec<_> = world.driver(cleo).pending_in(room).into_iter().map(|view| view.state).collect();
    assert_eq!(states, [DeliveryState::Failed]);
    let refused = world.command(cleo, Command::SayInRoom { room, text: "still here".to_owned() }).await;
    assert_eq!(code_of(&refused), Some(RefusalCode::NotFound));
    let refused = world.command(cleo, Command::RefreshKeys { conversation: room }).await;
    assert_eq!(code_of(&refused), Some(RefusalCode::NotFound));

    invite(&mut world, alice, room, cleo).await;
    say(&mut world, cleo, room, "back").await;
    for who in [alice, ben] {
        assert_eq!(world.room_texts(who, room).await, ["before", "among ourselves", "back"]);
    }
    assert_eq!(world.room_texts(cleo, room).await, ["before", "back"]);
}

#[tokio::test]
async fn whoever_is_dismissed_while_its_invitation_is_under_way_is_out_in_the_end() {
    for turns in 0..6 {
        let mut world = world(90 + turns);
        let [alice, ben] = two(&mut world).await;
        let room = open(&mut world, alice).await;
        let account = world.account(ben);
        world.ask(alice, Command::Invite { room, who: Recipient::Account(account) });
        for _ in 0..turns {
            world.step(alice).await;
        }
        dismiss(&mut world, alice, room, ben).await;
        world.advance(60_000).await;
        say(&mut world, alice, room, "alone").await;
        assert_eq!(world.room_texts(ben, room).await, [""; 0], "after {turns} turns");
    }
}

#[tokio::test]
async fn whoever_is_invited_dismissed_and_invited_anew_while_away_is_in_when_it_comes() {
    let mut world = world(96);
    let [alice, ben] = two(&mut world).await;
    let room = open(&mut world, alice).await;
    world.set_online(ben, false).await;
    invite(&mut world, alice, room, ben).await;
    dismiss(&mut world, alice, room, ben).await;
    invite(&mut world, alice, room, ben).await;
    world.set_online(ben, true).await;
    world.advance(60_000).await;
    say(&mut world, alice, room, "hello").await;
    say(&mut world, ben, room, "here I am").await;
    for who in [alice, ben] {
        assert_eq!(world.room_texts(who, room).await, ["hello", "here I am"]);
    }
    assert_eq!(world.client(ben).take_codes(), []);
}

#[tokio::test]
async fn a_member_without_a_role_neither_invites_nor_dismisses() {
    let (mut world, [alice, ben, cleo], room) = room_of_three(63).await;
    let dora = world.join("dora").await;
    invite(&mut world, ben, room, dora).await;
    dismiss(&mut world, ben, room, cleo).await;
    dismiss(&mut world, ben, room, alice).await;
    let forbidden = (NoticeCode::SendFailed, Some("policy_forbidden".to_owned()));
    assert_eq!(world.client(ben).take_codes(), vec![forbidden; 3]);
    say(&mut world, alice, room, "as it was").await;
    assert_eq!(world.room_texts(cleo, room).await, ["as it was"]);
    assert_eq!(world.room_texts(dora, room).await, [""; 0]);
}

#[tokio::test]
async fn a_member_that_lost_every_device_comes_back_by_whoever_may_invite_it() {
    let (mut world, [alice, ben, cleo], room) = room_of_three(64).await;
    let cleo = come_back(&mut world, cleo).await;
    say(&mut world, alice, room, "is that you").await;
    say(&mut world, cleo, room, "it is").await;
    for who in [alice, ben, cleo] {
        assert_eq!(world.room_texts(who, room).await, ["is that you", "it is"]);
    }
}

#[tokio::test]
async fn whoever_was_struck_before_its_new_device_had_published_anything_comes_back() {
    for lost in 0..3 {
        let (mut world, mut people, room) = room_of_three(65).await;
        world.client(people[lost]).network.set_down(true);
        let phrase = world.client(people[lost]).phrases[0].clone();
        let back = world.restore(&phrase).await;
        // It is listed, and falls silent.
        world.client(back).network.lose_after(4);
        world.settle().await;
        world.client(back).network.set_down(true);
        world.advance(120_000).await;
        people[lost] = back;
        let other = people[(lost + 1) % 3];
        say(&mut world, other, room, "who is missing").await;
        world.client(back).network.be_well();
        world.restart(back).await;
        world.advance(120_000).await;
        say(&mut world, other, room, "nobody").await;
        assert_eq!(world.room_texts(back, room).await, ["nobody"], "{lost}");
    }
}

#[tokio::test]
async fn whoever_changed_its_device_before_it_could_be_invited_is_invited_with_the_new_one() {
    let mut world = world(76);
    let [alice, ben] = two(&mut world).await;
    let room = open(&mut world, alice).await;
    world.client(alice).network.tamper(|mut frame| {
        if let Response::KeyPackagesClaimed(claimed) = &mut frame.body {
            claimed.packages.clear();
        }
        vec![frame]
    });
    invite(&mut world, alice, room, ben).await;
    world.settle().await;
    let ben = come_back(&mut world, ben).await;
    world.client(alice).network.be_honest();
    world.advance(60_000).await;
    say(&mut world, alice, room, "found you").await;
    world.settle().await;
    assert_eq!(world.room_texts(ben, room).await, ["found you"]);
}

#[tokio::test]
async fn whoever_is_dismissed_when_its_devices_were_revoked_is_not_invited_by_the_owners_other_device() {
    for seed in 300..304 {
        let mut world = world(seed);
        let [alice, ben] = two(&mut world).await;
        let room = open(&mut world, alice).await;
        linked(&mut world, alice).await;
        invite(&mut world, alice, room, ben).await;
        world.advance(75_000).await;
        let account = world.account(ben);
        world.client(ben).network.set_down(true);
        world.client(ben).network.lose_next();
        let phrase = world.client(ben).phrases[0].clone();
        let ben = world.restore(&phrase).await;
        world.ask(alice, Command::Dismiss { room, account });
        world.lose_every_connection();
        world.advance(60_000).await;
        say(&mut world, alice, room, "among ourselves").await;
        world.settle().await;
        assert_eq!(world.room_texts(ben, room).await, [""; 0], "of {seed}");
    }
}

#[tokio::test]
async fn of_what_two_devices_of_an_owner_wish_at_once_the_later_is_so_and_neither_goes_on_about_it() {
    for turns in 0..12 {
        let mut world = world(78 + turns);
        let [alice, ben] = two(&mut world).await;
        let room = open(&mut world, alice).await;
        let tablet = linked(&mut world, alice).await;
        invite(&mut world, alice, room, ben).await;
        world.advance(60_000).await;
        let before = last_seq(&world, alice, room);
        let account = world.account(ben);
        world.ask(alice, Command::Dismiss { room, account });
        for _ in 0..turns {
            world.step(alice).await;
            world.step(tablet).await;
        }
        world.ask(tablet, Command::Invite { room, who: Recipient::Account(account) });
        world.advance(60_000).await;
        let commits = last_seq(&world, alice, room).0 - before.0;
        assert!(commits <= 2, "{commits} after {turns} turns");
        world.advance(60_000).await;
        assert_eq!(last_seq(&world, alice, room).0 - before.0, commits, "after {turns} turns");
    }
}

#[tokio::test]
async fn a_rooms_only_owner_that_lost_every_device_is_taken_in_again_by_its_members() {
    let (mut world, [alice, ben, cleo], room) = room_of_three(66).await;
    let alice = come_back(&mut world, alice).await;
    say(&mut world, alice, room, "mine still").await;
    dismiss(&mut world, alice, room, cleo).await;
    say(&mut world, ben, room, "so it is").await;
    assert_eq!(world.room_texts(alice, room).await, ["mine still", "so it is"]);
    assert_eq!(world.room_texts(cleo, room).await, ["mine still"]);
}

#[tokio::test]
async fn an_invitation_goes_on_wherever_the_client_dies() {
    for turns in 0..8 {
        let mut world = world(67 + turns);
        let [alice, ben] = two(&mut world).await;
        let room = open(&mut world, alice).await;
        world.die_before_acting_at(alice, turns);
        let who = Recipient::Account(world.account(ben));
        let asked = Command::Invite { room, who };
        let id = world.ask(alice, asked.clone());
        world.settle().await;
        world.ask_again(alice, id, asked);
        world.advance(60_000).await;
        say(&mut world, ben, room, "here").await;
        assert_eq!(world.room_texts(alice, room).await, ["here"], "after {turns} turns");
    }
}

#[tokio::test]
async fn a_room_that_nobody_knows_takes_nothing() {
    let mut world = world(80);
    let [alice, ben] = two(&mut world).await;
    let room = ConversationId::from_bytes([7; 16]);
    let account = world.account(ben);
    for command in [
        Command::Invite { room, who: Recipient::Account(account) },
        Command::Dismiss { room, account },
        Command::SayInRoom { room, text: "hello".to_owned() },
    ] {
        let outcome = world.command(alice, command).await;
        assert_eq!(code_of(&outcome), Some(RefusalCode::NotFound));
    }
}

async fn two(world: &mut World<RealRelay>) -> [usize; 2] {
    [world.join("alice").await, world.join("ben").await]
}

#[tokio::test]
async fn an_older_copy_of_the_owner_speaks_in_the_room_with_fresh_keys() {
    let (mut world, [alice, ben, _], room) = room_of_three(75).await;
    let copy = world.client(alice).store().copied();
    say(&mut world, alice, room, "from the newer state").await;
    world.client(alice).store().put_back(&copy);
    world.restart(alice).await;
    world.advance(60_000).await;
    say(&mut world, alice, room, "with fresh keys").await;
    say(&mut world, ben, room, "read").await;
    assert_eq!(world.room_texts(ben, room).await, ["from the newer state", "with fresh keys", "read"]);
    assert_eq!(world.room_texts(alice, room).await, ["with fresh keys", "read"]);
}

/// A room with its owner first.
async fn room_of_three(seed: u64) -> (World<RealRelay>, [usize; 3], ConversationId) {
    let mut world = world(seed);
    let [alice, ben] = two(&mut world).await;
    let cleo = world.join("cleo").await;
    let room = open(&mut world, alice).await;
    for member in [ben, cleo] {
        invite(&mut world, alice, room, member).await;
    }
    for who in [alice, ben, cleo] {
        assert_eq!(world.client(who).take_codes(), []);
    }
    (world, [alice, ben, cleo], room)
}

fn last_seq(world: &World<RealRelay>, of: usize, room: ConversationId) -> Seq {
    let known = world.driver(of).conversations();
    known.iter().find(|view| view.conversation == room).expect("it is in the room").last_seq
}

pub(crate) async fn open(world: &mut World<RealRelay>, owner: usize) -> ConversationId {
    match world.command(owner, Command::OpenRoom).await {
        Outcome::RoomOpened { room } => room,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn invite(world: &mut World<RealRelay>, by: usize, room: ConversationId, whom: usize) {
    let who = Recipient::Account(world.account(whom));
    assert_eq!(world.command(by, Command::Invite { room, who }).await, Outcome::Done);
}

pub(crate) async fn dismiss(world: &mut World<RealRelay>, by: usize, room: ConversationId, whom: usize) {
    let account = world.account(whom);
    assert_eq!(world.command(by, Command::Dismiss { room, account }).await, Outcome::Done);
}

pub(crate) async fn say(world: &mut World<RealRelay>, who: usize, room: ConversationId, text: &str) {
    let said = world.command(who, Command::SayInRoom { room, text: text.to_owned() }).await;
    assert!(matches!(said, Outcome::Queued { .. }), "{said:?}");
}

/// A device is lost with all it had; another takes its place by the phrase.
async fn come_back(world: &mut World<RealRelay>, lost: usize) -> usize {
    world.client(lost).network.set_down(true);
    let phrase = world.client(lost).phrases[0].clone();
    let back = world.restore(&phrase).await;
    world.settle().await;
    world.advance(60_000).await;
    back
}

fn code_of(outcome: &Outcome) -> Option<RefusalCode> {
    match outcome {
        Outcome::Refused(refusal) => Some(refusal.code),
        _ => None,
    }
}
