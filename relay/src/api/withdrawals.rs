//! `/v1/withdrawals`: money on its way out.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use market::Destination;
use market::limits::NOTE_CHARACTERS_MAX;
use protocol::UserId;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asking, Changing};
use super::body::Asked;
use super::bounds::{Purpose, within};
use super::checks::{
    Checks, METADATA_BYTES_MAX, Paging, Parameters, check_reference, currency, id, maybe_word, word,
};
use super::document::{IdempotencyKey, NeededIdempotencyKey, Refusals};
use super::{Api, PerUser};
use crate::trade::envelope::{Many, One};
use crate::trade::{
    Code, Command, NewWithdrawal, Query, Refusal, WithdrawalDecision, WithdrawalFilter, WithdrawalView,
    amount,
};

/// Characters of where money goes: the longest account number or address, and what a bank wants besides.
const DESTINATION_LENGTH_MAX: usize = 200;

/// A withdrawal to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateWithdrawal {
    /// Whose.
    #[schema(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    user_id: String,
    /// How much: a text with as many places as the currency has.
    #[schema(example = "80.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: String,
    /// Of what.
    #[schema(example = "USD", pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: String,
    /// Where to.
    destination: CreateDestination,
    /// Whether it is sent at once; otherwise it waits to be committed.
    #[serde(default)]
    commit: bool,
    /// What you want to find again.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// Where money is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateDestination {
    /// What kind of place that is.
    #[serde(rename = "type")]
    #[schema(pattern = "^(bank|crypto|airtm_balance)$", example = "bank")]
    kind: String,
    /// Which place of that kind.
    #[serde(rename = "ref")]
    #[schema(min_length = 1, max_length = 200, example = "DE89370400440532013000")]
    reference: String,
}

/// That the owner means it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommitWithdrawal {
    /// Expected to be `true`.
    confirm: bool,
}

/// Why a withdrawal is called off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelWithdrawal {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
}

/// What went.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompleteWithdrawal {
    /// What the bank calls it: statements are compared by this.
    #[schema(min_length = 1, max_length = 100, example = "NTRF-20260131-8")]
    reference: Option<String>,
}

/// Why the money will not go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FailWithdrawal {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Which withdrawals to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListWithdrawals {
    /// Only a user's.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    user_id: Option<String>,
    /// Only those that stand so.
    #[param(
        pattern = "^WITHDRAWAL_(CREATED|COMMITTED|PENDING|PENDING_USER_ACTION|COMPLETED|FAILED|CANCELED)$"
    )]
    status: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^wd_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Ask for a withdrawal: its money is on hold from then on
#[utoipa::path(
    post, path = "/v1/withdrawals", tag = "Withdrawals", request_body = CreateWithdrawal,
    params(NeededIdempotencyKey),
    responses(Refusals, (status = 201, body = One<WithdrawalView>, description = "Its money is on hold"))
)]
pub(super) async fn create_withdrawal(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<CreateWithdrawal>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.text("destination.ref", &body.destination.reference, 1..=DESTINATION_LENGTH_MAX);
    checks.metadata(&body.metadata, METADATA_BYTES_MAX);
    checks.end()?;
    let owner: UserId = id(&body.user_id, Code::UserNotFound)?;
    let money = amount("amount", &body.amount, currency(&body.currency)?)?;
    within(money, Purpose::Withdrawal)?;
    let kind = word("destination.type", &body.destination.kind)?;
    let destination = Destination { kind, reference: body.destination.reference.into() };
    let new = NewWithdrawal { owner, money, destination, is_committed: body.commit, metadata: body.metadata };
    api.carry_out_counted(changing, Command::CreateWithdrawal(new), (owner, PerUser::Withdrawals)).await
}

/// List withdrawals, the newest first
#[utoipa::path(
    get, path = "/v1/withdrawals", tag = "Withdrawals", params(ListWithdrawals),
    responses(Refusals, (status = 200, body = Many<WithdrawalView>, description = "A page of withdrawals"))
)]
pub(super) async fn list_withdrawals(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListWithdrawals>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let owner = asked.user_id.map(|user| id(&user, Code::UserNotFound)).transpose()?;
    let status = maybe_word("status", asked.status.as_deref())?;
    let filter = WithdrawalFilter { behind, owner, status };
    Ok(api.look_up(asking, Query::Withdrawals { filter, limit }).await)
}

