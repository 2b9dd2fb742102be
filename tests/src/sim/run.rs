//! Carrying out a plan.

use std::panic::{AssertUnwindSafe, catch_unwind};

use client_api::{Command, Connection, Event, LinkView, Recipient, SecretText};
use client_core::testing::World;
use protocol::AccountId;

use super::Plan;
use super::asked::{Asked, Questions};
use super::lies::Lie;
use super::plan::{Device, Step};
use super::rooms::Room;
use super::strangers::Strangers;
use crate::history::{Said, Side, judge, judge_last_word};
use crate::real_relay::{RealRelay, world};

/// Time given to everyone at the end, past every backoff.
const CALM_MS: u64 = 10 * 60 * 1000;
/// How often at most: an entry may wait for what another fetches.
const CALMS_MAX: usize = 3;

/// What a plan came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Messages that were said.
    pub messages: usize,
    /// What each pair shows in the end.
    pub timelines: Vec<Vec<String>>,
}

/// Carries a plan out, and judges what everyone shows in the end. A panic is a failure like another.
pub fn run(plan: &Plan) -> Result<Report, String> {
    let carried_out = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime can be made");
        runtime.block_on(async { Simulation::start(plan).await.go(plan).await })
    }));
    carried_out.unwrap_or_else(|panic| Err(format!("a panic: {}", words_of(&*panic))))
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words").to_owned()
}

struct Wish {
    from: usize,
    to: usize,
    text: String,
    asked: Asked,
    is_last_word: bool,
}

pub(super) struct Simulation {
    pub(super) world: World<RealRelay>,
    pub(super) people: Vec<Person>,
    wishes: Vec<Wish>,
    pub(super) rooms: Vec<Room>,
    names: usize,
    pub(super) questions: Questions,
    /// Whether everything is well again, and nothing will fail any more.
    pub(super) is_over: bool,
    /// Where the plan needs them.
    strangers: Option<Strangers>,
}

pub(super) struct Person {
    pub(super) account: AccountId,
    /// Which of the world's clients they had first, and which they have now.
    first: usize,
    pub(super) client: usize,
    /// And their second device.
    pub(super) second: Option<usize>,
}

impl Person {
    fn client_on(&self, device: Device) -> usize {
        self.second.filter(|_| device.is_second).unwrap_or(self.client)
    }
}

impl Simulation {
    async fn start(plan: &Plan) -> Self {
        let mut world = world(plan.seed);
        let mut people = Vec::new();
        for number in 0..plan.clients {
            let client = world.join(&format!("client{number}")).await;
            people.push(Person { account: world.account(client), first: client, client, second: None });
        }
        let needs_strangers = plan.steps.iter().any(|step| matches!(step, Step::UseUp { .. }));
        let strangers = if needs_strangers { Some(Strangers::register(world.relay()).await) } else { None };
        Self {
            world,
            people,
            wishes: Vec::new(),
            rooms: Vec::new(),
            names: 0,
            questions: Questions::default(),
            is_over: false,
            strangers,
        }
    }

    async fn go(mut self, plan: &Plan) -> Result<Report, String> {
        for step in &plan.steps {
            self.take(step).await;
        }
        self.calm().await;
        self.require_at_rest().await?;
        self.require_right().await?;
        // Whoever is wedged shows it now.
        self.is_over = true;
        for (who, client) in self.devices() {
            for other in (0..self.people.len()).filter(|other| *other != who) {
                self.say(who, other, client);
            }
        }
        self.everyone_says_in_rooms();
        // Whoever has to be looked up first is not found without a connection.
        self.world.settle().await;
        self.calm().await;
        self.require_at_rest().await?;
        self.require_last_words()?;
        let timelines = self.require_right().await?;
        self.require_rooms_joined().await?;
        let in_rooms: usize = self.rooms.iter().map(|room| room.said.len()).sum();
        Ok(Report { messages: self.wishes.len() + in_rooms, timelines })
    }

