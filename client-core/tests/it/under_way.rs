//! What was under way while a commit came to be void.

use client_api::{Command, MessageView, NoticeCode};
use client_core::testing::{RelayPort, World};
use protocol::identity::AccountHead;
use protocol::{ConversationId, Seq, limits};

use crate::poisoned::with_a_tablet;
use crate::real_relay::RealRelay;
use crate::recovery::codes;
use crate::tablet::Tablet;

/// Looks at what has come: far more than it takes to come.
const STEPS_MAX: usize = 100_000;

#[tokio::test]
async fn what_was_under_way_when_a_commit_was_voided_has_one_place_for_everyone() {
    let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
    world.say(alice, ben, "under way");
    world.step(alice).await;
    void_meanwhile(&mut world, ben, &mut tablet, head, id, 2).await;
    world.settle().await;
    world.say(ben, alice, "answered");
    world.settle().await;
    world.advance(60_000).await;
    let [hers, his] = [world.messages(alice, ben).await, world.messages(ben, alice).await].map(places);
    assert_eq!(hers, his);
    assert_eq!(hers.len(), 3, "{hers:?}");
}

#[tokio::test]
async fn a_commit_that_was_under_way_when_another_was_voided_is_followed_by_whoever_made_it() {
    for (poisoned, told) in
        [(1, &[NoticeCode::CommitVoided][..]), (2, &[NoticeCode::EntryRefused, NoticeCode::CommitVoided])]
    {
        let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
        let before = tablet.epoch(id).await;
        world.ask(ben, Command::RefreshKeys { conversation: id });
        world.step(ben).await;
        // Alice cannot follow what is committed then, and he can where she alone is poisoned.
        let void = void_meanwhile(&mut world, alice, &mut tablet, head, id, poisoned).await;
        assert_eq!(tablet.epoch(id).await, before, "the relay went back");
        // His own comes in behind the void, and something is said in its epoch before he has heard of either.
        world.step(ben).await;
        read_up_to(void.next(), &mut world, alice).await;
        assert_eq!(tablet.epoch(id).await, before.next(), "Ben's own commit");
        world.say(alice, ben, "said in it");
        while world.step(alice).await {}
        world.settle().await;
        assert_eq!(codes(&mut world, ben), told);
        assert_eq!(world.texts(ben, alice).await, ["hello", "said in it"]);
    }
}

/// Before what was made leaves, somebody makes a commit that so many cannot follow, one of them refuses that, and it is void;
/// gives the void's place.
async fn void_meanwhile(
    world: &mut World<RealRelay>,
    refusing: usize,
    tablet: &mut Tablet,
    head: AccountHead,
    id: ConversationId,
    poisoned: usize,
) -> Seq {
    let commit = tablet.poison(id, head, poisoned).await;
    world.clock().advance(limits::REFUSAL_GRACE_MS);
    let now = world.clock().now();
    world.relay().tell_time(now);
    read_up_to(commit.next(), world, refusing).await;
    commit.next()
}

/// A client goes on with what it hears until it has read so far: what others have the relay append is pushed beside what it is answered.
async fn read_up_to(seq: Seq, world: &mut World<RealRelay>, client: usize) {
    for _ in 0..STEPS_MAX {
        while world.step(client).await {}
        if world.driver(client).conversations()[0].last_seq >= seq {
            return;
        }
    }
    panic!("{seq} never comes");
}

fn places(messages: Vec<MessageView>) -> Vec<(Option<Seq>, String)> {
    messages.into_iter().map(|message| (message.seq, message.text)).collect()
}
