//! An older copy of a client's store is put back: it says so, comes back by fresh keys, and goes on.

use std::cell::RefCell;
use std::rc::Rc;

use client_api::{Connection, DeliveryState, NoticeCode};
use client_core::testing::{MemoryStore, World};
use mls_wasm::peek;
use protocol::Epoch;
use protocol::frame::{Payload, Response};

use crate::lying::*;
use crate::real_relay::RealRelay;
use crate::recovery::{check_talk, codes, renew_keys};
use crate::restoring::stopped_by;

#[tokio::test]
async fn an_older_copy_reads_what_was_said_since_and_talks_on() {
    let (mut world, [alice, ben]) = talking().await;
    let copy = world.client(alice).store().copied();
    world.say(alice, ben, "from the newer state");
    world.settle().await;
    world.say(ben, alice, "to the newer state");
    world.settle().await;
    put_back(&mut world, alice, &copy).await;
    assert_eq!(world.driver(alice).connection(), Connection::Live);
    let said = codes(&mut world, alice);
    let expected = [NoticeCode::StateRolledBack, NoticeCode::Rejoining, NoticeCode::Rejoined];
    assert!(expected.iter().all(|code| said.contains(code)), "{said:?}");
    assert!(said.contains(&NoticeCode::EntryRefused), "what it said itself since is a gap: {said:?}");
    let of_ben = ["hello", "from the newer state", "to the newer state"];
    check_talk(&mut world, [alice, ben], &of_ben, &["hello", "to the newer state"]).await;
}

#[tokio::test]
async fn nothing_is_sealed_in_an_epoch_that_the_newer_state_spoke_in() {
    let (mut world, [alice, ben]) = talking().await;
    let epochs = sealed_epochs(&mut world, ben);
    let copy = world.client(alice).store().copied();
    world.say(alice, ben, "from the newer state");
    world.settle().await;
    let before = epochs.take();
    world.client(alice).store().put_back(&copy);
    world.reopen(alice).await;
    world.say(alice, ben, "at once");
    world.settle().await;
    world.advance(60_000).await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "from the newer state", "at once"]);
    let after = epochs.take();
    assert!(after.iter().min() > before.iter().max(), "{before:?}, then {after:?}");
}

#[tokio::test]
async fn what_waited_in_the_copy_and_was_sent_since_is_shown_once() {
    for is_sealed in [false, true] {
        let (mut world, [alice, ben]) = talking().await;
        let epochs = sealed_epochs(&mut world, ben);
        let copy = copied_as_it_waits(&mut world, [alice, ben], is_sealed).await;
        assert_eq!(world.texts(ben, alice).await, ["hello", "waited"]);
        put_back(&mut world, alice, &copy).await;
        let sent = epochs.take().len();
        assert_eq!(sent, if is_sealed { 1 } else { 2 }, "what was sealed is known by its name");
        check_talk(&mut world, [alice, ben], &["hello", "waited"], &["hello", "waited"]).await;
    }
}

#[tokio::test]
async fn what_a_copy_says_once_more_is_shown_once_by_whoever_has_restarted_and_read_much_since() {
    const SINCE: usize = 100;
    let (mut world, [alice, ben]) = talking().await;
    let copy = copied_as_it_waits(&mut world, [alice, ben], false).await;
    say_much(&mut world, [ben, alice], SINCE).await;
    world.restart(ben).await;
    put_back(&mut world, alice, &copy).await;
    let texts = world.texts(ben, alice).await;
    assert_eq!(texts.len(), 2 + SINCE);
    assert_eq!(texts.iter().filter(|text| *text == "waited").count(), 1);
}

