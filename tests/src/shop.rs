//! A relay whose market is used over HTTP, as programs use it.

use std::process::Command;

use data_encoding::HEXLOWER;
use protocol::DeviceId;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Method, Request};

use crate::TestRelay;
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
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// Byte for byte.
    pub text: String,
    /// As JSON, if it is.
    pub body: Value,
}

impl Shop {
    /// Opens one on a new relay.
    pub fn open() -> Self {
        Self { relay: TestRelay::start() }
    }

    /// Runs `palaver-relay` on its folder; what it printed, or what went wrong.
    pub fn operate(&self, arguments: &[&str]) -> Result<String, String> {
        let mut program = Command::new(crate::program("palaver-relay"));
        let output = program.args(arguments).arg("--data").arg(self.relay.folder()).output();
        let output = output.expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("it prints text");
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
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
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Caller { address: self.relay.url(), credential: credential.map(str::to_owned), agent }
    }
}

impl Caller {
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

    /// Asks for a change by a new idempotency key.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_by(&new_key(), path, &body.to_string())
    }

    /// Asks for a change by an idempotency key.
    pub fn post_by(&self, key: &str, path: &str, body: &str) -> Answer {
        self.ask(Method::POST, path, Some(key), body)
    }

    pub fn ask(&self, method: Method, path: &str, key: Option<&str>, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.address));
        if let Some(credential) = &self.credential {
            request = request.header("authorization", format!("Bearer {credential}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(body.to_owned()).expect("a request");
        let mut answer = self.agent.run(request).expect("the relay answers");
        let text = answer.body_mut().read_to_string().expect("it answers text");
        let body = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), text, body }
    }
}

impl Answer {
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
    let mut bytes = fresh();
    bytes[6] = 0x40 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let hex = HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
