//! A client's engine over its real driver and a store in memory, driven by a list of operations: what a person asks, time that
//! passes, connections that come and go, what it asked for answered well or ill, and foreign bytes in between.

use std::collections::VecDeque;

use client_api::{Command, CommandId, Recipient};
use client_core::entropy::Entropy;
use client_core::phrase::Phrase;
use client_core::ports::{KeyRange, SealedRecord, SealedWrite, Store};
use client_core::testing::{FakeClock, MemoryStore, finish};
use client_core::vault::DataKey;
use client_core::{Driver, Effect, Input};
use protocol::frame::{ClientFrame, PUSH, ServerFrame};
use protocol::{Bytes, ConversationId, Seq};

use crate::group;

/// Operations in one input: a client that is asked more only takes longer.
const OPERATIONS_MAX: usize = 64;
/// Requests that answers are given to: the latest.
const REQUESTS_KEPT: usize = 16;
/// Effects of one turn of one input: a full set of frames to send, and never many times what came.
const EFFECTS_MAX: usize = 1_000;
/// Bytes that a store may have grown by, whatever comes: KeyPackages kept, and a multiple of what was taken in.
const GROWTH_BYTES: usize = 2 << 20;
const GROWTH_FACTOR: usize = 64;

/// What is done next, as the first byte of an operation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Ask,
    Wait,
    Connect,
    Lose,
    Hurry,
    Foreign,
    Answer,
    Push,
    Reopen,
}

const OPERATIONS: [Operation; 9] = [
    Operation::Ask,
    Operation::Wait,
    Operation::Connect,
    Operation::Lose,
    Operation::Hurry,
    Operation::Foreign,
    Operation::Answer,
    Operation::Push,
    Operation::Reopen,
];

/// Carries out the operations that bytes stand for. Afterwards the client opens from what it has stored.
pub fn engine(data: &[u8]) {
    let mut world = World::new();
    let mut rest = Reader(data);
    for _ in 0..OPERATIONS_MAX {
        let Some(first) = rest.byte() else { break };
        world.carry_out(OPERATIONS[usize::from(first) % OPERATIONS.len()], &mut rest);
    }
    world.reopen();
    let growth = world.store.bytes().len().saturating_sub(world.bytes_before);
    assert!(growth <= GROWTH_BYTES + GROWTH_FACTOR * data.len(), "{growth} bytes after {} came", data.len());
}

/// An operation as bytes.
pub(crate) fn operation(kind: Operation, bytes: &[u8]) -> Vec<u8> {
    let first = OPERATIONS.iter().position(|known| *known == kind).unwrap_or_default() as u8;
    let length = u16::try_from(bytes.len()).expect("a seed is short");
    [&[first], length.to_be_bytes().as_slice(), bytes].concat()
}

struct World {
    driver: Driver<MemoryStore>,
    store: MemoryStore,
    bytes_before: usize,
    clock: FakeClock,
    inputs: VecDeque<Input>,
    requests: VecDeque<u64>,
    commands: u64,
}

thread_local! {
    /// A new account's records: making one takes longer than all that is done with it.
    static ACCOUNT: Vec<SealedRecord> = new_account();
}

fn new_account() -> Vec<SealedRecord> {
    let store = MemoryStore::default();
    let phrase = Phrase::generate(&mut Entropy::from_bytes([3; 32]));
    let moment = FakeClock::new(0).moment();
    finish(Driver::create(store.clone(), &key(), &phrase, moment)).expect("the store is empty");
    let everything = KeyRange { from: vec![], to: vec![0xFF; 64], limit: usize::MAX, newest_first: false };
    finish(store.read(&everything)).expect("a store in memory is read")
}

fn key() -> DataKey {
    DataKey::from_bytes([1; 8], [2; 32])
}