#[tokio::test]
async fn what_a_copy_may_have_said_is_not_said_once_more_to_those_who_may_not_know_it_again() {
    const SINCE: usize = 300;
    for is_sealed in [false, true] {
        let (mut world, [alice, ben]) = talking().await;
        let copy = copied_as_it_waits(&mut world, [alice, ben], is_sealed).await;
        say_much(&mut world, [ben, alice], SINCE).await;
        put_back(&mut world, alice, &copy).await;
        let may_be_sent = codes(&mut world, alice).contains(&NoticeCode::MayBeSent);
        assert_eq!(may_be_sent, !is_sealed, "what was sealed is known by its name");
        let kept = world.driver(alice).pending(world.account(ben));
        let kept: Vec<_> = kept.iter().map(|message| (message.text.as_str(), message.state)).collect();
        let failed = [("waited", DeliveryState::Failed)];
        assert_eq!(kept, if is_sealed { &failed[1..] } else { &failed });
        world.say(alice, ben, "goes on");
        world.settle().await;
        let texts = world.texts(ben, alice).await;
        assert_eq!(texts.len(), 3 + SINCE);
        assert_eq!(texts.iter().filter(|text| *text == "waited").count(), 1);
        assert_eq!(texts.last().unwrap(), "goes on");
    }
}

#[tokio::test]
async fn a_copy_from_before_commits_that_it_cannot_follow_comes_back() {
    let (mut world, [alice, ben]) = talking().await;
    let copy = world.client(alice).store().copied();
    renew_keys(&mut world, [alice, ben]).await;
    world.say(ben, alice, "in an epoch that the copy has no way into");
    world.settle().await;
    renew_keys(&mut world, [ben, alice]).await;
    put_back(&mut world, alice, &copy).await;
    let of_ben = ["hello", "in an epoch that the copy has no way into"];
    check_talk(&mut world, [alice, ben], &of_ben, &["hello"]).await;
    let said = codes(&mut world, ben);
    assert!(!said.contains(&NoticeCode::CommitVoided), "{said:?}");
}

#[tokio::test]
async fn a_conversation_that_was_begun_since_is_come_back_to() {
    for is_read in [true, false] {
        let (mut world, [alice, _]) = talking().await;
        let carol = world.join("carol").await;
        let copy = world.client(alice).store().copied();
        world.restart(alice).await;
        world.set_online(alice, is_read).await;
        world.say(carol, alice, "hello from carol");
        world.settle().await;
        world.client(alice).network.set_down(false);
        put_back(&mut world, alice, &copy).await;
        world.say(alice, carol, "who was that?");
        world.settle().await;
        world.advance(60_000).await;
        let of_carol = ["hello from carol", "who was that?"];
        check_talk(&mut world, [carol, alice], &of_carol[usize::from(is_read)..], &of_carol).await;
    }
}

#[tokio::test]
async fn a_copy_from_before_its_first_conversation_was_there_comes_into_it() {
    for turns in 0..6 {
        let mut world = crate::real_relay::world(40 + turns);
        let [alice, ben] = crate::world::pair(&mut world).await;
        world.die_before_acting_at(alice, turns);
        world.say(alice, ben, "hello");
        while world.step(alice).await {}
        let copy = world.client(alice).store().copied();
        world.settle().await;
        world.restart(alice).await;
        world.say(ben, alice, "hello yourself");
        world.settle().await;
        put_back(&mut world, alice, &copy).await;
        for (from, to) in [(alice, ben), (ben, alice)] {
            world.say(from, to, "and on");
            world.settle().await;
            world.advance(60_000).await;
        }
        let of_ben = world.texts(ben, alice).await;
        assert_eq!(of_ben, ["hello", "hello yourself", "and on", "and on"], "{turns}");
        let of_alice = world.texts(alice, ben).await;
        assert_eq!(of_alice[of_alice.len() - 2..], ["and on", "and on"], "{turns}");
    }
}

#[tokio::test]
async fn a_copy_comes_back_wherever_it_dies_and_wherever_the_connection_ends() {
    for (is_death, after) in (0..20).map(|number| (number % 2 == 0, number / 2)) {
        let (mut world, [alice, ben]) = talking().await;
        let epochs = sealed_epochs(&mut world, ben);
        let copy = world.client(alice).store().copied();
        world.say(alice, ben, "since");
        world.settle().await;
        let before = epochs.take();
        world.client(alice).store().put_back(&copy);
        world.reopen(alice).await;
        world.say(alice, ben, "at once");
        if is_death {
            world.die_before_acting_at(alice, after);
        } else {
            world.client(alice).network.lose_after(after as usize);
        }
        world.settle().await;
        world.heal(alice);
        world.advance(60_000).await;
        let of_ben = ["hello", "since", "at once"];
        check_talk(&mut world, [alice, ben], &of_ben, &["hello", "at once"]).await;
        assert!(epochs.take().iter().min() > before.iter().max(), "{is_death} {after}");
    }
}

