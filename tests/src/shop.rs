//! A relay whose market is used over HTTP, as programs use it.

use std::path::Path;
use std::process::Command;

use data_encoding::HEXLOWER;
use protocol::DeviceId;
use serde_json::{Value, json};
use ureq::http::{HeaderMap, Method, Request, Response};
use ureq::{Agent, Body};

use crate::TestRelay;
use crate::events::EventStream;
use crate::raw::fresh;

/// A relay with a market.
pub struct Shop {
    pub relay: TestRelay,
}

/// Someone who asks.
#[derive(Clone)]
pub struct Caller {
    address: String,
    credential: Option<String>,
    agent: Agent,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// Byte for byte.
    pub text: String,
    /// As JSON, if it is.
    pub body: Value,
}

impl Shop {
    /// Opens one on a new relay, as its operator gets it.
    pub fn open() -> Self {
        Self { relay: TestRelay::start() }
    }

    /// Opens one on a new relay with these settings.
    pub fn open_with(settings: &[(&str, &str)]) -> Self {
        Self { relay: TestRelay::start_with(settings) }
    }

    /// Runs `palaver-relay` on its folder; what it printed, or what went wrong.
    pub fn operate(&self, arguments: &[&str]) -> Result<String, String> {
        operate(self.relay.folder(), arguments)
    }

    /// Whoever has a new key of these scopes, in a space.
    pub fn key_in(&self, space: &str, scopes: &str) -> Caller {
        let made = self.operate(&["keys", "create", "--name", "test", "--scope", scopes, "--space", space]);
        self.caller(Some(made.expect("a key is made").trim()))
    }

    /// The same, in the first space.
    pub fn key(&self, scopes: &str) -> Caller {
        self.key_in("default", scopes)
    }

    /// Whoever has a device's session.
    pub fn account(&self, device: DeviceId, session_token: &[u8]) -> Caller {
        self.caller(Some(&format!("plv_{device}_{}", HEXLOWER.encode(session_token))))
    }

    /// Whoever shows this.
    pub fn caller(&self, credential: Option<&str>) -> Caller {
        Caller::at(self.relay.url(), credential)
    }
}

