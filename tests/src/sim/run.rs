//! Carrying out a plan.

use std::panic::{AssertUnwindSafe, catch_unwind};

use client_api::{Command, CommandId, Connection, Event, Outcome, Recipient};
use client_core::testing::World;
use protocol::frame::{PUSH, ServerFrame};

use super::Plan;
use super::model::{Fate, Said, judge};
use super::plan::{Lie, Step};
use super::relay::SimRelay;

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
    command: CommandId,
}

struct Simulation {
    world: World<SimRelay>,
    clients: usize,
    wishes: Vec<Wish>,
    names: usize,
}

impl Simulation {
    async fn start(plan: &Plan) -> Self {
        let mut world = World::new(SimRelay::start(), plan.seed);
        for index in 0..plan.clients {
            world.join(&format!("client{index}")).await;
        }
        Self { world, clients: plan.clients, wishes: Vec::new(), names: 0 }
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
            self.say(one, other);
            self.say(other, one);
        }
        self.calm().await;
        self.require_at_rest().await?;
        let timelines = self.require_right().await?;
        Ok(Report { messages: self.wishes.len(), timelines })
    }

    async fn take(&mut self, step: &Step) {
        let world = &mut self.world;
        match *step {
            Step::Say { from, to } => self.say(from, to),
            Step::Refresh { who, with } => {
                let with = Recipient::Account(world.account(with));
                let contact = world.driver(who).find(&with);
                if let Some(conversation) = contact.and_then(|contact| contact.conversation) {
                    world.ask(who, Command::RefreshKeys { conversation });
                }
            }
            Step::Rename { who } => {
                self.names += 1;
                let handle = format!("client{who}x{}", self.names).parse().expect("a handle");
                world.ask(who, Command::SetHandle { handle });
            }
            Step::Turns { who, times } => {
                for _ in 0..times {
                    world.step(who).await;
                }
            }
            Step::Settle => world.settle().await,
            Step::Wait { millis } => world.advance(millis).await,
            Step::LoseAfter { who, frames } => world.client(who).network.lose_after(frames),
            Step::LoseNext { who } => world.client(who).network.lose_next(),
            Step::CutOff { who, is_cut } => world.client(who).network.set_down(is_cut),
            Step::Die { who, after } => world.die_before_acting_at(who, after),
            Step::Reopen { who } => world.reopen(who).await,
            Step::ClockOff { who, millis } => world.set_clock_off(who, millis),
            Step::RestartRelay => self.restart_relay().await,
            Step::Lie { who, lie: Lie::None } => world.client(who).network.be_honest(),
            Step::Lie { who, lie } => world.client(who).network.tamper(lies(lie)),
        }
    }

    fn say(&mut self, from: usize, to: usize) {
        let text = format!("{} from {from} to {to}", self.wishes.len());
        let recipient = Recipient::Account(self.world.account(to));
        let command = self.world.ask(from, Command::SendText { to: recipient, text: text.clone() });
        self.wishes.push(Wish { from, to, text, command });
    }

    async fn restart_relay(&mut self) {
        self.world.lose_every_connection();
        self.world.relay().restart().await;
    }

    /// Nothing fails any more, and there is time for everything. What a lying relay kept back may show only to those who
    /// connect anew.
    async fn calm(&mut self) {
        (0..self.clients).for_each(|index| self.world.heal(index));
        self.world.lose_every_connection();
        for _ in 0..CALMS_MAX {
            self.world.advance(CALM_MS).await;
        }
    }

    fn pairs(&self) -> Vec<(usize, usize)> {
        (0..self.clients).flat_map(|one| (0..one).map(move |other| (other, one))).collect()
    }

    /// Everyone is connected and has sent what waited.
    async fn require_at_rest(&self) -> Result<(), String> {
        for index in 0..self.clients {
            let connection = self.world.driver(index).connection();
            if connection != Connection::Live {
                return Err(format!("{index} is not in step with the relay: {connection:?}"));
            }
        }
        for (one, other) in self.pairs() {
            for (from, to) in [(one, other), (other, one)] {
                let pending = self.world.driver(from).pending(self.world.account(to));
                if !pending.is_empty() {
                    let texts: Vec<_> = pending.iter().map(|view| (&view.text, view.state)).collect();
                    return Err(format!("{from} has not sent to {to}: {texts:?}"));
                }
            }
        }
        Ok(())
    }

    /// Everyone shows what they must; the timelines are given.
    async fn require_right(&mut self) -> Result<Vec<Vec<String>>, String> {
        let mut timelines = Vec::new();
        for (one, other) in self.pairs() {
            let said = [self.said(one, other), self.said(other, one)];
            let shown = [self.world.texts(one, other).await, self.world.texts(other, one).await];
            judge([&said[0], &said[1]], [&shown[0], &shown[1]])
                .map_err(|reason| format!("between {one} and {other}: {reason}"))?;
            let [shown, _] = shown;
            timelines.push(shown);
        }
        Ok(timelines)
    }

    fn said(&mut self, from: usize, to: usize) -> Vec<Said> {
        let events = &self.world.client(from).events;
        let fate = |command: CommandId| {
            let mut outcomes = events.iter().filter_map(|event| match event {
                Event::Done { id, outcome } if *id == command => Some(outcome),
                _ => None,
            });
            outcomes.next_back().map_or(Fate::Unknown, |outcome| match outcome {
                Outcome::Refused(_) => Fate::Refused,
                _ => Fate::Taken,
            })
        };
        let theirs = self.wishes.iter().filter(|wish| (wish.from, wish.to) == (from, to));
        theirs.map(|wish| Said { text: wish.text.clone(), fate: fate(wish.command) }).collect()
    }
}

/// Lies about what is pushed; what is answered stays as it is.
fn lies(lie: Lie) -> impl FnMut(ServerFrame) -> Vec<ServerFrame> {
    let (mut count, mut held) = (0, None);
    move |frame| {
        if frame.request_id != PUSH {
            return vec![frame];
        }
        count += 1;
        match lie {
            Lie::Withhold(nth) if count % (nth + 1) == 0 => vec![],
            Lie::Repeat => vec![frame.clone(), frame],
            Lie::Swap => match held.take() {
                Some(earlier) => vec![frame, earlier],
                None => {
                    held = Some(frame);
                    vec![]
                }
            },
            Lie::Withhold(_) | Lie::None => vec![frame],
        }
    }
}
