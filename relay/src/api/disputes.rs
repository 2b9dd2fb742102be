//! `/v1/disputes`: an arbiter is asked for, hears both sides, and decides.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use market::limits::{EVIDENCE_MAX, NOTE_CHARACTERS_MAX, TITLE_CHARACTERS_MAX};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Api;
use super::asked::{Asking, Changing};
use super::body::Asked;
use super::checks::{Checks, Paging, Parameters, id, maybe_word, word};
use super::document::{IdempotencyKey, NeededIdempotencyKey, Refusals};
use crate::trade::envelope::{Many, One};
use crate::trade::{
    Code, Command, CommentView, Complaint, DisputeFilter, DisputeStep, DisputeView, Query, Refusal, Ruling,
    Sides,
};

/// A dispute to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenDispute {
    /// Which side opens it: a key has to say so, an account need not.
    #[schema(pattern = "^(BUYER|SELLER)$", example = "BUYER")]
    opened_by: Option<String>,
    /// Why.
    #[schema(pattern = "^(NOT_DELIVERED|QUALITY_ISSUE|OTHER)$", example = "NOT_DELIVERED")]
    reason: String,
    /// What this side says.
    #[schema(min_length = 1, max_length = 2000)]
    message: Option<String>,
    /// What shows it: addresses of files, say.
    #[serde(default)]
    #[schema(max_items = 20)]
    evidence: Vec<String>,
}

/// Who is to look into a dispute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignDispute {
    /// What you call them.
    #[schema(min_length = 1, max_length = 200)]
    assigned_to: String,
}

/// Something to be said in a dispute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentDispute {
    /// What.
    #[schema(min_length = 1, max_length = 2000)]
    message: String,
}

/// How a dispute is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResolveDispute {
    /// Who gets the money.
    #[schema(pattern = "^(FULL_RELEASE|FULL_REFUND|SPLIT)$", example = "SPLIT")]
    decision: String,
    /// The seller's part of a split.
    #[schema(example = "48.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount_to_seller: Option<String>,
    /// The buyer's part of a split. Both together are the whole price.
    #[schema(example = "32.00", pattern = r"^[0-9]+(\.[0-9]+)?$")]
    amount_to_buyer: Option<String>,
    /// What both sides are told.
    #[schema(min_length = 1, max_length = 2000)]
    note: Option<String>,
}

/// Which disputes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListDisputes {
    /// Only those that stand so.
    #[param(pattern = "^(OPEN|UNDER_REVIEW|RESOLVED)$")]
    status: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^dsp_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Which comments to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListComments {
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^cmt_[a-z2-7]{25}[aeimquy4]$")]
    cursor: Option<String>,
}

/// Ask for an arbiter: nothing moves until it is decided
#[utoipa::path(
    post, path = "/v1/orders/{id}/disputes", tag = "Disputes", request_body = OpenDispute,
    params(NeededIdempotencyKey, ("id" = String, Path, description = "`ord_…`")),
    responses(
        Refusals,
        (status = 200, body = One<DisputeView>, description = "It was open already"),
        (status = 201, body = One<DisputeView>, description = "It waits for an arbiter")
    )
)]
pub(super) async fn open_dispute(
    State(api): State<Arc<Api>>,
    Path(order): Path<String>,
    Asked { changing, body }: Asked<OpenDispute>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.prose("message", body.message.as_deref(), NOTE_CHARACTERS_MAX);
    checks.that(body.evidence.len() <= EVIDENCE_MAX, "evidence", format!("expected at most {EVIDENCE_MAX}"));
    for (at, evidence) in body.evidence.iter().enumerate() {
        checks.prose(&format!("evidence[{at}]"), Some(evidence), NOTE_CHARACTERS_MAX);
    }
    checks.end()?;
    let complaint = Complaint {
        opened_by: maybe_word("opened_by", body.opened_by.as_deref())?,
        reason: word("reason", &body.reason)?,
        message: body.message,
        evidence: body.evidence,
    };
    let order = id(&order, Code::OrderNotFound)?;
    Ok(api.carry_out(changing, Command::OpenDispute { order, complaint }).await)
}

/// List disputes, the newest first
#[utoipa::path(
    get, path = "/v1/disputes", tag = "Disputes", params(ListDisputes),
    responses(Refusals, (status = 200, body = Many<DisputeView>, description = "A page of disputes"))
)]
pub(super) async fn list_disputes(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Parameters(asked): Parameters<ListDisputes>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let status = maybe_word("status", asked.status.as_deref())?;
    let filter = DisputeFilter { behind, sides: Sides::Each { buyer: None, seller: None }, status };
    Ok(api.look_up(asking, Query::Disputes { filter, limit }).await)
}

