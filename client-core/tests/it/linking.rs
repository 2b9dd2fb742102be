//! A new device becomes one of an account, by its code or by comparing digits.

use client_api::{
    Command, CommandId, Connection, Event, LinkView, NoticeCode, Outcome, RefusalCode, SecretText,
};
use client_core::Driver;
use client_core::testing::World;
use protocol::ErrorCode;
use protocol::codec::OrEmpty;
use protocol::frame::{Failure, LinkMessage, PUSH, Response, ServerFrame};
use protocol::identity::Head;
use protocol::link::{LinkBody, LinkShare, LinkWord};

use crate::real_relay::{RealRelay, world};
use crate::restoring::stopped_by;
use crate::world::pair;

#[tokio::test]
async fn a_device_whose_code_is_read_is_in_every_conversation_at_once() {
    let mut world = world(80);
    let [phone, ben] = talking(&mut world).await;
    let tablet = world.link().await;
    world.settle().await;
    let (code, _) = shown(&world, tablet);
    assert_eq!(world.command(phone, Command::LinkDevice { shown: SecretText(code) }).await, Outcome::Done);
    world.settle().await;
    assert_eq!(world.account(tablet), world.account(phone));
    assert_eq!(world.driver(tablet).connection(), Connection::Live);
    world.say(ben, phone, "to both");
    world.settle().await;
    world.say(tablet, ben, "from the tablet");
    world.settle().await;
    for (client, with) in [(tablet, ben), (phone, ben), (ben, phone)] {
        assert_eq!(world.texts(client, with).await, ["before", "to both", "from the tablet"]);
    }
    assert_eq!(world.driver(phone).devices().iter().filter(|device| device.is_active).count(), 2);
    for client in [phone, tablet, ben] {
        assert_eq!(world.client(client).take_codes(), []);
    }
}

#[tokio::test]
async fn a_device_that_the_relay_has_listed_though_it_says_that_it_has_not_is_told_what_was_said() {
    let (mut world, [phone, ben, tablet]) = denied(99, deny_change).await;
    assert_eq!(world.account(tablet), world.account(phone));
    world.say(ben, phone, "to both");
    world.advance(60_000).await;
    assert_eq!(world.texts(tablet, ben).await, ["before", "to both"]);
}

#[tokio::test]
async fn a_device_that_the_relay_has_listed_and_shows_in_the_log_later_is_told_what_was_said() {
    let hide = |frame| deny_change(frame).into_iter().map(without_last).collect();
    let (mut world, [phone, ben, tablet]) = denied(100, hide).await;
    world.client(phone).network.be_honest();
    world.lose_every_connection();
    world.say(ben, phone, "to both");
    world.advance(60_000).await;
    assert_eq!(world.account(tablet), world.account(phone));
    assert_eq!(world.texts(tablet, ben).await, ["before", "to both"]);
}

/// A tablet that was let in, which the relay denies: the phone that let it in, somebody it talks with, and the tablet.
async fn denied(
    seed: u64,
    lie: impl FnMut(ServerFrame) -> Vec<ServerFrame> + 'static,
) -> (World<RealRelay>, [usize; 3]) {
    let mut world = world(seed);
    let [phone, ben] = talking(&mut world).await;
    let tablet = world.link().await;
    world.settle().await;
    world.client(phone).network.tamper(lie);
    let (code, _) = shown(&world, tablet);
    let outcome = world.command(phone, Command::LinkDevice { shown: SecretText(code) }).await;
    assert!(matches!(outcome, Outcome::Refused(_)));
    world.advance(60_000).await;
    (world, [phone, ben, tablet])
}

/// The relay appends an entry and says that it has not.
fn deny_change(mut frame: ServerFrame) -> Vec<ServerFrame> {
    if matches!(frame.body, Response::IdentityChanged(_)) {
        if frame.request_id == PUSH {
            return vec![];
        }
        frame.body = Response::Failure(Failure::new(ErrorCode::Unavailable, ""));
    }
    vec![frame]
}

