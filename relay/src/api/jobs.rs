//! `/v1/admin/reconcile` and `/v1/admin/jobs`: work that is done by and by.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::Api;
use super::asked::Asking;
use super::body::{Asked, Nothing};
use super::checks::id;
use super::document::Refusals;
use crate::trade::envelope::One;
use crate::trade::{Code, Command, JobView, Query, Refusal};

/// Have the books proved now
///
/// Every transfer has to follow from those before it, balances have to be what transfers come to, and top-ups, orders, withdrawals and
/// transfers between users have to have moved what they say. The books are read beside the relay's other work, as they are when the proof
/// begins; one that is under way is what is answered. The job (`GET /v1/admin/jobs/{id}`) says what comes of it: once it waits
/// for the next day without an `error_code` they are in order; it is `dead` with `books_not_in_order` if they are not. Nothing is corrected.
#[utoipa::path(
    post, path = "/v1/admin/reconcile", tag = "Administration",
    responses((status = 202, body = One<JobView>, description = "They are about to be proved"), Refusals)
)]
pub(super) async fn reconcile(
    State(api): State<Arc<Api>>,
    Asked { changing, body: Nothing {} }: Asked<Nothing>,
) -> Response {
    api.carry_out(changing, Command::ProveBooks).await
}

/// Look at a job
///
/// One that is done is gone, unless it comes again and again.
#[utoipa::path(
    get, path = "/v1/admin/jobs/{id}", tag = "Administration",
    params(("id" = String, Path, description = "`job_…`")),
    responses((status = 200, body = One<JobView>, description = "The job"), Refusals)
)]
pub(super) async fn get_job(
    State(api): State<Arc<Api>>,
    asking: Asking,
    Path(job): Path<String>,
) -> Result<Response, Refusal> {
    let job = id(&job, Code::NotFound)?;
    Ok(api.look_up(asking, Query::Job(job)).await)
}
