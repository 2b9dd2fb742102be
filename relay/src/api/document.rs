//! The interface's own description, and a page of it for people.

use std::collections::BTreeMap;

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::Html;
use axum::routing::get;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, Modify, OpenApi};

use protocol::Bytes;
use serde_json::{Value, json};

use super::page;
use super::told::Events;

use crate::trade::Code;
use crate::trade::envelope::{Problem, Refused};

/// The page has its own style and nothing else.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// What the names of refusals begin with; their status follows.
const REFUSED: &str = "Refused";
const REPLAY: &str = "Idempotency-Replay";
const RETRY_AFTER: &str = "Retry-After";
/// Headers of answers: what they say, and what kind of value they have.
const HEADERS: [(&str, &str, &str); 6] = [
    (REPLAY, "`true` where it was answered before, and nothing was done now.", "string"),
    (RETRY_AFTER, "When to come back, in seconds.", "integer"),
    ("X-RateLimit-Limit", "Requests in a minute; with status 429, the limit that was reached.", "integer"),
    ("X-RateLimit-Remaining", "How many are left of what is limited.", "integer"),
    ("X-RateLimit-Reset", "When there are more again, in seconds since 1970.", "integer"),
    ("X-Request-ID", "The request's id: as it was sent, or a new one.", "string"),
];

/// What the generated parts are put into.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Palaver relay",
        description = "Trade on a relay. Send `Authorization: Bearer …` with an API key, a token made from one, or a device's session. \
            Amounts are texts such as `10.50`. A change that lists an `Idempotency-Key` is carried out once for each: asked for again by it, it is answered the same.",
    ),
    components(schemas(Refused, Problem)),
    security(("bearer" = [])),
    modifiers(&Bearer, &Refusals, &Events),
)]
pub(super) struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// What a change is known by when it is asked for again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct IdempotencyKey {
    /// A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done.
    #[param(
        rename = "Idempotency-Key",
        value_type = String,
        required = false,
        min_length = 36,
        max_length = 36,
        pattern = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[47][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
    )]
    _key: Option<String>,
}

/// The same, where doing it twice costs money: it has to be given.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct NeededIdempotencyKey {
    /// A UUID of version 4 or 7, made for this request alone: asked for again by it, the same is answered and nothing done.
    #[param(
        rename = "Idempotency-Key",
        value_type = String,
        required = true,
        min_length = 36,
        max_length = 36,
        pattern = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[47][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
    )]
    _key: Option<String>,
}

/// What any route may answer instead: the same everywhere, so it is described once.
pub(super) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        by_status()
            .into_keys()
            .map(|status| (status.to_string(), Ref::from_response_name(name(status)).into()))
            .collect()
    }
}

impl Modify for Refusals {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let response = |codes: Vec<&str>| {
            let content = Content::new(Some(Ref::from_schema_name("Refused")));
            ResponseBuilder::new().description(codes.join(", ")).content("application/json", content).build()
        };
        let described = by_status().into_iter().map(|(status, codes)| (name(status), response(codes).into()));
        document.components.get_or_insert_default().responses.extend(described);
    }
}

fn by_status() -> BTreeMap<u16, Vec<&'static str>> {
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in Code::ALL {
        by_status.entry(code.status()).or_default().push(code.text());
    }
    by_status
}

fn name(status: u16) -> String {
    format!("{REFUSED}{status}")
}

/// The document, its fields in the order of the alphabet.
pub(super) fn value(document: &utoipa::openapi::OpenApi) -> Value {
    let mut value = serde_json::to_value(document).expect("the document is made of texts");
    note_headers(&mut value);
    value
}

/// Says which headers answers have: each is described once.
fn note_headers(document: &mut Value) {
    let described = HEADERS.map(|(name, says, kind)| {
        (name.to_owned(), json!({ "description": says, "schema": { "type": kind } }))
    });
    document["components"]["headers"] = Value::Object(described.into_iter().collect());
    for (name, response) in fields(&mut document["components"]["responses"]) {
        let status = name.trim_start_matches(REFUSED);
        response["headers"] = headers(status, true);
    }
    let operations = fields(&mut document["paths"]).flat_map(|(_, item)| fields(item));
    for (_, operation) in operations {
        let is_keyed = is_keyed(operation);
        let own = fields(&mut operation["responses"]).filter(|(_, response)| response["$ref"].is_null());
        for (status, response) in own {
            response["headers"] = headers(status, is_keyed);
        }
    }
}

/// The headers of an answer, by where they are described.
fn headers(status: &str, is_keyed: bool) -> Value {
    let is_there = |name: &str| match name {
        REPLAY => is_keyed,
        RETRY_AFTER => ["429", "503"].contains(&status),
        _ => true,
    };
    let there = HEADERS.into_iter().filter(|(name, ..)| is_there(name));
    let place = |name: &str| json!({ "$ref": format!("#/components/headers/{name}") });
    Value::Object(there.map(|(name, ..)| (name.to_owned(), place(name))).collect())
}

/// Whether it is carried out once for each idempotency key.
fn is_keyed(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.is_some_and(|parameters| parameters.iter().any(|one| one["name"] == "Idempotency-Key"))
}

fn fields(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}

/// The routes that show the document.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(document: &utoipa::openapi::OpenApi) -> Router<S> {
    let value = value(document);
    let [json, page] = [value.to_string(), page::page(&value)].map(Bytes::from);
    Router::new()
        .route("/v1/openapi.json", get(async move || ([(CONTENT_TYPE, "application/json")], json)))
        .route("/v1/docs", get(async move || ([(CONTENT_SECURITY_POLICY, PAGE_POLICY)], Html(page))))
}
