//! A client's socket, frame by frame.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::frame::{
    Challenge, ClientFrame, Failure, Hello, PUSH, Request, Response, ServerFrame, SessionReady, SessionResume,
};
use protocol::{Bytes, ErrorCode, SUBPROTOCOL, VERSION, VERSION_MIN};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::member::Person;
use crate::poisoner::Ask;

/// A relay that says nothing for so long has failed the test.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    asked: u64,
    pushes: VecDeque<Response>,
}

impl Socket {
    pub async fn open(address: SocketAddr) -> Self {
        Self::try_open(address).await.expect("the relay takes a socket")
    }

    /// None where the relay takes no more.
    pub async fn try_open(address: SocketAddr) -> Option<Self> {
        let mut request = format!("ws://{address}/v1/ws").into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        let (stream, _) = connect_async(request).await.ok()?;
        Some(Self { stream, asked: 0, pushes: VecDeque::new() })
    }

    /// Asks, and waits for the answer; what is pushed before it is kept.
    pub async fn ask(&mut self, body: Request) -> Response {
        let request_id = self.send(body).await;
        loop {
            let frame = self.receive().await.expect("an answer before the socket ends");
            if frame.request_id == request_id {
                return frame.body;
            }
            assert_eq!(frame.request_id, PUSH);
            self.pushes.push_back(frame.body);
        }
    }

    /// Asks, and expects a refusal.
    #[track_caller]
    pub fn refused(&mut self, body: Request) -> impl Future<Output = Failure> {
        let caller = std::panic::Location::caller();
        async move {
            match self.ask(body).await {
                Response::Failure(failure) => failure,
                answer => panic!("{caller}: not refused: {answer:?}"),
            }
        }
    }

    /// Sends a request without waiting.
    pub async fn send(&mut self, body: Request) -> u64 {
        self.asked += 1;
        let frame = ClientFrame { request_id: self.asked, body };
        self.send_bytes(frame.encode()).await;
        self.asked
    }

    pub async fn send_bytes(&mut self, bytes: Bytes) {
        self.stream.send(Message::Binary(bytes)).await.unwrap();
    }

    /// Sends what the relay may end the socket for while it is being sent.
    pub async fn try_send_bytes(&mut self, bytes: Bytes) {
        let _ = self.stream.send(Message::Binary(bytes)).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// The next push.
    pub async fn push(&mut self) -> Response {
        match self.pushes.pop_front() {
            Some(push) => push,
            None => self.receive().await.expect("a push before the socket ends").body,
        }
    }

    /// Pushes that came before the last answer and were not looked at.
    pub fn pushed_already(&self) -> usize {
        self.pushes.len()
    }

    /// The next frame; none once the socket has ended.
    pub async fn receive(&mut self) -> Option<ServerFrame> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("the relay goes on");
            match next {
                Some(Ok(Message::Binary(bytes))) => return Some(ServerFrame::decode(bytes).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }

    /// Reads to the socket's end, and says the reason given last.
    pub async fn reason_of_end(&mut self) -> Option<ErrorCode> {
        let mut reason = None;
        while let Some(frame) = self.receive().await {
            if let Response::Failure(failure) = frame.body {
                reason = Some(failure.code);
            }
        }
        reason
    }

    pub async fn hello(&mut self) -> Challenge {
        let hello = Hello { version_min: VERSION_MIN, version_max: VERSION, client: "test/1".to_owned() };
        match self.ask(Request::Hello(hello)).await {
            Response::Challenge(challenge) => challenge,
            answer => panic!("no challenge: {answer:?}"),
        }
    }

    /// Opens a session by challenge.
    pub async fn start(&mut self, person: &Person) -> SessionReady {
        let challenge = self.hello().await;
        ready(self.ask(Request::SessionStart(person.answer(&challenge))).await)
    }

    /// Takes a session up by its token.
    pub async fn resume(&mut self, token: &Bytes) -> Response {
        self.hello().await;
        self.ask(Request::SessionResume(SessionResume { resume_token: token.clone(), state_counter: 1 }))
            .await
    }
}

impl Ask for Socket {
    async fn try_ask(&mut self, body: Request) -> Option<Response> {
        Some(self.ask(body).await)
    }
}

#[track_caller]
pub fn ready(answer: Response) -> SessionReady {
    match answer {
        Response::SessionReady(ready) => ready,
        answer => panic!("no session: {answer:?}"),
    }
}

#[track_caller]
pub fn code_of(answer: &Response) -> ErrorCode {
    match answer {
        Response::Failure(failure) => failure.code,
        answer => panic!("not refused: {answer:?}"),
    }
}
