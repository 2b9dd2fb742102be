//! An account that comes back by its phrase on a device that has nothing of it.

use client_api::{Command, Connection, Event, NoticeCode, Outcome, RefusalCode};
use client_core::phrase::Phrase;
use client_core::testing::World;
use client_core::vault::DataKey;
use client_core::{Driver, Error};
use protocol::frame::Response;

use crate::phrase::phrase;
use crate::real_relay::{RealRelay, world};
use crate::world::pair;

/// The store of what is needed to restore an account.
const RESTORING_STORE: u8 = 17;

#[tokio::test]
async fn whoever_lost_everything_is_taken_in_again_by_those_they_talked_to() {
    let mut world = world(50);
    let [lost, ben] = talking(&mut world).await;
    world.set_online(ben, false).await;
    let alice = restored(&mut world, lost).await;
    assert_eq!(world.account(alice), world.account(lost));
    assert_eq!(world.driver(alice).conversations(), [], "nothing is known before the others are back");

    // What was said meanwhile is for the new device and not for the old one.
    world.say(ben, alice, "are you there");
    world.settle().await;
    world.client(ben).take_notices();
    world.set_online(ben, true).await;
    world.advance(60_000).await;
    assert_eq!(world.texts(alice, ben).await, ["are you there"], "and not what was said before");
    world.say(alice, ben, "a new phone");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["before", "are you there", "a new phone"]);
    assert_eq!(world.texts(alice, ben).await, ["are you there", "a new phone"]);
    assert_eq!(world.driver(alice).contacts()[0].handle.as_ref().map(|handle| handle.as_str()), Some("ben"));
    assert_eq!(world.client(ben).take_codes(), []);
    assert_eq!(world.client(alice).take_codes(), []);

    world.set_online(lost, true).await;
    let stopped = Connection::Stopped { reason: NoticeCode::DeviceRevoked };
    assert_eq!(world.driver(lost).connection(), stopped);
    let devices = world.driver(alice).devices();
    assert_eq!(devices.iter().filter(|device| device.is_active).count(), 1);
}

#[tokio::test]
async fn whoever_writes_first_after_coming_back_waits_in_the_conversation_there_was() {
    let mut world = world(51);
    let [lost, ben] = talking(&mut world).await;
    world.set_online(ben, false).await;
    let alice = restored(&mut world, lost).await;
    world.say(alice, ben, "it is me");
    world.settle().await;
    world.advance(60_000).await;
    assert_eq!(world.driver(alice).pending(world.account(ben)).len(), 1);
    world.set_online(ben, true).await;
    world.advance(60_000).await;
    assert_eq!(world.texts(ben, alice).await, ["before", "it is me"]);
    assert_eq!(world.texts(alice, ben).await, ["it is me"]);
    assert_eq!(world.driver(ben).conversations().len(), 1);
}

#[tokio::test]
async fn whoever_comes_back_and_has_published_nothing_yet_is_taken_in_later() {
    let mut world = world(52);
    let [lost, ben] = talking(&mut world).await;
    let mut is_first = true;
    world.client(ben).network.tamper(move |mut frame| {
        if let Response::KeyPackagesClaimed(claimed) = &mut frame.body
            && std::mem::take(&mut is_first)
        {
            claimed.packages.clear();
        }
        vec![frame]
    });
    let alice = restored(&mut world, lost).await;
    world.advance(60_000).await;
    world.say(alice, ben, "it is me");
    world.settle().await;
    world.say(ben, alice, "welcome back");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await, ["it is me", "welcome back"]);
    assert_eq!(world.texts(ben, alice).await, ["before", "it is me", "welcome back"]);
}

#[tokio::test]
async fn two_who_both_lost_everything_begin_anew() {
    let mut world = world(49);
    let [lost, lost_too] = talking(&mut world).await;
    let [alice, ben] = [restored(&mut world, lost).await, restored(&mut world, lost_too).await];
    world.advance(60_000).await;
    world.say(ben, alice, "you too");
    world.settle().await;
    world.advance(60_000).await;
    world.say(alice, ben, "all gone");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await, ["you too", "all gone"]);
    assert_eq!(world.texts(ben, alice).await, ["you too", "all gone"]);
}

#[tokio::test]
async fn a_contact_who_compared_numbers_is_told_that_other_devices_speak_now() {
    let mut world = world(52);
    let [lost, ben] = talking(&mut world).await;
    let account = world.account(lost);
    let safety_number = world.driver(ben).safety(account).unwrap().safety_number;
    world.command(ben, Command::MarkVerified { account, safety_number }).await;
    world.client(ben).take_notices();
    restored(&mut world, lost).await;
    world.advance(60_000).await;
    assert_eq!(world.client(ben).take_codes(), [(NoticeCode::SafetyNumberChanged, None)]);
}

