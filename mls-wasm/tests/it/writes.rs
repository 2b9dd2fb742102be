//! How many bytes travel and are written.

use mls_wasm::policy::Policy;
use mls_wasm::{CommitRequest, Group, Leaf, NewKeyPackage, ReceivedHandshake, StagedJoin};
use protocol::content::HandshakeContext;
use protocol::identity::{IdentityLog, LeafIdentity};
use protocol::keys::{DeviceKey, RootKey};

use crate::actors::{CONVERSATION, Device, Logs, Relay, SUITE, add, secret};

const MEMBERS: usize = 1_000;
const BUSY: usize = 100;
/// Of one commit.
const ADDED_AT_ONCE: usize = 100;
const WRITTEN_BYTES_MAX: usize = 6 * 1024;
const WELCOME_BYTES_MAX: usize = 400;

#[test]
fn a_message_to_a_thousand_of_whom_a_hundred_speak_writes_what_changed_and_not_the_whole() {
    let (mut reader, mut speakers) = room();
    let state: usize = written(&mut reader);
    for round in 0..3 {
        for (speaker, group) in &mut speakers {
            let sealed = group.seal(&[round], &speaker.key, &secret()).unwrap();
            let sent = written(group);
            assert!(sent <= WRITTEN_BYTES_MAX, "{sent} bytes for one message sent");
            reader.open(&sealed, &secret()).unwrap();
            let received = written(&mut reader);
            assert!(received <= WRITTEN_BYTES_MAX, "{received} bytes for one message received");
            assert!(received * 4 < state, "{received} of {state} bytes for one message");
        }
    }
}

#[test]
fn a_welcome_into_a_room_is_short_however_large_the_room() {
    let mut logs = Logs::default();
    let mut alice = Device::open(&mut logs, 1);
    alice.create(&Policy::room(alice.account, SUITE));
    let mut relay = Relay::create(&mut alice, &logs);
    let mut joiners: Vec<Device> = (2..42).map(|seed| Device::open(&mut logs, seed)).collect();
    let lengths: Vec<usize> = joiners
        .iter_mut()
        .map(|joiner| add(&mut alice, joiner, &mut relay, &logs).welcomes[0].welcome.len())
        .collect();
    assert!(lengths.iter().all(|length| *length <= WELCOME_BYTES_MAX), "{lengths:?}");
}

/// Someone with a device, and a KeyPackage of it.
struct Person {
    key: DeviceKey,
    leaf: Leaf,
    log: IdentityLog,
}

impl Person {
    fn new(number: usize) -> Self {
        let mut seed = [0x11; 32];
        seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let key = DeviceKey::from_secret(&seed);
        seed[31] = 0x22;
        let log = IdentityLog::open(&RootKey::from_secret(&seed), &key);
        let identity = LeafIdentity { account: log.account(), device: key.public().device_id() };
        Self { leaf: Leaf { identity, key: key.public() }, key, log }
    }
}

/// The one who made a room, and those who were added last, who are in it as it is.
fn room() -> (Group, Vec<(Person, Group)>) {
    let creator = Person::new(0);
    let policy = Policy::room(creator.leaf.identity.account, SUITE);
    let mut group =
        Group::create(&CONVERSATION, SUITE, &policy, &creator.leaf, &creator.key, &secret()).unwrap();
    let mut speakers = Vec::new();
    let numbers: Vec<usize> = (1..MEMBERS).collect();
    for numbers in numbers.rchunks(ADDED_AT_ONCE).rev() {
        let people: Vec<Person> = numbers.iter().map(|number| Person::new(*number)).collect();
        let package = |person: &Person| {
            NewKeyPackage::create(SUITE, false, &person.leaf, &person.key, &secret()).unwrap()
        };
        let packages: Vec<NewKeyPackage> = people.iter().map(package).collect();
        let heads = people.iter().chain([&creator]).map(|person| person.log.account_head()).collect();
        let add = packages.iter().map(|package| package.public.clone()).collect();
        let request = CommitRequest { add, ..CommitRequest::default() };
        let commit = group.commit(&request, HandshakeContext::new(heads), &creator.key, &secret()).unwrap();
        let echo = group.receive(&commit.commit, &secret()).unwrap();
        assert!(matches!(echo, ReceivedHandshake::OwnEcho { .. }));
        group.merge_own(&secret()).unwrap();
        if numbers.last() == Some(&(MEMBERS - 1)) {
            let tree = group.tree();
            for ((person, package), welcome) in
                people.into_iter().zip(&packages).zip(&commit.welcomes).take(BUSY)
            {
                let staged = StagedJoin::stage(&welcome.welcome, &tree, &package.private, &secret()).unwrap();
                let mut joined = staged.adopt(&secret()).unwrap();
                written(&mut joined);
                speakers.push((person, joined));
            }
        }
    }
    (group, speakers)
}

/// What has to be written now.
fn written(group: &mut Group) -> usize {
    let bytes = group.take_writes().into_iter();
    bytes.map(|write| write.key.len() + write.value.map_or(0, |value| value.len())).sum()
}
