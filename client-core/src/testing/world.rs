//! Clients with real engines and real MLS, each over a store in memory, a clock that is moved, and a network that fails.

use std::collections::VecDeque;

use client_api::{Command, CommandId, Event, MessageView, Notice, NoticeCode, Outcome, Recipient};
use protocol::{AccountId, ConversationId, Seq, Timestamp};

use super::{FakeClock, MemoryStore, RelayPort, RelaySocket, SimNetwork};
use crate::engine::{Effect, Input};
use crate::entropy::Moment;
use crate::phrase::Phrase;
use crate::vault::DataKey;
use crate::{Driver, Error};

/// Turns without an end in sight after which a world is broken.
const ROUNDS_MAX: usize = 10_000;

/// A client of a [`World`].
pub struct SimClient<S> {
    /// Its connection.
    pub network: SimNetwork<S>,
    /// Everything it told its user interface.
    pub events: Vec<Event>,
    /// The phrases it was shown, the one in force last.
    pub phrases: Vec<Phrase>,
    driver: Option<Driver<MemoryStore>>,
    store: MemoryStore,
    inputs: VecDeque<Input>,
    /// By everyone's clock.
    wake_at: Option<Timestamp>,
    dies: Option<Death>,
    /// How far its clock is off everyone's.
    clock_off_ms: i64,
}

/// How a client dies, having stored a turn.
#[derive(Debug, Clone, Copy)]
struct Death {
    /// So many turns pass before.
    after: u64,
    /// So many of that turn's effects are carried out.
    effects: usize,
}

/// Clients and their relay.
pub struct World<R: RelayPort> {
    relay: R,
    clock: FakeClock,
    clients: Vec<SimClient<R::Socket>>,
    commands: u64,
    seed: u64,
}

impl<R: RelayPort> World<R> {
    /// An empty world.
    pub fn new(mut relay: R, seed: u64) -> Self {
        let clock = FakeClock::new(seed);
        relay.tell_time(clock.now());
        Self { relay, clock, clients: Vec::new(), commands: 0, seed }
    }

    /// Makes an account, and connects it.
    pub async fn join(&mut self, handle: &str) -> usize {
        let store = MemoryStore::default();
        let mut moment = self.clock.moment();
        let phrase = Phrase::generate(&mut moment.entropy);
        let driver = Driver::create(store.clone(), &key(), &phrase, moment).await.expect("an empty store");
        let index = self.add(driver, store, vec![phrase]);
        self.settle().await;
        let handle = handle.parse().expect("a handle");
        self.command(index, Command::SetHandle { handle }).await;
        index
    }

    /// A new device, about to be restored by a phrase; it has not connected yet.
    pub async fn restore(&mut self, phrase: &Phrase) -> usize {
        let store = MemoryStore::default();
        let driver = Driver::restore(store.clone(), &key(), phrase, self.clock.moment()).await;
        self.add(driver.expect("an empty store"), store, vec![])
    }

    /// A new device, about to be linked; it has not connected yet.
    pub async fn link(&mut self) -> usize {
        let store = MemoryStore::default();
        let driver = Driver::link(store.clone(), &key(), self.clock.moment()).await;
        self.add(driver.expect("an empty store"), store, vec![])
    }

    /// A client as a store has it; it has not connected yet.
    pub async fn open(&mut self, store: MemoryStore) -> usize {
        let driver = Driver::open(store.clone(), &key()).await;
        self.add(driver.expect("what was stored opens"), store, vec![])
    }

    fn add(&mut self, driver: Driver<MemoryStore>, store: MemoryStore, phrases: Vec<Phrase>) -> usize {
        self.clients.push(SimClient {
            network: SimNetwork::default(),
            events: Vec::new(),
            phrases,
            driver: Some(driver),
            store,
            inputs: VecDeque::from([Input::Start]),
            wake_at: None,
            dies: None,
            clock_off_ms: 0,
        });
        self.clients.len() - 1
    }

    /// A client.
    pub fn client(&mut self, index: usize) -> &mut SimClient<R::Socket> {
        &mut self.clients[index]
    }

    /// Where sockets lead.
    pub fn relay(&mut self) -> &mut R {
        &mut self.relay
    }

    /// What a client knows.
    pub fn driver(&self, index: usize) -> &Driver<MemoryStore> {
        self.clients[index].driver.as_ref().expect("the client runs")
    }

    /// A client's account.
    pub fn account(&self, index: usize) -> AccountId {
        self.driver(index).profile().account
    }

    /// Everyone's clock, the relay's too.
    pub const fn clock(&self) -> &FakeClock {
        &self.clock
    }

    /// Asks a client, and waits until nothing moves any more.
    pub async fn command(&mut self, index: usize, command: Command) -> Outcome {
        let id = self.ask(index, command);
        self.outcome(index, id).await
    }