/// Look at a dispute
#[utoipa::path(
    get, path = "/v1/disputes/{id}", tag = "Disputes", params(("id" = String, Path, description = "`dsp_…`")),
    responses(Refusals, (status = 200, body = One<DisputeView>, description = "The dispute"))
)]
pub(super) async fn get_dispute(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(dispute): Path<String>,
) -> Result<Response, Refusal> {
    let dispute = id(&dispute, Code::DisputeNotFound)?;
    Ok(api.look_up(asking, Query::Dispute(dispute)).await)
}

/// List what was said in a dispute, the oldest first
#[utoipa::path(
    get, path = "/v1/disputes/{id}/comments", tag = "Disputes",
    params(ListComments, ("id" = String, Path, description = "`dsp_…`")),
    responses(Refusals, (status = 200, body = Many<CommentView>, description = "A page of comments"))
)]
pub(super) async fn list_comments(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(dispute): Path<String>,
    Parameters(asked): Parameters<ListComments>,
) -> Result<Response, Refusal> {
    let Paging { behind, limit } = Paging::read(asked.limit, asked.cursor.as_deref())?;
    let dispute = id(&dispute, Code::DisputeNotFound)?;
    Ok(api.look_up(asking, Query::Comments { dispute, behind, limit }).await)
}

/// Say something in a dispute: either side, or the arbiter
#[utoipa::path(
    post, path = "/v1/disputes/{id}/comment", tag = "Disputes", request_body = CommentDispute,
    params(IdempotencyKey, ("id" = String, Path, description = "`dsp_…`")),
    responses(Refusals, (status = 201, body = One<CommentView>, description = "It is said"))
)]
pub(super) async fn comment_dispute(
    State(api): State<Arc<Api>>,
    Path(dispute): Path<String>,
    Asked { changing, body }: Asked<CommentDispute>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.prose("message", Some(&body.message), NOTE_CHARACTERS_MAX);
    checks.end()?;
    take(&api, changing, &dispute, DisputeStep::Comment { message: body.message }).await
}

/// Let an arbiter look into a dispute
#[utoipa::path(
    post, path = "/v1/disputes/{id}/assign", tag = "Disputes", request_body = AssignDispute,
    params(IdempotencyKey, ("id" = String, Path, description = "`dsp_…`")),
    responses(Refusals, (status = 200, body = One<DisputeView>, description = "It is under review"))
)]
pub(super) async fn assign_dispute(
    State(api): State<Arc<Api>>,
    Path(dispute): Path<String>,
    Asked { changing, body }: Asked<AssignDispute>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.text("assigned_to", &body.assigned_to, 1..=TITLE_CHARACTERS_MAX);
    checks.end()?;
    take(&api, changing, &dispute, DisputeStep::Assign { assignee: body.assigned_to }).await
}

/// Decide a dispute: the money goes where it says at once
#[utoipa::path(
    post, path = "/v1/disputes/{id}/resolve", tag = "Disputes", request_body = ResolveDispute,
    params(NeededIdempotencyKey, ("id" = String, Path, description = "`dsp_…`")),
    responses(Refusals, (status = 200, body = One<DisputeView>, description = "It is decided, and the order is over"))
)]
pub(super) async fn resolve_dispute(
    State(api): State<Arc<Api>>,
    Path(dispute): Path<String>,
    Asked { changing, body }: Asked<ResolveDispute>,
) -> Result<Response, Refusal> {
    let mut checks = Checks::default();
    checks.prose("note", body.note.as_deref(), NOTE_CHARACTERS_MAX);
    checks.end()?;
    let decision = ruling(&body.decision, body.amount_to_seller, body.amount_to_buyer)?;
    take(&api, changing, &dispute, DisputeStep::Resolve { decision, note: body.note }).await
}

/// A split names both parts, and nothing else names any.
fn ruling(decision: &str, to_seller: Option<String>, to_buyer: Option<String>) -> Result<Ruling, Refusal> {
    let whole = match decision {
        "FULL_RELEASE" => Ruling::FullRelease,
        "FULL_REFUND" => Ruling::FullRefund,
        "SPLIT" => {
            return match (to_seller, to_buyer) {
                (Some(to_seller), Some(to_buyer)) => Ok(Ruling::Split { to_seller, to_buyer }),
                (None, _) => Err(Refusal::missing("amount_to_seller")),
                (_, None) => Err(Refusal::missing("amount_to_buyer")),
            };
        }
        _ => return Err(Refusal::field("decision", "expected one of FULL_RELEASE, FULL_REFUND, SPLIT")),
    };
    match (to_seller, to_buyer) {
        (None, None) => Ok(whole),
        (Some(_), _) => Err(Refusal::field("amount_to_seller", "expected none: one side gets all of it")),
        (None, Some(_)) => Err(Refusal::field("amount_to_buyer", "expected none: one side gets all of it")),
    }
}

async fn take(api: &Api, changing: Changing, dispute: &str, step: DisputeStep) -> Result<Response, Refusal> {
    let dispute = id(dispute, Code::DisputeNotFound)?;
    Ok(api.carry_out(changing, Command::TakeDispute { dispute, step }).await)
}
