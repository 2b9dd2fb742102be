//! A network that loses connections, and a relay's words that are changed on the way.
//!
//! A socket is reliable while it lasts: what is lost is lost with all that follows on it. Anything else that reaches a
//! client differently than the relay said it is a lie, and is told by a [`Tamper`].

use std::collections::VecDeque;

use protocol::frame::{ClientFrame, PUSH, Ping, Request, Response, ServerFrame};
use protocol::{Bytes, Timestamp};

/// The relay's end of a socket.
pub trait RelaySocket {
    /// Sends a frame to the relay. False: the socket has ended.
    fn send(&mut self, frame: Bytes) -> impl Future<Output = bool>;
    /// The next frame from the relay; none once the socket has ended.
    fn receive(&mut self) -> impl Future<Output = Option<Bytes>>;
}

/// Where sockets lead.
pub trait RelayPort {
    /// A socket.
    type Socket: RelaySocket;
    /// Opens one.
    fn connect(&mut self) -> impl Future<Output = Self::Socket>;
    /// It is that late.
    fn tell_time(&mut self, now: Timestamp);
}

/// What becomes of a relay's frame on its way to a client.
pub type Tamper = Box<dyn FnMut(ServerFrame) -> Vec<ServerFrame>>;

/// Frames sent before the answers are read.
const FRAMES_AT_ONCE: usize = 32;
/// The request id of the network's own question whether the relay is done.
const PROBE: u64 = u64::MAX;

/// A client's connection to the relay.
pub struct SimNetwork<S> {
    socket: Option<S>,
    to_relay: VecDeque<Bytes>,
    tamper: Option<Tamper>,
    is_down: bool,
    /// After so many more frames from the relay the connection is lost.
    lost_after: Option<usize>,
    /// It is lost with what is to be sent next.
    loses_next: bool,
}

/// What a client's connection brought.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    pub(super) frames: Vec<Bytes>,
    pub(super) has_ended: bool,
}

impl<S> Default for SimNetwork<S> {
    fn default() -> Self {
        Self {
            socket: None,
            to_relay: VecDeque::new(),
            tamper: None,
            is_down: false,
            lost_after: None,
            loses_next: false,
        }
    }
}

impl<S: RelaySocket> SimNetwork<S> {
    /// From now on the relay's frames come changed.
    pub fn tamper(&mut self, tamper: impl FnMut(ServerFrame) -> Vec<ServerFrame> + 'static) {
        self.tamper = Some(Box::new(tamper));
    }

    /// From now on they come as they are.
    pub fn be_honest(&mut self) {
        self.tamper = None;
    }

    /// The connection is lost once so many more frames have come from the relay.
    pub fn lose_after(&mut self, frames: usize) {
        self.lost_after = Some(frames);
    }

    /// What is sent next reaches nobody, and the connection is lost.
    pub fn lose_next(&mut self) {
        self.loses_next = true;
    }

    /// It fails no more.
    pub fn be_well(&mut self) {
        self.be_honest();
        self.lost_after = None;
        (self.is_down, self.loses_next) = (false, false);
    }

    /// From now on nothing passes, or everything does.
    pub fn set_down(&mut self, is_down: bool) {
        self.is_down = is_down;
    }

    pub(super) fn is_down(&self) -> bool {
        self.is_down
    }

    pub(super) fn open(&mut self, socket: S) {
        self.socket = Some(socket);
        self.to_relay.clear();
    }

    /// Closes the socket. False: there was none.
    pub(super) fn close(&mut self) -> bool {
        self.to_relay.clear();
        self.socket.take().is_some()
    }

    pub(super) fn transmit(&mut self, frame: Bytes) {
        if self.socket.is_some() {
            self.to_relay.push_back(frame);
        }
    }

    /// Sends what waits, and takes in all that the relay says to it and about what others did before.
    pub(super) async fn exchange(&mut self) -> Arrived {
        let mut arrived = Arrived::default();
        if self.loses_next && !self.to_relay.is_empty() {
            self.loses_next = false;
            arrived.has_ended = self.close();
        }
        while self.socket.is_some() {
            let some: Vec<Bytes> = self.to_relay.drain(..self.to_relay.len().min(FRAMES_AT_ONCE)).collect();
            self.send_and_listen(some, &mut arrived).await;
            if arrived.has_ended || self.is_down {
                self.close();
                arrived.has_ended = true;
            }
            if self.to_relay.is_empty() {
                break;
            }
        }
        arrived
    }

    async fn send_and_listen(&mut self, some: Vec<Bytes>, arrived: &mut Arrived) {
        let Some(socket) = &mut self.socket else { return };
        let probe = ClientFrame { request_id: PROBE, body: Request::Ping(Ping {}) }.encode();
        for frame in some.into_iter().chain([probe]) {
            if !socket.send(frame).await {
                break;
            }
        }
        let mut is_lost = false;
        loop {
            let Some(bytes) = socket.receive().await else {
                arrived.has_ended = true;
                return;
            };
            let frame = ServerFrame::decode(bytes.clone()).expect("the relay sends frames");
            if frame.request_id == PROBE {
                return;
            }
            if self.lost_after == Some(0) {
                (self.lost_after, is_lost, arrived.has_ended) = (None, true, true);
            }
            // The relay does what it was asked, though nobody hears of it: it is waited for, so that a seed comes to the same.
            if is_lost {
                continue;
            }
            self.lost_after = self.lost_after.map(|left| left - 1);
            match &mut self.tamper {
                Some(tamper) => arrived.frames.extend(tamper(frame).into_iter().map(ServerFrame::encode)),
                None => arrived.frames.push(bytes),
            }
        }
    }
}

/// A push, as a relay might make one up.
pub fn push(body: Response) -> ServerFrame {
    ServerFrame { request_id: PUSH, body }
}
