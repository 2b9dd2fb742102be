//! A socket's place at a link box.

use protocol::frame::{
    Done, Failure, LinkClosed, LinkEnter, LinkEntered, LinkOpen, LinkOpened, LinkSend, Response,
};
use protocol::{Bytes, ErrorCode, limits};

use super::socket::Ended;
use super::{Answer, Gateway, no_session};
use crate::hub::push_frame;
use crate::links::{LinkError, LinkSeat};
use crate::rates::Counted;
use crate::store::Store;
use crate::world::{self, Clock};

impl<S: Store> Gateway<S> {
    /// A new device has no session: what it may do is counted by its address.
    pub(super) fn open_link(&mut self, open: &LinkOpen) -> Result<Answer, Failure> {
        self.relay.count(Counted::links(self.address), self.relay.config.rates.links)?;
        let random = u64::from_be_bytes(world::random());
        let (seat, number) = self.relay.links.open(open.name, random, self.relay.clock.now())?;
        let expires_at = seat.expires_at;
        // Whoever links is given time for it, and for opening a session afterwards.
        self.guest_until = expires_at.plus_millis(limits::GUEST_SOCKET_MS);
        self.seat = Some(seat);
        Ok(Response::LinkOpened(LinkOpened { number, expires_at }).into())
    }

    pub(super) fn enter_link(&mut self, enter: &LinkEnter) -> Result<Answer, Failure> {
        let account = self.member().ok_or_else(no_session)?.account;
        let entries = self.relay.config.rates.link_entries();
        self.relay.count(Counted::LinkEntries(account), entries)?;
        let seat = self.relay.links.enter(enter.name.0, enter.number, self.relay.clock.now())?;
        let expires_at = seat.expires_at;
        self.seat = Some(seat);
        Ok(Response::LinkEntered(LinkEntered { expires_at }).into())
    }

    pub(super) fn send_through_link(&mut self, send: LinkSend) -> Result<Answer, Failure> {
        let seat = self.seat.as_ref().ok_or(LinkError::Absent)?;
        seat.send(send.message)?;
        Ok(Response::Done(Done {}).into())
    }

    pub(super) fn leave_link(&mut self) -> Answer {
        self.seat = None;
        Response::Done(Done {}).into()
    }

    /// What the other side said, or that it is over.
    pub(super) async fn push_from_link(&mut self, frame: Option<Bytes>) -> Result<(), Ended> {
        let frame = frame.unwrap_or_else(|| {
            self.seat = None;
            push_frame(Response::LinkClosed(LinkClosed {}))
        });
        self.outgoing.send(frame).await
    }
}

/// The next frame; none when the time is over. Waits for ever where there is no seat.
pub(super) async fn next_from(seat: &mut Option<LinkSeat>, clock: &Clock) -> Option<Bytes> {
    let Some(seat) = seat else { return std::future::pending().await };
    tokio::select! {
        biased;
        frame = seat.pushes.recv() => frame,
        () = clock.reach(seat.expires_at) => None,
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Full => Self::new(ErrorCode::Busy, "too many devices are being linked: try again")
                .retry_after_ms(limits::LINK_MS),
            LinkError::Absent => {
                Self::new(ErrorCode::NotFound, "no device waits there: begin anew on the new device")
            }
            LinkError::NobodyThere => Self::new(ErrorCode::NotFound, "the other device has left: begin anew"),
        }
    }
}
