//! A relay that lies: each lie is named, and nothing of it is shown as genuine.

use std::cell::RefCell;
use std::rc::Rc;

use client_api::{Command, Connection, DeliveryState, Notice, NoticeCode, Outcome, Recipient, RefusalCode};
use client_core::testing::{World, push};
use mls_wasm::{Leaf, NewKeyPackage, Rejoin, StepSecret};
use protocol::content::HandshakeContext;
use protocol::frame::{
    ClaimedKeyPackage, Control, ControlKind, Entry, EntryAppended, Failure, GroupState, IdentityEntries,
    Payload, Response, ServerFrame, Void,
};
use protocol::identity::LeafIdentity;
use protocol::keys::DeviceKey;
use protocol::{AccountId, Bytes, DeviceId, EnvelopeId, ErrorCode, Seq, Suite};

use crate::relay::{RealRelay, world};
use crate::world::pair;

#[tokio::test]
async fn an_entry_replayed_at_another_place_is_refused() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(replay_messages);
    world.say(alice, ben, "once");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "once"]);
    expect(&mut world, ben, NoticeCode::EntryRefused, Some("replayed"));
}

#[tokio::test]
async fn an_own_message_played_back_to_its_sender_is_no_new_message() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(alice).network.tamper(replay_messages);
    world.say(alice, ben, "once");
    world.settle().await;
    assert_eq!(world.texts(alice, ben).await, ["hello", "once"]);
    expect(&mut world, alice, NoticeCode::EntryRefused, Some("own_unknown"));
}

#[tokio::test]
async fn every_frame_coming_twice_changes_nothing() {
    let (mut world, [alice, ben]) = talking().await;
    for client in [alice, ben] {
        world.client(client).network.tamper(|frame| vec![frame.clone(), frame]);
    }
    for number in 0..20 {
        world.say(alice, ben, format!("a{number}"));
        world.say(ben, alice, format!("b{number}"));
    }
    world.settle().await;
    let texts = world.texts(alice, ben).await;
    assert_eq!(texts.len(), 41);
    assert_eq!(world.texts(ben, alice).await, texts);
}

#[tokio::test]
async fn entries_that_come_out_of_order_are_shown_in_order() {
    let (mut world, [alice, ben]) = talking().await;
    let mut kept_back = None;
    world.client(ben).network.tamper(move |frame| {
        if entry_in(&frame).is_none() {
            return vec![frame];
        }
        match kept_back.take() {
            None => {
                kept_back = Some(frame);
                vec![]
            }
            Some(earlier) => vec![frame, earlier],
        }
    });
    for number in 0..6 {
        world.say(alice, ben, format!("a{number}"));
    }
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "a0", "a1", "a2", "a3", "a4", "a5"]);
    expect(&mut world, ben, NoticeCode::GapFound, None);
}

#[tokio::test]
async fn an_entry_dropped_on_the_way_is_fetched() {
    let (mut world, [alice, ben]) = talking().await;
    let mut drops = 1;
    world.client(ben).network.tamper(move |frame| {
        if entry_in(&frame).is_some() && drops > 0 {
            drops -= 1;
            return vec![];
        }
        vec![frame]
    });
    world.say(alice, ben, "dropped");
    world.settle().await;
    world.say(alice, ben, "next");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "dropped", "next"]);
    expect(&mut world, ben, NoticeCode::GapFound, None);
}

#[tokio::test]
async fn an_entry_that_is_never_given_is_said_so_and_nothing_behind_it_is_shown() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(|mut frame| {
        if entry_in(&frame).is_some_and(|entry| entry.seq == Seq(4)) {
            return vec![];
        }
        if let Response::Entries(page) = &mut frame.body {
            page.entries.retain(|entry| entry.seq != Seq(4));
        }
        vec![frame]
    });
    world.say(alice, ben, "withheld");
    world.say(alice, ben, "behind it");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello"]);
    assert_eq!(world.driver(ben).connection(), Connection::CatchingUp);
    expect(&mut world, ben, NoticeCode::RelayMisbehaved, Some("entry_withheld"));
    world.client(ben).network.be_honest();
    world.advance(31_000).await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "withheld", "behind it"]);
    assert_eq!(world.driver(ben).connection(), Connection::Live);
}

#[tokio::test]
async fn a_message_is_sent_when_the_log_shows_it_not_when_the_relay_says_so() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(alice).network.tamper(|frame| match entry_in(&frame) {
        Some(_) => vec![],
        None => vec![frame],
    });
    world.say(alice, ben, "taken?");
    world.settle().await;
    let account = world.account(ben);
    let waiting: Vec<_> = world.driver(alice).pending(account);
    assert_eq!(waiting.iter().map(|message| message.state).collect::<Vec<_>>(), [DeliveryState::Queued]);
}

