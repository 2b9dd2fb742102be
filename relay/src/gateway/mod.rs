//! One socket: its session, its requests, and what it is pushed.
//!
//! Requests are answered in order. An entry is pushed only as the next one of its log: what a socket missed before it
//! followed a log is read from the store first, so that there is no gap and no repeat.

mod conversations;
mod identity;
mod key_packages;
mod linking;
mod order;
mod pushing;
mod reading;
mod session;
mod socket;
mod voiding;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Message;
use futures_util::{Sink, Stream, StreamExt};
use mls_wasm::Leaf;
use protocol::codec::{DecodeError, OrEmpty};
use protocol::frame::{Challenge, ClientFrame, Failure, Request, Response, ServerFrame};
use protocol::identity::LeafIdentity;
use protocol::{Bytes, ConversationId, ErrorCode, Seq, Timestamp, limits};
use tokio::sync::watch;
use tokio::time::Interval;

use self::socket::{Ended, Incoming, Outgoing};
use crate::hub::{Push, Registration};
use crate::links::LinkSeat;
use crate::rates::Counted;
use crate::server::Relay;
use crate::store::{Member, Store, StoreError};

/// Refused frames in a row after which a socket is closed: it is not speaking our protocol.
const REFUSED_FRAMES_MAX: u32 = 16;

/// Serves a socket until it ends, or `stopping` says that the relay does.
pub(crate) async fn run<S: Store>(
    relay: Arc<Relay<S>>,
    (sink, stream): (
        impl Sink<Message, Error = axum::Error> + Send + 'static,
        impl Stream<Item = Result<Message, axum::Error>> + Send + 'static,
    ),
    address: IpAddr,
    stopping: watch::Receiver<bool>,
) {
    relay.metrics.sockets.add(1);
    let mut gateway = Gateway {
        relay: Arc::clone(&relay),
        address,
        outgoing: Outgoing::new(sink),
        incoming: Box::pin(stream),
        stopping,
        guest_until: relay.clock.now().plus_millis(limits::GUEST_SOCKET_MS),
        challenge: None,
        session: None,
        seat: None,
        refused_in_a_row: 0,
    };
    // The client is gone, or was told why: nothing is left to do.
    let _ = gateway.serve().await;
    relay.metrics.sockets.add(-1);
}

struct Gateway<S> {
    relay: Arc<Relay<S>>,
    address: IpAddr,
    outgoing: Outgoing,
    incoming: Incoming,
    stopping: watch::Receiver<bool>,
    /// When the socket ends if it has no session by then.
    guest_until: Timestamp,
    challenge: Option<Challenge>,
    session: Option<Session>,
    seat: Option<LinkSeat>,
    refused_in_a_row: u32,
}

/// A device's session on this socket.
struct Session {
    leaf: Leaf,
    token: crate::store::TokenHash,
    expires_at: Timestamp,
    registration: Registration,
    order: order::Order,
    /// The next entry of each log this socket follows.
    next: HashMap<ConversationId, Seq>,
}

impl Session {
    fn member(&self) -> Member {
        let LeafIdentity { account, device } = self.leaf.identity;
        Member { device, account }
    }
}

impl<S: Store> Gateway<S> {
    async fn serve(&mut self) -> Result<(), Ended> {
        let mut heartbeat = tokio::time::interval(Duration::from_millis(limits::HEARTBEAT_IDLE_MS));
        heartbeat.reset();
        let mut missed = 0;
        loop {
            match self.next_event(&mut heartbeat).await {
                Event::Received(message) => {
                    missed = 0;
                    heartbeat.reset();
                    self.receive(message).await?;
                }
                Event::Pushed(push) => Box::pin(self.push_all(push)).await?,
                Event::Linked(frame) => self.push_from_link(frame).await?,
                Event::Idle if missed >= limits::HEARTBEATS_MISSED_MAX => return Err(Ended),
                Event::Idle => {
                    missed += 1;
                    self.outgoing.ping().await?;
                }
                Event::Over(reason) => return Err(self.outgoing.end(reason).await),
                Event::Gone => return Err(Ended),
            }
        }
    }

