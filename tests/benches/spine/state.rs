//! What a message makes a member of a room of 1,000 write, with 100 of them busy.

use client_core::ports::SealedWrite;
use e2e::raw::{Person, SUITE, fresh};
use mls_wasm::policy::Policy;
use mls_wasm::{CommitRequest, Group, NewKeyPackage, Opened, ReceivedHandshake, StagedJoin, StepSecret};
use protocol::ConversationId;
use protocol::content::HandshakeContext;

use crate::{heading, row};

const MEMBERS: usize = 1_000;
const BUSY: usize = 100;
const ROUNDS: usize = 10;

const CONVERSATION: ConversationId = ConversationId::from_bytes([7; 16]);

/// A device with its group.
struct Device {
    person: Person,
    group: Group,
}

impl Device {
    fn seal(&mut self, text: &[u8]) -> Vec<u8> {
        self.group.seal(text, &self.person.key, &secret()).unwrap()
    }

    fn open(&mut self, sealed: &[u8]) {
        assert!(matches!(self.group.open(sealed, &secret()), Ok(Opened::Message { .. })));
    }

    /// What its last change has changed.
    fn writes(&mut self) -> Vec<SealedWrite> {
        let writes = self.group.take_writes().into_iter();
        writes
            .map(|write| SealedWrite { key: write.key, value: write.value.map(|value| value.to_vec()) })
            .collect()
    }
}

pub(crate) fn run() {
    heading(
        &format!("Bytes written for a message received, {MEMBERS} members, {BUSY} of them sending"),
        &["", "mean", "largest", "records"],
    );
    let creator = Person::random();
    let policy = Policy::room(creator.account, SUITE);
    let mut creator = create(creator, &policy);
    let mut senders = Vec::new();
    let mut left = MEMBERS - 1;
    while left > 0 {
        let some = left.min(100);
        let people = (0..some).map(|_| Person::random()).collect();
        // The last ones added are those that speak: they join the room as it is.
        let join = if left <= BUSY { some } else { 0 };
        senders.extend(add(&mut creator, people, join));
        left -= some;
    }
    creator.writes();
    let (mut bytes, mut largest, mut records) = (0, 0, 0);
    for _ in 0..ROUNDS {
        for sender in &mut senders {
            let sealed = sender.seal(b"hello to a thousand");
            creator.open(&sealed);
            let writes = creator.writes();
            let written: usize =
                writes.iter().map(|write| write.key.len() + write.value.as_ref().map_or(0, Vec::len)).sum();
            bytes += written;
            largest = largest.max(written);
            records += writes.len();
        }
    }
    let messages = ROUNDS * senders.len();
    row(&[
        "palaver".to_owned(),
        (bytes / messages).to_string(),
        largest.to_string(),
        format!("{:.1}", records as f64 / messages as f64),
    ]);
    row(&["aim".to_owned(), "6144".to_owned(), String::new(), String::new()]);
    row(&["stock OpenMLS storage".to_owned(), "about 22000".to_owned(), String::new(), String::new()]);
}

fn create(person: Person, policy: &Policy) -> Device {
    let group = Group::create(&CONVERSATION, SUITE, policy, &person.leaf(), &person.key, &secret()).unwrap();
    Device { person, group }
}

/// Adds people; the first `join` of them join.
fn add(creator: &mut Device, people: Vec<Person>, join: usize) -> Vec<Device> {
    let packages: Vec<NewKeyPackage> = people
        .iter()
        .map(|person| NewKeyPackage::create(SUITE, false, &person.leaf(), &person.key, &secret()).unwrap())
        .collect();
    let mut heads = vec![creator.person.log.account_head()];
    heads.extend(people.iter().map(|person| person.log.account_head()));
    let request = CommitRequest {
        add: packages.iter().map(|package| package.public.clone()).collect(),
        ..CommitRequest::default()
    };
    let context = HandshakeContext::new(heads);
    let commit = creator.group.commit(&request, context, &creator.person.key, &secret()).unwrap();
    match creator.group.receive(&commit.commit, &secret()).unwrap() {
        ReceivedHandshake::OwnEcho { .. } => creator.group.merge_own(&secret()).unwrap(),
        _ => panic!("another one's commit"),
    }
    let tree = creator.group.tree();
    let joining = people.into_iter().zip(&packages).take(join);
    joining
        .map(|(person, package)| {
            let device = person.device();
            let welcome = commit.welcomes.iter().find(|welcome| welcome.joiner.device == device).unwrap();
            let staged = StagedJoin::stage(&welcome.welcome, &tree, &package.private, &secret()).unwrap();
            Device { person, group: staged.adopt(&secret()).unwrap() }
        })
        .collect()
}

fn secret() -> StepSecret {
    let mut bytes = [0x5E; 32];
    bytes[..16].copy_from_slice(&fresh());
    StepSecret::from_bytes(bytes)
}
