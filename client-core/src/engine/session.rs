//! Connecting, proving who this is, and staying connected: backoff with jitter, heartbeats.

use client_api::{Connection, Event, Notice, NoticeCode};
use protocol::frame::{
    Challenge, ClientFrame, Failure, Hello, IdentityAppend, Ping, Request, SessionReady, SessionResume,
    SessionStart,
};
use protocol::{Bytes, Epoch, ErrorCode, Timestamp, VERSION, VERSION_MIN, limits};
use zeroize::Zeroizing;

use super::repair::Repair;
use super::state::{Arriving, Asked, CatchingUp, Engine, Link};
use super::{Context, Effect};
use crate::records::{AccountRecord, LinkingRecord, RestoringRecord};

/// The first wait after a failed attempt; doubles with each.
const BACKOFF_MS_MIN: u64 = 500;
/// The longest wait.
const BACKOFF_MS_MAX: u64 = 60_000;
/// A connection that was silent for so long is given up.
const SILENCE_MS_MAX: u64 = 2 * limits::HEARTBEAT_IDLE_MS;

impl Engine {
    pub(super) fn connect(&mut self, cx: &mut Context<'_>) {
        let attempt = match self.link {
            Link::Offline { attempt, .. } => Some(attempt),
            Link::Stopped { .. } => Some(0),
            Link::Connecting { .. } | Link::Greeting { .. } | Link::Ready => None,
        };
        if let Some(attempt) = attempt {
            self.link = Link::Connecting { attempt };
            cx.step.effects.push(Effect::Connect);
        }
    }

    /// Someone looks, or the network is back: what was only waiting for its time begins now.
    pub(super) fn hurry(&mut self, cx: &mut Context<'_>) {
        if matches!(self.link, Link::Offline { .. }) {
            self.connect(cx);
        }
    }

    /// The socket is open: agree on a version.
    pub(super) fn greet(&mut self, cx: &mut Context<'_>) {
        let Link::Connecting { attempt } = self.link else { return };
        self.link = Link::Greeting { attempt };
        self.last_heard_at = cx.now;
        self.say_hello(cx);
    }

    pub(super) fn say_hello(&mut self, cx: &mut Context<'_>) {
        let client = concat!("palaver/", env!("CARGO_PKG_VERSION")).to_owned();
        let hello = Hello { version_min: VERSION_MIN, version_max: VERSION, client };
        self.ask(Request::Hello(hello), Asked::Hello, cx);
    }

    /// The relay asks who this is. A relay other than the known one is told nothing.
    pub(super) fn challenged(&mut self, challenge: &Challenge, cx: &mut Context<'_>) {
        match self.account.relay {
            Some(known) if known != challenge.relay => {
                self.stop(NoticeCode::RelayChanged, cx);
                return;
            }
            Some(_) => {}
            None => {
                self.account.relay = Some(challenge.relay);
                self.save_account(cx);
            }
        }
        match self.arriving {
            Some(Arriving::Restoring(_)) => return self.ask_for_own_log(cx),
            Some(Arriving::Linking(_)) => return self.go_on_linking(cx),
            None => {}
        }
        if self.account.registered_length == 0 {
            let entries = self.own_log().entries_from(0).cloned().collect();
            let append = IdentityAppend { account: self.account.account, from_length: 0, entries };
            self.ask(Request::IdentityAppend(append), Asked::Register, cx);
        }
        // Told once more, so that an answer that is lost changes nothing of what the relay knows.
        let state_counter = self.told_counter;
        let resume_token = self.account.resume_token.take();
        cx.put(AccountRecord::key(), &self.account);
        match resume_token {
            Some(token) => {
                let resume_token = Bytes::copy_from_slice(&token);
                let resume = SessionResume { resume_token, state_counter };
                self.ask(Request::SessionResume(resume), Asked::Resume, cx);
            }
            None => {
                let start = SessionStart {
                    account: self.account.account,
                    device: self.device.public().device_id(),
                    signature: challenge.sign(&self.account.account, &self.device),
                    state_counter,
                };
                self.ask(Request::SessionStart(start), Asked::Start, cx);
            }
        }
    }

