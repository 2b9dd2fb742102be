//! What the hybrid suite costs beside the one in use, in time and in bytes.

use std::time::Duration;

use e2e::raw::{Person, fresh};
use mls_wasm::policy::Policy;
use mls_wasm::{
    CommitRequest, CreatedCommit, Group, NewKeyPackage, Opened, ReceivedHandshake, StagedJoin, StepSecret,
};
use protocol::content::HandshakeContext;
use protocol::{ConversationId, Suite};

use crate::{heading, now, row};

const CONVERSATION: ConversationId = ConversationId::from_bytes([7; 16]);
const SUITES: [Suite; 2] = [Suite::CHACHA20_POLY1305, Suite::ML_KEM_768_X25519];
const SIZES: [usize; 2] = [2, 100];
/// Rounds; each row is their median.
const ROUNDS: usize = 31;

pub(crate) fn run() {
    heading(
        &format!("Suites, median milliseconds of {ROUNDS} and bytes"),
        &["", "0x0003, 2 members", "0x004f, 2 members", "0x0003, 100 members", "0x004f, 100 members"],
    );
    let measured: Vec<Measured> =
        SIZES.iter().flat_map(|members| SUITES.map(|suite| measure(suite, *members))).collect();
    for (place, name) in TIMES.iter().enumerate() {
        let median = |measured: &Measured| format!("{:.3}", median(&measured.times[place]));
        row(&line(name, measured.iter().map(median)));
    }
    for (place, name) in BYTES.iter().enumerate() {
        row(&line(name, measured.iter().map(|measured| measured.bytes[place].to_string())));
    }
}

const TIMES: [&str; 7] = [
    "a KeyPackage",
    "create, and add one",
    "self-update: commit",
    "self-update: receive and merge",
    "join",
    "seal 80 bytes",
    "open 80 bytes",
];
const BYTES: [&str; 6] =
    ["KeyPackage", "Welcome for one", "commit that adds one", "self-update commit", "GroupInfo", "tree"];

#[derive(Default)]
struct Measured {
    times: [Vec<Duration>; TIMES.len()],
    bytes: [usize; BYTES.len()],
}

/// A member with its group.
struct Device {
    person: Person,
    group: Group,
}

/// Every member has committed once before anything is measured, so that the tree has no blanks.
fn measure(suite: Suite, members: usize) -> Measured {
    let mut measured = Measured::default();
    let mut devices = room(suite, members);
    for _ in 0..ROUNDS {
        let joiner = Person::random();
        let package = timed(&mut measured.times[0], || key_package(suite, &joiner));
        timed(&mut measured.times[1], || {
            let mut creator = create(suite, Person::random());
            commit(&mut creator, &[(&joiner, &package)])
        });
        let [alice, ben] = devices.first_chunk_mut().expect("a room has two members");
        let update = timed(&mut measured.times[2], || commit(alice, &[]));
        timed(&mut measured.times[3], || receive(ben, &update));
        receive(alice, &update);
        let sealed = timed(&mut measured.times[5], || {
            alice.group.seal(&[b'a'; 80], &alice.person.key, &secret()).unwrap()
        });
        let opened = timed(&mut measured.times[6], || ben.group.open(&sealed, &secret()).unwrap());
        assert!(matches!(opened, Opened::Message { .. }));
        devices[2..].iter_mut().for_each(|device| receive(device, &update));
        measured.bytes = bytes(&package, &update, &devices[0].group);
    }
    join_all(suite, &mut devices[0], &mut measured);
    measured
}

