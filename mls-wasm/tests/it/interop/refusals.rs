//! What one engine sends and the other must not take.

use std::time::Duration;

use mls_rs::MlsMessage;
use mls_wasm::policy::{Heads, Policy, Refusal};
use mls_wasm::{CommitRequest, Error, check_key_package};
use protocol::Suite;
use protocol::content::HandshakeContext;

use super::member::{Engine, Known, Member};
use super::peer::Peer;
use super::room::{Change, Room};
use crate::actors::{Device, Logs, SUITE, secret};

#[test]
fn a_commit_changed_on_its_way_is_refused_by_the_other_engine_and_harms_nothing() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::CHACHA20_POLY1305, &engines);
        let submitted = room.build(0, &Change::default());
        for position in (0..submitted.commit.len()).step_by(7) {
            let mut tampered = submitted.commit.clone();
            tampered[position] ^= 1;
            room.seats[1].member.restart();
            assert!(room.receive(1, &tampered).is_err(), "{engines:?}, byte {position}");
        }
        room.seats[1].member.restart();
        room.deliver(0, &submitted);
        room.talk();
    }
}

#[test]
fn a_message_changed_on_its_way_is_refused_by_the_other_engine_and_opened_as_it_was() {
    for engines in Engine::ORDERS {
        let mut room = Room::full(Suite::AES_128_GCM, &engines);
        let sent = room.say(0, b"as it was", b"beside it");
        for position in 0..sent.sealed.len() {
            let mut tampered = sent.sealed.clone();
            tampered[position] ^= 1;
            room.seats[1].member.restart();
            assert!(room.seats[1].member.open(&tampered).is_err(), "{engines:?}, byte {position}");
        }
        room.seats[1].member.restart();
        room.hear(&sent);
    }
}

#[test]
fn a_commit_that_names_no_heads_is_refused_by_the_relay_and_by_members() {
    let mut room = Room::full(Suite::CHACHA20_POLY1305, &[Engine::MlsRs, Engine::Ours]);
    let mute = room.seats[0].member.commit(&Default::default(), HandshakeContext::new(vec![]));
    let session = room.seats[0].member.leaf();
    assert_eq!(room.validate(&session, &mute).err(), Some(Error::Refused(Refusal::HeadMissing)));
    assert_eq!(room.receive(1, &mute.commit), Err("HeadMissing".to_owned()));
}

#[test]
fn a_key_package_that_would_expire_is_refused_and_an_endless_one_taken() {
    let device = Device::open(&mut Logs::default(), 1);
    let check = |mut peer: Peer| check_key_package(&peer.key_package(), SUITE, &device.leaf()).map(|_| ());
    assert_eq!(check(Peer::new(&device)), Ok(()));
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    let expiring = Peer::with_lifetime(&device, century);
    assert_eq!(check(expiring), Err(Error::ForeignLeaf("a lifetime that ends")));
}

/// mls-rs takes type 0x000A for a proposal of its caller's, whose body has a length; SelfRemove has no body at all. Should
/// this fail, mixed groups can be left as others are, and [`super::changes`] should do so.
#[test]
fn a_proposal_to_leave_is_unreadable_to_mls_rs_and_leaves_it_where_it_was() {
    let mut logs = Logs::default();
    let [mut alice, ben] = [1, 2].map(|seed| Device::open(&mut logs, seed));
    let mut peer = Peer::new(&ben);
    alice.create(&Policy::dm(alice.account, ben.account, SUITE));
    let request = CommitRequest { add: vec![peer.key_package()], ..CommitRequest::default() };
    let created = alice.commit(&request, logs.context(&[alice.account, ben.account])).unwrap();
    alice.receive(&created.commit).unwrap();
    let known = Known { heads: &Heads::default(), logs: &logs };
    peer.join(&created.welcomes[0].welcome, &alice.group().tree(), known).unwrap();
    let before = peer.shared();
    let context = logs.context(&[alice.account]);
    let group = alice.group.as_mut().unwrap();
    let proposal = group.propose_to_leave(context, &alice.key, &secret()).unwrap();
    assert!(MlsMessage::from_bytes(&proposal).is_err());
    assert_eq!(peer.shared(), before);
}
