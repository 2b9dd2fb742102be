//! `/v1/orders`: what buyers and sellers agree on.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use market::NewMilestone;
use market::limits::{
    DESCRIPTION_CHARACTERS_MAX, NOTE_CHARACTERS_MAX, REFERENCE_CHARACTERS_MAX, TITLE_CHARACTERS_MAX,
};
use protocol::{Currency, UserId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::asked::{Asking, Changing};
use super::body::Asked;
use super::bounds::{Purpose, within};
use super::checks::{Checks, METADATA_BYTES_MAX, Paging, Parameters, currency, id, maybe_word};
use super::document::{IdempotencyKey, NeededIdempotencyKey, Refusals};
use crate::trade::envelope::{Many, One};
use crate::trade::{
    Code, Command, NewOrder, OrderDecision, OrderFilter, OrderPart, OrderView, Query, Refusal,
    ReservedOrderView, Sides, amount,
};

/// An order to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateOrder {
    /// Who pays.
    #[schema(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    buyer_id: String,
    /// Who delivers: somebody else.
    #[schema(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    seller_id: String,
    /// The price: a text with as many places as the currency has.
    #[schema(example = "80.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: String,
    /// Of what.
    #[schema(example = "USD", pattern = "^(USD|EUR|GBP|JPY|KWD|USDC)$")]
    currency: String,
    /// What is bought.
    #[schema(min_length = 1, max_length = 200, example = "A desk")]
    title: String,
    /// What else is said of it.
    #[schema(min_length = 1, max_length = 5000)]
    description: Option<String>,
    /// What you call it: no two of yours are called the same.
    #[schema(min_length = 1, max_length = 100)]
    client_order_ref: Option<String>,
    /// Its parts, which are delivered one by one and are worth the price together.
    #[serde(default)]
    #[schema(max_items = 10)]
    milestones: Vec<CreateMilestone>,
    /// What you want to find again. Both sides see it.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// A part of an order to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateMilestone {
    /// What you call it: no two of an order are called the same.
    #[schema(min_length = 1, max_length = 100)]
    milestone_ref: String,
    /// What it is.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What it is worth.
    #[schema(example = "40.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: String,
}

/// How much is to be set aside.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReserveOrder {
    /// The whole price, as the buyer understands it.
    #[schema(example = "80.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: String,
}

/// Why an order is called off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelOrder {
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
}

/// Which orders to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListOrders {
    /// Only a buyer's.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    buyer_id: Option<String>,
    /// Only a seller's.
    #[param(pattern = "^usr_[a-z2-7]{25}[aeimquy4]$")]
    seller_id: Option<String>,
    /// Only those that stand so.
    #[param(
        pattern = "^(ORDER_CREATED|FUNDS_RESERVED|ESCROW_CREATING|ESCROW_FUNDING|ESCROW_FUNDED|IN_PROGRESS|RELEASE_REQUESTED|REFUND_REQUESTED|DISPUTED|RELEASED|REFUNDED|CLOSED)$"
    )]
    status: Option<String>,
    /// Only those that were made then or later: a time in UTC.
    #[param(format = DateTime, example = "2026-01-31T00:00:00.000Z")]
    created_after: Option<String>,
    /// Only those that were made before: a time in UTC.
    #[param(format = DateTime, example = "2026-02-28T00:00:00.000Z")]
    created_before: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^ord_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Make an order
#[utoipa::path(
    post, path = "/v1/orders", tag = "Orders", request_body = CreateOrder, params(NeededIdempotencyKey),
    responses(Refusals, (status = 201, body = One<OrderView>, description = "It waits for the buyer's money"))
)]
pub(super) async fn create_order(
    State(api): State<Arc<Api>>,
    Asked { changing, body }: Asked<CreateOrder>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.text("title", &body.title, 1..=TITLE_CHARACTERS_MAX);
    checks.prose("description", body.description.as_deref(), DESCRIPTION_CHARACTERS_MAX);
    if let Some(client_ref) = &body.client_order_ref {
        checks.text("client_order_ref", client_ref, 1..=REFERENCE_CHARACTERS_MAX);
    }
    checks.metadata(&body.metadata, METADATA_BYTES_MAX);
    checks.end()?;
    let currency = currency(&body.currency)?;
    let money = amount("amount", &body.amount, currency)?;
    within(money, Purpose::Order)?;
    let new = NewOrder {
        buyer: id(&body.buyer_id, Code::UserNotFound)?,
        seller: id(&body.seller_id, Code::UserNotFound)?,
        money,
        title: body.title,
        description: body.description,
        client_ref: body.client_order_ref,
        milestones: milestones(body.milestones, currency)?,
        metadata: body.metadata,
    };
    Ok(api.carry_out(changing, Command::CreateOrder(new)).await)
}