    /// Asks a client for a new phrase, and waits until nothing moves any more.
    pub async fn replace_phrase(&mut self, index: usize, old: Phrase) -> Outcome {
        let id = self.next_command();
        self.clients[index].inputs.push_back(Input::ReplacePhrase { id, old });
        self.outcome(index, id).await
    }

    async fn outcome(&mut self, index: usize, id: CommandId) -> Outcome {
        self.settle().await;
        let done = self.clients[index].events.iter().find_map(|event| match event {
            Event::Done { id: done, outcome } if *done == id => Some(outcome.clone()),
            _ => None,
        });
        done.expect("each command is answered")
    }

    /// Asks a client without waiting.
    pub fn ask(&mut self, index: usize, command: Command) -> CommandId {
        let id = self.next_command();
        self.clients[index].inputs.push_back(Input::Command { id, command });
        id
    }

    /// Another one than in a world of another seed: a store that comes from there remembers what it was asked.
    fn next_command(&mut self) -> CommandId {
        self.commands += 1;
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.commands.to_be_bytes());
        id[8..].copy_from_slice(&self.seed.to_be_bytes());
        CommandId(id)
    }

    /// Something happens to a client that nobody in this world did.
    pub fn befall(&mut self, index: usize, input: Input) {
        self.clients[index].inputs.push_back(input);
    }

    /// Asks the same once more, under the same id.
    pub fn ask_again(&mut self, index: usize, id: CommandId, command: Command) {
        self.clients[index].inputs.push_back(Input::Command { id, command });
    }

    /// Says something without waiting.
    pub fn say(&mut self, from: usize, to: usize, text: impl Into<String>) {
        let to = Recipient::Account(self.account(to));
        self.ask(from, Command::SendText { to, text: text.into() });
    }

    /// Takes a client off the network, or puts it back.
    pub async fn set_online(&mut self, index: usize, is_online: bool) {
        self.clients[index].network.set_down(!is_online);
        self.settle().await;
        if is_online {
            self.restart(index).await;
        }
    }

    /// Ends a client at once and opens it again from what it stored.
    pub async fn restart(&mut self, index: usize) {
        self.reopen(index).await;
        self.settle().await;
    }

    /// The next thing a client stores is the last before it dies: nothing of what it meant to do happens.
    pub fn die_before_acting(&mut self, index: usize) {
        self.die_before_acting_at(index, 0);
    }

    /// So does what it stores so many turns later.
    pub fn die_before_acting_at(&mut self, index: usize, turns: u64) {
        self.die_while_acting_at(index, turns, 0);
    }

    /// What a client stores so many turns later is the last before it dies, in the middle of acting on it: of its effects, so
    /// many happen and the others do not.
    pub fn die_while_acting_at(&mut self, index: usize, turns: u64, effects: usize) {
        self.clients[index].dies = Some(Death { after: turns, effects });
    }

    /// A client's clock is off everyone's from now on.
    pub fn set_clock_off(&mut self, index: usize, millis: i64) {
        self.clients[index].clock_off_ms = millis;
    }

    /// Nothing befalls a client any more.
    pub fn heal(&mut self, index: usize) {
        let client = &mut self.clients[index];
        client.network.be_well();
        client.store.be_well();
        (client.dies, client.clock_off_ms) = (None, 0);
    }

    /// Every connection is lost at once, as when the relay goes.
    pub fn lose_every_connection(&mut self) {
        for client in &mut self.clients {
            if client.network.close() {
                client.inputs.push_back(Input::Disconnected);
            }
        }
    }

    /// Moves the clock, waking everyone at their time.
    pub async fn advance(&mut self, millis: u64) {
        let end = self.clock.now().plus_millis(millis);
        loop {
            let next = self.clients.iter().filter_map(|client| client.wake_at).min();
            let next = next.filter(|next| *next <= end).unwrap_or(end);
            self.clock.advance(next.millis_since(self.clock.now()));
            let now = self.clock.now();
            self.relay.tell_time(now);
            for client in &mut self.clients {
                if client.wake_at.is_some_and(|at| at <= now) {
                    client.wake_at = None;
                    client.inputs.push_back(Input::Woke);
                }
            }
            self.settle().await;
            if now >= end {
                return;
            }
        }
    }

    /// One client takes in what came and decides what is queued. False: there was nothing.
    pub async fn step(&mut self, index: usize) -> bool {
        self.take_turn(index).await
    }

    /// Goes on until nobody has anything to do or to say.
    pub async fn settle(&mut self) {
        for _ in 0..ROUNDS_MAX {
            let mut has_moved = false;
            for index in 0..self.clients.len() {
                has_moved |= self.take_turn(index).await;
            }
            if !has_moved {
                return;
            }
        }
        panic!("a world that never comes to rest");
    }

    async fn take_turn(&mut self, index: usize) -> bool {
        let client = &mut self.clients[index];
        let arrived = client.network.exchange().await;
        client.inputs.extend(arrived.frames.into_iter().map(Input::Received));
        if arrived.has_ended {
            client.inputs.push_back(Input::Disconnected);
        }
        let has_more = client.driver.as_ref().is_some_and(Driver::has_more);
        if client.inputs.is_empty() && !has_more {
            return false;
        }
        let driver = client.driver.as_mut().expect("the client runs");
        let moment = self.clock.moment();
        let moment = Moment { now: shifted(moment.now, client.clock_off_ms), ..moment };
        let effects = match driver.turn(&mut client.inputs, moment).await {
            Ok(effects) => effects,
            Err(_) if client.store.take_failed() => {
                client.start_anew();
                return true;
            }
            Err(error) => panic!("a client fails that can store: {error}"),
        };
        match client.take_death() {
            Some(Death { effects: last, .. }) => self.die(index, effects.into_iter().take(last)).await,
            None => {
                for effect in effects {
                    self.act(index, effect).await;
                }
            }
        }
        true
    }

    /// A client does the last that it does. What it sends leaves, and nobody hears of the answer.
    async fn die(&mut self, index: usize, last: impl Iterator<Item = Effect>) {
        for effect in last {
            self.act(index, effect).await;
        }
        self.clients[index].network.exchange().await;
        self.reopen(index).await;
    }

    async fn act(&mut self, index: usize, effect: Effect) {
        let client = &mut self.clients[index];
        match effect {
            Effect::Connect if client.network.is_down() => client.inputs.push_back(Input::Disconnected),
            Effect::Connect => {
                client.network.open(self.relay.connect().await);
                client.inputs.push_back(Input::Connected);
            }
            Effect::Disconnect => {
                client.network.close();
            }
            Effect::Transmit(frame) => client.network.transmit(frame),
            // A timer runs on, whatever the clock is set to meanwhile.
            Effect::WakeAt(at) => client.wake_at = Some(shifted(at, -client.clock_off_ms)),
            Effect::Emit(event) => client.events.push(*event),
            Effect::ShowPhrase { phrase, .. } => client.phrases.push(phrase),
        }
    }

    /// Ends a client at once, with all it had not stored, and opens it again. Where there is no account, it is to be linked.
    pub async fn reopen(&mut self, index: usize) {
        let client = &mut self.clients[index];
        client.driver = None;
        let store = client.store.clone();
        let opened: Result<_, Error> = match Driver::open(store.clone(), &key()).await {
            // It was to be linked, and nothing came of it.
            Err(_) if Driver::is_fresh(&store).await == Ok(true) => {
                Driver::link(store, &key(), self.clock.moment()).await
            }
            opened => opened,
        };
        client.driver = Some(opened.expect("what was stored opens"));
        client.start_anew();
    }

    /// The texts of the conversation of two clients, as one of them shows them.
    pub async fn texts(&self, of: usize, with: usize) -> Vec<String> {
        self.messages(of, with).await.into_iter().map(|message| message.text).collect()
    }

    /// The messages of the conversation of two clients, as one of them shows them.
    pub async fn messages(&self, of: usize, with: usize) -> Vec<MessageView> {
        let with = Recipient::Account(self.account(with));
        match self.driver(of).find(&with).and_then(|contact| contact.conversation) {
            Some(conversation) => self.timeline(of, conversation).await,
            None => vec![],
        }
    }

    /// The texts of a room, as one client shows them.
    pub async fn room_texts(&self, of: usize, room: ConversationId) -> Vec<String> {
        self.timeline(of, room).await.into_iter().map(|message| message.text).collect()
    }

    async fn timeline(&self, of: usize, conversation: ConversationId) -> Vec<MessageView> {
        let timeline = self.driver(of).timeline(conversation, Seq(0), usize::MAX).await;
        timeline.expect("the timeline can be read")
    }
}

