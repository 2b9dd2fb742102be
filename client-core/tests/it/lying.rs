//! What the tests of lies share: a pair that talks, frames changed on the way, and what clients say of it.

use std::cell::Cell;
use std::rc::Rc;

use client_api::{Command, Notice, NoticeCode, Recipient};
use client_core::testing::{World, push};
use mls_wasm::{Leaf, NewKeyPackage, StepSecret};
use protocol::frame::{Entry, EntryAppended, Failure, IdentityEntries, Payload, Response, ServerFrame};
use protocol::identity::LeafIdentity;
use protocol::keys::DeviceKey;
use protocol::{AccountId, Bytes, EnvelopeId, ErrorCode, Suite};

use crate::real_relay::{RealRelay, world};
use crate::world::pair;

/// Each message once more, at the next place and under another name.
pub(crate) fn replay_messages(frame: ServerFrame) -> Vec<ServerFrame> {
    match entry_in(&frame) {
        Some(entry) if is_message(entry) => {
            let replayed =
                Entry { seq: entry.seq.next(), envelope: EnvelopeId::from_bytes([9; 16]), ..entry.clone() };
            vec![frame.clone(), with_entry(&frame, replayed)]
        }
        _ => vec![frame],
    }
}

pub(crate) async fn talking() -> (World<RealRelay>, [usize; 2]) {
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
pub(crate) async fn untrusted_once_known(detail: &str, change: fn(&mut IdentityEntries)) {
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

pub(crate) fn tamper_with_logs(
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

/// Whatever is submitted counts as refused, and no log grows; how often it was.
pub(crate) fn refuse_all(world: &mut World<RealRelay>, client: usize, code: ErrorCode) -> Rc<Cell<usize>> {
    let refusals = Rc::new(Cell::new(0));
    let counted = Rc::clone(&refusals);
    world.client(client).network.tamper(move |mut frame| {
        if matches!(frame.body, Response::Appended(_) | Response::Failure(_)) {
            counted.set(counted.get() + 1);
            frame.body = Response::Failure(Failure::new(code, ""));
        }
        if entry_in(&frame).is_some() { vec![] } else { vec![frame] }
    });
    refusals
}

/// The client said so, and how.
#[track_caller]
pub(crate) fn expect(
    world: &mut World<RealRelay>,
    client: usize,
    code: NoticeCode,
    detail: Option<&str>,
) -> Notice {
    let notices = world.client(client).take_notices();
    let found = notices
        .iter()
        .find(|notice| notice.code == code && (detail.is_none() || notice.detail.as_deref() == detail));
    found.unwrap_or_else(|| panic!("no {code:?} {detail:?} among {notices:?}")).clone()
}

pub(crate) fn entry_in(frame: &ServerFrame) -> Option<&Entry> {
    match &frame.body {
        Response::EntryAppended(appended) => Some(&appended.entry),
        _ => None,
    }
}

pub(crate) fn with_entry(frame: &ServerFrame, entry: Entry) -> ServerFrame {
    let Response::EntryAppended(EntryAppended { conversation, .. }) = &frame.body else { unreachable!() };
    push(Response::EntryAppended(EntryAppended { conversation: *conversation, entry }))
}

pub(crate) fn is_message(entry: &Entry) -> bool {
    matches!(entry.payload, Payload::Application(_))
}

pub(crate) fn leaf_of(key: &DeviceKey, account: AccountId) -> Leaf {
    Leaf { identity: LeafIdentity { account, device: key.public().device_id() }, key: key.public() }
}

pub(crate) fn key_package(key: &DeviceKey, account: AccountId) -> Bytes {
    let secret = StepSecret::from_bytes([5; 32]);
    let leaf = leaf_of(key, account);
    NewKeyPackage::create(Suite::ML_KEM_768_X25519, false, &leaf, key, &secret).unwrap().public.into()
}

pub(crate) fn flip_a_byte(tree: &Bytes) -> Bytes {
    let mut tree = tree.to_vec();
    let middle = tree.len() / 2;
    tree[middle] ^= 1;
    tree.into()
}

pub(crate) fn drop_the_end(tree: &Bytes) -> Bytes {
    tree.slice(..tree.len() / 2)
}