    /// Stores who this client is, as far as that is known.
    fn save_account(&mut self, cx: &mut Context<'_>) {
        match &mut self.arriving {
            Some(Arriving::Restoring(restoring)) => {
                restoring.record.relay = self.account.relay;
                cx.put(RestoringRecord::key(), &restoring.record);
            }
            Some(Arriving::Linking(linking)) => {
                linking.record.relay = self.account.relay;
                cx.put(LinkingRecord::key(), &linking.record);
            }
            None => cx.put(AccountRecord::key(), &self.account),
        }
    }

    /// The session stands: take up everything that waits.
    pub(super) fn session_ready(&mut self, ready: SessionReady, cx: &mut Context<'_>) {
        self.link = Link::Ready;
        self.account.resume_token = Some(Zeroizing::new(ready.resume_token.to_vec()));
        cx.put(AccountRecord::key(), &self.account);
        if self.is_outlived || ready.state_counter > self.told_counter {
            self.rolled_back(ready.state_counter, cx);
        }
        // Before anything else: other copies are told to be older from now on.
        self.tell_stored(vec![], cx);
        self.catching_up = CatchingUp { inbox: true, own_log: true, ..CatchingUp::default() };
        self.fetch_identity(client_api::Recipient::Account(self.account.account), cx);
        self.compare_logs(cx);
        // Of what an outlived copy has published, others are not to begin with any.
        let left: &[_] = if self.outlived.is_empty() { &ready.key_packages } else { &[] };
        self.refill_all_key_packages(left, cx);
        self.fetch_inbox(0, cx);
        self.subscribe_all(cx);
        let waiting: Vec<_> = self.waiting.iter().map(|waiting| waiting.who.clone()).collect();
        waiting.into_iter().for_each(|who| self.fetch_identity(who, cx));
        self.take_up_outbox(cx);
    }

    /// The connection is gone: what was in flight is done again on the next.
    pub(super) fn disconnected(&mut self, cx: &mut Context<'_>) {
        let attempt = match self.link {
            Link::Offline { .. } | Link::Stopped { .. } => return,
            Link::Connecting { attempt } | Link::Greeting { attempt } => attempt.saturating_add(1),
            Link::Ready => 0,
        };
        let wait = backoff_ms(attempt, cx);
        self.link = Link::Offline { retry_at: Some(cx.now.plus_millis(wait)), attempt };
        self.ask_again_at = None;
        self.claimed_heads.clear();
        self.refuse_appends(cx);
        self.stop_admitting(cx);
        self.link_channel = None;
        self.hide_link();
        self.requests.clear();
        self.openings.clear();
        self.joinings.clear();
        self.left_invitations = None;
        self.behind.clear();
        for conversation in self.conversations.values_mut() {
            conversation.unsettle();
            conversation.is_subscribed = false;
            conversation.is_fetching_gap = false;
            conversation.needs_pages = false;
            // What the relay announced or asked for is its word on this connection only.
            conversation.latest_seq = conversation.record.cursor;
            conversation.send_from_epoch = Epoch(0);
            conversation.send_after = Timestamp::default();
            conversation.submitted = None;
            conversation.in_flight.clear();
            conversation.claimed.clear();
            conversation.held.clear();
            conversation.blocked = None;
            conversation.retry_at = None;
            conversation.overdue = None;
            conversation.repair = Repair::Due;
        }
        self.refuse_waiting(cx);
    }

    /// Ends a connection that cannot be used, and waits before the next.
    pub(super) fn hang_up(&mut self, cx: &mut Context<'_>) {
        cx.step.effects.push(Effect::Disconnect);
        self.disconnected(cx);
    }

    /// The relay closes the connection, and says why.
    pub(super) fn closing(&mut self, failure: &Failure, cx: &mut Context<'_>) {
        match failure.code {
            // Another session has this device now, or none may: coming back by itself would only fight it.
            ErrorCode::Superseded => self.stop(NoticeCode::Superseded, cx),
            ErrorCode::DeviceRevoked => self.stop(NoticeCode::DeviceRevoked, cx),
            _ => self.hang_up(cx),
        }
    }

    /// Ends the connection for good: people are told why, and connecting again is theirs to ask for.
    pub(super) fn stop(&mut self, reason: NoticeCode, cx: &mut Context<'_>) {
        self.notice(reason, cx);
        self.hang_up(cx);
        self.link = Link::Stopped { reason };
    }