#[tokio::test]
async fn a_later_phrase_brings_the_account_back_and_the_void_one_does_not() {
    let mut world = world(53);
    let [lost, _] = talking(&mut world).await;
    let void = phrase(&mut world, lost);
    assert_eq!(world.replace_phrase(lost, void.clone()).await, Outcome::Done);
    let stranger = world.restore(&void).await;
    world.settle().await;
    assert_eq!(stopped_by(&world, stranger), Some(NoticeCode::WrongPhrase));
    let alice = restored(&mut world, lost).await;
    assert_eq!(world.account(alice), world.account(lost));
    let new = phrase(&mut world, lost);
    assert!(world.driver(alice).is_phrase(&new));
}

#[tokio::test]
async fn a_phrase_that_no_account_has_leaves_the_store_for_another_try() {
    let mut world = world(54);
    let [lost, _] = talking(&mut world).await;
    let wrong = world.restore(&Phrase::from_entropy(&[3; 32])).await;
    world.settle().await;
    assert_eq!(stopped_by(&world, wrong), Some(NoticeCode::WrongPhrase));
    let right = phrase(&mut world, lost);
    let moment = world.clock().moment();
    let store = world.client(wrong).store();
    let other_key = DataKey::from_bytes([7; 8], [7; 32]);
    assert!(Driver::is_fresh(&store).await.unwrap());
    assert_eq!(Driver::open(store.clone(), &other_key).await.err(), Some(Error::NoAccount));
    let again = Driver::restore(store.clone(), &other_key, &right, moment).await.unwrap();
    assert!(again.is_restoring());
    drop(again);
    assert!(Driver::open(store.clone(), &other_key).await.unwrap().is_restoring());
    let moment = world.clock().moment();
    assert_eq!(Driver::create(store, &other_key, &right, moment).await.err(), Some(Error::AccountExists));
}

#[tokio::test]
async fn an_account_that_is_here_is_not_restored_over() {
    let mut world = world(55);
    let [alice, _] = talking(&mut world).await;
    let (own, moment, store) =
        (phrase(&mut world, alice), world.clock().moment(), world.client(alice).store());
    let key = DataKey::from_bytes([1; 8], [2; 32]);
    assert_eq!(Driver::restore(store, &key, &own, moment).await.err(), Some(Error::AccountExists));
}

#[tokio::test]
async fn before_the_relay_is_reached_nothing_can_be_done_and_nothing_is_lost() {
    let mut world = world(56);
    let [lost, _] = talking(&mut world).await;
    world.set_online(lost, false).await;
    let right = phrase(&mut world, lost);
    let alice = world.restore(&right).await;
    world.set_online(alice, false).await;
    let command = Command::SetHandle { handle: "alicia".parse().unwrap() };
    let outcome = world.command(alice, command).await;
    assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == RefusalCode::Restoring));
    let outcome = world.replace_phrase(alice, right).await;
    assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == RefusalCode::Restoring));
    world.restart(alice).await;
    assert!(world.driver(alice).is_restoring());
    assert!(world.client(alice).store().holds(RESTORING_STORE));
    assert!(matches!(world.driver(alice).connection(), Connection::Offline { .. }));
    world.set_online(alice, true).await;
    assert!(!world.driver(alice).is_restoring());
    assert_eq!(world.driver(alice).connection(), Connection::Live);
    assert!(!world.client(alice).store().holds(RESTORING_STORE), "the root's secret stays nowhere");
    let profile = world.driver(alice).profile();
    assert!(world.client(alice).events.contains(&Event::Restored(profile)));
}

#[tokio::test]
async fn a_connection_lost_anywhere_or_a_death_at_any_turn_restores_the_account_once() {
    for at in 0..10 {
        for dies in [false, true] {
            let mut world = world(57 + at);
            let [lost, ben] = talking(&mut world).await;
            world.set_online(lost, false).await;
            let right = phrase(&mut world, lost);
            let alice = world.restore(&right).await;
            if dies {
                world.die_before_acting_at(alice, at);
            } else {
                world.client(alice).network.lose_after(at as usize);
            }
            world.settle().await;
            world.advance(90_000).await;
            let driver = world.driver(alice);
            assert!(!driver.is_restoring(), "{at} {dies}");
            assert_eq!(driver.connection(), Connection::Live, "{at} {dies}");
            assert_eq!(driver.devices().len(), 2, "listed once: {at} {dies}");
            world.say(alice, ben, "back");
            world.settle().await;
            world.advance(60_000).await;
            assert_eq!(world.texts(ben, alice).await, ["before", "back"], "{at} {dies}");
        }
    }
}

/// Two who have said something; both are there.
async fn talking(world: &mut World<RealRelay>) -> [usize; 2] {
    let [alice, ben] = pair(world).await;
    world.say(alice, ben, "before");
    world.settle().await;
    [alice, ben]
}

/// A client's account on a new device; the client itself is gone.
async fn restored(world: &mut World<RealRelay>, lost: usize) -> usize {
    world.set_online(lost, false).await;
    let phrase = phrase(world, lost);
    let restored = world.restore(&phrase).await;
    world.settle().await;
    assert_eq!(world.driver(restored).connection(), Connection::Live);
    restored
}

pub(crate) fn stopped_by(world: &World<RealRelay>, of: usize) -> Option<NoticeCode> {
    match world.driver(of).connection() {
        Connection::Stopped { reason } => Some(reason),
        _ => None,
    }
}
