//! Which tab of a profile runs the engine, and how the others reach it. Pure: inputs in, effects out.
//!
//! The holder of the lock owns; the others forward their pages' requests and repeat them to whoever owns next. Doing
//! something twice is prevented by the commands' ids, writing as an owner that no longer is one by the database's fence.

mod message;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use protocol::Timestamp;

pub(crate) use message::{Answered, Ended, OpenKey, Standing, TabId, TabMessage, Term};

/// How often a visible tab asks its owner whether it is there. A suspended one holds its lock for ever.
const PING_INTERVAL_MS: u64 = 4_000;
/// An owner that is silent for so long while someone looks has its lock stolen. Longer than turns take; where one takes
/// longer still, the fence keeps it from being written.
const PONG_MS_MAX: u64 = 3_000;

/// Who asked for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ticket {
    /// This tab's page.
    Own(u32),
    /// Another tab's.
    Of(TabId, u32),
}

/// What a page is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown<P> {
    /// It is not clear yet how the client stands.
    Starting,
    /// A newer version is there.
    Outdated,
    /// How the client stands.
    State(P),
    /// What came of a request.
    Answer { id: u32, answer: P },
    /// Something happened.
    Event(P),
}

/// What a tab does. What pages and the engine say (`P`) is handed on unread.
#[derive(Debug, PartialEq)]
pub(crate) enum Effect<P> {
    /// Wait for the lock.
    WaitForLock,
    /// Take the lock from whoever has it.
    StealLock,
    /// Let the lock go, or no longer wait for it.
    DropLock,
    /// Open the database and run the engine.
    StartEngine { key: Option<OpenKey> },
    /// Drop the engine: it writes and says nothing any more.
    StopEngine,
    /// Ask the engine.
    Run { ticket: Ticket, request: P },
    /// Someone looks: connect, if it is only a matter of time.
    Hurry,
    /// Tell the other tabs.
    Post(TabMessage<P>),
    /// Tell the page.
    Show(Shown<P>),
    /// Look at the clock again then.
    WakeAt(Timestamp),
}

/// What a tab is to its profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Nobody is known to own.
    Waiting,
    /// Another tab owns.
    Following(Term),
    /// This tab owns.
    Owning(Term),
    /// This tab does nothing any more until it is reloaded.
    Ended,
}

/// One tab.
pub(crate) struct Tabs<P> {
    me: TabId,
    version: u32,
    role: Role,
    is_visible: bool,
    /// What a page that another tab serves is shown, while this one owns.
    state: Option<Standing<P>>,
    /// Which standing this tab's page was shown last, and of which owner.
    shown: Option<(Term, u32)>,
    /// The page's requests without an answer.
    asked: BTreeMap<u32, P>,
    /// What those get that nobody will answer any more.
    refusal: P,
    key: Option<OpenKey>,
    /// Since when the owner owes a sign of life.
    silent_since: Option<Timestamp>,
    effects: Vec<Effect<P>>,
}

impl<P: Clone> Tabs<P> {
    pub(crate) fn new(me: TabId, version: u32, is_visible: bool, refusal: P) -> Self {
        Self {
            me,
            version,
            role: Role::Waiting,
            is_visible,
            state: None,
            shown: None,
            asked: BTreeMap::new(),
            refusal,
            key: None,
            silent_since: None,
            effects: Vec::new(),
        }
    }

