//! What is left of a request's body once the request is answered.
//!
//! A connection on which the rest of a body comes next can only be closed, and the client's next request there gets no answer.
//! So a little of it is read and dropped before the answer goes out; with more to come, the answer says that it is the last.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, EXPECT};
use axum::response::Response;
use hyper::Request;
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use tokio::time::timeout;

/// How much of a body is read for the sake of the connection alone, and for how long.
const UNREAD_BYTES_MAX: u64 = 64 * 1024;
const UNREAD_MS_MAX: u64 = 1_000;

/// A request's body, which whoever answers reads as far as it likes.
pub(crate) struct Lent(Arc<Mutex<Body>>);

struct Body {
    incoming: Incoming,
    /// Whether it was read to its end: one that comes in parts does not know.
    is_read: bool,
}

/// The same body, for when it was answered.
pub(crate) struct Rest {
    body: Arc<Mutex<Body>>,
    /// Whether the client sends it only once it is told to.
    is_waited_for: bool,
}

pub(crate) fn lend(request: Request<Incoming>) -> (Request<Lent>, Rest) {
    let is_waited_for = request.headers().contains_key(EXPECT);
    let (head, incoming) = request.into_parts();
    let body = Arc::new(Mutex::new(Body { incoming, is_read: false }));
    (Request::from_parts(head, Lent(Arc::clone(&body))), Rest { body, is_waited_for })
}

impl Lent {
    fn with<T>(&self, act: impl FnOnce(&mut Body) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.with(|body| {
            let polled = Pin::new(&mut body.incoming).poll_frame(context);
            body.is_read |= matches!(polled, Poll::Ready(None));
            polled
        })
    }

    fn is_end_stream(&self) -> bool {
        self.with(|body| body.incoming.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|body| body.incoming.size_hint())
    }
}

impl Rest {
    /// Reads what is left, if that is little and comes soon, so that the connection can go on; otherwise the answer ends it.
    /// Whoever answered and reads on keeps the body.
    pub(crate) async fn drop_before(self, answer: &mut Response) {
        let Some(body) = Arc::into_inner(self.body) else { return };
        let Body { incoming, is_read } = body.into_inner().unwrap_or_else(PoisonError::into_inner);
        if is_read || incoming.is_end_stream() {
            return;
        }
        let reading = timeout(Duration::from_millis(UNREAD_MS_MAX), is_read_to_its_end(incoming));
        if self.is_waited_for || !reading.await.unwrap_or(false) {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

async fn is_read_to_its_end(mut body: Incoming) -> bool {
    let mut left = UNREAD_BYTES_MAX;
    if body.size_hint().lower() > left {
        return false;
    }
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let length = frame.map(|frame| frame.data_ref().map_or(0, Bytes::len));
        match length.ok().and_then(|length| left.checked_sub(length as u64)) {
            Some(still) => left = still,
            None => return false,
        }
    }
    true
}