#[tokio::test]
async fn a_message_is_its_authors_whoever_the_relay_says_sent_it() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(|frame| match entry_in(&frame) {
        Some(entry) => {
            let sender = protocol::codec::OrEmpty(Some(DeviceId::from_bytes([3; 16])));
            vec![with_entry(&frame, Entry { sender, ..entry.clone() })]
        }
        None => vec![frame],
    });
    world.say(alice, ben, "mine");
    world.settle().await;
    assert_eq!(world.messages(ben, alice).await[1].from, world.account(alice));
}

#[tokio::test]
async fn a_made_up_handshake_or_message_is_refused() {
    for payload in [
        Payload::Handshake(Bytes::from_static(b"no handshake")),
        Payload::Application(Bytes::from_static(b"no message")),
    ] {
        let (mut world, [alice, ben]) = talking().await;
        world.client(ben).network.tamper(move |frame| match entry_in(&frame) {
            Some(entry) => vec![with_entry(&frame, Entry { payload: payload.clone(), ..entry.clone() })],
            None => vec![frame],
        });
        world.say(alice, ben, "replaced");
        world.settle().await;
        assert_eq!(world.texts(ben, alice).await, ["hello"]);
        expect(&mut world, ben, NoticeCode::EntryRefused, Some("malformed"));
    }
}

#[tokio::test]
async fn a_relay_that_voids_on_its_own_is_not_obeyed() {
    let (mut world, [alice, ben]) = talking().await;
    world.client(ben).network.tamper(|frame| match entry_in(&frame) {
        Some(entry) if is_message(entry) => {
            let void = Control { kind: ControlKind::Void(Void { seq: Seq(2), proofs: vec![] }) };
            let made_up = Entry {
                seq: entry.seq,
                envelope: EnvelopeId::from_bytes([9; 16]),
                payload: Payload::Control(void),
                ..entry.clone()
            };
            let moved = Entry { seq: entry.seq.next(), ..entry.clone() };
            vec![with_entry(&frame, made_up), with_entry(&frame, moved)]
        }
        _ => vec![frame],
    });
    world.say(alice, ben, "still here");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "still here"]);
}

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
    world.advance(15_000).await;
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
async fn what_the_relay_refuses_for_now_is_asked_for_again() {
    // The first answer of each kind to ben is a refusal.
    for kind in ["GroupState", "Subscribed", "Inbox"] {
        let mut world = world(17);
        let [alice, ben] = pair(&mut world).await;
        let mut refusals = 1;
        world.client(ben).network.tamper(move |frame| {
            if frame.body.kind() == kind && refusals > 0 {
                refusals -= 1;
                let busy = Failure::new(ErrorCode::Busy, "later").retry_after_ms(1_000);
                return vec![ServerFrame { request_id: frame.request_id, body: Response::Failure(busy) }];
            }
            vec![frame]
        });
        world.restart(ben).await;
        world.say(alice, ben, "hello");
        world.settle().await;
        world.advance(40_000).await;
        world.say(ben, alice, "hello yourself");
        world.settle().await;
        assert_eq!(world.texts(ben, alice).await, ["hello", "hello yourself"], "{kind}");
        assert_eq!(world.texts(alice, ben).await, ["hello", "hello yourself"], "{kind}");
    }
}

