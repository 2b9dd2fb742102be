//! The worker: one loop that everything comes to. Whatever is queued when it looks is decided in one turn.

mod requests;

use client_api::page::{Answer, ClientState, FailureCode, PAGE_VERSION, Trouble, TroubleCode};
use client_core::ports::StoreError;
use client_core::{Error, Input};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use gloo_timers::callback::Timeout;
use protocol::Timestamp;
use protocol::http::gateway_url;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, DedicatedWorkerGlobalScope, DomException, MessageEvent};

use crate::database::Lost;
use crate::locks::{Lock, LockNews};
use crate::owner::{Owner, Setting, driver_failure, trouble};
use crate::running::{Running, Tell, Told};
use crate::speech::{Heard, Said, Start, Unread, failed, failure, hear, read_request, say, say_state, to_js};
use crate::tabs::{Effect, Ended, OpenKey, Shown, TabId, TabMessage, Tabs, Term, Ticket};
use crate::world;

/// A database that fails again within so long after it was opened anew is given up.
const REOPEN_INTERVAL_MS: u64 = 60_000;

/// What happens to a worker.
enum Happening {
    Page(Heard),
    Tab(TabMessage<Unread>),
    Lock(LockNews),
    Woke,
    /// Of the database opened so many openings ago, or now.
    Lost(u32, Lost),
    /// For the engine started so many starts ago, or now.
    Engine(u32, Input),
}

/// Runs the client that a page's first message describes. Called once. Tabs of the same origin agree on the newest
/// version among them: it is the one of this build, unless the caller names another, as tests of updates do.
#[wasm_bindgen]
pub fn run(version: Option<u32>) {
    let (happen, happenings) = unbounded();
    let global: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let heard = {
        let happen = happen.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = hear(&event.data()) {
                tell(&happen, Happening::Page(message));
            }
        })
    };
    global.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    spawn_local(begin(version.unwrap_or(PAGE_VERSION), happen, happenings));
}

/// Waits for the first message.
async fn begin(
    version: u32,
    happen: UnboundedSender<Happening>,
    mut happenings: UnboundedReceiver<Happening>,
) {
    while let Some(happening) = happenings.next().await {
        if let Happening::Page(Heard::Start(start)) = happening {
            let Start { profile, relay, is_visible, is_expected } = start;
            let Some(gateway) = gateway_url(&relay) else {
                let message = "it looks like https://relay.example.org".to_owned();
                stuck(TroubleCode::RelayAddress, message);
                continue;
            };
            let name = format!("palaver/{profile}");
            let setting =
                Setting { database: name.clone(), gateway, is_expected, may_be_open_elsewhere: false };
            match BroadcastChannel::new(&name) {
                Ok(channel) => {
                    let me = TabId(u32::from_be_bytes(world::random()));
                    let tabs = Tabs::new(me, version, is_visible, Unread::of(&not_open()));
                    let worker = Worker::new(name, setting, tabs, channel, happen);
                    return worker.run(happenings).await;
                }
                Err(error) => refused(&error),
            }
        }
    }
}

/// One tab's worker.
struct Worker<T> {
    name: String,
    setting: Setting,
    tabs: Tabs<Unread>,
    channel: BroadcastChannel,
    happen: UnboundedSender<Happening>,
    lock: Option<Lock>,
    alarm: Option<Timeout>,
    owner: Option<Owner<T>>,
    /// Who asked for an account that is on its way here.
    arriving: Vec<Ticket>,
    /// When the database was last opened anew after a failure.
    reopened_at: Option<Timestamp>,
    /// Counts the engines started, so that nothing meant for an earlier one reaches a later one.
    engine: u32,
    make_tell: fn(&UnboundedSender<Happening>, u32) -> T,
}

fn engine_tell(happen: &UnboundedSender<Happening>, engine: u32) -> impl Tell + use<> {
    let happen = happen.clone();
    move |input| tell(&happen, Happening::Engine(engine, input))
}

impl Worker<()> {
    fn new(
        name: String,
        setting: Setting,
        tabs: Tabs<Unread>,
        channel: BroadcastChannel,
        happen: UnboundedSender<Happening>,
    ) -> Worker<impl Tell> {
        let heard = {
            let happen = happen.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                // A message of another version that this one cannot read is not for it.
                if let Ok(message) = serde_wasm_bindgen::from_value(event.data()) {
                    tell(&happen, Happening::Tab(message));
                }
            })
        };
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
        Worker {
            name,
            setting,
            tabs,
            channel,
            happen,
            lock: None,
            alarm: None,
            owner: None,
            arriving: Vec::new(),
            reopened_at: None,
            engine: 0,
            make_tell: engine_tell,
        }
    }
}

