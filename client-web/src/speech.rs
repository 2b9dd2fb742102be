//! What the worker hears and says, between JavaScript and our types. What is only handed on stays as it is.

use client_api::page::{Answer, ClientState, Failure, FailureCode, Request, ToPage};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

/// Something that is handed on unread.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Unread(#[serde(with = "serde_wasm_bindgen::preserve")] pub(crate) JsValue);

impl Unread {
    /// Something of ours, to be handed on.
    pub(crate) fn of(message: &impl Serialize) -> Self {
        Self(to_js(message))
    }
}

/// What a page says. The fields are those of [`client_api::page::ToWorker`], read one by one: most of it is handed on.
pub(crate) enum Heard {
    Start(Start),
    Ask { id: u32, request: Unread },
    Visible(bool),
    Online(bool),
}

/// A page's first message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Start {
    pub(crate) profile: String,
    pub(crate) relay: String,
    pub(crate) is_visible: bool,
    pub(crate) is_expected: bool,
}

/// Reads what a page says. What cannot be read is answered, where that is possible.
pub(crate) fn hear(message: &JsValue) -> Option<Heard> {
    let get = |name: &str| js_sys::Reflect::get(message, &name.into()).ok();
    let flag = |name: &str| get(name).is_some_and(|value| value.is_truthy());
    match get("kind")?.as_string()?.as_str() {
        "start" => serde_wasm_bindgen::from_value(message.clone()).ok().map(Heard::Start),
        // Ids are made by counting.
        "ask" => Some(Heard::Ask { id: get("id")?.as_f64()? as u32, request: Unread(get("request")?) }),
        "visible" => Some(Heard::Visible(flag("isVisible"))),
        "online" => Some(Heard::Online(flag("isOnline"))),
        _ => None,
    }
}

/// A page's request. Secrets in it are wiped where JavaScript keeps them: they are read once.
pub(crate) fn read_request(request: &Unread) -> Result<Request, Failure> {
    let read = serde_wasm_bindgen::from_value(request.0.clone());
    for (owner, secret) in [("secret", "bytes"), ("protection", "secret")] {
        let owner = js_sys::Reflect::get(&request.0, &owner.into()).unwrap_or_default();
        let secret = js_sys::Reflect::get(&owner, &secret.into()).unwrap_or_default();
        if let Ok(bytes) = secret.dyn_into::<js_sys::Uint8Array>() {
            bytes.fill(0, 0, bytes.length());
        }
    }
    read.map_err(|error| failure(FailureCode::BadRequest, &error.to_string()))
}

/// A message to the page whose parts are handed on.
#[derive(Serialize)]
#[serde(rename_all = "snake_case", untagged)]
pub(crate) enum Said {
    Answer { kind: &'static str, id: u32, answer: Unread },
    Event { kind: &'static str, event: Unread },
    State { kind: &'static str, state: Unread },
}

impl Said {
    pub(crate) fn answer(id: u32, answer: Unread) -> Self {
        Self::Answer { kind: "answer", id, answer }
    }

    pub(crate) fn event(event: Unread) -> Self {
        Self::Event { kind: "event", event }
    }

    pub(crate) fn state(state: Unread) -> Self {
        Self::State { kind: "state", state }
    }
}

/// Says something to the page.
pub(crate) fn say(message: &impl Serialize) {
    let global: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    // A page that is gone hears nothing.
    let _ = global.post_message(&to_js(message));
}

/// Tells the page how the client stands.
pub(crate) fn say_state(state: ClientState) {
    say(&ToPage::State { state });
}

/// An answer that says why there is none.
pub(crate) fn failed(failure: Failure) -> Answer {
    Answer::Failed { failure }
}

pub(crate) fn failure(code: FailureCode, message: &str) -> Failure {
    Failure { code, message: message.to_owned() }
}

pub(crate) fn to_js(message: &impl Serialize) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    message.serialize(&serializer).expect("messages hold nothing that JavaScript lacks")
}
