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
use serde_json::Value;

use super::page;
use super::told::Events;

use crate::trade::Code;
use crate::trade::envelope::{Problem, Refused};

/// The page has its own style and nothing else.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

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
    /// A UUID of version 4, made for this request alone: asked for again by it, the same is answered and nothing done.
    #[param(
        rename = "Idempotency-Key",
        value_type = String,
        required = false,
        min_length = 36,
        max_length = 36,
        pattern = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
    )]
    _key: Option<String>,
}

/// The same, where doing it twice costs money: it has to be given.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub(super) struct NeededIdempotencyKey {
    /// A UUID of version 4, made for this request alone: asked for again by it, the same is answered and nothing done.
    #[param(
        rename = "Idempotency-Key",
        value_type = String,
        required = true,
        min_length = 36,
        max_length = 36,
        pattern = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
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
    format!("Refused{status}")
}

/// The document, its fields in the order of the alphabet.
pub(super) fn value(document: &utoipa::openapi::OpenApi) -> Value {
    serde_json::to_value(document).expect("the document is made of texts")
}

/// The routes that show the document.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(document: &utoipa::openapi::OpenApi) -> Router<S> {
    let value = value(document);
    let [json, page] = [value.to_string(), page::page(&value)].map(Bytes::from);
    Router::new()
        .route("/v1/openapi.json", get(async move || ([(CONTENT_TYPE, "application/json")], json)))
        .route("/v1/docs", get(async move || ([(CONTENT_SECURITY_POLICY, PAGE_POLICY)], Html(page))))
}
