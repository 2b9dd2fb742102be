//! Clients with their engines, stores in memory, and a relay between them that believes everything, driven by a list of
//! operations: what people ask (`asking.rs`), time that passes, connections and clients that come and go, and what the relay says
//! changed, held back, told twice, turned to something else and made up (`lying.rs`).

mod asking;
mod beginnings;
mod lying;
mod milestones;

use std::collections::{BTreeMap, BTreeSet};

use client_api::{Connection, ConversationKind, Event, LinkView, MessageView, Notice, NoticeCode, Outcome};
use client_core::Input;
use client_core::testing::{MemoryStore, World, finish};
use protocol::frame::{Control, ControlKind, PUSH, Payload, Response, ServerFrame, Successor, Void};
use protocol::{AccountId, Bytes, ConversationId, DeviceId, MessageId, Seq};

use crate::relay::Relay;
pub(crate) use asking::{CODE, NUMBER, Wish};
pub(crate) use beginnings::Start;
use beginnings::{Beginning, STARTS};
use lying::{Lie, SharedEar, aimed, lie_to};
use milestones::reached;
pub use milestones::{Milestone, take_milestones};

/// Operations in one input: clients that are asked more only take longer.
const OPERATIONS_MAX: usize = 48;
/// Time that passes moment by moment: clients find that they are cut off, and come back. What comes before is slept through.
const WATCHED_MS: u64 = 120_000;
/// What one operation makes all clients send and tell: full sets of frames, and never many times what came.
const ACTIONS_MAX: usize = 1_000;
/// Bytes that a store may have grown by, whatever comes: KeyPackages kept, and a multiple of what was taken in.
const GROWTH_BYTES: usize = 1 << 20;
const GROWTH_FACTOR: usize = 64;

/// Accounts that show what one of them said, where a room is more than a conversation of two.
const ROOM_OF_THREE: usize = 3;

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
    /// The relay says something nobody asked for of a conversation that there is.
    Aim,
}

const OPERATIONS: [Operation; 13] = [
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
    Operation::Aim,
];

/// Makes what inputs begin with, before the first one.
pub(crate) fn prepare() {
    beginnings::prepare();
}

