//! Two clients with their engines, stores in memory, and a relay between them that believes everything, driven by a list of
//! operations: what people ask, time that passes, connections and clients that come and go, and what the relay says changed,
//! held back, told twice and made up.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use client_api::{Command, Recipient};
use client_core::entropy::Entropy;
use client_core::phrase::Phrase;
use client_core::testing::{MemoryStore, World, finish};
use client_core::vault::DataKey;
use client_core::{Driver, Input};
use protocol::frame::{Control, ControlKind, PUSH, Payload, Response, ServerFrame, Successor, Void};
use protocol::{AccountId, Bytes, ConversationId, MessageId, Seq};

use crate::relay::Relay;

/// Operations in one input: clients that are asked more only take longer.
const OPERATIONS_MAX: usize = 48;
/// Words of the relay that are changed ahead.
const LIES_MAX: usize = 32;
/// What one operation makes both clients send and tell: full sets of frames, and never many times what came.
const ACTIONS_MAX: usize = 1_000;
/// Bytes that a store may have grown by, whatever comes: KeyPackages kept, and a multiple of what was taken in.
const GROWTH_BYTES: usize = 2 << 20;
const GROWTH_FACTOR: usize = 64;

/// Who the operations may be of.
const PEOPLE: [usize; 2] = [0, 1];

/// What is done next, as the first byte of an operation says. The second one says whose matter it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A person asks.
    Ask,
    /// Everyone does what there is to do.
    Settle,
    /// A client takes one turn.
    Turn,
    /// Time passes, from a second to half a year.
    Wait,
    /// The connection is lost, at once or with what comes.
    Lose,
    /// A client ends, at once or before it acts.
    Die,
    /// Bytes come from nowhere.
    Foreign,
    /// What the relay says next is something else.
    Replace,
    /// The relay says something nobody asked for.
    Push,
    /// What the relay says next comes changed, twice, later or never.
    Change,
    /// The relay puts something into the log.
    Forge,
    /// The clock is put elsewhere.
    Clock,
}

const OPERATIONS: [Operation; 12] = [
    Operation::Ask,
    Operation::Settle,
    Operation::Turn,
    Operation::Wait,
    Operation::Lose,
    Operation::Die,
    Operation::Foreign,
    Operation::Replace,
    Operation::Push,
    Operation::Change,
    Operation::Forge,
    Operation::Clock,
];

/// Where an input begins, as its first byte says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// Two people talk.
    Talking,
    /// One has an account since just now, and nobody knows of it.
    New,
}

const STARTS: [Start; 2] = [Start::Talking, Start::New];

/// Carries out the operations that bytes stand for. Afterwards both clients open from what they have stored, and show nothing
/// twice and nothing that was not said.
pub fn engine(data: &[u8]) {
    let mut rest = Reader(data);
    let start = STARTS[usize::from(rest.byte().unwrap_or_default()) % STARTS.len()];
    let mut scene = BEGINNINGS.with(|beginnings| Scene::from(&beginnings[start as usize]));
    for _ in 0..OPERATIONS_MAX {
        let Some(first) = rest.byte() else { break };
        let operation = OPERATIONS[usize::from(first) % OPERATIONS.len()];
        let who = usize::from(rest.byte().unwrap_or_default()) % PEOPLE.len();
        scene.carry_out(operation, who, rest.part());
    }
    scene.end(data.len());
}

/// Where an input begins, as bytes.
pub(crate) fn start(start: Start) -> Vec<u8> {
    vec![start as u8]
}

/// An operation as bytes.
pub(crate) fn operation(kind: Operation, who: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a seed is short");
    [&[kind as u8, who], length.to_be_bytes().as_slice(), bytes].concat()
}

/// What the relay's next words come as.
enum Lie {
    Pass,
    Drop,
    Double,
    Hold,
    Alter { at: usize, by: u8 },
    Replace(Response),
}

type Lies = Rc<RefCell<VecDeque<Lie>>>;

/// What there is before an input: making it takes longer than all that is done with it.
struct Beginning {
    relay: Relay,
    stores: [MemoryStore; 2],
    now_ms: u64,
    said: BTreeSet<(AccountId, String)>,
}

thread_local! {
    static BEGINNINGS: [Beginning; 2] = [talking(), new_account()];
}

struct Scene {
    world: World<Relay>,
    relay: Relay,
    lies: [Lies; 2],
    /// What was said, by whom.
    said: BTreeSet<(AccountId, String)>,
    bytes_before: usize,
}

/// Two who have talked, in both directions and in two epochs.
fn talking() -> Beginning {
    let relay = Relay::default();
    let mut world = World::new(relay.clone(), 1);
    let mut said = BTreeSet::new();
    finish(async {
        for name in ["ana", "ben"] {
            world.join(name).await;
        }
        for (from, to, text) in [(0, 1, "hello"), (1, 0, "hello yourself")] {
            world.say(from, to, text);
            said.insert((world.account(from), text.to_owned()));
            world.settle().await;
        }
        let conversation = world.driver(0).conversations()[0].conversation;
        world.command(1, Command::RefreshKeys { conversation }).await;
        world.advance(60_000).await;
    });
    assert_eq!(finish(world.texts(0, 1)), ["hello", "hello yourself"]);
    assert_eq!(finish(world.texts(1, 0)), ["hello", "hello yourself"]);
    let stores = PEOPLE.map(|who| world.client(who).store().copied());
    Beginning { relay: relay.copy(), stores, now_ms: world.clock().now().as_millis(), said }
}

