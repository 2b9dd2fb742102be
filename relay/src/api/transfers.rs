//! `/v1/transfers`: money that users send each other.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use market::limits::NOTE_CHARACTERS_MAX;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::asked::Asking;
use super::body::Asked;
use super::bounds::{Purpose, within};
use super::checks::{Checks, METADATA_BYTES_MAX, Paging, Parameters, currency, id};
use super::document::{NeededIdempotencyKey, Refusals};
use crate::trade::envelope::{Many, One};
use crate::trade::{
    Code, Command, NewUserTransfer, Query, Recipient, Refusal, UserTransferFilter, UserTransferView, amount,
};

/// Money to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SendTransfer {
    /// Whose it is.
    #[schema(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    from_user_id: String,
    /// Who gets it.
    #[schema(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    to_user_id: String,
    /// How much: a text with as many places as the currency has.
    #[schema(example = "12.50", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: String,
    /// Of what.
    #[schema(example = "USD", pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: String,
    /// What is said to whoever gets it.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    note: Option<String>,
    /// What you want to find again. Both sides see it.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// Which transfers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListTransfers {
    /// Only those that a user sent or received.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    user_id: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^trf_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Send money from one user to another
#[utoipa::path(
    post, path = "/v1/transfers", tag = "Transfers", request_body = SendTransfer, params(NeededIdempotencyKey),
    responses(Refusals, (status = 201, body = One<UserTransferView>, description = "It is the other's"))
)]
pub(super) async fn send_transfer(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<SendTransfer>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.prose("note", body.note.as_deref(), NOTE_CHARACTERS_MAX);
    checks.metadata(&body.metadata, METADATA_BYTES_MAX);
    checks.end()?;
    let money = amount("amount", &body.amount, currency(&body.currency)?)?;
    within(money, Purpose::Transfer)?;
    let new = NewUserTransfer {
        from: id(&body.from_user_id, Code::UserNotFound)?,
        to: Recipient::User(id(&body.to_user_id, Code::UserNotFound)?),
        money,
        note: body.note,
        metadata: body.metadata,
    };
    Ok(api.carry_out(changing, Command::Send(new)).await)
}

/// List transfers between users, the newest first
#[utoipa::path(
    get, path = "/v1/transfers", tag = "Transfers", params(ListTransfers),
    responses(Refusals, (status = 200, body = Many<UserTransferView>, description = "A page of transfers"))
)]
pub(super) async fn list_transfers(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListTransfers>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let user = asked.user_id.map(|user| id(&user, Code::UserNotFound)).transpose()?;
    let filter = UserTransferFilter { behind, user };
    Ok(api.look_up(asking, Query::UserTransfers { filter, limit }).await)
}

/// Look at a transfer between users
#[utoipa::path(
    get, path = "/v1/transfers/{id}", tag = "Transfers", params(("id" = String, Path, description = "`trf_…`")),
    responses(Refusals, (status = 200, body = One<UserTransferView>, description = "The transfer"))
)]
pub(super) async fn get_transfer(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(transfer): Path<String>,
) -> Result<Response, Refusal> {
    let transfer = id(&transfer, Code::TransferNotFound)?;
    Ok(api.look_up(asking, Query::UserTransfer(transfer)).await)
}