/// Parts, with what each is worth.
pub(super) fn milestones(
    given: Vec<CreateMilestone>,
    currency: Currency,
) -> Result<Vec<NewMilestone>, Refusal> {
    let milestones = given.into_iter().enumerate().map(|(at, milestone)| {
        Ok(NewMilestone {
            milestone_ref: milestone.milestone_ref.into(),
            title: milestone.title.into(),
            amount: amount(&format!("milestones[{at}].amount"), &milestone.amount, currency)?.amount,
        })
    });
    milestones.collect()
}

/// List orders, the newest first
#[utoipa::path(
    get, path = "/v1/orders", tag = "Orders", params(ListOrders),
    responses(Refusals, (status = 200, body = Many<OrderView>, description = "A page of orders"))
)]
pub(super) async fn list_orders(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListOrders>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let user = |user: Option<String>| -> Result<Option<UserId>, Refusal> {
        user.map(|user| id(&user, Code::UserNotFound)).transpose()
    };
    let mut checks = Checks::default();
    let created_after = checks.time("created_after", asked.created_after.as_deref());
    let created_before = checks.time("created_before", asked.created_before.as_deref());
    checks.end()?;
    let filter = OrderFilter {
        behind,
        sides: Sides::Each { buyer: user(asked.buyer_id)?, seller: user(asked.seller_id)? },
        status: maybe_word("status", asked.status.as_deref())?,
        created_after,
        created_before,
    };
    Ok(api.look_up(asking, Query::Orders { filter, limit }).await)
}

/// Look at an order
#[utoipa::path(
    get, path = "/v1/orders/{id}", tag = "Orders", params(("id" = String, Path, description = "`ord_…`")),
    responses(Refusals, (status = 200, body = One<OrderView>, description = "The order"))
)]
pub(super) async fn get_order(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(order): Path<String>,
) -> Result<Response, Refusal> {
    show(&api, asking, &order, OrderPart::Whole).await
}

/// Set the buyer's money aside
#[utoipa::path(
    post, path = "/v1/orders/{id}/reserve", tag = "Orders", request_body = ReserveOrder,
    params(NeededIdempotencyKey, ("id" = String, Path, description = "`ord_…`")),
    responses(Refusals, (status = 200, body = One<ReservedOrderView>, description = "The whole price is set aside"))
)]
pub(super) async fn reserve_order(
    State(api): State<Arc<Api>>,
    Path(order): Path<String>,
    Asked { changing, body }: Asked<ReserveOrder>,
) -> Result<Response, Refusal> {
    decide(&api, changing, &order, OrderDecision::Reserve { amount: body.amount }).await
}

/// Call an order off, until its money is in escrow
#[utoipa::path(
    post, path = "/v1/orders/{id}/cancel", tag = "Orders", request_body = Option<CancelOrder>,
    params(IdempotencyKey, ("id" = String, Path, description = "`ord_…`")),
    responses(Refusals, (status = 200, body = One<OrderView>, description = "It is over; the money is available again"))
)]
pub(super) async fn cancel_order(
    State(api): State<Arc<Api>>,
    Path(order): Path<String>,
    Asked { changing, body }: Asked<CancelOrder>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.prose("reason", body.reason.as_deref(), NOTE_CHARACTERS_MAX);
    checks.end()?;
    decide(&api, changing, &order, OrderDecision::Cancel { reason: body.reason }).await
}

pub(super) async fn decide(
    api: &Api,
    changing: Changing,
    order: &str,
    decision: OrderDecision,
) -> Result<Response, Refusal> {
    let order = id(order, Code::OrderNotFound)?;
    Ok(api.carry_out(changing, Command::DecideOrder { order, decision }).await)
}

pub(super) async fn show(
    api: &Api,
    asking: Asking,
    order: &str,
    part: OrderPart,
) -> Result<Response, Refusal> {
    let order = id(order, Code::OrderNotFound)?;
    Ok(api.look_up(asking, Query::Order { order, part }).await)
}
