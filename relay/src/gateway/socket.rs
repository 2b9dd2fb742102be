//! A socket's own end: what it is written has to be taken in time.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use axum::extract::ws::Message;
use futures_util::{Sink, SinkExt, Stream};
use protocol::{Bytes, ErrorCode, limits};

use crate::hub::closing_frame;

/// The socket ends.
#[derive(Debug)]
pub(super) struct Ended;

/// The writing half. A write that is not taken in time ends the socket: whoever stops reading holds nothing up.
pub(super) struct Outgoing(Pin<Box<dyn Sink<Message, Error = axum::Error> + Send>>);

/// The reading half.
pub(super) type Incoming = Pin<Box<dyn Stream<Item = Result<Message, axum::Error>> + Send>>;

impl Outgoing {
    pub(super) fn new(sink: impl Sink<Message, Error = axum::Error> + Send + 'static) -> Self {
        Self(Box::pin(sink))
    }

    /// Writes a frame, and everything before it.
    pub(super) async fn send(&mut self, frame: Bytes) -> Result<(), Ended> {
        in_time(self.0.send(Message::Binary(frame))).await
    }

    /// Queues a frame until [`Self::flush`].
    pub(super) async fn feed(&mut self, frame: Bytes) -> Result<(), Ended> {
        in_time(self.0.feed(Message::Binary(frame))).await
    }

    pub(super) async fn flush(&mut self) -> Result<(), Ended> {
        in_time(self.0.flush()).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), Ended> {
        in_time(self.0.send(Message::Ping(Bytes::new()))).await
    }

    /// Says why, and closes.
    pub(super) async fn end(&mut self, reason: ErrorCode) -> Ended {
        // It ends either way.
        let _ = self.send(closing_frame(reason)).await;
        let _ = in_time(self.0.close()).await;
        Ended
    }
}

async fn in_time(write: impl Future<Output = Result<(), axum::Error>>) -> Result<(), Ended> {
    match tokio::time::timeout(Duration::from_millis(limits::WRITE_DEADLINE_MS), write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Ended),
    }
}
