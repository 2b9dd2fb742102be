//! Joining where there are so many members that their signatures are checked together.

use std::sync::atomic::{AtomicU64, Ordering};

use openmls::prelude::tls_codec::Deserialize as _;
use openmls::prelude::{KeyPackageIn, ProtocolVersion};
use openmls_traits::OpenMlsProvider;
use protocol::AccountId;
use protocol::identity::LeafIdentity;

use super::*;
use crate::provider::Crypto;
use crate::{Leaf, NewKeyPackage};

const CONVERSATION: ConversationId = ConversationId::from_bytes([7; 16]);
const SUITE: Suite = Suite::CHACHA20_POLY1305;
const MEMBERS: u8 = 80;
/// Bytes behind the signature of a KeyPackage's leaf: its extensions, none, and its own signature.
const BEHIND_LEAF: usize = 1 + 2 + 64;

#[test]
fn a_crowd_is_joined() {
    let (welcome, tree, package) = crowd(None);
    let joined = StagedJoin::stage(&welcome, &tree, &package.private, &secret()).unwrap();
    assert_eq!(joined.roster().unwrap().leaves().count(), usize::from(MEMBERS) + 2);
    let mut group = joined.adopt(&secret()).unwrap();
    assert!(!group.take_writes().is_empty());
}

#[test]
fn a_leaf_that_nobody_signed_keeps_everyone_from_joining_wherever_it_stands() {
    for unsigned in [0, MEMBERS / 2, MEMBERS - 1] {
        let (welcome, tree, package) = crowd(Some(unsigned));
        let refused = StagedJoin::stage(&welcome, &tree, &package.private, &secret()).err();
        let refused = format!("{refused:?}");
        assert!(refused.contains("Signature"), "{refused}");
    }
}

#[test]
fn a_crowd_with_a_leaf_that_nobody_signed_is_not_come_back_to() {
    for (unsigned, is_let_in) in [(None, true), (Some(9), false)] {
        let (group, creator) = gathered(unsigned);
        let info = group.group_info(&creator, &secret()).unwrap();
        let context = protocol::content::HandshakeContext::new(vec![]);
        let back = Rejoin::build(&info, &group.tree(), &leaf_of(&creator), context, &creator, &secret());
        assert_eq!(back.is_ok(), is_let_in, "{unsigned:?}");
    }
}

/// A Welcome into a crowd, its tree, and the KeyPackage it is for.
fn crowd(unsigned: Option<u8>) -> (Vec<u8>, Vec<u8>, NewKeyPackage) {
    let (mut group, creator) = gathered(unsigned);
    let package = key_package(MEMBERS);
    let welcome = add(&mut group, &creator, std::slice::from_ref(&package.public));
    (welcome, group.tree(), package)
}

/// A group whose creator adds whoever it likes, signed or not.
fn gathered(unsigned: Option<u8>) -> (Group, DeviceKey) {
    let creator = DeviceKey::from_secret(&[0xFF; 32]);
    let policy = Policy::room(leaf_of(&creator).identity.account, SUITE);
    let mut group =
        Group::create(&CONVERSATION, SUITE, &policy, &leaf_of(&creator), &creator, &secret()).unwrap();
    let packages: Vec<Vec<u8>> = (0..MEMBERS)
        .map(|number| {
            let mut package = key_package(number).public;
            if unsigned == Some(number) {
                let end = package.len() - BEHIND_LEAF;
                package[end - 1] ^= 1;
            }
            package
        })
        .collect();
    add(&mut group, &creator, &packages);
    (group, creator)
}

/// Adds without looking at any signature, and gives the Welcome.
fn add(group: &mut Group, creator: &DeviceKey, packages: &[Vec<u8>]) -> Vec<u8> {
    let careless = Crypto::settling_later(secret());
    let read = |package: &Vec<u8>| {
        let package = KeyPackageIn::tls_deserialize_exact(package.as_slice()).unwrap();
        package.validate(&careless, ProtocolVersion::Mls10).unwrap()
    };
    let packages = packages.iter().map(read);
    let secret = secret();
    let provider = Provider::new(&secret, &group.storage);
    let bundle = group.mls.commit_builder().propose_adds(packages);
    let bundle = bundle
        .load_psks(provider.storage())
        .unwrap()
        .use_ratchet_tree_extension(false)
        .build(provider.rand(), &careless, &DeviceSigner(creator), |_| true)
        .unwrap()
        .stage_commit(&provider)
        .unwrap();
    let welcome = bundle.to_welcome_msg().map(|welcome| bytes(&welcome)).unwrap();
    group.mls.merge_pending_commit(&provider).unwrap();
    welcome
}

fn key_package(number: u8) -> NewKeyPackage {
    let key = DeviceKey::from_secret(&[number; 32]);
    NewKeyPackage::create(SUITE, false, &leaf_of(&key), &key, &secret()).unwrap()
}

fn leaf_of(key: &DeviceKey) -> Leaf {
    let key = key.public();
    let account = AccountId::from_bytes(*key.as_bytes());
    Leaf { identity: LeafIdentity { account, device: key.device_id() }, key }
}

fn secret() -> StepSecret {
    static STEPS: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0xCD; 32];
    bytes[..8].copy_from_slice(&STEPS.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    StepSecret::from_bytes(bytes)
}
