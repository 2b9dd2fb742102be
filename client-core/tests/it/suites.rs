//! Which suite a conversation is opened with.

use client_api::KeyExchange;
use client_core::testing::World;
use protocol::Suite;

use crate::real_relay::{RealRelay, world};
use crate::tablet::Tablet;
use crate::world::pair;

#[tokio::test]
async fn two_people_agree_on_keys_that_stay_closed_to_quantum_computers() {
    let mut world = world(70);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "hello");
    world.settle().await;
    assert_eq!(key_exchanges(&mut world, [alice, ben]), [KeyExchange::Hybrid; 2]);
}

#[tokio::test]
async fn a_device_that_knows_only_the_classic_suite_is_not_left_out() {
    let mut world = world(71);
    let [alice, ben] = [world.join("alice").await, world.join("ben").await];
    Tablet::listed(ben, Suite::CHACHA20_POLY1305, &mut world).await;
    world.say(alice, ben, "hello");
    world.settle().await;
    assert_eq!(key_exchanges(&mut world, [alice, ben]), [KeyExchange::Classic; 2]);
    world.say(ben, alice, "hello to you");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await, ["hello", "hello to you"]);
}

#[tokio::test]
async fn the_suite_is_the_conversations_own_and_survives_a_restart() {
    let mut world = world(72);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "hello");
    world.settle().await;
    world.restart(ben).await;
    world.say(ben, alice, "hello to you");
    world.settle().await;
    assert_eq!(key_exchanges(&mut world, [alice, ben]), [KeyExchange::Hybrid; 2]);
    assert_eq!(world.texts(alice, ben).await, ["hello", "hello to you"]);
}

/// As each of them sees the one conversation there is.
fn key_exchanges(world: &mut World<RealRelay>, clients: [usize; 2]) -> [KeyExchange; 2] {
    clients.map(|client| match world.driver(client).conversations().as_slice() {
        [only] => only.key_exchange,
        several => panic!("{several:?}"),
    })
}