    /// Time has passed: reconnect, or ask for a sign of life.
    pub(super) fn woke(&mut self, cx: &mut Context<'_>) {
        self.alarms = self.alarms.split_off(&cx.now.plus_millis(1));
        match self.link {
            Link::Offline { retry_at: Some(retry_at), .. } if retry_at <= cx.now => self.connect(cx),
            Link::Ready | Link::Greeting { .. }
                if cx.now.millis_since(self.last_heard_at) >= SILENCE_MS_MAX =>
            {
                self.hang_up(cx)
            }
            // Whoever waits to be linked has no session, and waits for a person.
            Link::Greeting { .. } if self.linking().is_some() => self.ping_if_silent(cx),
            Link::Ready => {
                self.ping_if_silent(cx);
                self.retry_withheld(cx);
                self.fetch_overdue(cx);
                self.ask_again(cx);
                self.take_up_outbox(cx);
            }
            Link::Offline { .. } | Link::Connecting { .. } | Link::Greeting { .. } | Link::Stopped { .. } => {
            }
        }
    }

    fn ping_if_silent(&mut self, cx: &mut Context<'_>) {
        if cx.now.millis_since(self.last_heard_at) >= limits::HEARTBEAT_IDLE_MS {
            self.ask(Request::Ping(Ping {}), Asked::Nothing, cx);
        }
    }

    /// Sends a request and remembers what it was for.
    pub(super) fn ask(&mut self, body: Request, asked: Asked, cx: &mut Context<'_>) {
        let request_id = self.next_request;
        self.next_request += 1;
        self.requests.insert(request_id, asked);
        cx.step.effects.push(Effect::Transmit(ClientFrame { request_id, body }.encode()));
    }

    pub(super) fn notice(&mut self, code: NoticeCode, cx: &mut Context<'_>) {
        cx.emit(Event::Notice(Notice::new(code)));
    }

    /// Tells the user interface how this client stands, if that changed.
    pub(super) fn update_connection(&mut self, cx: &mut Context<'_>) {
        let connection = self.connection();
        if connection != self.shown_connection {
            self.shown_connection = connection;
            cx.emit(Event::Connection(connection));
        }
    }

    pub(crate) fn connection(&self) -> Connection {
        match self.link {
            Link::Offline { retry_at, .. } => {
                Connection::Offline { retry_at: retry_at.map(|at| self.clock.as_said(at)) }
            }
            Link::Connecting { .. } | Link::Greeting { .. } => Connection::Connecting,
            Link::Ready if self.is_catching_up() => Connection::CatchingUp,
            Link::Ready => Connection::Live,
            Link::Stopped { reason } => Connection::Stopped { reason },
        }
    }

    fn is_catching_up(&self) -> bool {
        let CatchingUp { inbox, own_log, subscribing, .. } = self.catching_up;
        inbox
            || own_log
            || subscribing
            || self.is_comparing_logs()
            || !self.joinings.is_empty()
            || self.left_invitations.is_some()
            || !self.behind.is_empty()
            || self.link_channel.is_some()
    }

    pub(super) fn wish_to_wake(&mut self, cx: &mut Context<'_>) {
        let own = match self.link {
            Link::Offline { retry_at, .. } => retry_at,
            Link::Ready | Link::Greeting { .. } => {
                let silent_ms = cx.now.millis_since(self.last_heard_at);
                let next = if silent_ms < limits::HEARTBEAT_IDLE_MS {
                    limits::HEARTBEAT_IDLE_MS
                } else {
                    SILENCE_MS_MAX
                };
                Some(self.last_heard_at.plus_millis(next))
            }
            Link::Connecting { .. } | Link::Stopped { .. } => None,
        };
        let next: Option<Timestamp> = own.into_iter().chain(self.alarms.first().copied()).min();
        cx.step.effects.extend(next.map(|at| Effect::WakeAt(self.clock.as_said(at))));
    }
}

/// Doubles with each attempt; half of it is jitter, so that a relay's clients do not come back all at once.
fn backoff_ms(attempt: u32, cx: &mut Context<'_>) -> u64 {
    let longest = BACKOFF_MS_MIN.saturating_mul(1 << attempt.min(10)).min(BACKOFF_MS_MAX);
    longest / 2 + cx.entropy.below(longest / 2 + 1)
}