    async fn next_event(&mut self, heartbeat: &mut Interval) -> Event {
        let ends_at = self.session.as_ref().map_or(self.guest_until, |session| session.expires_at);
        let clock = &self.relay.clock;
        let pushed = async {
            match &mut self.session {
                Some(session) => session.registration.pushes.recv().await,
                None => std::future::pending().await,
            }
        };
        // In this order: whoever is pushed at all times is still told to end, and an answer never overtakes what was
        // committed before it was asked for.
        tokio::select! {
            biased;
            _ = self.stopping.wait_for(|is_stopping| *is_stopping) => Event::Over(ErrorCode::ShuttingDown),
            () = clock.reach(ends_at) => Event::Over(ErrorCode::Unauthorized),
            push = pushed => push.map_or(Event::Gone, Event::Pushed),
            frame = linking::next_from(&mut self.seat, clock) => Event::Linked(frame),
            message = self.incoming.next() => match message {
                Some(Ok(message)) => Event::Received(message),
                Some(Err(_)) | None => Event::Gone,
            },
            _ = heartbeat.tick() => Event::Idle,
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), Ended> {
        match message {
            Message::Binary(bytes) => self.answer(bytes).await,
            Message::Text(_) => {
                let failure = Failure::new(ErrorCode::InvalidRequest, "send binary frames");
                self.refuse(protocol::frame::PUSH, failure).await
            }
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(Ended),
        }
    }

    async fn answer(&mut self, bytes: Bytes) -> Result<(), Ended> {
        self.relay.metrics.requests_total.add_one();
        let counted = self.count_request();
        let frame = match ClientFrame::decode(bytes.clone()) {
            Ok(frame) => frame,
            Err(error) => {
                let failure = counted.err().unwrap_or_else(|| undecodable(&error));
                return self.refuse(ClientFrame::request_id_of(&bytes), failure).await;
            }
        };
        // On the heap only while it runs: an idle socket does not hold the room that the largest request needs.
        match Box::pin(self.handle(frame.body, counted)).await {
            Ok(Answer { body, then }) => {
                self.refused_in_a_row = 0;
                self.send(frame.request_id, body).await?;
                match then {
                    Then::Stay => Ok(()),
                    Then::Replay(conversations) => Box::pin(self.replay(conversations)).await,
                    Then::End => Err(Ended),
                }
            }
            Err(failure) => self.refuse(frame.request_id, failure).await,
        }
    }

    async fn handle(&mut self, request: Request, counted: Result<(), Failure>) -> Result<Answer, Failure> {
        if let (Err(_), Some(session), Request::SubmitMessage(submit)) =
            (&counted, &mut self.session, &request)
        {
            session.order.note(submit.conversation, submit.envelope, &counted);
        }
        counted?;
        match request {
            Request::Hello(hello) => self.hello(&hello),
            Request::SessionStart(start) => self.start_session(&start).await,
            Request::SessionResume(resume) => self.resume_session(&resume).await,
            Request::Ping(_) => Ok(Response::Pong(protocol::frame::Pong {}).into()),
            Request::IdentityFetch(fetch) => identity::fetch(&self.relay, fetch).await,
            Request::IdentityAppend(append) => {
                identity::append(&self.relay, self.member(), self.address, append).await
            }
            Request::LinkOpen(open) => self.open_link(&open),
            Request::LinkEnter(enter) => self.enter_link(&enter),
            Request::LinkSend(send) => self.send_through_link(send),
            Request::LinkLeave(_) => Ok(self.leave_link()),
            in_session => self.handle_in_session(in_session).await,
        }
    }

    async fn handle_in_session(&mut self, request: Request) -> Result<Answer, Failure> {
        let relay = &self.relay;
        let session = self.session.as_mut().ok_or_else(no_session)?;
        match request {
            Request::Logout(_) => self.logout().await,
            Request::IdentityCompare(compare) => identity::compare(relay, compare).await,
            Request::KeyPackagesPublish(publish) => key_packages::publish(relay, session, publish).await,
            Request::KeyPackagesClaim(claim) => key_packages::claim(relay, session, claim).await,
            Request::ConversationCreate(create) => conversations::create(relay, session, create).await,
            Request::SubmitHandshake(submit) => conversations::submit_handshake(relay, session, submit).await,
            Request::SubmitMessage(submit) => {
                let (conversation, envelope) = (submit.conversation, submit.envelope);
                session.order.check(&conversation, &envelope)?;
                let outcome = conversations::submit_message(relay, session, submit).await;
                session.order.note(conversation, envelope, &outcome);
                outcome
            }
            Request::GroupFetch(fetch) => reading::group(relay, session, fetch).await,
            Request::Subscribe(subscribe) => reading::subscribe(relay, session, subscribe).await,
            Request::EntriesFetch(fetch) => reading::entries(relay, session, fetch).await,
            Request::Acknowledge(acknowledge) => reading::acknowledge(relay, session, acknowledge).await,
            Request::CommitRefusal(refusal) => voiding::refuse(relay, session, refusal).await,
            Request::InboxFetch(fetch) => reading::inbox(relay, session, fetch).await,
            Request::InboxAcknowledge(acknowledge) => {
                reading::acknowledge_inbox(relay, session, acknowledge).await
            }
            Request::Hello(_)
            | Request::SessionStart(_)
            | Request::SessionResume(_)
            | Request::Ping(_)
            | Request::IdentityFetch(_)
            | Request::IdentityAppend(_)
            | Request::LinkOpen(_)
            | Request::LinkEnter(_)
            | Request::LinkLeave(_)
            | Request::LinkSend(_) => Err(no_session()),
        }
    }

    fn member(&self) -> Option<Member> {
        self.session.as_ref().map(Session::member)
    }

    fn count_request(&self) -> Result<(), Failure> {
        let rates = &self.relay.config.rates;
        match &self.session {
            Some(session) => {
                self.relay.count(Counted::Requests(session.leaf.identity.account), rates.requests)
            }
            None => self.relay.count(Counted::guest_requests(self.address), rates.guest_requests),
        }
    }

    async fn send(&mut self, request_id: u64, body: Response) -> Result<(), Ended> {
        self.outgoing.send(ServerFrame { request_id, body }.encode()).await
    }

    async fn refuse(&mut self, request_id: u64, failure: Failure) -> Result<(), Ended> {
        self.relay.metrics.refusals_total.add_one();
        if failure.code == ErrorCode::RateLimited {
            self.relay.metrics.rate_limited_total.add_one();
        }
        let is_garbage = matches!(
            failure.code,
            ErrorCode::InvalidRequest | ErrorCode::LimitExceeded | ErrorCode::UpgradeRequired
        );
        self.refused_in_a_row = if is_garbage { self.refused_in_a_row + 1 } else { 0 };
        tracing::debug!(code = failure.code.as_str(), "refused");
        self.send(request_id, Response::Failure(failure)).await?;
        if self.refused_in_a_row >= REFUSED_FRAMES_MAX { Err(Ended) } else { Ok(()) }
    }
}

enum Event {
    Received(Message),
    Pushed(Push),
    /// From the link box; none when that is over.
    Linked(Option<Bytes>),
    Idle,
    /// The relay ends the socket, and says why.
    Over(ErrorCode),
    Gone,
}

/// What a request is answered with, and what follows.
struct Answer {
    body: Response,
    then: Then,
}

enum Then {
    Stay,
    Replay(Vec<ConversationId>),
    End,
}

impl From<Response> for Answer {
    fn from(body: Response) -> Self {
        Self { body, then: Then::Stay }
    }
}

impl<S> Relay<S> {
    /// Counts one more, or says when to come back.
    fn count(&self, counted: Counted, limit: u32) -> Result<(), Failure> {
        self.rates.count(counted, limit, self.clock.now()).map_err(|retry_after_ms| {
            Failure::new(ErrorCode::RateLimited, "too often: wait").retry_after_ms(retry_after_ms)
        })
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = Self::new(error.code(), error.to_string());
        match error {
            StoreError::Busy => failure.retry_after_ms(1_000),
            StoreError::StaleEpoch(epoch) => Self { epoch, ..failure },
            StoreError::ConversationExists(conversation) => {
                Self { conversation: OrEmpty(Some(conversation)), ..failure }
            }
            _ => failure,
        }
    }
}

fn no_session() -> Failure {
    Failure::new(ErrorCode::Unauthorized, "start a session first")
}

fn undecodable(error: &DecodeError) -> Failure {
    let code = match error {
        DecodeError::Limit(_) => ErrorCode::LimitExceeded,
        DecodeError::Unknown(_) => ErrorCode::UpgradeRequired,
        _ => ErrorCode::InvalidRequest,
    };
    Failure::new(code, error.to_string())
}
