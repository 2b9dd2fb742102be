//! What was under way while a commit came to be void.

use client_api::MessageView;
use client_core::testing::RelayPort;
use protocol::{Seq, limits};

use crate::poisoned::with_a_tablet;

#[tokio::test]
async fn what_was_under_way_when_a_commit_was_voided_has_one_place_for_everyone() {
    let (mut world, [alice, ben], mut tablet, head, id) = with_a_tablet().await;
    world.say(alice, ben, "under way");
    world.step(alice).await;
    // Before it leaves somebody makes a commit that nobody can follow, Ben refuses that, and it is void.
    tablet.poison(id, head, 2).await;
    world.clock().advance(limits::REFUSAL_GRACE_MS);
    let now = world.clock().now();
    world.relay().tell_time(now);
    while world.step(ben).await {}
    world.settle().await;
    world.say(ben, alice, "answered");
    world.settle().await;
    world.advance(60_000).await;
    let [hers, his] = [world.messages(alice, ben).await, world.messages(ben, alice).await].map(places);
    assert_eq!(hers, his);
    assert_eq!(hers.len(), 3, "{hers:?}");
}

fn places(messages: Vec<MessageView>) -> Vec<(Option<Seq>, String)> {
    messages.into_iter().map(|message| (message.seq, message.text)).collect()
}
