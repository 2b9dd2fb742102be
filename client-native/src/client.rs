//! A running client: one task owns the driver, everyone else sends it messages.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use client_api::{Command, CommandId, Connection, Event, Outcome, Refusal};
use client_core::phrase::Phrase;
use client_core::{Driver, Effect, Input};
use protocol::Timestamp;
use protocol::http::gateway_url;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinHandle;

use crate::socket::{Socket, Trouble};
use crate::store::SqliteStore;
use crate::world;

/// Events kept for a listener that lags.
const EVENTS_KEPT: usize = 1024;
/// Inputs taken at once.
const INPUTS_AT_ONCE_MAX: usize = 64;

/// Why a client ended.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// The relay's address is none.
    #[error("`{0}` is not a relay's address: it looks like https://relay.example.org")]
    RelayAddress(String),
    /// The store failed; nothing was sent.
    #[error("{0}")]
    Driver(#[from] client_core::Error),
    /// The client has ended.
    #[error("the client has ended")]
    Ended,
}

/// Whether a relay's address is one.
pub fn check_relay(relay: &str) -> Result<(), ClientError> {
    gateway_url(relay).map(|_| ()).ok_or_else(|| ClientError::RelayAddress(relay.to_owned()))
}

type Query =
    Box<dyn for<'a> FnOnce(&'a Driver<SqliteStore>) -> futures_util::future::LocalBoxFuture<'a, ()> + Send>;

/// Who waits for a new phrase: it is shown to whoever asked for it alone.
#[derive(Clone, Default)]
struct Awaited(Arc<Mutex<BTreeMap<CommandId, oneshot::Sender<Phrase>>>>);

impl Awaited {
    fn wait(&self, id: CommandId) -> oneshot::Receiver<Phrase> {
        let (show, shown) = oneshot::channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, show);
        shown
    }

    fn show(&self, id: CommandId, phrase: Phrase) {
        if let Some(show) = self.give_up(id) {
            // Whoever asked may be gone.
            let _ = show.send(phrase);
        }
    }

    fn give_up(&self, id: CommandId) -> Option<oneshot::Sender<Phrase>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
    }
}

/// A running client.
pub struct Client {
    inputs: UnboundedSender<Input>,
    queries: UnboundedSender<Query>,
    events: broadcast::Sender<Event>,
    awaited: Awaited,
    trouble: Trouble,
    task: JoinHandle<Result<(), client_core::Error>>,
}

impl Client {
    /// Runs a driver against a relay, on the current thread's local set.
    pub fn run(driver: Driver<SqliteStore>, relay: &str) -> Result<Self, ClientError> {
        let url = gateway_url(relay).ok_or_else(|| ClientError::RelayAddress(relay.to_owned()))?;
        let (inputs, to_decide) = unbounded_channel();
        let (queries, to_ask) = unbounded_channel();
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        let running = Running {
            driver,
            url,
            inputs: inputs.clone(),
            events: events.clone(),
            awaited: Awaited::default(),
            socket: None,
            trouble: Trouble::default(),
            wake_at: None,
        };
        let (awaited, trouble) = (running.awaited.clone(), running.trouble.clone());
        let task = tokio::task::spawn_local(running.run(to_decide, to_ask));
        Ok(Self { inputs, queries, events, awaited, trouble, task })
    }

    /// Begins to connect.
    pub fn start(&self) {
        // A client that has ended answers the next command so.
        let _ = self.inputs.send(Input::Start);
    }

    /// What happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Asks, and waits for the answer.
    pub async fn command(&self, command: Command) -> Result<Outcome, ClientError> {
        let id = CommandId(world::random());
        self.ask(id, || Input::Command { id, command: command.clone() }).await
    }

