//! Where inputs begin. Making it takes longer than all that is done with it: it is made once, and copied.

use std::collections::BTreeSet;

use client_api::{Command, Connection, ConversationKind, LinkView, Outcome, Recipient, SecretText};
use client_core::Driver;
use client_core::entropy::Entropy;
use client_core::phrase::Phrase;
use client_core::testing::{MemoryStore, World, finish};
use client_core::vault::DataKey;
use protocol::{AccountId, ConversationId};

use crate::relay::Relay;

/// Where an input begins, as its first byte says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// Two people talk.
    Talking,
    /// One has an account since just now, and nobody knows of it.
    New,
    /// Three people talk in a room of the first one's, and two of them besides.
    Room,
    /// The same with two of them in the room, the first of whom has a second device.
    Devices,
    /// The same, and the second device belongs to nobody yet.
    Linking,
}

pub(super) const STARTS: [Start; 5] =
    [Start::Talking, Start::New, Start::Room, Start::Devices, Start::Linking];

/// What there is before an input.
pub(super) struct Beginning {
    pub(super) relay: Relay,
    pub(super) stores: Vec<MemoryStore>,
    pub(super) now_ms: u64,
    /// What was said, by whom.
    pub(super) said: BTreeSet<(AccountId, String)>,
}

thread_local! {
    static BEGINNINGS: [Beginning; 5] = STARTS.map(Beginning::of);
}

/// Makes them, before the first input.
pub(super) fn prepare() {
    BEGINNINGS.with(|_| ());
}

/// Does something with one of them.
pub(super) fn with<T>(start: Start, act: impl FnOnce(&Beginning) -> T) -> T {
    BEGINNINGS.with(|beginnings| act(&beginnings[start as usize]))
}

impl Beginning {
    fn of(start: Start) -> Self {
        match start {
            Start::New => new_account(),
            Start::Talking => Company::talking().ended(),
            Start::Room => {
                let mut company = Company::talking();
                let cleo = finish(company.world.join("cleo"));
                let room = company.room([1, cleo]);
                company.say_in(room, cleo, "so many");
                company.ended()
            }
            Start::Devices => {
                let mut company = Company::talking();
                let room = company.room([1]);
                let tablet = company.second_device();
                company.let_in(tablet);
                company.say_in(room, tablet, "typed with more than thumbs");
                company.ended()
            }
            Start::Linking => {
                let mut company = Company::talking();
                company.room([1]);
                company.second_device();
                company.ended()
            }
        }
    }
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
    let stores = vec![store, world.client(0).store().copied()];
    let now_ms = world.clock().now().as_millis();
    Beginning { relay: relay.copy(), stores, now_ms, said: BTreeSet::new() }
}

/// People who have something to say to each other.
struct Company {
    relay: Relay,
    world: World<Relay>,
    clients: usize,
    said: BTreeSet<(AccountId, String)>,
}

impl Company {
    /// Two who have talked, in both directions and in two epochs.
    fn talking() -> Self {
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
        Self { relay, world, clients: 2, said }
    }

    /// The first one's room, into which others are invited.
    fn room<const N: usize>(&mut self, others: [usize; N]) -> ConversationId {
        self.clients = self.clients.max(others.into_iter().max().map_or(0, |last| last + 1));
        let Outcome::RoomOpened { room } = finish(self.world.command(0, Command::OpenRoom)) else {
            panic!("whoever has an account opens a room")
        };
        for other in others {
            let who = Recipient::Account(self.world.account(other));
            finish(self.world.command(0, Command::Invite { room, who }));
        }
        finish(self.world.advance(60_000));
        self.say_in(room, 0, "welcome");
        room
    }

    /// Says something that everyone then shows.
    fn say_in(&mut self, room: ConversationId, who: usize, text: &str) {
        self.said.insert((self.world.account(who), text.to_owned()));
        finish(self.world.command(who, Command::SayInRoom { room, text: text.to_owned() }));
        for client in 0..self.clients {
            let texts = finish(self.world.room_texts(client, room));
            assert_eq!(texts.last().map(String::as_str), Some(text), "client {client} is in the room");
        }
    }

    /// A device that is nobody's yet.
    fn second_device(&mut self) -> usize {
        let device = finish(self.world.link());
        self.clients = device + 1;
        device
    }

    /// A device becomes the first one's too.
    fn let_in(&mut self, device: usize) {
        finish(self.world.settle());
        let Some(LinkView::Waiting { code, .. }) = self.world.driver(device).link_view() else {
            panic!("a new device shows a code")
        };
        let linked = finish(self.world.command(0, Command::LinkDevice { shown: SecretText(code) }));
        assert_eq!(linked, Outcome::Done);
        finish(self.world.advance(60_000));
        let driver = self.world.driver(device);
        assert_eq!(driver.connection(), Connection::Live);
        assert!(driver.conversations().iter().any(|view| view.kind == ConversationKind::Room));
    }

    fn ended(mut self) -> Beginning {
        let stores = (0..self.clients).map(|who| self.world.client(who).store().copied()).collect();
        let now_ms = self.world.clock().now().as_millis();
        Beginning { relay: self.relay.copy(), stores, now_ms, said: self.said }
    }
}