/// Look at a withdrawal
#[utoipa::path(
    get, path = "/v1/withdrawals/{id}", tag = "Withdrawals",
    params(("id" = String, Path, description = "`wd_…`")),
    responses(Refusals, (status = 200, body = One<WithdrawalView>, description = "The withdrawal"))
)]
pub(super) async fn get_withdrawal(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(withdrawal): Path<String>,
) -> Result<Response, Refusal> {
    let withdrawal = id(&withdrawal, Code::WithdrawalNotFound)?;
    Ok(api.look_up(asking, Query::Withdrawal(withdrawal)).await)
}

/// Call a withdrawal off, before it is committed
#[utoipa::path(
    delete, path = "/v1/withdrawals/{id}", tag = "Withdrawals", request_body = Option<CancelWithdrawal>,
    params(("id" = String, Path, description = "`wd_…`")),
    responses(Refusals, (status = 200, body = One<WithdrawalView>, description = "Its money is available again"))
)]
pub(super) async fn cancel_withdrawal(
    State(api): State<Arc<Api>>,
    Path(withdrawal): Path<String>,
    Asked { changing, body: CancelWithdrawal { reason } }: Asked<CancelWithdrawal>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.prose("reason", reason.as_deref(), NOTE_CHARACTERS_MAX);
    checks.end()?;
    decide(&api, changing, &withdrawal, WithdrawalDecision::Cancel { reason }).await
}

/// Have a withdrawal sent
#[utoipa::path(
    post, path = "/v1/withdrawals/{id}/commit", tag = "Withdrawals", request_body = CommitWithdrawal,
    params(NeededIdempotencyKey, ("id" = String, Path, description = "`wd_…`")),
    responses(Refusals, (status = 200, body = One<WithdrawalView>, description = "It is to be sent"))
)]
pub(super) async fn commit_withdrawal(
    State(api): State<Arc<Api>>,
    Path(withdrawal): Path<String>,
    Asked { changing, body }: Asked<CommitWithdrawal>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.that(body.confirm, "confirm", "expected true");
    checks.end()?;
    decide(&api, changing, &withdrawal, WithdrawalDecision::Commit).await
}

/// Say that the money was sent
#[utoipa::path(
    post, path = "/v1/withdrawals/{id}/complete", tag = "Withdrawals", request_body = Option<CompleteWithdrawal>,
    params(IdempotencyKey, ("id" = String, Path, description = "`wd_…`")),
    responses(
        Refusals,
        (status = 200, body = One<WithdrawalView>, description = "It is over"),
        (status = 202, body = One<WithdrawalView>, description = "It is noted: it takes another's word")
    )
)]
pub(super) async fn complete_withdrawal(
    State(api): State<Arc<Api>>,
    Path(withdrawal): Path<String>,
    Asked { changing, body: CompleteWithdrawal { reference } }: Asked<CompleteWithdrawal>,
) -> Result<Response, Refusal> {
    check_reference(reference.as_deref())?;
    decide(&api, changing, &withdrawal, WithdrawalDecision::Complete { reference }).await
}

/// Say that the money will not be sent
///
/// Once somebody has said that it was sent, only they may say so, who take that back.
#[utoipa::path(
    post, path = "/v1/withdrawals/{id}/fail", tag = "Withdrawals", request_body = FailWithdrawal,
    params(IdempotencyKey, ("id" = String, Path, description = "`wd_…`")),
    responses(Refusals, (status = 200, body = One<WithdrawalView>, description = "Its money is available again"))
)]
pub(super) async fn fail_withdrawal(
    State(api): State<Arc<Api>>,
    Path(withdrawal): Path<String>,
    Asked { changing, body }: Asked<FailWithdrawal>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.prose("reason", Some(&body.reason), NOTE_CHARACTERS_MAX);
    checks.end()?;
    decide(&api, changing, &withdrawal, WithdrawalDecision::Fail { reason: body.reason }).await
}

async fn decide(
    api: &Api,
    changing: Changing,
    withdrawal: &str,
    decision: WithdrawalDecision,
) -> Result<Response, Refusal> {
    let withdrawal = id(withdrawal, Code::WithdrawalNotFound)?;
    Ok(api.carry_out(changing, Command::DecideWithdrawal { withdrawal, decision }).await)
}