    /// Replaces the account's phrase. The new one is kept nowhere: whoever asks shows it, once.
    pub async fn replace_phrase(&self, old: &Phrase) -> Result<Result<Phrase, Refusal>, ClientError> {
        let id = CommandId(world::random());
        let shown = self.awaited.wait(id);
        let outcome = self.ask(id, || Input::ReplacePhrase { id, old: old.clone() }).await;
        match outcome {
            Ok(Outcome::Refused(refusal)) => {
                self.awaited.give_up(id);
                Ok(Err(refusal))
            }
            Ok(_) => shown.await.map(Ok).map_err(|_| ClientError::Ended),
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, id: CommandId, input: impl Fn() -> Input) -> Result<Outcome, ClientError> {
        let mut events = self.events();
        let ask = || self.inputs.send(input());
        ask().map_err(|_| ClientError::Ended)?;
        loop {
            match events.recv().await {
                Ok(Event::Done { id: done, outcome }) if done == id => return Ok(outcome),
                Ok(_) => {}
                // The answer may be among what was missed: a repeat is done once and answered again.
                Err(broadcast::error::RecvError::Lagged(_)) => ask().map_err(|_| ClientError::Ended)?,
                Err(broadcast::error::RecvError::Closed) => return Err(ClientError::Ended),
            }
        }
    }

    /// Looks at the state without changing it.
    pub async fn query<T: Send + 'static>(
        &self,
        query: impl for<'a> FnOnce(&'a Driver<SqliteStore>) -> futures_util::future::LocalBoxFuture<'a, T>
        + Send
        + 'static,
    ) -> Result<T, ClientError> {
        let (answer, answered) = oneshot::channel();
        let query: Query = Box::new(move |driver| {
            let asked = query(driver);
            Box::pin(async move {
                // Whoever asked may be gone.
                let _ = answer.send(asked.await);
            })
        });
        self.queries.send(query).map_err(|_| ClientError::Ended)?;
        answered.await.map_err(|_| ClientError::Ended)
    }

    /// Why the last attempt to connect failed, in the system's words.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.get()
    }

    /// Waits until this client is in step with its relay, or cannot reach it.
    pub async fn caught_up(&self) -> Result<Connection, ClientError> {
        let mut events = self.events();
        let mut connection = self.query(|driver| Box::pin(async { driver.connection() })).await?;
        let mut has_tried = false;
        loop {
            match connection {
                Connection::Live | Connection::Stopped { .. } => return Ok(connection),
                Connection::Offline { .. } if has_tried => return Ok(connection),
                Connection::Offline { .. } => {}
                Connection::Connecting | Connection::CatchingUp => has_tried = true,
            }
            match events.recv().await {
                Ok(Event::Connection(changed)) => connection = changed,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    connection = self.query(|driver| Box::pin(async { driver.connection() })).await?;
                }
                Err(broadcast::error::RecvError::Closed) => return Err(ClientError::Ended),
            }
        }
    }

    /// Ends the client after what is queued.
    pub async fn close(self) -> Result<(), ClientError> {
        let Self { inputs, queries, task, .. } = self;
        drop((inputs, queries));
        match task.await {
            Ok(ended) => Ok(ended?),
            Err(_) => Err(ClientError::Ended),
        }
    }
}

struct Running {
    driver: Driver<SqliteStore>,
    url: String,
    inputs: UnboundedSender<Input>,
    events: broadcast::Sender<Event>,
    awaited: Awaited,
    socket: Option<Socket>,
    trouble: Trouble,
    wake_at: Option<Timestamp>,
}

impl Running {
    async fn run(
        mut self,
        mut inputs: UnboundedReceiver<Input>,
        mut queries: UnboundedReceiver<Query>,
    ) -> Result<(), client_core::Error> {
        loop {
            let wait_ms = self.wake_at.map(|at| at.millis_since(world::now()));
            let mut some = Vec::with_capacity(INPUTS_AT_ONCE_MAX);
            tokio::select! {
                biased;
                query = queries.recv() => match query {
                    Some(query) => {
                        query(&self.driver).await;
                        continue;
                    }
                    None => return Ok(()),
                },
                _ = inputs.recv_many(&mut some, INPUTS_AT_ONCE_MAX) => {}
                () = wake(wait_ms) => {
                    self.wake_at = None;
                    some.push(Input::Woke);
                }
            }
            let mut some = VecDeque::from(some);
            while !some.is_empty() || self.driver.has_more() {
                for effect in self.driver.turn(&mut some, world::moment()).await? {
                    self.act(effect);
                }
            }
        }
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Connect => {
                let socket = Socket::open(self.url.clone(), self.inputs.clone(), self.trouble.clone());
                self.socket = Some(socket);
            }
            Effect::Disconnect => self.socket = None,
            Effect::Transmit(frame) => {
                if let Some(socket) = &self.socket {
                    socket.send(frame);
                }
            }
            Effect::WakeAt(at) => self.wake_at = Some(at),
            Effect::ShowPhrase { id, phrase } => self.awaited.show(id, phrase),
            Effect::Emit(event) => {
                // Nobody may be listening.
                let _ = self.events.send(*event);
            }
        }
    }
}

async fn wake(wait_ms: Option<u64>) {
    match wait_ms {
        Some(wait_ms) => tokio::time::sleep(std::time::Duration::from_millis(wait_ms)).await,
        None => std::future::pending().await,
    }
}