/// A log that has grown ends one entry before.
fn without_last(mut frame: ServerFrame) -> ServerFrame {
    match &mut frame.body {
        Response::IdentityDiffering(differing) => differing.heads.clear(),
        Response::IdentityEntries(served) => {
            let last = served.entries.last().and_then(|last| last.decode_body().ok());
            if let Some((length, OrEmpty(Some(hash)))) = last.map(|last| (last.position, last.previous)) {
                served.entries.pop();
                served.head = Head { length, hash };
            }
        }
        _ => {}
    }
    frame
}

#[tokio::test]
async fn without_a_camera_both_show_the_same_digits_and_nobody_is_let_in_before_both_agree() {
    let mut world = world(81);
    let [phone, _] = talking(&mut world).await;
    let (tablet, linking) = comparing(&mut world, phone).await;
    let on_phone = digits(&mut world, phone);
    assert_eq!(on_phone, digits(&mut world, tablet));
    assert_eq!(on_phone.len(), 7);
    confirm(&mut world, phone, true).await;
    assert!(world.driver(tablet).is_linking());
    assert_eq!(world.driver(phone).devices().len(), 1, "the new device has not agreed yet");
    confirm(&mut world, tablet, true).await;
    assert_eq!(outcome(&mut world, phone, linking), Some(Outcome::Done));
    assert_eq!(world.account(tablet), world.account(phone));
    assert_eq!(world.driver(phone).devices().len(), 2);
}

#[tokio::test]
async fn digits_that_differ_on_either_side_end_it_on_both() {
    for declines_on_phone in [true, false] {
        let mut world = world(82);
        let [phone, _] = talking(&mut world).await;
        let (tablet, linking) = comparing(&mut world, phone).await;
        confirm(&mut world, if declines_on_phone { phone } else { tablet }, false).await;
        refused(&mut world, phone, linking);
        assert_eq!(stopped_by(&world, tablet), Some(NoticeCode::LinkFailed));
        assert_eq!(world.driver(phone).devices().len(), 1);
    }
}

#[tokio::test]
async fn a_share_that_was_not_settled_on_is_refused() {
    let mut world = world(83);
    let [phone, _] = talking(&mut world).await;
    let tablet = world.link().await;
    world.settle().await;
    world.client(tablet).network.tamper(|mut frame| {
        if let Response::LinkMessage(LinkMessage { message }) = &mut frame.body {
            let mut word = LinkWord::decode(message).unwrap();
            if let LinkBody::Revealed(share) = &mut word.body {
                *share = LinkShare { key: [9; 32], nonce: [9; 32] };
            }
            *message = word.encode().into();
        }
        vec![frame]
    });
    let (_, number) = shown(&world, tablet);
    let linking = world.ask(phone, Command::LinkDevice { shown: SecretText(number) });
    world.settle().await;
    refused(&mut world, phone, linking);
    assert_eq!(stopped_by(&world, tablet), Some(NoticeCode::LinkFailed));
}

#[tokio::test]
async fn a_new_device_that_dies_at_any_turn_is_linked_afterwards_or_leaves_nothing_behind() {
    for turns in (0..24).step_by(2) {
        let mut world = world(84);
        let [phone, ben] = talking(&mut world).await;
        let tablet = world.link().await;
        world.settle().await;
        let (code, _) = shown(&world, tablet);
        world.die_before_acting_at(tablet, turns);
        let linking = world.ask(phone, Command::LinkDevice { shown: SecretText(code) });
        world.settle().await;
        let store = world.client(tablet).store();
        let tablet = if Driver::is_fresh(&store).await.unwrap() { world.link().await } else { tablet };
        world.heal(tablet);
        world.restart(tablet).await;
        world.advance(60_000).await;
        let is_listed = world.driver(phone).devices().len() == 2;
        match outcome(&mut world, phone, linking).unwrap() {
            Outcome::Done => assert!(is_listed),
            Outcome::Refused(_) => assert!(!is_listed, "turn {turns}"),
            other => panic!("{other:?}"),
        }
        if !is_listed {
            // It shows another code.
            let (code, _) = shown(&world, tablet);
            assert_eq!(
                world.command(phone, Command::LinkDevice { shown: SecretText(code) }).await,
                Outcome::Done
            );
            world.advance(60_000).await;
        }
        assert_eq!(world.account(tablet), world.account(phone), "turn {turns}");
        world.say(ben, phone, "to both");
        world.settle().await;
        assert_eq!(
            world.texts(tablet, ben).await.last().map(String::as_str),
            Some("to both"),
            "turn {turns}"
        );
    }
}

