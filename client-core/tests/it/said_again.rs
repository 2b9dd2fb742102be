//! What was said in an epoch that is void is said again under the same ids: heard by all, and shown once by each.

use client_api::NoticeCode;
use client_core::testing::World;
use protocol::frame::Response;
use protocol::identity::{EntryKind, RevokeDevice};
use protocol::{ConversationId, Seq, limits};

use crate::hand_over::linked;
use crate::lying::talking;
use crate::poisoned::with_a_tablet;
use crate::real_relay::RealRelay;
use crate::recovery::{codes, conversation_of, renew_keys};
use crate::tablet::Tablet;

#[tokio::test]
async fn however_much_was_said_in_an_epoch_that_is_void_all_show_it_once() {
    const SAID: usize = 300;
    let (mut world, [alice, ben], mut tablet, _, id) = with_a_tablet().await;
    let commit = renewed_while_ben_is_away(&mut world, [alice, ben]).await;
    let mut expected = vec!["hello".to_owned()];
    for number in 0..SAID {
        world.say(alice, ben, format!("number {number}"));
        expected.push(format!("number {number}"));
    }
    world.settle().await;
    void(&mut world, &mut tablet, id, commit).await;
    assert!(codes(&mut world, alice).contains(&NoticeCode::CommitVoided));
    assert_eq!(world.driver(alice).pending(world.account(ben)), [], "what is shown does not wait");
    world.restart(alice).await;
    world.set_online(ben, true).await;
    world.restart(ben).await;
    world.advance(60_000).await;
    for (shows, with) in [(alice, ben), (ben, alice)] {
        assert_eq!(world.texts(shows, with).await, expected, "{shows}");
    }
}

#[tokio::test]
async fn what_is_said_again_in_an_epoch_that_is_void_too_is_heard() {
    let (mut world, [alice, ben]) = talking().await;
    let id = conversation_of(&world, [alice, ben]).await;
    let watch = linked(&mut world, alice).await;
    let (mut tablet, _) = Tablet::of(alice, id, &mut world).await;
    world.set_online(watch, false).await;
    let commit = renewed_while_ben_is_away(&mut world, [alice, ben]).await;
    world.say(alice, ben, "said again");
    world.settle().await;
    world.set_online(alice, false).await;
    void(&mut world, &mut tablet, id, commit).await;
    // Nothing is said before a revoked device is out: the commit that takes it out goes first.
    let device = world.driver(watch).profile().device;
    tablet.append(EntryKind::RevokeDevice(RevokeDevice { device })).await;
    world.set_online(alice, true).await;
    world.advance(90_000).await;
    let removal = tablet.commit_behind(id, commit).await.expect("alice takes her watch out");
    void(&mut world, &mut tablet, id, removal).await;
    world.advance(90_000).await;
    let removal = tablet.commit_behind(id, removal).await.expect("alice takes her watch out again");
    tablet.follow(id, removal).await;
    assert_eq!(tablet.texts(id, removal).await, ["said again"]);
    world.set_online(ben, true).await;
    for (shows, with) in [(alice, ben), (ben, alice)] {
        assert_eq!(world.texts(shows, with).await, ["hello", "said again"], "{shows}");
    }
}

/// Gives the place of Alice's commit.
async fn renewed_while_ben_is_away(world: &mut World<RealRelay>, [alice, ben]: [usize; 2]) -> Seq {
    world.set_online(ben, false).await;
    renew_keys(world, [alice, ben]).await;
    world.driver(alice).conversations()[0].last_seq
}

/// The tablet says that it cannot follow, and is believed, since nobody else says that it can.
async fn void(world: &mut World<RealRelay>, tablet: &mut Tablet, id: ConversationId, commit: Seq) {
    world.advance(limits::REFUSAL_GRACE_MS).await;
    let answer = tablet.refuse(id, commit).await;
    assert!(matches!(answer, Response::Done(_)), "{answer:?}");
    world.settle().await;
}