/// Adds people one at a time and takes each out again: what is measured is the joining.
fn join_all(suite: Suite, adder: &mut Device, measured: &mut Measured) {
    for _ in 0..ROUNDS {
        let joiner = Person::random();
        let package = key_package(suite, &joiner);
        let added = commit(adder, &[(&joiner, &package)]);
        receive(adder, &added);
        let tree = adder.group.tree();
        let welcome = &added.welcomes[0].welcome;
        timed(&mut measured.times[4], || {
            let staged = StagedJoin::stage(welcome, &tree, &package.private, &secret()).unwrap();
            staged.adopt(&secret()).unwrap()
        });
        measured.bytes[1] = welcome.len();
        measured.bytes[2] = added.commit.len();
        let leaf = adder.group.roster().unwrap().index_of(&joiner.device()).unwrap();
        let request = CommitRequest { remove: vec![leaf], ..CommitRequest::default() };
        let heads = HandshakeContext::new(vec![adder.person.log.account_head()]);
        let removal = adder.group.commit(&request, heads, &adder.person.key, &secret()).unwrap();
        receive(adder, &removal);
    }
}

fn bytes(package: &NewKeyPackage, update: &CreatedCommit, group: &Group) -> [usize; BYTES.len()] {
    [package.public.len(), 0, 0, update.commit.len(), update.group_info.len(), group.tree().len()]
}

fn room(suite: Suite, members: usize) -> Vec<Device> {
    let mut creator = create(suite, Person::random());
    let people: Vec<Person> = (1..members).map(|_| Person::random()).collect();
    let packages: Vec<NewKeyPackage> = people.iter().map(|person| key_package(suite, person)).collect();
    let added = commit(&mut creator, &people.iter().zip(&packages).collect::<Vec<_>>());
    receive(&mut creator, &added);
    let tree = creator.group.tree();
    let mut devices = vec![creator];
    for (person, package) in people.into_iter().zip(&packages) {
        let device = person.device();
        let welcome = added.welcomes.iter().find(|welcome| welcome.joiner.device == device).unwrap();
        let staged = StagedJoin::stage(&welcome.welcome, &tree, &package.private, &secret()).unwrap();
        devices.push(Device { person, group: staged.adopt(&secret()).unwrap() });
    }
    for committer in 0..members {
        let update = commit(&mut devices[committer], &[]);
        devices.iter_mut().for_each(|device| receive(device, &update));
    }
    devices
}

fn create(suite: Suite, person: Person) -> Device {
    let policy = Policy::room(person.account, suite);
    let group = Group::create(&CONVERSATION, suite, &policy, &person.leaf(), &person.key, &secret()).unwrap();
    Device { person, group }
}

fn key_package(suite: Suite, person: &Person) -> NewKeyPackage {
    NewKeyPackage::create(suite, false, &person.leaf(), &person.key, &secret()).unwrap()
}

fn commit(device: &mut Device, joiners: &[(&Person, &NewKeyPackage)]) -> CreatedCommit {
    let add = joiners.iter().map(|(_, package)| package.public.clone()).collect();
    let mut heads = vec![device.person.log.account_head()];
    heads.extend(joiners.iter().map(|(person, _)| person.log.account_head()));
    let request = CommitRequest { add, ..CommitRequest::default() };
    device.group.commit(&request, HandshakeContext::new(heads), &device.person.key, &secret()).unwrap()
}

fn receive(device: &mut Device, commit: &CreatedCommit) {
    match device.group.receive(&commit.commit, &secret()).unwrap() {
        ReceivedHandshake::OwnEcho { .. } => device.group.merge_own(&secret()).unwrap(),
        ReceivedHandshake::Commit(staged) => device.group.merge(*staged, &secret()).unwrap(),
        ReceivedHandshake::Leave(_) => panic!("nobody leaves"),
    }
}

fn timed<T>(times: &mut Vec<Duration>, step: impl FnOnce() -> T) -> T {
    let started = now();
    let result = step();
    times.push(started.elapsed());
    result
}

fn median(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

fn line(name: &str, cells: impl Iterator<Item = String>) -> Vec<String> {
    [name.to_owned()].into_iter().chain(cells).collect()
}

fn secret() -> StepSecret {
    let mut bytes = [0x5E; 32];
    bytes[..16].copy_from_slice(&fresh());
    StepSecret::from_bytes(bytes)
}