    async fn take(&mut self, step: &Step) {
        let client = |who: usize| self.people[who].client;
        let one = |device: Device| self.people[device.of].client_on(device);
        let world = &mut self.world;
        match *step {
            Step::Say { from, to } => self.say(from, to, client(from)),
            Step::SayOnSecond { from, to } => {
                if let Some(second) = self.people[from].second {
                    self.say(from, to, second);
                }
            }
            Step::SecondDevice { who, is_linked: true } => self.link_second(who).await,
            Step::SecondDevice { who, is_linked: false } => self.revoke_second(who),
            Step::Refresh { who, with } => {
                let contact = world.driver(client(who)).find(&Recipient::Account(self.people[with].account));
                if let Some(conversation) = contact.and_then(|contact| contact.conversation) {
                    self.ask(client(who), Command::RefreshKeys { conversation });
                }
            }
            Step::Rename { who } => {
                self.names += 1;
                let handle = format!("client{who}x{}", self.names).parse().expect("a handle");
                self.ask(client(who), Command::SetHandle { handle });
            }
            Step::Turns { device, times } => {
                for _ in 0..times {
                    world.step(one(device)).await;
                }
            }
            Step::Settle => world.settle().await,
            Step::Wait { millis } => world.advance(millis).await,
            Step::LoseAfter { device, frames } => world.client(one(device)).network.lose_after(frames),
            Step::LoseNext { device } => world.client(one(device)).network.lose_next(),
            Step::CutOff { device, is_cut } => world.client(one(device)).network.set_down(is_cut),
            Step::Die { device, after, acted } => {
                world.die_while_acting_at(one(device), after, acted);
                self.questions.expect_end(one(device));
            }
            Step::StoreFails { device, after, is_kept } => {
                world.client(one(device)).store().fail_commit_after(after, is_kept);
                self.questions.expect_end(one(device));
            }
            Step::Reopen { device } => {
                world.reopen(one(device)).await;
                self.questions.forget(one(device));
            }
            Step::ClockOff { device, millis } => world.set_clock_off(one(device), millis),
            Step::LoseDevice { who } => self.lose_device(who).await,
            Step::OpenRoom { who } => self.open_room(who),
            Step::Invite { room, whom } => self.wish_in_room(room, whom, true),
            Step::Dismiss { room, whom } => self.wish_in_room(room, whom, false),
            Step::SayInRoom { device, room } => self.say_in_room(device.of, one(device), room),
            Step::RestartRelay => self.restart_relay().await,
            Step::EndRelay(end) => world.relay().end_at(Some(end)),
            Step::UseUp { who } => {
                world.client(client(who)).network.set_down(true);
                let Some(strangers) = &self.strangers else { return };
                strangers.use_up(self.people[who].account, world.relay()).await;
            }
            Step::Lie { device, lie: Lie::None } => world.client(one(device)).network.be_honest(),
            Step::Lie { device, lie } => world.client(one(device)).network.tamper(lie.tamper()),
            Step::VoidAlone => self.void_alone().await,
            Step::Poison { who, with } => self.poison(who, with).await,
        }
    }

    fn say(&mut self, from: usize, to: usize, client: usize) {
        let text = format!("{} from {from} to {to}", self.wishes.len());
        let say = Command::SendText { to: Recipient::Account(self.people[to].account), text: text.clone() };
        let asked = self.ask(client, say);
        self.wishes.push(Wish { from, to, text, asked, is_last_word: self.is_over });
    }

    /// The device is gone with all it had; a new one is restored by the phrase.
    async fn lose_device(&mut self, who: usize) {
        let Person { first, client, second, .. } = self.people[who];
        // Whoever comes back by the phrase revokes all others.
        if let Some(second) = second {
            self.world.client(second).network.set_down(true);
            self.people[who].second = None;
        }
        let lost = self.world.client(client);
        lost.network.set_down(true);
        lost.network.lose_next();
        let phrase = self.world.client(first).phrases[0].clone();
        self.people[who].client = self.world.restore(&phrase).await;
    }

    /// By its code, as far as the connections of both last so long.
    async fn link_second(&mut self, who: usize) {
        if self.people[who].second.is_some() {
            return;
        }
        let second = self.world.link().await;
        self.world.settle().await;
        if let Some(LinkView::Waiting { code, .. }) = self.world.driver(second).link_view() {
            self.ask(self.people[who].client, Command::LinkDevice { shown: SecretText(code) });
            self.world.settle().await;
        }
        let driver = self.world.driver(second);
        let is_linked = !driver.is_linking() && driver.profile().account == self.people[who].account;
        if is_linked {
            self.people[who].second = Some(second);
        } else {
            self.world.client(second).network.set_down(true);
        }
    }

    fn revoke_second(&mut self, who: usize) {
        if let Some(second) = self.people[who].second.take() {
            let device = self.world.driver(second).profile().device;
            self.ask(self.people[who].client, Command::RevokeDevice { device });
            self.world.client(second).network.set_down(true);
        }
    }

    async fn restart_relay(&mut self) {
        self.world.lose_every_connection();
        self.world.relay().restart().await;
    }

    /// Everyone hears of it on the next connection. A relay that has ended within a change would still hold its store.
    async fn void_alone(&mut self) {
        self.restart_relay().await;
        self.world.relay().void_alone();
    }

    /// Nothing fails any more, and there is time for everything. What a lying relay kept back may show only to those who
    /// connect anew.
    async fn calm(&mut self) {
        for (_, client) in self.devices() {
            self.world.heal(client);
        }
        self.questions.expect_no_end();
        self.world.relay().end_at(None);
        self.world.lose_every_connection();
        for _ in 0..CALMS_MAX {
            self.world.advance(CALM_MS).await;
        }
    }

