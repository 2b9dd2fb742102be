//! `/v1/webhook-endpoints`: whose servers are told what happens.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::asked::Asking;
use super::body::{Asked, Nothing};
use super::checks::{Checks, Paging, Parameters, id};
use super::document::{IdempotencyKey, Refusals};
use crate::trade::envelope::{Many, One};
use crate::trade::{
    Code, Command, DeliveryView, EndpointChange, EndpointView, NamePattern, NewEndpoint, NewEndpointView,
    Query, Refusal, TYPES_MAX,
};
use crate::webhooks::Target;

/// Characters of what people call an endpoint.
const DESCRIPTION_LENGTH_MAX: usize = 200;

/// An endpoint to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateEndpoint {
    /// Where to tell it: by https, on the public network.
    #[schema(max_length = 2048, example = "https://shop.example.org/hooks")]
    url: String,
    /// Of what: names of events, beginnings of names such as `order.*`, or `*`.
    #[schema(min_items = 1, max_items = 64, example = json!(["order.*", "topup.succeeded"]))]
    types: Vec<String>,
    /// What you call it.
    #[schema(max_length = 200)]
    description: Option<String>,
}

/// What is to be different; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateEndpoint {
    /// Where to tell it.
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// Of what.
    #[schema(min_items = 1, max_items = 64)]
    types: Option<Vec<String>>,
    /// What you call it.
    #[schema(max_length = 200)]
    description: Option<String>,
    /// Whether to tell it anything. Once it is enabled again, it is told what happened meanwhile.
    enabled: Option<bool>,
}

/// Which endpoints to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListEndpoints {
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^whe_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Which deliveries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListDeliveries {
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^whd_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Make an endpoint: it is told what happens from now on; its secret is shown this once
#[utoipa::path(
    post, path = "/v1/webhook-endpoints", tag = "Webhooks", request_body = CreateEndpoint,
    responses(Refusals, (status = 201, body = One<NewEndpointView>, description = "It was made"))
)]
pub(super) async fn create_endpoint(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<CreateEndpoint>,
) -> Result<Response, Refusal> {
    let description = body.description.unwrap_or_default();
    check(&api, Some(&body.url), Some(&body.types), Some(&description))?;
    let new = NewEndpoint { url: body.url, types: body.types, description };
    Ok(api.carry_out(changing, Command::CreateEndpoint(new)).await)
}

/// List endpoints, the newest first
#[utoipa::path(
    get, path = "/v1/webhook-endpoints", tag = "Webhooks", params(ListEndpoints),
    responses(Refusals, (status = 200, body = Many<EndpointView>, description = "A page of endpoints"))
)]
pub(super) async fn list_endpoints(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListEndpoints>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    Ok(api.look_up(asking, Query::Endpoints { behind, limit }).await)
}

/// Look at an endpoint
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}", tag = "Webhooks",
    params(("id" = String, Path, description = "`whe_…`")),
    responses(Refusals, (status = 200, body = One<EndpointView>, description = "The endpoint"))
)]
pub(super) async fn get_endpoint(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(endpoint): Path<String>,
) -> Result<Response, Refusal> {
    let endpoint = id(&endpoint, Code::NotFound)?;
    Ok(api.look_up(asking, Query::Endpoint(endpoint)).await)
}

/// Change an endpoint, disable it, or enable it again
#[utoipa::path(
    patch, path = "/v1/webhook-endpoints/{id}", tag = "Webhooks", request_body = UpdateEndpoint,
    params(IdempotencyKey, ("id" = String, Path, description = "`whe_…`")),
    responses(Refusals, (status = 200, body = One<EndpointView>, description = "It is as was asked for"))
)]
pub(super) async fn update_endpoint(
    State(api): State<Arc<Api>>,
    Path(endpoint): Path<String>,
    Asked { changing, body }: Asked<UpdateEndpoint>,
) -> Result<Response, Refusal> {
    check(&api, body.url.as_deref(), body.types.as_deref(), body.description.as_deref())?;
    let endpoint = id(&endpoint, Code::NotFound)?;
    let UpdateEndpoint { url, types, description, enabled } = body;
    let change = EndpointChange { url, types, description, is_enabled: enabled };
    Ok(api.carry_out(changing, Command::UpdateEndpoint { endpoint, change }).await)
}

/// Forget an endpoint, with everything that was to be sent to it
#[utoipa::path(
    delete, path = "/v1/webhook-endpoints/{id}", tag = "Webhooks",
    params(IdempotencyKey, ("id" = String, Path, description = "`whe_…`")),
    responses(Refusals, (status = 200, description = "It is gone"))
)]
pub(super) async fn delete_endpoint(
    State(api): State<Arc<Api>>,
    Path(endpoint): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    let endpoint = id(&endpoint, Code::NotFound)?;
    Ok(api.carry_out(changing, Command::DeleteEndpoint(endpoint)).await)
}

/// Draw a new secret: it is shown this once, and the one before signs beside it for 24 hours
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/rotate-secret", tag = "Webhooks",
    params(("id" = String, Path, description = "`whe_…`")),
    responses(Refusals, (status = 200, body = One<NewEndpointView>, description = "The new secret"))
)]
pub(super) async fn rotate_secret(
    State(api): State<Arc<Api>>,
    Path(endpoint): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    let endpoint = id(&endpoint, Code::NotFound)?;
    Ok(api.carry_out(changing, Command::RotateSecret(endpoint)).await)
}

/// List what was sent to an endpoint or will be, the newest first
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}/deliveries", tag = "Webhooks",
    params(ListDeliveries, ("id" = String, Path, description = "`whe_…`")),
    responses(Refusals, (status = 200, body = Many<DeliveryView>, description = "A page of deliveries"))
)]
pub(super) async fn list_deliveries(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(endpoint): Path<String>,
    Parameters(asked): Parameters<ListDeliveries>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let endpoint = id(&endpoint, Code::NotFound)?;
    Ok(api.look_up(asking, Query::Deliveries { endpoint, behind, limit }).await)
}

/// Send a delivery now, with all its attempts, also one that was taken
#[utoipa::path(
    post, path = "/v1/webhook-deliveries/{id}/retry", tag = "Webhooks",
    params(IdempotencyKey, ("id" = String, Path, description = "`whd_…`")),
    responses(Refusals, (status = 200, body = One<DeliveryView>, description = "It is about to be sent"))
)]
pub(super) async fn retry_delivery(
    State(api): State<Arc<Api>>,
    Path(delivery): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    let delivery = id(&delivery, Code::NotFound)?;
    Ok(api.carry_out(changing, Command::RetryDelivery(delivery)).await)
}

fn check(
    api: &Api,
    url: Option<&str>,
    types: Option<&[String]>,
    description: Option<&str>,
) -> Result<(), Refusal> {
    let mut checks = Checks::default();
    if let Some(Err(problem)) = url.map(|url| Target::parse(url, api.reach)) {
        checks.that(false, "url", problem);
    }
    if let Some(types) = types {
        checks.that((1..=TYPES_MAX).contains(&types.len()), "types", format!("expected 1 to {TYPES_MAX}"));
        let wrong = types.iter().find_map(|kind| kind.parse::<NamePattern>().err());
        checks.that(wrong.is_none(), "types", wrong.unwrap_or_default());
    }
    if let Some(description) = description {
        checks.text("description", description, 0..=DESCRIPTION_LENGTH_MAX);
    }
    checks.end()
}
