//! `/v1/auth`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::asked::Asking;
use super::body::{Asked, Nothing};
use super::checks::{Checks, Paging, Parameters, id, whole};
use super::{Api, document::Refusals};
use crate::trade::envelope::{Many, One};
use crate::trade::views::{KeyView, NewKeyView, TokenView};
use crate::trade::{Code, Command, NAME_LENGTH_MAX, Query, Refusal, Scope, Scopes};

/// How long a token works, if nothing else is asked for.
const TOKEN_SECONDS: u32 = 15 * 60;
/// How long it works at most: whoever needs more uses a key.
const TOKEN_SECONDS_MAX: u32 = 24 * 60 * 60;

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateKey {
    /// What you call it.
    #[schema(
        min_length = 1,
        max_length = 100,
        example = "shop",
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    name: String,
    /// What it may do.
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateToken {
    /// What it may do: no more than the key, and all of that if nothing is said.
    #[schema(min_items = 1)]
    scopes: Option<Vec<Scope>>,
    /// How long it works, in seconds.
    #[schema(minimum = 1, maximum = 86400, default = 900)]
    #[serde(default, deserialize_with = "whole")]
    ttl_seconds: Option<u32>,
}

/// Which keys to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListKeys {
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^key_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Make a key: its secret is shown this once
#[utoipa::path(
    post, path = "/v1/auth/api-keys", tag = "Keys", request_body = CreateKey,
    responses((status = 201, body = One<NewKeyView>, description = "It was made"), Refusals)
)]
pub(super) async fn create_key(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<CreateKey>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.text("name", &body.name, 1..=NAME_LENGTH_MAX);
    checks.that(!body.scopes.is_empty(), "scopes", "expected at least one of read, write and support");
    checks.end()?;
    let scopes = body.scopes.into_iter().collect();
    Ok(api.carry_out(changing, Command::CreateKey { name: body.name, scopes }).await)
}

/// List keys, the newest first, without their secrets
#[utoipa::path(
    get, path = "/v1/auth/api-keys", tag = "Keys", params(ListKeys),
    responses((status = 200, body = Many<KeyView>, description = "A page of keys"), Refusals)
)]
pub(super) async fn list_keys(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListKeys>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    Ok(api.look_up(asking, Query::Keys { behind, limit }).await)
}

/// Let a key, and every token made from it, work no longer
#[utoipa::path(
    delete, path = "/v1/auth/api-keys/{id}", tag = "Keys",
    params(("id" = String, Path, description = "`key_…`")),
    responses((status = 200, body = One<KeyView>, description = "It is revoked"), Refusals)
)]
pub(super) async fn revoke_key(
    State(api): State<Arc<Api>>,
    Path(key): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    let key = id(&key, Code::NotFound)?;
    Ok(api.carry_out(changing, Command::RevokeKey(key)).await)
}

/// Make a token that ends by itself: it is shown this once
#[utoipa::path(
    post, path = "/v1/auth/api-keys/{id}/token", tag = "Keys", request_body = Option<CreateToken>,
    params(("id" = String, Path, description = "`key_…`")),
    responses((status = 201, body = One<TokenView>, description = "It was made"), Refusals)
)]
pub(super) async fn create_token(
    State(api): State<Arc<Api>>,
    Path(key): Path<String>,
    Asked { changing, body }: Asked<CreateToken>,
) -> Result<Response, Refusal> {
    let seconds = body.ttl_seconds.unwrap_or(TOKEN_SECONDS);
    let scopes: Option<Scopes> = body.scopes.map(|scopes| scopes.into_iter().collect());
    let mut checks = Checks::default();
    let is_within = (1..=TOKEN_SECONDS_MAX).contains(&seconds);
    checks.that(is_within, "ttl_seconds", format!("expected 1 to {TOKEN_SECONDS_MAX}"));
    checks.that(
        scopes.is_none_or(|scopes| !scopes.is_empty()),
        "scopes",
        "expected at least one, or none named",
    );
    checks.end()?;
    let key = id(&key, Code::NotFound)?;
    let ttl_ms = u64::from(seconds) * 1000;
    Ok(api.carry_out(changing, Command::CreateToken { key, scopes, ttl_ms }).await)
}
