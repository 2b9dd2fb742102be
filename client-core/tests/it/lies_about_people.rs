//! A relay that lies about accounts, their devices and their groups, or about itself.

use std::cell::RefCell;
use std::rc::Rc;

use client_api::{Command, Connection, NoticeCode, Outcome, Recipient, RefusalCode};
use mls_wasm::{Rejoin, StepSecret};
use protocol::Bytes;
use protocol::content::HandshakeContext;
use protocol::frame::{ClaimedKeyPackage, Entry, GroupState, Payload, Response};
use protocol::keys::DeviceKey;

use crate::lying::*;
use crate::real_relay::world;
use crate::recovery::{codes, conversation_of};
use crate::tablet::Tablet;
use crate::world::pair;

#[tokio::test]
async fn swapped_key_packages_of_a_known_contact_are_refused_and_nothing_is_sealed_for_them() {
    let mut world = world(11);
    let [alice, ben] = pair(&mut world).await;
    let ghost = key_package(&DeviceKey::from_secret(&[66; 32]), world.account(ben));
    world.client(alice).network.tamper(move |mut frame| {
        if let Response::KeyPackagesClaimed(claimed) = &mut frame.body {
            claimed.packages.iter_mut().for_each(|claimed| claimed.package = ghost.clone());
        }
        vec![frame]
    });
    world.say(alice, ben, "for ben alone");
    world.settle().await;
    expect(&mut world, alice, NoticeCode::KeyPackageRefused, None);
    assert_eq!(world.driver(alice).conversations(), []);
    world.client(alice).network.be_honest();
    world.advance(20_000).await;
    assert_eq!(world.texts(ben, alice).await, ["for ben alone"]);
}

#[tokio::test]
async fn a_ghost_device_beside_a_contacts_own_is_refused_by_name() {
    let mut world = world(12);
    let [alice, ben] = pair(&mut world).await;
    let ghost = DeviceKey::from_secret(&[66; 32]);
    let device = ghost.public().device_id();
    let package = key_package(&ghost, world.account(ben));
    world.client(alice).network.tamper(move |mut frame| {
        if let Response::KeyPackagesClaimed(claimed) = &mut frame.body {
            let package = package.clone();
            claimed.packages.push(ClaimedKeyPackage { device, package, last_resort: false });
        }
        vec![frame]
    });
    world.say(alice, ben, "for ben alone");
    world.settle().await;
    let notice = expect(&mut world, alice, NoticeCode::KeyPackageRefused, None);
    assert_eq!((notice.account, notice.device), (Some(world.account(ben)), Some(device)));
    assert_eq!(world.texts(ben, alice).await, ["for ben alone"]);
}

#[tokio::test]
async fn a_ghost_that_the_relay_lets_into_the_group_is_refused() {
    let mut world = world(13);
    let [alice, ben] = pair(&mut world).await;
    let served: Rc<RefCell<Option<GroupState>>> = Rc::default();
    let seen = Rc::clone(&served);
    world.client(ben).network.tamper(move |frame| {
        if let Response::GroupState(state) = &frame.body {
            *seen.borrow_mut() = Some(state.clone());
        }
        vec![frame]
    });
    world.say(alice, ben, "hello");
    world.settle().await;
    let state = served.borrow().clone().expect("ben joined by the served tree");
    let ghost = DeviceKey::from_secret(&[66; 32]);
    let leaf = leaf_of(&ghost, world.account(alice));
    let mut heads = state.heads.clone();
    heads.retain(|head| head.account == leaf.identity.account);
    let rejoin = Rejoin::build(
        &state.group_info,
        &state.tree,
        &leaf,
        HandshakeContext::new(heads),
        &ghost,
        &StepSecret::from_bytes([8; 32]),
    );
    let commit: Bytes = rejoin.unwrap().commit.into();
    world.client(ben).network.tamper(move |frame| match entry_in(&frame) {
        Some(entry) if is_message(entry) => {
            let payload = Payload::Handshake(commit.clone());
            vec![with_entry(&frame, Entry { payload, ..entry.clone() })]
        }
        _ => vec![frame],
    });
    world.say(alice, ben, "replaced by a ghost");
    world.settle().await;
    expect(&mut world, ben, NoticeCode::EntryRefused, None);
    assert_eq!(world.texts(ben, alice).await, ["hello"]);
    world.client(ben).network.be_honest();
    world.say(ben, alice, "among ourselves");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await.last().map(String::as_str), Some("among ourselves"));
}

#[tokio::test]
async fn a_forged_log_makes_no_contact() {
    let mut world = world(14);
    let [alice, ben] = [world.join("alice").await, world.join("ben").await];
    tamper_with_logs(&mut world, alice, |served| {
        for entry in &mut served.entries {
            entry.signature[0] ^= 1;
        }
    });
    let who = Recipient::Account(world.account(ben));
    let outcome = world.command(alice, Command::AddContact { who }).await;
    assert!(matches!(outcome, Outcome::Refused(refusal) if refusal.code == RefusalCode::Untrusted));
    let notice = expect(&mut world, alice, NoticeCode::IdentityUntrusted, None);
    assert_eq!(notice.account, Some(world.account(ben)));
    assert_eq!(world.driver(alice).contacts(), []);
}