/// Carries out the operations that bytes stand for. Afterwards all clients open from what they have stored, and show nothing
/// twice and nothing that was not said.
pub(crate) fn engine(data: &[u8]) {
    let mut rest = Reader(data);
    let start = STARTS[usize::from(rest.byte().unwrap_or_default()) % STARTS.len()];
    let mut scene = beginnings::with(start, Scene::from);
    for _ in 0..OPERATIONS_MAX {
        let Some(first) = rest.byte() else { break };
        let operation = OPERATIONS[usize::from(first) % OPERATIONS.len()];
        let who = usize::from(rest.byte().unwrap_or_default()) % scene.clients();
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

/// The clients, and what lies between them.
struct Scene {
    world: World<Relay>,
    relay: Relay,
    ears: Vec<SharedEar>,
    /// What was said, by whom.
    said: BTreeSet<(AccountId, String)>,
    /// What had been said when it began.
    said_before: BTreeSet<(AccountId, String)>,
    /// The rooms that an account had then.
    rooms_before: BTreeSet<(AccountId, ConversationId)>,
    /// Those that were opened since, and by whom.
    opened: BTreeMap<ConversationId, AccountId>,
    /// Clients that became an account's other device since.
    linked: BTreeSet<usize>,
    /// Those that showed digits.
    compared: BTreeSet<usize>,
    /// Those that were told that they are struck.
    revoked: BTreeSet<usize>,
    bytes_before: usize,
}

impl Scene {
    fn from(beginning: &Beginning) -> Self {
        let relay = beginning.relay.copy();
        let mut world = World::new(relay.clone(), 3);
        world.clock().advance(beginning.now_ms - world.clock().now().as_millis());
        let stores: Vec<MemoryStore> = beginning.stores.iter().map(MemoryStore::copied).collect();
        let bytes_before = stores.iter().map(|store| store.bytes().len()).sum();
        for store in stores {
            finish(world.open(store));
        }
        let clients = beginning.stores.len();
        let ears = (0..clients).map(|who| lie_to(&mut world, who)).collect();
        let rooms_before = (0..clients).flat_map(|who| rooms_of(&world, who)).collect();
        Self {
            world,
            relay,
            ears,
            said: beginning.said.clone(),
            said_before: beginning.said.clone(),
            rooms_before,
            opened: BTreeMap::new(),
            linked: BTreeSet::new(),
            compared: BTreeSet::new(),
            revoked: BTreeSet::new(),
            bytes_before,
        }
    }

    fn clients(&self) -> usize {
        self.ears.len()
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
                let millis = (1 << (first % 24)) * 1_000;
                self.world.clock().advance(millis - millis.min(WATCHED_MS));
                finish(self.world.advance(millis.min(WATCHED_MS)));
            }
            Operation::Lose if *first == 0 => self.world.lose_every_connection(),
            Operation::Lose => self.world.client(who).network.lose_after(usize::from(*first)),
            Operation::Die if *first == 0 => finish(self.world.reopen(who)),
            Operation::Die => self.world.die_before_acting_at(who, u64::from(first % 8)),
            Operation::Foreign => self.tell(who, Some(Bytes::copy_from_slice(bytes))),
            Operation::Replace => self.lie(who, decoded(bytes).map(Lie::Replace)),
            Operation::Push => self.tell(who, decoded(bytes).map(push)),
            Operation::Aim => {
                let conversation = self.conversation(usize::from(*first));
                let told = decoded(rest).zip(conversation);
                self.count_foreign_in(conversation.filter(|_| told.is_some()));
                self.tell(who, told.map(|(body, conversation)| push(aimed(body, conversation))));
            }
            Operation::Change => self.change(who, *first, rest),
            Operation::Forge => self.forge(*first, rest),
            Operation::Clock => {
                let hours = i64::from(i8::from_ne_bytes([*first]));
                self.world.set_clock_off(who, hours * 3_600_000);
            }
        }
        self.count_lies();
        self.require_moderation();
    }

    /// Bytes come to a client that the relay did not send.
    fn tell(&mut self, who: usize, frame: Option<Bytes>) {
        if let Some(frame) = frame {
            reached(Milestone::ForeignToLinked, usize::from(self.is_linked(who)));
            self.world.befall(who, Input::Received(frame));
        }
    }

    fn change(&mut self, who: usize, which: u8, rest: &[u8]) {
        let [first, second, third] = [0, 1, 2].map(|at| rest.get(at).copied().unwrap_or_default());
        let lie = match which % 7 {
            0 => Lie::Pass,
            1 => Lie::Drop,
            2 => Lie::Double,
            3 => Lie::Hold,
            4 => Lie::Alter { at: usize::from(u16::from_be_bytes([first, second])), by: third },
            5 => match self.conversation(usize::from(first)) {
                Some(conversation) => Lie::Misdirect(conversation),
                None => Lie::Pass,
            },
            _ => Lie::Again(usize::from(first)),
        };
        self.lie(who, Some(lie));
    }

    fn lie(&mut self, who: usize, lie: Option<Lie>) {
        self.ears[who].borrow_mut().lie(lie);
    }

    /// Puts something into a log, or into an inbox. Which log is said by the same byte.
    fn forge(&mut self, which: u8, rest: &[u8]) {
        let talk = usize::from(which / 8);
        let Some(conversation) = self.conversation(talk) else { return };
        let (first, rest) = rest.split_first().unwrap_or((&0, &[]));
        let nth = usize::from(*first);
        let payloads = self.relay.payloads(conversation);
        let proofs: Vec<Bytes> = payloads.iter().filter_map(proofs_in).flatten().collect();
        let payload = match which % 8 {
            0 => Some(Payload::Application(Bytes::copy_from_slice(rest))),
            1 => Some(Payload::Handshake(Bytes::copy_from_slice(rest))),
            // Something from earlier once more, perhaps changed.
            2 => payloads.get(nth).map(|payload| altered(payload.clone(), rest)),
            3 => Some(control(ControlKind::Void(Void { seq: Seq((*first).into()), proofs }))),
            4 => {
                let proofs = vec![Bytes::copy_from_slice(rest)];
                Some(control(ControlKind::Void(Void { seq: Seq((*first).into()), proofs })))
            }
            5 => Some(control(ControlKind::Successor(Successor { conversation }))),
            // What was said or done elsewhere.
            6 => {
                let elsewhere = self.conversation(talk + 1).unwrap_or(conversation);
                self.relay.payloads(elsewhere).get(nth).map(|payload| altered(payload.clone(), rest))
            }
            _ => {
                self.invite_anew(nth, rest);
                None
            }
        };
        if let Some(payload) = payload {
            self.count_foreign_in(Some(conversation));
            self.relay.forge(conversation, payload);
        }
    }

    /// An invitation from earlier comes once more, to whom it was for or to somebody else, perhaps changed.
    fn invite_anew(&self, nth: usize, rest: &[u8]) {
        let (whom, rest) = rest.split_first().unwrap_or((&0, &[]));
        let whom = usize::from(*whom) % (self.clients() + 1);
        let to = whom.checked_sub(1).map(|client| self.world.driver(client).profile().device);
        let into = self.relay.invite_anew(nth, to, |welcome| changed(welcome, rest));
        self.count_foreign_in(into);
    }

    /// A conversation: one that somebody lists, the first client's first; behind those, one that only the relay tells of.
    fn conversation(&self, which: usize) -> Option<ConversationId> {
        let mut all: Vec<ConversationId> = Vec::new();
        let listed = (0..self.clients()).flat_map(|who| self.world.driver(who).conversations());
        for conversation in listed.map(|view| view.conversation).chain(self.relay.conversations()) {
            if !all.contains(&conversation) {
                all.push(conversation);
            }
        }
        all.get(which % all.len().max(1)).copied()
    }

    fn count_foreign_in(&self, conversation: Option<ConversationId>) {
        let is_room = conversation.is_some_and(|conversation| self.relay.rooms().contains(&conversation));
        reached(Milestone::ForeignInRoom, usize::from(is_room));
    }

    fn count_lies(&self) {
        for who in 0..self.clients() {
            let lied = self.ears[who].borrow_mut().take_lied(self.relay.rooms());
            reached(Milestone::ForeignInRoom, lied.about_rooms);
            reached(Milestone::ForeignToLinked, if self.is_linked(who) { lied.words } else { 0 });
        }
    }

    /// Whether a client is another device of somebody's.
    fn is_linked(&self, who: usize) -> bool {
        let account = self.world.account(who);
        !self.world.driver(who).is_linking() && (0..who).any(|other| self.world.account(other) == account)
    }

    /// Nothing that comes makes a client do many times as much.
    fn require_moderation(&mut self) {
        let mut actions = self.relay.take_frames();
        for who in 0..self.clients() {
            let told = std::mem::take(&mut self.world.client(who).events);
            actions += told.len();
            told.into_iter().for_each(|event| self.heard(who, event));
        }
        assert!(actions <= ACTIONS_MAX, "one operation leads to {actions} frames and events");
    }

    /// Notes where it has led to.
    fn heard(&mut self, who: usize, event: Event) {
        match event {
            Event::Done { outcome: Outcome::RoomOpened { room }, .. } => {
                self.opened.insert(room, self.world.account(who));
            }
            Event::Link(LinkView::Comparing { .. }) => {
                self.compared.insert(who);
            }
            Event::Restored(_) => {
                reached(Milestone::DeviceLinked, 1);
                reached(Milestone::DigitsCompared, usize::from(self.compared.contains(&who)));
                self.linked.insert(who);
            }
            Event::Notice(Notice { code: NoticeCode::Removed, conversation: Some(conversation), .. }) => {
                reached(Milestone::Dismissed, usize::from(self.relay.rooms().contains(&conversation)));
            }
            Event::Connection(Connection::Stopped { reason: NoticeCode::DeviceRevoked }) => {
                self.revoked.insert(who);
            }
            _ => {}
        }
    }

    fn end(&mut self, length: usize) {
        for who in 0..self.clients() {
            finish(self.world.reopen(who));
        }
        let stores = (0..self.clients()).map(|who| self.world.client(who).store().bytes().len());
        let growth = stores.sum::<usize>().saturating_sub(self.bytes_before);
        let allowed = GROWTH_BYTES * self.clients() + GROWTH_FACTOR * length;
        assert!(growth <= allowed, "{growth} bytes after {length} came");
        self.require_honest_timelines();
        self.count_the_invited_and_the_struck();
    }

    /// Nothing is shown twice, and nothing that nobody said.
    fn require_honest_timelines(&self) {
        let mut shown_by: BTreeMap<MessageId, BTreeSet<AccountId>> = BTreeMap::new();
        for who in 0..self.clients() {
            let account = self.world.account(who);
            for (conversation, messages) in self.timelines(who) {
                let mut shown = BTreeSet::new();
                for message in messages {
                    assert!(shown.insert(message.id), "a message is shown twice");
                    let is_linked = self.linked.iter().any(|linked| self.device(*linked) == message.device);
                    reached(Milestone::LinkedHeard, usize::from(is_linked && message.from != account));
                    let said = (message.from, message.text);
                    assert!(self.said.contains(&said), "nobody said what is shown");
                    if self.opened.contains_key(&conversation) && !self.said_before.contains(&said) {
                        shown_by.entry(message.id).or_default().insert(account);
                    }
                }
            }
        }
        let heard_by_three = shown_by.values().any(|accounts| accounts.len() >= ROOM_OF_THREE);
        reached(Milestone::RoomOfThree, usize::from(heard_by_three));
    }

    fn timelines(&self, who: usize) -> Vec<(ConversationId, Vec<MessageView>)> {
        let driver = self.world.driver(who);
        let timeline = |conversation| {
            let messages = finish(driver.timeline(conversation, Seq(0), usize::MAX));
            (conversation, messages.expect("the timeline can be read"))
        };
        driver.conversations().into_iter().map(|view| timeline(view.conversation)).collect()
    }

    fn count_the_invited_and_the_struck(&self) {
        for who in 0..self.clients() {
            let came = rooms_of(&self.world, who).filter(|(account, room)| {
                !self.rooms_before.contains(&(*account, *room)) && self.opened.get(room) != Some(account)
            });
            reached(Milestone::InvitationTakenUp, came.count());
        }
        for struck in &self.revoked {
            let device = self.device(*struck);
            let is_known = |other: &usize| {
                let devices = self.world.driver(*other).devices();
                devices.iter().any(|view| view.device == device && !view.is_active)
            };
            let is_known = (0..self.clients()).filter(|other| other != struck).any(|other| is_known(&other));
            reached(Milestone::DeviceRevoked, usize::from(is_known));
        }
    }

    fn device(&self, who: usize) -> DeviceId {
        self.world.driver(who).profile().device
    }
}

/// The rooms that a client lists, with its account.
fn rooms_of(world: &World<Relay>, who: usize) -> impl Iterator<Item = (AccountId, ConversationId)> {
    let account = world.account(who);
    let listed = world.driver(who).conversations().into_iter();
    listed.filter(|view| view.kind == ConversationKind::Room).map(move |view| (account, view.conversation))
}

fn push(body: Response) -> Bytes {
    ServerFrame { request_id: PUSH, body }.encode()
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
    match payload {
        Payload::Application(bytes) => Payload::Application(changed(bytes, change)),
        Payload::Handshake(bytes) => Payload::Handshake(changed(bytes, change)),
        control @ Payload::Control(_) => control,
    }
}

fn changed(bytes: Bytes, change: &[u8]) -> Bytes {
    let mut bytes = bytes.to_vec();
    if let [high, low, by, ..] = change {
        let at = usize::from(u16::from_be_bytes([*high, *low])) % bytes.len().max(1);
        bytes.get_mut(at).map(|byte| *byte ^= by);
    }
    bytes.into()
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
