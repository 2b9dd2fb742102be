//! `/v1/health`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use crate::store::{SpaceId, Store};
use crate::trade::iso;

/// How the relay does.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthView {
    /// All of it: as well as the least well of its parts.
    status: Status,
    /// What runs here.
    version: &'static str,
    /// Its parts.
    dependencies: Dependencies,
    /// When this was found out.
    timestamp: String,
}

/// How well something does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// It works.
    Healthy,
    /// It does not.
    Unhealthy,
}

/// What the relay stands on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Dependencies {
    /// Where everything is kept.
    database: Dependency,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Dependency {
    /// How it does.
    status: Status,
}

/// How the relay does
#[utoipa::path(
    get, path = "/v1/health", tag = "Relay", security(()),
    responses(
        super::document::Refusals,
        (status = 200, body = HealthView, description = "It works"),
        (status = 503, body = HealthView, description = "It does not"),
    )
)]
pub(super) async fn health(State(api): State<Arc<Api>>) -> Response {
    let is_writable = api.space(SpaceId(1)).ping().await.is_ok();
    let status = if is_writable { Status::Healthy } else { Status::Unhealthy };
    let shown = HealthView {
        status,
        version: env!("CARGO_PKG_VERSION"),
        dependencies: Dependencies { database: Dependency { status } },
        timestamp: iso(api.clock.now()),
    };
    let code = if is_writable { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(shown)).into_response()
}