impl<S: RelaySocket> SimClient<S> {
    /// Whether it dies of this turn, and how.
    fn take_death(&mut self) -> Option<Death> {
        let death = self.dies.take()?;
        self.dies = death.after.checked_sub(1).map(|after| Death { after, ..death });
        self.dies.is_none().then_some(death)
    }

    /// What it was about to do is forgotten: it begins from what was stored.
    fn start_anew(&mut self) {
        self.network.close();
        self.inputs = VecDeque::from([Input::Start]);
        self.wake_at = None;
    }

    /// What it was told to tell people, since it was asked last.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        let notice = |event| match event {
            Event::Notice(notice) => Some(notice),
            _ => None,
        };
        std::mem::take(&mut self.events).into_iter().filter_map(notice).collect()
    }

    /// The codes of those notices, with their details.
    pub fn take_codes(&mut self) -> Vec<(NoticeCode, Option<String>)> {
        self.take_notices().into_iter().map(|notice| (notice.code, notice.detail)).collect()
    }

    /// Its store: a clone is the same one.
    pub fn store(&self) -> MemoryStore {
        self.store.clone()
    }
}

fn shifted(time: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(time.as_millis().saturating_add_signed(millis))
}

fn key() -> DataKey {
    DataKey::from_bytes([1; 8], [2; 32])
}
