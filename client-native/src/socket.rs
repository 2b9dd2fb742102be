//! The socket to the relay: opens on request, moves frames, and says when it is gone. Never retries by itself.

use std::sync::{Arc, Mutex, PoisonError};

use client_core::Input;
use futures_util::{SinkExt, StreamExt};
use protocol::{Bytes, SUBPROTOCOL, limits};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// How long opening may take.
const CONNECT_MS_MAX: u64 = 10_000;

/// Why the last attempt to connect failed, for whoever looks for a fault.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    pub(crate) fn get(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, trouble: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

/// An open or opening socket. Dropping it closes it.
pub(crate) struct Socket {
    frames: UnboundedSender<Bytes>,
    task: JoinHandle<()>,
}

impl Socket {
    /// Begins to connect; what becomes of it comes as inputs.
    pub(crate) fn open(url: String, inputs: UnboundedSender<Input>, trouble: Trouble) -> Self {
        let (frames, to_send) = unbounded_channel();
        let task = tokio::spawn(async move {
            match connect(&url).await {
                Ok(stream) => {
                    trouble.set(None);
                    // The client has ended if nobody listens.
                    let _ = inputs.send(Input::Connected);
                    run(stream, to_send, &inputs).await;
                }
                Err(reason) => trouble.set(Some(reason)),
            }
            let _ = inputs.send(Input::Disconnected);
        });
        Self { frames, task }
    }

    pub(crate) fn send(&self, frame: Bytes) {
        // A socket that has ended says so as an input.
        let _ = self.frames.send(frame);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(url: &str) -> Result<Stream, String> {
    // The first call chooses TLS's cryptography for this process; the others find it chosen.
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    let mut request = url.into_client_request().map_err(|error| error.to_string())?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
    let mut config = WebSocketConfig::default();
    config.max_message_size = Some(limits::FRAME_BYTES_MAX);
    config.max_frame_size = Some(limits::FRAME_BYTES_MAX);
    let opening = connect_async_with_config(request, Some(config), true);
    let opened = tokio::time::timeout(std::time::Duration::from_millis(CONNECT_MS_MAX), opening).await;
    match opened {
        Ok(Ok((stream, _))) => Ok(stream),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no answer within {} seconds", CONNECT_MS_MAX / 1000)),
    }
}

async fn run(stream: Stream, mut to_send: UnboundedReceiver<Bytes>, inputs: &UnboundedSender<Input>) {
    let (mut sink, mut stream) = stream.split();
    loop {
        tokio::select! {
            frame = to_send.recv() => {
                let Some(frame) = frame else { return };
                if sink.send(Message::Binary(frame)).await.is_err() {
                    return;
                }
            }
            message = stream.next() => match message {
                Some(Ok(Message::Binary(bytes))) => {
                    if inputs.send(Input::Received(bytes)).is_err() {
                        return;
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
        }
    }
}
