//! KeyPackages run low, run out, and are there again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use client_api::{Command, Connection, Recipient};
use client_core::testing::{RelayPort, World};
use protocol::frame::{KeyPackagesStatus, PUSH, Response};
use protocol::keys::{DeviceKey, RootKey};
use protocol::{ErrorCode, Suite, limits};

use crate::real_relay::{RealRelay, world};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Everyone who writes uses up one of those published.
const STRANGERS: usize = limits::KEY_PACKAGES_REFILL_TO as usize + 8;

#[tokio::test]
async fn whoever_is_written_to_by_many_while_away_shares_a_last_resort_and_then_has_more() {
    let mut world = world(60);
    let alice = world.join("alice").await;
    world.set_online(alice, false).await;
    let mut strangers = Vec::new();
    for number in 0..STRANGERS {
        let stranger = world.join(&format!("stranger{number}")).await;
        world.say(stranger, alice, format!("hello from {number}"));
        world.settle().await;
        world.set_online(stranger, false).await;
        strangers.push(stranger);
    }
    let published = publications(&mut world, alice);
    world.set_online(alice, true).await;
    world.advance(60_000).await;
    assert_eq!(world.driver(alice).connection(), Connection::Live);
    for (number, stranger) in strangers.iter().enumerate() {
        assert_eq!(world.texts(alice, *stranger).await, [format!("hello from {number}")]);
    }
    let last = strangers[STRANGERS - 1];
    world.say(alice, last, "hello to you");
    world.settle().await;
    world.set_online(last, true).await;
    assert_eq!(world.texts(last, alice).await.len(), 2, "whoever came in by the last resort is answered");

    let filled = limits::KEY_PACKAGES_REFILL_TO;
    let left: Vec<u32> = published.borrow().iter().map(|left| left.unissued).collect();
    assert_eq!(left, [filled, filled], "filled up; and what was used as the last resort replaced, once");
}

#[tokio::test]
async fn a_client_that_is_there_publishes_more_before_it_runs_out() {
    let mut world = world(61);
    let alice = world.join("alice").await;
    let published = publications(&mut world, alice);
    for number in 0..=limits::KEY_PACKAGES_REFILL_TO - limits::KEY_PACKAGES_REFILL_BELOW {
        let stranger = world.join(&format!("stranger{number}")).await;
        world.say(stranger, alice, "hello");
        world.settle().await;
    }
    let left: Vec<u32> = published.borrow().iter().map(|left| left.unissued).collect();
    assert_eq!(left, [limits::KEY_PACKAGES_REFILL_TO], "once, and those of before are still there");
}

#[tokio::test]
async fn a_last_resort_that_nobody_used_is_replaced_once_it_is_old_and_no_sooner() {
    let mut world = world(63);
    let alice = world.join("alice").await;
    let published = publications(&mut world, alice);
    world.set_online(alice, false).await;
    world.advance(limits::LAST_RESORT_ROTATION_MS - DAY_MS).await;
    world.set_online(alice, true).await;
    assert_eq!(*published.borrow(), [], "it is a day younger");

    world.set_online(alice, false).await;
    world.advance(DAY_MS).await;
    world.set_online(alice, true).await;
    let (suite, unissued) = (Suite::ML_KEM_768_X25519, limits::KEY_PACKAGES_REFILL_TO);
    let new = KeyPackagesStatus { suite, unissued, has_last_resort: true, last_resort_age_ms: 0 };
    assert_eq!(*published.borrow(), [new], "another in its place, once, and nothing else");
    world.restart(alice).await;
    assert_eq!(published.borrow().len(), 1);
}

#[tokio::test]
async fn waiting_for_someone_without_key_packages_never_comes_to_the_relays_limit() {
    let mut world = world(62);
    let alice = world.join("alice").await;
    let (root, key) = (RootKey::from_secret(&[1; 32]), DeviceKey::from_secret(&[2; 32]));
    let ben = world.relay().connect().await.register(&root, &key).await.account();
    let [claims, refusals] = [(); 2].map(|()| Rc::new(Cell::new(0)));
    let seen = [Rc::clone(&claims), Rc::clone(&refusals)];
    world.client(alice).network.tamper(move |frame| {
        let [claims, refusals] = &seen;
        match &frame.body {
            Response::KeyPackagesClaimed(_) => claims.set(claims.get() + 1),
            Response::Failure(failure) if failure.code == ErrorCode::RateLimited => {
                refusals.set(refusals.get() + 1)
            }
            _ => {}
        }
        vec![frame]
    });
    world.ask(alice, Command::SendText { to: Recipient::Account(ben), text: "hello".to_owned() });
    for minute in 0..60 {
        let before = claims.get();
        world.advance(60_000).await;
        let in_a_minute = claims.get() - before;
        assert!(in_a_minute <= 4, "{in_a_minute} claims in minute {minute}");
    }
    assert_eq!(refusals.get(), 0);
    assert!(claims.get() >= 12, "it is still tried: {} claims in an hour", claims.get());
}

/// What the directory holds after each of a client's publications from now on.
fn publications(world: &mut World<RealRelay>, client: usize) -> Rc<RefCell<Vec<KeyPackagesStatus>>> {
    let published = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&published);
    world.client(client).network.tamper(move |frame| {
        if let (Response::KeyPackagesStatus(left), true) = (&frame.body, frame.request_id != PUSH)
            && left.suite == Suite::ML_KEM_768_X25519
        {
            seen.borrow_mut().push(left.clone());
        }
        vec![frame]
    });
    published
}