#[tokio::test]
async fn a_log_cut_below_what_was_seen_is_not_believed() {
    untrusted_once_known("identity_truncated", |served| {
        served.entries.clear();
        served.head.length = 1;
    })
    .await;
}

#[tokio::test]
async fn a_log_forked_below_what_was_seen_is_not_believed() {
    untrusted_once_known("identity_forked", |served| {
        served.entries.clear();
        served.head = protocol::identity::Head { length: 2, hash: [7; 32] };
    })
    .await;
}

#[tokio::test]
async fn newer_entries_of_a_log_that_are_withheld_show_by_what_its_account_says() {
    let (mut world, [alice, ben]) = talking().await;
    let kept: Rc<RefCell<Option<protocol::identity::Head>>> = Rc::default();
    world.client(alice).network.tamper(move |mut frame| {
        let mut kept = kept.borrow_mut();
        match &mut frame.body {
            Response::IdentityChanged(_) => return vec![],
            Response::IdentityEntries(served) => {
                let head = *kept.get_or_insert(served.head);
                served.entries.clear();
                served.head = head;
            }
            _ => {}
        }
        vec![frame]
    });
    // What alice has, the relay keeps repeating.
    let who = Recipient::Account(world.account(ben));
    world.command(alice, Command::AddContact { who }).await;
    world.command(ben, Command::SetHandle { handle: "benjamin".parse().unwrap() }).await;
    world.say(ben, alice, "I am benjamin now");
    world.settle().await;
    expect(&mut world, alice, NoticeCode::HeadsDiffer, Some("log_withheld"));
}

#[tokio::test]
async fn an_entry_that_waits_for_a_log_is_held_and_said_so_and_followed_once_the_log_is_served() {
    let (mut world, [alice, ben]) = talking().await;
    let account = world.account(alice);
    let conversation = conversation_of(&world, [alice, ben]).await;
    tamper_with_logs(&mut world, ben, move |served| {
        if served.account == account {
            served.entries.clear();
        }
    });
    Tablet::of(alice, conversation, &mut world).await;
    world.say(alice, ben, "with the tablet");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello"]);
    let said = codes(&mut world, ben);
    assert!(said.contains(&NoticeCode::EntryHeld) && !said.contains(&NoticeCode::EntryRefused), "{said:?}");
    world.client(ben).network.be_honest();
    world.advance(60_000).await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "with the tablet"]);
}

#[tokio::test]
async fn another_tree_makes_no_member() {
    for change in [flip_a_byte, drop_the_end] {
        let mut world = world(16);
        let [alice, ben] = pair(&mut world).await;
        world.client(ben).network.tamper(move |mut frame| {
            if let Response::GroupState(state) = &mut frame.body {
                state.tree = change(&state.tree);
            }
            vec![frame]
        });
        world.say(alice, ben, "hello");
        world.settle().await;
        expect(&mut world, ben, NoticeCode::WelcomeRefused, None);
        assert_eq!(world.texts(ben, alice).await, Vec::<String>::new());
        assert_eq!(world.driver(ben).conversations(), []);
    }
}

#[tokio::test]
async fn another_relay_in_the_known_ones_place_is_told_nothing() {
    let (mut world, [alice, _]) = talking().await;
    world.client(alice).take_notices();
    world.client(alice).network.tamper(|mut frame| {
        if let Response::Challenge(challenge) = &mut frame.body {
            challenge.relay = protocol::RelayId::from_bytes([9; 16]);
        }
        vec![frame]
    });
    world.restart(alice).await;
    expect(&mut world, alice, NoticeCode::RelayChanged, None);
    let stopped = Connection::Stopped { reason: NoticeCode::RelayChanged };
    assert_eq!(world.driver(alice).connection(), stopped);
}

#[tokio::test]
async fn a_relay_that_always_promises_more_is_not_asked_for_ever() {
    let mut world = world(19);
    let [alice, ben] = pair(&mut world).await;
    world.client(alice).network.tamper(|mut frame| {
        match &mut frame.body {
            Response::Inbox(inbox) => inbox.more = true,
            Response::IdentityEntries(served) => served.head.length = u64::MAX,
            _ => {}
        }
        vec![frame]
    });
    // A world that never comes to rest fails by itself.
    world.restart(alice).await;
    let who = Recipient::Account(world.account(ben));
    world.command(alice, Command::AddContact { who }).await;
    expect(&mut world, alice, NoticeCode::IdentityUntrusted, Some("identity_truncated"));
}
