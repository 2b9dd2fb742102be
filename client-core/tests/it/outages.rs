//! The relay ends like a process that is killed, at each boundary of each change: nothing is lost, doubled or reordered.

use relay::{Boundary, End};

use crate::real_relay::world;
use crate::world::pair;

#[tokio::test]
async fn whichever_change_the_relay_ends_before_committing_it_is_made_again() {
    end_before_each(Boundary::Commit).await;
}

#[tokio::test]
async fn whichever_change_the_relay_ends_before_answering_it_is_not_made_twice() {
    end_before_each(Boundary::Answer).await;
}

/// Two open their conversation and talk, once for each change that this takes.
async fn end_before_each(before: Boundary) {
    let mut after = 0;
    while talk_until(End { before, after }).await {
        after += 1;
    }
    assert!(after > 8, "a conversation takes more changes than {after}");
}

/// Whether the relay ended.
async fn talk_until(end: End) -> bool {
    let mut world = world(90);
    let [alice, ben] = pair(&mut world).await;
    world.relay().end_at(Some(end));
    world.say(alice, ben, "one");
    world.say(alice, ben, "two");
    world.settle().await;
    world.say(ben, alice, "three");
    world.say(alice, ben, "four");
    world.settle().await;
    let has_ended = world.relay().has_ended();
    world.relay().end_at(None);
    world.advance(120_000).await;
    let shown = world.texts(alice, ben).await;
    assert_eq!(world.texts(ben, alice).await, shown, "{end:?}");
    let of_alice: Vec<&str> = shown.iter().map(String::as_str).filter(|text| *text != "three").collect();
    assert_eq!((of_alice.as_slice(), shown.len()), (["one", "two", "four"].as_slice(), 4), "{end:?}");
    has_ended
}