impl World {
    fn new() -> Self {
        let mut store = MemoryStore::default();
        let records = ACCOUNT.with(Clone::clone);
        let writes: Vec<SealedWrite> =
            records.into_iter().map(|(key, value)| SealedWrite { key, value: Some(value) }).collect();
        finish(store.commit(&writes)).expect("a store in memory takes all");
        let driver = finish(Driver::open(store.clone(), &key())).expect("a new account opens");
        let bytes_before = store.bytes().len();
        let clock = FakeClock::new(1);
        let (inputs, requests) = (VecDeque::from([Input::Start]), VecDeque::new());
        let mut world = Self { driver, store, bytes_before, clock, inputs, requests, commands: 0 };
        world.go_on();
        world
    }

    fn carry_out(&mut self, operation: Operation, rest: &mut Reader<'_>) {
        let bytes = rest.part();
        let input = match operation {
            Operation::Ask => Some(self.command(bytes)),
            Operation::Wait => {
                // From a second to half a year.
                let seconds = 1 << (bytes.first().copied().unwrap_or_default() % 24);
                self.clock.advance(seconds * 1_000);
                Some(Input::Woke)
            }
            Operation::Connect => Some(Input::Connected),
            Operation::Lose => Some(Input::Disconnected),
            Operation::Hurry => Some(Input::Hurry),
            Operation::Foreign => Some(Input::Received(Bytes::copy_from_slice(bytes))),
            Operation::Answer => bytes.split_first().and_then(|(which, frame)| {
                let asked = self.requests.get(usize::from(*which) % self.requests.len().max(1));
                framed(*asked?, frame)
            }),
            Operation::Push => framed(PUSH, bytes),
            Operation::Reopen => {
                self.reopen();
                Some(Input::Start)
            }
        };
        self.inputs.extend(input);
        self.go_on();
    }

    fn command(&mut self, bytes: &[u8]) -> Input {
        self.commands += 1;
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.commands.to_be_bytes());
        let (first, text) = bytes.split_first().unwrap_or((&0, &[]));
        let text = String::from_utf8_lossy(text).into_owned();
        let account = group::with(|world| world.other.log.account());
        let opened = self.driver.conversations().first().map(|opened| opened.conversation);
        let conversation = opened.unwrap_or(ConversationId::from_bytes([3; 16]));
        let command = match first % 6 {
            0 => Command::AddContact { who: Recipient::Account(account) },
            1 => Command::SendText { to: Recipient::Account(account), text },
            2 => Command::SaveDraft { account, text },
            3 => Command::MarkRead { conversation, up_to: Seq(u64::from(*first)) },
            4 => Command::RefreshKeys { conversation },
            _ => match text.parse() {
                Ok(handle) => Command::SetHandle { handle },
                Err(_) => Command::AddContact { who: Recipient::Account(self.driver.profile().account) },
            },
        };
        Input::Command { id: CommandId(id), command }
    }

    /// Turns, until nothing is left to be done.
    fn go_on(&mut self) {
        while !self.inputs.is_empty() || self.driver.has_more() {
            let turn = finish(self.driver.turn(&mut self.inputs, self.clock.moment()));
            let effects = turn.expect("a store in memory takes all");
            assert!(effects.len() <= EFFECTS_MAX, "{} effects of one input", effects.len());
            for effect in effects {
                if let Effect::Transmit(frame) = effect {
                    let sent = ClientFrame::decode(frame).expect("a client sends what can be read");
                    self.requests.push_front(sent.request_id);
                    self.requests.truncate(REQUESTS_KEPT);
                }
            }
        }
    }

    /// Ends the client at once, and opens it from what it has stored.
    fn reopen(&mut self) {
        let opened = finish(Driver::open(self.store.clone(), &key()));
        self.driver = opened.expect("what was stored opens");
        self.requests.clear();
    }
}

/// A frame that is one, under another request's number.
fn framed(request_id: u64, frame: &[u8]) -> Option<Input> {
    let frame = ServerFrame::decode(Bytes::copy_from_slice(frame)).ok()?;
    Some(Input::Received(ServerFrame { request_id, ..frame }.encode()))
}

/// What is left of an input.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A length and so many bytes, or what there is.
    fn part(&mut self) -> &'a [u8] {
        let Some((length, rest)) = self.0.split_first_chunk::<2>() else { return &[] };
        let (part, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
        self.0 = rest;
        part
    }
}
