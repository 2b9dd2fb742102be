//! `/v1/topups`: money on its way in.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use market::limits::NOTE_CHARACTERS_MAX;
use protocol::UserId;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asking, Changing};
use super::body::Asked;
use super::bounds::{Purpose, within};
use super::checks::{
    Checks, METADATA_BYTES_MAX, Paging, Parameters, check_reference, currency, id, maybe_word,
};
use super::document::{IdempotencyKey, NeededIdempotencyKey, Refusals};
use super::{Api, PerUser};
use crate::trade::envelope::{Many, One};
use crate::trade::views::TopUpView;
use crate::trade::{Code, Command, NewTopUp, Query, Refusal, TopUpDecision, TopUpFilter, amount};

/// Characters of an address.
const URL_LENGTH_MAX: usize = 2048;

/// A top-up to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateTopUp {
    /// Whose.
    #[schema(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    user_id: String,
    /// How much: a text with as many places as the currency has.
    #[schema(example = "100.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: String,
    /// Of what.
    #[schema(example = "USD", pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: String,
    /// Where its owner goes on when it is paid.
    #[schema(max_length = 2048, pattern = "^https://[^\\s]+$", example = "https://shop.example.org/paid")]
    return_url: String,
    /// Where its owner goes on when it is not.
    #[schema(max_length = 2048, pattern = "^https://[^\\s]+$", example = "https://shop.example.org/basket")]
    cancel_url: Option<String>,
    /// What you want to find again.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// Why a top-up is called off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelTopUp {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
}

/// What came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmTopUp {
    /// What the bank calls it: statements are compared by this.
    #[schema(min_length = 1, max_length = 100, example = "NTRF-20260131-7")]
    reference: Option<String>,
}

/// Why the money will not come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FailTopUp {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Which top-ups to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListTopUps {
    /// Only a user's.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    user_id: Option<String>,
    /// Only those that stand so.
    #[param(pattern = "^TOPUP_(CREATED|AWAITING_USER_CONFIRMATION|PROCESSING|SUCCEEDED|FAILED|CANCELED)$")]
    status: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^topup_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Ask for a top-up
#[utoipa::path(
    post, path = "/v1/topups", tag = "Top-ups", request_body = CreateTopUp, params(NeededIdempotencyKey),
    responses(Refusals, (status = 201, body = One<TopUpView>, description = "It waits for its owner"))
)]
pub(super) async fn create_top_up(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<CreateTopUp>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    for (field, url) in [("return_url", Some(&body.return_url)), ("cancel_url", body.cancel_url.as_ref())] {
        if let Some(url) = url {
            check_page(&mut checks, field, url);
        }
    }
    checks.metadata(&body.metadata, METADATA_BYTES_MAX);
    checks.end()?;
    let owner: UserId = id(&body.user_id, Code::UserNotFound)?;
    let money = amount("amount", &body.amount, currency(&body.currency)?)?;
    within(money, Purpose::TopUp)?;
    let new = NewTopUp {
        owner,
        money,
        return_url: body.return_url,
        cancel_url: body.cancel_url,
        metadata: body.metadata,
    };
    api.carry_out_counted(changing, Command::CreateTopUp(new), (owner, PerUser::TopUps)).await
}

/// List top-ups, the newest first
#[utoipa::path(
    get, path = "/v1/topups", tag = "Top-ups", params(ListTopUps),
    responses(Refusals, (status = 200, body = Many<TopUpView>, description = "A page of top-ups"))
)]
pub(super) async fn list_top_ups(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListTopUps>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let owner = asked.user_id.map(|user| id(&user, Code::UserNotFound)).transpose()?;
    let status = maybe_word("status", asked.status.as_deref())?;
    let filter = TopUpFilter { behind, owner, status };
    Ok(api.look_up(asking, Query::TopUps { filter, limit }).await)
}

/// Look at a top-up
#[utoipa::path(
    get, path = "/v1/topups/{id}", tag = "Top-ups", params(("id" = String, Path, description = "`topup_…`")),
    responses(Refusals, (status = 200, body = One<TopUpView>, description = "The top-up"))
)]
pub(super) async fn get_top_up(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(top_up): Path<String>,
) -> Result<Response, Refusal> {
    let top_up = id(&top_up, Code::TopUpNotFound)?;
    Ok(api.look_up(asking, Query::TopUp(top_up)).await)
}

/// Call a top-up off, while nothing was paid
///
/// Once somebody has said that its money came, it is not called off any more.
#[utoipa::path(
    post, path = "/v1/topups/{id}/cancel", tag = "Top-ups", request_body = Option<CancelTopUp>,
    params(IdempotencyKey, ("id" = String, Path, description = "`topup_…`")),
    responses(Refusals, (status = 200, body = One<TopUpView>, description = "It is called off"))
)]
pub(super) async fn cancel_top_up(
    State(api): State<Arc<Api>>,
    Path(top_up): Path<String>,
    Asked { changing, body }: Asked<CancelTopUp>,
) -> Result<Response, Refusal> {
    check_reason(body.reason.as_deref())?;
    decide(&api, changing, &top_up, TopUpDecision::Cancel { reason: body.reason }).await
}

/// Say that the money came
#[utoipa::path(
    post, path = "/v1/topups/{id}/confirm", tag = "Top-ups", request_body = Option<ConfirmTopUp>,
    params(IdempotencyKey, ("id" = String, Path, description = "`topup_…`")),
    responses(
        Refusals,
        (status = 200, body = One<TopUpView>, description = "It is credited"),
        (status = 202, body = One<TopUpView>, description = "It is noted: it takes another's word")
    )
)]
pub(super) async fn confirm_top_up(
    State(api): State<Arc<Api>>,
    Path(top_up): Path<String>,
    Asked { changing, body: ConfirmTopUp { reference } }: Asked<ConfirmTopUp>,
) -> Result<Response, Refusal> {
    check_reference(reference.as_deref())?;
    decide(&api, changing, &top_up, TopUpDecision::Confirm { reference }).await
}

/// Say that the money will not come
///
/// Once somebody has said that it came, only they may say so, who take that back.
#[utoipa::path(
    post, path = "/v1/topups/{id}/fail", tag = "Top-ups", request_body = FailTopUp,
    params(IdempotencyKey, ("id" = String, Path, description = "`topup_…`")),
    responses(Refusals, (status = 200, body = One<TopUpView>, description = "It has failed"))
)]
pub(super) async fn fail_top_up(
    State(api): State<Arc<Api>>,
    Path(top_up): Path<String>,
    Asked { changing, body }: Asked<FailTopUp>,
) -> Result<Response, Refusal> {
    check_reason(Some(&body.reason))?;
    decide(&api, changing, &top_up, TopUpDecision::Fail { reason: body.reason }).await
}

async fn decide(
    api: &Api,
    changing: Changing,
    top_up: &str,
    decision: TopUpDecision,
) -> Result<Response, Refusal> {
    let top_up = id(top_up, Code::TopUpNotFound)?;
    Ok(api.carry_out(changing, Command::DecideTopUp { top_up, decision }).await)
}

/// A page of the shop's, which browsers are sent to.
fn check_page(checks: &mut Checks, field: &str, url: &str) {
    checks.text(field, url, 9..=URL_LENGTH_MAX);
    let is_https = url.starts_with("https://") && !url.contains(char::is_whitespace);
    checks.that(is_https, field, "expected an address that begins with https://");
}

fn check_reason(reason: Option<&str>) -> Result<(), Refusal> {
    let mut checks = Checks::default();
    checks.prose("reason", reason, NOTE_CHARACTERS_MAX);
    checks.end()
}
