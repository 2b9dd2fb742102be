//! A device revoked after it committed: what it did before stays what it was, for whoever replays it later.

use client_api::{Command, Outcome};

use crate::real_relay::world;
use crate::tablet::Tablet;
use crate::world::pair;

#[tokio::test]
async fn a_client_that_was_away_replays_a_commit_of_a_device_revoked_since_and_goes_on() {
    let mut world = world(20);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "before");
    world.settle().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    world.set_online(ben, false).await;

    let (mut tablet, head) = Tablet::of(alice, conversation, &mut world).await;
    tablet.commit(conversation, head).await;
    world.settle().await;
    world.say(alice, ben, "with the tablet");
    world.settle().await;
    let device = tablet.key().public().device_id();
    assert_eq!(world.command(alice, Command::RevokeDevice { device }).await, Outcome::Done);
    world.advance(30_000).await;
    world.say(alice, ben, "without it");
    world.settle().await;

    world.client(ben).take_notices();
    world.set_online(ben, true).await;
    assert_eq!(world.texts(ben, alice).await, ["before", "with the tablet", "without it"]);
    world.say(ben, alice, "all read");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await.last().map(String::as_str), Some("all read"));
    let held = world.client(ben).take_codes();
    assert!(held.iter().all(|(code, _)| *code == client_api::NoticeCode::EntryHeld), "{held:?}");
}

#[tokio::test]
async fn nothing_is_sealed_for_a_device_that_is_known_to_be_revoked() {
    let mut world = world(24);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "before");
    world.settle().await;
    let conversation = world.messages(alice, ben).await[0].conversation.unwrap();
    let account = world.account(alice);
    let (mut tablet, _) = Tablet::of(alice, conversation, &mut world).await;

    // Revoked while the account's other device is away: nobody has taken the tablet out of the conversation yet.
    world.set_online(alice, false).await;
    tablet.revoke_itself().await;
    world.settle().await;
    world.say(ben, alice, "not for the tablet");
    world.settle().await;
    assert_eq!(world.driver(ben).pending(account).len(), 1, "it waits until the tablet is out");
    world.advance(30_000).await;
    assert_eq!(world.driver(ben).pending(account), []);
    world.set_online(alice, true).await;
    assert_eq!(world.texts(alice, ben).await, ["before", "not for the tablet"]);
}
