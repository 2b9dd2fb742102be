//! `/v1/users`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asking, Changing};
use super::body::{Asked, Nothing};
use super::checks::{Checks, METADATA_BYTES_MAX, Paging, Parameters, currency, id};
use super::{Api, document::IdempotencyKey, document::Refusals};
use crate::trade::envelope::{Many, One};
use crate::trade::views::{BalanceView, UserView};
use crate::trade::{Code, Command, NewUser, Query, Refusal, UserFilter, UserKind, UserStatus};

/// Characters of what a space calls a user.
const EXTERNAL_ID_LENGTH_MAX: usize = 255;
/// Characters of an address, by RFC 5321.
const EMAIL_LENGTH_MAX: usize = 254;

/// A user to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateUser {
    /// What you call it: unique in your space.
    #[schema(
        min_length = 1,
        max_length = 255,
        example = "customer-42",
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$"
    )]
    external_user_id: String,
    /// Where to reach it.
    #[schema(
        min_length = 3,
        max_length = 254,
        pattern = r"^[^\s\x00-\x1f\x7f-\x9f@]+@[^\s\x00-\x1f\x7f-\x9f@]+$"
    )]
    email: Option<String>,
    /// What it does.
    #[serde(rename = "type")]
    kind: UserKind,
    /// What you want to find again.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// Which users to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListUsers {
    /// Only those that do this.
    #[serde(rename = "type")]
    kind: Option<UserKind>,
    /// Only those that stand so.
    status: Option<UserStatus>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Make a user
#[utoipa::path(
    post, path = "/v1/users", tag = "Users", request_body = CreateUser, params(IdempotencyKey),
    responses((status = 201, body = One<UserView>, description = "It was made"), Refusals)
)]
pub(super) async fn create_user(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<CreateUser>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.text("external_user_id", &body.external_user_id, 1..=EXTERNAL_ID_LENGTH_MAX);
    if let Some(email) = &body.email {
        checks.text("email", email, 3..=EMAIL_LENGTH_MAX);
        checks.that(is_address(email), "email", "expected an address such as ana@example.org");
    }
    checks.metadata(&body.metadata, METADATA_BYTES_MAX);
    checks.end()?;
    let CreateUser { external_user_id: external_id, email, kind, metadata } = body;
    let new = NewUser { external_id, email, kind, metadata };
    Ok(api.carry_out(changing, Command::CreateUser(new)).await)
}

/// Whether it looks like an address. Whether anybody reads it, only writing to it shows.
fn is_address(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && !part.contains(|sign: char| sign == '@' || sign.is_whitespace());
    text.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host))
}

/// List users, the newest first
///
/// A page looks at 10,000 users at most: where few of them are what is asked for, it may have fewer than its limit, or none, and still go on.
#[utoipa::path(
    get, path = "/v1/users", tag = "Users", params(ListUsers),
    responses((status = 200, body = Many<UserView>, description = "A page of users"), Refusals)
)]
pub(super) async fn list_users(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListUsers>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let filter = UserFilter { behind, kind: asked.kind, status: asked.status };
    Ok(api.look_up(asking, Query::Users { filter, limit }).await)
}

/// Look at a user
#[utoipa::path(
    get, path = "/v1/users/{id}", tag = "Users", params(("id" = String, Path, description = "`usr_…`")),
    responses((status = 200, body = One<UserView>, description = "The user"), Refusals)
)]
pub(super) async fn get_user(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(user): Path<String>,
) -> Result<Response, Refusal> {
    let user = id(&user, Code::UserNotFound)?;
    Ok(api.look_up(asking, Query::User(user)).await)
}

/// Let a user make no orders, top-ups and withdrawals for now; what it has, and what it agreed on, goes on
#[utoipa::path(
    post, path = "/v1/users/{id}/suspend", tag = "Users",
    params(("id" = String, Path, description = "`usr_…`"), IdempotencyKey),
    responses((status = 200, body = One<UserView>, description = "It is suspended"), Refusals)
)]
pub(super) async fn suspend_user(
    State(api): State<Arc<Api>>,
    Path(user): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    set_status(&api, changing, &user, UserStatus::Suspended).await
}

/// Let it again
#[utoipa::path(
    post, path = "/v1/users/{id}/activate", tag = "Users",
    params(("id" = String, Path, description = "`usr_…`"), IdempotencyKey),
    responses((status = 200, body = One<UserView>, description = "It is active"), Refusals)
)]
pub(super) async fn activate_user(
    State(api): State<Arc<Api>>,
    Path(user): Path<String>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Result<Response, Refusal> {
    set_status(&api, changing, &user, UserStatus::Active).await
}

async fn set_status(
    api: &Api,
    changing: Changing,
    user: &str,
    status: UserStatus,
) -> Result<Response, Refusal> {
    let user = id(user, Code::UserNotFound)?;
    Ok(api.carry_out(changing, Command::SetUserStatus { user, status }).await)
}

/// Of what a balance is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct OfCurrency {
    /// Of what; USD if nothing is said.
    #[param(default = "USD")]
    currency: Option<String>,
}

/// Look at what a user has
#[utoipa::path(
    get, path = "/v1/users/{id}/balance", tag = "Users",
    params(("id" = String, Path, description = "`usr_…`"), OfCurrency),
    responses(Refusals, (status = 200, body = One<BalanceView>, description = "What it has; zeros if nothing ever came"))
)]
pub(super) async fn get_balance(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(user): Path<String>,
    Parameters(asked): Parameters<OfCurrency>,
) -> Result<Response, Refusal> {
    let user = id(&user, Code::UserNotFound)?;
    let currency = currency(asked.currency.as_deref().unwrap_or("USD"))?;
    Ok(api.look_up(asking, Query::Balance { user, currency }).await)
}