#[tokio::test]
async fn two_copies_of_one_device_end_each_other_and_never_speak_in_one_epoch() {
    let (mut world, [alice, ben]) = talking().await;
    let epochs = sealed_epochs(&mut world, ben);
    let copy = world.client(alice).store().copied();
    let twin = world.open(copy).await;
    world.settle().await;
    let mut said = vec!["hello".to_owned()];
    let mut spoken_in: Vec<Epoch> = vec![];
    for round in 0..3 {
        for one in [alice, twin] {
            world.restart(one).await;
            world.advance(60_000).await;
            let text = format!("{one} in round {round}");
            world.say(one, ben, text.clone());
            world.settle().await;
            said.push(text);
            assert_eq!(world.driver(one).connection(), Connection::Live);
            let mut now = epochs.take();
            now.dedup();
            assert!(now.iter().all(|epoch| !spoken_in.contains(epoch)), "{spoken_in:?}, then {now:?}");
            spoken_in.extend(now);
        }
        assert_eq!(stopped_by(&world, alice), Some(NoticeCode::Superseded));
    }
    assert_eq!(world.texts(ben, alice).await, said);
}

#[tokio::test]
async fn a_relay_that_makes_up_a_counter_costs_one_way_back_a_session() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(alice).network.tamper(|mut frame| {
        if let Response::SessionReady(ready) = &mut frame.body {
            ready.state_counter = u64::MAX;
        }
        vec![frame]
    });
    for _ in 0..3 {
        world.restart(alice).await;
        world.advance(120_000).await;
        let said = codes(&mut world, alice);
        let rejoined = said.iter().filter(|code| **code == NoticeCode::Rejoined).count();
        assert_eq!(rejoined, 2, "the conversation and the account's own: {said:?}");
    }
    check_talk(&mut world, [alice, ben], &["hello"], &["hello"]).await;
}

/// A copy of the first one's state, taken while words to the other wait in it: not yet sealed, or sealed. They are sent behind it.
async fn copied_as_it_waits(
    world: &mut World<RealRelay>,
    [alice, ben]: [usize; 2],
    is_sealed: bool,
) -> MemoryStore {
    if is_sealed {
        world.die_before_acting(alice);
        world.say(alice, ben, "waited");
        world.step(alice).await;
    } else {
        world.set_online(alice, false).await;
        world.say(alice, ben, "waited");
        world.settle().await;
    }
    let copy = world.client(alice).store().copied();
    world.set_online(alice, true).await;
    copy
}

async fn say_much(world: &mut World<RealRelay>, [from, to]: [usize; 2], count: usize) {
    for number in 0..count {
        world.say(from, to, format!("since {number}"));
    }
    world.settle().await;
}

/// A client ends, its store becomes what it was, and it is opened again.
pub(crate) async fn put_back(world: &mut World<RealRelay>, client: usize, copy: &MemoryStore) {
    world.client(client).take_notices();
    world.client(client).store().put_back(copy);
    world.restart(client).await;
    world.advance(60_000).await;
}

/// The epochs of the messages that reach a client from now on: those of others.
fn sealed_epochs(world: &mut World<RealRelay>, client: usize) -> Rc<RefCell<Vec<Epoch>>> {
    let epochs = Rc::new(RefCell::new(vec![]));
    let seen = Rc::clone(&epochs);
    world.client(client).network.tamper(move |frame| {
        if let Some(entry) = entry_in(&frame)
            && let Payload::Application(sealed) = &entry.payload
        {
            seen.borrow_mut().push(peek::private_message(sealed).unwrap().epoch);
        }
        vec![frame]
    });
    epochs
}
