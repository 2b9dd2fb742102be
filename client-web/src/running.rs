//! An open account: the driver, its socket and its alarm.

use std::collections::HashMap;

use client_api::page::{Answer, Request};
use client_api::{CommandId, Event};
use client_core::{Driver, Effect, Error, Input};
use gloo_timers::callback::Timeout;

use crate::socket::Socket;
use crate::store::IdbStore;
use crate::tabs::Ticket;
use crate::world;

/// The longest that a browser's timer waits in one go.
const ALARM_MS_MAX: u64 = 24 * 60 * 60 * 1000;

/// How an account tells of what comes from outside.
pub(crate) trait Tell: Fn(Input) + Clone + 'static {}
impl<T: Fn(Input) + Clone + 'static> Tell for T {}

/// What came of a turn.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) events: Vec<Event>,
    pub(crate) answers: Vec<(Ticket, Answer)>,
}

/// An open account.
pub(crate) struct Running<T> {
    driver: Driver<IdbStore>,
    gateway: String,
    tell: T,
    socket: Option<Socket>,
    alarm: Option<Timeout>,
    /// Commands that were asked for and not answered.
    asked: HashMap<CommandId, Vec<Ticket>>,
    inputs: Vec<Input>,
}

impl<T: Tell> Running<T> {
    /// Runs an account, and begins to connect with the next turn.
    pub(crate) fn new(driver: Driver<IdbStore>, gateway: String, tell: T) -> Self {
        Self {
            driver,
            gateway,
            tell,
            socket: None,
            alarm: None,
            asked: HashMap::new(),
            inputs: vec![Input::Start],
        }
    }

    /// Takes an input up for the next turn.
    pub(crate) fn take(&mut self, input: Input) {
        self.inputs.push(input);
    }

    /// Takes a command up for the next turn. The answer comes when it is done.
    pub(crate) fn command(&mut self, ticket: Ticket, id: CommandId, command: client_api::Command) {
        self.asked.entry(id).or_default().push(ticket);
        self.inputs.push(Input::Command { id, command });
    }

    /// Decides everything that was taken up, in one transaction.
    pub(crate) async fn turn(&mut self) -> Result<Told, Error> {
        let mut told = Told::default();
        if self.inputs.is_empty() {
            return Ok(told);
        }
        let inputs = std::mem::take(&mut self.inputs);
        for effect in self.driver.turn(inputs, world::moment()).await? {
            self.act(effect, &mut told);
        }
        Ok(told)
    }

    /// Commands that will not be answered any more.
    pub(crate) fn unanswered(&mut self) -> Vec<Ticket> {
        self.asked.drain().flat_map(|(_, tickets)| tickets).collect()
    }

    fn act(&mut self, effect: Effect, told: &mut Told) {
        match effect {
            Effect::Connect => {
                self.socket = Socket::open(&self.gateway, self.tell.clone());
                if self.socket.is_none() {
                    (self.tell)(Input::Disconnected);
                }
            }
            Effect::Disconnect => self.socket = None,
            Effect::Transmit(frame) => {
                if let Some(socket) = &self.socket {
                    socket.send(&frame);
                }
            }
            Effect::WakeAt(at) => {
                let wait_ms = at.millis_since(world::now()).min(ALARM_MS_MAX);
                let tell = self.tell.clone();
                let wait_ms = u32::try_from(wait_ms).unwrap_or(u32::MAX);
                self.alarm = Some(Timeout::new(wait_ms, move || tell(Input::Woke)));
            }
            Effect::Emit(event) => match *event {
                Event::Done { id, outcome } => {
                    let tickets = self.asked.remove(&id).unwrap_or_default();
                    let answer = |ticket| (ticket, Answer::Outcome { outcome: outcome.clone() });
                    told.answers.extend(tickets.into_iter().map(answer));
                }
                event => told.events.push(event),
            },
        }
    }

    /// Answers a question about the state; none where it is no such question.
    pub(crate) async fn query(&self, request: &Request) -> Result<Option<Answer>, Error> {
        let driver = &self.driver;
        let limit = |limit: &u32| (*limit).min(client_api::page::TIMELINE_LIMIT_MAX) as usize;
        Ok(Some(match request {
            Request::Profile => Answer::Profile { profile: driver.profile() },
            Request::Connection => Answer::Connection { connection: driver.connection() },
            Request::Contacts => Answer::Contacts { contacts: driver.contacts() },
            Request::Conversations => Answer::Conversations { conversations: driver.conversations() },
            Request::Timeline { conversation, before, limit: wanted } => {
                let messages = driver.timeline_before(*conversation, *before, limit(wanted)).await?;
                Answer::Messages { messages }
            }
            Request::TimelineFrom { conversation, from, limit: wanted } => {
                Answer::Messages { messages: driver.timeline(*conversation, *from, limit(wanted)).await? }
            }
            Request::Pending { account } => Answer::Messages { messages: driver.pending(*account) },
            Request::Draft { account } => Answer::Draft { text: driver.draft(*account).await? },
            Request::Devices => Answer::Devices { devices: driver.devices() },
            Request::Safety { account } => Answer::Safety { safety: driver.safety(*account) },
            Request::Diagnostics => Answer::Diagnostics { diagnostics: driver.diagnostics() },
            _ => return Ok(None),
        }))
    }
}
