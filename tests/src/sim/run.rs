//! Carrying out a plan.

use std::panic::{AssertUnwindSafe, catch_unwind};

use client_api::{Command, CommandId, Connection, Event, LinkView, Outcome, Recipient};
use client_core::testing::World;
use protocol::AccountId;

use super::Plan;
use super::lies::Lie;
use super::plan::Step;
use super::rooms::Room;
use super::strangers::Strangers;
use crate::history::{Fate, Said, Side, judge};
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
    /// On which of the world's clients, and by which command.
    asked: (usize, CommandId),
}

pub(super) struct Simulation {
    pub(super) world: World<RealRelay>,
    pub(super) people: Vec<Person>,
    wishes: Vec<Wish>,
    pub(super) rooms: Vec<Room>,
    names: usize,
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
        Self { world, people, wishes: Vec::new(), rooms: Vec::new(), names: 0, strangers }
    }

    async fn go(mut self, plan: &Plan) -> Result<Report, String> {
        for step in &plan.steps {
            self.take(step).await;
        }
        self.calm().await;
        self.require_at_rest().await?;
        self.require_right().await?;
        // Whoever is wedged shows it now.
        for (one, other) in self.pairs() {
            self.say(one, other, self.people[one].client);
            self.say(other, one, self.people[other].client);
        }
        self.everyone_says_in_rooms();
        self.calm().await;
        self.require_at_rest().await?;
        let timelines = self.require_right().await?;
        self.require_rooms_joined().await?;
        let in_rooms: usize = self.rooms.iter().map(|room| room.said.len()).sum();
        Ok(Report { messages: self.wishes.len() + in_rooms, timelines })
    }

    async fn take(&mut self, step: &Step) {
        let client = |who: usize| self.people[who].client;
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
                    world.ask(client(who), Command::RefreshKeys { conversation });
                }
            }
            Step::Rename { who } => {
                self.names += 1;
                let handle = format!("client{who}x{}", self.names).parse().expect("a handle");
                world.ask(client(who), Command::SetHandle { handle });
            }
            Step::Turns { who, times } => {
                for _ in 0..times {
                    world.step(client(who)).await;
                }
            }
            Step::Settle => world.settle().await,
            Step::Wait { millis } => world.advance(millis).await,
            Step::LoseAfter { who, frames } => world.client(client(who)).network.lose_after(frames),
            Step::LoseNext { who } => world.client(client(who)).network.lose_next(),
            Step::CutOff { who, is_cut } => world.client(client(who)).network.set_down(is_cut),
            Step::Die { who, after, acted } => world.die_while_acting_at(client(who), after, acted),
            Step::StoreFails { who, after, is_kept } => {
                world.client(client(who)).store().fail_commit_after(after, is_kept);
            }
            Step::Reopen { who } => world.reopen(client(who)).await,
            Step::ClockOff { who, millis } => world.set_clock_off(client(who), millis),
            Step::LoseDevice { who } => self.lose_device(who).await,
            Step::OpenRoom { who } => self.open_room(who),
            Step::Invite { room, whom } => self.wish_in_room(room, whom, true),
            Step::Dismiss { room, whom } => self.wish_in_room(room, whom, false),
            Step::SayInRoom { who, room } => self.say_in_room(who, room),
            Step::RestartRelay => self.restart_relay().await,
            Step::EndRelay(end) => world.relay().end_at(Some(end)),
            Step::UseUp { who } => {
                world.client(client(who)).network.set_down(true);
                let Some(strangers) = &self.strangers else { return };
                strangers.use_up(self.people[who].account, world.relay()).await;
            }
            Step::Lie { who, lie: Lie::None } => world.client(client(who)).network.be_honest(),
            Step::Lie { who, lie } => world.client(client(who)).network.tamper(lie.tamper()),
            Step::VoidAlone => self.void_alone().await,
            Step::Poison { who, with } => self.poison(who, with).await,
        }
    }

    fn say(&mut self, from: usize, to: usize, client: usize) {
        let text = format!("{} from {from} to {to}", self.wishes.len());
        let say = Command::SendText { to: Recipient::Account(self.people[to].account), text: text.clone() };
        let asked = (client, self.world.ask(client, say));
        self.wishes.push(Wish { from, to, text, asked });
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
            self.world.ask(self.people[who].client, Command::LinkDevice { shown: code });
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
            self.world.ask(self.people[who].client, Command::RevokeDevice { device });
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
        let clients = self.people.iter().flat_map(|person| [Some(person.client), person.second]);
        clients.flatten().for_each(|client| self.world.heal(client));
        self.world.relay().end_at(None);
        self.world.lose_every_connection();
        for _ in 0..CALMS_MAX {
            self.world.advance(CALM_MS).await;
        }
    }

    fn pairs(&self) -> Vec<(usize, usize)> {
        (0..self.people.len()).flat_map(|one| (0..one).map(move |other| (other, one))).collect()
    }

    /// What someone was told that may explain a failure.
    pub(super) fn told(&mut self, who: usize) -> String {
        let events = &self.world.client(self.people[who].client).events;
        let notices = events.iter().filter_map(|event| match event {
            Event::Notice(notice) => Some((notice.code, notice.detail.as_deref())),
            _ => None,
        });
        format!("{:?}", notices.collect::<Vec<_>>())
    }

    /// Everyone is connected and has sent what waited.
    async fn require_at_rest(&mut self) -> Result<(), String> {
        for (who, person) in self.people.iter().enumerate() {
            let connection = self.world.driver(person.client).connection();
            if connection != Connection::Live {
                return Err(format!("{who} is not in step with the relay: {connection:?}"));
            }
        }
        for (one, other) in self.pairs() {
            for (from, to) in [(one, other), (other, one)] {
                let pending = self.world.driver(self.people[from].client).pending(self.people[to].account);
                if !pending.is_empty() {
                    let texts: Vec<_> = pending.iter().map(|view| (&view.text, view.state)).collect();
                    let told = self.told(from);
                    return Err(format!("{from} has not sent to {to}: {texts:?}; it was told {told}"));
                }
            }
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
        let theirs: Vec<(String, (usize, CommandId))> =
            theirs.map(|wish| (wish.text.clone(), wish.asked)).collect();
        let mut said = Vec::new();
        for (text, asked) in theirs {
            let client = asked.0;
            let fate = match self.outcome_of(asked) {
                Some(Outcome::Refused(_)) => Fate::Refused,
                Some(_) if client == own_client || Some(client) == self.people[own].second => Fate::Taken,
                // What was still to be sent is lost with its device.
                Some(_) | None => Fate::Unknown,
            };
            said.push(Said { text, device: client, fate });
        }
        Side { said, shown, came_later: own_client != self.people[own].first }
    }
}