/// One that the relay has not heard of, and one that it has.
fn new_account() -> Beginning {
    let relay = Relay::default();
    let mut world = World::new(relay.clone(), 2);
    finish(world.join("ben"));
    let store = MemoryStore::default();
    let phrase = Phrase::generate(&mut Entropy::from_bytes([3; 32]));
    let key = DataKey::from_bytes([1; 8], [2; 32]);
    finish(Driver::create(store.clone(), &key, &phrase, world.clock().moment())).expect("an empty store");
    let stores = [store, world.client(0).store().copied()];
    let now_ms = world.clock().now().as_millis();
    Beginning { relay: relay.copy(), stores, now_ms, said: BTreeSet::new() }
}

impl Scene {
    fn from(beginning: &Beginning) -> Self {
        let relay = beginning.relay.copy();
        let mut world = World::new(relay.clone(), 3);
        world.clock().advance(beginning.now_ms - world.clock().now().as_millis());
        let stores = beginning.stores.each_ref().map(MemoryStore::copied);
        let bytes_before = stores.iter().map(|store| store.bytes().len()).sum();
        for store in stores {
            finish(world.open(store));
        }
        let lies = PEOPLE.map(|who| lie_to(&mut world, who));
        Self { world, relay, lies, said: beginning.said.clone(), bytes_before }
    }

    fn carry_out(&mut self, operation: Operation, who: usize, bytes: &[u8]) {
        let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
        match operation {
            Operation::Ask => self.ask(who, *first, rest),
            Operation::Settle => finish(self.world.settle()),
            Operation::Turn => {
                finish(self.world.step(who));
            }
            Operation::Wait => {
                self.world.clock().advance((1 << (first % 24)) * 1_000);
                finish(self.world.advance(0));
            }
            Operation::Lose if *first == 0 => self.world.lose_every_connection(),
            Operation::Lose => self.world.client(who).network.lose_after(usize::from(*first)),
            Operation::Die if *first == 0 => finish(self.world.reopen(who)),
            Operation::Die => self.world.die_before_acting_at(who, u64::from(first % 8)),
            Operation::Foreign => self.world.befall(who, Input::Received(Bytes::copy_from_slice(bytes))),
            Operation::Replace => self.lie(who, decoded(bytes).map(Lie::Replace)),
            Operation::Push => {
                let push = decoded(bytes).map(|body| ServerFrame { request_id: PUSH, body }.encode());
                if let Some(push) = push {
                    self.world.befall(who, Input::Received(push));
                }
            }
            Operation::Change => self.change(who, *first, rest),
            Operation::Forge => self.forge(*first, rest),
            Operation::Clock => {
                let hours = i64::from(i8::from_ne_bytes([*first]));
                self.world.set_clock_off(who, hours * 3_600_000);
            }
        }
        self.require_moderation();
    }

    fn ask(&mut self, who: usize, which: u8, rest: &[u8]) {
        let text = String::from_utf8_lossy(rest).into_owned();
        let account = self.world.account(1 - who);
        let conversation = self.conversation().unwrap_or(ConversationId::from_bytes([3; 16]));
        let command = match which % 9 {
            0 => {
                self.said.insert((self.world.account(who), text.clone()));
                Command::SendText { to: Recipient::Account(account), text }
            }
            1 => Command::AddContact { who: Recipient::Account(account) },
            2 => Command::SaveDraft { account, text },
            3 => Command::MarkRead { conversation, up_to: Seq(rest.first().copied().unwrap_or(1).into()) },
            4 => Command::RefreshKeys { conversation },
            5 => {
                let waits = self.world.driver(who).pending(account);
                let message = waits.first().map_or(MessageId::from_bytes([4; 16]), |message| message.id);
                Command::Discard { message }
            }
            6 => {
                let safety = self.world.driver(who).safety(account);
                let safety_number = safety.map_or(text, |safety| safety.safety_number);
                Command::MarkVerified { account, safety_number }
            }
            7 => Command::LinkDevice { shown: text },
            _ => match text.parse() {
                Ok(handle) => Command::SetHandle { handle },
                Err(_) => Command::AddContact { who: Recipient::Account(self.world.account(who)) },
            },
        };
        self.world.ask(who, command);
    }

    fn change(&mut self, who: usize, which: u8, rest: &[u8]) {
        let lie = match which % 5 {
            0 => Lie::Pass,
            1 => Lie::Drop,
            2 => Lie::Double,
            3 => Lie::Hold,
            _ => {
                let [high, low, by] = [0, 1, 2].map(|at| rest.get(at).copied().unwrap_or_default());
                Lie::Alter { at: usize::from(u16::from_be_bytes([high, low])), by }
            }
        };
        self.lie(who, Some(lie));
    }

