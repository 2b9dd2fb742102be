//! Invitations that cannot be opened: whoever made one may have meant to keep a device out of a group that it is in.

use client_api::NoticeCode;
use client_core::testing::World;
use protocol::Bytes;
use protocol::frame::{InboxItem, Response};

use crate::lying::talking;
use crate::real_relay::{RealRelay, world};
use crate::recovery::{assert_said, check_talk, codes};
use crate::rooms::{dismiss, invite, open, say};
use crate::world::pair;

/// Where an invitation says which KeyPackage it was made for.
const KEY_PACKAGE_AT: usize = 16;

#[tokio::test]
async fn whoever_cannot_open_its_invitation_comes_in_by_itself() {
    for change in [spoil_the_end, name_another_key_package] {
        let mut world = world(11);
        let [alice, ben] = pair(&mut world).await;
        spoil_invitations(&mut world, ben, change);
        world.say(alice, ben, "before he could read");
        world.settle().await;
        world.advance(60_000).await;
        assert_said(&mut world, ben, &[NoticeCode::Rejoining, NoticeCode::Rejoined]);
        check_talk(&mut world, [alice, ben], &[], &["before he could read"]).await;
    }
}

#[tokio::test]
async fn whoever_was_taken_out_again_before_it_could_come_in_waits_for_another_invitation() {
    let (mut world, [alice, ben]) = talking().await;
    let room = open(&mut world, alice).await;
    world.set_online(ben, false).await;
    for _ in 0..2 {
        invite(&mut world, alice, room, ben).await;
        dismiss(&mut world, alice, room, ben).await;
        spoil_invitations(&mut world, ben, spoil_the_end);
        world.set_online(ben, true).await;
        world.settle().await;
        world.advance(60_000).await;
        let codes = codes(&mut world, ben);
        assert!(!codes.contains(&NoticeCode::Rejoined), "{codes:?}");
        world.set_online(ben, false).await;
    }
    invite(&mut world, alice, room, ben).await;
    world.client(ben).network.be_honest();
    world.set_online(ben, true).await;
    world.settle().await;
    say(&mut world, alice, room, "here at last").await;
    assert_eq!(world.room_texts(ben, room).await, ["here at last"]);
}

fn spoil_invitations(world: &mut World<RealRelay>, client: usize, change: fn(&mut [u8])) {
    let spoil = move |item: &mut InboxItem| {
        let mut welcome = item.welcome.to_vec();
        change(&mut welcome);
        item.welcome = Bytes::from(welcome);
    };
    world.client(client).network.tamper(move |mut frame| {
        match &mut frame.body {
            Response::Inbox(inbox) => inbox.items.iter_mut().for_each(spoil),
            Response::InboxArrived(arrived) => spoil(&mut arrived.item),
            _ => {}
        }
        vec![frame]
    });
}

fn spoil_the_end(welcome: &mut [u8]) {
    *welcome.last_mut().unwrap() ^= 1;
}

fn name_another_key_package(welcome: &mut [u8]) {
    welcome[KEY_PACKAGE_AT] ^= 1;
}
