//! What one device of an account reads, whom it gets to know and whom it compares, the account's others know too.

use client_api::{Command, Outcome, Recipient};
use client_core::testing::World;
use protocol::{AccountId, Seq};

use crate::hand_over::linked;
use crate::real_relay::{RealRelay, world};
use crate::world::pair;

#[tokio::test]
async fn what_was_read_on_one_device_is_read_on_the_others_and_on_one_that_comes_later() {
    let (mut world, [phone, tablet, ben]) = talking(130).await;
    for text in ["second", "third"] {
        world.say(ben, phone, text);
    }
    world.settle().await;
    let before = [phone, tablet].map(|client| marks(&world, client).0);
    assert!(before.iter().all(|unread| *unread >= 2), "{before:?}");
    let last = world.messages(tablet, ben).await[2].clone();
    let (conversation, up_to) = (last.conversation.unwrap(), last.seq.unwrap());
    assert_eq!(world.command(tablet, Command::MarkRead { conversation, up_to }).await, Outcome::Done);
    world.settle().await;
    for client in [phone, tablet] {
        assert_eq!(marks(&world, client), (0, up_to));
        world.restart(client).await;
        assert_eq!(marks(&world, client), (0, up_to), "as it was stored");
    }
    let watch = linked(&mut world, phone).await;
    assert_eq!(marks(&world, watch), (0, up_to));
}

#[tokio::test]
async fn whom_one_device_gets_to_know_and_compares_the_others_know_and_trust_too() {
    let (mut world, [phone, tablet, ben]) = talking(131).await;
    let stranger = world.join("stranger").await;
    let who = Recipient::Account(world.account(stranger));
    let added = world.command(tablet, Command::AddContact { who }).await;
    assert!(matches!(added, Outcome::ContactAdded { .. }));
    let account = world.account(ben);
    let safety_number = world.driver(tablet).safety(account).unwrap().safety_number;
    let marked = world.command(tablet, Command::MarkVerified { account, safety_number }).await;
    assert_eq!(marked, Outcome::Done);
    world.settle().await;
    let mut expected = [(account, true), (world.account(stranger), false)];
    expected.sort();
    for client in [phone, tablet] {
        assert_eq!(known(&world, client), expected);
    }
}

/// Two devices of an account, and somebody who has said something to it.
async fn talking(seed: u64) -> (World<RealRelay>, [usize; 3]) {
    let mut world = world(seed);
    let [phone, ben] = pair(&mut world).await;
    world.say(ben, phone, "first");
    world.settle().await;
    let tablet = linked(&mut world, phone).await;
    (world, [phone, tablet, ben])
}

/// What is unread in the only conversation, and up to where it was read.
fn marks(world: &World<RealRelay>, client: usize) -> (u64, Seq) {
    let conversations = world.driver(client).conversations();
    assert_eq!(conversations.len(), 1);
    (conversations[0].unread_count, conversations[0].read_up_to)
}

/// Who is known, and whether they were compared.
fn known(world: &World<RealRelay>, client: usize) -> Vec<(AccountId, bool)> {
    let contacts = world.driver(client).contacts().into_iter();
    let mut known: Vec<_> = contacts.map(|contact| (contact.account, contact.is_verified)).collect();
    known.sort();
    known
}