impl<T: Tell> Worker<T> {
    async fn run(mut self, mut happenings: UnboundedReceiver<Happening>) {
        self.tabs.start(world::now());
        self.act().await;
        while let Some(first) = happenings.next().await {
            let mut next = Some(first);
            loop {
                while let Some(happening) = next {
                    self.take(happening);
                    self.act().await;
                    next = happenings.try_recv().ok();
                }
                self.turn().await;
                self.act().await;
                if !self.running().is_some_and(|running| running.has_more()) {
                    break;
                }
                // What came meanwhile is heard before more is read.
                self.turn_once().await;
                self.act().await;
                next = happenings.try_recv().ok();
            }
        }
    }

    fn take(&mut self, happening: Happening) {
        let now = world::now();
        match happening {
            Happening::Page(Heard::Ask { id, request }) => self.tabs.asked(id, request),
            Happening::Page(Heard::Visible(is_visible)) => self.tabs.set_visible(is_visible, now),
            Happening::Page(Heard::Online(true)) => self.tabs.hurry(),
            Happening::Page(Heard::Online(false)) => {
                if let Some(running) = self.running() {
                    running.network_lost();
                }
            }
            Happening::Page(Heard::Start(_)) => {}
            Happening::Tab(message) => self.tabs.heard(message, now),
            Happening::Lock(LockNews::Granted) => {
                self.tabs.lock_granted(Term(u32::from_be_bytes(world::random())));
            }
            Happening::Lock(LockNews::Stolen) => self.tabs.ownership_lost(now),
            Happening::Lock(LockNews::Refused(error)) => refused(&error),
            Happening::Woke => self.tabs.woke(now),
            Happening::Lost(engine, lost) if engine == self.engine => self.database_lost(lost),
            Happening::Engine(engine, input) if engine == self.engine => {
                if let Some(running) = self.running() {
                    running.take(input);
                }
            }
            Happening::Lost(..) | Happening::Engine(..) => {}
        }
    }

    fn running(&mut self) -> Option<&mut Running<T>> {
        self.owner.as_mut().and_then(|owner| owner.running.as_mut())
    }

    /// Does what the tabs decided, and what follows from it.
    async fn act(&mut self) {
        loop {
            let effects = self.tabs.take_effects();
            if effects.is_empty() {
                return;
            }
            for effect in effects {
                self.do_one(effect).await;
            }
        }
    }

    async fn do_one(&mut self, effect: Effect<Unread>) {
        match effect {
            Effect::WaitForLock => self.request_lock(false),
            Effect::StealLock => {
                self.setting.may_be_open_elsewhere = true;
                self.request_lock(true);
            }
            Effect::DropLock => self.lock = None,
            Effect::StartEngine { key } => self.start_engine(key).await,
            Effect::StopEngine => self.drop_engine(),
            Effect::Run { ticket, request } => match read_request(&request) {
                Ok(request) => self.answer(ticket, request).await,
                Err(failure) => self.answered(ticket, &failed(failure)),
            },
            Effect::Hurry => {
                if let Some(running) = self.running() {
                    running.take(Input::Hurry);
                }
            }
            Effect::Post(message) => self.post(&message),
            Effect::Show(shown) => show(shown),
            Effect::WakeAt(at) => {
                let wait_ms = u32::try_from(at.millis_since(world::now())).unwrap_or(u32::MAX);
                let happen = self.happen.clone();
                self.alarm = Some(Timeout::new(wait_ms, move || tell(&happen, Happening::Woke)));
            }
        }
    }

    /// Tells the other tabs.
    fn post(&self, message: &TabMessage<Unread>) {
        // A channel refuses only what cannot be cloned, and these can.
        let _ = self.channel.post_message(&to_js(message));
    }

    fn request_lock(&mut self, is_stealing: bool) {
        let happen = self.happen.clone();
        let told = move |news| tell(&happen, Happening::Lock(news));
        match Lock::request(&self.name, is_stealing, told) {
            Ok(lock) => self.lock = Some(lock),
            Err(error) => refused(&error),
        }
    }

    /// What it was asked and has not answered is asked again of whoever owns next.
    fn drop_engine(&mut self) {
        self.engine += 1;
        self.owner = None;
        self.arriving.clear();
    }