    /// Everyone's devices: whose, and which of the world's clients.
    pub(super) fn devices(&self) -> Vec<(usize, usize)> {
        let people = self.people.iter().enumerate();
        let devices = people.flat_map(|(who, person)| {
            [Some(person.client), person.second].into_iter().flatten().map(move |client| (who, client))
        });
        devices.collect()
    }

    fn pairs(&self) -> Vec<(usize, usize)> {
        (0..self.people.len()).flat_map(|one| (0..one).map(move |other| (other, one))).collect()
    }

    /// What one of the world's clients is to whoever reads of a failure.
    pub(super) fn name(&self, client: usize) -> String {
        let of = self.devices().into_iter().find(|(_, one)| *one == client);
        let device = of.map(|(of, _)| Device { of, is_second: self.people[of].second == Some(client) });
        device.map_or_else(|| "a device that is no more".to_owned(), |device| device.to_string())
    }

    /// What a client was told that may explain a failure.
    pub(super) fn told(&mut self, client: usize) -> String {
        let events = &self.world.client(client).events;
        let notices = events.iter().filter_map(|event| match event {
            Event::Notice(notice) => Some((notice.code, notice.detail.as_deref())),
            _ => None,
        });
        format!("{:?}", notices.collect::<Vec<_>>())
    }

    /// Everyone is connected, has answered, and has sent what waited.
    async fn require_at_rest(&mut self) -> Result<(), String> {
        self.require_answers()?;
        for (who, client) in self.devices() {
            let connection = self.world.driver(client).connection();
            if connection != Connection::Live {
                return Err(format!("{} is not in step with the relay: {connection:?}", self.name(client)));
            }
            for other in (0..self.people.len()).filter(|other| *other != who) {
                let pending = self.world.driver(client).pending(self.people[other].account);
                if !pending.is_empty() {
                    let texts: Vec<_> = pending.iter().map(|view| (&view.text, view.state)).collect();
                    let (name, told) = (self.name(client), self.told(client));
                    return Err(format!("{name} has not sent to {other}: {texts:?}; it was told {told}"));
                }
            }
        }
        Ok(())
    }

    /// To each other everyone may speak.
    fn require_last_words(&mut self) -> Result<(), String> {
        for place in 0..self.wishes.len() {
            let Wish { asked, ref text, is_last_word: true, .. } = self.wishes[place] else { continue };
            let text = text.clone();
            let fate = self.fate_of(asked);
            judge_last_word(&text, fate, Some(true)).map_err(|reason| {
                let (name, told) = (self.name(asked.0), self.told(asked.0));
                format!("{reason}; {name} answered {:?}, and was told {told}", self.outcome_of(asked))
            })?;
        }
        Ok(())
    }

    /// Everyone shows what they must; the timelines are given.
    async fn require_right(&mut self) -> Result<Vec<Vec<String>>, String> {
        let mut timelines = Vec::new();
        for (one, other) in self.pairs() {
            self.require_same_on_second(one, other).await?;
            self.require_same_on_second(other, one).await?;
            let sides = [self.side(one, other).await, self.side(other, one).await];
            judge(&sides).map_err(|reason| format!("between {one} and {other}: {reason}"))?;
            timelines.extend(sides.map(|side| side.shown));
        }
        self.require_rooms_right().await?;
        Ok(timelines)
    }

    /// A second device shows what the first does: what was before was told to it.
    async fn require_same_on_second(&mut self, own: usize, other: usize) -> Result<(), String> {
        let Person { client, second: Some(second), .. } = self.people[own] else { return Ok(()) };
        let with = self.people[other].client;
        let [first, second] = [self.world.texts(client, with).await, self.world.texts(second, with).await];
        if first == second {
            return Ok(());
        }
        Err(format!("{own}'s devices show different timelines with {other}:\n    {first:?}\n    {second:?}"))
    }

    /// What one said to another and shows of their conversation.
    async fn side(&mut self, own: usize, other: usize) -> Side {
        let [own_client, other_client] = [own, other].map(|who| self.people[who].client);
        let shown = self.world.texts(own_client, other_client).await;
        let theirs = self.wishes.iter().filter(|wish| (wish.from, wish.to) == (own, other));
        let theirs: Vec<(String, Asked)> = theirs.map(|wish| (wish.text.clone(), wish.asked)).collect();
        let said = theirs.into_iter().map(|(text, asked)| {
            let fate = self.fate_of(asked);
            Said { text, device: asked.0, fate }
        });
        let said = said.collect();
        Side { said, shown, came_later: own_client != self.people[own].first }
    }
}