    /// What there is to do since it was last asked.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect<P>> {
        std::mem::take(&mut self.effects)
    }

    /// Begins: asks who owns, and waits for the lock.
    pub(crate) fn start(&mut self, now: Timestamp) {
        self.show(Shown::Starting);
        self.look_for_owner(now);
    }

    /// This tab owns from now on.
    pub(crate) fn lock_granted(&mut self, term: Term) {
        if self.role == Role::Ended {
            self.effects.push(Effect::DropLock);
            return;
        }
        self.role = Role::Owning(term);
        self.state = None;
        self.silent_since = None;
        self.effects.push(Effect::StartEngine { key: self.key.clone() });
        self.announce();
        let asked: Vec<_> = self.asked.iter().map(|(id, request)| (*id, request.clone())).collect();
        let run = |(id, request)| Effect::Run { ticket: Ticket::Own(id), request };
        self.effects.extend(asked.into_iter().map(run));
    }

    /// This tab no longer owns: its lock was stolen, or someone else writes to the database.
    pub(crate) fn ownership_lost(&mut self, now: Timestamp) {
        if matches!(self.role, Role::Owning(_)) {
            self.effects.extend([Effect::StopEngine, Effect::DropLock]);
            self.role = Role::Waiting;
            self.look_for_owner(now);
        }
    }

    /// Another tab says something.
    pub(crate) fn heard(&mut self, message: TabMessage<P>, now: Timestamp) {
        match message {
            TabMessage::Hello { version } | TabMessage::Newer { version } if version > self.version => {
                self.step_back();
            }
            TabMessage::Hello { version } if version < self.version => {
                self.post(TabMessage::Newer { version: self.version });
            }
            TabMessage::Hello { .. } if matches!(self.role, Role::Owning(_)) => self.announce(),
            TabMessage::Owner { version, .. } if version > self.version => self.step_back(),
            TabMessage::Owner { version, term, state, key } if version == self.version => {
                self.follow(term, state, key, now);
            }
            TabMessage::Ask { from, id, request } if matches!(self.role, Role::Owning(_)) => {
                self.effects.push(Effect::Run { ticket: Ticket::Of(from, id), request });
            }
            TabMessage::Answer(answered) => self.answer_page(answered),
            TabMessage::Event { term, event } if self.role == Role::Following(term) => {
                self.show(Shown::Event(event));
            }
            TabMessage::Ping { from } if matches!(self.role, Role::Owning(_)) => {
                self.post(TabMessage::Pong { to: from });
            }
            TabMessage::Hurry if matches!(self.role, Role::Owning(_)) => self.effects.push(Effect::Hurry),
            TabMessage::Ended(ended) if self.role != Role::Ended => self.end_as(ended),
            TabMessage::Pong { to } if to == self.me => self.wait_with_ping(now),
            // Not for this tab, or not any more.
            _ => {}
        }
    }

    /// The page came to the front or went behind.
    pub(crate) fn set_visible(&mut self, is_visible: bool, now: Timestamp) {
        self.is_visible = is_visible;
        if is_visible {
            self.hurry();
            if matches!(self.role, Role::Waiting | Role::Following(_)) {
                self.ping(now);
            }
        }
    }

    /// What waits for its time need not wait any longer: someone looks, or the network is back.
    pub(crate) fn hurry(&mut self) {
        match self.role {
            Role::Owning(_) => self.effects.push(Effect::Hurry),
            Role::Following(_) => self.post(TabMessage::Hurry),
            Role::Waiting | Role::Ended => {}
        }
    }

    /// The time asked for has come.
    pub(crate) fn woke(&mut self, now: Timestamp) {
        let is_without_engine = matches!(self.role, Role::Waiting | Role::Following(_));
        if !is_without_engine || !self.is_visible {
            return;
        }
        match self.silent_since {
            Some(since) if now.millis_since(since) >= PONG_MS_MAX => {
                self.effects.extend([Effect::DropLock, Effect::StealLock]);
                self.wait_with_ping(now);
            }
            Some(since) => self.effects.push(Effect::WakeAt(since.plus_millis(PONG_MS_MAX))),
            None => self.ping(now),
        }
    }

    /// The page asks.
    pub(crate) fn asked(&mut self, id: u32, request: P) {
        match self.role {
            Role::Owning(_) => {
                self.effects.push(Effect::Run { ticket: Ticket::Own(id), request: request.clone() });
            }
            Role::Following(_) => {
                self.post(TabMessage::Ask { from: self.me, id, request: request.clone() });
            }
            // Someone may still want to erase what cannot be opened.
            Role::Ended => {
                self.effects.push(Effect::Run { ticket: Ticket::Own(id), request: request.clone() });
            }
            Role::Waiting => {}
        }
        self.asked.insert(id, request);
    }

    /// The engine has answered.
    pub(crate) fn answered(&mut self, ticket: Ticket, answer: P) {
        let answered = self.addressed(ticket, answer);
        if answered.to == self.me {
            self.answer_page(answered);
        } else {
            self.post(TabMessage::Answer(answered));
        }
    }

    /// The engine says something.
    pub(crate) fn happened(&mut self, event: P) {
        if let Role::Owning(term) = self.role {
            self.post(TabMessage::Event { term, event: event.clone() });
            self.show(Shown::Event(event));
        }
    }

    /// The engine stands differently: shown to its own page, and to the others'. A key that a person's secret has opened
    /// is kept for whoever takes over.
    pub(crate) fn engine_is(&mut self, own: P, others: P, key: Option<OpenKey>) {
        self.key = key;
        let number = self.state.take().map_or(0, |standing| standing.number + 1);
        self.state = Some(Standing { number, state: others });
        self.show(Shown::State(own));
        self.announce();
    }

    /// A data key was opened or closed by a person's secret: for whoever takes over.
    pub(crate) fn key_is(&mut self, key: Option<OpenKey>) {
        self.key = key;
        self.announce();
    }

    /// This tab cannot go on. It lets the lock go, so that a tab that is reloaded begins anew.
    pub(crate) fn end(&mut self, state: P) {
        self.let_go(Shown::State(state), None);
    }

    /// There is nothing here any more, for any tab.
    pub(crate) fn end_all(&mut self, ended: Ended<P>) {
        self.post(TabMessage::Ended(ended.clone()));
        self.end_as(ended);
    }

    fn end_as(&mut self, Ended { state, answer }: Ended<P>) {
        self.let_go(Shown::State(state), answer);
    }

    /// Who is answered what, as every tab reads it.
    pub(crate) fn addressed(&self, ticket: Ticket, answer: P) -> Answered<P> {
        let (to, id) = match ticket {
            Ticket::Own(id) => (self.me, id),
            Ticket::Of(to, id) => (to, id),
        };
        Answered { to, id, answer }
    }

    fn look_for_owner(&mut self, now: Timestamp) {
        self.post(TabMessage::Hello { version: self.version });
        self.effects.push(Effect::WaitForLock);
        self.silent_since = Some(now);
        self.effects.push(Effect::WakeAt(now.plus_millis(PONG_MS_MAX)));
    }

    fn announce(&mut self) {
        if let Role::Owning(term) = self.role {
            let (state, key) = (self.state.clone(), self.key.clone());
            self.post(TabMessage::Owner { version: self.version, term, state, key });
        }
    }

    /// Someone else owns. A new owner is asked everything that has no answer.
    fn follow(&mut self, term: Term, state: Option<Standing<P>>, key: Option<OpenKey>, now: Timestamp) {
        match self.role {
            Role::Ended | Role::Owning(_) => return,
            Role::Following(known) if known == term => {}
            Role::Waiting | Role::Following(_) => {
                self.role = Role::Following(term);
                for (id, request) in self.asked.clone() {
                    self.post(TabMessage::Ask { from: self.me, id, request });
                }
            }
        }
        self.key = key;
        self.wait_with_ping(now);
        if let Some(Standing { number, state }) = state
            && self.shown.replace((term, number)) != Some((term, number))
        {
            self.show(Shown::State(state));
        }
    }

    /// A newer version is there: this one does nothing any more.
    fn step_back(&mut self) {
        if self.role != Role::Ended {
            self.let_go(Shown::Outdated, None);
        }
    }

    /// This tab does nothing any more by itself. Whoever still waits for an answer is told so.
    fn let_go(&mut self, last: Shown<P>, answer: Option<Answered<P>>) {
        if matches!(self.role, Role::Owning(_)) {
            self.effects.push(Effect::StopEngine);
        }
        self.role = Role::Ended;
        self.effects.push(Effect::DropLock);
        self.show(last);
        if let Some(answered) = answer {
            self.answer_page(answered);
        }
        for id in std::mem::take(&mut self.asked).into_keys() {
            self.show(Shown::Answer { id, answer: self.refusal.clone() });
        }
    }

    fn ping(&mut self, now: Timestamp) {
        self.post(TabMessage::Ping { from: self.me });
        self.silent_since = Some(now);
        self.effects.push(Effect::WakeAt(now.plus_millis(PONG_MS_MAX)));
    }

    /// The owner is there: ask again after a while.
    fn wait_with_ping(&mut self, now: Timestamp) {
        self.silent_since = None;
        self.effects.push(Effect::WakeAt(now.plus_millis(PING_INTERVAL_MS)));
    }

    fn answer_page(&mut self, Answered { to, id, answer }: Answered<P>) {
        // A request that was repeated to a new owner may be answered twice.
        if to == self.me && self.asked.remove(&id).is_some() {
            self.show(Shown::Answer { id, answer });
        }
    }

    fn show(&mut self, shown: Shown<P>) {
        self.effects.push(Effect::Show(shown));
    }

    fn post(&mut self, message: TabMessage<P>) {
        self.effects.push(Effect::Post(message));
    }
}