    async fn start_engine(&mut self, key: Option<OpenKey>) {
        self.engine += 1;
        let engine = self.engine;
        let lost = {
            let happen = self.happen.clone();
            move |lost| tell(&happen, Happening::Lost(engine, lost))
        };
        let engine_tell = (self.make_tell)(&self.happen, engine);
        match Owner::open(self.setting.clone(), key, lost, engine_tell).await {
            Ok((owner, state)) => {
                self.owner = Some(owner);
                self.show(state);
            }
            Err(trouble) => self.tabs.end(Unread::of(&ClientState::Stuck { trouble })),
        }
    }

    /// Tells every page how the client stands.
    fn show(&mut self, state: ClientState) {
        let key = self.owner.as_ref().and_then(Owner::open_key);
        let own = Unread::of(&state);
        let others = match state {
            ClientState::Open { profile, .. } => Unread::of(&ClientState::Open { profile, is_owner: false }),
            _ => own.clone(),
        };
        self.tabs.engine_is(own, others, key);
    }

    fn answered(&mut self, ticket: Ticket, answer: &Answer) {
        self.tabs.answered(ticket, Unread::of(answer));
    }

    /// Decides what was taken up. Where that cannot be stored, the account is closed and says why.
    async fn turn(&mut self) {
        while self.running().is_some_and(|running| running.has_inputs()) {
            self.turn_once().await;
        }
    }

    async fn turn_once(&mut self) {
        let Some(running) = self.running() else { return };
        match running.turn().await {
            Ok(told) => self.tell(told),
            Err(Error::Store(StoreError::Fenced)) => self.lose(),
            Err(Error::Store(StoreError::Failed(_))) if self.may_reopen() => self.reopen(),
            Err(error) => self.give_up(&error),
        }
    }

    /// This tab no longer owns.
    fn lose(&mut self) {
        self.drop_engine();
        self.tabs.ownership_lost(world::now());
    }

    fn tell(&mut self, told: Told) {
        for (ticket, answer) in told.answers {
            self.answered(ticket, &answer);
        }
        for event in told.events {
            self.tabs.happened(Unread::of(&event));
        }
        if let Some(state) = told.linking {
            self.show(state);
        }
        if let Some(arrived) = told.arrived {
            self.arrived(arrived);
        }
    }

    fn give_up(&mut self, error: &Error) {
        let mut tickets = self.running().map(Running::unanswered).unwrap_or_default();
        tickets.append(&mut self.arriving);
        for ticket in tickets {
            self.answered(ticket, &failed(driver_failure(error)));
        }
        self.drop_engine();
        self.tabs.end(Unread::of(&ClientState::Stuck { trouble: trouble(error) }));
    }

    /// The browser may have closed the database under a turn: opened anew, it serves again, or what is left of it tells.
    fn may_reopen(&self) -> bool {
        self.reopened_at.is_none_or(|at| world::now().millis_since(at) >= REOPEN_INTERVAL_MS)
    }

    fn reopen(&mut self) {
        self.reopened_at = Some(world::now());
        self.setting.is_expected = true;
        self.lose();
    }

    /// The database went away under the account.
    fn database_lost(&mut self, lost: Lost) {
        self.drop_engine();
        match lost {
            Lost::Deleting => {
                self.tabs.end_all(Ended { state: Unread::of(&ClientState::Wiped), answer: None })
            }
            Lost::Upgrading => self.tabs.end(Unread::of(&ClientState::Outdated)),
            // Opened anew: what is left of the data decides.
            Lost::Closed => self.reopen(),
        }
    }
}

/// What a request gets where nobody is left who could do it.
fn not_open() -> Answer {
    failed(failure(FailureCode::NotOpen, "the client cannot go on: see its state"))
}

fn tell(happen: &UnboundedSender<Happening>, happening: Happening) {
    // The loop never ends before its worker does.
    let _ = happen.unbounded_send(happening);
}

/// Shows the page something.
fn show(shown: Shown<Unread>) {
    match shown {
        Shown::Starting => say_state(ClientState::Starting),
        Shown::Outdated => say_state(ClientState::Outdated),
        Shown::State(state) => say(&Said::state(state)),
        Shown::Answer { id, answer } => say(&Said::answer(id, answer)),
        Shown::Event(event) => say(&Said::event(event)),
    }
}

/// What browsers refuse a page without storage they call a matter of security; what else they refuse they do not have.
fn refused(error: &JsValue) {
    let is_security =
        error.dyn_ref::<DomException>().is_some_and(|exception| exception.name() == "SecurityError");
    let code = if is_security { TroubleCode::StorageRefused } else { TroubleCode::BrowserTooOld };
    stuck(code, format!("{error:?}"));
}

fn stuck(code: TroubleCode, message: String) {
    say_state(ClientState::Stuck { trouble: Trouble { code, message } });
}