#[tokio::test]
async fn a_connection_lost_on_either_side_is_said_and_the_next_try_works() {
    for loses_phone in [true, false] {
        let mut world = world(85);
        let [phone, _] = talking(&mut world).await;
        let (tablet, linking) = comparing(&mut world, phone).await;
        let lost = if loses_phone { phone } else { tablet };
        world.set_online(lost, false).await;
        refused(&mut world, phone, linking);
        world.set_online(lost, true).await;
        world.advance(60_000).await;
        let tablet = world.link().await;
        world.settle().await;
        let (code, _) = shown(&world, tablet);
        assert_eq!(
            world.command(phone, Command::LinkDevice { shown: SecretText(code) }).await,
            Outcome::Done
        );
    }
}

#[tokio::test]
async fn what_is_no_code_or_nobodys_number_is_refused() {
    let mut world = world(86);
    let [phone, _] = talking(&mut world).await;
    for (shown, expected) in [
        ("", RefusalCode::Invalid),
        ("12345678", RefusalCode::Invalid),
        ("PALAVER-LINK:AAAA", RefusalCode::Invalid),
        ("123 456 789", RefusalCode::LinkFailed),
    ] {
        match world.command(phone, Command::LinkDevice { shown: SecretText(shown.to_owned()) }).await {
            Outcome::Refused(refusal) => assert_eq!(refusal.code, expected, "{shown}"),
            other => panic!("{shown}: {other:?}"),
        }
    }
    match world.command(phone, Command::ConfirmLink { is_same: true }).await {
        Outcome::Refused(refusal) => assert_eq!(refusal.code, RefusalCode::Invalid),
        other => panic!("{other:?}"),
    }
}

/// Two who have said something.
async fn talking(world: &mut World<RealRelay>) -> [usize; 2] {
    let [phone, ben] = pair(world).await;
    world.say(phone, ben, "before");
    world.settle().await;
    [phone, ben]
}

/// A new device beside one of an account, both with digits to compare.
async fn comparing(world: &mut World<RealRelay>, phone: usize) -> (usize, CommandId) {
    let tablet = world.link().await;
    world.settle().await;
    let (_, number) = shown(world, tablet);
    let linking = world.ask(phone, Command::LinkDevice { shown: SecretText(number) });
    world.settle().await;
    (tablet, linking)
}

/// The code and the number that a new device shows.
#[track_caller]
pub(crate) fn shown(world: &World<RealRelay>, tablet: usize) -> (String, String) {
    match world.driver(tablet).link_view() {
        Some(LinkView::Waiting { code, number, .. }) => (code, number),
        other => panic!("{other:?}"),
    }
}

/// The digits that a client has shown.
#[track_caller]
fn digits(world: &mut World<RealRelay>, client: usize) -> String {
    let digits = world.client(client).events.iter().rev().find_map(|event| match event {
        Event::Link(LinkView::Comparing { digits }) => Some(digits.clone()),
        _ => None,
    });
    digits.expect("digits to compare")
}

async fn confirm(world: &mut World<RealRelay>, client: usize, is_same: bool) {
    assert_eq!(world.command(client, Command::ConfirmLink { is_same }).await, Outcome::Done);
    world.settle().await;
}

fn outcome(world: &mut World<RealRelay>, client: usize, asked: CommandId) -> Option<Outcome> {
    world.client(client).events.iter().find_map(|event| match event {
        Event::Done { id, outcome } if *id == asked => Some(outcome.clone()),
        _ => None,
    })
}

#[track_caller]
fn refused(world: &mut World<RealRelay>, client: usize, asked: CommandId) {
    match outcome(world, client, asked) {
        Some(Outcome::Refused(refusal)) => assert_eq!(refusal.code, RefusalCode::LinkFailed),
        other => panic!("{other:?}"),
    }
}