#[tokio::test]
async fn messages_to_one_are_never_sealed_for_another_whatever_the_relay_says_exists() {
    let mut world = world(18);
    let [alice, ben] = pair(&mut world).await;
    let mallory = world.join("mallory").await;
    world.say(mallory, alice, "hi");
    world.settle().await;
    let theirs = world.messages(alice, mallory).await[0].conversation.unwrap();
    world.client(alice).network.tamper(move |frame| {
        let Response::Appended(appended) = &frame.body else { return vec![frame] };
        if appended.conversation == theirs {
            return vec![frame];
        }
        let mut exists = Failure::new(ErrorCode::ConversationExists, "");
        exists.conversation = protocol::codec::OrEmpty(Some(theirs));
        vec![ServerFrame { request_id: frame.request_id, body: Response::Failure(exists) }]
    });
    world.say(alice, ben, "for ben alone");
    world.settle().await;
    world.advance(40_000).await;
    assert_eq!(world.texts(mallory, alice).await, ["hi"]);
    assert_eq!(world.texts(alice, mallory).await, ["hi"]);
    expect(&mut world, alice, NoticeCode::RelayMisbehaved, Some("another_conversation"));
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

#[tokio::test]
async fn a_lie_about_a_logs_length_ends_with_the_connection() {
    let (mut world, [alice, ben]) = talking().await;
    let mut lies = 1;
    world.client(alice).network.tamper(move |frame| match entry_in(&frame) {
        Some(entry) if lies > 0 => {
            lies -= 1;
            let far = Entry { seq: Seq(u64::MAX), ..entry.clone() };
            vec![with_entry(&frame, far), frame]
        }
        _ => vec![frame],
    });
    world.say(ben, alice, "here");
    world.settle().await;
    world.client(alice).network.lose_after(0);
    world.say(ben, alice, "and there");
    world.settle().await;
    world.advance(120_000).await;
    world.say(alice, ben, "still alive");
    world.settle().await;
    assert_eq!(world.texts(ben, alice).await, ["hello", "here", "and there", "still alive"]);
}

/// Each message once more, at the next place and under another name.
fn replay_messages(frame: ServerFrame) -> Vec<ServerFrame> {
    match entry_in(&frame) {
        Some(entry) if is_message(entry) => {
            let replayed =
                Entry { seq: entry.seq.next(), envelope: EnvelopeId::from_bytes([9; 16]), ..entry.clone() };
            vec![frame.clone(), with_entry(&frame, replayed)]
        }
        _ => vec![frame],
    }
}

async fn talking() -> (World<RealRelay>, [usize; 2]) {
    let mut world = world(10);
    let [alice, ben] = pair(&mut world).await;
    world.say(alice, ben, "hello");
    world.settle().await;
    for client in [alice, ben] {
        world.client(client).take_notices();
    }
    (world, [alice, ben])
}

/// A log that alice has seen is served differently when it has grown.
async fn untrusted_once_known(detail: &str, change: fn(&mut IdentityEntries)) {
    let (mut world, [alice, ben]) = talking().await;
    let account = world.account(ben);
    world.client(alice).network.tamper(move |mut frame| {
        if let Response::IdentityEntries(served) = &mut frame.body
            && served.account == account
        {
            change(served);
        }
        vec![frame]
    });
    world.command(ben, Command::SetHandle { handle: "benjamin".parse().unwrap() }).await;
    let notice = expect(&mut world, alice, NoticeCode::IdentityUntrusted, Some(detail));
    assert_eq!(notice.account, Some(account));
    let known = world.driver(alice).find(&Recipient::Account(account)).unwrap();
    assert_eq!(known.handle, Some("ben".parse().unwrap()));
}

fn tamper_with_logs(
    world: &mut World<RealRelay>,
    client: usize,
    mut change: impl FnMut(&mut IdentityEntries) + 'static,
) {
    world.client(client).network.tamper(move |mut frame| {
        if let Response::IdentityEntries(served) = &mut frame.body {
            change(served);
        }
        vec![frame]
    });
}

/// The client said so, and how.
#[track_caller]
fn expect(world: &mut World<RealRelay>, client: usize, code: NoticeCode, detail: Option<&str>) -> Notice {
    let notices = world.client(client).take_notices();
    let found = notices
        .iter()
        .find(|notice| notice.code == code && (detail.is_none() || notice.detail.as_deref() == detail));
    found.unwrap_or_else(|| panic!("no {code:?} {detail:?} among {notices:?}")).clone()
}

fn entry_in(frame: &ServerFrame) -> Option<&Entry> {
    match &frame.body {
        Response::EntryAppended(appended) => Some(&appended.entry),
        _ => None,
    }
}

fn with_entry(frame: &ServerFrame, entry: Entry) -> ServerFrame {
    let Response::EntryAppended(EntryAppended { conversation, .. }) = &frame.body else { unreachable!() };
    push(Response::EntryAppended(EntryAppended { conversation: *conversation, entry }))
}

fn is_message(entry: &Entry) -> bool {
    matches!(entry.payload, Payload::Application(_))
}

fn leaf_of(key: &DeviceKey, account: AccountId) -> Leaf {
    Leaf { identity: LeafIdentity { account, device: key.public().device_id() }, key: key.public() }
}

fn key_package(key: &DeviceKey, account: AccountId) -> Bytes {
    let secret = StepSecret::from_bytes([5; 32]);
    let leaf = leaf_of(key, account);
    NewKeyPackage::create(Suite::OFFERED[0], false, &leaf, key, &secret).unwrap().public.into()
}

fn flip_a_byte(tree: &Bytes) -> Bytes {
    let mut tree = tree.to_vec();
    let middle = tree.len() / 2;
    tree[middle] ^= 1;
    tree.into()
}

fn drop_the_end(tree: &Bytes) -> Bytes {
    tree.slice(..tree.len() / 2)
}
