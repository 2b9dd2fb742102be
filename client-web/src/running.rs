//! An open account: the driver, its socket and its alarm.

use std::collections::{HashMap, VecDeque};

use client_api::page::{Answer, ClientState, Failure, FailureCode, Request};
use client_api::{
    CommandId, Connection, Event, LinkView, NoticeCode, Outcome, ProfileView, Refusal, RefusalCode,
    SecretText,
};
use client_core::phrase::Phrase;
use client_core::{Driver, Effect, Error, Input};
use gloo_timers::callback::Timeout;

use crate::socket::Socket;
use crate::speech::failure;
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
    /// What a device that is being linked shows now, if that has changed.
    pub(crate) linking: Option<ClientState>,
    /// How an account that was on its way here stands now.
    pub(crate) arrived: Option<Result<ProfileView, Failure>>,
}

/// Who waits for a command, and for what.
enum Waiting {
    Outcome(Ticket),
    Phrase(Ticket),
}

/// An open account.
pub(crate) struct Running<T> {
    driver: Driver<IdbStore>,
    gateway: String,
    tell: T,
    socket: Option<Socket>,
    alarm: Option<Timeout>,
    /// Commands that were asked for and not answered.
    asked: HashMap<CommandId, Vec<Waiting>>,
    /// What a device that is being linked has shown.
    link: Option<LinkView>,
    inputs: VecDeque<Input>,
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
            link: None,
            inputs: VecDeque::from([Input::Start]),
        }
    }

    /// Takes an input up for the next turn.
    pub(crate) fn take(&mut self, input: Input) {
        self.inputs.push_back(input);
    }

    /// Takes a command up for the next turn. The answer comes when it is done.
    pub(crate) fn command(&mut self, ticket: Ticket, id: CommandId, command: client_api::Command) {
        self.asked.entry(id).or_default().push(Waiting::Outcome(ticket));
        self.inputs.push_back(Input::Command { id, command });
    }

    /// Takes the replacing of the phrase up for the next turn. The answer is the new one.
    pub(crate) fn replace_phrase(&mut self, ticket: Ticket, old: Phrase) {
        let id = CommandId(world::random());
        self.asked.entry(id).or_default().push(Waiting::Phrase(ticket));
        self.inputs.push_back(Input::ReplacePhrase { id, old });
    }

    /// How it stands.
    pub(crate) fn state(&self) -> ClientState {
        if self.driver.is_linking() {
            ClientState::Linking { link: self.driver.link_view() }
        } else if self.driver.is_restoring() {
            ClientState::Restoring
        } else {
            ClientState::Open { profile: self.driver.profile(), is_owner: true }
        }
    }

    /// Whether the account is not here yet.
    pub(crate) fn is_arriving(&self) -> bool {
        self.driver.is_restoring() || self.driver.is_linking()
    }

    /// Whether this device is being linked.
    pub(crate) fn is_linking(&self) -> bool {
        self.driver.is_linking()
    }

    /// Whether these words are the account's phrase.
    pub(crate) fn is_phrase(&self, phrase: &Phrase) -> bool {
        self.driver.is_phrase(phrase)
    }

    /// Whether something was taken up and not decided yet.
    pub(crate) fn has_inputs(&self) -> bool {
        !self.inputs.is_empty()
    }

    /// Whether there is more to do, once nobody waits for something else.
    pub(crate) fn has_more(&self) -> bool {
        self.driver.has_more()
    }

    /// Decides the first of what was taken up, in one transaction, and does what follows.
    pub(crate) async fn turn(&mut self) -> Result<Told, Error> {
        let mut told = Told::default();
        for effect in self.driver.turn(&mut self.inputs, world::moment()).await? {
            self.act(effect, &mut told);
        }
        let link = self.driver.link_view();
        if self.is_linking() && link != self.link {
            self.link = link;
            told.linking = Some(self.state());
        }
        Ok(told)
    }

    /// The network is gone: what is open is closed, and tried again later.
    pub(crate) fn network_lost(&mut self) {
        if self.socket.take().is_some() {
            self.take(Input::Disconnected);
        }
    }

    /// Commands that will not be answered any more.
    pub(crate) fn unanswered(&mut self) -> Vec<Ticket> {
        let waiting = self.asked.drain().flat_map(|(_, waiting)| waiting);
        waiting.map(|(Waiting::Outcome(ticket) | Waiting::Phrase(ticket))| ticket).collect()
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
            Effect::ShowPhrase { id, phrase } => {
                for Waiting::Phrase(ticket) | Waiting::Outcome(ticket) in
                    self.asked.remove(&id).unwrap_or_default()
                {
                    told.answers
                        .push((ticket, Answer::Phrase { phrase: SecretText(phrase.words().to_owned()) }));
                }
            }
            Effect::Emit(event) => match *event {
                Event::Done { id, outcome } => self.done(id, &outcome, told),
                Event::Restored(profile) => told.arrived = Some(Ok(profile)),
                event => {
                    if let (true, Event::Connection(Connection::Stopped { reason })) =
                        (self.is_arriving(), &event)
                    {
                        told.arrived = Some(Err(arrival_failure(*reason, self.is_linking())));
                    }
                    told.events.push(event);
                }
            },
        }
    }

    /// Answers whoever waits for an outcome. A phrase comes by itself, unless it was refused.
    fn done(&mut self, id: CommandId, outcome: &Outcome, told: &mut Told) {
        let mut still_waiting = Vec::new();
        for waiting in self.asked.remove(&id).unwrap_or_default() {
            match (waiting, outcome) {
                (Waiting::Outcome(ticket), _) => {
                    told.answers.push((ticket, Answer::Outcome { outcome: outcome.clone() }));
                }
                (Waiting::Phrase(ticket), Outcome::Refused(refusal)) => {
                    told.answers.push((ticket, Answer::Failed { failure: phrase_failure(refusal) }));
                }
                (waiting @ Waiting::Phrase(_), _) => still_waiting.push(waiting),
            }
        }
        if !still_waiting.is_empty() {
            self.asked.insert(id, still_waiting);
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
            Request::Settings => Answer::Settings { settings: driver.settings() },
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

fn phrase_failure(refusal: &Refusal) -> Failure {
    let code = match refusal.code {
        RefusalCode::WrongPhrase => FailureCode::WrongPhrase,
        RefusalCode::Offline => FailureCode::Offline,
        _ => FailureCode::RelayRefused,
    };
    failure(code, refusal.relay_code.as_deref().unwrap_or(refusal.code.as_str()))
}

fn arrival_failure(reason: NoticeCode, is_linking: bool) -> Failure {
    let code = match reason {
        _ if is_linking => FailureCode::LinkFailed,
        NoticeCode::WrongPhrase => FailureCode::WrongPhrase,
        _ => FailureCode::RestoreFailed,
    };
    failure(code, reason.as_str())
}