    fn lie(&mut self, who: usize, lie: Option<Lie>) {
        let mut lies = self.lies[who].borrow_mut();
        lies.extend(lie);
        lies.truncate(LIES_MAX);
    }

    fn forge(&mut self, which: u8, rest: &[u8]) {
        let Some(conversation) = self.conversation() else { return };
        let (first, rest) = rest.split_first().unwrap_or((&0, &[]));
        let payloads = self.relay.payloads(conversation);
        let proofs: Vec<Bytes> = payloads.iter().filter_map(proofs_in).flatten().collect();
        let payload = match which % 6 {
            0 => Payload::Application(Bytes::copy_from_slice(rest)),
            1 => Payload::Handshake(Bytes::copy_from_slice(rest)),
            // Something from earlier once more, perhaps changed.
            2 => match payloads.get(usize::from(*first)) {
                Some(payload) => altered(payload.clone(), rest),
                None => return,
            },
            3 => control(ControlKind::Void(Void { seq: Seq((*first).into()), proofs })),
            4 => {
                let proofs = vec![Bytes::copy_from_slice(rest)];
                control(ControlKind::Void(Void { seq: Seq((*first).into()), proofs }))
            }
            _ => control(ControlKind::Successor(Successor { conversation })),
        };
        self.relay.forge(conversation, payload);
    }

    fn conversation(&self) -> Option<ConversationId> {
        let mut known = PEOPLE.into_iter().filter_map(|who| {
            let conversations = self.world.driver(who).conversations();
            Some(conversations.first()?.conversation)
        });
        known.next()
    }

    /// Nothing that comes makes a client do many times as much.
    fn require_moderation(&mut self) {
        let told: usize =
            PEOPLE.map(|who| std::mem::take(&mut self.world.client(who).events).len()).iter().sum();
        let actions = self.relay.take_frames() + told;
        assert!(actions <= ACTIONS_MAX, "one operation leads to {actions} frames and events");
    }

    fn end(&mut self, length: usize) {
        for who in PEOPLE {
            finish(self.world.reopen(who));
        }
        let stores = PEOPLE.map(|who| self.world.client(who).store().bytes().len());
        let growth = stores.iter().sum::<usize>().saturating_sub(self.bytes_before);
        assert!(growth <= GROWTH_BYTES + GROWTH_FACTOR * length, "{growth} bytes after {length} came");
        for who in PEOPLE {
            let mut shown = BTreeSet::new();
            for message in finish(self.world.messages(who, 1 - who)) {
                assert!(shown.insert(message.id), "a message is shown twice");
                assert!(self.said.contains(&(message.from, message.text)), "nobody said what is shown");
            }
        }
    }
}

/// The relay's words come to a client as the lies say, one after the other, and as they are behind those.
fn lie_to(world: &mut World<Relay>, who: usize) -> Lies {
    let lies = Lies::default();
    let (told, mut held) = (Rc::clone(&lies), Vec::new());
    world.client(who).network.tamper(move |frame| {
        let mut come = match told.borrow_mut().pop_front() {
            None | Some(Lie::Pass) => vec![frame],
            Some(Lie::Drop) => vec![],
            Some(Lie::Double) => vec![frame.clone(), frame],
            Some(Lie::Hold) => {
                held.push(frame);
                return vec![];
            }
            Some(Lie::Alter { at, by }) => {
                let mut bytes = frame.encode().to_vec();
                let at = at % bytes.len().max(1);
                bytes.get_mut(at).map(|byte| *byte ^= by);
                ServerFrame::decode(bytes.into()).into_iter().collect()
            }
            Some(Lie::Replace(body)) => vec![ServerFrame { body, ..frame }],
        };
        come.append(&mut held);
        come
    });
    lies
}

fn decoded(frame: &[u8]) -> Option<Response> {
    ServerFrame::decode(Bytes::copy_from_slice(frame)).ok().map(|frame| frame.body)
}

fn control(kind: ControlKind) -> Payload {
    Payload::Control(Control { kind })
}

fn proofs_in(payload: &Payload) -> Option<Vec<Bytes>> {
    match payload {
        Payload::Control(Control { kind: ControlKind::Void(void) }) => Some(void.proofs.clone()),
        _ => None,
    }
}

/// A payload with one byte changed, if it is said which.
fn altered(payload: Payload, change: &[u8]) -> Payload {
    let alter = |bytes: Bytes| {
        let mut bytes = bytes.to_vec();
        if let [high, low, by, ..] = change {
            let at = usize::from(u16::from_be_bytes([*high, *low])) % bytes.len().max(1);
            bytes.get_mut(at).map(|byte| *byte ^= by);
        }
        Bytes::from(bytes)
    };
    match payload {
        Payload::Application(bytes) => Payload::Application(alter(bytes)),
        Payload::Handshake(bytes) => Payload::Handshake(alter(bytes)),
        control @ Payload::Control(_) => control,
    }
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
