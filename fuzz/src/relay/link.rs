//! The relay's one box, in which a new device and one of an account meet.

use protocol::ErrorCode;
use protocol::frame::{Done, LinkClosed, LinkEnter, LinkEntered, LinkMessage, LinkName, LinkSend, Response};

use super::{NEVER, State, push, refused};

/// What the box is entered by where its name is not known.
pub(super) const LINK_NUMBER: u32 = 123_456_789;

/// Whoever opened it, and whoever came in.
#[derive(Clone)]
pub(super) struct LinkBox {
    name: LinkName,
    opened_by: usize,
    entered_by: Option<usize>,
}

impl LinkBox {
    /// A box with one socket at it.
    pub(super) const fn new(name: LinkName, socket: usize) -> Self {
        Self { name, opened_by: socket, entered_by: None }
    }

    /// Lets in the first who knows its name or its number.
    fn enter(&mut self, enter: &LinkEnter, socket: usize) -> bool {
        let is_known = enter.name.0.map_or(enter.number == LINK_NUMBER, |name| name == self.name);
        let enters = is_known && self.entered_by.is_none() && self.opened_by != socket;
        if enters {
            self.entered_by = Some(socket);
        }
        enters
    }

    /// The socket on the other side.
    fn other(&self, socket: usize) -> Option<usize> {
        if self.opened_by == socket {
            self.entered_by
        } else {
            (self.entered_by == Some(socket)).then_some(self.opened_by)
        }
    }
}

impl State {
    pub(super) fn enter_link(&mut self, socket: usize, enter: &LinkEnter) -> Response {
        if self.link.as_mut().is_some_and(|link| link.enter(enter, socket)) {
            Response::LinkEntered(LinkEntered { expires_at: NEVER })
        } else {
            refused(ErrorCode::NotFound)
        }
    }

    pub(super) fn send_through_link(&mut self, socket: usize, send: LinkSend) -> Response {
        let Some(other) = self.link.as_ref().and_then(|link| link.other(socket)) else {
            return refused(ErrorCode::NotFound);
        };
        let said = push(Response::LinkMessage(LinkMessage { message: send.message }));
        self.sockets[other].outgoing.push_back(said);
        Response::Done(Done {})
    }

    pub(super) fn leave_link(&mut self, socket: usize) {
        let is_at = |link: &mut LinkBox| link.opened_by == socket || link.entered_by == Some(socket);
        if let Some(other) = self.link.take_if(is_at).and_then(|link| link.other(socket)) {
            self.sockets[other].outgoing.push_back(push(Response::LinkClosed(LinkClosed {})));
        }
    }
}
