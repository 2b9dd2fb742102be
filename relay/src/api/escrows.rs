//! `/v1/orders/{id}/…`: the money between buyer and seller, and what it waits for.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use market::EscrowTerms;
use market::limits::NOTE_CHARACTERS_MAX;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Api;
use super::asked::Asking;
use super::body::Asked;
use super::checks::Checks;
use super::document::{IdempotencyKey, NeededIdempotencyKey, Refusals};
use super::orders::{decide, show};
use crate::trade::envelope::One;
use crate::trade::{MilestoneView, OrderDecision, OrderPart, OrderView, Refusal, WholeEscrowView};

/// Why no part of it is moved by a side.
const NO_PARTS: &str =
    "an escrow goes one way as a whole: say FULL, or open a dispute, in which an arbiter may split it";

/// An escrow to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateEscrow {
    /// What has to hold before it is released.
    #[serde(default)]
    terms: Terms,
}

/// What has to hold before an escrow is released. It goes one way as a whole; an arbiter may split it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Terms {
    /// Whether every milestone has to be completed.
    #[serde(default = "yes")]
    #[schema(default = true)]
    milestones_required: bool,
}

const fn yes() -> bool {
    true
}

impl Default for Terms {
    fn default() -> Self {
        Self { milestones_required: yes() }
    }
}

/// How much is moved, if it is to be made sure.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WholePrice {
    /// The whole price: another is refused.
    #[schema(example = "80.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: Option<String>,
}

/// Where an escrow's money goes: all of it, and one way.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveEscrow {
    /// How much of it: `FULL`, as where nothing is said. Parts are an arbiter's to decide.
    #[schema(pattern = "^FULL$", example = "FULL")]
    mode: Option<String>,
    /// The whole price: another is refused.
    #[schema(example = "80.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount: Option<String>,
    /// Why. Both sides are told.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    reason: Option<String>,
}

impl MoveEscrow {
    /// Whether it can be done at all.
    fn check(&self) -> Result<(), Refusal> {
        let mut checks = Checks::default();
        match self.mode.as_deref() {
            None | Some("FULL") => {}
            Some("PARTIAL") => checks.that(false, "mode", NO_PARTS),
            Some(_) => checks.that(false, "mode", "expected FULL"),
        }
        checks.prose("reason", self.reason.as_deref(), NOTE_CHARACTERS_MAX);
        checks.end()
    }
}

/// What the seller says to a part that is delivered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompleteMilestone {
    /// What the buyer has to know.
    #[schema(min_length = 1, max_length = 2000)]
    note: Option<String>,
}

/// Make an order's escrow
#[utoipa::path(
    post, path = "/v1/orders/{id}/escrow", tag = "Escrow", request_body = Option<CreateEscrow>,
    params(NeededIdempotencyKey, ("id" = String, Path, description = "`ord_…`")),
    responses(
        Refusals,
        (status = 200, body = One<OrderView>, description = "It was there already"),
        (status = 201, body = One<OrderView>, description = "It waits for the money that is set aside")
    )
)]
pub(super) async fn create_escrow(
    State(api): State<Arc<Api>>,
    Path(order): Path<String>,
    Asked { changing, body }: Asked<CreateEscrow>,
) -> Result<Response, Refusal> {
    let terms = EscrowTerms { is_milestones_required: body.terms.milestones_required };
    decide(&api, changing, &order, OrderDecision::CreateEscrow(terms)).await
}

/// Look at an order's escrow
#[utoipa::path(
    get, path = "/v1/orders/{id}/escrow", tag = "Escrow", params(("id" = String, Path, description = "`ord_…`")),
    responses(Refusals, (status = 200, body = One<WholeEscrowView>, description = "The escrow"))
)]
pub(super) async fn get_escrow(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(order): Path<String>,
) -> Result<Response, Refusal> {
    show(&api, asking, &order, OrderPart::Escrow).await
}

/// Move the money that is set aside into the escrow
#[utoipa::path(
    post, path = "/v1/orders/{id}/escrow/fund", tag = "Escrow", request_body = Option<WholePrice>,
    params(NeededIdempotencyKey, ("id" = String, Path, description = "`ord_…`")),
    responses(Refusals, (status = 200, body = One<OrderView>, description = "The seller can begin"))
)]
pub(super) async fn fund_escrow(
    State(api): State<Arc<Api>>,
    Path(order): Path<String>,
    Asked { changing, body }: Asked<WholePrice>,
) -> Result<Response, Refusal> {
    decide(&api, changing, &order, OrderDecision::Fund { amount: body.amount }).await
}

/// Look at an order's milestones
#[utoipa::path(
    get, path = "/v1/orders/{id}/milestones", tag = "Escrow",
    params(("id" = String, Path, description = "`ord_…`")),
    responses(Refusals, (status = 200, body = One<Vec<MilestoneView>>, description = "All of them"))
)]
pub(super) async fn list_milestones(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(order): Path<String>,
) -> Result<Response, Refusal> {
    show(&api, asking, &order, OrderPart::Milestones).await
}

/// Say that a part is delivered
#[utoipa::path(
    post, path = "/v1/orders/{id}/milestones/{ref}/complete", tag = "Escrow",
    request_body = Option<CompleteMilestone>,
    params(
        IdempotencyKey,
        ("id" = String, Path, description = "`ord_…`"),
        ("ref" = String, Path, description = "What the milestone is called")
    ),
    responses(Refusals, (status = 200, body = One<OrderView>, description = "It is completed"))
)]
pub(super) async fn complete_milestone(
    State(api): State<Arc<Api>>,
    Path((order, milestone_ref)): Path<(String, String)>,
    Asked { changing, body }: Asked<CompleteMilestone>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.prose("note", body.note.as_deref(), NOTE_CHARACTERS_MAX);
    checks.end()?;
    decide(&api, changing, &order, OrderDecision::CompleteMilestone { milestone_ref, note: body.note }).await
}

/// Pay the seller
#[utoipa::path(
    post, path = "/v1/orders/{id}/release", tag = "Escrow", request_body = Option<MoveEscrow>,
    params(NeededIdempotencyKey, ("id" = String, Path, description = "`ord_…`")),
    responses(Refusals, (status = 200, body = One<OrderView>, description = "The seller has the money, and the order is over"))
)]
pub(super) async fn release_order(
    State(api): State<Arc<Api>>,
    Path(order): Path<String>,
    Asked { changing, body }: Asked<MoveEscrow>,
) -> Result<Response, Refusal> {
    body.check()?;
    let MoveEscrow { amount, reason, .. } = body;
    decide(&api, changing, &order, OrderDecision::Release { amount, reason }).await
}

/// Pay the buyer back
#[utoipa::path(
    post, path = "/v1/orders/{id}/refund", tag = "Escrow", request_body = Option<MoveEscrow>,
    params(NeededIdempotencyKey, ("id" = String, Path, description = "`ord_…`")),
    responses(Refusals, (status = 200, body = One<OrderView>, description = "The buyer has the money back, and the order is over"))
)]
pub(super) async fn refund_order(
    State(api): State<Arc<Api>>,
    Path(order): Path<String>,
    Asked { changing, body }: Asked<MoveEscrow>,
) -> Result<Response, Refusal> {
    body.check()?;
    let MoveEscrow { amount, reason, .. } = body;
    decide(&api, changing, &order, OrderDecision::Refund { amount, reason }).await
}
