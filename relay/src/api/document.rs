//! The interface's own description, and a page of it for people.

use std::collections::BTreeMap;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, Modify, OpenApi, PartialSchema};

use protocol::Bytes;

use super::page;

use crate::trade::Code;
use crate::trade::envelope::Refused;

/// What the generated parts are put into.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Palaver relay",
        description = "Trade on a relay. Send `Authorization: Bearer …` with an API key, a token made from one, or a device's session. \
            Amounts are texts such as `10.50`. Every change takes an `Idempotency-Key`: a UUID of version 4, made for that request alone.",
    ),
    security(("bearer" = [])),
    modifiers(&Bearer),
)]
pub(super) struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

/// What any route may answer instead.
pub(super) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for code in Code::ALL {
            by_status.entry(code.status()).or_default().push(code.text());
        }
        let response = |codes: Vec<&str>| {
            let content = Content::new(Some(Refused::schema()));
            ResponseBuilder::new().description(codes.join(", ")).content("application/json", content).build()
        };
        by_status.into_iter().map(|(status, codes)| (status.to_string(), response(codes).into())).collect()
    }
}

/// The routes that show the document.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(document: &utoipa::openapi::OpenApi) -> Router<S> {
    let value = serde_json::to_value(document).expect("the document is made of texts");
    let [json, page] = [value.to_string(), page::page(&value)].map(Bytes::from);
    Router::new()
        .route("/v1/openapi.json", get(async move || ([(CONTENT_TYPE, "application/json")], json)))
        .route("/v1/docs", get(async move || Html(page)))
}
