//! `/v1/admin/maintenance`: while it is on, everything can be looked at and nothing changed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::asked::Asking;
use super::body::{Asked, Nothing};
use super::checks::Checks;
use super::{Api, document::Refusals};
use crate::trade::envelope::One;
use crate::trade::views::MaintenanceView;
use crate::trade::{Command, MESSAGE_LENGTH_MAX, Query, Refusal};

/// What people are told meanwhile.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EnableMaintenance {
    /// Why, and for how long.
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "Back at 14:00 UTC.",
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    message: String,
}

/// Let nothing be changed
#[utoipa::path(
    post, path = "/v1/admin/maintenance/enable", tag = "Administration", request_body = EnableMaintenance,
    responses((status = 200, body = One<MaintenanceView>, description = "It is on"), Refusals)
)]
pub(super) async fn enable(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<EnableMaintenance>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.text("message", &body.message, 1..=MESSAGE_LENGTH_MAX);
    checks.end()?;
    Ok(api.carry_out(changing, Command::SetMaintenance(Some(body.message))).await)
}

/// Let everything be changed again
#[utoipa::path(
    post, path = "/v1/admin/maintenance/disable", tag = "Administration",
    responses((status = 200, body = One<MaintenanceView>, description = "It is off"), Refusals)
)]
pub(super) async fn disable(
    State(api): State<Arc<Api>>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Response {
    api.carry_out(changing, Command::SetMaintenance(None)).await
}

/// Whether anything may be changed
#[utoipa::path(
    get, path = "/v1/admin/maintenance/status", tag = "Administration",
    responses((status = 200, body = One<MaintenanceView>, description = "How it stands"), Refusals)
)]
pub(super) async fn status(State(api): State<Arc<Api>>, asking: Asking) -> Response {
    api.look_up(asking, Query::Maintenance).await
}