/// Runs `palaver-relay` on a folder; what it printed, or what went wrong.
pub fn operate(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut program = Command::new(crate::program("palaver-relay"));
    let output = program.args(arguments).arg("--data").arg(folder).output();
    let output = output.expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

impl Caller {
    /// Whoever shows this to a relay.
    pub fn at(address: String, credential: Option<&str>) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Self { address, credential: credential.map(str::to_owned), agent }
    }

    /// What is shown.
    pub fn credential(&self) -> &str {
        self.credential.as_deref().unwrap_or_default()
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None, "")
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None, "")
    }

    /// The same with a body, which few send with it.
    pub fn delete_with(&self, path: &str, body: &Value) -> Answer {
        let request = self.agent.delete(format!("{}{path}", self.address)).force_send_body();
        let request = request.header("authorization", format!("Bearer {}", self.credential()));
        Answer::read(request.send(body.to_string()).expect("the relay answers")).expect("it ends")
    }

    /// Asks for a change by a new idempotency key.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_by(&new_key(), path, &body.to_string())
    }

    /// Asks for something to be otherwise, by a new idempotency key.
    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PATCH, path, Some(&new_key()), &body.to_string())
    }

    /// Asks for a change by an idempotency key.
    pub fn post_by(&self, key: &str, path: &str, body: &str) -> Answer {
        self.ask(Method::POST, path, Some(key), body)
    }

    pub fn ask(&self, method: Method, path: &str, key: Option<&str>, body: &str) -> Answer {
        self.try_to_ask(method, path, key, body).expect("the relay answers")
    }

    /// The same of a relay that may end meanwhile: then there is no answer.
    pub fn try_to_ask(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &str,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.address));
        if let Some(credential) = &self.credential {
            request = request.header("authorization", format!("Bearer {credential}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(body.to_owned()).expect("a request");
        Answer::read(self.agent.run(request)?)
    }

    /// Opens a stream of events, behind the last id that came.
    pub fn stream(&self, path: &str, last: Option<&str>) -> EventStream {
        let request = Request::builder().uri(format!("{}{path}", self.address));
        let request = request.header("authorization", format!("Bearer {}", self.credential()));
        let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
        let answer = self.agent.run(request.body(()).expect("a request")).expect("the relay answers");
        assert!(is_stream(answer.headers()), "{answer:?}");
        EventStream::new(Box::new(answer.into_body().into_reader()))
    }
}

/// Whether an answer has no end.
fn is_stream(headers: &HeaderMap) -> bool {
    headers.get("content-type").is_some_and(|kind| kind == "text/event-stream")
}

/// What a space's key does for its users.
impl Caller {
    /// Makes a user; its id.
    #[track_caller]
    pub fn user(&self, name: &str) -> String {
        let made = self.post("/v1/users", &json!({ "external_user_id": name, "type": "both" }));
        id_of(made.data(201))
    }

    /// Makes a user that has so much.
    #[track_caller]
    pub fn rich_user(&self, name: &str, amount: &str) -> String {
        let user = self.user(name);
        self.top_up(&user, amount);
        user
    }

    /// Tops a user up, and says that the money came.
    #[track_caller]
    pub fn top_up(&self, user: &str, amount: &str) {
        let body = json!({
            "user_id": user, "amount": amount, "currency": "USD", "return_url": "https://shop.example.org/paid",
        });
        let made = id_of(self.post("/v1/topups", &body).data(201));
        self.post(&format!("/v1/topups/{made}/confirm"), &json!({})).data(200);
    }

    /// What a user has: available, and set aside.
    #[track_caller]
    pub fn purse(&self, user: &str) -> [String; 2] {
        let balance = self.get(&format!("/v1/users/{user}/balance"));
        ["available", "reserved"].map(|part| balance.data(200)[part].as_str().expect("an amount").to_owned())
    }

    /// Makes an order; its path.
    #[track_caller]
    pub fn order(&self, buyer: &str, seller: &str, amount: &str) -> String {
        let body = json!({
            "buyer_id": buyer, "seller_id": seller, "amount": amount, "currency": "USD", "title": "A desk",
        });
        format!("/v1/orders/{}", id_of(self.post("/v1/orders", &body).data(201)))
    }

    /// Makes an order whose money is in escrow; its path.
    #[track_caller]
    pub fn funded_order(&self, buyer: &str, seller: &str, amount: &str) -> String {
        let order = self.order(buyer, seller, amount);
        self.fund(&order, amount);
        order
    }

    /// Brings an order's money into escrow.
    #[track_caller]
    pub fn fund(&self, order: &str, amount: &str) {
        self.post(&format!("{order}/reserve"), &json!({ "amount": amount })).data(200);
        self.post(&format!("{order}/escrow"), &json!({})).data(201);
        self.post(&format!("{order}/escrow/fund"), &json!({})).data(200);
    }
}

/// The id of what is shown.
pub fn id_of(shown: &Value) -> String {
    shown["id"].as_str().expect("an id").to_owned()
}

impl Answer {
    fn read(mut answer: Response<Body>) -> Result<Self, ureq::Error> {
        let text =
            if is_stream(answer.headers()) { String::new() } else { answer.body_mut().read_to_string()? };
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Self { status: answer.status().as_u16(), headers: answer.headers().clone(), text, body })
    }

    /// What was asked for.
    #[track_caller]
    pub fn data(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{}", self.text);
        &self.body["data"]
    }

    /// The code of a refusal.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    /// Its status and code.
    #[track_caller]
    pub fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// An idempotency key that was never given before in this run.
pub fn new_key() -> String {
    // The part that counts lies where a UUID has nothing fixed.
    let mut bytes = fresh();
    bytes.rotate_right(8);
    bytes.swap(8, 0);
    bytes[6] = 0x40 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let hex = HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
