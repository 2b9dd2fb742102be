//! A phrase that is replaced: the old one is void, the new one is never lost, and whoever compared keys is told.

use client_api::{Command, NoticeCode, Outcome, RefusalCode};
use client_core::phrase::Phrase;
use client_core::testing::World;

use crate::real_relay::{RealRelay, world};
use crate::world::pair;

#[tokio::test]
async fn a_new_phrase_takes_the_old_ones_place_for_good() {
    let mut world = world(40);
    let [alice, _] = pair(&mut world).await;
    let old = phrase(&mut world, alice);
    assert!(world.driver(alice).is_phrase(&old));
    assert_eq!(world.replace_phrase(alice, old.clone()).await, Outcome::Done);
    let new = phrase(&mut world, alice);
    assert_ne!(new, old);
    world.advance(25 * 60 * 60 * 1000).await;
    world.restart(alice).await;
    assert!(world.driver(alice).is_phrase(&new) && !world.driver(alice).is_phrase(&old));
    assert_refused(&world.replace_phrase(alice, old).await, RefusalCode::WrongPhrase);
    assert_eq!(world.replace_phrase(alice, new).await, Outcome::Done);
    assert_eq!(world.client(alice).phrases.len(), 3);
}

#[tokio::test]
async fn a_strange_phrase_replaces_nothing_and_without_the_relay_none_does() {
    let mut world = world(41);
    let [alice, ben] = pair(&mut world).await;
    let strange = phrase(&mut world, ben);
    assert_refused(&world.replace_phrase(alice, strange).await, RefusalCode::WrongPhrase);
    world.set_online(alice, false).await;
    let old = phrase(&mut world, alice);
    assert_refused(&world.replace_phrase(alice, old.clone()).await, RefusalCode::Offline);
    assert!(world.driver(alice).is_phrase(&old));
    assert_eq!(world.client(alice).phrases.len(), 1);
}

#[tokio::test]
async fn a_phrase_whose_answer_was_lost_is_shown_when_it_is_asked_for_again() {
    for dies in [false, true] {
        let mut world = world(42);
        let [alice, _] = pair(&mut world).await;
        let old = phrase(&mut world, alice);
        // The relay takes the new root key; nobody here hears of it.
        world.client(alice).network.lose_after(0);
        assert_refused(&world.replace_phrase(alice, old.clone()).await, RefusalCode::Offline);
        assert_eq!(world.client(alice).phrases.len(), 1);
        if dies {
            world.restart(alice).await;
        } else {
            world.advance(60_000).await;
        }
        assert!(!world.driver(alice).is_phrase(&old), "the relay has taken the new one");
        assert!(world.driver(alice).has_unshown_phrase());
        assert_eq!(world.client(alice).take_codes(), [(NoticeCode::PhraseNotShown, None)]);
        assert_eq!(world.replace_phrase(alice, old).await, Outcome::Done);
        assert!(!world.driver(alice).has_unshown_phrase());
        let new = phrase(&mut world, alice);
        assert!(world.driver(alice).is_phrase(&new));
    }
}

#[tokio::test]
async fn a_contact_who_compared_numbers_is_told_of_the_new_root_and_so_is_the_one_who_made_it() {
    let mut world = world(43);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "hello");
    world.settle().await;
    for (one, other) in [(alice, ben), (ben, alice)] {
        let account = world.account(other);
        let safety_number = world.driver(one).safety(account).unwrap().safety_number;
        assert_eq!(world.command(one, Command::MarkVerified { account, safety_number }).await, Outcome::Done);
        world.client(one).take_notices();
    }
    let old = phrase(&mut world, alice);
    assert_eq!(world.replace_phrase(alice, old).await, Outcome::Done);
    for (one, other) in [(alice, ben), (ben, alice)] {
        let account = world.account(other);
        assert_eq!(world.client(one).take_codes(), [(NoticeCode::SafetyNumberChanged, None)]);
        assert!(!world.driver(one).safety(account).unwrap().is_verified);
    }
}

/// The phrase that a client was shown last.
pub(crate) fn phrase(world: &mut World<RealRelay>, of: usize) -> Phrase {
    world.client(of).phrases.last().unwrap().clone()
}

#[track_caller]
fn assert_refused(outcome: &Outcome, code: RefusalCode) {
    assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == code), "{outcome:?}");
}
